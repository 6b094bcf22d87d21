"""News parsing against the libraries it stands on, in one run: `python -m benches.news_parse`.

Pages: article bytes to `article_text` rows, against `trafilatura.bare_extraction` on the same bytes. Feeds: feed bytes to
`feed_poll`, `news_item` and `feed` rows, against `feedparser.parse` on the same bytes with sanitising and relative URIs
off. The pages are the sample's own, and the same with the links and scripts that usually surround an article; the feeds are
the sample's, grown. Time on a processor, that of the process which reads the large feed included.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Sequence
from io import BytesIO
from typing import Any

from extractors import confined
from extractors.news.feeds import FEEDS_ENV, load_feeds
from extractors.news.source import parse
from samples.news import SAMPLES, outlets
from samples.news_markup import feed_xml, page_html
from tests.documents import Saved

PAGE_BUDGET, FEED_BUDGET = 1.15, 1.2
ROUNDS, FEED_ITEMS, LARGE_FEED_ITEMS = 15, 1_000, 4_000
HEADERS = {"content-type": "application/rss+xml; charset=utf-8"}


def page_documents(weight: int) -> list[Saved]:
    """The sample's pages; with a weight, each with that many related links and a script of as many hundred bytes."""
    feeds, found = load_feeds(), []
    links = "".join(
        f'<li class="card"><a href="/story/{n}"><b>Story {n}</b> of this section</a></li>'
        for n in range(weight)
    )
    script = f"<script>{'window.dataLayer.push({event: 0});' * (3 * weight)}</script>"
    for key, outlet in outlets(2).items():
        for item in outlet["item"]:
            if "body" in item and feeds[key].selector is None:
                html = page_html(
                    outlet, item | {"body": "\n\n".join([item["body"].strip()] * (3 if weight else 1))}
                )
                html = html.replace(
                    "</main>", f'<section class="related"><ul>{links}</ul></section></main>{script}'
                )
                found.append(_document(html.encode(outlet.get("encoding", "utf-8")), "page", key))
    return found


def feed_document(items: int) -> Saved:
    """One feed of so many items."""
    outlet = outlets(2)["harbour_wire"]
    made = [
        outlet["item"][n % len(outlet["item"])] | {"path": f"/2026/11/20/story-{n}?utm_source=rss"}
        for n in range(items)
    ]
    return _document(feed_xml(outlet, made).encode(), "feed", "harbour_wire")


def processor() -> float:
    """Seconds on a processor so far, of this process and of the one that reads what could stall a parser."""
    import psutil

    spent = time.process_time()
    for worker in confined._KEPT:
        used = psutil.Process(worker.process.pid).cpu_times()
        spent += used.user + used.system
    return spent


def ratio(
    ours: Callable[[Saved], object],
    theirs: Callable[[Saved], object],
    documents: Sequence[Saved],
    clock: Callable[[], float] = time.process_time,
) -> tuple[float, float, float]:
    """Median seconds of ours and of theirs over the rounds, and the median of their ratios, run by turns."""
    _seconds(ours, documents, clock), _seconds(theirs, documents, clock)  # imports and caches
    pairs = [(_seconds(ours, documents, clock), _seconds(theirs, documents, clock)) for _ in range(ROUNDS)]
    mine, base = zip(*pairs, strict=True)
    return statistics.median(mine), statistics.median(base), statistics.median(a / b for a, b in pairs)


def main() -> None:
    """Print one line a comparison: both times, the ratio and its budget."""
    import feedparser
    from trafilatura import bare_extraction

    os.environ[FEEDS_ENV] = str(SAMPLES / "feeds.toml")

    def parse_all(document: Saved) -> Any:
        return list(parse(document))

    def extract(document: Saved) -> Any:
        return bare_extraction(document.body, favor_precision=True, with_metadata=True)

    def read(document: Saved) -> Any:
        return feedparser.parse(
            BytesIO(document.body), response_headers=HEADERS, sanitize_html=False, resolve_relative_uris=False
        )

    for name, weight in (("light pages", 0), ("pages with links and scripts", 200)):
        pages = page_documents(weight)
        size = f"{len(pages)}, {sum(len(page.body) for page in pages) // len(pages) // 1000} kB each"
        _say(name, size, "trafilatura.bare_extraction", ratio(parse_all, extract, pages), PAGE_BUDGET)
    for items in (FEED_ITEMS, LARGE_FEED_ITEMS):
        found = ratio(parse_all, read, [feed_document(items)], processor)
        _say("feed", f"{items} items", "feedparser.parse", found, FEED_BUDGET)


def _document(body: bytes, kind: str, key: str) -> Saved:
    url = f"https://{key.replace('_', '-')}.example/{kind}"
    return Saved(
        body, "news", url, scope={"kind": kind, "feed": key}, headers=HEADERS if kind == "feed" else {}
    )


def _seconds(run: Callable[[Saved], object], documents: Sequence[Saved], clock: Callable[[], float]) -> float:
    begun = clock()
    for document in documents:
        run(document)
    return clock() - begun


def _say(name: str, size: str, baseline: str, found: tuple[float, float, float], budget: float) -> None:
    ours, theirs, times = found
    verdict = "within" if times <= budget else "OVER"
    print(
        f"news_parse {name} ({size}): ours {ours * 1000:.0f} ms, {baseline} {theirs * 1000:.0f} ms, "
        f"ratio {times:.2f}, budget {budget:.2f}: {verdict}"
    )


if __name__ == "__main__":
    main()
