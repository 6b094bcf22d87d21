"""The lake's datasets: one Arrow schema each, in one place. Every column is described where it is released."""
