"""Fetch and take files into the archive, parse into the lake: the one place where the web and the storage meet."""

from extractors.ingest.asking import OUTCOMES, Fetcher, Progress, fetch
from extractors.ingest.inbox import InboxReport, take_in
from extractors.ingest.reading import parse, read_document

__all__ = ["OUTCOMES", "Fetcher", "InboxReport", "Progress", "fetch", "parse", "read_document", "take_in"]
