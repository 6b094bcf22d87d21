"""From asking to articles, by the real functions: what answers do over days, and in which order they are read."""

from __future__ import annotations

import itertools
import random
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.document import Answer, Fetch, Validators
from contracts.errors import SourceGone
from extractors import ingest, registry
from extractors.news.source import SOURCE
from extractors.web.session import Web
from tests.conftest import DAY, make_answer
from tests.fault_server import FaultServer
from tests.news.conftest import BLOCK, WriteFeeds
from tests.news.documents import FEED_URL, item, rss
from tests.news.test_page_gone import GONE, PARKED
from tests.text.newsroom import edited, words
from tests.text.told import ENGLISH
from tests.transforms.lake import VARIABLES, query
from transforms.project import run
from transforms.text.identify import identify
from warehouse import lake
from warehouse.build import candidate, freeze
from warehouse.home import Home, open_home

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


# --- what a site does over days


@pytest.mark.usefixtures("two_feeds")
def test_a_title_behind_a_304_that_lies_is_seen_a_day_later(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet = Outlet(pages={FEED_URL: news(1, 2), STORY.format(1): story(1), STORY.format(2): story(2)})
    changed = news(1, 2, title="Outlet, renamed", named={1: "Story one, corrected"})
    for hours in (0, 1, 5, 25):
        outlet.at = DAY + hours * HOUR
        monkeypatch.setattr("warehouse.state.now", lambda: outlet.at)
        day_of(home, outlet, wall=lambda: outlet.at)
        outlet.pages[FEED_URL] = changed
        titles = {row["title"] for row in lake.read(home, "news", "news_item")}
        assert ("Story one, corrected" in titles) is (hours == 25)
    assert [known for url, known in outlet.asked if url == FEED_URL] == [False, True, True, False]
    found = marts(home, tmp_path, "marts.article", "staging.feed_event", "staging.article_version")
    [renamed] = found["staging.feed_event"]
    assert (renamed["event"], renamed["previous"], renamed["now"]) == (
        "title_changed",
        "Outlet",
        "Outlet, renamed",
    )
    assert renamed["happened_at"] == DAY + 25 * HOUR
    one = {row["url_key"]: row for row in found["marts.article"]}[STORY.format(1)]
    assert (one["title"], one["first_seen"]) == ("Story one, corrected", DAY)
    versions = [row for row in found["staging.article_version"] if row["url_key"] == STORY.format(1)]
    assert [(v["version"], v["changed_fields"]) for v in versions if v["kind"] == "feed"] == [
        (1, None),
        (2, "title"),
    ]


@pytest.mark.usefixtures("two_feeds")
def test_an_item_that_leaves_and_returns_is_the_same_article(home: Home, tmp_path: Path) -> None:
    outlet = Outlet(pages={STORY.format(n): story(n) for n in (1, 2, 3)})
    for hours, body in enumerate(
        (news(1, 2), news(2, 3), news(1, 2, 3), news(1, 2, 3, named={1: "New words"}))
    ):
        outlet.at, outlet.pages[FEED_URL] = DAY + hours * HOUR, body
        day_of(home, Blind(outlet), wall=lambda: outlet.at)
    assert {url: outlet.count(url) for url in map(STORY.format, (1, 2, 3))} == {
        STORY.format(1): 1,
        STORY.format(2): 1,
        STORY.format(3): 1,
    }
    found = marts(home, tmp_path, "marts.article", "staging.article_version", "staging.feed_event")
    articles = {row["url_key"]: row for row in found["marts.article"]}
    assert {key: row["first_seen"] for key, row in articles.items()} == {
        STORY.format(1): DAY,
        STORY.format(2): DAY,
        STORY.format(3): DAY + HOUR,
    }
    assert articles[STORY.format(1)]["title"] == "New words"
    spoken = [
        (row["version"], row["title"], row["known_from"], row["changed_fields"])
        for row in found["staging.article_version"]
        if row["url_key"] == STORY.format(1) and row["kind"] == "feed"
    ]
    assert spoken == [
        (1, "Story 1", DAY, None),
        (2, "New words", DAY + 3 * HOUR, "title"),
    ]
    assert found["staging.feed_event"] == []


@dataclass
class Blind:
    """The outlet without validators: every answer is a whole one."""

    outlet: Outlet

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        return self.outlet.fetch(fetch)


@pytest.mark.usefixtures("two_feeds")
def test_redirects_to_parked_domains_and_soft_404s_leave_headlines(home: Home, tmp_path: Path) -> None:
    """A page may not lead to another's site; a feed may, and what stands there is no feed."""
    lots = {**GONE, **PARKED}
    listing = news(*range(1, len(lots) + 3))
    with FaultServer() as server:
        server.good(FEED_URL, listing, "application/rss+xml")
        for number, body in enumerate(lots.values(), 1):
            server.good(STORY.format(number), body, "text/html; charset=utf-8")
        away, good = len(lots) + 1, len(lots) + 2
        server.on(STORY.format(away), "redirect", to="https://parking.example/lander?d=outlet.example")
        server.on(
            "https://other.example/rss", "redirect", to="https://parking.example/lander?d=other.example"
        )
        server.good("https://parking.example/lander", PARKED["by its owner"], "text/html")
        server.good(STORY.format(good), story(good), "text/html")
        with Web({"CHOKEPOINT_MIRROR": server.base}) as web:
            day_of(home, web)
        asked_away = [seen.query for seen in server.requests("https://parking.example/lander")]
    assert asked_away == [(("d", "other.example"),)]
    documents = lake.read(home, "news", "document")
    reasons = {row["url"]: row["reason"] for row in documents if row["outcome"] == "quarantined"}
    assert {url: reason.split(":")[0] for url, reason in reasons.items()} == {
        **{STORY.format(number): "error" for number in range(1, len(lots) + 1)},
        "https://other.example/rss": "not-a-feed",
    }
    log = {row["url"]: row for row in lake.read(home, "news", "fetch")}
    assert "another publisher's site" in log[STORY.format(away)]["reason"]
    assert {row["url"] for row in lake.read(home, "news", "article_text")} == {STORY.format(good)}
    found = marts(home, tmp_path, "marts.article", "marts.feed_health")
    assert {row["url_key"]: row["state"] for row in found["marts.article"]} == {
        **{STORY.format(number): "error" for number in range(1, len(lots) + 1)},
        STORY.format(away): "headline",
        STORY.format(good): "article",
    }
    assert {row["feed"]: row["state"] for row in found["marts.feed_health"] if row["state"]} == {
        "test_feed": "ok",
        "headlines": "not_a_feed",
    }


# --- four polls of three outlets, again and in any order


OUTLETS = ("alder", "birch", "cedar")
EVENT = {told[1]: told[3] for told in ENGLISH if told[0] == "plant-texas"}
PRINTED = {name: [words(seed, 120) for seed in (n, n + 10, n + 20)] for n, name in enumerate(OUTLETS)}
# What each outlet's pages say at each poll: birch prints alder's first text, cedar cuts it, alder corrects its second.
BODIES = {
    "alder": lambda poll: [
        PRINTED["alder"][0],
        PRINTED["alder"][1] if poll < 2 else edited(PRINTED["alder"][1], 0.05),
        "",
    ],
    "birch": lambda poll: [PRINTED["alder"][0], PRINTED["birch"][1], PRINTED["birch"][2]],
    "cedar": lambda poll: [
        " ".join(PRINTED["alder"][0].split()[:80]),
        PRINTED["cedar"][1],
        PRINTED["cedar"][2],
    ],
}
SHOWN = ((1, 2), (1, 2, 3), (2, 3), (1, 2, 3))


@dataclass
class Replay:
    """What the outlets answer at one poll, always the same."""

    poll: int

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        outlet, number = fetch.url.removeprefix("https://").split(".example/")
        at = DAY + self.poll * timedelta(days=1) + OUTLETS.index(outlet) * HOUR
        body = feed_of(outlet, self.poll) if number == "feed" else page_of(outlet, self.poll, int(number))
        made = make_answer(fetch.url, body, at=at, headers={"Content-Type": "text/html; charset=utf-8"})
        return replace(made, fetch=fetch)


def feed_of(outlet: str, poll: int) -> bytes:
    changed = {
        "more": f"<atom:updated xmlns:atom='http://www.w3.org/2005/Atom'>2026-11-2{poll}T05:00:00Z</atom:updated>"
    }
    items = (
        item(n, title=title_of(outlet, n), link=f"https://{outlet}.example/{n}", **changed if n == 2 else {})
        for n in SHOWN[poll]
    )
    return rss(*items, title=outlet.title()).encode()


def title_of(outlet: str, number: int) -> str:
    return EVENT[outlet] if number == 3 else f"{outlet.title()} tells of matter number {number}"


def page_of(outlet: str, poll: int, number: int) -> bytes:
    said = BODIES[outlet](poll)[number - 1]
    if not said:
        return GONE["taken down"]
    paragraphs = "".join(
        f"<p>{' '.join(said.split()[at : at + 30])}.</p>" for at in range(0, len(said.split()), 30)
    )
    title = title_of(outlet, number)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()


@pytest.fixture
def outlets(write_feeds: WriteFeeds) -> None:
    write_feeds(*(BLOCK | {"key": f'"{name}"', "url": f'"https://{name}.example/feed"'} for name in OUTLETS))


def streamed(home: Home) -> Home:
    for poll in range(len(SHOWN)):
        day_of(home, Replay(poll))
    return home


@pytest.mark.usefixtures("outlets")
def test_a_stream_of_snapshots_replayed_adds_no_row(home: Home) -> None:
    streamed(home)
    before, written = held(home), files(home)
    assert min(len(before[name]) for name in ("article_text", "article_cluster", "article_story")) >= 2
    for _ in range(2):
        streamed(home)
        assert held(home) == before
    now = files(home)
    assert {path: now.get(path) for path in written if "/fetch/" not in path} == {
        path: body for path, body in now.items() if "/fetch/" not in path
    }


@pytest.mark.usefixtures("outlets")
@pytest.mark.parametrize("seed", range(4))
def test_documents_read_in_any_order_give_the_same_rows_and_groups(
    home: Home, tmp_path: Path, seed: int
) -> None:
    first = streamed(open_home(tmp_path / "first", "sample"))
    expected, found = held(first), held(shuffled(first, home, seed))
    for one in (expected, found):
        del one["article_reading"]  # an article heard of earlier than was known is noted again
    assert found == expected
    assert min(len(expected[name]) for name in ("article_text", "article_cluster", "article_story")) >= 2


@pytest.mark.usefixtures("outlets")
def test_documents_read_in_any_order_give_the_same_articles_and_stories(home: Home, tmp_path: Path) -> None:
    names = ("marts.article", "marts.story", "staging.article_version", "staging.feed_event")
    first = streamed(open_home(tmp_path / "first", "sample"))
    shuffled(first, home, 11)
    expected, found = marts(first, tmp_path / "one", *names), marts(home, tmp_path / "other", *names)
    assert found == expected
    articles = {row["url_key"]: row for row in expected["marts.article"]}
    assert len(articles) == 9
    copies = {key for key, row in articles.items() if row["cluster_id"] == "https://alder.example/1"}
    assert copies == {f"https://{name}.example/1" for name in OUTLETS}
    [told] = [row for row in expected["marts.story"] if row["n_clusters"] > 1]
    assert told["story_id"] == "https://alder.example/3"
    assert told["n_articles"] == told["n_clusters"] == told["n_outlets"]
    assert articles["https://alder.example/3"]["state"] == "error"
    assert articles["https://alder.example/2"]["versions"] > 1


def shuffled(first: Home, home: Home, seed: int) -> Home:
    """The documents of a home, kept in another in another order, read and identified in up to four slices."""
    drawn = random.Random(seed)
    kept = sorted(path for path in first.archive.rglob("*.warc.gz"))
    drawn.shuffle(kept)
    cuts = sorted(drawn.sample(range(1, len(kept)), seed % 4))
    for low, high in itertools.pairwise([0, *cuts, len(kept)]):
        for path in kept[low:high]:
            target = home.archive / path.relative_to(first.archive)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        ingest.parse(home, SOURCE)
        identify(home)
    return home
