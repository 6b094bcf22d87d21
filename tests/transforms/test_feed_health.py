"""How feeds are: every state with its since, gaps, new titles, frozen feeds that still answer, errors and what is due."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.clock import stamp
from contracts.feedstate import UNSEEN_AT_MOST
from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms import dictionary
from transforms.project import run
from warehouse.polling import PollState, error_weight

HOUR = timedelta(hours=1)
BUILT = VARIABLES | {"as_of_time": stamp(day(3) + UNSEEN_AT_MOST)}
Row = dict[str, Any]
FAILURES = [
    (404, "not there (404)"),
    (429, "the server asks for fewer requests (429); try later (in 90000 s)"),
    (503, "the server failed (503); try later"),
    (None, "x could not be reached: [Errno -3] Temporary failure in name resolution"),
    (None, "x asked to be left alone for another 600 s"),
    (None, "x did not answer within 30 s"),
    (401, "the server asks for a key (401)"),
]


def poll(lake: Lake, feed: str, at: datetime, stories: list[int], **more: Any) -> str:
    """A poll that was read, with the numbers of its stories."""
    part = more.pop("part", False)
    url = more.pop("url", f"https://{feed}.example/rss")
    scope = json.dumps({"feed": feed, "kind": "feed"} | ({"part": True} if part else {}))
    name = lake.document(f"{feed} {at:%m-%dT%H} {url[-5:]}", at, "news", scope=scope, url=url)
    lake.add("feed", name, [described(feed)])
    row = {"state": "ok", "channel_title": feed, "newest_item_at": at, "format": "rss", "part": part} | more
    lake.add("feed_poll", name, [{"feed": feed, "items": len(stories), "refused_items": 0} | row])
    items = [f"https://{feed}.example/{n}" for n in stories]
    lake.add("news_item", name, [{"feed": feed, "url": u, "url_key": u, "title": "t"} for u in items])
    return name


def described(feed: str) -> Row:
    return {
        "feed": feed,
        "url": f"https://{feed}.example/rss",
        "publisher": feed.title(),
        "language": "en",
        "licence": "unknown",
        "text_use": "none",
        "cadence_days": 1.0,
    }


def tried(lake: Lake, feed: str, at: datetime, outcome: str, **more: Any) -> None:
    row = {"source": "news", "url": f"https://{feed}.example/rss", "feed": feed, "at": at, "seconds": 1.0}
    lake.rows["fetch"].append(row | {"outcome": outcome, "reason": None, "status": None} | more)


@pytest.fixture(scope="module")
def health(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(watched(), tmp_path_factory.mktemp("health"))


def watched() -> Lake:
    lake = Lake()
    for number in range(4):
        poll(lake, "steady", day(number), list(range(number, number + 5)), wait_seconds=7200.0)
    poll(lake, "hasty", day(1), [1, 2, 3])
    poll(lake, "hasty", day(1) + HOUR, [], state="empty")
    poll(lake, "hasty", day(1) + 2 * HOUR, [4, 5])
    poll(lake, "hasty", day(1) + 3 * HOUR, [5, 6], channel_title="Another feed")
    poll(lake, "left_alone", day(3) - HOUR, [1])
    frozen = poll(lake, "frozen", day(1), [1])
    undated = poll(lake, "undated", day(1), [1], newest_item_at=None)
    for number in range(2, 14):
        tried(lake, "frozen", day(number), "unchanged", document_id=frozen)
        tried(lake, "undated", day(number), "unchanged", document_id=undated)
    poll(lake, "weary", day(1), [1])
    for number, (status, reason) in enumerate(FAILURES):
        tried(lake, "weary", day(2) + number * HOUR, "busy", status=status, reason=reason)
    for number in range(61):
        tried(lake, "silent", day(1) + number * HOUR, "gone", status=404, reason="not there (404)")
    tried(lake, "kept_out", day(1), "refused", status=403, reason="refuses us (403)")
    index = "https://parted.example/"
    for number, (name, state) in enumerate([("a.xml", "ok"), ("b.xml", "stale"), ("c.xml", "empty")]):
        poll(lake, "parted", day(1) + number * HOUR, [number], part=True, state=state, url=index + name)
    rights = ("publisher", "licence", "text_use")
    for feed in ("steady", "left_alone", "never_asked"):
        said = {name: described(feed)[name] for name in rights}
        lake.rows["rights"].append(
            {"subject_kind": "feed", "subject": feed, "listed": True, "note": None} | said
        )
    return lake


def built(lake: Lake, folder: Path) -> Path:
    database = lake.write(folder)
    results = run(database, folder / "dbt", BUILT, select="+feed_health")
    ours = ("feed_health", "feed_state", "feed_event", "feed_check")
    assert [r.name for r in results if r.status != "pass" and any(word in r.name for word in ours)] == []
    dictionary.write(database, folder / "dbt", results)
    return database


@pytest.fixture(scope="module")
def rows(health: Path) -> dict[str, Row]:
    return {row["feed"]: row for row in query(health, "select * from marts.feed_health")}


def test_states_and_since(rows: dict[str, Row]) -> None:
    assert {feed: (row["state"], row["since"]) for feed, row in rows.items()} == {
        "steady": ("ok", day(0)),
        "hasty": ("ok", day(1) + 2 * HOUR),
        "left_alone": ("not_asked", day(3) - HOUR),
        "frozen": ("stale", day(12)),
        "undated": ("stale", day(12)),
        "weary": ("failing", day(2)),
        "silent": ("failing", day(1)),
        "kept_out": ("blocked", day(1)),
        "parted": ("ok", day(1)),
        "never_asked": (None, None),
    }
    assert rows["frozen"]["reason"] == "the newest item is of 2026-01-02"
    assert rows["left_alone"]["reason"] == "nobody has looked since 2026-01-03 23:00, it was ok then"
    assert (rows["left_alone"]["last_state"], rows["frozen"]["last_state"]) == ("ok", "stale")
    assert rows["undated"]["reason"] == "no item is dated, and none is new since 2026-01-02"


def test_gaps_and_titles(health: Path, rows: dict[str, Row]) -> None:
    events = query(
        health, "select feed, event, happened_at, previous, now from staging.feed_event order by happened_at"
    )
    assert [tuple(event.values()) for event in events] == [
        ("hasty", "feed_gap", day(1) + 2 * HOUR, None, None),
        ("hasty", "title_changed", day(1) + 3 * HOUR, "hasty", "Another feed"),
    ]
    hasty = rows["hasty"]
    assert (hasty["gaps_30_days"], hasty["channel_title_changes"]) == (1, 1)
    assert (hasty["channel_title"], hasty["previous_channel_title"]) == ("Another feed", "hasty")
    assert (rows["steady"]["gaps_30_days"], rows["never_asked"]["gaps_30_days"]) == (0, None)


def test_items_a_day_leave_the_first_poll_out(rows: dict[str, Row]) -> None:
    assert rows["steady"]["items_a_day"] == 1.0
    assert rows["hasty"]["items_a_day"] is None
    assert rows["undated"]["items_a_day"] == 0.0


def test_errors_are_weighed_as_the_poller_weighs_them(rows: dict[str, Row]) -> None:
    weights = [error_weight(status, reason) for status, reason in FAILURES]
    assert weights == [0.5, 0.5, 0.5, 0.25, 0.0, 1.0, 1.0]
    weary, silent = rows["weary"], rows["silent"]
    assert (weary["weighted_errors"], weary["alert"]) == (sum(weights), False)
    assert (silent["weighted_errors"], silent["alert"]) == (30.5, True)
    assert (weary["last_ok_at"], weary["last_error"]) == (day(1), FAILURES[-1][1])


def test_what_is_due_is_what_the_poller_says(rows: dict[str, Row]) -> None:
    state = PollState("")
    state.succeed(day(3), 7200.0, None)
    assert rows["steady"]["next_due_at"] == state.due_at("", 3600.0) == day(3) + 2 * HOUR
    for number, (status, reason) in enumerate(FAILURES):
        state.fail(day(2) + number * HOUR, status, reason)
    late = state.due_at("https://weary.example/rss", 3600.0) - rows["weary"]["next_due_at"]
    assert timedelta(0) <= late < timedelta(minutes=10)
    assert rows["silent"]["next_due_at"] == day(1) + 60 * HOUR + timedelta(hours=24, minutes=-10)


def test_rights_stand_beside(rows: dict[str, Row]) -> None:
    assert (rows["steady"]["listed"], rows["steady"]["text_use"], rows["steady"]["licence"]) == (
        True,
        "none",
        "unknown",
    )
    assert rows["hasty"]["listed"] is False


def test_the_same_tries_logged_twice_change_no_steady_column(health: Path, tmp_path: Path) -> None:
    twice = watched()
    twice.rows["fetch"] += list(twice.rows["fetch"])
    again = twice.write(tmp_path)
    run(again, tmp_path / "dbt", BUILT, select="+feed_health", checks=False)
    names = query(
        health,
        "select column_name from meta.data_dictionary where table_name = 'feed_health' and column_name is not null and not volatile",
    )
    steady = ", ".join(row["column_name"] for row in names)
    assert "last_state" in steady
    first, second = (
        query(path, f"select {steady} from marts.feed_health order by feed") for path in (health, again)
    )
    assert first == second
    assert query(health, "select 1 from duckdb_tables() where table_name = 'feed_check'") == []
