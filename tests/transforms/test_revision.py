"""What a source changed after it had said it: one trap each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest

from tests.transforms.lake import PORT, Lake, day, month
from tests.transforms.models import Compiled

JANUARY = month(2024, 1)


Found = tuple[datetime, Any, Any, int, int, int, int, str]
Ask = Callable[[Lake, str], list[Found]]


@pytest.fixture(scope="module")
def revisions(models: Compiled) -> Ask:
    revision = models.only("revision")

    def ask(lake: Lake, basket: str) -> list[Found]:
        columns = (
            "known_from, old_value::double, new_value::double, n_cells, n_cells_changed, n_new, n_withdrawn"
        )
        sql = f"select {columns}, document_id from marts.revision where basket_id = '{basket}' order by known_from"
        with revision.build(lake) as connection:
            return connection.execute(sql).fetchall()

    return ask


def told(*answers: tuple[int, Mapping[str, int | None]], **shared: Any) -> Lake:
    """A lake of answers about one code and month: day and values by partner code."""
    lake = Lake()
    for number, values in answers:
        lake.trade(f"day {number}", day(number), values, **shared)
    return lake


def test_a_first_release_is_no_revision(revisions: Ask) -> None:
    lake = told((1, {"5700": 60, "4280": 40}))
    lake.trade("february", day(2), {"5700": 50}, period=month(2024, 2))
    assert revisions(lake, "li_ion") == []


def test_the_same_again_is_no_revision(revisions: Ask) -> None:
    assert revisions(told((1, {"5700": 60}), (2, {"5700": 60})), "li_ion") == []


def test_a_revision_and_a_return_to_the_old_value(revisions: Ask) -> None:
    first, second = {"5700": 60, "4280": 40}, {"5700": 70, "4280": 40}
    assert revisions(told((1, first), (2, second), (3, first)), "li_ion") == [
        (day(2), 100, 110, 2, 1, 0, 0, "day 2"),
        (day(3), 110, 100, 2, 1, 0, 0, "day 3"),
    ]


def test_a_withdrawal_and_what_comes_back(revisions: Ask) -> None:
    whole = {"5700": 60, "4280": 40}
    assert revisions(told((1, whole), (2, {"4280": 40}), (3, whole)), "li_ion") == [
        (day(2), 100, 40, 2, 1, 0, 1, "day 2"),
        (day(3), 40, 100, 2, 1, 1, 0, "day 3"),
    ]


def test_what_an_answer_that_spoke_for_it_left_out_is_new(revisions: Ask) -> None:
    assert revisions(told((1, {"4280": 40}), (2, {"5700": 60, "4280": 40})), "li_ion") == [
        (day(2), 40, 100, 2, 1, 1, 0, "day 2")
    ]


def test_what_was_never_asked_for_is_not(revisions: Ask) -> None:
    lake = Lake()
    lake.trade("named", day(1), {"4280": 40}, partners=("4280",))
    lake.trade("wider", day(2), {"4280": 40, "5700": 60}, partners=("4280", "5700"))
    assert revisions(lake, "li_ion") == []
    lake.trade("incomplete", day(1), {"4280": 40}, complete=False, source=PORT)
    lake.trade("complete", day(2), {"4280": 40, "5700": 60}, source=PORT)
    assert revisions(lake, "li_ion") == []


def test_a_late_old_file_becomes_the_first_release(revisions: Ask) -> None:
    lake = told((5, {"5700": 60}))
    lake.trade("late", day(9), {"5700": 55}, released_at=day(3))
    assert revisions(lake, "li_ion") == [(day(5), 55, 60, 1, 1, 0, 0, "day 5")]


def test_the_world_row_is_the_value_and_countries_are_the_cells(revisions: Ask) -> None:
    lake = told((1, {"-": 100, "5700": 60, "0003": 40}), (2, {"-": 120, "5700": 60, "0003": 60}))
    assert revisions(lake, "li_ion") == [(day(2), 100, 120, 1, 0, 0, 0, "day 2")]


def test_suppressed_figures_have_no_value(revisions: Ask) -> None:
    lake = told((1, {"5700": 60, "4280": 40}), (2, {"5700": None, "4280": 40}), (3, {"5700": 61, "4280": 40}))
    assert revisions(lake, "li_ion") == [
        (day(2), 100, None, 2, 1, 0, 0, "day 2"),
        (day(3), None, 101, 2, 1, 0, 0, "day 3"),
    ]


def test_codes_said_first_are_in_neither_value(revisions: Ask) -> None:
    lake = told((1, {"5700": 60}), code="847150")
    lake.trade("day 2", day(2), {"5700": 70}, code="847150")
    lake.trade("day 2", day(2), {"5700": 500}, code="847180")
    lake.trade("day 3", day(3), {"5700": 80}, code="847150")
    assert revisions(lake, "fed3") == [
        (day(2), 60, 70, 1, 1, 0, 0, "day 2"),
        (day(3), 570, 580, 2, 1, 0, 0, "day 3"),
    ]


def test_another_currency_is_no_sum(revisions: Ask) -> None:
    lake = told((1, {"5700": 60}), (2, {"5700": 60}))
    for row in lake.rows["trade_flow"]:
        row["currency"] = {"day 1": "USD", "day 2": "CNY"}[row["document_id"]]
    assert revisions(lake, "li_ion") == [(day(2), None, None, 1, 1, 0, 0, "day 2")]


def test_sources_are_kept_apart(revisions: Ask) -> None:
    lake = told((1, {"5700": 60}))
    lake.trade("port", day(2), {"5700": 70}, source=PORT)
    assert revisions(lake, "li_ion") == []


def test_countries_without_their_world_row_have_no_value(revisions: Ask) -> None:
    lake = told((1, {"5700": 60}), (2, {"5700": 70}), partners=("5700",))
    lake.trade("world", day(3), {"-": 100}, partners=("-",))
    lake.trade("day 4", day(4), {"5700": 80}, partners=("5700",))
    lake.trade("day 5", day(5), {"5700": 80})
    lake.trade("day 6", day(6), {"-": 100, "5700": 80})
    assert revisions(lake, "li_ion") == [
        (day(2), None, None, 1, 1, 0, 0, "day 2"),
        (day(4), 100, 100, 1, 1, 0, 0, "day 4"),
        (day(5), 100, None, 1, 0, 0, 0, "day 5"),
        (day(6), None, 100, 1, 0, 0, 0, "day 6"),
    ]


def test_all_that_is_gone_is_nothing(revisions: Ask) -> None:
    lake = told((1, {"-": 100, "5700": 60}))
    lake.trade("day 2", day(2), {})
    assert revisions(lake, "li_ion") == [(day(2), 100, 0, 1, 1, 0, 1, "day 2")]


def test_blank_that_becomes_suppressed_is_a_revision(revisions: Ask) -> None:
    lake = told((1, {"5700": None, "4280": 40}), (2, {"5700": None, "4280": 40}))
    for row in lake.rows["trade_flow"]:
        if (row["document_id"], row["partner_code"]) == ("day 1", "5700"):
            row["status"] = "blank"
    assert revisions(lake, "li_ion") == [(day(2), None, None, 2, 1, 0, 0, "day 2")]
