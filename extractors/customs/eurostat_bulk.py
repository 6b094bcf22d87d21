"""Eurostat Comext bulk files (`full_v2_YYYYMM.7z`, no key): every CN8 line of every member state, a month a file.

`YYYY52` is the year's total and is read as a year, never beside months. Rows of several customs procedures are summed. Six
digits are the sum of the lines told; what is withheld stands as the chapter's remainder (85XXXXXX) and in the total. The
Union (EU27) is the sum of its 27 members' trade with the outside, where the file has all 27.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from contracts.clock import last_modified, now
from contracts.document import Batch, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import kept, months, queries
from extractors.customs.comext_codes import FLOWS

if TYPE_CHECKING:
    from extractors.customs.comext_records import Records

INFO = SourceInfo(
    source="eurostat_bulk",
    title="EU trade by CN line, partner and month (Comext bulk files)",
    publisher="Eurostat",
    homepage="https://ec.europa.eu/eurostat/databrowser/bulk?lang=en&selectedTab=fileComext",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=47,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("CIF", "FOB"),
    currency="EUR",
    country_codes="geonom",
    note="Imports CIF, exports FOB. A quantity of 0 kg means less than half a kilogram.",
)
DEFAULT: Mapping[str, object] = {"recent_months": 24}
FILES = "https://ec.europa.eu/eurostat/api/dissemination/files"
FOLDER = "comext/COMEXT_DATA/PRODUCTS"
MAX_BYTES, MAX_MEMBER_BYTES = 600_000_000, 8_000_000_000
_NAME = re.compile(r"full_v2_(\d{4})(0[1-9]|1[0-2]|52)\.7z", re.ASCII)
_CHANGED = re.compile(r"\d{2}/\d{2}/\d{4}(?: \d{2}:\d{2}(?::\d{2})?)?", re.ASCII)
_ROW = re.compile(r"<tr\b.*?</tr\s*>", re.IGNORECASE | re.DOTALL)


def plan(window: Window) -> Iterator[Fetch]:
    """The list of files; what it leads to are the files of the months wanted that have changed."""
    asked = queries.section(INFO.source, DEFAULT)
    if asked is None:
        return
    recent = asked.count("recent_months", 24, 400)
    asked.finish()
    newest = months.newest_expected(now().date(), INFO.lag_days)
    last = window.end or newest
    first = window.start or months.shift(last, 1 - recent)
    yield _listing({"from": months.label(first), "to": months.label(last)})


def _listing(scope: Mapping[str, object]) -> Fetch:
    url = f"{FILES}/?{urlencode({'sort': 1, 'dir': FOLDER})}"
    return Fetch(
        source=INFO.source, url=url, scope={"list": True, **scope}, max_bytes=20_000_000, follow_settled=True
    )


def follow(document: Document) -> Iterator[Fetch]:
    """The month files of the list within the months asked for, each when its date or size has changed."""
    if not document.scope.get("list"):
        return
    first, last = str(document.scope["from"]), str(document.scope["to"])
    for name, mark in sorted(_listed(document).items()):
        found = _NAME.fullmatch(name)
        if found is None or found[2] == "52" or not first <= f"{found[1]}-{found[2]}" <= last:
            continue
        yield Fetch(
            source=INFO.source,
            url=f"{FILES}?{urlencode({'file': f'{FOLDER}/{name}'})}",
            scope={"period": found[1] + found[2]},
            token=mark,
            max_bytes=MAX_BYTES,
            timeout=(10.0, 300.0),
        )


def _listed(document: Document) -> dict[str, str]:
    """File name -> a mark that changes with the file, from the JSON list or the HTML table; `SourceChanged`."""
    with document.open() as body:
        text = body.read().decode("utf-8", "replace")
    if text.lstrip().startswith("<"):
        found = dict(filter(None, map(_html_row, _ROW.findall(text))))
    else:
        found = dict(filter(None, map(_json_item, _items(text))))
    if not found:
        raise SourceChanged("the list names no file full_v2_YYYYMM.7z")
    return found


def _items(text: str) -> list[Any]:
    try:
        listed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SourceChanged(f"the list is neither JSON nor HTML: {printable(str(error), 80)}") from None
    items = listed.get("items") if isinstance(listed, dict) else listed
    if not isinstance(items, list):
        raise SourceChanged("the list has no items")
    return items


def _json_item(item: Any) -> tuple[str, str] | None:
    if not isinstance(item, dict) or not _NAME.fullmatch(str(item.get("name"))):
        return None
    return str(item["name"]), _mark(f"{item.get('lastModified')} {item.get('size')}")


def _html_row(row: str) -> tuple[str, str] | None:
    named, changed = _NAME.search(row), _CHANGED.search(row)
    return (named[0], _mark(html.unescape(changed[0]))) if named and changed else None


def _mark(text: str) -> str:
    """One word of a date and size, fit for a token."""
    return re.sub(r"[^0-9A-Za-z:.-]+", "_", text)[:60]


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow` of one file at HS8, HS6 and TOTAL; none of the list. Raises `SourceChanged`."""
    from contracts.datasets import BATCH_ROWS, checked

    if document.scope.get("list"):
        _listed(document)
        return
    found = _read(document).flows
    if not found.num_rows:
        raise SourceChanged("no line lies in a chapter or code that is kept")
    for batch in found.to_batches(max_chunksize=BATCH_ROWS):
        yield "trade_flow", checked("trade_flow", batch)


_LAST: list[tuple[Document, Records]] = []
"""The document read last: its rows, slices and columns are asked for in turn, and unpacking it takes a minute."""


def _read(document: Document) -> Records:
    if not _LAST or _LAST[0][0] is not document:
        _LAST[:] = [(document, _records(document))]
    return _LAST[0][1]


def _records(document: Document) -> Records:
    from extractors.customs.comext_records import records
    from extractors.sevenzipped import member

    digits = _digits(document)
    name = re.compile(rf"full_v2_{digits}\.dat", re.IGNORECASE)
    with member(document.open(), name, MAX_MEMBER_BYTES) as path:
        return records(path, digits, *_period(digits))


def _digits(document: Document) -> str:
    """`202402` (`202452` for the year), from the scope, else from the file's name."""
    stated = str(document.scope.get("period") or "")
    found = _NAME.search(document.url)
    if not stated and found:
        stated = found[1] + found[2]
    if not re.fullmatch(r"\d{4}(0[1-9]|1[0-2]|52)", stated, re.ASCII):
        raise SourceChanged("neither the scope nor the file's name says which period this is")
    return stated


def _period(digits: str) -> tuple[date, str]:
    year, number = int(digits[:4]), int(digits[4:])
    return (date(year, 1, 1), "CY") if number == 52 else (date(year, number, 1), "M")


def slices(document: Document) -> Iterator[Slice]:
    """Every code of the kept ones of each reporter that the file has; every partner."""
    if document.scope.get("list"):
        return
    period, period_type = _period(_digits(document))
    for reporter, flow, level in _spoken(document):
        yield Slice(reporter, flow, dict(FLOWS.values())[flow], level, "", period, period_type)


def _spoken(document: Document) -> list[tuple[str, str, str]]:
    found = _read(document).flows
    named = found.select(["reporter", "flow", "level"]).group_by(["reporter", "flow", "level"]).aggregate([])
    return sorted((row["reporter"], row["flow"], row["level"]) for row in named.to_pylist())


def new_columns(document: Document) -> tuple[str, ...]:
    """Columns of a file beyond those documented."""
    if document.scope.get("list"):
        return ()
    return _read(document).new_columns


def check_list(document: Document) -> None:
    """The list names files of the kind expected; raises `SourceChanged`."""
    _listed(document)


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    follow=follow,
    slices=slices,
    released_at=last_modified,
    new_columns=new_columns,
    probe=Probe(lambda: _listing({"from": "2024-01", "to": "2024-01"}), check_list),
)
