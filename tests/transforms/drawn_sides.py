"""Small lakes in which several countries tell their imports and exports, over years and months: both sides of one trade."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.transforms.lake import Lake, day
from tests.transforms.reckoned import shift

REPORTERS = ("USA", "CHN", "HKG", "DEU", "EU27")
M49 = {"USA": "842", "CHN": "156", "HKG": "344", "DEU": "276", "EU27": "97"}
OTHERS = ("KOR", "MEX", "VNM")
NAMELESS = "899"  # areas, not elsewhere specified: in the total, and unknown
WORLD = "0"
CODES = ("850760", "850440")
SERVERS = ("847141", "847149", "847150")
"""All codes of a basket."""
SOURCES = ("un_comtrade", "un_comtrade_plus")
BASES = {"import": ("CIF", "CIF", "FOB"), "export": ("FOB", "FOB", "FOB", "TOT_EXP", "RE_EXP")}
YEARS = tuple(date(year, 1, 1) for year in (2022, 2023, 2024))
MONTHS = tuple(shift(date(2022, 12, 1), number) for number in range(15))
WORDS = ("Circuits", "Circuits > Memories", "Transformers")
Row = dict[str, Any]


def draw_sides(seed: int) -> Lake:
    """A lake of some dozens of documents, each of one reporter, flow, basis and kind of period."""
    dice, lake = Random(seed), Lake()
    for number in range(dice.randrange(12, 30)):
        name = lake.document(f"d{number:03}", day(dice.randrange(8)), dice.choice(SOURCES))
        _tell(dice, lake, name)
    return lake


def draw_exports(seed: int) -> Lake:
    """Exports alone: of codes and of all goods by the year, of which some come late or not, and under the words of a list."""
    dice, lake = Random(seed), Lake()
    for source in SOURCES:
        for reporter in (*REPORTERS, *OTHERS):
            servers = SERVERS[:2] if reporter in OTHERS[:2] else SERVERS
            for codes, level in ((servers, "HS6"), (CODES[:1], "HS6"), (("TOTAL",), "TOTAL")):
                if dice.random() < (0.55 if level == "TOTAL" else 0.9):
                    periods = YEARS if dice.random() < 0.97 else YEARS[:2]
                    key = {"reporter": reporter, "flow": "export", "flow_basis": "FOB", "level": level}
                    _year(dice, lake, key | {"period_type": "CY"}, periods, codes, source)
    for number in range(dice.randrange(6, 9)):
        name = f"listed {number}"
        lake.document(
            name, day(dice.randrange(9)), "gacc_bulletin", evidence=dice.choice(("live", "rebuilt"))
        )
        _list(dice, lake, name)
    name = lake.document("rates", day(1), "ecb_fx")
    days = (date(2022, 1, 1) + timedelta(days=number) for number in range(790))
    lake.add("fx_rate", name, [_rate(dice, quote, at) for at in days for quote in ("USD", "CNY")])
    return lake


def _rate(dice: Random, quote: str, at: date) -> Row:
    rate = Decimal(dice.randrange(10_000, 13_000)) / 10_000
    return {"base": "EUR", "quote": quote, "rate_date": at, "rate": rate}


def _year(
    dice: Random, lake: Lake, key: Row, periods: tuple[date, ...], codes: tuple[str, ...], source: str
) -> None:
    name = f"d{len(lake.rows['document']):03}"
    lake.document(name, day(dice.randrange(9)), source, evidence=dice.choice(("live", "rebuilt")))
    asked = dice.choice((None, [WORLD], [WORLD], [WORLD, *M49.values()], list(M49.values())[:3]))
    slices = [{**key, "period": period, "code_prefix": code} for period in periods for code in codes]
    many = dice.choice((40, 40, 40, 0)) if key["level"] == "TOTAL" else 1
    rows = [row for one in slices for row in _rows(dice, one, asked)]
    lake.add("trade_flow", name, ({**row, "value": row["value"] and row["value"] * many} for row in rows))
    named = [None] if asked is None else asked
    lake.add(
        "trade_scope", name, [{**one, "complete": True, "partner_code": p} for one in slices for p in named]
    )


def _list(dice: Random, lake: Lake, name: str) -> None:
    """A bulletin: words, all partners as one, a month and the year up to it."""
    flow = dice.choice(("export", "export", "export", "import"))
    key = {
        "reporter": "CHN",
        "flow": flow,
        "flow_basis": "FOB" if flow == "export" else "CIF",
        "level": "LIST",
    }
    currency = dice.choice(("USD", "CNY", "CNY", "CNY", "TWD"))
    for period in dice.sample((*MONTHS[:3], *MONTHS[-3:]), 5):
        for kind in ("M", "YTD"):
            said = [words for words in WORDS if dice.random() < 0.8]
            when = {**key, "period": period, "period_type": kind, "partner_code": WORLD}
            status = {words: dice.choice(("reported",) * 9 + ("blank",)) for words in said}
            whole = {"partner_kind": "world", "country_codes": "m49", "currency": currency}
            values = {words: Decimal(dice.randrange(0, 4)) for words in said if status[words] == "reported"}
            rows = [{**when, **whole, "code": w, "status": status[w], "value": values.get(w)} for w in said]
            lake.add("trade_flow", name, rows)
            lake.add("trade_scope", name, [{**when, "code_prefix": "", "complete": dice.random() < 0.4}])


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
        if partner == M49.get(one["reporter"]) or dice.random() < 0.02:
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
