"""One poll of a feed as rows: what it held, and its state.

A 200 and valid XML prove nothing: the state comes from the newest item and the body.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from contracts.caching import fresh_seconds
from contracts.clock import stamp
from contracts.datasets import rows
from contracts.document import Batch, Document
from extractors.news.feed import MAX_ITEMS, Item, Reading, read_feed
from extractors.news.feed_block import STALE_AFTER, Feed
from extractors.news.language import title_language
from extractors.news.rhythm import declared_seconds


def feed_batches(document: Document, feed: Feed | None, key: str) -> Iterator[Batch]:
    """`feed_poll`, `news_item` and (while the feed is listed) `feed` rows of one feed document; none of a mere index."""
    reading = read_feed(document, feed, quote=quotable(feed))
    if reading.children:
        return
    yield from rows("feed_poll", [_poll(reading, document, feed, key)])
    yield from rows("news_item", (_row(item, feed, key) for item in reading.items))
    if feed is not None:
        yield from rows("feed", [_described(feed)])


def quotable(feed: Feed | None) -> bool:
    """Where the text may not be used, or the feed is listed no more, only headline and link are kept."""
    return feed is not None and feed.text == "full"


def _row(item: Item, feed: Feed | None, key: str) -> dict[str, object]:
    return {
        "feed": key,
        "guid": item.guid,
        "url": item.url,
        "url_key": item.url_key,
        "title": item.title,
        "summary": item.summary if quotable(feed) else None,
        "authors": item.authors,
        "published_at": item.published_at,
        "published_source": item.published_source,
        "enclosure_url": item.enclosure_url,
        "enclosure_type": item.enclosure_type,
        "language": title_language(item.title, feed.language if feed else None),
    }


def _poll(reading: Reading, document: Document, feed: Feed | None, key: str) -> dict[str, object]:
    state, why = _state(reading, document.retrieved_at, feed)
    notes = [why] if why else []
    notes += [f"{count:,} items refused: {reason}" for reason, count in sorted(reading.refused.items())]
    if reading.over_cap:
        notes.append(f"{reading.over_cap:,} items over the cap of {MAX_ITEMS:,} not read")
    return {
        "feed": key,
        "state": state,
        "reason": "; ".join(notes) or None,
        "channel_title": reading.channel_title,
        "items": len(reading.items),
        "refused_items": sum(reading.refused.values()),
        "newest_item_at": reading.newest_at,
        "format": reading.format,
        "part": document.scope.get("part") is True,
        "wait_seconds": _wait(document),
    }


def _wait(document: Document) -> float | None:
    """How long the publisher asks to be left alone, by the feed and its headers."""
    cached = fresh_seconds(document.headers, document.retrieved_at)
    return max(declared_seconds(document), cached or 0.0) or None


def _state(reading: Reading, polled_at: datetime, feed: Feed | None) -> tuple[str, str | None]:
    if not reading.items:
        return "empty", "a feed without a usable item"
    limit, newest = feed.stale_after if feed else STALE_AFTER, reading.newest_at
    if newest is not None and polled_at - newest > limit:
        return "stale", f"the newest item is of {stamp(newest)}, more than {limit.days} days before the poll"
    return "ok", None


def _described(feed: Feed) -> dict[str, object]:
    return {
        "feed": feed.key,
        "url": feed.url,
        "publisher": feed.publisher,
        "country": feed.country,
        "language": feed.language,
        "topics": "; ".join(feed.topics),
        "licence": feed.licence,
        "text_use": feed.text,
        "terms_url": feed.terms_url,
        "reviewed_on": feed.reviewed_on,
        "cadence_days": feed.cadence_days,
    }
