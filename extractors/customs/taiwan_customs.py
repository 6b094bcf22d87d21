"""Taiwan's customs portal (GA30E), saved by hand: exports by 11-digit CCC line and period, in thousand US dollars.

The portal's form is not asked unattended. The file says neither a partner nor the code the form was asked for: what its
name states (`exports_8542.csv`) is taken as that code, every line must lie in it, and the lines then add up to six digits.
Without a code in the name only the lines themselves are read. Years are those of the Republic of China (102 is 2013).
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import BinaryIO

from contracts.document import Batch, Document, Inbox, Slice, Source, SourceInfo
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import kept

INFO = SourceInfo(
    source="taiwan_customs",
    title="Taiwan's trade by CCC line, from files brought by hand",
    publisher="Customs Administration, Ministry of Finance, Taiwan",
    homepage="https://portal.sw.nat.gov.tw/APGA/GA30E",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=10,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("TOT_EXP",),
    currency="USD",
    scale=1000,
    country_codes="world_only",
    note="Total exports with re-exports, to the world: the form's file names no partner.",
)
HEADER = ["進出口別", "日期", "貨品號列", "中文貨名", "英文貨名", "美元(千元)"]
EXPORTS = "出口總值(含復出口)"
WORLD = "-"
CENT = Decimal("0.01")
_PROVISIONAL = r"(?:\(初步值\))?"
_YEAR = re.compile(r"(\d{2,3})年", re.ASCII)
_MONTH = re.compile(rf"(\d{{2,3}})年(\d{{1,2}})月{_PROVISIONAL}", re.ASCII)
_TO_DATE = re.compile(rf"(\d{{2,3}})年1月~\1年(\d{{1,2}})月{_PROVISIONAL}", re.ASCII)
_LINE = re.compile(r"\d{11}", re.ASCII)
_STATED = re.compile(r"(?<!\d)(\d{6}|\d{4}|\d{2})(?!\d)", re.ASCII)
_HEAD_BYTES = 4096


@dataclass(frozen=True)
class _Line:
    """One row of the file; `value` in dollars."""

    code: str
    period: date
    period_type: str
    value: Decimal


def recognise(name: str, file: BinaryIO) -> Mapping[str, object]:
    """The code the name states; `SourceChanged` where the header is another one."""
    head = _text(file.read(_HEAD_BYTES), whole=False)
    _require_header(next(csv.reader(io.StringIO(head)), []))
    stated = _STATED.findall(name)
    if len(stated) > 1:
        raise SourceChanged(f"the name states more than one code ({', '.join(stated)}): name one, or none")
    return {"code_prefix": stated[0] if stated else None}


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow` at HS11, and HS6 where the code asked for is stated; `SourceChanged` names the row."""
    from contracts.datasets import rows

    lines = _lines(document)
    found = [("HS11", line) for line in lines]
    if _prefix(document) is not None:
        found += [("HS6", line) for line in _summed(lines)]
    records = [_record(level, line) for level, line in found if kept.keeps(line.code[:6])]
    if not records:
        raise SourceChanged("no line lies in a chapter or code that is kept")
    yield from rows("trade_flow", records)


def _record(level: str, line: _Line) -> dict[str, object]:
    return {
        "reporter": "TWN",
        "partner_code": WORLD,
        "partner_kind": "world",
        "country_codes": INFO.country_codes,
        "flow": "export",
        "flow_basis": "TOT_EXP",
        "level": level,
        "code": line.code,
        "period": line.period,
        "period_type": line.period_type,
        "status": "reported",
        "value": line.value,
        "currency": "USD",
    }


def _summed(lines: list[_Line]) -> list[_Line]:
    sums: dict[tuple[str, date, str], Decimal] = defaultdict(Decimal)
    for line in lines:
        sums[line.code[:6], line.period, line.period_type] += line.value
    return [_Line(*key, value) for key, value in sums.items()]


def _lines(document: Document) -> list[_Line]:
    with document.open() as body:
        text = _text(body.read(), whole=True)
    table = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        _require_header(next(table, []))
        lines = [_line(row, number) for number, row in enumerate(table, 2) if row]
    except csv.Error as error:
        raise SourceChanged(f"row {table.line_num} is no CSV: {error}") from None
    if not text.endswith("\n"):
        raise SourceChanged("the last row has no end: the file is cut off")
    _require_fit(lines, _prefix(document))
    return lines


def _require_fit(lines: list[_Line], prefix: str | None) -> None:
    seen: set[tuple[str, date, str]] = set()
    for line in lines:
        key = (line.code, line.period, line.period_type)
        if key in seen:
            raise SourceChanged(f"line {line.code} comes twice for {line.period_type} {line.period}")
        seen.add(key)
        if prefix and not line.code.startswith(prefix):
            raise SourceChanged(f"line {line.code} does not lie in {prefix}, which the file's name states")


def _line(row: list[str], number: int) -> _Line:
    if len(row) != len(HEADER):
        raise SourceChanged(f"row {number} has {len(row)} fields, not {len(HEADER)}: the file may be cut off")
    flow, label, code, _, _, value = (field.strip() for field in row)
    if flow != EXPORTS:
        raise SourceChanged(f"row {number}: {printable(flow, 40)!r} is not {EXPORTS}, the one flow known")
    if not _LINE.fullmatch(code):
        raise SourceChanged(f"row {number}: {printable(code, 20)!r} is no line of eleven digits")
    return _Line(code, *_period(label, number), _dollars(value, number))


def _period(label: str, number: int) -> tuple[date, str]:
    try:
        if found := _YEAR.fullmatch(label):
            return date(1911 + int(found[1]), 1, 1), "CY"
        if found := _MONTH.fullmatch(label):
            return date(1911 + int(found[1]), int(found[2]), 1), "M"
        if found := _TO_DATE.fullmatch(label):
            return date(1911 + int(found[1]), int(found[2]), 1), "YTD"
    except ValueError:
        pass
    raise SourceChanged(f"row {number}: {printable(label, 40)!r} is no year, month or range from January")


def _dollars(text: str, number: int) -> Decimal:
    try:
        value = Decimal(text.replace(",", "")) * INFO.scale
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or value >= 10**15:
        raise SourceChanged(f"row {number}: {printable(text, 30)!r} is no amount of money")
    return value.quantize(CENT)


def _text(data: bytes, *, whole: bool) -> str:
    """The file as text: UTF-8, else Big5 as Windows writes it; the header then says whether that was right."""
    for encoding in ("utf-8-sig", "cp950"):
        try:
            return data.decode(encoding) if whole else data[: data.rfind(b"\n") + 1].decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceChanged("the file is neither UTF-8 nor Big5")


def _require_header(header: list[str]) -> None:
    if [field.strip() for field in header] != HEADER:
        raise SourceChanged(
            f"the header is {printable(','.join(header), 80)!r}, not {','.join(HEADER)}: save the form's file as it is"
        )


def _prefix(document: Document) -> str | None:
    stated = document.scope.get("code_prefix")
    return str(stated) if stated else None


def slices(document: Document) -> Iterator[Slice]:
    """Every period of the file: the code its name states whole, else the lines that are there and no more."""
    lines, prefix = _lines(document), _prefix(document)
    periods = sorted({(line.period, line.period_type) for line in lines})
    if prefix is None:
        for line in lines:
            yield Slice(
                "TWN", "export", "TOT_EXP", "HS11", line.code, line.period, line.period_type, (WORLD,)
            )
        return
    for level in ("HS11", "HS6"):
        for period, period_type in periods:
            yield Slice("TWN", "export", "TOT_EXP", level, prefix, period, period_type, (WORLD,))


SOURCE = Source(
    info=INFO,
    parse=parse,
    slices=slices,
    inbox=Inbox(names=r".+\.csv", recognise=recognise, max_bytes=100_000_000),
)
