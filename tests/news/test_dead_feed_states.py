"""Every feed known to be dead, its failure rebuilt, comes to the state that says so: in the lake, the mart and at a look."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.clock import stamp
from contracts.document import Answer, Fetch, Validators
from contracts.errors import SourceError
from contracts.feedstate import UNSEEN_AT_MOST
from extractors import ingest, registry
from extractors.news.feeds import load_feeds
from extractors.news.look import Looked, look
from extractors.news.source import SOURCE, plan_for
from extractors.web.verdict import verdict
from extractors.web.wire import Reply
from tests.conftest import DAY, make_answer
from tests.news.conftest import BLOCK, block
from tests.news.documents import ROOT, item, rss
from tests.news.test_dead_feeds import CHALLENGE, DENIED, FORBIDDEN, HOME, SHELL
from tests.transforms.lake import VARIABLES, query
from transforms.project import run
from warehouse.build import candidate, freeze
from warehouse.feedstate import FeedState, feed_states
from warehouse.home import Home, open_home

KNOWN = ROOT.parent / "shared/data/news/feeds_dead.csv"


@dataclass(frozen=True)
class Dead:
    """What a feed answered, and the state that is."""

    state: str
    body: str = ""
    status: int = 200


def frozen(*dates: str | None, path: str = "story") -> str:
    links = (f"https://outlet.example/{path}/{number}" for number in range(len(dates)))
    return rss(
        *(
            item(number, date=date, link=link)
            for number, (date, link) in enumerate(zip(dates, links, strict=True))
        )
    )


DEAD: dict[str, Dead] = {
    "Xinhua EN world": Dead(
        "stale", frozen("Tue, 05 Dec 2017 10:00:00 GMT", "Wed, 03 Jan 2018 10:00:00 GMT")
    ),
    "China Daily world": Dead("stale", frozen(None, None, path="a/201712/05")),
    "People's Daily politics": Dead("stale", frozen("2025-06-05")),
    "Xinhua zh politics": Dead("failing", HOME, 404),
    "CNN top": Dead("stale", frozen("Thu, 27 Apr 2023 15:06:38 GMT")),
    "SemiAnalysis old": Dead("stale", frozen("Mon, 15 Sep 2025 12:00:00 +0000")),
    "36Kr": Dead("not_a_feed", SHELL),
    "CLS telegraph": Dead("failing", '{"code": 404, "msg": "not found"}', 404),
    "Yicai zh": Dead("failing", HOME, 404),
    "The Paper": Dead("not_a_feed", HOME),  # a redirect to the home page, followed
    "Reuters": Dead("blocked", "", 401),
    "BIS": Dead("failing", HOME, 404),
    "Commerce": Dead("blocked", FORBIDDEN, 403),
    "CNBC Economy": Dead("failing", "", 410),  # the list says no more than that it is dead
    "Politico": Dead("blocked", CHALLENGE),
    "HuffPost": Dead("empty", rss(title="HuffPost")),
    "DW wrong slug": Dead("not_a_feed", "Error: no feed by that name."),
    "WSJ US": Dead("blocked", DENIED),
    "PBS short": Dead("not_a_feed", "", 202),
    "AnandTech": Dead("not_a_feed", HOME),
    # more ways to be dead than the list knows
    "undated and never new": Dead("ok", frozen(None, None)),
    "a sitemap of pages": Dead("not_a_feed", "<urlset><url><loc>https://a.example/1</loc></url></urlset>"),
    "a JSON error": Dead("not_a_feed", '{"error": "gone"}'),
}
KEYS = {f"dead_{number}": name for number, name in enumerate(DEAD)}
LATER = timedelta(days=12)
# was well, and has come to be dead in a way that no single answer shows
INDEX, MOVED = "https://index.example/sitemap.xml", "https://moved.example/feed"
WELL = {
    MOVED: Dead("ok", frozen(f"{DAY:%a, %d %b %Y %H:%M:%S} GMT")),
    f"{MOVED}/new": Dead("failing", HOME, 404),
    INDEX: Dead(
        "stale",
        '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>https://index.example/news.xml</loc>'
        f"<lastmod>{DAY:%Y-%m-%d}</lastmod></sitemap></sitemapindex>",
    ),
    "https://index.example/news.xml": Dead(
        "ok",
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
        "<url><loc>https://outlet.example/1</loc><news:news><news:title>A title</news:title>"
        f"<news:publication_date>{DAY:%Y-%m-%d}</news:publication_date></news:news></url></urlset>",
    ),
}


class Graveyard:
    """Answers each dead feed as it does, by the session's own verdict on a status."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        key = str(fetch.scope["feed"])
        dead = DEAD[KEYS[key]] if key in KEYS else WELL[fetch.url]
        body = dead.body.replace("<sitemapindex", f"<!-- {self.at} --><sitemapindex").encode()
        reply = Reply(dead.status, body=io.BytesIO(body), size=len(body))
        error: SourceError | None = verdict(reply, fetch.url, False, self.at)
        made = make_answer(fetch.url, body, source="news", status=dead.status, at=self.at, error=error)
        return replace(made, fetch=fetch)


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path = tmp_path_factory.mktemp("dead") / "feeds.toml"
    write(path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHOKEPOINT_FEEDS", str(path))
        yield path


def write(path: Path, moved: str = MOVED) -> None:
    """The list of these feeds, one of them at this address."""
    urls = {key: f"https://{key.replace('_', '-')}.example/feed" for key in KEYS}
    said = (
        {"key": f'"{key}"', "url": f'"{url}"'}
        for key, url in (urls | {"index": INDEX, "moved": moved}).items()
    )
    path.write_text("\n".join(block(BLOCK | one) for one in said), "utf-8")


@pytest.fixture(scope="module")
def polled(listed: Path, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Polled twice, twelve days apart; in between one feed was listed at another address."""
    home = open_home(tmp_path_factory.mktemp("graveyard") / "home", "sample")
    for at, parts in ((DAY, 1), (DAY + LATER, 0)):
        report = ingest.fetch(home, SOURCE, Graveyard(at))
        assert report.asked == len(DEAD) + 2 + parts
        ingest.parse(home, SOURCE)
        write(listed, f"{MOVED}/new")
    return home


@pytest.mark.skipif(not KNOWN.is_file(), reason="the folder ../shared/data with the dead feeds is not here")
def test_every_dead_feed_that_is_known_is_here() -> None:
    with KNOWN.open(newline="", encoding="utf-8") as handle:
        names = {row["name"] for row in csv.DictReader(handle)}
    assert names <= DEAD.keys()
    assert len(names) == 20


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("key", KEYS)
def test_a_look_says_what_it_is(key: str) -> None:
    [request] = plan_for(load_feeds(), [key])
    found = look(Graveyard(DAY), request)
    assert found.state == DEAD[KEYS[key]].state
    assert (found.reason is None) == (found.state == "ok")


@pytest.mark.usefixtures("listed")
def test_a_look_says_what_stopped_the_reader_and_what_a_204_is(monkeypatch: pytest.MonkeyPatch) -> None:
    class Quiet:
        def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
            return replace(make_answer(fetch.url, b"", source="news", status=204), fetch=fetch)

    [request] = plan_for(load_feeds(), ["dead_0"])
    assert look(Quiet(), request) == Looked("ok", "answered 204: nothing now")
    stopped = replace(SOURCE, parse=lambda document: 1 // 0)
    monkeypatch.setattr("extractors.news.look.SOURCE", stopped)
    found = look(Graveyard(DAY), request)
    assert found == Looked("failing", "the parser stopped: ZeroDivisionError")


def test_the_lake_and_the_mart_agree_on_every_one(polled: Home, tmp_path: Path) -> None:
    limits = {feed.key: feed.stale_after for feed in load_feeds().values()}
    states = feed_states(polled, "news", limits, {feed.key: feed.url for feed in load_feeds().values()})
    expected = {key: DEAD[name].state for key, name in KEYS.items()} | {"moved": "failing", "index": "stale"}
    undated = next(key for key, name in KEYS.items() if name == "undated and never new")
    expected[undated] = "stale"  # twelve days later nothing is new
    assert {key: state.state for key, state in states.items()} == expected
    mart = marts(polled, tmp_path, DAY + LATER + UNSEEN_AT_MOST)
    assert mart == {key: told(state.judged(DAY + LATER + UNSEEN_AT_MOST)) for key, state in states.items()}
    assert {checked_at for *_, checked_at in mart.values()} == {
        DAY + LATER
    }  # the same bytes again are a look
    assert {states[key].since for key in (undated, "moved", "index")} == {DAY + LATER}
    assert states["index"].reason == f"the newest item is of {DAY:%Y-%m-%d}"


def test_what_nobody_asks_is_nowhere_as_it_was_found(polled: Home, tmp_path: Path) -> None:
    late = DAY + LATER + UNSEEN_AT_MOST + timedelta(seconds=1)
    mart = marts(polled, tmp_path, late)
    feeds = load_feeds().values()
    states = feed_states(polled, "news", {f.key: f.stale_after for f in feeds}, {f.key: f.url for f in feeds})
    assert {state for state, *_ in mart.values()} == {"not_asked"}
    assert mart["dead_0"] == (
        "not_asked",
        DAY + LATER,
        f"nobody has looked since {DAY + LATER:%Y-%m-%d %H:%M}, it was stale then",
        DAY + LATER,
    )
    assert mart == {key: told(state.judged(late)) for key, state in states.items()}


def told(state: FeedState) -> tuple[Any, ...]:
    return state.state, state.since, state.reason, state.checked_at


def marts(home: Home, folder: Path, at: datetime) -> dict[str, tuple[Any, ...]]:
    """What the mart says of the listed feeds in a build made at `at`, by feed."""
    made = candidate(home, freeze(home, f"dead feeds {at}", registry.rights()))
    run(
        made.database,
        folder / "dbt",
        VARIABLES | {"as_of_time": stamp(at)},
        select="+feed_health",
        checks=False,
    )
    rows = query(made.database, "select * from marts.feed_health where listed")
    assert {row["text_use"] for row in rows} == {"full"}
    return {
        row["feed"]: tuple(row[name] for name in ("state", "since", "reason", "checked_at")) for row in rows
    }
