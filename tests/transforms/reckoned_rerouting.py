"""What passes through connectors, and the interval of exposure, worked out in plain Python from docs/rerouting.md."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from tests.transforms.reckoned import DENOMINATORS, EVIDENCE, add, sum_known
from tests.transforms.reckoned_cells import Period
from tests.transforms.reckoned_marts import COVERED, Marts

PASSING = ("Q", "CY", "TTM")
WHOLE_EXPORTS = ("FOB", "TOT_EXP")


class Way(NamedTuple):
    """Who sends what to whom, and as whose figures say it."""

    reporter: str
    connector: str
    origin: str
    side: str
    import_basis: str
    export_basis: str
    period: Any
    kind: str


@dataclass(frozen=True)
class Legs:
    """What a connector took of a code from the origin, and what it sent on."""

    taken: Decimal | None
    given: Decimal | None
    answers: tuple[Period, Period]

    @property
    def lesser(self) -> Decimal | None:
        return None if self.taken is None or self.given is None else min(self.taken, self.given)


def known(answer: Period, partner: str) -> Decimal | None:
    """What an answer says of a partner: absent is zero where all are listed, but not of a union."""
    if partner in answer.named():
        return answer.sent(partner, "value")
    return Decimal(0) if answer.is_whole and partner != "EU27" else None


def share(part: Decimal | None, whole: Decimal | None) -> float | None:
    return None if part is None or not whole or whole < 0 else round(float(part) / float(whole), 12)


def told(answers: Iterable[Period]) -> tuple[Any, ...]:
    """Sources, newest vintage and weakest evidence."""
    cells = [cell for answer in answers for cell in answer.cells]
    saids = [list(cell.said.values()) for cell in cells]
    return (
        "+".join(sorted({cell.cell.source for cell in cells})),
        max(cell.since(said) for cell, said in zip(cells, saids, strict=True)),
        EVIDENCE[max(cell.evidence(said) for cell, said in zip(cells, saids, strict=True)) - 1],
    )


class Rerouting:
    """Both marts, from the answers that `Marts` makes of a lake."""

    def __init__(self, marts: Marts, connectors: frozenset[str], ratio: float) -> None:
        self.seeds, self.connectors, self.k = marts.seeds, connectors, round(ratio, 12)
        self.answers = {name: answer for name, answer in marts.answers.items() if name[-1] in PASSING}
        self.reporters = {name[0] for name in marts.answers if name[1] == "import"}
        self.legs: dict[Way, dict[str, Legs]] = defaultdict(dict)
        for way, code, legs in self._legs():
            self.legs[way][code] = legs
        self.ways: dict[tuple[Any, ...], list[tuple[Way, dict[str, Legs]]]] = defaultdict(list)
        for way, by_code in self.legs.items():
            self.ways[way.reporter, way.side, way.period, way.kind].append((way, by_code))

    def _legs(self) -> Iterator[tuple[Way, str, Legs]]:
        given: dict[tuple[Any, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for connector, *where, leg in self._given():
            given[connector, *where].append(leg)
        for (connector, flow, basis, *rest), answer in self.answers.items():
            if flow == "import" and connector in self.connectors:
                for origin, partners in self.seeds.definitions.items():
                    taken = add(known(answer, partner) for partner in partners)
                    for side, reporter, export_basis, sent, second in given[connector, *rest]:
                        if not partners & {reporter, connector}:
                            way = Way(reporter, connector, origin, side, basis, export_basis, *rest[1:])
                            yield way, rest[0], Legs(taken, sent, (answer, second))

    def _given(self) -> Iterator[tuple[Any, ...]]:
        for (country, flow, basis, *rest), answer in self.answers.items():
            if flow == "export" and country in self.connectors and basis in WHOLE_EXPORTS:
                for reporter in self.reporters - {country}:
                    yield country, *rest, ("own", reporter, basis, known(answer, reporter), answer)
            elif flow == "import":
                for connector in self.connectors - {country}:
                    yield connector, *rest, ("mirror", country, basis, known(answer, connector), answer)

    def rerouting(self) -> Iterator[tuple[Any, ...]]:
        for way, by_code in self.legs.items():
            for name, codes in self.seeds.baskets.items():
                found = [legs for code, legs in by_code.items() if ("HS6", code) in codes]
                if found:
                    yield (*way, *name, *self._bound(found, len(codes)))

    def _bound(self, found: list[Legs], n_codes: int) -> tuple[Any, ...]:
        both = [legs for legs in found if legs.lesser is not None]
        bound, given = add(legs.lesser for legs in both), add(legs.given for legs in both)
        enough = Decimal(len(both)) / n_codes >= COVERED
        return (
            bound,
            share(bound, given) if enough else None,
            add(legs.taken for legs in both),
            given,
            len(both),
            len(both) / n_codes,
            sum(len(answer.cells) for legs in both for answer in legs.answers),
            *told(answer for legs in found for answer in legs.answers),
        )

    def intervals(self) -> Iterator[tuple[Any, ...]]:
        imports: dict[tuple[Any, ...], dict[str, Period]] = defaultdict(dict)
        for (reporter, flow, basis, code, period, kind), answer in self.answers.items():
            for name, codes in self.seeds.baskets.items():
                if flow == "import" and ("HS6", code) in codes:
                    imports[reporter, basis, period, kind, name][code] = answer
        for (reporter, basis, period, kind, name), answers in imports.items():
            partners = all(cell.gives_partners for answer in answers.values() for cell in answer.cells)
            if partners and Decimal(len(answers)) / len(self.seeds.baskets[name]) >= COVERED:
                for origin in self.seeds.definitions:
                    for side in ("mirror", "own"):
                        row = self._interval(
                            Way(reporter, "", origin, side, "", basis, period, kind), answers
                        )
                        if row is not None:
                            yield (reporter, origin, *name, basis, side, period, kind, *row)

    def _interval(self, way: Way, answers: dict[str, Period]) -> tuple[Any, ...] | None:
        partners = self.seeds.definitions[way.origin]
        total = add(answer.total("value") for answer in answers.values())
        others = sorted(self.connectors - {way.reporter} - partners)
        if way.reporter in partners or not self._has_side(way, answers):
            return None
        direct = share(add(self._sent(answers, partner) for partner in sorted(partners)), total)
        shares = {c: share(self._sent(answers, c), total) for c in others}
        chosen = {c: self._choose(way._replace(connector=c), answers) for c in others}
        added = {c: _added(shares[c], chosen[c], answers) for c in others}
        sure = {c: amount for c, amount in added.items() if amount is not None}
        enough = direct is not None and Decimal(len(sure)) / len(others) >= COVERED
        more = sum(sure.values(), Decimal(0))
        legs = [leg for c in sure for leg in chosen[c].values()]
        ours = 1 if way.side == "mirror" else 2
        return (
            total,
            direct,
            direct + self.k * float(more) if enough and direct is not None else None,
            direct + float(more) if enough and direct is not None else None,
            len(sure),
            len(others),
            " ".join(c for c in others if c not in sure) or None,
            DENOMINATORS[max(cell.rank for answer in answers.values() for cell in answer.cells)],
            sum(len(a.cells) for a in (*answers.values(), *(a for leg in legs for a in leg.answers[:ours]))),
            *told([*answers.values(), *(answer for leg in legs for answer in leg.answers)]),
        )

    def _sent(self, answers: dict[str, Period], partner: str) -> Decimal | None:
        return add(known(answer, partner) for answer in answers.values())

    def _ways(self, way: Way, answers: dict[str, Period]) -> Iterator[tuple[Way, dict[str, Legs]]]:
        """Ways to a reporter in a period, as far as they are of the codes asked for; an empty name stands for any."""
        for one, by_code in self.ways[way.reporter, way.side, way.period, way.kind]:
            if way.connector in ("", one.connector) and way.origin in ("", one.origin):
                found = {code: legs for code, legs in by_code.items() if code in answers}
                if found and (way.side == "own" or one.export_basis == way.export_basis):
                    yield one, found

    def _has_side(self, way: Way, answers: dict[str, Period]) -> bool:
        """The own side is there where one connector's two legs are known, whatever the origin."""
        ways = self._ways(way._replace(origin=""), answers) if way.side == "own" else ()
        return way.side == "mirror" or any(
            legs.lesser is not None for _, found in ways for legs in found.values()
        )

    def _choose(self, way: Way, answers: dict[str, Period]) -> dict[str, Legs]:
        def order(pair: tuple[Way, dict[str, Legs]]) -> tuple[Any, ...]:
            both = sum(legs.lesser is not None for legs in pair[1].values())
            return -both, pair[0].import_basis, pair[0].export_basis

        ways = sorted(self._ways(way, answers), key=order)
        return ways[0][1] if ways else {}


def _added(part: float | None, found: dict[str, Legs], answers: dict[str, Period]) -> Decimal | None:
    """The connector's part of the imports times the most that can be of the origin; None where not known."""
    if part is None or part == 0:
        return None if part is None else Decimal(0)
    if any(found.get(code) is None or found[code].lesser is None for code in answers):
        return None
    most = share(
        sum_known(legs.lesser for legs in found.values()), sum_known(legs.given for legs in found.values())
    )
    return None if most is None else Decimal(str(round(part * most, 12)))
