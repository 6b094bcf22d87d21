"""Official trade statistics: one module a source, with the code lists and queries they share."""
