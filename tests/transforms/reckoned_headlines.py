"""Link to capital expenditure, build-out, bands and moves as docs/headlines.md and docs/capex_link.md define them, from lake rows.

All lakes here are the US's, in dollars, by Schedule C; the last document to speak of a code and period is the one that stands.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from tests.transforms.lake import Lake
from tests.transforms.reckoned import shift

ISO = {"5700": "CHN", "5820": "HKG", "5830": "TWN", "4280": "DEU", "2010": "MEX", "-": "world"}
BASE = date(2023, 12, 1)


class Cell(NamedTuple):
    basis: str
    code: str
    kind: str
    period: date


@dataclass(frozen=True)
class Figure:
    """What a basket's partners sent in a period; `world` is the total where the source gives one."""

    partners: Mapping[str, Decimal]
    world: Decimal | None

    @property
    def total(self) -> Decimal:
        return self.world if self.world is not None else sum(self.partners.values(), Decimal(0))

    def share(self, *partners: str) -> float:
        return float(sum(self.partners.get(p, Decimal(0)) for p in partners)) / float(self.total)

    @property
    def hhi(self) -> float:
        return sum((100 * self.share(p)) ** 2 for p in self.partners)


def added(figures: list[Figure]) -> Figure:
    """The sum of figures that are all there."""
    partners: dict[str, Decimal] = defaultdict(Decimal)
    for figure in figures:
        for partner, value in figure.partners.items():
            partners[partner] += value
    worlds = [figure.world for figure in figures if figure.world is not None]
    return Figure(partners, sum(worlds, Decimal(0)) if len(worlds) == len(figures) else None)


class Trade:
    """Figures by cell, as the last document said them."""

    def __init__(self, lake: Lake) -> None:
        when = {row["document_id"]: row["retrieved_at"] for row in lake.rows["document"]}
        told: dict[Cell, dict[Any, dict[str, Decimal]]] = defaultdict(lambda: defaultdict(dict))
        for row in lake.rows["trade_flow"]:
            cell = Cell(row["flow_basis"], row["code"], row["period_type"], row["period"])
            told[cell][when[row["document_id"]]][ISO[row["partner_code"]]] = row["value"]
        self.cells: dict[Cell, Figure] = {}
        for cell, by_time in told.items():
            said = by_time[max(by_time)]
            self.cells[cell] = Figure({p: v for p, v in said.items() if p != "world"}, said.get("world"))

    def year(self, basis: str, code: str, last: date) -> Figure | None:
        """The twelve months to `last`, if all are there."""
        months = [self.cells.get(Cell(basis, code, "M", shift(last, -n))) for n in range(12)]
        return added([month for month in months if month]) if None not in months else None

    def basket(self, basis: str, codes: frozenset[str], kind: str, period: date) -> Figure:
        """The codes that have a figure, together."""
        found = (self.cells.get(Cell(basis, code, kind, period)) for code in sorted(codes))
        return added([figure for figure in found if figure])


def spending(lake: Lake, companies: Mapping[str, str]) -> dict[date, dict[str, Decimal]]:
    """Quarter -> company -> dollars, of facts that are each of one calendar quarter; `companies` names filers."""
    quarters: dict[date, dict[str, Decimal]] = defaultdict(dict)
    for row in lake.rows["company_fact"]:
        quarters[row["period_start"]][companies[row["cik"]]] = row["value"]
    return quarters


class Link(NamedTuple):
    intensity_index: float | None
    base: date | None
    excess: float | None


def links(trade: Trade, basis: str, code: str, spent: dict[date, dict[str, Decimal]]) -> dict[date, Link]:
    """Index and excess of a basket of one code by quarter, for quarters with twelve months of imports."""
    ratios: dict[date, tuple[tuple[str, ...], float]] = {}
    found: dict[date, Link] = {}
    base_year, base_all = trade.year(basis, code, BASE), trade.year(basis, "TOTAL", BASE)
    for quarter in sorted(spent):
        last = shift(quarter, 2)
        year, whole = trade.year(basis, code, last), trade.year(basis, "TOTAL", last)
        if year is None:
            continue
        four = [spent.get(shift(quarter, -3 * n), {}) for n in range(4)]
        firms = {tuple(sorted(one)) for one in four}
        if len(firms) == 1 and all(four):
            total = sum(value for one in four for value in one.values())
            ratios[quarter] = (firms.pop(), float(year.total) / float(total))
        excess = None
        if last >= BASE and base_year and base_all and whole:
            other = float(whole.total - year.total) / float(base_all.total - base_year.total)
            excess = float(year.total) - float(base_year.total) * other
        found[quarter] = Link(None, None, excess)
    for quarter, (names, ratio) in ratios.items():
        base = min(q for q, (others, _) in ratios.items() if others == names)
        found[quarter] = Link(100 * ratio / ratios[base][1], base, found[quarter].excess)
    return found


def moves(years: Mapping[date, Figure]) -> dict[date, tuple[float, float, float]]:
    """Growth, China's share, and its share the year before, of years that follow each other by twelve months."""
    return {
        now: (
            float(years[now].total) / float(years[before].total) - 1,
            years[now].share("CHN"),
            years[before].share("CHN"),
        )
        for before, now in ((shift(period, -12), period) for period in years)
        if before in years
    }
