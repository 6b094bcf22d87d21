"""Many feeds at once, a tenth of them failing; the same snapshots again add nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benches.news_poll import FAULTS, ITEMS, poll, world
from tests.fault_server import FaultServer
from warehouse import lake
from warehouse.home import Home

FEEDS = 100


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultServer]:
    with world(FEEDS, tmp_path_factory.mktemp("crowd")) as running:
        yield running


def counts(home: Home) -> dict[str, int]:
    names = ("feed_poll", "news_item", "document")
    return {name: len(lake.read(home, "news", name, ["document_id"])) for name in names}


def test_a_failing_tenth_costs_only_itself_and_a_replay_adds_no_row(home: Home, crowd: FaultServer) -> None:
    first = poll(home, crowd)
    good = FEEDS - FEEDS // 10
    assert first.fetched.asked == FEEDS
    assert first.fetched.counts["stored"] == good + FAULTS.count("html")
    assert first.parsed.rows["feed_poll"] == good
    assert first.parsed.rows["news_item"] == good * ITEMS
    first.fetched.raise_if_failed(0.5)
    before = counts(home)
    second = poll(home, crowd)
    assert second.fetched.counts["unchanged"] == good + FAULTS.count("html")
    again = counts(home)
    assert {name: again[name] for name in ("feed_poll", "news_item")} == {
        name: before[name] for name in ("feed_poll", "news_item")
    }
    assert second.parsed.rows.get("news_item", 0) == 0


@pytest.mark.parametrize("fault", ["endless", "gzip_bomb", "drip", "truncated"])
def test_a_feed_that_never_ends_ends(home: Home, tmp_path: Path, fault: str) -> None:
    with world(3, tmp_path) as server:
        server.on("/feed2.example/rss", fault)
        done = poll(home, server)
    assert done.parsed.rows["feed_poll"] == 1
    assert done.fetched.asked == 3
