"""`marts.country_buildout` as docs/headlines.md defines it, over the answers of `reckoned_marts`."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

from tests.transforms.reckoned_marts import COVERED, Basket
from tests.transforms.reckoned_sides import Sides

BUILDOUT = (
    "marts.country_buildout where period_type = 'CY' and (basket_id, basket_version) in "
    "(select (basket_id, version) from staging.basket_member where level <> 'HS10')",
    "basket_id, basket_version, reporter, flow_basis, period, period_type",
    "import_usd, growth_year, growth_reason, china_share, china_share_year_before, hhi, hhi_year_before, coverage_codes, n_obs, source",
)
LISTED_ONLY = 3
"""Rank of a total that is only that of the partners asked for."""


def country_buildout(sides: Sides) -> Iterator[tuple[Any, ...]]:
    """A row a basket of imports and calendar year."""
    for name in sides.told:
        if name.flow == "import" and name.kind == "CY":
            now, before = sides._basket(name), sides._earlier(name)
            why = _why_not(now, before if before and before.rank == now.rank else None)
            then = None if why else before
            growth = Fraction(now.total or 0) / Fraction(then.total or 0) - 1 if then else None
            (share, hhi), (share_then, hhi_then) = (_told(one) for one in (now, then))
            yield (
                *(name.basket, name.version, name.reporter, name.basis, name.period, name.kind),
                *(now.total, growth, why, share, share_then, hhi, hhi_then, now.coverage, len(now.cells)),
                "+".join(sorted({answer.source for answer in now.answers})),
            )


def _why_not(now: Basket, before: Basket | None) -> str | None:
    if now.coverage < COVERED:
        return "too few of the codes have figures"
    if now.total is None:
        return "the imports are not known in dollars"
    if now.rank == LISTED_ONLY:
        return "only imports from the partners asked for are known"
    if before is None:
        return "no year before with the same codes and source"
    if before.total is None:
        return "the imports of the year before are not known in dollars"
    return "the imports of the year before are zero" if before.total <= 0 else None


def _told(basket: Basket | None) -> tuple[float | None, float | None]:
    """China's share and the concentration; absent from a whole listing is zero."""
    if basket is None:
        return None, None
    whole = all(answer.is_whole for answer in basket.answers)
    china = basket.sent.get("CHN", Decimal(0) if whole else None)
    return basket.share(china), basket._spread()[0]
