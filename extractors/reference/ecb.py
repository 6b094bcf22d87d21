"""Euro reference rates of the European Central Bank: the whole history and the newest day, no key.

Both are zips with one CSV: newest day first, one column a currency, a trailing comma that makes a last column without a
name, N/A where a currency had no rate. The history writes `2026-10-30`, the daily file `30 October 2026` and blanks
after commas. Gaps stay gaps here.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import IO

from contracts.clock import last_modified
from contracts.datasets import rows
from contracts.document import Batch, Document, Fetch, Probe, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.zipped import member

INFO = SourceInfo(
    source="ecb_fx",
    title="Euro foreign exchange reference rates",
    publisher="European Central Bank",
    homepage="https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/",
    licence="free reuse of the figures, unchanged and with the source named",
    terms_url="https://www.ecb.europa.eu/stats/ecb_statistics/governance_and_quality_framework/html/usage_policy.en.html",
    cadence_days=1,
    lag_days=1,
    parser_version="1",
    currency="EUR",
    reviewed_on=date(2026, 11, 22),
    note="Working days of the euro payment system. No TWD, VND, SAR, AED; RUB ends 2022-03-01.",
)
HISTORY = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.zip"
DAILY = "https://www.ecb.europa.eu/stats/eurofxref/eurofxref.zip"
FIRST_DAY = date(1999, 1, 4)
MEMBER = re.compile(r"eurofxref(-hist)?\.csv", re.IGNORECASE)
MAX_BYTES, MAX_MEMBER_BYTES = 10_000_000, 50_000_000
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_LONG_DATE = re.compile(r"(\d{1,2}) (" + "|".join(_MONTHS) + r") (\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_RATE = re.compile(r"\d{1,10}(\.\d{1,8})?", re.ASCII)


def plan(window: Window) -> Iterator[Fetch]:
    """The history, which holds every day of any window, and the newest day unless a window was given."""
    yield from map(_fetch, (HISTORY,) if window.start or window.end else (HISTORY, DAILY))


def _fetch(url: str) -> Fetch:
    return Fetch(source=INFO.source, url=url, scope={"base": "EUR"}, max_bytes=MAX_BYTES)


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `fx_rate`, base EUR; a plain CSV is read like a zipped one. Raises `SourceChanged`."""
    with document.open() as body:
        zipped = body.read(2) == b"PK"
    newest = document.retrieved_at.date() + timedelta(days=1)
    if zipped:
        with member(document.open(), MEMBER, MAX_MEMBER_BYTES) as stream:
            yield from rows("fx_rate", _rates(stream, newest))
    else:
        with document.open() as body:
            yield from rows("fx_rate", _rates(body, newest))


def _rates(stream: IO[bytes], newest: date) -> Iterator[dict[str, object]]:
    try:
        lines = csv.reader(io.TextIOWrapper(stream, "ascii", newline=""), strict=True)
        first = next(lines, [])
        currencies = _header(first)
        days: set[date] = set()
        for line in lines:
            if len(line) != len(first):
                raise SourceChanged(f"line {lines.line_num}: {len(line)} cells under {len(first)} names")
            yield from _line([cell.strip() for cell in line], currencies, days, newest)
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceChanged(f"not a CSV of rates: {printable(str(error), 120)}") from None
    if not days:
        raise SourceChanged("the CSV has no day")


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if names and not names[-1]:
        names.pop()
    wrong = [name for name in names[1:] if not _CURRENCY.fullmatch(name)]
    if not names or names[0] != "Date" or wrong or "USD" not in names or len(set(names)) != len(names):
        raise SourceChanged(f"the header is not Date and currencies: {printable(', '.join(names), 80)!r}")
    return names[1:]


def _line(
    cells: list[str], currencies: list[str], days: set[date], newest: date
) -> Iterator[dict[str, object]]:
    day = _day(cells[0])
    if day in days or not FIRST_DAY <= day <= newest:
        raise SourceChanged(f"{day} comes twice" if day in days else f"{day} is no day of this series yet")
    days.add(day)
    if any(cells[len(currencies) + 1 :]):
        raise SourceChanged(f"{day} has a rate in the column without a name")
    for quote, cell in zip(currencies, cells[1:], strict=False):
        if cell != "N/A":
            yield {"base": "EUR", "quote": quote, "rate_date": day, "rate": _rate(day, quote, cell)}


def _day(text: str) -> date:
    try:
        if long := _LONG_DATE.fullmatch(text):
            return date(int(long[3]), _MONTHS.index(long[2]) + 1, int(long[1]))
        if _ISO_DATE.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise SourceChanged(f"{printable(text, 30)!r} is not a date")


def _rate(day: date, quote: str, cell: str) -> Decimal:
    rate = Decimal(cell) if _RATE.fullmatch(cell) else Decimal(0)
    if not rate:
        raise SourceChanged(f"{day} {quote}: {printable(cell, 30)!r} is not a rate")
    return rate


SOURCE = Source(
    info=INFO, plan=plan, parse=parse, released_at=last_modified, probe=Probe(lambda: _fetch(DAILY))
)
