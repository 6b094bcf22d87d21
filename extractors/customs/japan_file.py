"""The table of an e-Stat trade file: lines of nine digits with a year's quantities and values, month by month."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass

from contracts.errors import SourceChanged
from contracts.text import printable

WORLD = "world"
SPANS = ("year", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
MEASURES = ("quantity1", "quantity2", "value")
NAMED = ("exp or imp", "year", "hs", "unit1", "unit2")
OPTIONAL = ("country",)
FLOWS = {"1": "export", "2": "import"}
UNITS = {"KGS": "KG"}
_TYPOS = {"apl": "apr"}
_AMOUNT = re.compile(r"\d{1,13}", re.ASCII)
_NOISE = "'\" \t\u3000"
Amounts = tuple[int | None, int | None, int | None]
"""First quantity, second quantity, value in thousand yen; None where the cell is blank."""


@dataclass(frozen=True)
class Line:
    """One row: `months` has twelve entries, January first; a unit is None where the file states none."""

    flow: str
    year: int
    code: str
    partner: str
    units: tuple[str | None, str | None]
    months: tuple[Amounts, ...]

    @property
    def key(self) -> tuple[str, int, str, str]:
        """What a file may say once."""
        return self.flow, self.year, self.code, self.partner


@dataclass(frozen=True)
class Header:
    """Where each column stands; `new` are names beyond those documented."""

    at: Mapping[str, int]
    width: int
    new: tuple[str, ...]


def header(names: list[str]) -> Header:
    """The columns by name, old misspellings of months included. Raises `SourceChanged` for one that is missing."""
    found = [_canonical(name) for name in names]
    wanted = (*NAMED, *(f"{measure}-{span}" for span in SPANS for measure in MEASURES))
    if "custom" in found:
        raise SourceChanged("a table by customs office (Custom): bring the one of the whole country")
    missing = [name for name in wanted if name not in found]
    if missing:
        shown = printable(", ".join(missing[:6]), 80)
        raise SourceChanged(f"columns are missing: {shown}; is this a monthly table of e-Stat (00350300)?")
    at = {name: found.index(name) for name in (*wanted, *OPTIONAL) if name in found}
    if any(found.count(name) > 1 for name in at):
        raise SourceChanged("a column comes twice")
    new = tuple(printable(names[i], 40) for i, name in enumerate(found) if name not in at)
    return Header(at, len(names), new)


def _canonical(name: str) -> str:
    stem, dash, span = " ".join(name.strip(_NOISE).lower().split()).partition("-")
    return f"{stem}{dash}{_TYPOS.get(span, span)}"


def text(data: bytes) -> str:
    """The file as text: UTF-8, else Shift-JIS as Windows writes it."""
    for encoding in ("utf-8-sig", "cp932"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceChanged("the file is neither UTF-8 nor Shift-JIS")


def table(content: str) -> tuple[Header, list[Line]]:
    """Columns and all lines. Raises `SourceChanged` naming the row that is wrong."""
    rows = csv.reader(io.StringIO(content, newline=""), strict=True)
    try:
        columns = header(next(rows, []))
        lines = [_line(row, columns, number) for number, row in enumerate(rows, 2) if row]
    except csv.Error as error:
        raise SourceChanged(f"row {rows.line_num} is no CSV: {error}") from None
    if not content.endswith("\n"):
        raise SourceChanged("the last row has no end: the file is cut off")
    seen: set[tuple[str, int, str, str]] = set()
    for line in lines:
        if line.key in seen:
            raise SourceChanged(f"{line.code} of {line.partner} comes twice in {line.year}")
        seen.add(line.key)
    return columns, lines


def _line(row: list[str], columns: Header, number: int) -> Line:
    if len(row) != columns.width:
        raise SourceChanged(
            f"row {number} has {len(row)} fields, not {columns.width}: the file may be cut off"
        )
    cells = {name: row[at].strip(_NOISE) for name, at in columns.at.items()}
    flow, year, code = cells["exp or imp"], cells["year"], cells["hs"]
    partner = cells.get("country", WORLD)
    for name, value, pattern in (
        ("Exp or Imp", flow, "[12]"),
        ("Year", year, r"(19|20)\d{2}"),
        ("HS", code, r"\d{9}"),
        ("Country", partner, rf"\d{{3}}|{WORLD}"),
    ):
        if not re.fullmatch(pattern, value, re.ASCII):
            raise SourceChanged(f"row {number}: {name} is {printable(value, 20)!r}")
    told = [_amounts(cells, span, number) for span in SPANS]
    _require_sums(told[0], told[1:], number)
    units = (_unit(cells["unit1"]), _unit(cells["unit2"]))
    return Line(FLOWS[flow], int(year), code, partner, units, tuple(told[1:]))


def _unit(cell: str) -> str | None:
    return UNITS.get(cell.upper(), cell.upper()) or None


def _amounts(cells: Mapping[str, str], span: str, number: int) -> Amounts:
    first, second, value = (_amount(cells[f"{measure}-{span}"], number) for measure in MEASURES)
    return first, second, value


def _amount(cell: str, number: int) -> int | None:
    digits = cell.replace(",", "")
    if digits and not _AMOUNT.fullmatch(digits):
        raise SourceChanged(f"row {number}: {printable(cell, 30)!r} is no whole amount")
    return int(digits) if digits else None


def _require_sums(year: Amounts, months: list[Amounts], number: int) -> None:
    """The year is its months, each rounded down to a whole unit; it is a check and never added."""
    for name, whole, parts in zip(MEASURES, year, zip(*months, strict=True), strict=True):
        told = sum(part or 0 for part in parts)
        if whole is None or abs(whole - told) > len(months):
            raise SourceChanged(f"row {number}: {name} of the year is {whole}, its months add up to {told}")
