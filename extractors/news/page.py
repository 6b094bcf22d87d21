"""Article pages as rows: ordinary pages are read here, those large enough to stall a parser in a process of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from contracts.clock import parse_stamp, stamp
from contracts.datasets import rows
from contracts.document import Batch, Document
from extractors.confined import confined
from extractors.news.bodies import read_body
from extractors.news.feed_block import Feed
from extractors.news.language import text_language
from extractors.news.outlets import family_of_site
from extractors.news.pageread import read_page
from extractors.news.urls import url_key
from extractors.sites import site

MAX_BYTES = 5_000_000
MAX_SECONDS = 60
ORDINARY_BYTES = 300_000
ORDINARY_TAGS = 6_000

_TIMES = ("published_at", "modified_at")


def page_batches(document: Document, feed: Feed | None, key: str) -> Iterator[Batch]:
    """One `article_text` row, none where the list of feeds does not say now that the text may be used.

    Raises `SourceChanged`, its reason beginning with what the page is (`consent:`, `paywall:`, `listing:`, `error:`,
    `empty:`, `blocked:`) or why it was not read (`no-match:`, `too-large:`, `too-slow:`, `unreadable:`).
    """
    if feed is None or feed.text != "full":
        return
    yield from rows("article_text", [_row(document, feed, key)])


def _row(document: Document, feed: Feed, key: str) -> dict[str, object]:
    data = read_body(document, MAX_BYTES)
    found = _read(data, document, feed)
    body, declared = str(found["body"]), found.pop("declared")
    found |= {name: parse_stamp(at) for name in _TIMES if isinstance(at := found[name], str)}
    return {
        "feed": key,
        "url": document.url,
        "url_key": _identity(document),
        "language": text_language(body, declared or feed.language),
        "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
        "outlet": site(document.url),
        "outlet_family": family_of_site(document.url),
        **found,
    }


def _read(data: bytes, document: Document, feed: Feed) -> dict[str, Any]:
    about = {
        "url": document.url,
        "seen": stamp(document.retrieved_at),
        "publisher": feed.publisher,
        "selector": feed.selector,
        "content_type": document.headers.get("content-type"),
        "mitigated": document.headers.get("cf-mitigated"),
    }
    if len(data) <= ORDINARY_BYTES and data.count(b"<") <= ORDINARY_TAGS:
        return read_page(data, about)
    return dict(confined("extractors.news.pageread:read_page", data, about, seconds=MAX_SECONDS))


def _identity(document: Document) -> str:
    """The key the feed's item has, so that item and text meet even when the page was reached by a redirect."""
    given = document.scope.get("url_key")
    return given if isinstance(given, str) else url_key(document.url)
