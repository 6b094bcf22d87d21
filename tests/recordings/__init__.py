"""Made recordings of the sources that have no real figures: one module a source, see tests/recorded.py."""
