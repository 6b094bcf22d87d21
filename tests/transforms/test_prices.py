"""The marts of duties, unit values and dependency against a reading of their definitions in plain Python, from lake rows."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.transforms.drawn_prices import draw
from tests.transforms.lake import Lake, day
from tests.transforms.models import Compiled
from tests.transforms.reckoned_marts import Marts
from tests.transforms.reckoned_prices import Dependencies, Duties, Prices
from tests.transforms.test_trade_recomputed import same, seeds_of

SEEDS = (4, 7)
RECORDED = (
    Path(__file__).parents[3] / "shared/data/customs/hs6/us_hs10_2024/us_imports_hs6_dc_by_country_2024.csv"
)
DUTY = (
    "basket_id, basket_version, reporter, flow_basis, period, period_type, partner, value_usd, duty_usd, collected_rate, note, "
    "excluded_usd, coverage_value, n_codes_matched, n_obs"
)
PRICE = (
    "reporter, partner, code, flow, flow_basis, measure, unit, period_type, source, period, value_usd, amount, unit_value, "
    "rest_unit_value, relative_unit_value, n_window, median_ln_u, mad_ln_u, anomaly_z"
)
DEPENDENCY = (
    "reporter, flow_basis, code, period, source, import_hhi, world_export_hhi, import_export_ratio, n_years_met, n_years_known, "
    "lasts, is_dependent"
)
MET = (
    ("tariff_collected", "collected_rate is not null"),
    ("tariff_collected", "excluded_usd > 0"),
    ("unit_value", "anomaly_z is not null"),
    ("unit_value", "relative_unit_value is not null"),
    ("unit_value", "note = 'the amount was made from the value'"),
    ("dependency", "import_export_ratio = 9999"),
    ("dependency", "is_dependent"),
    ("dependency", "not is_dependent"),
    (
        "dependency",
        "(reporter, flow_basis, code) in (select (reporter, flow_basis, code) from marts.dependency "
        "group by all having count(distinct source) > 1)",
    ),
)


def _met(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    asked = ((mart, what, f"select count(*) from marts.{mart} where {what}") for mart, what in MET)
    return {(mart, what) for mart, what, sql in asked if connection.execute(sql).fetchall() != [(0,)]}


def test_the_marts_are_what_the_definitions_say(models: Compiled) -> None:
    met: set[tuple[str, str]] = set()
    prices = models.only("tariff_collected", "unit_value", "dependency")
    for seed in SEEDS:
        lake = draw(seed)
        with prices.build(lake) as connection:
            marts = Marts(lake, seeds_of(connection))
            same(connection, DUTY, "marts.tariff_collected", Duties(marts).rows())
            same(connection, PRICE, "marts.unit_value", Prices(marts).rows())
            same(connection, DEPENDENCY, "marts.dependency", Dependencies(marts).rows())
            met |= _met(connection)
    assert met == set(MET)


@pytest.fixture(scope="module")
def recorded_rows() -> list[dict[str, str]]:
    if not RECORDED.exists():
        pytest.skip("the recorded table of ../shared/data is not there")
    with RECORDED.open(encoding="utf-8") as stream:
        return [row for row in csv.DictReader(stream) if row["cty_code"] != "4359"]


def _flow(row: dict[str, str]) -> dict[str, Any]:
    return {
        "reporter": "USA",
        "flow": "import",
        "flow_basis": "CON_VAL",
        "level": "HS6",
        "code": row["hs6"],
        "period": date(2024, 12, 1),
        "period_type": "YTD",
        "partner_code": row["cty_code"],
        "partner_kind": "group" if row["cty_code"] == "0003" else "country",
        "country_codes": "schedule_c",
        "status": "reported",
        "value": Decimal(row["con_val_usd"]),
        "currency": "USD",
        "duty": Decimal(row["cal_dut_usd"]),
    }


def _recorded_lake(rows: list[dict[str, str]]) -> Lake:
    lake = Lake()
    name = lake.document("year", day(1))
    flows = [_flow(row) for row in rows]
    lake.add("trade_flow", name, flows)
    key = {
        name: flows[0][name] for name in ("reporter", "flow", "flow_basis", "level", "period", "period_type")
    }
    partners = sorted({row["cty_code"] for row in rows})
    lake.add(
        "trade_scope",
        name,
        [{**key, "code_prefix": "", "complete": True, "partner_code": p} for p in partners],
    )
    return lake


def test_recorded_duties_of_2024(models: Compiled, recorded_rows: list[dict[str, str]]) -> None:
    """China paid many times what the others paid: duty over value of the recorded table, added up here and by the mart."""
    with models.only("tariff_collected").build(_recorded_lake(recorded_rows)) as connection:
        asked = (
            "select partner, value_usd, duty_usd, collected_rate from marts.tariff_collected where basket_id = 'dc_broad' "
            "and is_current_version and period_type = 'CY' and partner in ('CHN', 'TOTAL')"
        )
        found = {row[0]: row[1:] for row in connection.execute(asked).fetchall()}
        member = "select code from staging.basket_member where basket_id = 'dc_broad'"
        codes = {code for (code,) in connection.execute(member).fetchall()}
    sums = {"CHN": [0, 0], "TOTAL": [0, 0]}
    for row in recorded_rows:
        for partner in ("TOTAL", "CHN") if row["cty_code"] == "5700" else ("TOTAL",):
            if row["hs6"] in codes:
                sums[partner][0] += int(row["con_val_usd"])
                sums[partner][1] += int(row["cal_dut_usd"])
    assert {p: (v, d, round(d / v, 12)) for p, (v, d) in sums.items()} == found
    others = [total - china for total, china in zip(sums["TOTAL"], sums["CHN"], strict=True)]
    assert found["CHN"][2] > 10 * others[1] / others[0]
