"""Cells with their partners, totals and dollars, and the answers made of them, by the definitions in docs/trade.md."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from tests.transforms.reckoned import Answer, Rates, Said, Seeds, add, applies, cents, span, sum_known


class Counted:
    """A cell with its partners, its total and their dollars."""

    def __init__(self, answer: Answer, seeds: Seeds, rates: Rates) -> None:
        self.answer, self.cell, self.seeds = answer, answer.cell, seeds
        self.said = answer.said
        self._name_partners()
        currencies = {said.row["currency"] for said in self.said.values()}
        self.currency = max(currencies)
        self.answered = len(currencies) == 1 and any(
            said.row["status"] == "reported" for said in self.said.values()
        )
        self.rate: Decimal | None = Decimal(1)
        self.rate_since, self.rate_rank = datetime.min, 0
        if self.currency != "USD":
            found = rates.average(self.currency, *span(self.cell.period, self.cell.kind))
            self.rate = found and found[0]
            if found:
                self.rate_since, self.rate_rank = found[1].replace(tzinfo=None), found[2]

    def _name_partners(self) -> None:
        """Who each code counts as: world, group, partner, or a member inside a union that stands for it."""
        system = next(iter(self.said.values())).row["country_codes"]
        self.system, self.union, self.iso = system, None, dict[str, str | None]()
        for code, said in self.said.items():
            rows = [r for r in self.seeds.partner.get((system, code), []) if applies(r, self.cell.period)]
            self.iso[code] = next(
                (r["partner"] for r in rows if r["kind"] == said.row["partner_kind"] and r["partner"]), None
            )
            named = None not in self.answer.spoken and code in self.answer.spoken
            if said.row["partner_kind"] == "group" and named and said.row["status"] == "reported":
                self.union = self.iso[code]
        self.inside = {
            row["iso3"]
            for row in self.seeds.members.get(self.union or "", [])
            if applies(row, self.cell.period)
        }
        self.partners = {
            code: said
            for code, said in self.said.items()
            if (said.row["partner_kind"] == "country" and self.iso[code] not in self.inside)
            or (said.row["partner_kind"] == "group" and self.iso[code] == self.union is not None)
        }
        self.worlds = [said for said in self.said.values() if said.row["partner_kind"] == "world"]

    def usd(self, amount: Decimal | None) -> Decimal | None:
        if amount is None or self.rate is None:
            return None
        return amount if self.currency == "USD" else cents(amount * self.rate)

    def physical(self, said: Said, measure: str) -> tuple[Decimal, str] | None:
        """The first of the two quantities that is a weight (or is none), in its standard unit."""
        for number in (1, 2):
            quantity, unit = (
                said.row.get(f"quantity_{number}"),
                self.seeds.units.get(said.row.get(f"unit_{number}") or ""),
            )
            if quantity is not None and unit and (unit["kind"] == "weight") == (measure == "weight"):
                return quantity * unit["factor"], unit["standard_unit"]
        return None

    def amount(self, said: Said, measure: str) -> Decimal | None:
        """Of one partner, in dollars or the standard unit."""
        if measure == "value":
            return self.usd(said.row["value"])
        found = self.physical(said, measure)
        return found and found[0]

    def unit(self, measure: str) -> str | None:
        """The one standard unit of its figures; None where there are none, or several."""
        if measure == "value":
            return "USD"
        found = (self.physical(said, measure) for said in (*self.partners.values(), *self.worlds))
        units = {one[1] for one in found if one}
        return units.pop() if len(units) == 1 else None

    def gives(self, measure: str) -> bool:
        """Whether a partner has a figure."""
        if measure == "value":
            return self.gives_partners
        return any(self.amount(said, measure) is not None for said in self.partners.values())

    def rank_by(self, measure: str) -> int:
        if measure == "value":
            return self.rank
        return 1 if self.lists_all else 2 if self.world_by(measure) is not None else 3

    def world_by(self, measure: str) -> Decimal | None:
        return add(a for a in (self.amount(said, measure) for said in self.worlds) if a is not None)

    def total_by(self, measure: str) -> Decimal | None:
        """Every partner's where each has a figure and no world row goes before, else the world row's."""
        if measure == "value":
            return self.total_usd
        amounts, world = (
            [self.amount(said, measure) for said in self.partners.values()],
            self.world_by(measure),
        )
        if self.unit(measure) is None:
            return None
        if self.rank_by(measure) != 2 and None not in amounts:
            return add(amounts)
        return world if world is not None and world >= sum_known(amounts) else None

    @property
    def values(self) -> list[Decimal | None]:
        return [said.row["value"] for said in self.partners.values()]

    @property
    def lists_all(self) -> bool:
        return None in self.answer.spoken and bool(self.partners)

    @property
    def world(self) -> Decimal | None:
        known = [said.row["value"] for said in self.worlds if said.row["value"] is not None]
        return sum(known) if known else None

    @property
    def gives_partners(self) -> bool:
        return any(value is not None for value in self.values)

    @property
    def rank(self) -> int:
        return 1 if self.lists_all else 2 if self.world is not None else 3

    @property
    def by_partner(self) -> bool:
        return self.rank != 2 and None not in self.values

    @property
    def known(self) -> Decimal:
        return sum_known(said.row["value"] for code, said in self.partners.items() if self.iso[code])

    @property
    def total(self) -> Decimal | None:
        return add(self.values) if self.by_partner else self.world

    @property
    def known_usd(self) -> Decimal:
        return sum_known(self.usd(s.row["value"]) for code, s in self.partners.items() if self.iso[code])

    @property
    def total_usd(self) -> Decimal | None:
        if self.by_partner:
            return add(self.usd(value) for value in self.values)
        rest = None if self.world is None else self.usd(self.world - self.known)
        return None if rest is None else self.known_usd + rest

    def since(self, saids: list[Said]) -> datetime:
        return max(self.rate_since, *(said.since.replace(tzinfo=None) for said in saids))

    def evidence(self, saids: list[Said]) -> int:
        return max(self.rate_rank, *(said.evidence for said in saids))

    def sent(self, measure: str = "value") -> dict[str, Decimal | None]:
        """Amounts by partner as far as the answer tells; unknown codes stand for themselves."""
        found: dict[str, list[Decimal | None]] = defaultdict(list)
        for code, said in self.partners.items():
            found[self.iso[code] or f"{self.system}:{code}"].append(self.amount(said, measure))
        sums = {partner: add(amounts) for partner, amounts in found.items()}
        for code in self.answer.spoken - {None} if not self.lists_all else ():
            rows = [r for r in self.seeds.partner.get((self.system, str(code)), ()) if r["kind"] == "country"]
            for row in rows if code not in self.said else ():
                if row["partner"] and row["partner"] not in self.inside:
                    sums.setdefault(row["partner"], Decimal(0))
        return sums


@dataclass
class Period:
    """An answer to a code in a period: its cells, of one source."""

    cells: list[Counted]
    method: str
    rank: int

    @property
    def source(self) -> str:
        return self.cells[0].cell.source

    def unit(self, measure: str) -> str | None:
        """The unit of all its cells."""
        units = {cell.unit(measure) for cell in self.cells}
        return units.pop() if len(units) == 1 else None

    def total(self, measure: str) -> Decimal | None:
        return add(cell.total_by(measure) for cell in self.cells) if self.unit(measure) else None

    @property
    def is_whole(self) -> bool:
        return all(cell.lists_all for cell in self.cells)

    def sent(self, partner: str, measure: str) -> Decimal | None:
        """Amount of one partner; absent is zero where all are listed, but not of a union."""
        if self.unit(measure) is None:
            return None
        told = [cell.sent(measure) for cell in self.cells]
        zeros = [cell.lists_all and partner != "EU27" for cell in self.cells]
        amounts = [
            one[partner] if partner in one else (Decimal(0) if zero else None)
            for one, zero in zip(told, zeros, strict=True)
        ]
        return add(amounts)

    def named(self) -> set[str]:
        return {partner for cell in self.cells for partner in cell.sent()}
