"""Processes killed in mid-write, and what is left of their work."""
