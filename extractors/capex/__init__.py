"""Companies' filings: one module a source."""
