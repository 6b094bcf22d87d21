"""Documents for the tests: made in memory, or read from the sample's recordings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from contracts.clock import parse_stamp
from contracts.document import Batch
from tests.documents import Saved

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
FEED_URL = "https://outlet.example/news/feed.xml"
PAGE_URL = "https://outlet.example/story"


def feed_document(body: str | bytes, key: str = "test_feed", **more: Any) -> Saved:
    more = {"url": FEED_URL, "scope": {"kind": "feed", "feed": key}} | more
    return Saved(body.encode() if isinstance(body, str) else body, "news", **more)


def page_document(body: str | bytes, key: str = "test_feed", **more: Any) -> Saved:
    more = {"url": PAGE_URL, "scope": {"kind": "page", "feed": key}} | more
    return Saved(body.encode() if isinstance(body, str) else body, "news", **more)


def rss(
    *items: str, title: str = "Outlet", declaration: str = '<?xml version="1.0" encoding="utf-8"?>'
) -> str:
    return f'{declaration}<rss version="2.0"><channel><title>{title}</title>{"".join(items)}</channel></rss>'


def item(
    number: int = 1,
    *,
    title: str | None = None,
    link: str | None = None,
    date: str | None = "Fri, 20 Nov 2026 08:00:00 GMT",
    more: str = "",
) -> str:
    link = f"https://outlet.example/story/{number}" if link is None else link
    parts = [f"<title>{title or f'Story {number}'}</title>", more]
    parts += [f"<link>{link}</link>"] if link else []
    parts += [f"<pubDate>{date}</pubDate>"] if date else []
    return f"<item>{''.join(parts)}</item>"


def recorded(day: int, folder: Path = SAMPLES) -> list[Saved]:
    from warcio.archiveiterator import ArchiveIterator

    found = []
    with (folder / f"day{day}" / "news.warc.gz").open("rb") as handle:
        for record in ArchiveIterator(handle):
            head = record.rec_headers.get_header
            found.append(
                Saved(
                    body=record.content_stream().read(),
                    source="news",
                    url=head("WARC-Target-URI"),
                    scope=json.loads(head("Chokepoint-Scope")),
                    headers={name.lower(): value for name, value in record.http_headers.headers},
                    retrieved_at=parse_stamp(head("WARC-Date")),
                    evidence=head("Chokepoint-Evidence"),
                )
            )
    return found


def table(batches: Iterable[Batch], dataset: str) -> list[dict[str, Any]]:
    return list(_rows(batches, dataset))


def _rows(batches: Iterable[Batch], dataset: str) -> Iterator[dict[str, Any]]:
    for name, batch in batches:
        if name == dataset:
            yield from batch.to_pylist()
