"""Japan's trade by nine-digit line, country and month, from e-Stat files (00350300) brought by hand, in thousand yen.

A file holds a whole year, its months to come blank or zero: a month counts as out where any line of the file has a value
in it or in a later one, and months after that are unknown. Lines without trade are absent, and no file says which
chapters it covers: what its name states (`imports_2026_ch84-85.csv`) is taken as whole, every line must lie in it, and the
lines then add up to six digits. Without chapters in the name only the lines themselves are read.
Exports are FOB by last destination, imports CIF by origin, amounts rounded down to a thousand yen [D].
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import BinaryIO

from contracts.document import Batch, Document, Inbox, Slice, Source, SourceInfo
from contracts.errors import SourceChanged
from extractors.customs import kept
from extractors.customs.japan_file import WORLD, Amounts, Line, header, table, text

INFO = SourceInfo(
    source="japan_customs",
    title="Japan's trade by nine-digit line, country and month, from files brought by hand",
    publisher="Ministry of Finance, Japan",
    homepage="https://www.e-stat.go.jp/stat-search/files?toukei=00350300",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=45,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("CIF", "FOB"),
    currency="JPY",
    scale=1000,
    country_codes="japan",
    note="Imports CIF by country of origin, exports FOB by destination. A country or line is taken as absent only in the "
    "chapters that a file's name states. Quantities at nine digits only.",
)
BASES = {"import": "CIF", "export": "FOB"}
_CHAPTERS = re.compile(r"(?<![a-z0-9])ch(\d\d)(?:-(\d\d))?(?!\d)", re.ASCII | re.IGNORECASE)
_HEAD_BYTES = 8192


def recognise(name: str, file: BinaryIO) -> Mapping[str, object]:
    """The chapters the name states; `SourceChanged` where the first line is not that of such a file."""
    first = file.readline(_HEAD_BYTES)
    if not first.endswith(b"\n"):
        raise SourceChanged(f"the first line does not end within {_HEAD_BYTES:,} bytes")
    header(text(first).strip().split(","))
    stated = _CHAPTERS.findall(name)
    if len(stated) > 1:
        raise SourceChanged(
            "the name states chapters more than once: name them once (ch84 or ch84-85), or not at all"
        )
    first_one, last_one = (int(stated[0][0]), int(stated[0][1] or stated[0][0])) if stated else (1, 0)
    if stated and not 1 <= first_one <= last_one <= 97:
        raise SourceChanged("the chapters the name states are none: ch84, or ch84-85")
    return {"chapters": [f"{chapter:02d}" for chapter in range(first_one, last_one + 1)]}


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow` in yen at HS9, and HS6 where the chapters are stated; `SourceChanged` names the row."""
    from contracts.datasets import rows

    lines = _lines(document)
    newest = _newest(lines)
    wanted = [line for line in lines if kept.keeps(line.code[:6])]
    if not wanted or not newest:
        raise SourceChanged("no line with a value lies in a chapter or code that is kept")
    yield from rows("trade_flow", _records(wanted, newest, whole=bool(_chapters(document))))


def _lines(document: Document) -> list[Line]:
    with document.open() as body:
        _, lines = table(text(body.read()))
    chapters = _chapters(document)
    outside = next((line for line in lines if chapters and line.code[:2] not in chapters), None)
    if outside is not None:
        raise SourceChanged(f"line {outside.code} does not lie in the chapters that the file's name states")
    return lines


def _chapters(document: Document) -> tuple[str, ...]:
    stated = document.scope.get("chapters")
    return tuple(map(str, stated)) if isinstance(stated, list | tuple) else ()


Newest = dict[tuple[str, int], int]
"""The last month with a value, by flow and year."""


def _newest(lines: Iterable[Line]) -> Newest:
    found: Newest = {}
    for line in lines:
        last = max((n for n, amounts in enumerate(line.months, 1) if any(amounts)), default=0)
        if last:
            key = (line.flow, line.year)
            found[key] = max(last, found.get(key, 0))
    return found


def _records(lines: list[Line], newest: Newest, *, whole: bool) -> Iterator[dict[str, object]]:
    sums: dict[tuple[str, str, str, date], list[int | None]] = defaultdict(list)
    for line in lines:
        for month in range(1, newest.get((line.flow, line.year), 0) + 1):
            period, amounts = date(line.year, month, 1), line.months[month - 1]
            yield _record(line.flow, "HS9", line.code, line.partner, period, amounts[2]) | _quantities(
                line, amounts
            )
            sums[line.flow, line.code[:6], line.partner, period].append(amounts[2])
    for (flow, code, partner, period), parts in sums.items() if whole else ():
        told = [part for part in parts if part is not None]
        value = sum(told) if len(told) == len(parts) else None
        yield _record(flow, "HS6", code, partner, period, value)


def _record(
    flow: str, level: str, code: str, partner: str, period: date, thousands: int | None
) -> dict[str, object]:
    return {
        "reporter": "JPN",
        "partner_code": partner,
        "partner_kind": "world" if partner == WORLD else "country",
        "country_codes": INFO.country_codes,
        "flow": flow,
        "flow_basis": BASES[flow],
        "level": level,
        "code": code,
        "period": period,
        "period_type": "M",
        "status": "blank" if thousands is None else "reported",
        "value": None if thousands is None else Decimal(thousands * INFO.scale),
        "currency": "JPY",
    }


def _quantities(line: Line, amounts: Amounts) -> dict[str, object]:
    """Each quantity beside its unit; none where the file states no unit or no number."""
    found: dict[str, object] = {}
    for n, (unit, quantity) in enumerate(zip(line.units, amounts, strict=False), 1):
        if unit is not None and quantity is not None:
            found |= {f"quantity_{n}": Decimal(quantity), f"unit_{n}": unit}
    return found


def slices(document: Document) -> Iterator[Slice]:
    """Every month that is out: the chapters the name states whole, else the chapters of the lines, and not whole."""
    lines, stated = _lines(document), _chapters(document)
    partners = (WORLD,) if any(line.partner == WORLD for line in lines) else None
    chapters = stated or sorted({line.code[:2] for line in lines if kept.keeps(line.code[:6])})
    for (flow, year), last in sorted(_newest(lines).items()):
        for month in range(1, last + 1):
            for level in ("HS9", "HS6") if stated else ("HS9",):
                for chapter in chapters:
                    yield Slice(
                        reporter="JPN",
                        flow=flow,
                        flow_basis=BASES[flow],
                        level=level,
                        code_prefix=chapter,
                        period=date(year, month, 1),
                        period_type="M",
                        partners=partners,
                        complete=bool(stated),
                    )


def new_columns(document: Document) -> tuple[str, ...]:
    """Columns of a file beyond those documented."""
    with document.open() as body:
        first = body.readline(_HEAD_BYTES)
    return header(text(first).strip().split(",")).new


SOURCE = Source(
    info=INFO,
    parse=parse,
    slices=slices,
    new_columns=new_columns,
    inbox=Inbox(names=r".+\.csv", recognise=recognise, max_bytes=200_000_000),
)
