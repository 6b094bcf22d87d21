"""Small lakes for the marts of prices, duties and dependency, drawn at random: amounts and duties with gaps, three sources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from random import Random
from typing import Any

from tests.transforms.lake import Lake, day
from tests.transforms.reckoned import shift

CODES = ("850760", "847150", "847180", "851762")
MONTHS = tuple(shift(date(2023, 1, 1), n) for n in range(22))
YEARS = tuple(date(year, 1, 1) for year in (2022, 2023, 2024))
PARTNERS = {
    "schedule_c": ("-", "5700", "4280", "0003", "9876"),
    "m49": ("0", "156", "276", "490", "899", "842"),
}
WORLD = {"-", "0"}


@dataclass(frozen=True)
class Asked:
    """What one document answers."""

    source: str
    system: str
    reporter: str
    flow: str
    basis: str
    period_type: str
    periods: tuple[date, ...]
    named: tuple[str, ...] | None


def draw(seed: int) -> Lake:
    """A lake of about twenty documents over the same codes and periods."""
    dice, lake = Random(seed), Lake()
    for number, asked in enumerate(_documents(dice)):
        name = lake.document(f"d{number:02}", day(number), asked.source)
        key = {
            "reporter": asked.reporter,
            "flow": asked.flow,
            "flow_basis": asked.basis,
            "level": "HS6",
            "period_type": asked.period_type,
        }
        whole = [row for period in asked.periods for row in _rows(dice, asked, period)]
        if asked.source == "un_comtrade" and dice.random() < 0.6:
            _fill_in(dice, whole)
        lake.add("trade_flow", name, [{**key, **row} for row in whole])
        scope = [
            {**key, "code_prefix": "", "complete": True, "period": period, "partner_code": partner}
            for period in asked.periods
            for partner in asked.named or (None,)
        ]
        lake.add("trade_scope", name, scope)
    return lake


def _documents(dice: Random) -> Iterator[Asked]:
    for basis in ("CON_VAL", "GEN_VAL", "CON_VAL"):
        first = dice.choice((0, 0, 12))
        asked = _named(dice, "schedule_c")
        yield Asked("us_census_api", "schedule_c", "USA", "import", basis, "M", MONTHS[first:], asked)
    for reporter in ("USA", "CHN", "TWN"):
        for flow, basis in (("import", "CIF"), ("import", "FOB"), ("export", "FOB")):
            if dice.random() < 0.7:
                asked = _named(dice, "m49") if dice.random() < 0.3 else None
                years = YEARS[dice.choice((0, 0, 1)) :]
                yield Asked("un_comtrade", "m49", reporter, flow, basis, "CY", years, asked)
        if dice.random() < 0.9:
            yield Asked("baci", "m49", reporter, "import", "FOB", "CY", YEARS[dice.choice((0, 0, 1)) :], None)


def _named(dice: Random, system: str) -> tuple[str, ...] | None:
    listed = PARTNERS[system]
    return None if dice.random() < 0.6 else tuple(dice.sample(listed, dice.randrange(2, len(listed))))


def _rows(dice: Random, asked: Asked, period: date) -> Iterator[dict[str, Any]]:
    listed = asked.named or PARTNERS[asked.system][dice.choice((0, 1)) :]
    for code in CODES:
        bare = dice.random() < 0.2
        for partner in listed:
            if dice.random() < 0.15:
                continue
            yield {
                "period": period,
                "code": code,
                "partner_code": partner,
                "partner_kind": "world" if partner in WORLD else "group" if partner == "0003" else "country",
                "country_codes": asked.system,
                "currency": "USD",
                **_figures(dice, asked, partner, bare),
            }


def _figures(dice: Random, asked: Asked, partner: str, bare: bool) -> dict[str, Any]:
    """China sends far more than others in the yearly tables, so that some codes are ones of dependency."""
    is_world = partner in WORLD
    reported = dice.random() > 0.03
    value = dice.randrange(1400, 1600) if is_world else dice.choice((0, dice.randrange(1, 90), 80))
    value *= 9 if partner == "156" else 1
    duty = Decimal(dice.randrange(9)) if asked.basis == "CON_VAL" and dice.random() > 0.04 else None
    count, kilograms = (_amount(dice, is_world, bare) for _ in range(2))
    return {
        "status": "reported" if reported else "suppressed",
        "value": Decimal(value) if reported else None,
        "duty": duty if reported else None,
        "quantity_1": count if reported else None,
        "unit_1": "NO" if reported and count is not None else None,
        "quantity_2": kilograms if reported else None,
        "unit_2": "KG" if reported and kilograms is not None else None,
    }


def _fill_in(dice: Random, rows: list[dict[str, Any]]) -> None:
    """Weights made from the values, of some rows, as a collection does."""
    for row in rows:
        if row["value"] and dice.random() < 0.7:
            row |= {"quantity_2": round(row["value"] * 100 / Decimal("2.7"), 3), "unit_2": "KG"}


def _amount(dice: Random, is_world: bool, bare: bool) -> Decimal | None:
    if bare or dice.random() < 0.05:
        return None
    return Decimal(dice.randrange(90, 200) if is_world else dice.randrange(0, 20))
