"""Small lakes in which several countries tell their imports and exports, over years and months: both sides of one trade."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from tests.transforms.lake import Lake, day
from tests.transforms.reckoned import shift

REPORTERS = ("USA", "CHN", "HKG", "DEU", "EU27")
M49 = {"USA": "842", "CHN": "156", "HKG": "344", "DEU": "276", "EU27": "97"}
NAMELESS = "899"  # areas, not elsewhere specified: in the total, and unknown
WORLD = "0"
CODES = ("850760", "850440")
SOURCES = ("un_comtrade", "un_comtrade_plus")
BASES = {"import": ("CIF", "CIF", "FOB"), "export": ("FOB", "FOB", "FOB", "TOT_EXP", "RE_EXP")}
YEARS = tuple(date(year, 1, 1) for year in (2022, 2023, 2024))
MONTHS = tuple(shift(date(2022, 12, 1), number) for number in range(15))
Row = dict[str, Any]


def draw_sides(seed: int) -> Lake:
    """A lake of some dozens of documents, each of one reporter, flow, basis and kind of period."""
    dice, lake = Random(seed), Lake()
    for number in range(dice.randrange(12, 30)):
        name = lake.document(f"d{number:03}", day(dice.randrange(8)), dice.choice(SOURCES))
        _tell(dice, lake, name)
    return lake


def _tell(dice: Random, lake: Lake, name: str) -> None:
    flow = dice.choice(("import", "export"))
    periods, kind = dice.choice(((YEARS, "CY"), (YEARS[1:], "CY"), (MONTHS, "M")))
    asked = dice.choice((None, None, [WORLD], [WORLD, *M49.values()], list(M49.values())[:3]))
    key = {
        "reporter": dice.choice(REPORTERS),
        "flow": flow,
        "flow_basis": dice.choice(BASES[flow]),
        "level": "HS6",
        "period_type": kind,
    }
    codes = dice.choice((CODES, CODES, CODES[:1]))
    slices = [{**key, "period": period, "code_prefix": code} for period in periods for code in codes]
    told = [row for one in slices for row in _rows(dice, one, asked)]
    lake.add("trade_flow", name, told)
    named = [None] if asked is None else asked
    lake.add(
        "trade_scope", name, [{**one, "complete": True, "partner_code": p} for one in slices for p in named]
    )


def _rows(dice: Random, one: Row, asked: list[str] | None) -> Iterator[Row]:
    partners = asked or [*M49.values(), NAMELESS]
    for partner in partners:
        if partner == M49[one["reporter"]] or dice.random() < 0.02:
            continue
        world, group = partner == WORLD, partner == M49["EU27"]
        known = dice.random() > 0.01
        value = Decimal(dice.randrange(30, 40) if world else dice.randrange(0, 7))
        yield {
            **{name: one[name] for name in one if name != "code_prefix"},
            "code": one["code_prefix"],
            "partner_code": partner,
            "partner_kind": "world" if world else "group" if group else "country",
            "country_codes": "m49",
            "status": "reported" if known else "suppressed",
            "value": value if known else None,
            "currency": "USD",
        }
