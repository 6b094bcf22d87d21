"""Read the world: documents in, Arrow batches out. Knows the web, no database."""
