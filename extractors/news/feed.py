"""A feed document read: ordinary feeds here, those that could stall a parser in a process of their own."""

from __future__ import annotations

import re
import zlib

from contracts.clock import stamp
from contracts.document import Document
from contracts.errors import SourceChanged
from extractors.confined import confined
from extractors.news.bodies import read_body
from extractors.news.charset import decode
from extractors.news.feed_block import Feed
from extractors.news.feedread import from_plain, read_text
from extractors.news.items import MAX_ITEMS, MAX_TITLE_CHARACTERS, Child, Item, Reading

MAX_BYTES = 15_000_000
MAX_SECONDS = 60
ORDINARY_BYTES = 600_000
ORDINARY_TAGS = 20_000
ORDINARY_LISTING_TAGS = 4_000
ORDINARY_RUN_CHARACTERS = 4_000
ORDINARY_NAME_CHARACTERS = 1_000

# feedparser looks for an e-mail address in these, in time that grows with the square of their length.
_PERSONS = r"(author|creator|managingeditor|webmaster|publisher|owner|contributor)"
_PERSON = re.compile(rf"<(?:\w[\w.-]*:)?{_PERSONS}\b", re.I)
_PERSON_ENDS = re.compile(rf"</(?:\w[\w.-]*:)?{_PERSONS}\b", re.I)
_GZIP = b"\x1f\x8b"

__all__ = ["MAX_BYTES", "MAX_ITEMS", "MAX_TITLE_CHARACTERS", "Child", "Item", "Reading", "read_feed"]


def read_feed(document: Document, feed: Feed | None = None, *, quote: bool = False) -> Reading:
    """All items of a feed document. `quote`: the reason of a refusal may show how the answer begins.

    The format is the block's where `feed` states one, else recognised. Raises `SourceChanged`, its reason beginning with
    `not-a-feed:`, `blocked:`, `too-large:`, `too-slow:` or `unreadable:`, for anything else.
    """
    data = _unzipped(read_body(document, MAX_BYTES))
    about = _about(document, feed, quote)
    if len(data) <= ORDINARY_BYTES:
        text = decode(data, about["content_type"])
        if _ordinary(text, listing=about["format"] == "listing"):
            return read_text(text, about)
    return from_plain(confined("extractors.news.feedread:read_plain", data, about, seconds=MAX_SECONDS))


def _about(document: Document, feed: Feed | None, quote: bool) -> dict[str, str | None]:
    return {
        "url": document.url,
        "seen": stamp(document.retrieved_at),
        "status": str(document.status),
        "content_type": document.headers.get("content-type"),
        "mitigated": document.headers.get("cf-mitigated"),
        "quote": "yes" if quote else None,
        "format": feed.format if feed else None,
        **(vars(feed.listing) if feed and feed.listing else {}),
    }


def _ordinary(text: str, *, listing: bool) -> bool:
    """Whether no parser can take long over it: few tags, no long run of characters without one, no entities of its own."""
    runs = text.split("<")
    if len(runs) > (ORDINARY_LISTING_TAGS if listing else ORDINARY_TAGS) or "<!ENTITY" in text:
        return False
    return max(map(len, runs)) <= ORDINARY_RUN_CHARACTERS and all(map(_short, _PERSON.finditer(text)))


def _short(person: re.Match[str]) -> bool:
    """Whether an element that names a person ends soon."""
    begin = person.end()
    end = _PERSON_ENDS.search(person.string, begin, begin + ORDINARY_NAME_CHARACTERS)
    return end is not None and end[1].lower() == person[1].lower()


def _unzipped(body: bytes) -> bytes:
    """The body, or what it holds where a file was packed as a file (sitemap.xml.gz), within the same cap."""
    if not body.startswith(_GZIP):
        return body
    unpacker = zlib.decompressobj(16 + zlib.MAX_WBITS)
    try:
        data = unpacker.decompress(body, MAX_BYTES + 1)
    except zlib.error:
        raise SourceChanged("not-a-feed: the answer begins like a gzip file and is none") from None
    if len(data) > MAX_BYTES:
        raise SourceChanged(f"too-large: the file unpacks to over {MAX_BYTES:,} bytes")
    return data
