"""News as a source: every feed of the list, and the pages of those whose text may be used."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from contracts.clock import stamp
from contracts.document import Batch, Document, Fetch, Probe, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from extractors.news import page
from extractors.news.feed import MAX_BYTES, Item, read_feed
from extractors.news.feed_block import Feed
from extractors.news.feeds import chosen_feeds, load_feeds, rights
from extractors.news.polls import feed_batches
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
    parser_version="2",
    note="A poll gives what the feed holds at that hour: a window of dates cannot be asked for.",
)
_SCOPE_TITLE_CHARACTERS = 300


def plan(window: Window = Window()) -> Iterator[Fetch]:  # noqa: B008 - frozen
    """One request a feed. Feeds give their newest items only, so the window changes nothing."""
    return plan_for(load_feeds())


def plan_for(feeds: Mapping[str, Feed], keys: Iterable[str] | None = None) -> Iterator[Fetch]:
    """One request for each of these feeds, for all when `keys` is None; `EnvironmentFault` for an unknown key."""
    for feed in chosen_feeds(feeds, keys):
        yield Fetch(INFO.source, feed.url, scope={"kind": "feed", "feed": feed.key}, max_bytes=MAX_BYTES)


def follow(document: Document) -> Iterator[Fetch]:
    """The pages a feed document leads to, each once; none where the text may not be used.

    The token is the date the feed gives the item (its update, else its publication), or a hash of title and summary
    when it gives none, so that a changed item is asked for again and an unchanged one is not. A page on another site is
    another publisher's, to whose text the feed's licence gives no right: headline and link only.
    """
    if document.scope.get("kind") != "feed" or document.status == 204:
        return
    feed = load_feeds().get(str(document.scope.get("feed")))
    if feed is None or feed.text != "full":
        return
    seen: set[str] = set()
    for item in read_feed(document).items:
        theirs = site(item.url) == site(feed.url)
        if theirs and item.url_key not in seen and item.url != item.enclosure_url:
            seen.add(item.url_key)
            yield _page_fetch(item, feed)


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
        INFO.source, item.url, scope=scope, max_bytes=page.MAX_BYTES, token=_token(item), same_site=True
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
)
