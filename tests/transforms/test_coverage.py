"""How far a source's figures reach: gaps, answers cut off, and what is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.transforms.lake import API, PORT, Lake, day, month
from tests.transforms.models import Compiled

Ask = Callable[[Lake], list[dict[str, Any]]]
SOURCE = {"title": "T", "publisher": "P", "homepage": "h", "licence": "l", "parser_version": "1", "scale": 1}


@pytest.fixture(scope="module")
def coverage(models: Compiled) -> Ask:
    reach = models.only("source_coverage")

    def ask(lake: Lake) -> list[dict[str, Any]]:
        with reach.build(lake) as connection:
            found = connection.sql("select * from marts.source_coverage order by all")
            return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    return ask


def months(*numbers: int, cut: tuple[int, ...] = (), **shared: Any) -> Lake:
    lake = Lake()
    for number in numbers:
        lake.trade(
            f"{number}",
            day(number),
            {"5700": 1},
            period=month(2026, number),
            complete=number not in cut,
            **shared,
        )
    return lake


def test_months_without_a_gap(coverage: Ask) -> None:
    [row] = coverage(months(1, 2, 3))
    assert (row["first_period"], row["complete_through"], row["newest_period"]) == (
        month(2026, 1),
        month(2026, 3),
        month(2026, 3),
    )
    assert (row["n_periods"], row["n_gaps"], row["gaps"], row["incomplete_periods"]) == (3, 0, None, None)


def test_a_gap_ends_it_and_is_named(coverage: Ask) -> None:
    [row] = coverage(months(1, 2, 5, 7))
    assert (row["complete_through"], row["newest_period"]) == (month(2026, 2), month(2026, 7))
    assert (row["n_gaps"], row["gaps"]) == (2, "2026-03-01..2026-04-01 2026-06-01")


def test_an_answer_cut_off_ends_it_until_a_complete_one_speaks(coverage: Ask) -> None:
    lake = months(1, 2, 3, cut=(2,))
    [row] = coverage(lake)
    assert (row["complete_through"], row["n_gaps"]) == (month(2026, 1), 0)
    assert (row["n_incomplete_periods"], row["incomplete_periods"]) == (1, "2026-02-01")
    lake.trade("again", day(9), {"5700": 1}, period=month(2026, 2))
    assert coverage(lake)[0]["complete_through"] == month(2026, 3)


def test_nothing_is_complete_where_the_first_is_not(coverage: Ask) -> None:
    assert coverage(months(1, 2, cut=(1,)))[0]["complete_through"] is None


def test_a_code_nobody_spoke_for_makes_the_month_incomplete(coverage: Ask) -> None:
    lake = months(1, 2)
    lake.trade("part", day(3), {"5700": 1}, code="850440", period=month(2026, 2), complete=False)
    assert coverage(lake)[0]["complete_through"] == month(2026, 1)


def test_quarters_and_years_have_their_own_step(coverage: Ask) -> None:
    lake = Lake()
    for period, period_type in (
        (date(2025, 7, 1), "Q"),
        (date(2025, 10, 1), "Q"),
        (date(2023, 1, 1), "CY"),
        (date(2025, 1, 1), "CY"),
    ):
        lake.trade(f"{period}", day(1), {"5700": 1}, period=period, period_type=period_type)
    assert [(r["period_type"], r["complete_through"], r["gaps"]) for r in coverage(lake)] == [
        ("CY", date(2023, 1, 1), "2024-01-01"),
        ("Q", date(2025, 10, 1), None),
    ]


def test_late_by_cadence_and_lag(coverage: Ask) -> None:
    lake = months(8, 9)
    lake.trade("port", day(9), {"5700": 1}, period=month(2026, 9), source=PORT)
    lake.trade("year", day(9), {"5700": 1}, period=month(2020, 1), period_type="CY")
    for source, lag in ((API, 52), (PORT, 22)):
        lake.rows["source"].append({**SOURCE, "source": source, "cadence_days": 31, "lag_days": lag})
    found = {(r["source"], r["period_type"]): (r["expected_period"], r["late"]) for r in coverage(lake)}
    assert found == {
        (API, "M"): (month(2026, 9), False),
        (PORT, "M"): (month(2026, 10), True),
        (API, "CY"): (None, None),
    }


def test_a_source_that_says_nothing_of_itself_is_not_judged(coverage: Ask) -> None:
    assert [(r["expected_period"], r["late"]) for r in coverage(months(1))] == [(None, None)]


def test_january_with_february_is_no_gap_of_a_year_to_date_but_of_the_months(coverage: Ask) -> None:
    lake = Lake()
    for period_type, periods in (
        ("YTD", ((2024, 11), (2024, 12), (2025, 2), (2025, 3), (2025, 5))),
        ("M", ((2024, 12), (2025, 3))),
    ):
        for year, number in periods:
            name = f"{period_type} {year} {number}"
            lake.trade(name, day(1), {"5700": 1}, period=month(year, number), period_type=period_type)
    assert [(r["period_type"], r["complete_through"], r["gaps"]) for r in coverage(lake)] == [
        ("M", month(2024, 12), "2025-01-01..2025-02-01"),
        ("YTD", month(2025, 3), "2025-04-01"),
    ]


def test_december_missing_with_january_is_a_gap_of_a_year_to_date(coverage: Ask) -> None:
    lake = Lake()
    for year, number in ((2024, 11), (2025, 2)):
        lake.trade(f"{year}", day(1), {"5700": 1}, period=month(year, number), period_type="YTD")
    assert [(r["complete_through"], r["gaps"]) for r in coverage(lake)] == [
        (month(2024, 11), "2024-12-01..2025-01-01")
    ]
