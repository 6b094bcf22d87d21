"""The models of feeds against plain Python over the same rows: drawn feeds, ties and broken answers of every kind."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.feeddesk import FeedDesk
from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms.project import run

KINDS = ("wire", "parts", "moved", "unlisted")
REFUSED = (
    (200, "not-a-feed: a page"),
    (200, "blocked: a challenge"),
    (403, "too-slow: over 60 s"),
    (500, "cut off"),
)
FAILURES = (
    ("gone", 404, "not there (404)"), ("gone", 410, "gone (410)"), ("busy", 429, "fewer (429); try later (in 90000 s)"),
    ("busy", 503, "failed (503); try later"), ("busy", 499, "odd (499); try later (in 5000 s)"), ("refused", 403, "refuses us (403)"),
    ("busy", None, "x could not be reached: [Errno -3] no name"), ("busy", None, "x: TRY AGAIN"), ("busy", 404, "[Errno -3]"),
    ("busy", None, "x asked to be left alone for another 9000 s"), ("changed", None, "not what was asked"), ("busy", 500, "500"),
    ("busy", None, "Temporary failure in name resolution"), ("busy", 503, "asked to be left alone for another 7000 s"),
)  # fmt: skip
DRAWS = 60
BUILT = VARIABLES | {"as_of_time": "2026-01-18T10:00:00Z"}


def drawn_lake() -> Lake:
    """Feeds over some days or weeks, asked at few times of a day, so that much happens at once; rows in any order."""
    drawn, lake = random.Random(5), Lake()
    for number in range(DRAWS):
        for kind in KINDS:
            drawn_feed(drawn, lake, f"{kind}{number}")
    for rows in lake.rows.values():
        drawn.shuffle(rows)
    return lake


def drawn_feed(drawn: random.Random, lake: Lake, feed: str) -> None:
    spread, moments, good = drawn.choice([3, 15, 45]), (0, 59, 61, 600), list[str]()
    for number in range(drawn.choice([0, 1, 4, 12])):
        at = day(drawn.randrange(spread)) + timedelta(minutes=drawn.choice(moments))
        kind = drawn.choice(["poll", "poll", "poll", "again", "refused", "failed", "failed", "led on"])
        if kind == "failed" or (kind == "again" and not good):
            for _ in range(drawn.choice([1, 1, 40])):
                outcome, status, reason = drawn.choice(FAILURES)
                asked(lake, feed, url(drawn, feed, anywhere=True), at, outcome, status=status, reason=reason)
                at += timedelta(minutes=drawn.choice(moments))
        elif kind == "again":
            name = drawn.choice(good)
            place = next(d["url"] for d in lake.rows["document"] if d["document_id"] == name)
            asked(lake, feed, place, at, "unchanged", document_id=name)
        else:
            good.append(answer(drawn, lake, feed, f"{feed} {number}", at, kind))
    if not feed.startswith("unlisted") and drawn.random() < 0.8:
        terms = {"publisher": f"{feed} right", "licence": "CC0", "text_use": drawn.choice(["full", "none"])}
        where = f"https://{feed}.example/new" if feed.startswith("moved") else None
        said = {"subject_kind": "feed", "subject": feed, "listed": drawn.random() < 0.8, "url": where}
        lake.rows["rights"] += [terms | said, terms | said | {"subject_kind": "source", "publisher": "none"}]


def url(drawn: random.Random, feed: str, *, anywhere: bool = False) -> str:
    """Where a feed is asked; a request in its name may be for one of its pages, or for where it is listed now."""
    host = feed.replace("unlisted", "wire")  # what is listed under another key now
    if anywhere and drawn.random() < 0.4:
        return f"https://{host}.example/{drawn.choice(['page', 'new'])}"
    return f"https://{host}.example/{drawn.choice(['a.xml', 'b.xml']) if feed.startswith('parts') else 'rss'}"


def asked(lake: Lake, feed: str, place: str, at: datetime, outcome: str, **more: Any) -> None:
    row = {"source": "news", "url": place, "feed": feed, "at": at, "seconds": 1.0, "outcome": outcome}
    lake.rows["fetch"].append(row | {"reason": None, "status": None, "document_id": None} | more)


def answer(drawn: random.Random, lake: Lake, feed: str, name: str, at: datetime, kind: str) -> str:
    place, part = url(drawn, feed), feed.startswith("parts") and kind != "led on"
    scope = json.dumps({"kind": "feed", "feed": feed} | ({"part": True} if part else {}))
    place = f"https://{feed}.example/index.xml" if kind == "led on" else place
    status, reason = drawn.choice(REFUSED) if kind == "refused" else (200, None)
    outcome = {"refused": "quarantined", "led on": "empty"}.get(kind, "parsed")
    said = drawn.choice([None, None, at - timedelta(days=5)])
    more = {
        "scope": scope,
        "url": place,
        "status": status,
        "outcome": outcome,
        "reason": reason,
        "released_at": said,
    }
    lake.document(name, at, "news", **more)
    if kind != "poll":
        return name
    keys = drawn.sample(range(8), drawn.choice([0, 1, 3]))
    dated = (
        at - timedelta(days=drawn.randrange(40), minutes=drawn.choice([0, 1]))
        if keys and drawn.random() < 0.6
        else None
    )
    poll = {
        "feed": feed,
        "items": len(keys),
        "refused_items": 0,
        "newest_item_at": dated,
        "format": "rss",
        "part": part,
    }
    poll |= {
        "state": drawn.choice(["ok", "ok", "stale"]) if keys else "empty",
        "reason": drawn.choice([None, "said so"]),
    }
    poll |= {
        "channel_title": drawn.choice([None, "One", "Two"]),
        "wait_seconds": drawn.choice([None, 60.0, 7200.0, 99999.0]),
    }
    lake.add("feed_poll", name, [poll])
    lake.add(
        "news_item", name, [{"feed": feed, "url": f"u{k}", "url_key": f"u{k}", "title": "t"} for k in keys]
    )
    if drawn.random() < 0.6:
        terms = {
            "publisher": name,
            "language": "en",
            "licence": drawn.choice(["unknown", "CC0"]),
            "text_use": "none",
        }
        lake.add(
            "feed", name, [{"feed": feed, "url": place, "cadence_days": drawn.choice([0.5, 7.0])} | terms]
        )
    return name


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[FeedDesk, Path]:
    lake, folder = drawn_lake(), tmp_path_factory.mktemp("feeds")
    database = lake.write(folder)
    run(database, folder / "dbt", BUILT, select="+feed_health", checks=False)
    return FeedDesk(lake.rows, datetime.fromisoformat(BUILT["as_of_time"])), database


def test_how_feeds_are(made: tuple[FeedDesk, Path]) -> None:
    desk, database = made
    health = desk.health()
    found = {row["feed"]: row for row in query(database, "select * from marts.feed_health")}
    assert found.keys() == health.keys()
    for feed, expected in health.items():
        rate, ours = expected.pop("items_a_day"), found[feed].pop("items_a_day")
        assert ours == (None if rate is None else pytest.approx(rate, abs=1e-9))
        assert {name: found[feed][name] for name in expected} == expected
    states = {row["state"] for row in health.values()}
    assert states == {"ok", "stale", "empty", "not_a_feed", "blocked", "failing", "not_asked", None}


def test_what_happened_to_feeds(made: tuple[FeedDesk, Path]) -> None:
    desk, database = made
    found = query(
        database, "select feed, event, happened_at, previous, now, document_id from staging.feed_event"
    )
    assert sorted(map(tuple, (row.values() for row in found)), key=str) == sorted(desk.events, key=str)
    assert {row["event"] for row in found} == {"title_changed", "feed_gap"}
