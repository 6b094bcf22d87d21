"""`chokepoint news`: the feeds a site has, as blocks; how the feeds of the list are, from what is kept and by asking."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.clock import stamp
from extractors import ingest
from extractors.news.source import SOURCE
from tests.cli import standin
from tests.cli.conftest import Prompt
from tests.news.conftest import BLOCK, HEADLINES, block
from tests.news.documents import item, rss
from warehouse.home import Home

SILENT = BLOCK | {"key": '"silent"', "url": '"https://silent.example/rss"'}
NEW = BLOCK | {"key": '"new_one"', "url": '"https://new.example/rss"'}
HOSTILE = 'T\x1b[31m"\n[[feed]]\nlicence = "CC0"\u202e'
SITE = {
    "https://site.example/": b'<html><link rel="alternate" type="application/rss+xml" href="/rss"></html>',
    "https://site.example/rss": rss(item(1), title=HOSTILE.replace("\x1b", "")).encode(),
}
ANSWERS = {
    "https://outlet.example/news/feed.xml": rss(item(1), item(2)).encode(),
    "https://other.example/rss": rss(item(1, date="2025-06-05")).encode(),
    **SITE,
}


@pytest.fixture(autouse=True)
def listed(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = world / "feeds.toml"
    path.write_text("\n".join(map(block, (BLOCK, HEADLINES, SILENT, NEW))), encoding="utf-8")
    monkeypatch.setenv("CHOKEPOINT_FEEDS", str(path))
    monkeypatch.setattr("extractors.web.session.Web.from_env", lambda environ: standin.StandInWeb(ANSWERS))
    monkeypatch.setattr("cli.news.now", lambda: standin.AT)


def polled(home: Home) -> None:
    """Three feeds were asked, the fourth never was."""
    plan = [fetch for fetch in SOURCE.plan(standin.Window()) if "new.example" not in fetch.url]
    ingest.fetch(home, SOURCE, standin.StandInWeb(ANSWERS), plan=plan)
    ingest.parse(home, SOURCE)


def test_check(prompt: Prompt, live_home: Home) -> None:
    polled(live_home)
    said = prompt("news", "check", "--json")
    rows = {row["feed"]: row for row in said.envelope["data"]}
    assert {feed: row["state"] for feed, row in rows.items()} == {
        "test_feed": "ok",
        "headlines": "stale",
        "silent": "failing",
        "new_one": None,
    }
    assert said.code == 4
    assert (rows["silent"]["weighted_errors"], rows["new_one"]["next_due_at"]) == (0.5, None)
    prompt.hold_golden("news check", "normal", said)
    prompt.hold_golden("news check", "normal in words", prompt("news", "check"))
    prompt.hold_golden("news check", "one", prompt("news", "check", "test_feed", "--json"))


def test_check_online_keeps_nothing(prompt: Prompt, world: Path) -> None:
    before = sorted(world.rglob("*"))
    said = prompt("news", "check", "--online", "--json")
    states = [row["state"] for row in said.envelope["data"]]
    assert (said.code, states) == (4, ["ok", "stale", "failing", "failing"])
    assert sorted(world.rglob("*")) == before
    prompt.hold_golden("news check", "online", said)
    prompt.hold_golden("news check", "online in words", prompt("news", "check", "--online", "test_feed"))


def test_check_where_nothing_is(prompt: Prompt) -> None:
    prompt.hold_golden("news check", "no home", prompt("news", "check", "--json"))
    prompt.hold_golden("news check", "no such feed", prompt("news", "check", "nowhere", "--json"))


def test_a_feed_that_fails_for_long_is_told(prompt: Prompt, live_home: Home) -> None:
    polled(live_home)
    from warehouse.state import SourceState

    state = SourceState(live_home, "news")
    state.polls["https://silent.example/rss"].errors = 30.0
    state.save()
    said = prompt("news", "check", "silent", "--json")
    assert said.envelope["data"][0]["alert"] is True
    assert said.envelope["warnings"] == ["silent has failed for long (weight 30): look at it"]


def test_a_feed_that_nobody_has_asked_for_days_is_told(
    prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled(live_home)
    monkeypatch.setattr("cli.news.now", lambda: standin.AT + timedelta(days=3))
    assert prompt("news", "check", "test_feed", "--json").code == 0
    monkeypatch.setattr("cli.news.now", lambda: standin.AT + timedelta(days=3, seconds=1))
    said = prompt("news", "check", "--json")
    states = {row["feed"]: (row["state"], row["since"]) for row in said.envelope["data"]}
    asked = stamp(standin.AT)
    assert states == {
        "test_feed": ("not_asked", asked),
        "headlines": ("not_asked", asked),
        "silent": ("not_asked", asked),
        "new_one": (None, None),
    }
    assert said.code == 4
    prompt.hold_golden("news check", "not asked", prompt("news", "check", "test_feed", "--json"))
    prompt.hold_golden("news check", "not asked in words", prompt("news", "check", "test_feed"))


def test_discover(prompt: Prompt, world: Path) -> None:
    said = prompt("news", "discover", "https://site.example/")
    [found] = tomllib.loads(said.out)["feed"]
    assert (found["url"], found["licence"], found["text"]) == ("https://site.example/rss", "unknown", "none")
    assert not {"\x1b", "\u202e"} & set(said.out)
    prompt.hold_golden("news discover", "normal in words", said)
    prompt.hold_golden("news discover", "normal", prompt("news", "discover", "site.example", "--json"))
    assert not (world / "home").exists()


@pytest.mark.parametrize(
    ("url", "code"), [("ftp://site.example/", 2), ("http://", 2), ("https://down.example/", 7)]
)
def test_discover_says_what_is_wrong(prompt: Prompt, url: str, code: int) -> None:
    said = prompt("news", "discover", url, "--json")
    assert said.code == code
    prompt.hold_golden("news discover", url, said)


def test_discover_on_a_site_without_feeds(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    web = standin.StandInWeb({"https://bare.example/": b"<html></html>"})
    monkeypatch.setattr("extractors.web.session.Web.from_env", lambda environ: web)
    said = prompt("news", "discover", "https://bare.example/", "--json")
    assert said.code == 7
    prompt.hold_golden("news discover", "nothing there", said)
