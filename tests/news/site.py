"""A site made up for tests, a day of asking, reading and identifying it, and all that is held then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from contracts.document import Answer, Fetch, Validators
from contracts.errors import SourceGone
from extractors import ingest, registry
from extractors.news.source import SOURCE
from tests.conftest import DAY, make_answer
from tests.news.documents import item, rss
from tests.transforms.lake import VARIABLES, query
from transforms.project import run
from transforms.text.identify import identify
from warehouse import lake
from warehouse.build import candidate, freeze
from warehouse.home import Home

HOUR = timedelta(hours=1)
STORY = "https://outlet.example/story/{}"
TEXT = "".join(
    f"<p>Paragraph {n} of a story about transformers, and what their makers say of the year to come.</p>"
    for n in range(5)
)
Rows = dict[str, list[str]]


@dataclass
class Outlet:
    """A site: what its addresses answer now, by the address; it sends 304 to whoever names a validator."""

    at: datetime = DAY
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, bool]] = field(default_factory=list)

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        known = validators is not None and validators.etag is not None
        self.asked.append((fetch.url, known))
        headers = {"Content-Type": "text/html; charset=utf-8", "ETag": '"always"'}
        if fetch.url not in self.pages:
            made = make_answer(fetch.url, None, status=404, at=self.at, error=SourceGone("not there (404)"))
        elif known:
            made = make_answer(fetch.url, None, status=304, at=self.at, headers=headers)
        else:
            made = make_answer(fetch.url, self.pages[fetch.url], at=self.at, headers=headers)
        return replace(made, fetch=fetch)

    def count(self, url: str) -> int:
        return sum(one == url for one, _ in self.asked)


def story(number: int, title: str | None = None) -> bytes:
    title = title or f"Story {number}"
    return f"<html><head><title>{title} | Outlet</title></head><body><article><h1>{title}</h1>{TEXT}</article></body></html>".encode()


def news(*numbers: int, title: str = "Outlet", named: Mapping[int, str] | None = None) -> bytes:
    return rss(*(item(n, title=(named or {}).get(n)) for n in numbers), title=title).encode()


def day_of(home: Home, web: Any, **more: Any) -> None:
    """Ask, read, identify."""
    ingest.fetch(home, SOURCE, web, **more)
    ingest.parse(home, SOURCE)
    identify(home)


def held(home: Home) -> Rows:
    """Every row of news and identity, by dataset, but for when it was written down."""
    names = ("news_item", "article_text", "feed_poll", "document", "feed")
    late = {"archived_at"}
    found: Rows = {name: _rows(home, "news", name, late) for name in names}
    groups = ("article_reading", "article_edge", "article_cluster", "article_story")
    return found | {name: _rows(home, "text_identity", name, late) for name in groups}


def _rows(home: Home, source: str, dataset: str, without: set[str]) -> list[str]:
    rows = lake.read(home, source, dataset)
    return sorted(repr({name: value for name, value in row.items() if name not in without}) for row in rows)


def files(home: Home) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(home.lake.rglob("*.parquet"))}


def marts(home: Home, folder: Path, *tables: str) -> dict[str, list[dict[str, Any]]]:
    made = candidate(home, freeze(home, "whole way", registry.rights()))
    run(
        made.database,
        folder / "dbt",
        VARIABLES,
        select=" ".join(f"+{name.rpartition('.')[2]}" for name in tables),
        checks=False,
    )
    return {name: query(made.database, f"select * from {name} order by all") for name in tables}
