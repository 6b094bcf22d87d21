"""Census Schedule C partner codes: which are countries, which are groups, which is the world.

World and groups come in the same column as countries and summing all of them counts a dollar up to six times.
SUMMARY_LVL does not tell them apart: the world row is marked DET like a country.
"""

from __future__ import annotations

import re

from contracts.errors import SourceChanged
from contracts.text import printable

WORLD = "-"
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
