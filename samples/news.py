"""Builds the news recordings of the sample from the texts in `samples/news/`: `python -m samples.news`.

Two days of polls as WARC, `samples/day1/news.warc.gz` and `samples/day2/news.warc.gz`, marked synthetic. The requests are
those the news source itself makes, so a page that would not be requested is not recorded. The same texts give the same
bytes.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from contracts.document import Answer, Fetch
from extractors.news.feeds import FEEDS_ENV, load_feeds
from extractors.news.source import follow, plan_for
from samples.news_markup import feed_xml, link, page_html
from warehouse.archive import Archive
from warehouse.files import whole_file

SAMPLES = Path(__file__).parent
DAYS = {1: datetime(2026, 11, 21, 6, tzinfo=UTC), 2: datetime(2026, 11, 22, 6, tzinfo=UTC)}
TYPES = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "rdf": "application/rdf+xml",
    "shell": "text/html",
}


def outlets(day: int) -> dict[str, dict[str, Any]]:
    """Outlets by feed key as they stand on a day: later items left out, day 2's corrections made."""
    found = {
        path.stem: tomllib.loads(path.read_text("utf-8"))
        for path in sorted((SAMPLES / "news").glob("*.toml"))
    }
    for outlet in found.values():
        items = [_on_day(item, day) for item in outlet["item"] if item["day"] <= day]
        outlet["item"] = sorted(items, key=lambda item: str(item["published"]), reverse=True)
    return found


def answers(day: int) -> dict[str, tuple[bytes, str]]:
    """What the invented web answers on a day: (body, content type) by URL."""
    feeds, web, all_outlets = load_feeds(SAMPLES / "feeds.toml"), {}, outlets(day)
    for key, outlet in all_outlets.items():
        charset = outlet.get("encoding", "utf-8")
        kind = TYPES[outlet["format"]]
        web[feeds[key].url] = feed_xml(outlet, outlet["item"]).encode(charset), f"{kind}; charset={charset}"
        for item in outlet["item"]:
            if "body" in item:
                web[link(outlet, item)] = page_html(outlet, item).encode(charset), "text/html"
            elif "syndicated_from" in item:
                web[link(outlet, item)] = (
                    _partner_page(all_outlets[item["syndicated_from"]], item),
                    "text/html",
                )
    return web


def build(target: Path = SAMPLES) -> list[Path]:
    """Write both days; gives the files."""
    asked: dict[str, str | None] = {}
    with patch.dict(os.environ, {FEEDS_ENV: str(SAMPLES / "feeds.toml")}):
        return [_build_day(day, target, asked) for day in DAYS]


def _build_day(day: int, target: Path, asked: dict[str, str | None]) -> Path:
    web, written = answers(day), target / f"day{day}" / "news.warc.gz"
    # The wall clock in a record would make every build another file.
    with TemporaryDirectory() as folder:
        archive = Archive(Path(folder), lambda: DAYS[day])
        queue = list(plan_for(load_feeds()))
        while queue:
            fetch = queue.pop(0)
            if fetch.token is None or asked.get(fetch.url) != fetch.token:
                asked[fetch.url] = fetch.token
                capture = archive.store(_answer(fetch, *web[fetch.url], at=DAYS[day]))
                queue.extend(_followed(capture))
        records = b"".join(path.read_bytes() for path in sorted(Path(folder).glob("**/*.warc.gz")))
    with whole_file(written) as part:
        part.write_bytes(records)
    return written


def _followed(capture: Any) -> Iterator[Fetch]:
    from contracts.errors import SourceChanged

    try:
        yield from follow(capture)
    except SourceChanged:
        return


def _answer(fetch: Fetch, body: bytes, content_type: str, at: datetime) -> Answer:
    return Answer(
        fetch=fetch,
        status=200,
        headers=(("Content-Type", content_type), ("Content-Length", str(len(body)))),
        body=BytesIO(body),
        size=len(body),
        retrieved_at=at,
        via="direct",
        evidence="synthetic",
        origin=f"written for this sample: samples/news/{fetch.scope['feed']}.toml",
        error=None,
        seconds=0.0,
    )


def _on_day(item: Mapping[str, Any], day: int) -> dict[str, Any]:
    changed = {name: value for name, value in item.items() if name != "day2"}
    if day == 2 and "day2" in item:
        changed["updated"] = item["day2"]["updated"]
        for old, new in item["day2"]["replace"]:
            if old not in changed["body"]:
                raise ValueError(f"{item['title']}: nothing to correct: {old!r}")
            changed["body"] = changed["body"].replace(old, new)
    return changed


def _partner_page(outlet: Mapping[str, Any], copy: Mapping[str, Any]) -> bytes:
    original = next(item for item in outlet["item"] if item["title"] == copy["title"])
    return page_html(outlet, original).encode()


if __name__ == "__main__":
    for path in build():
        print(f"{path.relative_to(SAMPLES.parent)}: {path.stat().st_size:,} bytes")
