"""`marts.revealed_advantage` and `marts.export_listed` as docs/exports.md defines them, over the cells of `reckoned_sides`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.transforms.reckoned import DENOMINATORS, EVIDENCE, level, shift
from tests.transforms.reckoned_cells import Counted
from tests.transforms.reckoned_marts import COVERED
from tests.transforms.reckoned_sides import Key, Money, Name, Sides, World

ADVANTAGE = (
    "marts.revealed_advantage",
    "reporter, basket_id, basket_version, flow_basis, period, period_type",
    "export_usd, total_export_usd, world_export_usd, world_total_export_usd, world_reporters, rca, rsca, coverage_codes, n_obs, "
    "note, source, data_vintage, evidence",
)
LISTED = (
    "marts.export_listed",
    "reporter, goods, flow_basis, period, period_type, source",
    "value_usd, growth, note, denominator, currency, data_vintage, evidence",
)


def newest_and_weakest(cells: list[Counted]) -> tuple[Any, str]:
    """Vintage and evidence of figures made of several cells."""
    saids = [list(cell.said.values()) for cell in cells]
    return (
        max(cell.since(said) for cell, said in zip(cells, saids, strict=True)),
        EVIDENCE[max(cell.evidence(said) for cell, said in zip(cells, saids, strict=True)) - 1],
    )


class Exports(Sides):
    """Both marts of a lake."""

    def revealed_advantage(self) -> Iterator[tuple[Any, ...]]:
        for name in self.told:
            world = self.world(name) if name.flow == "export" else None
            if world is not None:
                key = (name.reporter, *name[:2], name.basis, name.period, name.kind)
                yield (*key, *self._advantage(name, world))

    def _advantage(self, name: Name, world: World) -> Iterator[Any]:
        basket, goods = self._basket(name), (world.source, name.basis, "TOTAL", name.period, name.kind)
        every = self.totals.get(goods, {})
        whole, all_goods = every.get(name.reporter), sum(every.values(), Decimal(0)) if every else None
        is_world = bool(every) and len(every) >= self.floor and self._loud([goods])
        note = _no_advantage(basket.coverage, world, whole, is_world=is_world)
        ratio = _balassa(world, whole, all_goods) if note is None else None
        yield from (world.own, whole, world.usd, all_goods if is_world else None)
        yield min(world.reporters, len(every)) if every else world.reporters
        yield from (ratio, None if ratio is None else (ratio - 1) / (ratio + 1), basket.coverage)
        yield from (len(basket.cells), note, world.source)
        used = self._tellers([goods, *(world.keys if world.note is None else ())])
        yield from newest_and_weakest(used or basket.cells)

    def _tellers(self, keys: list[Key]) -> list[Counted]:
        return [cell for key in keys for cell in self.tellers.get(key, {}).values()]

    def export_listed(self) -> Iterator[tuple[Any, ...]]:
        """Exports under an agency's own words, against the same words a year before."""
        listed = {
            one.cell: one
            for one in self.cells
            if one.cell.flow == "export" and level(one.cell.code) == "LIST"
        }
        for name, now in listed.items():
            before = listed.get(name._replace(period=shift(name.period, -12)))
            note = _no_growth(now.total_usd, before)
            growth = (
                Fraction(now.total_usd or 0) / Fraction(before.total_usd or 0) - 1
                if before and note is None
                else None
            )
            yield (
                *(name.reporter, name.code, name.basis, name.period, name.kind, name.source),
                *(now.total_usd, growth, note, DENOMINATORS[now.rank], now.currency),
                *newest_and_weakest([now, before] if before else [now]),
            )


def _balassa(world: World, whole: Money, all_goods: Money) -> Fraction:
    """The part of the country's exports over the part of the world's."""
    own, sent, of_all, of_world = (
        Fraction(amount or 0) for amount in (world.own, whole, world.usd, all_goods)
    )
    return (own / sent) / (of_all / of_world)


def _no_advantage(coverage: Decimal, world: World, whole: Money, *, is_world: bool) -> str | None:
    if coverage < COVERED:
        return "too few of the codes have figures"
    if world.note is not None:
        return world.note
    if whole is None:
        return "the exports of all goods are not known"
    if not is_world:
        return "too few countries report all goods for a world"
    return None if whole > 0 and world.usd else "a total is zero"


def _no_growth(now: Money, before: Counted | None) -> str | None:
    if now is None:
        return "the figure is not known in dollars"
    if before is None:
        return "not in the list a year before under these words"
    if before.total_usd is None:
        return "not known a year before"
    return None if before.total_usd > 0 else "nothing a year before"
