"""Feeds: RSS 0.9x-2.0, RDF and Atom, read from bytes. The item is what is refused, never the whole feed for it."""

from __future__ import annotations

import re
from calendar import timegm
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

from contracts.document import Document
from contracts.errors import SourceChanged
from contracts.text import printable, url_line
from extractors.news.bodies import block_reason, read_body, storable
from extractors.news.charset import decode
from extractors.news.dates import Dated, plausible, read_date
from extractors.news.urls import MAX_URL_CHARACTERS, url_key

MAX_BYTES = 15_000_000
MAX_ITEMS = 2_000
MAX_TITLE_CHARACTERS = 1_000
MAX_SUMMARY_CHARACTERS = 100_000

_BROKEN_REFERENCE = re.compile(
    r"&#(?:x0*(?:d[89a-f][0-9a-f]{2}|[0-9a-f]{6,})|0*(?:5[5-7]\d{3}|\d{7,}));?", re.I
)


@dataclass(frozen=True)
class Item:
    """One item of a feed as given. `updated_at` is what the feed says changed last; both dates may be None."""

    url: str
    url_key: str
    guid: str | None
    title: str
    summary: str | None
    authors: str | None
    published_at: datetime | None
    published_source: str | None
    updated_at: datetime | None
    enclosure_url: str | None
    enclosure_type: str | None


@dataclass(frozen=True)
class Reading:
    """A feed document that was read: its items, those refused with reasons, those over the cap."""

    channel_title: str | None
    items: tuple[Item, ...]
    refused: Mapping[str, int]
    over_cap: int

    @property
    def newest_at(self) -> datetime | None:
        dates = (at for item in self.items for at in (item.published_at, item.updated_at) if at)
        return max(dates, default=None)


def read_feed(document: Document, *, quote: bool = False) -> Reading:
    """All items of a feed document. `quote`: the reason of a refusal may show how the answer begins.

    Raises `SourceChanged`, its reason beginning with `not-a-feed:`, `blocked:` or `too-large:`, for anything else.
    """
    text = decode(read_body(document, MAX_BYTES), document.headers.get("content-type"))
    try:
        parsed = _parsed(storable(text).lstrip())
    except (ValueError, OverflowError, LookupError, AttributeError, RecursionError):
        parsed = _parsed_again(_BROKEN_REFERENCE.sub("", storable(text).lstrip()))
    if not parsed.entries:
        _require_feed(parsed.get("version", ""), text, document, quote)
    return _reading(parsed, document)


def _parsed(text: str) -> Any:
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(
        text.encode(), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _parsed_again(text: str) -> Any:
    """Once more without references to characters that do not exist: feedparser stumbles over them."""
    try:
        return _parsed(text)
    except (ValueError, OverflowError, LookupError, AttributeError, RecursionError) as error:
        raise SourceChanged(f"not-a-feed: feedparser cannot read it ({type(error).__name__})") from None


def _require_feed(version: str, text: str, document: Document, quote: bool) -> None:
    blocked = block_reason(text, document)
    if blocked:
        raise SourceChanged(blocked)
    if not text.strip():
        raise SourceChanged(
            f"not-a-feed: the answer (HTTP {document.status}) has no body; look for a new address"
        )
    if not version:
        kind = "an HTML page" if "<html" in text[:2000].lower() else "neither RSS, RDF nor Atom"
        start = f" ({printable(text[:200], 80).strip()!r})" if quote else ""
        raise SourceChanged(f"not-a-feed: the answer is {kind}{start}; look for a new address of the feed")


def _reading(parsed: Any, document: Document) -> Reading:
    items: list[Item] = []
    refused: Counter[str] = Counter()
    for entry in parsed.entries[:MAX_ITEMS]:
        try:
            items.append(_item(entry, parsed.get("version", ""), document))
        except ValueError as reason:
            refused[str(reason)] += 1
    title = storable(parsed.feed.get("title"), MAX_TITLE_CHARACTERS) or None
    return Reading(title, tuple(items), refused, max(0, len(parsed.entries) - MAX_ITEMS))


def _item(entry: Any, version: str, document: Document) -> Item:
    enclosure = next((link for link in entry.get("enclosures", ()) if link.get("href")), None)
    url, key = _address(entry, enclosure, document.url)
    published, source = _published(entry, version)
    updated = _date(entry, "updated")
    for dated in (published, updated):
        if dated and not plausible(dated.at, document.retrieved_at):
            raise ValueError(f"date {dated.at:%Y-%m-%d} is before 1995 or after the poll")
    return Item(
        url=url,
        url_key=key,
        guid=storable(entry.get("id"), MAX_URL_CHARACTERS) or None,
        title=storable(entry.get("title") or "", MAX_TITLE_CHARACTERS),
        summary=storable(entry.get("summary"), MAX_SUMMARY_CHARACTERS) or None,
        authors=_authors(entry),
        published_at=published.at if published else None,
        published_source=source,
        updated_at=updated.at if updated else None,
        enclosure_url=storable(_whole(enclosure["href"], document.url)) if enclosure else None,
        enclosure_type=storable(enclosure.get("type")) or None if enclosure else None,
    )


def _address(entry: Any, enclosure: Any, base: str) -> tuple[str, str]:
    """The item's own link and its key; an episode without a page is known by its file."""
    link = entry.get("feedburner_origlink") or entry.get("link") or (enclosure and enclosure["href"])
    if not link:
        raise ValueError("no link")
    try:
        url = url_line(storable(_whole(str(link).strip(), base)))
        return url, url_key(url)
    except ValueError:
        long = len(link) > MAX_URL_CHARACTERS
        raise ValueError("link too long" if long else "link is no http(s) address") from None


def _whole(link: str, base: str) -> str:
    return link if link.startswith(("https://", "http://")) else urljoin(base, link)


def _published(entry: Any, version: str) -> tuple[Dated | None, str | None]:
    """The date a feed gives for publication. Atom's `updated` alone is not it, and says so in the source."""
    source, dated = "feed", _date(entry, "published")
    if dated is None:
        dated = _date(entry, "updated")
        source = "feed-updated" if version.startswith("atom") else "feed"
    if dated is None:
        return None, None
    return dated, source if dated.exact else f"{source}-day"


def _date(entry: Any, name: str) -> Dated | None:
    if name not in entry:
        return None
    dated, parsed = read_date(entry[name]), entry.get(f"{name}_parsed") if f"{name}_parsed" in entry else None
    if dated is not None or parsed is None:
        return dated
    try:
        return Dated(datetime.fromtimestamp(timegm(parsed), UTC), exact=False)
    except (ValueError, OverflowError):
        return None


def _authors(entry: Any) -> str | None:
    names = [name for author in entry.get("authors", ()) if (name := (author.get("name") or "").strip())]
    return storable("; ".join(dict.fromkeys(names)), MAX_TITLE_CHARACTERS) or None
