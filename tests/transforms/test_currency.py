"""Other currencies: turned into dollars at the average of their period, never added to each other, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.transforms.lake import API, PORT, Lake, day, month
from tests.transforms.models import Ask

JANUARY = month(2024, 1)
ASKED = ("trade_monthly", "exposure", "revision")
MONTHLY = (
    "select partner, value::double, currency, value_usd::double, denominator_usd::double, source "
    "from marts.trade_monthly order by all"
)


def in_currency(lake: Lake, currency: str, name: str, values: dict[str, int | None], **shared: Any) -> None:
    lake.trade(name, shared.pop("at", day(1)), values, **shared)
    for row in lake.rows["trade_flow"]:
        if row["document_id"] == name:
            row["currency"] = currency


def rates(lake: Lake, name: str, at: int, given: Iterable[tuple[date, str, str]], **changes: Any) -> None:
    lake.document(name, day(at), "ecb_fx", **changes)
    records = [{"base": "EUR", "quote": q, "rate_date": d, "rate": Decimal(r)} for d, q, r in given]
    lake.add("fx_rate", name, records)


def working_days(first: date, last: date) -> list[date]:
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    return [d for d in days if d.weekday() < 5]


def january(quote: str, first: str, second: str) -> list[tuple[date, str, str]]:
    """Fixings from 29 December to 1 February: one rate until the 15th, another after."""
    return [
        (d, quote, first if d <= date(2024, 1, 15) else second)
        for d in working_days(date(2023, 12, 29), date(2024, 2, 1))
    ]


def test_the_average_is_of_fixings_and_not_of_days(ask: Ask) -> None:
    lake = Lake()
    in_currency(lake, "EUR", "eu", {"5700": 100})
    rates(lake, "ecb", 2, january("USD", "1.1", "1.2"))
    early = len(working_days(date(2024, 1, 1), date(2024, 1, 15)))
    late = len(working_days(date(2024, 1, 16), date(2024, 1, 31)))
    [row] = ask(lake, MONTHLY)
    assert row[:3] == ("CHN", 100, "EUR")
    assert row[3] == round(100 * (1.1 * early + 1.2 * late) / (early + late), 2)


def test_a_third_currency_goes_by_way_of_the_euro(ask: Ask) -> None:
    lake = Lake()
    in_currency(lake, "HKD", "hk", {"5700": 1000})
    rates(lake, "ecb", 2, january("USD", "1.1", "1.1") + january("HKD", "8.8", "8.8"))
    assert ask(lake, MONTHLY) == [("CHN", 1000, "HKD", 125, 125, API)]


@pytest.mark.parametrize(
    ("lost", "why"),
    [
        (lambda d: d > date(2024, 1, 25), "the end is not out yet"),
        (
            lambda d: d > date(2024, 1, 29),
            "the last days are not out yet: nothing is carried beyond the newest fixing",
        ),
        (lambda d: date(2024, 1, 8) <= d <= date(2024, 1, 15), "a hole longer than holidays are"),
        (lambda d: d < date(2024, 1, 10), "the beginning is not known"),
    ],
)
def test_a_period_not_covered_has_no_dollars(ask: Ask, lost: Callable[[date], bool], why: str) -> None:
    lake = Lake()
    in_currency(lake, "EUR", "eu", {"5700": 60, "4280": 40})
    rates(lake, "ecb", 2, [rate for rate in january("USD", "1.1", "1.1") if not lost(rate[0])])
    assert [row[:5] for row in ask(lake, MONTHLY)] == [
        ("CHN", 60, "EUR", None, None),
        ("DEU", 40, "EUR", None, None),
    ], why
    share = "select distinct import_usd, share, currency from marts.exposure where basket_id = 'li_ion' and period_type = 'M'"
    assert ask(lake, share) == [(None, None, "EUR")]


def test_a_currency_nobody_fixes_has_no_dollars(ask: Ask) -> None:
    lake = Lake()
    in_currency(lake, "TWD", "tw", {"5700": 60})
    rates(lake, "ecb", 2, january("USD", "1.1", "1.1"))
    assert ask(lake, MONTHLY) == [("CHN", 60, "TWD", None, None, API)]


def test_shares_of_a_cell_do_not_hang_on_the_rate(ask: Ask) -> None:
    lake = Lake()
    in_currency(lake, "EUR", "eu", {"5700": 60, "4280": 40})
    rates(lake, "ecb", 2, january("USD", "1.1234", "1.0987"))
    share = "select share from marts.exposure where basket_id = 'li_ion' and partner_definition = 'CHN' and period_type = 'M'"
    assert ask(lake, share) == [(0.6,)]


def test_partners_and_rest_make_the_total_to_the_cent(ask: Ask) -> None:
    lake = Lake()
    in_currency(
        lake,
        "EUR",
        "eu",
        {"-": 100, "5700": 33, "4280": 33, "5830": 33},
        partners=("-", "5700", "4280", "5830"),
    )
    in_currency(
        lake,
        "EUR",
        "no rest",
        {"-": 99, "5700": 33, "4280": 66},
        partners=("-", "5700", "4280"),
        code="850440",
    )
    rates(lake, "ecb", 2, january("USD", "1.0001", "1.0049"))
    made = (
        "select hs6, sum(value_usd)::double, max(denominator_usd)::double, max(case partner when 'ROW' then value end)::double "
        "from marts.trade_monthly group by hs6 order by hs6"
    )
    found = ask(lake, made)
    assert all(total == added for _, added, total, _ in found)
    assert [rest for *_, rest in found] == [None, 1]


def test_an_answer_in_dollars_goes_before_one_without_a_rate(ask: Ask) -> None:
    lake = Lake()
    in_currency(lake, "TWD", "first by rank", {"5700": 60})
    lake.trade("second", day(1), {"5700": 2}, source=PORT)
    assert [(row[1], row[5]) for row in ask(lake, MONTHLY)] == [(2, PORT)]


def test_two_currencies_in_a_cell_are_no_answer(ask: Ask) -> None:
    lake = Lake()
    in_currency(lake, "USD", "dollars", {"5700": 60}, partners=("5700",))
    in_currency(lake, "EUR", "euros", {"4280": 40}, partners=("4280",))
    rates(lake, "ecb", 2, january("USD", "1.1", "1.1"))
    assert ask(lake, MONTHLY) == []
    assert ask(lake, "select * from marts.exposure") == []


def test_a_late_old_rate_is_history_and_a_new_one_counts(ask: Ask) -> None:
    def lake(*names: str) -> Lake:
        made = Lake()
        in_currency(made, "EUR", "eu", {"5700": 100})
        told = {
            "first": lambda: rates(made, "first", 3, january("USD", "1.1", "1.1")),
            "late": lambda: rates(made, "late", 9, january("USD", "1.5", "1.5"), released_at=day(2)),
            "corrected": lambda: rates(made, "corrected", 10, january("USD", "1.2", "1.2")),
        }
        for name in names:
            told[name]()
        return made

    asked = "select value_usd::double, data_vintage from marts.trade_monthly"
    assert ask(lake("first", "late"), asked) == ask(lake("late", "first"), asked) == [(110, day(3))]
    corrected = lake("corrected", "late", "first")
    assert ask(corrected, asked) == [(120, day(10))]
    then = "select value_usd::double from marts.trade_monthly_as_of(timestamptz '2026-01-0{}')"
    assert [ask(corrected, then.format(number)) for number in (2, 3, 4)] == [[(None,)], [(150,)], [(110,)]]


def test_years_and_years_to_date_have_their_own_average(ask: Ask) -> None:
    lake = Lake()
    for period, period_type in ((date(2024, 1, 1), "CY"), (date(2024, 3, 1), "YTD"), (date(2024, 4, 1), "Q")):
        in_currency(lake, "EUR", period_type, {"5700": 100}, period=period, period_type=period_type)
    steps = {1: "1.0", 2: "1.0", 3: "1.0", 4: "2.0", 5: "2.0", 6: "2.0"}
    days = working_days(date(2023, 12, 29), date(2025, 1, 2))
    rates(lake, "ecb", 2, [(d, "USD", "1.0" if d.year != 2024 else steps.get(d.month, "3.0")) for d in days])
    found: dict[str, float] = dict(
        ask(
            lake,
            "select period_type, import_usd::double from marts.exposure "
            "where basket_id = 'li_ion' and partner_definition = 'CHN'",
        )
    )
    spread = [
        len([d for d in days if d.year == 2024 and steps.get(d.month, "3.0") == rate])
        for rate in ("1.0", "2.0", "3.0")
    ]
    mean = sum(n * rate for n, rate in zip(spread, (1, 2, 3), strict=True)) / sum(spread)
    assert found == {"CY": round(100 * mean, 2), "YTD": 100, "Q": 200}


def test_a_file_in_another_currency_ends_the_one_before_and_is_no_sum(ask: Ask) -> None:
    lake = Lake()
    in_currency(lake, "USD", "dollars", {"5700": 60, "4280": 40})
    in_currency(lake, "EUR", "euros", {"5700": 50}, at=day(2))
    rates(lake, "ecb", 2, january("USD", "1.1", "1.1"))
    assert ask(lake, MONTHLY) == [("CHN", 50, "EUR", 55, 55, API)]
    revised = (
        "select distinct old_value, new_value, currency, n_cells_changed, n_withdrawn from marts.revision"
    )
    assert ask(lake, revised) == [(None, None, None, 2, 1)]
