"""Lines of China's query site added up: over regimes and provinces, from eight digits to six, and to all goods."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from extractors.customs.gacc_columns import Line

Quantity = tuple[Decimal, str] | None


@dataclass(frozen=True)
class Sum:
    """One month, code and partner. `value` is None where a line has none: a part is no total.

    A quantity is None where a line has none or lines differ in their unit.
    """

    period: date
    code: str
    partner: str
    value: Decimal | None
    quantities: tuple[Quantity, Quantity]


def sums(lines: Iterable[Line], code: Callable[[str], str], partner: str) -> list[Sum]:
    """Sums by month, `code` of a line's code, and partner, `partner` where lines name none; in that order."""
    groups: dict[tuple[date, str, str], list[Line]] = {}
    for line in lines:
        groups.setdefault((line.period, code(line.code), line.partner or partner), []).append(line)
    return [
        Sum(*key, _total(group), (_quantity(group, 0), _quantity(group, 1)))
        for key, group in sorted(groups.items())
    ]


def _total(group: list[Line]) -> Decimal | None:
    values = [line.value for line in group if line.value is not None]
    return sum(values, Decimal(0)) if len(values) == len(group) else None


def _quantity(group: list[Line], which: int) -> Quantity:
    stated = [q for q in (line.quantities[which] for line in group) if q is not None]
    units = {unit for _, unit in stated}
    if len(stated) != len(group) or len(units) != 1:
        return None
    return sum((number for number, _ in stated), Decimal(0)), units.pop()
