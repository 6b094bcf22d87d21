"""What fetch, parse and run do beyond their golden answers."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import MappingProxyType

import pytest

from contracts.document import Window
from extractors.selection import UnusableWindow, select, window
from tests.cli import standin
from tests.cli.conftest import Prompt, down

JANUARY = "https://rates.example/2026-01"


def test_months_and_days_are_inclusive_and_each_source_takes_its_own() -> None:
    rates, papers = standin.SOURCES["rates"], standin.SOURCES["papers"]
    assert window(rates, "2024-02", "2024-02") == Window(date(2024, 2, 1), date(2024, 2, 29))
    assert window(papers, "2024-02-03", None) == Window(date(2024, 2, 3), None)
    for source, start, end in (
        (rates, "2024-13", None),
        (rates, "2024-1", None),
        (papers, "2024-02", None),
        (papers, None, "2024-02-30"),
        (papers, "2024-02-02", "2024-02-01"),
    ):
        with pytest.raises(UnusableWindow):
            window(source, start, end)


def test_dates_that_change_nothing_are_said_to(prompt: Prompt) -> None:
    said = prompt("fetch", "papers", "--from", "2026-01-01", "--json")
    assert said.code == 0
    assert said.envelope["warnings"] == [
        "papers asks for the same whatever the dates are. A feed gives its newest items."
    ]


def test_one_feed_is_chosen_by_its_key(prompt: Prompt, world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from extractors.news.source import SOURCE

    block = '[[feed]]\nkey = "{0}"\nurl = "https://{0}.example/feed"\npublisher = "P"\ncountry = "USA"\n'
    block += 'language = "en"\ntopics = ["chips"]\ncadence = "unknown"\nlicence = "unknown"\ntext = "none"\n'
    (world / "feeds.toml").write_text(block.format("one") + block.format("two"), encoding="utf-8")
    monkeypatch.setenv("CHOKEPOINT_FEEDS", str(world / "feeds.toml"))
    monkeypatch.setattr("extractors.registry.sources", lambda: MappingProxyType({"news": SOURCE}))
    assert [fetch.url for fetch in select("news:two").plan] == ["https://two.example/feed"]
    assert len(select("news").plan) == 2
    assert prompt("fetch", "news:three").code == 3


def test_only_news_has_feeds(prompt: Prompt) -> None:
    said = prompt("fetch", "rates:one")
    assert (said.code, said.err) == (2, "error: rates has no feeds: only news:<key> names one\n")


def test_a_missing_key_stops_its_own_source_only(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    said = prompt("fetch", "keyed")
    assert (said.code, said.err) == (3, f"error: keyed needs {standin.KEY}: set it in the environment\n")
    monkeypatch.setenv(standin.KEY, "a-key-of-some-length")
    assert prompt("fetch", "keyed").code == 0
    assert prompt("sources", "--json").envelope["data"][0]["key"] == f"{standin.KEY} is set"


@pytest.mark.usefixtures("fast_build")
def test_a_lost_source_stops_no_other(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    down(monkeypatch, JANUARY)
    said = prompt("run", "--json")
    assert said.code == 7
    data = said.envelope["data"]
    assert [(r["source"], r["counts"]) for r in data["fetched"]] == [
        ("papers", {"stored": 1}),
        ("rates", {"busy": 1}),
    ]
    assert data["refresh"]["outcome"] == "released"


@pytest.mark.usefixtures("fast_build")
def test_a_second_run_finds_nothing_new(prompt: Prompt) -> None:
    assert prompt("run", "--json").code == 0
    again = prompt("run", "--json").envelope["data"]
    assert again["refresh"]["outcome"] == "nothing new"
    assert [report["written"] for report in again["parsed"]] == [[], [], []]


def test_parse_all_a_second_time_writes_no_file(prompt: Prompt) -> None:
    prompt("fetch", "rates")
    assert prompt("parse", "rates", "--all").code == 0
    again = prompt("parse", "rates", "--all", "--json").envelope["data"]
    assert again[0]["written"] == []
    assert again[0]["outcomes"] == {"parsed": 1}


def test_a_mirror_makes_a_sample_home_and_every_command_says_so(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHOKEPOINT_MIRROR", "http://127.0.0.1:1")
    assert prompt("fetch", "rates", "--json").envelope["kind"] == "sample"
    monkeypatch.delenv("CHOKEPOINT_MIRROR")
    said = prompt("parse", "--json")
    assert said.envelope["kind"] == "sample"
    assert said.err.splitlines()[0] == "sample data: recordings, not live"
    mixed = prompt("fetch", "rates")
    assert mixed.code == 3
    assert "holds sample data" in mixed.err
