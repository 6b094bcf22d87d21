"""The columns of a table of China's query site, in both of its languages, and its lines as values.

Columns depend on the dimensions that were chosen; a column not known here could be one more dimension, so it is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from contracts.errors import SourceChanged
from contracts.text import printable

CURRENCIES = {"US dollar": "USD", "美元": "USD", "RMB": "CNY", "人民币": "CNY"}
NAMES = {
    "Date of data": "period",
    "数据年月": "period",
    "Trading partner code": "partner",
    "贸易伙伴编码": "partner",
    "Trading partner": "partner name",
    "贸易伙伴名称": "partner name",
    "Commodity code": "code",
    "商品编码": "code",
    "Commodity": "code name",
    "商品名称": "code name",
    "Customs Regime code": "regime",
    "贸易方式编码": "regime",
    "Customs Regime": "regime name",
    "贸易方式名称": "regime name",
    "注册地编码": "province",
    "注册地名称": "province name",
    "Quantity": "quantity 1",
    "第一数量": "quantity 1",
    "Unit": "unit 1",
    "第一计量单位": "unit 1",
    "Supplimentary Quantity": "quantity 2",
    "第二数量": "quantity 2",
    "Supplimentary Unit": "unit 2",
    "第二计量单位": "unit 2",
    **dict.fromkeys(CURRENCIES, "value"),
}
PARTNER_BY_REGIME = (
    *("period", "partner", "partner name", "code", "code name", "regime", "regime name"),
    *("quantity 1", "unit 1", "quantity 2", "unit 2", "value"),
)
"""The twelve cells of a saved page of partner x code x regime, which has no header of its own."""
NEEDED = ("period", "code", "value")
NONE = frozenset({"", "-", "?", "—", "–", "？", "－"})
_MONTH = re.compile(r"20\d\d(?:0[1-9]|1[0-2])", re.ASCII)
_NUMBER = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_DIGITS = {
    "partner": re.compile(r"\d{3}", re.ASCII),
    "code": re.compile(r"(?:\d\d){1,4}", re.ASCII),
    "regime": re.compile(r"\d\d", re.ASCII),
    "province": re.compile(r"\d\d", re.ASCII),
}


@dataclass(frozen=True)
class Header:
    """What each column is; `currency` is that of the last column's name, None where there is no header."""

    columns: tuple[str, ...]
    currency: str | None


@dataclass(frozen=True)
class Line:
    """One row; `partner` None where partners were not broken out. None where a figure or its unit is not stated."""

    period: date
    code: str
    partner: str | None
    regime: str | None
    province: str | None
    value: Decimal | None
    quantities: tuple[tuple[Decimal, str] | None, tuple[Decimal, str] | None]

    @property
    def key(self) -> tuple[object, ...]:
        """What no two rows share."""
        return self.period, self.code, self.partner, self.regime, self.province


def header(names: Sequence[str]) -> Header:
    """The header row read; `SourceChanged` when a name is unknown, missing or there twice."""
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        raise SourceChanged(
            f"{printable(unknown[0], 40)!r} is no known column: is the header there, is it GBK or UTF-8?"
        )
    columns = tuple(NAMES[name] for name in names)
    missing = [name for name in NEEDED if name not in columns]
    if missing or len(set(columns)) != len(columns):
        raise SourceChanged(
            f"the header has no {missing[0]}" if missing else "the header names a column twice"
        )
    return Header(columns, next(CURRENCIES[name] for name in names if name in CURRENCIES))


def lines(rows: Iterable[Sequence[str]], columns: tuple[str, ...]) -> Iterator[Line]:
    """Rows as values; `SourceChanged` with the row that is ragged, or not what its column says, or there twice."""
    seen: set[tuple[object, ...]] = set()
    for n, row in enumerate(rows, 1):
        if len(row) != len(columns):
            raise SourceChanged(f"row {n} has {len(row)} cells under {len(columns)} columns")
        line = _line(dict(zip(columns, map(str.strip, row), strict=True)), n)
        if line.key in seen:
            raise SourceChanged(f"row {n} ({line.code}, {line.period:%Y%m}) is there twice")
        seen.add(line.key)
        yield line


def _line(row: dict[str, str], n: int) -> Line:
    if not _MONTH.fullmatch(row["period"]):
        raise SourceChanged(f"row {n}: {printable(row['period'], 30)!r} is no month like 201901")
    for name, form in _DIGITS.items():
        if name in row and not form.fullmatch(row[name]):
            raise SourceChanged(f"row {n}: {name} is {printable(row[name], 30)!r}")
    return Line(
        period=date(int(row["period"][:4]), int(row["period"][4:]), 1),
        code=row["code"],
        partner=row.get("partner"),
        regime=row.get("regime"),
        province=row.get("province"),
        value=_number(row["value"], n),
        quantities=(_quantity(row, 1, n), _quantity(row, 2, n)),
    )


def _quantity(row: dict[str, str], which: int, n: int) -> tuple[Decimal, str] | None:
    number, unit = _number(row.get(f"quantity {which}", ""), n), row.get(f"unit {which}", "")
    return None if number is None or unit in NONE else (number, unit)


def _number(text: str, n: int) -> Decimal | None:
    if text in NONE:
        return None
    if not _NUMBER.fullmatch(text):
        raise SourceChanged(f"row {n}: {printable(text, 30)!r} is no number")
    return Decimal(text.replace(",", ""))
