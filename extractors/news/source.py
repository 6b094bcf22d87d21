"""News as a source: every feed of the list, and the pages of those whose text may be used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from contracts.clock import stamp
from contracts.document import Batch, Budget, Document, Fetch, Probe, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from extractors.news import page
from extractors.news.feed import MAX_BYTES, Child, Item, Reading, read_feed
from extractors.news.feed_block import Feed
from extractors.news.feeds import chosen_feeds, load_feeds, rights
from extractors.news.polls import feed_batches, quotable
from extractors.news.rhythm import declared_seconds
from extractors.sites import site

INFO = SourceInfo(
    source="news",
    title="News feeds and article pages",
    publisher="Each feed's own publisher",
    homepage="https://www.rssboard.org/rss-specification",
    licence="Each feed's own; unknown means headline and link only",
    terms_url=None,
    cadence_days=1,
    lag_days=0,
    parser_version="6",
    note="A poll gives what the feed holds at that hour: a window of dates cannot be asked for.",
)
POLL_EVERY_SECONDS = 3600.0
SPACING_SECONDS = 5.0
# What one hourly run may take; what is left over is the next run's.
BUDGET = Budget(followed_per_site=60, minutes=45)
MAX_CHILDREN = 10
CHILD_DAYS = 3
_SCOPE_TITLE_CHARACTERS = 300


def plan(window: Window = Window()) -> Iterator[Fetch]:  # noqa: B008 - frozen
    """One request a feed. Feeds give their newest items only, so the window changes nothing."""
    return plan_for(load_feeds())


def plan_for(feeds: Mapping[str, Feed], keys: Iterable[str] | None = None) -> Iterator[Fetch]:
    """One request for each of these feeds, for all when `keys` is None; `EnvironmentFault` for an unknown key.

    Feeds chosen by key are asked at once, due or not: somebody wants to know now.
    """
    for feed in chosen_feeds(feeds, keys):
        yield _poll(feed.url, {"kind": "feed", "feed": feed.key}, at_once=keys is not None)


def _poll(url: str, scope: Mapping[str, object], *, at_once: bool = False) -> Fetch:
    return Fetch(
        INFO.source,
        url,
        scope=scope,
        max_bytes=MAX_BYTES,
        every_seconds=POLL_EVERY_SECONDS,
        at_once=at_once,
        spacing_seconds=SPACING_SECONDS,
    )


def follow(document: Document) -> Iterator[Fetch]:
    """The sitemaps an index leads to, the pages a feed leads to, each once; no page where the text may not be used.

    The token is the date the feed gives the item (its update, else its publication), or a hash of title and summary
    when it gives none, so that a changed item is asked for again and an unchanged one is not. A page on another site is
    another publisher's, to whose text the feed's licence gives no right: headline and link only.
    """
    if document.scope.get("kind") != "feed" or document.status == 204:
        return
    feed = load_feeds().get(str(document.scope.get("feed")))
    if feed is None or (feed.text != "full" and not _may_be_index(document)):
        return
    reading = read_feed(document, feed, quote=quotable(feed))  # the very question that parsing asks
    if reading.children and not document.scope.get("part"):
        yield from (_child_fetch(child, feed) for child in _recent(reading, feed, document.retrieved_at))
    elif feed.text == "full":
        yield from _pages(reading, feed)


def _may_be_index(document: Document) -> bool:
    """Cheaply, whether it is worth reading a feed whose pages are never asked for."""
    with document.open() as stream:
        start = stream.read(2_000)
    return b"<sitemapindex" in start or start.startswith(b"\x1f\x8b")


def _recent(reading: Reading, feed: Feed, polled_at: datetime) -> list[Child]:
    """The site's own sitemaps that can hold news: those named so, where any is, changed of late, newest first."""
    own = [child for child in reading.children if site(child.url) == site(feed.url) and child.url != feed.url]
    named = [child for child in own if "news" in child.url.lower()] or own
    late = [c for c in named if c.changed_at is None or polled_at - c.changed_at < timedelta(days=CHILD_DAYS)]
    late.sort(key=lambda child: child.changed_at or polled_at, reverse=True)
    return late[:MAX_CHILDREN]


def _child_fetch(child: Child, feed: Feed) -> Fetch:
    return replace(_poll(child.url, {"kind": "feed", "feed": feed.key, "part": True}), same_site=True)


def _pages(reading: Reading, feed: Feed) -> Iterator[Fetch]:
    seen: set[str] = set()
    for item in reading.items:
        theirs = site(item.url) == site(feed.url)
        if theirs and item.url_key not in seen and item.url != item.enclosure_url:
            seen.add(item.url_key)
            yield _page_fetch(item, feed)


def wait_seconds(document: Document) -> float | None:
    """How long a feed asks to be left alone, 0 when it does not say; None for a page."""
    if document.scope.get("kind") != "feed":
        return None
    return declared_seconds(document)


def parse(document: Document) -> Iterator[Batch]:
    """Rows of one document: `feed_poll`, `news_item`, `feed` from a feed, `article_text` from a page.

    Raises `SourceChanged` when it is neither what its scope says nor worth keeping; the reason begins with the state.
    """
    kind, key = document.scope.get("kind"), str(document.scope.get("feed"))
    if document.status == 204:
        return
    feed = load_feeds().get(key)
    if kind == "feed":
        yield from feed_batches(document, feed, key)
    elif kind == "page":
        yield from page.page_batches(document, feed, key)
    else:
        raise SourceChanged(f"unknown-kind: a news document is a feed or a page, not {kind!r}")


def _page_fetch(item: Item, feed: Feed) -> Fetch:
    scope: dict[str, object] = {
        "kind": "page",
        "feed": feed.key,
        "url_key": item.url_key,
        "title": item.title[:_SCOPE_TITLE_CHARACTERS],
    }
    if item.published_at:
        scope |= {"published_at": stamp(item.published_at), "published_source": item.published_source}
    return Fetch(
        INFO.source,
        item.url,
        scope=scope,
        max_bytes=page.MAX_BYTES,
        token=_token(item),
        same_site=True,
        every_seconds=0.0,
        spacing_seconds=SPACING_SECONDS,
    )


def _token(item: Item) -> str:
    dated: datetime | None = item.updated_at or item.published_at
    if dated:
        return stamp(dated)
    return hashlib.sha256(f"{item.title}\n{item.summary or ''}".encode()).hexdigest()


# One lost feed or page fails nothing; when half of them are lost, it is our side.
SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    follow=follow,
    tolerated_failure_share=0.5,
    rights=rights,
    probe=Probe(lambda: next(plan())),  # the first feed of the list
    wait_seconds=wait_seconds,
    budget=BUDGET,
)
