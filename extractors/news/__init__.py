"""News: feeds and article pages."""
