"""`marts.look_through` as docs/rerouting.md defines it, over the answers of `reckoned_marts`: shares are exact fractions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Any, NamedTuple

import duckdb

from tests.transforms.reckoned import DENOMINATORS, add, level
from tests.transforms.reckoned_cells import Period
from tests.transforms.reckoned_marts import COVERED, Basket, Marts
from tests.transforms.reckoned_rerouting import PASSING, told

LEVELS = ("HS2", "HS4", "HS6")
FIRST_ROUND = (
    "marts.look_through",
    "reporter, partner_definition, basket_id, basket_version, input_basket_id, input_basket_version, flow_basis, period, "
    "period_type",
    "is_current_version, direct_share, input_share, look_through_share, n_connectors_inputs_known, n_connectors_known, "
    "n_connectors, note, denominator, coverage_codes, n_obs, source, data_vintage, evidence",
)
Part = Fraction | None


class Taken(NamedTuple):
    """Imports of a version of a basket in a period."""

    basket: str
    version: str
    reporter: str
    basis: str
    period: date
    kind: str


@dataclass(frozen=True)
class Pairs:
    """Seeds, which are given: baskets with those of their inputs, parts of the cost, and the current version of each basket."""

    connectors: frozenset[str]
    inputs: frozenset[tuple[str, str]]
    costs: Mapping[tuple[str, str, str], Decimal]
    current: Mapping[str, str]


def pairs_of(connection: duckdb.DuckDBPyConnection) -> Pairs:
    """These seeds of a build."""

    def seed(columns: str, name: str) -> list[tuple[Any, ...]]:
        return connection.execute(f"select {columns} from staging.{name}").fetchall()

    def by_number(row: tuple[str, str]) -> list[int]:
        return [int(number) for number in row[1].split(".")]

    return Pairs(
        frozenset(name for (name,) in seed("connector", "connector")),
        frozenset(seed("basket_id, input_basket_id", "input_basket")),
        {
            row[:3]: row[3]
            for row in seed("connector, basket_id, input_basket_id, cost_share", "input_cost_share")
        },
        dict(sorted(seed("basket_id, version", "basket"), key=by_number)),
    )


@dataclass(frozen=True)
class Behind:
    """One connector: its share of the goods, the origin's of its inputs, and the inputs' part of the cost."""

    connector: str
    share: Part
    origin: Part
    cost: Part
    inputs: tuple[Period, ...]

    @property
    def inside(self) -> Part:
        if self.share == 0:
            return Fraction(0)
        return None if self.share is None or self.origin is None else self.share * self.origin

    @property
    def adds(self) -> Part:
        if self.share == 0:
            return Fraction(0)
        return None if self.inside is None or self.cost is None else self.inside * self.cost


class FirstRound:
    """The mart, from the answers that `Marts` makes of a lake."""

    def __init__(self, marts: Marts, pairs: Pairs) -> None:
        self.marts, self.seeds, self.pairs = marts, marts.seeds, pairs

    @cached_property
    def taken(self) -> dict[Taken, Basket]:
        """Baskets of which shares may be told."""
        found: dict[Taken, list[Period]] = defaultdict(list)
        wanted = {basket for pair in self.pairs.inputs for basket in pair}
        for (reporter, flow, basis, code, period, kind), answer in self.marts.answers.items():
            for (basket, version), codes in self.seeds.baskets.items():
                if flow == "import" and kind in PASSING and basket in wanted and (level(code), code) in codes:
                    found[Taken(basket, version, reporter, basis, period, kind)].append(answer)
        made = {name: self._basket(name, answers) for name, answers in found.items()}
        return {name: basket for name, basket in made.items() if basket.may_share}

    def _basket(self, name: Taken, answers: list[Period]) -> Basket:
        named = {partner for answer in answers for partner in answer.named()}
        return Basket(tuple(name), "value", answers, named, self.seeds)

    def rows(self) -> Iterator[tuple[Any, ...]]:
        for name, basket in self.taken.items():
            if {at for at, _ in self.seeds.baskets[name[:2]]} <= set(LEVELS):
                for inputs in sorted(one for goods, one in self.pairs.inputs if goods == name.basket):
                    for origin, partners in self.seeds.definitions.items():
                        if name.reporter not in partners:
                            yield self._row(name, basket, inputs, origin)

    def _row(self, name: Taken, basket: Basket, inputs: str, origin: str) -> tuple[Any, ...]:
        others = self.pairs.connectors - {name.reporter} - self.seeds.definitions[origin]
        behind = [self._behind(name, basket, inputs, origin, one) for one in sorted(others)]
        direct, n_inputs, n_known = (
            self._origin(basket, origin),
            sum(one.inside is not None for one in behind),
            sum(one.adds is not None for one in behind),
        )
        enough_inputs = Decimal(n_inputs) / len(behind) >= COVERED
        enough = Decimal(n_known) / len(behind) >= COVERED
        key = (name.reporter, origin, *name[:2], inputs, self.pairs.current[inputs], *name[3:])
        used = [*basket.answers, *(answer for one in behind for answer in one.inputs)]
        return (
            *key,
            name.version == self.pairs.current[name.basket],
            direct,
            sum((one.inside or Fraction(0) for one in behind), Fraction(0)) if enough_inputs else None,
            sum((one.adds or Fraction(0) for one in behind), direct)
            if enough and direct is not None
            else None,
            *(n_inputs, n_known, len(behind)),
            self._note(direct, origin, behind, enough_inputs=enough_inputs, enough=enough),
            *(DENOMINATORS[basket.rank], basket.coverage, sum(len(answer.cells) for answer in used)),
            *told(used),
        )

    def _behind(self, name: Taken, basket: Basket, inputs: str, origin: str, connector: str) -> Behind:
        version, cost = self.pairs.current[inputs], self.pairs.costs.get((connector, name.basket, inputs))
        bases = sorted(
            there.basis
            for there in self.taken
            if there == Taken(inputs, version, connector, there.basis, name.period, name.kind)
            and self._origin(self.taken[there], origin) is not None
        )
        first = (
            self.taken[Taken(inputs, version, connector, bases[0], name.period, name.kind)] if bases else None
        )
        return Behind(
            connector,
            _part(self._sent(basket, connector), basket.total),
            self._origin(first, origin) if first else None,
            None if cost is None else Fraction(cost),
            tuple(first.answers) if first else (),
        )

    def _origin(self, basket: Basket, origin: str) -> Part:
        """The origin's share of a basket."""
        amounts = (self._sent(basket, partner) for partner in sorted(self.seeds.definitions[origin]))
        return _part(add(amounts), basket.total)

    @staticmethod
    def _sent(basket: Basket, partner: str) -> Decimal | None:
        whole = all(answer.is_whole for answer in basket.answers)
        return basket.sent.get(partner, Decimal(0) if whole else None)

    @staticmethod
    def _note(
        direct: Part, origin: str, behind: list[Behind], *, enough_inputs: bool, enough: bool
    ) -> str | None:
        if direct is None:
            return f"the share of {origin} is not known"
        if not enough_inputs:
            names = " ".join(one.connector for one in behind if one.inside is None)
            return f"what part of the inputs is of {origin} is not known of {names}"
        if not enough:
            names = " ".join(one.connector for one in behind if one.share and one.cost is None)
            return f"what part of the cost the inputs are is not known of {names}"
        return None


def _part(amount: Decimal | None, whole: Decimal | None) -> Part:
    return None if amount is None or not whole or whole < 0 else Fraction(amount) / Fraction(whole)
