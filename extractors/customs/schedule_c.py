"""Census Schedule C partner codes: which are countries, which are groups, which is the world.

World and groups come in the same column as countries and summing all of them counts a dollar up to six times.
SUMMARY_LVL does not tell them apart: the world row is marked DET like a country.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from contracts.errors import SourceChanged
from contracts.text import printable

WORLD = "-"
NAMES = Path(__file__).with_name("schedule_c_names.txt")
_COUNTRY = re.compile(r"[1-9]\d{3}", re.ASCII)
_GROUP = re.compile(r"00\d\d|[1-9]XXX", re.ASCII)


def partner_kind(code: str) -> str:
    """`country`, `group` or `world` by the code's form; `SourceChanged` for any other form."""
    if code == WORLD:
        return "world"
    if _COUNTRY.fullmatch(code):
        return "country"
    if _GROUP.fullmatch(code):
        return "group"
    raise SourceChanged(
        f"partner code {printable(code, 20)!r} is neither a country, a group nor the world row"
    )


def code_of(name: str) -> str | None:
    """The code a name stands for, case and spaces aside; None for a name that is no single country's nor the world's."""
    return _codes().get(" ".join(name.lower().split()))


@cache
def _codes() -> dict[str, str]:
    lines = (line for line in NAMES.read_text("utf-8").lower().splitlines() if not line.startswith("#"))
    pairs = [(name, code) for code, name in (line.split(" ", 1) for line in lines)]
    short = [(name.split(" (")[0], code) for name, code in pairs]
    one_only = {name: code for name, code in short if [n for n, _ in short].count(name) == 1}
    return {**one_only, **dict(pairs)}
