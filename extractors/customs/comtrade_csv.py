"""CSV files of UN Comtrade: those of the web site (Latin-1, one field more than names) and of the API (UTF-8, BOM)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs.comtrade_answer import KNOWN, SPELLINGS

COUNTS = (
    *("refPeriodId", "refYear", "refMonth", "reporterCode", "partnerCode", "partner2Code", "aggrLevel"),
    *("motCode", "qtyUnitCode"),
)
NUMBERS = ("qty", "netWgt", "cifvalue", "fobvalue", "primaryValue")
FLAGS = ("isOriginalClassification", "isReported")
TEXTS = ("freqCode", "period", "flowCode", "classificationCode", "cmdCode", "customsCode", "mosCode")
NEEDED = frozenset([*COUNTS, *NUMBERS, *FLAGS, *TEXTS])
_COUNT = re.compile(r"-?\d{1,9}", re.ASCII)
_NUMBER = re.compile(r"\d{1,18}(\.\d{1,18})?([eE][+-]?\d{1,2})?", re.ASCII)
_WORDS = {"true": True, "false": False}


def header(line: bytes) -> list[str]:
    """The names of a file from its first line. Raises `SourceChanged` where one that is needed is missing or repeated."""
    try:
        names = next(csv.reader([_decoded(line).rstrip("\r\n")]), [])
    except csv.Error as error:
        raise SourceChanged(f"the first line is not CSV: {error}") from None
    names = [SPELLINGS.get(name.strip(), name.strip()) for name in names]
    missing = sorted(NEEDED - set(names))
    if missing:
        said = printable(", ".join(names), 120)
        raise SourceChanged(f"no CSV file of UN Comtrade: {', '.join(missing)} missing under {said!r}")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SourceChanged(f"the names {printable(', '.join(twice), 80)} come twice")
    return names


def new_names(body: bytes) -> tuple[str, ...]:
    """Names of a file that no parser here knows."""
    return tuple(name for name in header(body[: body.find(b"\n") + 1]) if name and name not in KNOWN)


def records(body: bytes) -> Iterator[Mapping[str, Any]]:
    """The records of a file in the terms of the API's JSON: an empty cell is None.

    A row may have one empty field more than there are names. Raises `SourceChanged` naming the row that is wrong, and for a
    file that does not end with a line break: it was torn.
    """
    if not body.endswith(b"\n"):
        raise SourceChanged("the last row does not end: the file was torn")
    names = header(body[: body.find(b"\n") + 1])
    lines = csv.reader(io.StringIO(_decoded(body), newline=""), strict=True)
    next(lines)
    try:
        for at, cells in enumerate(lines, 1):
            if len(cells) == len(names) + 1 and not cells[-1]:
                cells.pop()
            if len(cells) != len(names):
                raise SourceChanged(f"row {at} has {len(cells)} fields under {len(names)} names")
            yield _typed(dict(zip(names, cells, strict=True)), at)
    except csv.Error as error:
        raise SourceChanged(f"not CSV: {error}") from None


def _decoded(body: bytes) -> str:
    """UTF-8 where it is that, else Latin-1, as the web site writes it; both agree on digits and codes."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _typed(cells: dict[str, str], at: int) -> Mapping[str, Any]:
    try:
        read: dict[str, Any] = {name: int(_fitting(_COUNT, name, cells[name])) for name in COUNTS}
        for name in NUMBERS:
            read[name] = Decimal(_fitting(_NUMBER, name, cells[name])) if cells[name] else None
        for name in FLAGS:
            read[name] = _WORDS[cells[name].lower()]
    except KeyError as error:
        raise SourceChanged(f"row {at}: {printable(str(error), 40)} is neither true nor false") from None
    except ValueError as error:
        raise SourceChanged(f"row {at}: {error}") from None
    return cells | read


def _fitting(pattern: re.Pattern[str], name: str, text: str) -> str:
    if not pattern.fullmatch(text):
        raise ValueError(f"{name} is {printable(text, 40)!r}")
    return text
