"""Restricted parties and official notices: one module a source."""
