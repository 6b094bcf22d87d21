"""From records of UN Comtrade to trade flows: once each, one basis a total, and partners held against the world row.

Imports are CIF with most reporters and FOB with some (Canada, Mexico, South Africa): which one `primaryValue` repeats.
Exports (X) are FOB and include re-exports with most reporters; RX are the re-exports alone.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import kept, m49
from extractors.customs.comtrade_record import KG, Cell, Key, cell, left_out
from extractors.customs.comtrade_request import BASES, FLOWS, FREQUENCIES, Asked, level, span

TOLERATED_SHARE = Decimal("0.001")
MOST_OFF = 0.01
Row = dict[str, object]


@dataclass(frozen=True)
class Read:
    """The figures of an answer: totals by what they are of, the basis of each, and those that cannot be right."""

    totals: Mapping[Key, Sequence[Cell]]
    basis: Mapping[Key, str]
    off: Mapping[Key, str]

    def rows(self) -> Iterator[Row]:
        """`trade_flow` rows; a figure on another basis than its total, or of a total that is off, is blank."""
        for key, cells in self.totals.items():
            for one in cells:
                fits = key not in self.off and self.basis[key] in _bases_of(one)
                yield _row(one, self.basis[key], one.value if fits else None)


def read(records: Iterable[Mapping[str, Any]], asked: Asked | None = None) -> Read:
    """Read records. With `asked` none may be of something else, and where it names no partner the world row is due.

    Raises `SourceChanged` for a record that is wrong, two values of one key, a breakdown without its total, and where
    more than one in a hundred totals is not the sum of its partners (a dollar each, or a thousandth).
    """
    found = [cell(r, at) for at, r in enumerate(records, 1) if asked or not left_out(r)]
    if asked:
        _require_asked(found, asked)
    wanted = (one for one in found if one.code == "TOTAL" or kept.keeps(one.code))
    totals = _grouped(_once(_totals_only(list(wanted))))
    whole = asked is not None and asked.partners is None
    off = {key: said for key, cells in totals.items() if (said := _off(cells))} if whole else {}
    if len(off) > MOST_OFF * len(totals):
        first = next(iter(off))
        raise SourceChanged(
            f"{len(off)} of {len(totals)} totals are off, the first is {_shown(first)}: {off[first]}"
        )
    return Read(totals, {key: _basis(cells) for key, cells in totals.items()}, off)


def adds_up(cells: Sequence[Cell]) -> bool:
    """Whether the partners of a total are all there: each has a value and they add up to its world row, a dollar each.

    A thousandth is too much here: it would hide a small partner that was left out.
    """
    world = next((one.value for one in cells if one.kind == "world"), None)
    parts = [one.value for one in cells if one.kind == "country"]
    known = [part for part in parts if part is not None]
    if world is None or not parts or len(known) != len(parts):
        return False
    return abs(sum(known, Decimal(0)) - world) <= len(parts)


def _require_asked(found: list[Cell], asked: Asked) -> None:
    reporters = {m49.reporters()[code].name for code in asked.reporters if code in m49.reporters()}
    periods = {(span(asked.frequency, period)[0], FREQUENCIES[asked.frequency]) for period in asked.periods}
    for one in found:
        reporter, flow, code, *period = one.key
        fits = reporter in reporters and flow in asked.flows and code in asked.codes
        fits = fits and tuple(period) in periods
        if not fits or (asked.partners is not None and one.partner not in asked.partners):
            raise SourceChanged(f"{_shown(one.key)}, partner {one.partner} was not asked for")


def _totals_only(found: list[Cell]) -> list[Cell]:
    """Breakdowns (second partner, procedure, transport, supply) are left out where their total is there."""
    parts = [one for one in found if one.head.broken_out]
    if not parts:
        return found
    totals = {(one.key, one.partner) for one in found if not one.head.broken_out}
    for one in parts:
        if (one.key, one.partner) not in totals:
            said = ", ".join(one.head.broken_out)
            raise SourceChanged(
                f"{_shown(one.key)}, partner {one.partner} is broken out by {said} and has no total"
            )
    return [one for one in found if not one.head.broken_out]


def _once(found: list[Cell]) -> list[Cell]:
    """One figure a key: where it comes as reported and as added up, and both say the same, the reported one."""
    chosen: dict[tuple[Key, str], Cell] = {}
    for one in found:
        key = (one.key, one.partner)
        other = chosen.setdefault(key, one)
        if (other.value, other.head.edition) != (one.value, one.head.edition):
            said = f"{other.value} (HS {other.head.edition}) and {one.value} (HS {one.head.edition})"
            raise SourceChanged(f"{_shown(one.key)}, partner {one.partner} comes twice: {said}")
        if one.reported and not other.reported:
            chosen[key] = one
    return list(chosen.values())


def _grouped(found: list[Cell]) -> dict[Key, list[Cell]]:
    totals: dict[Key, list[Cell]] = defaultdict(list)
    for one in found:
        totals[one.key].append(one)
    return totals


def _off(cells: Sequence[Cell]) -> str | None:
    """Why the partners of a total are not its world row; None where they are, or where a blank leaves it open."""
    world = next((one for one in cells if one.kind == "world"), None)
    parts = [one.value for one in cells if one.kind == "country"]
    if world is None:
        return "there is no world row"
    if world.value is None or None in parts:
        return None
    given = sum((part for part in parts if part is not None), Decimal(0))
    if abs(given - world.value) > max(Decimal(len(parts)), world.value * TOLERATED_SHARE):
        return f"partners give {given}, the world row says {world.value}"
    return None


def _basis(cells: Sequence[Cell]) -> str:
    """The basis of a total: that of its world row, else of most of its partners, else the flow's own."""
    possible = BASES[cells[0].flow]
    world = [one for one in cells if one.kind == "world" and one.value]
    counted = Counter(basis for one in world or cells if one.value for basis in _bases_of(one))
    return max(possible, key=lambda basis: (counted[basis], -possible.index(basis)))


def _bases_of(one: Cell) -> tuple[str, ...]:
    """The bases a figure may be of. Raises `SourceChanged` where its value is neither the one nor the other."""
    possible = BASES[one.flow]
    if not one.value or one.flow == "RX":
        return possible
    stated = tuple(name for name, amount in (("CIF", one.cif), ("FOB", one.fob)) if amount == one.value)
    if not stated:
        raise SourceChanged(
            f"{_shown(one.key)}, partner {one.partner}: primaryValue {one.value} is neither cifvalue nor fobvalue"
        )
    return stated


def _row(one: Cell, basis: str, value: Decimal | None) -> Row:
    reporter, flow, code, period, period_type = one.key
    weight = None if value is None else one.weight_kg
    quantity = None if value is None else one.quantity
    return {
        "reporter": reporter,
        "partner_code": one.partner,
        "partner_kind": one.kind,
        "country_codes": "m49",
        "flow": FLOWS[flow],
        "flow_basis": basis,
        "level": level(code),
        "code": code,
        "period": period,
        "period_type": period_type,
        "status": "blank" if value is None else "reported",
        "value": value,
        "currency": "USD",
        "quantity_1": quantity,
        "unit_1": one.unit if quantity is not None else None,
        "quantity_2": weight,
        "unit_2": KG if weight is not None else None,
        "hs_edition": one.head.edition,
    }


def _shown(key: Key) -> str:
    reporter, flow, code, period, period_type = key
    return printable(f"{reporter} {flow} {code} {period} ({period_type})", 60)
