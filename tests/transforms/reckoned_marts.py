"""`marts.trade_monthly`, `import_share` and `exposure` as they should be, over the cells of `reckoned_cells`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from tests.transforms.lake import Lake
from tests.transforms.reckoned import (
    DENOMINATORS,
    EVIDENCE,
    MEASURES,
    Rates,
    Said,
    Seeds,
    Told,
    add,
    shift,
    sum_known,
)
from tests.transforms.reckoned_cells import Counted, Period

COVERED, CARRY_DAYS = Decimal("0.8"), 5


class Marts:
    """All three marts of a lake."""

    def __init__(self, lake: Lake, seeds: Seeds) -> None:
        told, rates, self.seeds = Told(lake), Rates(lake, CARRY_DAYS), seeds
        stand = (told.stand(cell) for cell in told.cells)
        self.all = [Counted(answer, seeds, rates) for answer in stand if answer.said]
        self.cells = [cell for cell in self.all if cell.answered]
        self.answers = dict(self._answers())

    def _answers(self) -> Iterator[tuple[tuple[Any, ...], Period]]:
        candidates: dict[tuple[Any, ...], list[Period]] = defaultdict(list)
        by_source: dict[tuple[Any, ...], dict[date, Counted]] = defaultdict(dict)
        for cell in self.cells:
            c = cell.cell
            basket = c.code in self.seeds.basket_codes
            key = (c.reporter, c.flow, c.basis, c.code)
            if c.kind == "M":
                candidates[*key, c.period, "M"].append(Period([cell], "month", 1))
                if basket:
                    by_source[*key, c.source][c.period] = cell
            elif basket:
                candidates[*key, c.period, c.kind].append(Period([cell], "agency", 2))
                if c.kind == "YTD" and c.period.month == 12:
                    candidates[*key, date(c.period.year, 1, 1), "CY"].append(Period([cell], "agency", 3))
        for (*key, _), months in by_source.items():
            for period, kind, made_of in longer(months):
                method = "twelve_months" if len(made_of) == 12 else "months"
                made = Period([months[month] for month in made_of], method, 1)
                candidates[*key, period, kind].append(made)
        for name, listed in candidates.items():
            yield name, min(listed, key=self._order)

    def _order(self, period: Period) -> tuple[Any, ...]:
        in_dollars = all(cell.rate is not None for cell in period.cells)
        partners = all(cell.gives_partners for cell in period.cells)
        return (
            not in_dollars,
            not partners,
            period.rank,
            self.seeds.rank.get(period.source, 1000),
            period.source,
        )

    def trade_monthly(self) -> list[tuple[Any, ...]]:
        return sorted(
            (
                row
                for name, period in self.answers.items()
                if name[-1] == "M"
                for row in _monthly(period.cells[0])
            ),
            key=repr,
        )

    def import_share(self) -> list[tuple[Any, ...]]:
        return sorted((row for one in self._baskets() for row in one.shares()), key=repr)

    def exposure(self) -> list[tuple[Any, ...]]:
        return sorted((row for one in self._baskets() for row in one.exposures()), key=repr)

    def _baskets(self) -> Iterator[Basket]:
        found: dict[tuple[Any, ...], list[Period]] = defaultdict(list)
        for (reporter, flow, basis, code, period, kind), answer in self.answers.items():
            if flow == "import":
                for name, codes in self.seeds.baskets.items():
                    if ("HS6", code) in codes:
                        found[*name, reporter, basis, period, kind].append(answer)
        for name, answers in found.items():
            for measure in MEASURES:
                if made_of := [
                    one for one in answers if measure == "value" or one.total(measure) is not None
                ]:
                    named = {partner for answer in answers for partner in answer.named()}
                    yield Basket(name, measure, made_of, named, self.seeds)


def longer(months: dict[date, Counted]) -> Iterator[tuple[date, str, list[date]]]:
    """Quarters, years, years to date and trailing years that these months make."""
    for month in months:
        wanted = {
            "Q": (shift(month, -2), [shift(month, -n) for n in range(3)]) if month.month % 3 == 0 else None,
            "CY": (shift(month, -11), [shift(month, -n) for n in range(12)]) if month.month == 12 else None,
            "YTD": (month, [shift(month, -n) for n in range(month.month)]),
            "TTM": (month, [shift(month, -n) for n in range(12)]),
        }
        for kind, made in wanted.items():
            if made and all(one in months for one in made[1]):
                yield made[0], kind, made[1]


def _monthly(cell: Counted) -> Iterator[tuple[Any, ...]]:
    c = cell.cell
    by_partner: dict[str, list[Said]] = defaultdict(list)
    for code, said in cell.partners.items():
        if iso := cell.iso[code]:
            by_partner[iso].append(said)
    end = (cell.total_usd, cell.currency, DENOMINATORS[cell.rank], c.source)

    def row(partner: str, value: Any, usd: Any, duty: Any, saids: list[Said]) -> tuple[Any, ...]:
        told = (cell.since(saids), EVIDENCE[cell.evidence(saids) - 1])
        return (c.reporter, partner, c.code, c.flow, c.basis, c.period, value, usd, duty, *end, *told)

    for partner, saids in by_partner.items():
        values = [said.row["value"] for said in saids]
        duty = add(cell.usd(said.row["duty"]) for said in saids)
        yield row(partner, add(values), add(map(cell.usd, values)), duty, saids)
    if cell.total is not None and cell.total != cell.known:
        rest = None if cell.total_usd is None else cell.total_usd - cell.known_usd
        duty = None
        if cell.rank == 2:
            world = [cell.usd(s.row["duty"]) for s in cell.worlds]
            known = sum_known(cell.usd(s.row["duty"]) for code, s in cell.partners.items() if cell.iso[code])
            duty = None if set(world) <= {None} else sum_known(world) - known
        yield row("ROW", cell.total - cell.known, rest, duty, list(cell.said.values()))


class Basket:
    """A basket in a period by a measure, of the codes that have it; `named` are the partners of all its codes."""

    def __init__(
        self, name: tuple[Any, ...], measure: str, answers: list[Period], named: set[str], seeds: Seeds
    ) -> None:
        self.name, self.measure, self.answers, self.seeds = (*name, measure), measure, answers, seeds
        units = {answer.unit(measure) for answer in answers}
        self.unit = units.pop() if len(units) == 1 else None
        self.total = add(answer.total(measure) for answer in answers) if self.unit else None
        self.cells = [cell for answer in answers for cell in answer.cells]
        self.rank = max(cell.rank_by(measure) for cell in self.cells)
        self.coverage = Decimal(len(answers)) / len(seeds.baskets[name[:2]])
        self.may_share = self.coverage >= COVERED and all(cell.gives(measure) for cell in self.cells)
        self.sent = {partner: self._sent(partner) for partner in sorted(named)}

    def _sent(self, partner: str) -> Decimal | None:
        if self.unit is None:
            return None
        return add(
            answer.sent(partner, self.measure)
            if partner in answer.named()
            else (Decimal(0) if answer.is_whole and partner != "EU27" else None)
            for answer in self.answers
        )

    def share(self, amount: Decimal | None) -> float | None:
        if not self.may_share or amount is None or not self.total or self.total < 0:
            return None
        return round(float(amount) / float(self.total), 12)

    def _end(self) -> tuple[Any, ...]:
        methods = {answer.method for answer in self.answers}
        sources = {answer.source for answer in self.answers}
        every = [said for cell in self.cells for said in cell.said.values()]
        ranks = [*(cell.rate_rank for cell in self.cells), *(said.evidence for said in every)]
        return (
            DENOMINATORS[self.rank],
            methods.pop() if len(methods) == 1 else "mixed",
            "+".join(sorted(sources)),
            max(cell.since(list(cell.said.values())) for cell in self.cells),
            EVIDENCE[max(ranks) - 1],
            self.unit,
            round(float(self.coverage), 12),
            len(self.cells),
            "estimated" if self.measure != "value" and "un_comtrade" in sources else "derived",
        )

    def shares(self) -> Iterator[tuple[Any, ...]]:
        known = {partner: value for partner, value in self.sent.items() if partner in self.seeds.countries}
        listed = sum_known(known.values())
        for partner, value in known.items():
            yield (*self.name, partner, value, self.share(value), self.total, *self._end())
        if self.total is not None and self.total != listed:
            rest = self.total - listed
            yield (*self.name, "ROW", rest, self.share(rest), self.total, *self._end())

    def exposures(self) -> Iterator[tuple[Any, ...]]:
        whole = all(answer.is_whole for answer in self.answers)
        for definition, partners in self.seeds.definitions.items():
            value = add(self.sent.get(p, Decimal(0) if whole else None) for p in partners)
            yield (
                *self.name,
                definition,
                self.total,
                value,
                self.share(value),
                *self._spread(),
                *self._end(),
            )

    def _spread(self) -> tuple[Any, ...]:
        """HHI and what is made of it, the largest partner and its share, where they are certain."""
        listed = sum_known(self.sent.values())
        hhi = top = None
        spread: tuple[float | None, ...] = (None,) * 4
        parts = {partner: self.share(value) for partner, value in self.sent.items()}
        certain = self.may_share and self.rank == 1 and None not in parts.values() and listed == self.total
        if certain and parts and all(part is not None and part <= 1 for part in parts.values()):
            squares = (Decimal(str(part)) ** 2 for part in parts.values() if part is not None)
            hhi = float(10000 * sum(square.quantize(Decimal("1e-16"), ROUND_HALF_UP) for square in squares))
            hhi = round(hhi, 9)
            sizes = sorted((value for value in self.sent.values() if value), reverse=True)
            least = 1 / len(sizes)
            normalised = (hhi / 10000 - least) / (1 - least) if len(sizes) > 1 else None
            spread = (
                round(10000 / hhi, 9),
                normalised and round(normalised, 9),
                self.share(sum_known(sizes[:3])),
                len(sizes),
            )
        order = sorted(self.sent, key=lambda p: (-1 * (v if (v := self.sent[p]) is not None else -1), p))
        if (
            self.may_share
            and self.rank < 3
            and self.total is not None
            and order
            and order[0] in self.seeds.countries
        ):
            value = self.sent[order[0]]
            if value is not None and value >= self.total - listed:
                top = order[0]
        return hhi, *spread, top, self.share(self.sent[top]) if top else None
