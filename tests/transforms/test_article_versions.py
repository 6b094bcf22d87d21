"""Versions of an article and what they changed, and which addresses are one article: whatever the order of reading."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms.project import run

SITE = "https://wire.example"
FEED, PAGE = '{"kind": "feed", "feed": "wire"}', '{"kind": "page", "feed": "wire"}'
FIRST, SECOND = "Prices rose.\n\nNobody said why.", "Prices rose.\n\nA ministry said why.\n\nMore follows."


def address(key: str) -> dict[str, Any]:
    return {"feed": "wire", "url": key, "url_key": key}


def page(lake: Lake, name: str, number: int, key: str, **said: Any) -> None:
    fields = {"title": "A title", "body": FIRST, "body_sha256": "1" * 64, "page_state": "article", **said}
    lake.add(
        "article_text", lake.document(name, day(number), "news", scope=PAGE), [{**address(key), **fields}]
    )


def item(lake: Lake, name: str, number: int, key: str, **said: Any) -> None:
    lake.add("news_item", lake.document(name, day(number), "news", scope=FEED), [{**address(key), **said}])


def articles(lake: Lake) -> None:
    """One article read four times, one by three addresses, one episode, one page that was a consent wall."""
    story = f"{SITE}/story"
    page(lake, "p1", 2, story, published_at=day(1), published_source="json-ld", published_confidence="high")
    page(lake, "p2", 3, story, published_at=day(1), published_source="json-ld", published_confidence="high")
    dated = {"published_at": day(1), "published_source": "json-ld", "published_confidence": "high"}
    changed = {"body": SECOND, "body_sha256": "2" * 64, "modified_at": day(4), "modified_precision": "day"}
    page(lake, "p3", 4, story, **dated, **changed)
    page(
        lake, "p4", 5, story, **dated, **changed | {"title": "Another title"}, syndication_note="Source: CNBC"
    )
    item(lake, "i1", 1, story, title="A title", published_at=day(0), published_source="feed-updated-day")

    for number, key in enumerate((f"{SITE}/amp/grid", "https://m.wire.example/grid", f"{SITE}/2026/grid")):
        own = f"{SITE}/grid?ref=1#top" if number == 2 else None
        page(lake, f"g{number}", 10 + number, key, title="Grid", canonical_url=own)
    page(lake, "g3", 14, f"{SITE}/grid?ref=1", title="GRID!", canonical_url="http://wire.example/grid")
    page(lake, "wrong", 15, f"{SITE}/elsewhere", title="Something else", canonical_url=f"{SITE}/grid")
    page(lake, "front", 15, f"{SITE}/lost", title="Grid", canonical_url=f"{SITE}/")
    page(lake, "front2", 15, f"{SITE}/lost-too", title="Grid", canonical_url=f"{SITE}/")
    page(lake, "foreign", 15, f"{SITE}/copy", title="Grid", canonical_url="https://other.example/grid")

    episode = {"enclosure_url": f"{SITE}/e.mp3", "enclosure_type": "audio/mpeg"}
    item(lake, "i2", 16, f"{SITE}/episode", title="Episode", **episode)
    item(lake, "i3", 16, f"{SITE}/walled", title="Walled")
    scope = f'{{"kind": "page", "feed": "wire", "url_key": "{SITE}/walled"}}'
    wall = {"outcome": "quarantined", "reason": "consent: a wall of consent, no article"}
    lake.document("wall", day(17), "news", scope=scope, **wall)


@pytest.fixture(scope="module", params=["in order", "reversed"])
def release(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake, folder = Lake(), tmp_path_factory.mktemp("versions")
    articles(lake)
    rights = {"publisher": "Wire", "licence": "CC0", "text_use": "full", "listed": True}
    lake.rows["rights"] = [{"subject_kind": "feed", "subject": "wire", **rights}]
    if request.param == "reversed":
        for rows in lake.rows.values():
            rows.reverse()
    database = lake.write(folder)
    run(database, folder / "dbt", VARIABLES, select="+article", checks=False)
    return database


def article(release: Path, key: str, columns: str) -> dict[str, Any]:
    [row] = query(release, f"select {columns} from marts.article where url_key = '{key}'")
    return row


def test_only_readings_that_differ_are_versions_and_say_what_they_changed(release: Path) -> None:
    sql = f"""select version, changed_fields, characters_added as added, characters_removed as removed, known_to is null as last
        from staging.article_version where url_key = '{SITE}/story' and kind = 'page' order by version"""
    [first, second, third] = query(release, sql)
    assert first == {"version": 1, "changed_fields": None, "added": None, "removed": None, "last": False}
    came, went = len("A ministry said why.") + len("More follows."), len("Nobody said why.")
    assert second | {"last": None} == {
        "version": 2,
        "changed_fields": "modified_at; body",
        "last": None,
        "added": came,
        "removed": went,
    }
    assert third == {
        "version": 3,
        "changed_fields": "title; syndication_note",
        "last": True,
        "added": None,
        "removed": None,
    }


def test_an_article_has_the_best_of_its_readings(release: Path) -> None:
    columns = "title, published_at, published_source, modified_at, modified_precision, versions, state, has_text, syndication_note"
    assert article(release, f"{SITE}/story", columns) == {
        "title": "A title",
        "published_at": day(1),  # a feed's date of an update is no date of publication
        "published_source": "json-ld",
        "modified_at": day(4),
        "modified_precision": "day",
        "versions": 3,
        "state": "article",
        "has_text": True,
        "syndication_note": "Source: CNBC",
    }


def test_addresses_of_one_site_that_lead_to_one_article_are_one(release: Path) -> None:
    rows = query(
        release,
        f"select url_key from staging.article_address where article_key = '{SITE}/amp/grid' order by 1",
    )
    assert [row["url_key"] for row in rows] == [
        "https://m.wire.example/grid",
        f"{SITE}/2026/grid",
        f"{SITE}/amp/grid",
        f"{SITE}/grid?ref=1",
    ]
    told = article(release, f"{SITE}/amp/grid", "addresses, title, cluster_id, is_copy")
    assert told == {"addresses": 4, "title": "GRID!", "cluster_id": f"{SITE}/amp/grid", "is_copy": False}


def test_a_page_that_names_a_wrong_address_stays_apart(release: Path) -> None:
    for name in ("elsewhere", "lost", "lost-too", "copy"):
        assert article(release, f"{SITE}/{name}", "addresses") == {"addresses": 1}


def test_what_is_no_text_is_known_as_such(release: Path) -> None:
    assert article(release, f"{SITE}/episode", "media_kind, state") == {
        "media_kind": "audio",
        "state": "headline",
    }
    assert article(release, f"{SITE}/walled", "state, has_text") == {"state": "consent", "has_text": False}
