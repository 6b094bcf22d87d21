"""What was known when, a case at a time."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from tests.transforms.lake import Lake, day

Version = tuple[str, int, str, datetime, datetime | None, bool]


def versions(lake: Lake) -> list[Version]:
    """(partner, value, document, known_from, known_to, withdrawn) in order."""
    return _ask(lake, "partner_code, value::integer, document_id, known_from, known_to, withdrawn", "vintage")


def _ask(lake: Lake, columns: str, what: str) -> list[Any]:
    names = {"vintage": "trade_flow_vintage", "cells": "trade_cell_document"}
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'").fetchall()
        connection.execute("attach ':memory:' as warehouse").fetchall()
        lake.fill(connection)
        query = f"select {columns} from warehouse.lake.{names[what]} order by all"
        return connection.execute(query).fetchall()


def test_a_b_a_is_three_observations() -> None:
    """A figure that is changed and changed back was three answers, a repeated one is not another."""
    lake = Lake()
    for number, value in enumerate((10, 10, 20, 10), start=1):
        lake.trade(f"d{number}", day(number), {"5700": value})
    assert versions(lake) == [
        ("5700", 10, "d1", day(1), day(3), False),
        ("5700", 10, "d4", day(4), None, False),
        ("5700", 20, "d3", day(3), day(4), False),
    ]


def test_a_withdrawn_row_ends_and_may_come_back() -> None:
    lake = Lake()
    lake.trade("d1", day(1), {"5700": 10, "5830": 5})
    lake.trade("d2", day(2), {"5700": 10})
    lake.trade("d3", day(3), {"5700": 10, "5830": 5})
    assert versions(lake) == [
        ("5700", 10, "d1", day(1), None, False),
        ("5830", 5, "d1", day(1), day(2), True),
        ("5830", 5, "d3", day(3), None, False),
    ]


def test_an_answer_repeated_before_it_was_withdrawn_is_one_observation() -> None:
    lake = Lake()
    lake.trade("d1", day(1), {"5830": 5})
    lake.trade("d2", day(2), {"5830": 5})
    lake.trade("d3", day(3), {"5700": 1})
    assert versions(lake) == [
        ("5700", 1, "d3", day(3), None, False),
        ("5830", 5, "d1", day(1), day(3), True),
    ]


def test_a_document_about_one_partner_says_nothing_of_another() -> None:
    lake = Lake()
    lake.trade("d1", day(1), {"5700": 10, "5830": 5})
    lake.trade("d2", day(2), {"5830": 6}, partners=("5830",))
    assert versions(lake) == [
        ("5700", 10, "d1", day(1), None, False),
        ("5830", 5, "d1", day(1), day(2), False),
        ("5830", 6, "d2", day(2), None, False),
    ]


def test_a_world_row_alone_withdraws_no_partner() -> None:
    lake = Lake()
    lake.trade("d1", day(1), {"-": 15, "5700": 10})
    lake.trade("d2", day(2), {"-": 16}, partners=("-",))
    assert [(row[0], row[2], row[4]) for row in versions(lake)] == [
        ("-", "d1", day(2)),
        ("-", "d2", None),
        ("5700", "d1", None),
    ]


def test_only_a_complete_document_speaks_for_what_it_leaves_out() -> None:
    lake = Lake()
    lake.trade("d1", day(1), {"5700": 10, "5830": 5})
    lake.trade("d2", day(2), {"5700": 11}, complete=False)
    assert versions(lake) == [
        ("5700", 10, "d1", day(1), day(2), False),
        ("5700", 11, "d2", day(2), None, False),
        ("5830", 5, "d1", day(1), None, False),
    ]


def test_a_late_old_document_is_history_and_a_refused_one_is_nothing() -> None:
    lake = Lake()
    lake.trade("new", day(5), {"5700": 3}, released_at=day(5))
    lake.trade("old", day(9), {"5700": 1}, released_at=day(1))
    lake.trade("unstated", day(3), {"5700": 2})
    lake.trade("refused", day(6), {"5700": 4}, outcome="quarantined")
    assert [(row[1], row[2], row[3]) for row in versions(lake)] == [
        (1, "old", day(1)),
        (2, "unstated", day(3)),
        (3, "new", day(5)),
    ]


def test_an_empty_answer_speaks_for_nothing_and_a_code_for_no_other_of_its_chapter() -> None:
    lake, (one, other) = Lake(), ("850760", "850440")
    lake.trade("d1", day(1), {"5700": 1}, prefix="85")
    lake.trade("d1", day(1), {"5700": 1}, code=other, prefix="85")
    lake.trade("d2", day(2), {}, prefix=one)
    lake.trade("d3", day(3), {}, prefix="")
    lake.trade("d4", day(4), {}, prefix="85", status=204)
    lake.trade("d5", day(5), {}, prefix="85", complete=False)
    rows = _ask(lake, "code, document_id, relation, partner_code", "cells")
    assert [row[:2] for row in rows if row[2] == "speaks"] == [
        (other, "d1"),
        (other, "d3"),
        (one, "d1"),
        (one, "d2"),
        (one, "d3"),
    ]
    assert {row[3] for row in rows} == {None}


@pytest.mark.parametrize(("other", "kept"), [(10, 1), (11, 2)])
def test_two_values_of_a_key_in_one_document_are_both_kept_to_be_blamed(other: int, kept: int) -> None:
    lake = Lake()
    lake.trade("d1", day(1), {"5700": 10})
    lake.trade("d1", day(1), {"5700": other})
    found = versions(lake)
    assert len(found) == kept
    assert [row[4] for row in found if row[1] == 10] == [None if kept == 1 else day(1)]


def test_cells_are_numbered_within_their_source_and_period() -> None:
    lake = Lake()
    for period in (date(2024, 1, 1), date(2024, 2, 1)):
        for code in ("850760", "850440"):
            lake.trade(f"{period}", day(1), {"5700": 1}, code=code, period=period)
    lake.trade("port", day(1), {"5700": 1}, source="us_census_port")
    rows = _ask(lake, "distinct source, period, code, cell_number", "cells")
    assert [(row[2], row[3]) for row in rows] == [("850440", 1), ("850760", 2)] * 2 + [("850760", 1)]


def test_blank_suppressed_and_zero_are_three_things() -> None:
    lake = Lake()
    for number, (status, value) in enumerate(
        (("blank", None), ("suppressed", None), ("reported", 0)), start=1
    ):
        lake.trade(f"d{number}", day(number), {"5700": value})
        lake.rows["trade_flow"][-1]["status"] = status
    found = _ask(lake, "known_from, status, value::integer, known_to", "vintage")
    assert found == [
        (day(1), "blank", None, day(2)),
        (day(2), "suppressed", None, day(3)),
        (day(3), "reported", 0, None),
    ]


def test_another_quantity_or_edition_is_another_version() -> None:
    lake = Lake()
    for number, changes in enumerate(
        ({}, {"quantity_1": 5, "unit_1": "NO"}, {"quantity_1": 5, "unit_1": "KG"}, {"hs_edition": "2022"})
    ):
        lake.trade(f"d{number}", day(number), {"5700": 10})
        lake.rows["trade_flow"][-1].update(changes)
    found = _ask(lake, "known_from, quantity_1::integer, unit_1, hs_edition", "vintage")
    assert [row[1:] for row in found] == [
        (None, None, None),
        (5, "NO", None),
        (5, "KG", None),
        (None, None, "2022"),
    ]
