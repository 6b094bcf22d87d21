"""Small lakes of customs figures drawn at random: sources, code systems, currencies, scopes, revisions, late old files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from tests.transforms.lake import Lake, day

MONTHS = tuple(date(2023 + (n + 9) // 12, (n + 9) % 12 + 1, 1) for n in range(14))
"""October 2023 to November 2024."""
CODES = ("850760", "847150", "847180", "851762")
SYSTEMS = {"us_census_api": "schedule_c", "us_census_port": "schedule_c", "un_comtrade": "m49"}
PARTNERS = {
    "schedule_c": (
        ("-", "world"),
        ("0003", "group"),
        ("5700", "country"),
        ("4280", "country"),
        ("9876", "country"),
    ),
    "m49": (("0", "world"), ("97", "group"), ("156", "country"), ("276", "country"), ("891", "country")),
}
RATES = "ecb_fx"
EVIDENCE = ("live", "recorded", "rebuilt", "synthetic")
UNITS = (
    (None, None),
    (None, None),
    ("NO", "KG"),
    ("NO", "KG"),
    ("u", "kg"),
    ("kg", None),
    ("THS", "t"),
    ("KG", "M2"),
    ("ells", "KG"),
)
"""The first and the second unit a document may state; nobody knows ells."""


@dataclass
class Drawn:
    """A lake and the vintages in it."""

    lake: Lake
    times: list[datetime]

    def until(self, known_at: datetime) -> Lake:
        """The lake without documents of a later vintage."""
        kept = {d["document_id"] for d in self.lake.rows["document"] if vintage(d) <= known_at}
        made = Lake()
        for name, rows in self.lake.rows.items():
            made.rows[name] = [row for row in rows if row.get("document_id") in kept]
        return made


def vintage(document: dict[str, Any]) -> datetime:
    """The time from which a document's figures were known."""
    time: datetime = document["released_at"] or document["retrieved_at"]
    return time


def draw(seed: int) -> Drawn:
    """A lake of a few documents that overlap a lot."""
    dice, scales, lake = Random(seed), Random(seed + 1000), Lake()
    for number in range(dice.randrange(4, 22)):
        source = dice.choice((*SYSTEMS, "us_census_api"))
        name = _document(dice, lake, number, source)
        _trade(dice, lake, name, source)
        _weigh(scales, lake, name)
    for number in range(dice.randrange(3)):
        name = _document(dice, lake, 100 + number, RATES)
        lake.add("fx_rate", name, _fixings(dice))
    return Drawn(lake, sorted({vintage(row) for row in lake.rows["document"]}))


def _document(dice: Random, lake: Lake, number: int, source: str) -> str:
    released = None if dice.random() < 0.6 else day(dice.randrange(5))
    changes = {"released_at": released, "evidence": dice.choice(EVIDENCE)}
    return lake.document(f"d{number:03}", day(dice.randrange(8)), source, **changes)


def _fixings(dice: Random) -> Iterator[dict[str, Any]]:
    first, days = date(2023, 9, dice.choice((20, 28))), dice.choice((60, 200, 470))
    for number in range(days):
        at = first + timedelta(days=number)
        for quote in ("USD", "CNY"):
            if at.weekday() < 5 and dice.random() > 0.02:
                rate = Decimal(dice.randrange(10_000, 13_000)) / 10_000
                yield {"base": "EUR", "quote": quote, "rate_date": at, "rate": rate}


def _trade(dice: Random, lake: Lake, name: str, source: str) -> None:
    periods, period_type = _periods(dice)
    asked = _asked(dice, PARTNERS[SYSTEMS[source]])
    flow, basis = dice.choice((("import", "GEN_VAL"),) * 5 + (("import", "CON_VAL"), ("export", "FOB")))
    prefix = dice.choice(("", "8", "85", "8471", *CODES, *CODES))
    key = {"reporter": "USA", "flow": flow, "flow_basis": basis, "level": "HS6", "period_type": period_type}
    complete, gaps = dice.random() < 0.75, dice.choice((0.0, 0.05, 0.3))
    currency = dice.choice(("USD",) * 6 + ("EUR", "CNY"))
    rows = []
    for period in periods:
        for code in (code for code in CODES if code.startswith(prefix)):
            if dice.random() < 0.1:
                continue
            rows += [
                {**key, "period": period, "code": code, **row}
                for row in _rows(dice, SYSTEMS[source], asked, currency, gaps)
            ]
    if not rows and dice.random() < 0.5:
        lake.rows["document"][-1]["status"] = 204
    lake.add("trade_flow", name, rows)
    scope = {**key, "code_prefix": prefix, "complete": complete}
    named = [None] if asked is None else [code for code, _ in asked]
    lake.add(
        "trade_scope", name, [{**scope, "period": p, "partner_code": code} for p in periods for code in named]
    )


def _weigh(scales: Random, lake: Lake, name: str) -> None:
    """Quantities beside the values of a document: of most partners, now and then in another unit."""
    stated, gaps = scales.choice(UNITS), scales.choice((0.0, 0.0, 0.05))
    for row in lake.rows["trade_flow"]:
        if row["document_id"] == name and row["value"] is not None:
            units = scales.choice(UNITS) if scales.random() < gaps else stated
            for number, unit in enumerate(units, 1):
                if unit is not None and scales.random() >= gaps:
                    amount = row["value"] * scales.choice((1, 1, 1, 2)) + Decimal(scales.randrange(3)) / 1000
                    row |= {f"quantity_{number}": amount, f"unit_{number}": unit}


def _periods(dice: Random) -> tuple[tuple[date, ...], str]:
    kind = dice.choice(("M",) * 8 + ("Q", "CY", "YTD"))
    if kind == "M":
        first = dice.choice((0, 0, 0, 3))
        return MONTHS[first : dice.choice((len(MONTHS), len(MONTHS), first + 2))], kind
    return {
        "Q": (date(2024, 1, 1), date(2024, 4, 1)),
        "CY": (date(2023, 1, 1), date(2024, 1, 1)),
        "YTD": (date(2023, 12, 1), date(2024, 2, 1), date(2024, 3, 1)),
    }[kind], kind


def _asked(dice: Random, partners: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...] | None:
    how = dice.random()
    if how < 0.6:
        return None
    if how < 0.75:
        return partners[:1]
    return tuple(dice.sample(partners, dice.randrange(1, len(partners))))


def _rows(
    dice: Random, system: str, asked: tuple[tuple[str, str], ...] | None, currency: str, gaps: float
) -> Iterator[dict[str, Any]]:
    named = asked or PARTNERS[system][dice.choice((0, 2, 2)) :]
    for code, kind in named:
        if dice.random() < gaps:
            continue
        status = dice.choice(("reported",) * 19 + ("suppressed", "blank"))
        value = Decimal(dice.randrange(0, 4) if kind == "country" else dice.randrange(9, 12))
        yield {
            "partner_code": code,
            "partner_kind": kind,
            "country_codes": system,
            "status": status,
            "value": value if status == "reported" else None,
            "currency": currency,
            "duty": dice.choice((None, Decimal(1))),
        }
