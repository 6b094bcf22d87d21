"""`marts.replication` as docs/replication.md defines it, over the answers of `reckoned_marts`: what comes of each published figure."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from typing import Any

from tests.transforms.reckoned import add
from tests.transforms.reckoned_marts import Marts
from transforms.project import PROJECT

PUBLISHED = ("marts.replication", "figure_id", "computed, outcome")
LISTED_ONLY = 3
"""Rank of a total that is only that of the partners asked for."""


def published(marts: Marts) -> Iterator[tuple[Any, ...]]:
    """Each figure of the list with what the lake gives for it and what that makes of it; of baskets that have one version."""
    with (PROJECT / "replication" / "published_figure.csv").open(encoding="utf-8", newline="") as lines:
        for figure in csv.DictReader(lines):
            here = None if figure["why_not"] else _here(marts, figure)
            yield figure["figure_id"], here, _outcome(figure, here)


def _outcome(figure: dict[str, str], here: Fraction | None) -> str:
    if here is None:
        return "not_computable"
    off, tolerance = here - Fraction(figure["value"]), Fraction(figure["tolerance"])
    near = off >= -tolerance and (figure["relation"] == "at_least" or off <= tolerance)
    return "match" if near else "miss"


def _here(marts: Marts, figure: dict[str, str]) -> Fraction | None:
    """None where a code has no answer, a partner is unknown, or the total is not that of all partners."""
    [codes] = [codes for (name, _), codes in marts.seeds.baskets.items() if name == figure["basket"]]
    asked = (figure["reporter"], figure["flow"], figure["flow_basis"])
    when = (date.fromisoformat(figure["period"]), figure["period_type"])
    answers = [marts.answers.get((*asked, code, *when)) for _, code in sorted(codes)]
    found = [answer for answer in answers if answer]
    if len(found) < len(answers):
        return None
    measure, ranks = figure["measure"], {cell.rank_by(figure["measure"]) for a in found for cell in a.cells}
    total = None if LISTED_ONLY in ranks else add(answer.total(measure) for answer in found)
    sent = add(answer.sent(p, measure) for answer in found for p in figure["partner_definition"].split("+"))
    ratio = None if sent is None or not total else Fraction(sent) / Fraction(total)
    values = {"denominator": total, "numerator": sent, "share": ratio}
    value = values[figure["statistic"]]
    return None if value is None else Fraction(value)
