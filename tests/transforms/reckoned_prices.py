"""Duties, unit values and dependency as they should be, worked out in plain Python over the answers of `reckoned_marts`."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

from tests.transforms.reckoned import Said, add, shift, sum_known
from tests.transforms.reckoned_cells import Counted, Period
from tests.transforms.reckoned_marts import COVERED, Marts

WINDOW, ENOUGH = 36, 12
MEASURES = ("weight", "quantity")
ESTIMATING = {"baci", "un_comtrade", "un_comtrade_plus"}
CONCENTRATED, NO_EXPORTS = 4000, 9999
NOTHING = Decimal(0)
Row = tuple[Any, ...]


def ratio(part: Decimal | None, whole: Decimal | None) -> float | None:
    """One division to 12 places, of a positive whole."""
    if part is None or whole is None or whole <= 0:
        return None
    return round(float(part) / float(whole), 12)


def rounded(row: Row) -> Row:
    """Floats to nine places."""
    return tuple(round(value, 9) if isinstance(value, float) else value for value in row)


def total_usd(answer: Period) -> Decimal | None:
    return add(cell.total_usd for cell in answer.cells)


def sent(answer: Period, partner: str) -> Decimal | None:
    """Dollars of one partner; absent is zero where a month lists all partners, but not of a union."""
    told = [(cell.sent(), cell.lists_all and partner != "EU27") for cell in answer.cells]
    return add(by.get(partner, NOTHING if zero else None) for by, zero in told)


def rows_of(cell: Counted, partner: str) -> list[Said]:
    """What a cell says of a partner, by its name here."""
    return [s for code, s in cell.partners.items() if (cell.iso[code] or f"{cell.system}:{code}") == partner]


class Duties:
    """`marts.tariff_collected`."""

    def __init__(self, marts: Marts) -> None:
        self.marts = marts

    def rows(self) -> Iterator[Row]:
        for name, answers in self._baskets().items():
            named = {p for answer in answers for p in answer.named()} & self.marts.seeds.countries
            for partner in (*sorted(named), "TOTAL"):
                yield self._row(name, answers, partner)

    def _baskets(self) -> dict[Row, list[Period]]:
        found: dict[Row, list[Period]] = defaultdict(list)
        for (reporter, flow, basis, code, period, kind), answer in self.marts.answers.items():
            for name, codes in self.marts.seeds.baskets.items():
                if (flow, basis) == ("import", "CON_VAL") and ("HS6", code) in codes:
                    found[*name, reporter, basis, period, kind].append(answer)
        return found

    def _row(self, name: Row, answers: list[Period], partner: str) -> Row:
        told = [(a, *self._pair(a, partner)) for a in answers]
        known = [(a, value, duty) for a, value, duty in told if duty is not None]
        said = [one for one in known if partner == "TOTAL" or partner in one[0].named()]
        value, duty = add(v for _, v, _ in said), add(d for _, _, d in said)
        excluded = sum_known(v for _, v, d in told if d is None)
        by_value = None if value is None else ratio(value, value + excluded)
        note = self._note(value, len(known), len(self.marts.seeds.baskets[name[:2]]), by_value)
        rate = ratio(duty, value) if note is None else None
        n_obs = sum(len(answer.cells) for answer, _, _ in known)
        return (*name, partner, value, duty, rate, note, excluded, by_value, len(known), n_obs)

    @staticmethod
    def _note(value: Decimal | None, known: int, codes: int, by_value: float | None) -> str | None:
        if value is None:
            return "no duty is stated"
        if Decimal(known) / codes < COVERED:
            return "duty is known for too few of the codes"
        if by_value is not None and by_value < float(COVERED):
            return "duty is known for too little of the value"
        return "nothing was imported" if value == 0 else None

    @staticmethod
    def _pair(answer: Period, partner: str) -> tuple[Decimal | None, Decimal | None]:
        if partner == "TOTAL":
            value = total_usd(answer)
            return value, None if value is None else add(map(_whole_duty, answer.cells))
        if partner not in answer.named():
            zero = NOTHING if answer.is_whole and partner != "EU27" else None
            return zero, zero
        value = sent(answer, partner)
        found = [rows_of(cell, partner) for cell in answer.cells]
        duties = [
            cell.usd(s.row["duty"]) for cell, said in zip(answer.cells, found, strict=True) for s in said
        ]
        return value, None if value is None else add((NOTHING, *duties))


def _whole_duty(cell: Counted) -> Decimal | None:
    if cell.by_partner:
        return add(cell.usd(said.row["duty"]) for said in cell.partners.values())
    known = [said.row["duty"] for said in cell.worlds if said.row["duty"] is not None]
    return cell.usd(sum(known)) if known else None


class Prices:
    """`marts.unit_value`."""

    def __init__(self, marts: Marts) -> None:
        self.marts = marts
        self.standards: dict[Row, list[float]] = defaultdict(list)
        near: dict[Row, list[float]] = defaultdict(list)
        for name, answer in self._priced():
            for measure in MEASURES if answer.source in ESTIMATING else ():
                cell = answer.cells[0]
                for partner, amount in cell.sent(measure).items():
                    price = _price(cell.sent()[partner], amount)
                    if price and amount and amount >= 1000:
                        near[_goods(name, answer), measure, round(math.log(price), 5)].append(price)
        for (goods, measure, _), prices in near.items():
            if len(prices) >= 3:
                self.standards[goods, measure] += prices

    def _priced(self) -> Iterator[tuple[Row, Period]]:
        for name, answer in self.marts.answers.items():
            agency = (name[5], answer.method) == ("CY", "agency")
            if name[3] in self.marts.seeds.basket_codes and (name[5] == "M" or agency):
                yield name, answer

    def _made(self, name: Row, answer: Period, measure: str) -> set[str]:
        """Partners whose amount was made from the value."""
        cell, found = answer.cells[0], set()
        standards = self.standards.get((_goods(name, answer), measure), [])
        for partner, amount in cell.sent(measure).items():
            price = _price(cell.sent()[partner], amount)
            if price and amount:
                slack = 0.00001 + 0.001 / float(amount)
                if any(one * (1 - slack) <= price <= one * (1 + slack) for one in standards):
                    found.add(partner)
        return found

    def rows(self) -> Iterator[Row]:
        series: dict[Row, dict[date, Row]] = defaultdict(dict)
        for name, answer in self._priced():
            reporter, flow, basis, code, period, kind = name
            for measure in MEASURES:
                made = self._made(name, answer, measure) if answer.source in ESTIMATING else set()
                for unit, partner, *figures in self._prices(answer.cells[0], measure, made):
                    key = (reporter, partner, code, flow, basis, measure, unit, kind, answer.source)
                    series[key][period] = tuple(figures)
        for key, found in series.items():
            for period, figures in found.items():
                yield rounded((*key, period, *figures, *_unusual(found, period)))

    def _prices(self, cell: Counted, measure: str, made: set[str]) -> Iterator[Row]:
        sent, values = cell.sent(measure), cell.sent()
        if not (any(sent.values()) if measure == "weight" else cell.unit(measure)):
            return
        total = cell.total_by(measure) if max(cell.rank, cell.rank_by(measure)) < 3 else None
        for partner in sorted(set(sent) & self.marts.seeds.countries):
            value, amount = values[partner], sent[partner]
            if (value, amount) != (0, 0):
                price = None if partner in made else _price(value, amount)
                less = {partner} | made
                rest = _price(_less(cell.total_usd, values, less), _less(total, sent, less))
                relative = math.log(price / rest) if price and rest else None
                yield cell.unit(measure), partner, value, amount, price, rest, relative


def _goods(name: Row, answer: Period) -> Row:
    return (answer.source, name[1], *name[3:])


def _less(total: Decimal | None, sent: dict[str, Decimal | None], partners: set[str]) -> Decimal | None:
    parts = add(sent[partner] for partner in partners)
    return None if total is None or parts is None else total - parts


def _price(value: Decimal | None, amount: Decimal | None) -> float | None:
    if value is None or amount is None or value <= 0 or amount <= 0:
        return None
    return float(value) / float(amount)


def _unusual(found: dict[date, Row], period: date) -> Row:
    """How many prices stand in the 36 months before, their median and its MAD, the score."""
    first = shift(period, -WINDOW)
    before = [math.log(row[2]) for at, row in found.items() if first <= at < period and row[2]]
    if not before:
        return 0, None, None, None
    middle = median(before)
    spread = median(abs(one - middle) for one in before)
    price = found[period][2]
    scored = len(before) >= ENOUGH and round(spread, 9) > 0 and price
    return len(before), middle, spread, 0.6745 * (math.log(price) - middle) / spread if scored else None


class Dependencies:
    """`marts.dependency`."""

    def __init__(self, marts: Marts) -> None:
        self.marts = marts
        self.world: dict[tuple[str, date], dict[str, list[Decimal | None]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for cell in marts.all:
            c = cell.cell
            if (c.source, c.flow, c.kind) == ("baci", "import", "CY"):
                for code, said in cell.partners.items():
                    exporter = cell.iso[code] or f"{cell.system}:{code}"
                    self.world[c.code, c.period][exporter].append(cell.usd(said.row["value"]))

    def rows(self) -> Iterator[Row]:
        found: dict[Row, dict[date, Row]] = defaultdict(dict)
        for (reporter, flow, basis, code, period, kind), answer in self.marts.answers.items():
            if (flow, kind) == ("import", "CY"):
                figures = (
                    _hhi({p: sent(answer, p) for p in answer.named()}, answer)
                    if _lists_all(answer)
                    else None,
                    self._world_hhi(code, period),
                    self._exports_cover(reporter, code, period, answer),
                )
                found[reporter, basis, code][period] = (answer.source, *figures)
        for key, years in found.items():
            for period, (source, *figures) in years.items():
                near = [years.get(shift(period, -12 * back)) for back in range(3)]
                told = [one[1:] if one and one[0] == source else None for one in near]
                yield (*key, period, source, *figures, *_flag(told))

    def _world_hhi(self, code: str, period: date) -> float | None:
        exporters = {name: add(amounts) for name, amounts in self.world[code, period].items()}
        return _spread(exporters.values(), add(exporters.values()))

    def _exports_cover(self, reporter: str, code: str, period: date, answer: Period) -> float | None:
        if max(cell.rank for cell in answer.cells) > 2:
            return None
        if answer.source == "baci":
            exports = add(self.world[code, period].get(reporter, [NOTHING]))
        else:
            own = self.marts.answers.get((reporter, "export", "FOB", code, period, "CY"))
            if own is None or max(cell.rank for cell in own.cells) > 2:
                return None
            exports = total_usd(own)
        if exports == 0 and (total_usd(answer) or 0) > 0:
            return NO_EXPORTS
        return ratio(total_usd(answer), exports)


def _lists_all(answer: Period) -> bool:
    return max(cell.rank for cell in answer.cells) == 1


def _hhi(sent: dict[str, Decimal | None], answer: Period) -> float | None:
    listed = add(sent.values())
    return _spread(sent.values(), listed) if listed == total_usd(answer) else None


def _spread(amounts: Iterable[Decimal | None], whole: Decimal | None) -> float | None:
    parts = [ratio(amount, whole) for amount in amounts]
    known = [part for part in parts if part is not None and part <= 1]
    return (
        round(10000 * sum(part * part for part in known), 9) if known and len(known) == len(parts) else None
    )


def _together(figures: Row | None) -> bool | None:
    """Whether the three conditions hold together; one known not to hold decides it."""
    if figures is None:
        return None
    held = [
        f if f is None else f > bound
        for f, bound in zip(figures, (CONCENTRATED, CONCENTRATED, 1), strict=True)
    ]
    if False in held:
        return False
    return None if None in held else True


def _flag(near: list[Any]) -> Row:
    """Years met and known of the three, whether that lasts, and the flag."""
    held = [_together(one) for one in near]
    met, unknown = held.count(True), held.count(None)
    lasts = True if met >= 2 else False if met + unknown < 2 else None
    return met, 3 - unknown, lasts, lasts if None not in near[0] else None
