"""USA Trade Online: tables of US trade that a person put together and saved as CSV, brought by the inbox.

The columns say what the figures are: `Customs Value (Cons) ($US)` are imports for consumption, `(Gen)` general imports,
`Total Exports Value ($US)` total exports. Where no such column stands the basis is not guessed and the file is refused.
A commodity's cell holds code, words and unit (`8471500150 Proc unit (no)`), a value thousands commas, a line may end in a
comma; lines of words may stand before the header. A file never claims to hold all of something: it says what it has.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO

from contracts.document import Batch, Document, Inbox, Slice, Source, SourceInfo
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import kept
from extractors.customs.schedule_c import NAMES, code_of, partner_kind

INFO = SourceInfo(
    source="us_trade_online",
    title="USA Trade Online tables, from files brought by hand",
    publisher="US Census Bureau",
    homepage="https://usatrade.census.gov/",
    licence="public domain (17 U.S.C. 105)",
    terms_url="https://www.copyright.gov/title17/92chap1.html#105",
    cadence_days=31,
    lag_days=35,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("CON_VAL", "GEN_VAL", "TOT_EXP"),
    currency="USD",
    country_codes="schedule_c",
    reviewed_on=date(2026, 11, 22),
    text="full",
    note="Countries are named in the files; their names are read as Schedule C codes.",
)
MEASURES = {
    "customs value (cons) ($us)": ("import", "CON_VAL"),
    "customs value (gen) ($us)": ("import", "GEN_VAL"),
    "total exports value ($us)": ("export", "TOT_EXP"),
}
KEYS = ("commodity", "country", "time")
LEVELS = {2: "HS2", 4: "HS4", 6: "HS6", 10: "HS10"}
HEAD_BYTES, HEAD_LINES, MAX_BYTES = 65_536, 20, 500_000_000
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_COMMODITY = re.compile(r"(\d{10}|\d{6}|\d{4}|\d\d)\s+\S.*", re.ASCII | re.DOTALL)
_VALUE = re.compile(r"\d{1,3}(?:,\d{3})*|\d+", re.ASCII)
_YEAR = re.compile(r"(?:19|20)\d\d", re.ASCII)
_TO_DATE = re.compile(r"((?:19|20)\d\d) through ([a-z]{3,9})", re.ASCII)
_MONTH = re.compile(r"([a-z]{3,9})[ -]((?:19|20)\d\d)", re.ASCII)
_UNNAMED = re.compile(r"|unnamed: \d+", re.ASCII)


@dataclass(frozen=True)
class _Header:
    """Where the columns stand, by their plain names; how many there are; `others` are not known."""

    at: Mapping[str, int]
    width: int
    others: tuple[str, ...]

    @property
    def measures(self) -> list[str]:
        return [name for name in self.at if name in MEASURES]


def _plain(cell: str) -> str:
    """A column's name without the marks that come and go."""
    return " ".join(cell.lower().removesuffix("(default member)").split())


def _header(cells: list[str]) -> _Header:
    names = [_plain(cell) for cell in cells]
    at: dict[str, int] = {}
    others = []
    for i, name in enumerate(names):
        if name in at:
            raise SourceChanged(f"column {printable(name, 40)} comes twice")
        if name in (*KEYS, "district", *MEASURES):
            at[name] = i
        elif not _UNNAMED.fullmatch(name):
            others.append(printable(cells[i], 60))
    if missing := [name for name in KEYS if name not in at]:
        raise SourceChanged(f"column {missing[0]} is missing; there are: {printable(', '.join(names), 200)}")
    if not any(name in MEASURES for name in at):
        listed = ", ".join(others) or "none"
        raise SourceChanged(
            f"no column says which value this is (consumption, general, exports); besides the keys: {listed}"
        )
    return _Header(at, len(cells), tuple(others))


def _begins(cells: list[str]) -> bool:
    return bool(cells) and _plain(cells[0]) == "commodity"


def _rows(text: io.TextIOBase) -> Iterator[list[str]]:
    """The header and what follows it; what stands before is passed over, up to twenty lines."""
    lines = _Lines(text)
    reader = csv.reader(lines, strict=True)
    begun = False
    try:
        for row in reader:
            begun = begun or _begins(row)
            if begun and row:
                yield row
            elif not begun and reader.line_num >= HEAD_LINES:
                break
    except csv.Error as error:
        raise SourceChanged(f"line {reader.line_num} is no CSV: {printable(str(error), 80)}") from None
    except UnicodeDecodeError:
        raise SourceChanged(
            f"not UTF-8 near line {reader.line_num + 1}: save the file as CSV in UTF-8"
        ) from None
    if not begun:
        raise SourceChanged(f"no header beginning with Commodity in the first {HEAD_LINES} lines")
    if lines.torn:
        raise SourceChanged("the file ends in the middle of a line")


class _Lines:
    """The lines of a text; `torn` while the last one has neither an end nor the comma that ends a row."""

    def __init__(self, text: io.TextIOBase) -> None:
        self._text = text
        self.torn = False

    def __iter__(self) -> Iterator[str]:
        for line in self._text:
            self.torn = not line.endswith(("\n", "\r", ","))
            yield line


def _text(stream: BinaryIO) -> io.TextIOWrapper:
    return io.TextIOWrapper(stream, "utf-8-sig", newline="")


def recognise(name: str, file: BinaryIO) -> Mapping[str, object]:
    """Which values the file holds, told from its header; raises `SourceChanged` when it has none of this source."""
    start = file.read(HEAD_BYTES)
    whole = start[: start.rfind(b"\n") + 1] if len(start) == HEAD_BYTES else start
    header = _header(next(_rows(_text(io.BytesIO(whole)))))
    return {"kind": "usa_trade_online", "values": sorted(MEASURES[name][1] for name in header.measures)}


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow` for the kept commodities; `SourceChanged` with the line that is wrong."""
    from contracts.datasets import rows

    yield from rows("trade_flow", _flows(document))


def _flows(document: Document) -> Iterator[dict[str, object]]:
    seen: set[tuple[object, ...]] = set()
    with document.open() as stream:
        lines = _rows(_text(stream))
        header = _header(next(lines))
        for number, cells in enumerate(lines, 1):
            for row in _read(cells, header, number, document.retrieved_at.date()):
                key = tuple(
                    row[name] for name in ("flow_basis", "code", "partner_code", "period", "period_type")
                )
                if key in seen:
                    raise SourceChanged(
                        f"row {number} says again what an earlier one says: {printable(str(cells[:3]), 120)}"
                    )
                seen.add(key)
                if kept.keeps(str(row["code"])[:6]):
                    yield row
    if not seen:
        raise SourceChanged("the table has no row")


def _read(cells: list[str], header: _Header, number: int, today: date) -> Iterator[dict[str, object]]:
    """A row of the table, once a measure."""
    if len(cells) not in (header.width, header.width + 1) or any(cells[header.width :]):
        raise SourceChanged(f"row {number} has {len(cells)} cells under {header.width} names")
    commodity, country, time = (cells[header.at[name]].strip() for name in KEYS)
    district = cells[header.at["district"]].strip() if "district" in header.at else "All Districts"
    if district != "All Districts":
        raise SourceChanged(
            f"row {number} is of {printable(district, 40)}: bring the table for All Districts"
        )
    if not (code := _COMMODITY.fullmatch(commodity)):
        raise SourceChanged(
            f"row {number} has no code and words as its commodity: {printable(commodity, 60)!r}"
        )
    partner = _partner(country, number)
    period, period_type = _period(time, number, today)
    for name in header.measures:
        flow, basis = MEASURES[name]
        value = _value(cells[header.at[name]], number)
        yield {
            "reporter": "USA",
            "partner_code": partner,
            "partner_kind": partner_kind(partner),
            "country_codes": "schedule_c",
            "flow": flow,
            "flow_basis": basis,
            "level": LEVELS[len(code[1])],
            "code": code[1],
            "period": period,
            "period_type": period_type,
            "status": "blank" if value is None else "reported",
            "value": value,
            "currency": "USD",
        }


def _partner(country: str, number: int) -> str:
    code = code_of(country)
    if code is None:
        said = f"row {number} names {printable(country, 60)!r}, which is no country of Schedule C"
        raise SourceChanged(f"{said}: leave groups of countries out, or add the name to {NAMES.name}")
    return code


def _period(time: str, number: int, today: date) -> tuple[date, str]:
    """First day and kind of period: a whole year, January through a month, or a month."""
    plain = " ".join(time.lower().split())
    if _YEAR.fullmatch(plain):
        if int(plain) >= today.year:
            raise SourceChanged(f"row {number} is of {plain}, which was not over when the file was brought")
        return date(int(plain), 1, 1), "CY"
    if found := _TO_DATE.fullmatch(plain):
        return _month(found[1], found[2], number), "YTD"
    if found := _MONTH.fullmatch(plain):
        return _month(found[2], found[1], number), "M"
    raise SourceChanged(f"row {number} has a time that is no year or month: {printable(time, 40)!r}")


def _month(year: str, name: str, number: int) -> date:
    if name[:3] not in MONTHS:
        raise SourceChanged(f"row {number} has a month that is none: {printable(name, 20)!r}")
    return date(int(year), MONTHS.index(name[:3]) + 1, 1)


def _value(cell: str, number: int) -> Decimal | None:
    text = cell.strip()
    if not text:
        return None
    if not _VALUE.fullmatch(text) or len(text) > 20:
        raise SourceChanged(f"row {number} has a value that is no whole number: {printable(text, 30)!r}")
    return Decimal(text.replace(",", ""))


def slices(document: Document) -> Iterator[Slice]:
    """What the file has: chapters, periods and bases, for the partners it names. It never says that it has all of them."""
    partners: dict[tuple[str, ...], set[str]] = {}
    periods: dict[tuple[str, ...], tuple[date, str]] = {}
    for row in _flows(document):
        period, kind = row["period"], str(row["period_type"])
        key = (
            *(str(row[name]) for name in ("flow", "flow_basis", "level")),
            str(row["code"])[:2],
            str(period),
            kind,
        )
        assert isinstance(period, date)
        periods[key] = (period, kind)
        partners.setdefault(key, set()).add(str(row["partner_code"]))
    for key in sorted(partners):
        flow, basis, level, chapter = key[:4]
        yield Slice(
            "USA", flow, basis, level, chapter, *periods[key], tuple(sorted(partners[key])), complete=False
        )


def new_columns(document: Document) -> tuple[str, ...]:
    """Columns that are not read."""
    with document.open() as stream:
        return _header(next(_rows(_text(stream)))).others


def released_at(headers: Mapping[str, str]) -> datetime | None:
    """The file states no release; a side file of the inbox may."""
    return None


SOURCE = Source(
    info=INFO,
    parse=parse,
    slices=slices,
    released_at=released_at,
    new_columns=new_columns,
    inbox=Inbox(r".+\.csv", recognise, MAX_BYTES),
)
