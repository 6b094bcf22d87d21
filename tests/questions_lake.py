"""Invented monthly trade between a few economies, for questions that the sample has no figures for; evidence synthetic.

Thirty months from 2023-01 of HS6 imports and exports with value, count and weight, duty for the United States, and a second
vintage of three months; and a year of many countries' exports. What flows grows or shrinks steadily with a wobble, so that
shares, unit values and gaps move.
"""

from __future__ import annotations

import csv
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import duckdb

from tests.capex.figures import ALPHABET, META, MICROSOFT, lake_of, recorded
from tests.transforms.lake import VARIABLES, Lake, Row, day
from transforms import as_of
from transforms.project import run

MONTHS = [date(2023 + number // 12, number % 12 + 1, 1) for number in range(30)]
REVISED = MONTHS[-4:-1]
FEW = ("850423", "850490", "850760")
CORE = "841869 847149 847150 847170 847180 847330 850213 850422 850423 850434 853521 853529 853720"
POWER = "850421 850433 850760 853530 853590 853710"
CODES = tuple(sorted({*FEW, *CORE.split(), *POWER.split()}))
"""All of two baskets, which the two `LARGE` tell of; the others tell of `FEW`."""
LARGE = {"USA", "CHN"}
COUNTRIES = Path(__file__).parents[1] / "transforms" / "seeds" / "country.csv"


class Economy(NamedTuple):
    """Size is its weight in trade; growth, a month in thousandths, that of what it sells; no source, no figures of its own."""

    iso2: str
    size: int
    growth: int
    source: str | None


ECONOMIES = {
    "USA": Economy("US", 90, 5, "us_census_port"),
    "CHN": Economy("CN", 60, -12, "gacc_detail"),
    "DEU": Economy("DE", 30, 5, None),
    "MEX": Economy("MX", 20, 18, "un_comtrade_plus"),
    "VNM": Economy("VN", 16, 30, "un_comtrade_plus"),
    "KOR": Economy("KR", 15, 5, "korea_customs"),
    "THA": Economy("TH", 12, 24, "un_comtrade_plus"),
    "TWN": Economy("TW", 11, 20, "taiwan_customs"),
    "HKG": Economy("HK", 10, 5, "hong_kong_censtatd"),
    "MYS": Economy("MY", 9, 5, "un_comtrade_plus"),
}
BASES = {
    ("USA", "import"): ("GEN_VAL", "CON_VAL"),
    ("USA", "export"): ("TOT_EXP",),
    ("MEX", "import"): ("FOB",),
}


def write(folder: Path) -> Path:
    """The warehouse made of the lake, as a release holds it, without its checks."""
    database = lake().write(folder)
    run(database, folder / "dbt", VARIABLES, checks=False)
    as_of.create(database, folder / "dbt")
    with duckdb.connect(str(database)) as connection:
        connection.execute("drop schema lake cascade").fetchall()
    return database


def lake() -> Lake:
    """The invented trade beside the filings of three companies, which are as in the sample."""
    made = lake_of(recorded(ALPHABET, META, MICROSOFT))
    for number, (reporter, economy) in enumerate(ECONOMIES.items()):
        for flow in ("import", "export") if economy.source else ():
            _tell(made, 160 + number, reporter, flow, MONTHS)
            if reporter in LARGE:
                _tell(made, 190 + number, reporter, flow, REVISED, per_mille=1015)
    _tell_world(made)
    return made


def _tell(
    made: Lake, at: int, reporter: str, flow: str, months: Iterable[date], per_mille: int = 1000
) -> None:
    """One document of day `at`: what a reporter says of a flow in these months; a revision says more by the thousandth."""
    name = made.document(f"{reporter} {flow} {at}", day(at), ECONOMIES[reporter].source or "")
    told = (*(CODES if reporter in LARGE else FEW), "TOTAL")
    cells = [
        _named(reporter, flow, basis, code, month, "M")
        for basis in BASES.get((reporter, flow), ("CIF",) if flow == "import" else ("FOB",))
        for month in months
        for code in told
    ]
    made.add("trade_flow", name, (row for cell in cells for row in _cell(cell, per_mille)))
    made.add("trade_scope", name, map(_scope, cells))


def _tell_world(made: Lake) -> None:
    """What 120 countries exported of batteries and of all goods in 2024, as a collector has it: world rows alone."""
    name = made.document("world 2024", day(180), "un_comtrade_plus")
    with COUNTRIES.open(encoding="utf-8") as lines:
        listed = [row["iso3"] for row in csv.DictReader(lines) if row["kind"] == "country"][:120]
    told = [(reporter, code) for reporter in sorted({*listed, "CHN"}) for code in ("850760", "TOTAL")]
    rows = [
        {
            **_named(reporter, "export", "FOB", code, date(2024, 1, 1), "CY"),
            "partner_code": "WORLD",
            "partner_kind": "world",
            "country_codes": "iso2",
            "status": "reported",
            "value": Decimal(10**11 if code == "TOTAL" else 10**9 * (5 if reporter == "CHN" else 1)),
            "currency": "USD",
        }
        for reporter, code in told
    ]
    made.add("trade_flow", name, rows)
    made.add("trade_scope", name, map(_scope, rows))


def _named(reporter: str, flow: str, basis: str, code: str, period: date, period_type: str) -> Row:
    level = "TOTAL" if code == "TOTAL" else "HS6"
    key = {"reporter": reporter, "flow": flow, "flow_basis": basis, "level": level, "code": code}
    return {**key, "period": period, "period_type": period_type}


def _scope(row: Row) -> Row:
    """That every partner of a code was asked for."""
    return {**row, "partner_code": None, "code_prefix": row["code"], "complete": True}


def _cell(cell: Row, per_mille: int) -> Iterator[Row]:
    """A code in a month: every partner, and the world row they add up to."""
    rows = [_flow(cell, partner, per_mille) for partner in ECONOMIES if partner != cell["reporter"]]
    yield from rows
    summed = [name for name in ("value", "duty", "quantity_1", "quantity_2") if name in rows[0]]
    world = {name: sum((row[name] for row in rows), Decimal(0)) for name in summed}
    yield {**rows[0], **world, "partner_code": "WORLD", "partner_kind": "world"}


def _flow(cell: Row, partner: str, per_mille: int) -> Row:
    imports = cell["flow"] == "import"
    ends = (partner, cell["reporter"]) if imports else (cell["reporter"], partner)
    names = (*ends, cell["code"], cell["period"])
    value = _traded(*names) * per_mille // 1000
    if imports:
        value = value * (1000 + _wobble(60, "told", *names)) // 1000
    row: Row = {
        **cell,
        "partner_code": ECONOMIES[partner].iso2,
        "partner_kind": "country",
        "country_codes": "iso2",
        "status": "reported",
        "value": Decimal(value),
        "currency": "USD",
    }
    if cell["flow_basis"] == "CON_VAL":
        row["duty"] = Decimal(value // (4 if partner == "CHN" else 20))
    if cell["code"] != "TOTAL":
        price = 900 + _wobble(200, "price", *names)
        row |= {"quantity_1": Decimal(value // price), "unit_1": "NO"}
        row |= {"quantity_2": Decimal(value // 40), "unit_2": "KG"}
    return row


def _traded(origin: str, destination: str, code: str, period: date) -> int:
    """Dollars of a code that go from one economy to another in a month."""
    seller, buyer = ECONOMIES[origin], ECONOMIES[destination]
    weight = 800 if code == "TOTAL" else 5 + CODES.index(code) % 7
    grown = 1000 + seller.growth * MONTHS.index(period)
    wobble = 1000 + _wobble(150, origin, destination, code, period)
    return seller.size * buyer.size * weight * grown * wobble // 1000


def _wobble(most: int, *names: object) -> int:
    """A number from -`most` to `most` that is always the same for the same names."""
    return zlib.crc32(" ".join(map(str, names)).encode()) % (2 * most + 1) - most
