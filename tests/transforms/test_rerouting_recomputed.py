"""Rerouting and the interval of exposure against plain Python, over small lakes drawn at random."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from tests.transforms.lake import Lake, day, month
from tests.transforms.models import Compiled
from tests.transforms.reckoned_marts import Marts
from tests.transforms.reckoned_rerouting import Rerouting
from tests.transforms.test_trade_recomputed import same, seeds_of

CODES = ("847150", "847180", "847330", "850760")
M49 = {"USA": "842", "CHN": "156", "HKG": "344", "VNM": "704", "MEX": "484", "EU27": "97"}
REPORTERS = ("USA", "CHN", "VNM", "VNM", "MEX", "MEX", "EU27")
NAMES = (*M49, "MAC")
WAY = "reporter, connector, partner_definition, side, import_basis, export_basis, period, period_type"
REROUTING = (
    f"{WAY}, basket_id, basket_version, upper_bound_usd, upper_bound_share, import_usd, export_usd, n_codes_both, "
    "coverage_codes, n_obs, source, data_vintage, evidence"
)
INTERVAL = (
    "reporter, partner_definition, basket_id, basket_version, flow_basis, side, period, period_type, import_usd, direct_share, "
    "firm_scaled_share, bound_share, n_connectors_known, n_connectors, connectors_missing, denominator, n_obs, source, "
    "data_vintage, evidence"
)


def draw(seed: int) -> Lake:
    """Imports and exports of connectors and reporters: every basis, months and years, whole lists and named partners."""
    dice, lake = Random(seed), Lake()
    for number in range(dice.randrange(20, 45)):
        reporter = dice.choice(REPORTERS)
        flow, basis = dice.choice(
            (("import", "CIF"),) * 4
            + (("import", "FOB"), ("export", "FOB"), ("export", "FOB"), ("export", "RE_EXP"))
        )
        source = dice.choice(("un_comtrade", "un_comtrade", "korea_customs"))
        name = lake.document(f"d{number:03}", day(number), source, evidence=dice.choice(("live", "rebuilt")))
        key = {"reporter": reporter, "flow": flow, "flow_basis": basis, "level": "HS6"}
        asked = None if dice.random() < 0.6 else dice.sample(sorted(M49), 4)
        periods, kind = _periods(dice)
        codes = dice.choice((CODES, CODES, CODES[:3], CODES[3:]))
        lake.add(
            "trade_flow", name, _rows(dice, key | {"period_type": kind}, periods, codes, asked or list(M49))
        )
        named: list[str | None] = [None] if asked is None else [M49[partner] for partner in asked]
        scope = {**key, "period_type": kind, "complete": True}
        scopes = (
            {**scope, "period": p, "code_prefix": c, "partner_code": n}
            for p in periods
            for c in codes
            for n in named
        )
        lake.add("trade_scope", name, scopes)
    return lake


def _periods(dice: Random) -> tuple[list[date], str]:
    if dice.random() < 0.75:
        return [month(2023, 1)], "CY"
    return [month(2023, n + 1) for n in range(dice.choice((3, 12)))], "M"


def _rows(
    dice: Random, key: dict[str, Any], periods: list[date], codes: tuple[str, ...], partners: list[str]
) -> Iterator[dict[str, Any]]:
    currency = dice.choice(("USD",) * 7 + ("EUR",))
    for period in periods:
        for code in codes:
            for partner in partners:
                if partner == key["reporter"] or dice.random() < 0.15:
                    continue
                status = dice.choice(("reported",) * 24 + ("suppressed",))
                yield {
                    **key,
                    "period": period,
                    "code": code,
                    "partner_code": M49[partner],
                    "partner_kind": "group" if partner == "EU27" else "country",
                    "country_codes": "m49",
                    "status": status,
                    "value": Decimal(dice.randrange(0, 30)) if status == "reported" else None,
                    "currency": currency,
                }


@pytest.mark.parametrize("seed", range(4))
def test_rerouting_and_the_interval_are_what_the_definitions_say(models: Compiled, seed: int) -> None:
    lake = draw(seed)
    with models.only("rerouting", "exposure_interval").build(lake) as connection:
        connectors = connection.sql("select connector from staging.connector").fetchall()
        ratio = connection.sql(
            "select firm_level_percent / product_level_percent from staging.firm_level_ratio where ratio_id = 'hbs_24_072'"
        ).fetchall()
        ours = Rerouting(
            Marts(lake, seeds_of(connection)), frozenset(row[0] for row in connectors), float(ratio[0][0])
        )
        assert same(connection, REROUTING, "marts.rerouting", ours.rerouting()) > 0
        assert same(connection, INTERVAL, "marts.exposure_interval", ours.intervals()) > 0
