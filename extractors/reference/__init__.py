"""Reference series that other figures are read with: exchange rates."""
