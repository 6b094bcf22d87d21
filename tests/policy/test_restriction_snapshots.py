"""What the snapshots of a list make of it, one after the other: changes, removals, parts and losses."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import pytest

from tests.policy.models import CMIC, Built, Models, snapshot
from tests.policy.restrictions import SAID
from tests.transforms.lake import Lake, day

YMTC = {"name": "Yangtze Memory Technologies Co., Ltd."}


OTHER = {"name": "Somebody Else"}


def _versions(built: Built, name: str) -> list[tuple[Any, ...]]:
    rows = built.query(
        "select addresses, known_from, known_to, withdrawn from staging.restricted_party "
        f"where name = '{name}' order by known_from"
    )
    return [
        (r["addresses"], r["known_from"].date(), r["known_to"] and r["known_to"].date(), r["withdrawn"])
        for r in rows
    ]


def test_changed_and_changed_back_is_three_versions_and_one_restriction(models: Models) -> None:
    lake = Lake()
    for number, address in enumerate(("A", "B", "A", "A")):
        snapshot(lake, f"s{number}", day(number), [{**YMTC, "addresses": address}, OTHER])
    built = models.build(lake)
    first, second, third = (day(n).date() for n in range(3))
    assert _versions(built, YMTC["name"]) == [
        ("A", first, second, False),
        ("B", second, third, False),
        ("A", third, None, False),
    ]
    [row] = built.restrictions("ymtc", "us_entity_list")
    assert (row["status"], row["known_from"].date(), row["known_to"]) == ("listed", first, None)


@pytest.mark.parametrize("without", [1, 2])
def test_an_entry_that_goes_and_comes_back_is_two_intervals(models: Models, without: int) -> None:
    lake, back = Lake(), day(1 + without)
    for number, parties in enumerate(([YMTC, OTHER], *[[OTHER]] * without, [YMTC, OTHER])):
        snapshot(lake, f"s{number}", day(number), parties)
    built = models.build(lake)
    assert _versions(built, YMTC["name"]) == [
        (None, day(0).date(), day(1).date(), True),
        (None, back.date(), None, False),
    ]
    ended, listed = sorted(built.restrictions("ymtc", "us_entity_list"), key=lambda r: r["known_from"])
    assert (ended["status"], ended["known_to"].date(), ended["valid_until"]) == ("ended", day(1).date(), None)
    assert "no longer there" in ended["note"]
    assert (listed["status"], listed["known_from"].date()) == ("listed", back.date())


def test_an_id_made_of_the_content_ends_no_restriction(models: Models) -> None:
    lake = Lake()
    for number in range(3):
        party = {**YMTC, "entry_id": f"hash {number}", "addresses": f"{number} Street"}
        snapshot(lake, f"s{number}", day(number), [party, {**OTHER, "entry_id": "other"}])
    [row] = models.build(lake).restrictions("ymtc", "us_entity_list")
    assert (row["status"], row["known_from"].date(), row["document_id"]) == ("listed", day(0).date(), "s2")


def test_a_stated_end_ends_it(models: Models) -> None:
    lake = Lake()
    past, future = day(5).date(), day(5000).date()
    parties = [{**YMTC, "end_date": past}, {"name": "BYD Company Limited", "end_date": future}]
    snapshot(lake, "s", day(10), parties)
    built = models.build(lake)
    [over] = built.restrictions("ymtc", "us_entity_list")
    [lasting] = built.restrictions("byd", "us_entity_list")
    assert (over["status"], over["valid_until"]) == ("ended", past)
    assert (lasting["status"], lasting["valid_until"]) == ("listed", future)


def test_twins_of_one_id_are_told_apart(models: Models) -> None:
    lake = Lake()
    twins = [{**YMTC, "entry_id": "1", "addresses": a} for a in ("A", "B")]
    snapshot(lake, "s0", day(0), twins)
    snapshot(lake, "s1", day(1), list(reversed(twins)))
    built = models.build(lake)
    assert [v[0] for v in _versions(built, YMTC["name"])] == ["A", "B"]
    assert len(built.restrictions("ymtc", "us_entity_list")) == 1


def test_snapshots_in_any_order_of_arrival_are_one_history(models: Models) -> None:
    given = (([YMTC, OTHER], 0), ([OTHER], 2), ([{**YMTC, "addresses": "B"}, OTHER], 4))
    tables = []
    for order in itertools.permutations(given):
        lake = Lake()
        for parties, number in order:
            snapshot(lake, f"s{number}", day(number), parties)
        built = models.build(lake)
        found = [
            built.query(f"select * from {name} order by all")
            for name in ("staging.restricted_party", "staging.restriction", "marts.vendor_restriction")
        ]
        tables.append(found)
    assert all(table == tables[0] for table in tables)


def test_a_late_old_snapshot_becomes_history(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "new", day(3), [OTHER])
    snapshot(lake, "old", day(4), [YMTC, OTHER], released_at=day(1))
    [row] = models.build(lake).restrictions("ymtc", "us_entity_list")
    assert (row["status"], row["known_from"].date(), row["known_to"].date()) == (
        "ended",
        day(1).date(),
        day(3).date(),
    )


def test_a_list_is_read_only_when_the_newest_snapshot_holds_it(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "s0", day(0), [OTHER, {**OTHER, "list_name": CMIC}])
    snapshot(lake, "s1", day(1), [OTHER, {"name": "A Third"}])
    built = models.build(lake)
    [read] = built.restrictions("lenovo", "us_entity_list")
    assert (read["status"], read["document_id"], read["source"]) == ("no match by name", "s1", "us_csl")
    assert read["known_from"].date() == day(1).date()
    [gone] = built.restrictions("lenovo", "us_cmic")
    assert (gone["status"], gone["document_id"]) == ("list not read", None)


def test_what_a_part_of_the_list_does_not_hold_is_not_known(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "part", day(0), [YMTC])
    built = models.build(lake)
    [named] = built.restrictions("ymtc", "us_entity_list")
    assert named["status"] == "listed", "what it holds counts"
    [row] = built.restrictions("lenovo", "us_entity_list")
    assert (row["status"], row["source"], row["document_id"]) == ("list not read", None, None)
    assert row["note"] == "the snapshot of 2026-01-01 holds 1 parties: a part of the list"
    [said] = built.restrictions("sugon", "us_entity_list")
    assert said["note"] is None


def test_a_list_written_another_way_is_the_same_list(models: Models) -> None:
    lake = Lake()
    renamed = CMIC.replace("(CMIC)", "(NS-CMIC List)")
    snapshot(lake, "s", day(0), [{"name": "China Mobile Limited", "list_name": renamed}])
    [row] = models.build(lake).restrictions("china_mobile", "us_cmic")
    assert row["status"] == "listed"


def test_a_list_nobody_knows_loses_no_match(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "s", day(0), [{**YMTC, "list_name": "New List (NL) - Some Agency"}, OTHER])
    built = models.build(lake)
    [row] = built.restrictions("ymtc", "New List (NL) - Some Agency")
    assert (row["status"], row["authority"]) == ("listed", None)
    [other] = built.restrictions("lenovo", "New List (NL) - Some Agency")
    assert other["status"] == "no match by name"


def test_a_snapshot_that_settles_a_statement_says_so(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "s", day(0), [{"name": "Cambricon Technologies Corporation Limited"}, OTHER])
    built = models.build(lake)
    by_list, said = sorted(
        built.restrictions("cambricon", "us_entity_list"), key=lambda r: r["evidence"] == SAID
    )
    assert (by_list["document_id"], said["note"]) == ("s", None)
    [sugon] = built.restrictions("sugon", "us_entity_list")
    assert (sugon["status"], sugon["evidence"]) == ("listed", SAID)
    assert sugon["note"] == "the snapshot of 2026-01-01 holds no party matched by name"
    counted = {row["company_id"]: row for row in built.query("select * from marts.vendor")}
    assert (counted["cambricon"]["lists"], counted["cambricon"]["lists_stated"]) == ("us_entity_list", None)


def _many(count: int, **more: object) -> list[Mapping[str, object]]:
    return [{"name": f"Party {number}", **more} for number in range(count)]


def test_a_truncated_snapshot_is_blamed_and_a_smaller_loss_is_not(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "whole", day(0), _many(100))
    snapshot(lake, "less", day(1), _many(81))
    assert models.build(lake).blamed() == []
    snapshot(lake, "torn", day(2), _many(60))
    assert models.build(lake).blamed() == ["torn"]


def test_a_snapshot_without_one_of_its_lists_is_blamed(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "whole", day(0), [*_many(200), *_many(20, list_name=CMIC)])
    snapshot(lake, "torn", day(1), _many(205))
    assert models.build(lake).blamed() == ["torn"]


def test_of_two_that_contradict_the_one_that_came_later_is_blamed(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "here", day(5), _many(10))
    snapshot(lake, "late", day(6), _many(100), released_at=day(1))
    assert models.build(lake).blamed() == ["late"]
