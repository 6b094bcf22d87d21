"""`marts.revision` and `marts.source_coverage` as they should be, from what stood just before and just after each moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from tests.transforms.drawn import Drawn
from tests.transforms.lake import Lake
from tests.transforms.reckoned import Cell, Said, Seeds, Told, add, shift

Key = tuple[Cell, str]
Standing = dict[Key, Said]
KINDS = ("country", "world")


class Changes:
    """What stood at every vintage of a lake, and the rows of `marts.revision` it makes."""

    def __init__(self, drawn: Drawn, seeds: Seeds) -> None:
        self.seeds, self.times = seeds, drawn.times
        self.told = [Told(drawn.until(time)) for time in drawn.times]
        self.whole = Told(drawn.lake)
        self.cells = [cell for cell in self.whole.cells if cell.code in seeds.basket_codes]
        self.stood = [self._standing(told) for told in self.told]
        ever = {key: said for stood in self.stood for key, said in stood.items()}
        kinds = defaultdict(set)
        for (cell, _), said in ever.items():
            kinds[cell].add(said.row["partner_kind"])
        self.kinds = kinds
        self.currencies: dict[Cell, set[str]] = defaultdict(set)
        for stood in self.stood:
            for (cell, _), said in stood.items():
                self.currencies[cell].add(said.row["currency"])

    def _standing(self, told: Told) -> Standing:
        return {
            (cell, code): said
            for cell in self.cells
            for code, said in told.stand(cell).said.items()
            if said.row["partner_kind"] in KINDS
        }

    def rows(self) -> list[tuple[Any, ...]]:
        """Source to period type, known_from, old, new, currency, n_cells, n_changed, n_new, n_withdrawn."""
        found = []
        for (basket, version), codes in self.seeds.baskets.items():
            named = defaultdict(list)
            for cell in self.cells:
                if ("HS6", cell.code) in codes:
                    where = (
                        cell.source,
                        cell.reporter,
                        basket,
                        version,
                        cell.flow,
                        cell.basis,
                        cell.period,
                        cell.kind,
                    )
                    named[where].append(cell)
            for where, cells in named.items():
                found += [(*where, *row) for row in self._of(cells)]
        return sorted(found, key=repr)

    def _of(self, cells: list[Cell]) -> Iterator[tuple[Any, ...]]:
        currencies = {currency for cell in cells for currency in self.currencies[cell]}
        currency = currencies.pop() if len(currencies) == 1 else None
        before: Standing = {}
        for number, time in enumerate(self.times):
            after = {key: said for key, said in self.stood[number].items() if key[0] in cells}
            changed = [key for key in {**before, **after} if _payload(before, key) != _payload(after, key)]
            again = [key for key in changed if not self._is_first(key, number)]
            if again:
                old, new = before, {k: said for k, said in after.items() if k in before or k in again}
                counted = [key for key in again if self._counts(key, before, after)]
                known = sum(self._counts(key, before, after) for key in before)
                n_new = sum(key not in before for key in counted)
                n_gone = sum(key not in after for key in counted)
                values = [self._value(old, cells), self._value(new, cells)] if currency else [None, None]
                yield time, *values, currency, known + n_new, len(counted), n_new, n_gone
            before = after

    def _is_first(self, key: Key, number: int) -> bool:
        """Never there before, and no earlier document had spoken for it."""
        if any(key in stood for stood in self.stood[:number]):
            return False
        spoken = {
            code
            for doc in self.told[number - 1].documents
            for code in self.told[number - 1].speaks(doc, key[0])
        }
        return number == 0 or not spoken & {None, key[1]}

    def _counts(self, key: Key, before: Standing, after: Standing) -> bool:
        kind = (after.get(key) or before[key]).row["partner_kind"]
        return kind == "country" or "country" not in self.kinds[key[0]]

    def _value(self, stood: Standing, cells: list[Cell]) -> Decimal | None:
        """World rows, or the countries of a cell that never has one; None where a figure is not known."""
        amounts: list[Decimal | None] = []
        for cell in cells:
            mine = [said for (at, _), said in stood.items() if at == cell]
            worlds = [said for said in mine if said.row["partner_kind"] == "world"]
            if mine and not worlds and "world" in self.kinds[cell]:
                amounts.append(None)
            amounts += [said.row["value"] for said in worlds or mine]
        return add(amounts) if amounts else Decimal(0)


def _payload(stood: Standing, key: Key) -> tuple[Any, ...] | None:
    return tuple(stood[key].row[name] for name in ("status", "value", "currency")) if key in stood else None


def coverage(lake: Lake) -> list[tuple[Any, ...]]:
    """Series, first, complete through, newest, number of periods, gaps, incomplete periods."""
    told = Told(lake)
    series: dict[tuple[Any, ...], dict[date, list[bool]]] = defaultdict(lambda: defaultdict(list))
    for cell in told.cells:
        answer = told.stand(cell)
        currencies = {said.row["currency"] for said in answer.said.values()}
        reported = any(said.row["status"] == "reported" for said in answer.said.values())
        if len(currencies) == 1 and reported:
            name = (cell.source, cell.reporter, cell.flow, cell.basis, "HS6", cell.kind)
            series[name][cell.period].append(bool(answer.spoken))
    return sorted((_series(name, periods) for name, periods in series.items()), key=repr)


def _series(name: tuple[Any, ...], periods: dict[date, list[bool]]) -> tuple[Any, ...]:
    kind, first, newest = name[-1], min(periods), max(periods)
    step, at, through, missing = {"Q": 3, "CY": 12}.get(kind, 1), first, None, list[list[date]]()
    broken = False
    while at <= newest:
        if at in periods:
            broken = broken or not all(periods[at])
            through = through if broken else at
        elif not (kind == "YTD" and at.month == 1 and shift(at, 1) in periods):
            broken = True
            if missing and shift(missing[-1][-1], step) == at:
                missing[-1].append(at)
            else:
                missing.append([at])
        at = shift(at, step)
    gaps = [f"{run[0]}" if len(run) == 1 else f"{run[0]}..{run[-1]}" for run in missing]
    incomplete = [f"{period}" for period in sorted(periods) if not all(periods[period])]
    return (*name, first, through, newest, len(periods), " ".join(gaps) or None, " ".join(incomplete) or None)
