"""`marts.export` and `marts.mirror_gap` as docs/exports.md defines them, over the answers of `reckoned_marts`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, NamedTuple

from tests.transforms.reckoned import DENOMINATORS, add, level, shift, sum_known
from tests.transforms.reckoned_cells import Counted, Period
from tests.transforms.reckoned_marts import Basket, Marts

TAU = {"CIF": 0.2, "FOB": 0.0, "GEN_VAL": 0.0, "CON_VAL": 0.0}
SILENT = Decimal("0.01")
Money = Decimal | None
Key = tuple[Any, ...]
"""Source, basis, code, period and kind of period."""


class Name(NamedTuple):
    basket: str
    version: str
    flow: str
    reporter: str
    basis: str
    period: date
    kind: str


class World(NamedTuple):
    """The exports of all countries of the codes of one, and its own among them; both are None where a note says why."""

    source: str
    reporters: int
    note: str | None
    keys: list[Key]
    usd: Money
    own: Money


def change(now: Money, before: Money) -> float | None:
    return None if now is None or not before or before < 0 else round(float(now - before) / float(before), 9)


def part(amount: Money, whole: Money) -> float | None:
    return None if amount is None or not whole or whole < 0 else round(float(amount) / float(whole), 12)


class Sides(Marts):
    """Both marts of a lake; `floor` is how many countries make a world."""

    floor = 3

    @cached_property
    def told(self) -> dict[Name, dict[str, Period]]:
        """The answers to a basket's codes."""
        found: dict[Name, dict[str, Period]] = defaultdict(dict)
        for (reporter, flow, basis, code, period, kind), answer in self.answers.items():
            for (basket, version), codes in self.seeds.baskets.items():
                if (level(code), code) in codes:
                    found[Name(basket, version, flow, reporter, basis, period, kind)][code] = answer
        return found

    def export(self) -> list[tuple[Any, ...]]:
        return [row for name in self.told for row in self._exports(name)]

    def _exports(self, name: Name) -> Iterator[tuple[Any, ...]]:
        now, before = self._basket(name), self._earlier(name)
        n_obs, source = len(now.cells), "+".join(sorted({one.source for one in now.answers}))
        if name.flow == "import":
            for partner, value in now.sent.items():
                if partner in self.seeds.countries and partner != name.reporter:
                    growth = change(value, before.sent.get(partner)) if before else None
                    key = (partner, name.reporter, *name[:2], name.basis, "mirror", name.period, name.kind)
                    yield (*key, value, growth, *[None] * 7, None, n_obs, source)
            return
        whole = before if before and max(now.rank, before.rank) < 3 else None
        best = self.world(name)
        reporters, world, own = (best.reporters, best.usd, best.own) if best else (None, None, None)
        known = {partner: value for partner, value in now.sent.items() if partner in self.seeds.countries}
        lines = [(p, v, change(v, before.sent.get(p)) if before else None) for p, v in known.items()]
        if now.total is not None and now.total != sum_known(known.values()):
            lines.append(("ROW", now.total - sum_known(known.values()), None))
        for partner, value, growth in lines:
            yield (
                *(name.reporter, partner, *name[:2], name.basis, "own", name.period, name.kind),
                *(value, growth, now.share(value), part(value, world), now.total),
                change(now.total, whole.total) if whole else None,
                *(part(own, world), world, reporters, DENOMINATORS[now.rank], n_obs, source),
            )

    def _basket(self, name: Name) -> Basket:
        answers = list(self.told[name].values())
        named = {partner for answer in answers for partner in answer.named()}
        return Basket(tuple(name), "value", answers, named, self.seeds)

    def _earlier(self, name: Name) -> Basket | None:
        """The year before, of the same codes from the same sources."""
        then = name._replace(period=shift(name.period, -12))
        if then not in self.told or set(self.told[then]) != set(self.told[name]):
            return None
        sources = [{answer.source for answer in self.told[one].values()} for one in (name, then)]
        return self._basket(then) if sources[0] == sources[1] else None

    @cached_property
    def tellers(self) -> dict[Key, dict[str, Counted]]:
        """The cells in which countries say what they exported to all, by reporter."""
        found: dict[Key, dict[str, Counted]] = defaultdict(dict)
        for one in self.cells:
            c = one.cell
            if c.flow == "export" and one.rank < 3 and one.total_usd is not None and c.reporter != "EU27":
                found[c.source, c.basis, c.code, c.period, c.kind][c.reporter] = one
        return dict(found)

    @cached_property
    def totals(self) -> dict[Key, dict[str, Decimal]]:
        """What these cells say, in dollars."""
        return {
            key: {who: one.total_usd or Decimal(0) for who, one in by.items()}
            for key, by in self.tellers.items()
        }

    def world(self, name: Name) -> World | None:
        """Of several sources the one that may be told, then the one with most countries."""
        found = []
        for source in {key[0] for key in self.totals}:
            keys = [(source, name.basis, code, name.period, name.kind) for code in self.told[name]]
            sums = [self.totals[key] for key in keys if key in self.totals]
            if not sums:
                continue
            own = add(one.get(name.reporter) for one in sums)
            few, note = min(len(one) for one in sums), self._no_world(keys, sums, own)
            usd = sum((sum(one.values()) for one in sums), Decimal(0))
            world = World(source, few, note, keys, *((None, None) if note else (usd, own)))
            found.append(((note is not None, -few, self.seeds.rank.get(source, 1000), source), world))
        return min(found)[1] if found else None

    def _no_world(self, keys: list[Key], sums: list[dict[str, Decimal]], own: Money) -> str | None:
        if len(sums) < len(keys):
            return "the world is not known for each of the codes"
        if min(len(one) for one in sums) < self.floor:
            return "too few countries report for a world"
        if not self._loud(keys):
            return "large exporters of the year before do not report yet"
        return "the exporter is not in the sum of the world" if own is None else None

    def _loud(self, keys: list[Key]) -> bool:
        """Whether those who told the year before still do, but for a hundredth."""
        then = {key: self.totals.get((*key[:3], shift(key[3], -12), key[4]), {}) for key in keys}
        silent = sum(
            v for key, by in then.items() for who, v in by.items() if who not in self.totals.get(key, {})
        )
        return silent <= SILENT * sum(v for by in then.values() for v in by.values())

    def mirror_gap(self) -> list[tuple[Any, ...]]:
        return [row for seen in self._seen() for row in self._gap(*seen)]

    @cached_property
    def by_partner(self) -> dict[Name, dict[str, Period]]:
        """Twelve months of a basket, of the codes that are answered by partner."""
        twelve = {name: codes for name, codes in self.told.items() if name.kind in {"CY", "TTM"}}
        gave = {
            name: {
                code: answer
                for code, answer in codes.items()
                if all(cell.gives_partners for cell in answer.cells)
            }
            for name, codes in twelve.items()
        }
        return {name: codes for name, codes in gave.items() if codes}

    def _seen(self) -> Iterator[tuple[Name, int, str, frozenset[str]]]:
        """Imports, a lag, a basis of exports and the exporters of a definition, none of whom is the importer."""
        exporters = {name.reporter for name in self.by_partner if name.flow == "export"}
        alone = {who: frozenset({who}) for who in exporters}
        for name in self.by_partner:
            if name.flow == "import":
                for lag in range(3) if name.kind == "TTM" else (0,):
                    for basis in ("FOB", "TOT_EXP"):
                        for who in (dict(self.seeds.definitions) | alone).values():
                            if name.reporter not in who:
                                yield name, lag, basis, who

    def _sent(self, name: Name, lag: int, basis: str, exporter: str) -> dict[str, Period]:
        pair = {exporter, name.reporter}
        if any(
            union in pair and pair & {row["iso3"] for row in m} for union, m in self.seeds.members.items()
        ):
            return {}
        there = name._replace(flow="export", reporter=exporter, basis=basis, period=shift(name.period, -lag))
        both = self.by_partner.get(there, {})
        return {code: both[code] for code in self.by_partner[name] if code in both}

    def _gap(self, name: Name, lag: int, basis: str, who: frozenset[str]) -> Iterator[tuple[Any, ...]]:
        sent = {exporter: self._sent(name, lag, basis, exporter) for exporter in who}
        if not any(sent.values()):
            return
        codes = set.intersection(*(set(one) for one in sent.values()))
        took = {code: self.by_partner[name][code] for code in codes}
        imports = add(took[code].sent(exporter, "value") for code in codes for exporter in who)
        exports = add(one[code].sent(name.reporter, "value") for one in sent.values() for code in codes)
        through = self._sent(name, lag, "RE_EXP", "HKG") if name.reporter != "HKG" else {}
        on = add(through[c].sent(name.reporter, "value") if c in through else None for c in codes)
        n_codes = len(self.seeds.baskets[name.basket, name.version])
        low, high = self._bounds(imports, exports, TAU[name.basis], Decimal(len(codes)) / n_codes)
        cells = sum(len(took[c].cells) + sum(len(one[c].cells) for one in sent.values()) for c in codes)
        yield (
            *(
                name.reporter,
                "+".join(sorted(who)),
                *name[:2],
                name.basis,
                basis,
                name.period,
                name.kind,
                lag,
            ),
            *(imports, exports, on if "CHN" in who else None),
            *(low if TAU[name.basis] == 0 else None, low, high, len(codes), cells),
        )

    @staticmethod
    def _bounds(
        imports: Money, exports: Money, tau: float, covered: Decimal
    ) -> tuple[float | None, float | None]:
        if imports is None or exports is None or covered < Decimal("0.8") or imports + exports == 0:
            return None, None
        low, high, sent = float(imports) / (1 + tau), float(imports), float(exports)
        return (low - sent) / ((low + sent) / 2), (high - sent) / ((high + sent) / 2)
