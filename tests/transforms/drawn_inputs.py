"""Small lakes in which connectors take inputs and sell goods on: all that a first round behind the direct share needs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

import duckdb

from tests.m49 import M49
from tests.transforms.lake import Lake, day, month

CONNECTORS = ("IND", "KOR", "MEX", "MYS", "SGP", "THA", "TWN", "VNM")
WORLD, NAMELESS = "0", "899"
GOODS = ("850760", "850650", "847141", "847149", "847150", "8504")
INPUTS = ("850790", "850680", "847330", "8541")
OLD = {"layer_lithium_ion_batteries": "850650", "layer_battery_parts": "850680"}
PAIRS = (("heading_8504", "layer_servers"), ("layer_servers", "layer_battery_parts"))
Row = dict[str, Any]


def make_up_seeds(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """What the seeds do not have: parts of the cost, an older version of two baskets, inputs of several codes, of two goods."""
    dice = Random(seed)
    for basket, code in OLD.items():
        connection.execute(
            "insert into staging.basket (basket_id, version, level) values (?, '0.9.0', 'HS6')", [basket]
        )
        connection.execute("insert into staging.basket_member values (?, '0.9.0', 'HS6', ?)", [basket, code])
    for pair in PAIRS:
        connection.execute("insert into staging.input_basket values (?, ?, 'made up')", pair)
    pairs = connection.execute("select basket_id, input_basket_id from staging.input_basket order by all")
    for goods, inputs in pairs.fetchall():
        known = dice.choice((0.6, 0.95))
        for connector in CONNECTORS:
            if dice.random() < known:
                row = [connector, goods, inputs, 2020, Decimal(dice.randrange(1000)) / 1000, "made up"]
                connection.execute("insert into staging.input_cost_share values (?, ?, ?, ?, ?, ?)", row)


def draw_inputs(seed: int) -> Lake:
    """A lake of some dozens of documents, each of the imports, seldom exports, of one country, basis and kind of period."""
    dice, lake = Random(seed), Lake()
    usual = dice.choice(("CY", "CY", "M"))
    for reporter in ("USA", "USA", "DEU", "CHN", "HKG", *CONNECTORS, *CONNECTORS[:3]):
        for codes in (GOODS, INPUTS):
            if reporter not in CONNECTORS or dice.random() < 0.95:
                kind = usual if dice.random() < 0.95 else "CY"
                name = f"d{len(lake.rows['document']):03}"
                source = dice.choice(("un_comtrade", "un_comtrade_plus"))
                lake.document(name, day(dice.randrange(9)), source, evidence=dice.choice(("live", "rebuilt")))
                flow = "export" if codes == GOODS and dice.random() < 0.1 else "import"
                _tell(dice, lake, name, reporter, codes, kind, flow)
    return lake


def _tell(
    dice: Random, lake: Lake, name: str, reporter: str, codes: tuple[str, ...], kind: str, flow: str
) -> None:
    basis = "FOB" if flow == "export" else dice.choice(("CIF", "CIF", "CIF", "FOB"))
    key = {"reporter": reporter, "flow": flow, "flow_basis": basis, "period_type": kind}
    asked = None if dice.random() < 0.85 else [WORLD, *dice.sample(sorted(M49.values()), 9)]
    periods = [date(2023, 1, 1)] if kind == "CY" else [month(2023, number) for number in (1, 2, 3)]
    told = [code for code in codes if dice.random() < 0.93]
    slices = [{**key, "level": f"HS{len(c)}", "period": p, "code_prefix": c} for p in periods for c in told]
    currency = dice.choice(("USD",) * 30 + ("EUR",))
    lake.add("trade_flow", name, [row for one in slices for row in _rows(dice, one, asked, currency)])
    named: list[str | None] = [None] if asked is None else [*asked]
    lake.add(
        "trade_scope", name, [{**one, "complete": True, "partner_code": p} for one in slices for p in named]
    )


def _rows(dice: Random, one: Row, asked: list[str] | None, currency: str) -> Iterator[Row]:
    for partner in asked or [*M49.values(), NAMELESS]:
        if partner == M49[one["reporter"]] or dice.random() < 0.1:
            continue
        world, known = partner == WORLD, dice.random() > 0.002
        yield {
            **{name: one[name] for name in one if name != "code_prefix"},
            "code": one["code_prefix"],
            "partner_code": partner,
            "partner_kind": "world" if world else "country",
            "country_codes": "m49",
            "status": "reported" if known else "suppressed",
            "value": Decimal(dice.randrange(900, 999) if world else dice.randrange(0, 60)) if known else None,
            "currency": currency,
        }
