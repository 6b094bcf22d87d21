"""The areas of UN Comtrade: its codes are M49 with exceptions (842 USA, 490 Taiwan, 699 India), some of one time only."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from contracts.errors import SourceChanged
from contracts.text import printable

PATH = Path(__file__).with_name("m49_reporters.txt")
WORLD = "0"
GROUPS = frozenset({"97", "975"})
ASEAN = 975
"""A group that reports as the sum of its members, each of which reports for itself."""
OWN_NAMES = {"TWN": "S19", "EU27": "EUR"}
"""What Comtrade writes as the ISO code of a reporter of ours."""


@dataclass(frozen=True)
class Reporter:
    """Who a code stands for: ISO alpha-3 or EU27, and the first and last day on which it does."""

    name: str
    first: date
    last: date


@cache
def reporters() -> dict[str, Reporter]:
    """Reporters by code, from Comtrade's reference list."""
    with PATH.open(encoding="utf-8", newline="") as handle:
        return {
            row["code"]: Reporter(
                row["reporter"],
                date.fromisoformat(row["valid_from"] or "0001-01-01"),
                date.fromisoformat(row["valid_until"] or "9999-12-31"),
            )
            for row in csv.DictReader(handle)
        }


def reporter(code: str, first: date, last: date, stated: str | None = None) -> str:
    """The reporter a code stands for in a period; `stated` is the ISO code beside it in the answer, if any.

    Raises `SourceChanged` for a code that is not in the list, not of that time, or named otherwise.
    """
    found = reporters().get(code)
    shown = f"reporter {printable(code, 12)}"
    if found is None:
        raise SourceChanged(f"{shown} is not in the list of reporters ({PATH.name})")
    if found.last < first or last < found.first:
        raise SourceChanged(
            f"{shown} stands for {found.name} from {found.first} to {found.last}, not {first}"
        )
    if stated and stated.strip() != OWN_NAMES.get(found.name, found.name):
        raise SourceChanged(f"{shown} is {found.name} and not {printable(stated, 12)!r}")
    return found.name


def partner_kind(code: str) -> str:
    """world, group or country; areas that are no country (bunkers, "areas, nes") are of the last kind."""
    if code == WORLD:
        return "world"
    return "group" if code in GROUPS else "country"
