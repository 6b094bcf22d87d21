"""Asking the web: one polite session, and the recorded mirror that stands in for it."""
