"""Fetch and take files into the archive, parse into the lake: the one place where the web and the storage meet."""

from extractors.ingest.asking import OUTCOMES, Fetcher, Progress, fetch
from extractors.ingest.inbox import InboxReport, take_in
from extractors.ingest.reading import parse, read_document
from extractors.ingest.rehearsal import Outlook, rehearse

__all__ = [
    "OUTCOMES",
    "Fetcher",
    "InboxReport",
    "Outlook",
    "Progress",
    "fetch",
    "parse",
    "read_document",
    "rehearse",
    "take_in",
]
