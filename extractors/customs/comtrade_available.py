"""Which tables UN Comtrade holds, and the mark of each that changes when the table does (getDa).

The names of the fields were seen in a client that reads them, not in an answer; names are matched without case, and a
table without a date of release or a checksum has no mark: it is then looked for by the calendar.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs.comtrade_answer import records
from extractors.customs.comtrade_request import BASE, FREQUENCIES, PERIOD

PATH = "/public/v1/getDa"
Tables = Mapping[tuple[str, str], str | None]
"""The mark of each table by reporter code and period; None where it has none."""


def url(frequency: str, reporters: Iterable[str], periods: Iterable[str]) -> str:
    """The address of the list of tables; it needs no key."""
    return f"{BASE}{PATH}/C/{frequency}/HS?reporterCode={','.join(reporters)}&period={','.join(periods)}"


def tables(body: bytes, frequency: str) -> Tables:
    """The tables an answer lists. Raises `SourceChanged` for anything else."""
    found: dict[tuple[str, str], list[str]] = {}
    for at, record in enumerate(records(body), 1):
        entry = {name.lower(): value for name, value in record.items()}
        reporter, period = str(entry.get("reportercode", "")), str(entry.get("period", ""))
        if not reporter.isdecimal() or not PERIOD[frequency].fullmatch(period):
            raise SourceChanged(
                f"table {at}: reporter {printable(reporter, 12)!r}, period {printable(period, 12)!r}"
            )
        found.setdefault((reporter, period), []).append(_mark(entry))
    return {key: " ".join(sorted(marks)) if all(marks) else None for key, marks in found.items()}


def token(marks: Iterable[str | None]) -> str | None:
    """One mark for several tables; None where one of them has none."""
    listed = list(marks)
    if not listed or None in listed:
        return None
    return sha256(json.dumps(listed).encode()).hexdigest()[:16]


def _mark(entry: Mapping[str, Any]) -> str:
    stated = [str(entry[name]) for name in ("lastreleased", "datasetchecksum") if entry.get(name) is not None]
    return "/".join(stated)


def frequency_of(scope: Mapping[str, object]) -> str | None:
    """The frequency a list of tables was asked for, None when the scope is that of another request."""
    said = scope.get("tables_of")
    return said if isinstance(said, str) and said in FREQUENCIES else None
