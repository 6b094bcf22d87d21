"""Fetch into the archive, parse into the lake: the one place where the web and the storage meet."""

from extractors.ingest.asking import OUTCOMES, Fetcher, Progress, fetch
from extractors.ingest.reading import parse, read_document

__all__ = ["OUTCOMES", "Fetcher", "Progress", "fetch", "parse", "read_document"]
