"""A feed document read, whatever its format: what it is shows in its body, never in its status or media type."""

from __future__ import annotations

import zlib

from contracts.document import Document
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.news.bodies import block_reason, read_body, storable
from extractors.news.charset import decode
from extractors.news.feed_block import Feed
from extractors.news.items import MAX_ITEMS, MAX_TITLE_CHARACTERS, Child, Item, Reading
from extractors.news.jsonfeed import read_json_feed
from extractors.news.listing import read_listing
from extractors.news.sitemap import read_sitemap
from extractors.news.syndication import read_syndication

MAX_BYTES = 15_000_000
_GZIP = b"\x1f\x8b"
_LOOK_CHARACTERS = 2_000

__all__ = ["MAX_BYTES", "MAX_ITEMS", "MAX_TITLE_CHARACTERS", "Child", "Item", "Reading", "read_feed"]


def read_feed(document: Document, feed: Feed | None = None, *, quote: bool = False) -> Reading:
    """All items of a feed document. `quote`: the reason of a refusal may show how the answer begins.

    The format is the block's where `feed` states one, else recognised. Raises `SourceChanged`, its reason beginning with
    `not-a-feed:`, `blocked:` or `too-large:`, for anything else.
    """
    text = decode(_unzipped(read_body(document, MAX_BYTES)), document.headers.get("content-type"))
    reading = _read(text, document, feed)
    if reading is None or not (reading.items or reading.refused or reading.children):
        _refuse_block(text, document)
    if reading is None:
        kind = (
            "an HTML page"
            if "<html" in text[:2000].lower()
            else "neither RSS, RDF, Atom, JSON Feed nor sitemap"
        )
        start = f" ({printable(text[:200], 80).strip()!r})" if quote else ""
        raise SourceChanged(f"not-a-feed: the answer is {kind}{start}; look for a new address of the feed")
    return reading


def _read(text: str, document: Document, feed: Feed | None) -> Reading | None:
    stated = feed.format if feed else None
    if feed and feed.listing:
        return read_listing(text, document, feed.listing)
    start = storable(text[:_LOOK_CHARACTERS]).lstrip("\ufeff \r\n\t")
    if stated == "json" or (stated is None and start.startswith("{")):
        return read_json_feed(text, document)
    if stated == "sitemap" or (stated is None and ("<urlset" in start or "<sitemapindex" in start)):
        return read_sitemap(text, document)
    return read_syndication(text, document)


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


def _refuse_block(text: str, document: Document) -> None:
    if blocked := block_reason(text, document):
        raise SourceChanged(blocked)
    if not text.strip():
        raise SourceChanged(
            f"not-a-feed: the answer (HTTP {document.status}) has no body; look for a new address"
        )
