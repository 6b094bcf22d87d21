"""The slope between a connector's imports of inputs and its exports, against Python's own regression."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import log
from random import Random
from statistics import correlation, linear_regression
from typing import Any

from tests.transforms.lake import Lake, day
from tests.transforms.models import Compiled
from tests.transforms.reckoned import shift

PARTS, BATTERIES, FIRST = "850790", "850760", date(2020, 1, 1)
CHINA, VIETNAM = "156", "704"


def add(
    lake: Lake, name: str, source: str, reporter: str, code: str, values: Mapping[tuple[date, str], int]
) -> None:
    key: dict[str, Any] = {
        "reporter": reporter,
        "flow": "import",
        "flow_basis": "CIF",
        "level": "HS6",
        "code": code,
    }
    said = {"partner_kind": "country", "country_codes": "m49", "status": "reported", "currency": "USD"}
    rows = [
        {**key, **said, "period": period, "period_type": "M", "partner_code": partner, "value": value}
        for (period, partner), value in values.items()
    ]
    lake.document(name, day(1), source)
    lake.add("trade_flow", name, rows)
    scopes = ({**row, "code_prefix": code, "partner_code": None, "complete": True} for row in rows)
    lake.add("trade_scope", name, scopes)


def drawn(dice: Random, months: int) -> tuple[Lake, dict[date, int], dict[date, int]]:
    """Parts that Vietnam takes from China, batteries that the US takes from Vietnam; a month is missing, another has nothing."""
    periods = [shift(FIRST, n) for n in range(months)]
    taken = {period: dice.randrange(1, 1000) for period in periods}
    sent = {period: taken[period] * 3 + dice.randrange(1, 500) for period in periods}
    taken[periods[5]], gone = 0, sent.pop(periods[9])
    assert gone > 0
    lake = Lake()
    add(lake, "parts", "un_comtrade", "VNM", PARTS, {(at, CHINA): value for at, value in taken.items()})
    add(lake, "batteries", "un_comtrade", "USA", BATTERIES, {(at, VIETNAM): v for at, v in sent.items()})
    return lake, taken, sent


def changes(series: Mapping[date, int]) -> dict[date, float]:
    pairs = ((at, series.get(shift(at, -1), 0), now) for at, now in series.items())
    return {at: log(now / before) for at, before, now in pairs if now > 0 and before > 0}


def test_the_slope_is_that_of_a_regression_of_the_last_36_months(models: Compiled) -> None:
    lake, taken, sent = drawn(Random(7), 48)
    x, y = changes(taken), changes(sent)
    with models.only("substitution_link").build(lake) as connection:
        rows = connection.execute(
            "select period, n_obs, first_period, slope, r_squared, note from marts.substitution_link "
            "where basket_id = 'layer_lithium_ion_batteries' and side = 'mirror' and partner_definition = 'CHN' order by period"
        ).fetchall()
    assert [row[0] for row in rows] == sorted(x.keys() & y.keys())
    for period, n_obs, first, slope, r_squared, note in rows:
        window = [at for at in sorted(x.keys() & y.keys()) if shift(period, -35) <= at <= period]
        assert (n_obs, first) == (len(window), window[0])
        if len(window) < 24:
            assert (slope, r_squared) == (None, None)
            assert note == f"{n_obs} pairs of changes in 36 months: fewer than 24"
        else:
            xs, ys = [x[at] for at in window], [y[at] for at in window]
            assert abs(slope - linear_regression(xs, ys).slope) < 1e-9
            assert abs(r_squared - correlation(xs, ys) ** 2) < 1e-9
            assert note is None
    assert max(row[1] for row in rows) > 30
    assert sum(row[3] is not None for row in rows) > 15
