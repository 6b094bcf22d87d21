"""How long a feed itself asks to be left alone between two polls."""

from __future__ import annotations

import re

from contracts.document import Document
from extractors.news.charset import decode

HEAD_BYTES = 65_536
_PERIOD_SECONDS = {
    "hourly": 3600.0,
    "daily": 86_400.0,
    "weekly": 7 * 86_400.0,
    "monthly": 30 * 86_400.0,
    "yearly": 365 * 86_400.0,
}
_FIRST_ITEM = re.compile(r"<(?:[a-z0-9]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
_TTL = re.compile(r"<ttl>\s*(\d{1,6})\s*</ttl>", re.IGNORECASE)
_PERIOD = re.compile(r"<[a-z0-9]+:updatePeriod>\s*(\w{5,7})\s*</", re.IGNORECASE)
_FREQUENCY = re.compile(r"<[a-z0-9]+:updateFrequency>\s*(\d{1,4})\s*</", re.IGNORECASE)


def declared_seconds(document: Document) -> float:
    """The longer of RSS `ttl` and the syndication module's period / frequency, as the feed's head states them; else 0."""
    with document.open() as stream:
        head = decode(stream.read(HEAD_BYTES), document.headers.get("content-type"))
    head = head[: found.start()] if (found := _FIRST_ITEM.search(head)) else head
    ttl = _TTL.search(head)
    return max(60.0 * int(ttl.group(1)) if ttl else 0.0, _by_period(head))


def _by_period(head: str) -> float:
    period, often = _PERIOD.search(head), _FREQUENCY.search(head)
    seconds = _PERIOD_SECONDS.get(period.group(1).lower(), 0.0) if period else 0.0
    return seconds / max(int(often.group(1)) if often else 1, 1)
