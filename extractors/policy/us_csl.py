"""Consolidated Screening List of the United States: every list of Commerce, State and Treasury in one CSV, no key.

A document is a whole snapshot; what changed is found by holding snapshots against each other. The list is text written
for people: lists inside a cell are joined by "; " and kept as given. An entry of one list names its affiliates inside
its own name or its other names, and most lists of the Bureau of Industry and Security state no type at all.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import BinaryIO

from contracts.clock import last_modified
from contracts.document import Batch, Document, Fetch, Probe, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from contracts.text import printable

INFO = SourceInfo(
    source="us_csl",
    title="Consolidated Screening List",
    publisher="US International Trade Administration",
    homepage="https://www.trade.gov/consolidated-screening-list",
    licence="public domain (17 U.S.C. 105)",
    terms_url="https://www.copyright.gov/title17/92chap1.html#105",
    cadence_days=1,
    lag_days=0,
    parser_version="1",
    note=(
        "Entries of type Individual and entries with a date or place of birth are left out; lists that state no type "
        "may still name persons. Not in it: section 1260H, the FCC Covered List, sections 889, 154 and 5949. "
        "No match by name is not a clearance. This product uses the International Trade Administration's data but is not "
        "endorsed or certified by it."
    ),
    reviewed_on=date(2026, 11, 22),
    text="full",
)
URL = "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv"
MAX_BYTES = 100_000_000
PROBE_BYTES = 4096
ENTITY_LIST = "Entity List (EL)"
COLUMNS = (
    *("_id", "source", "entity_number", "type", "programs", "name", "title", "addresses"),
    *("federal_register_notice", "start_date", "end_date", "standard_order", "license_requirement"),
    *(
        "license_policy",
        "call_sign",
        "vessel_type",
        "gross_tonnage",
        "gross_registered_tonnage",
        "vessel_flag",
    ),
    *("vessel_owner", "remarks", "source_list_url", "alt_names", "citizenships", "dates_of_birth"),
    *("nationalities", "places_of_birth", "source_information_url", "ids"),
)
KEPT = {
    "list_name": "source",
    "entry_id": "_id",
    "entity_number": "entity_number",
    "party_type": "type",
    "programs": "programs",
    "name": "name",
    "alt_names": "alt_names",
    "addresses": "addresses",
    "federal_register_notice": "federal_register_notice",
    "start_date": "start_date",
    "end_date": "end_date",
    "license_requirement": "license_requirement",
    "license_policy": "license_policy",
    "remarks": "remarks",
    "list_url": "source_list_url",
    "information_url": "source_information_url",
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
Value = str | date | None


def plan(window: Window) -> Iterator[Fetch]:
    """The whole list as it stands; there are no older ones to ask for, so a window changes nothing."""
    yield Fetch(INFO.source, URL, max_bytes=MAX_BYTES, timeout=(10.0, 120.0))


def probe() -> Fetch:
    """The beginning of the file; of a server that ignores Range no more is taken either."""
    return Fetch(INFO.source, URL, headers={"Range": f"bytes=0-{PROBE_BYTES - 1}"}, max_bytes=PROBE_BYTES)


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `restricted_party`, natural persons left out; `SourceChanged` with the line that is wrong."""
    import pyarrow as pa

    from contracts.datasets import BATCH_ROWS, SCHEMAS, checked

    with document.open() as body:
        columns = _columns(body)
    schema = SCHEMAS["restricted_party"]
    try:
        table = pa.Table.from_pydict(columns, schema=schema)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise SourceChanged(f"a value has another type than documented: {error}") from None
    for batch in table.to_batches(max_chunksize=BATCH_ROWS):
        yield "restricted_party", checked("restricted_party", batch)


def _columns(body: BinaryIO) -> dict[str, list[Value]]:
    """The kept columns of all parties that are no natural persons."""
    found: dict[str, list[Value]] = {name: [] for name in KEPT}
    lines = _lines(body)
    try:
        header = _header(next(lines, []))
        place = {name: header.index(name) for name in COLUMNS}
        takers = [(found[own].append, place[theirs], _taker(own)) for own, theirs in KEPT.items()]
        born = place["dates_of_birth"], place["places_of_birth"]
        for number, line in enumerate(lines, 2):
            if len(line) != len(header):
                raise SourceChanged(f"row {number}: {len(line)} cells under {len(header)} names (torn?)")
            person = line[place["type"]].strip().casefold() == "individual"
            if not person and not any(line[at].strip() for at in born):
                for put, at, taken in takers:
                    put(taken(line[at], number))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceChanged(
            f"not a whole CSV in UTF-8 (torn or another format): {printable(str(error), 120)}"
        ) from None
    _require_entity_list(found["list_name"])
    return found


def _lines(body: BinaryIO) -> Iterator[list[str]]:
    return csv.reader(io.TextIOWrapper(body, "utf-8-sig", newline=""), strict=True)


def _header(names: list[str]) -> list[str]:
    missing = [name for name in COLUMNS if names.count(name) != 1]
    if missing:
        raise SourceChanged(
            f"the header lacks {', '.join(missing)} (or has it twice): {printable(', '.join(names), 120)!r}"
        )
    return names


def _taker(name: str) -> Callable[[str, int], Value]:
    """How a cell of that column is read: dates as dates, required ones never blank, a blank else is no value."""
    if name in ("start_date", "end_date"):
        return _day
    return _required if name in ("name", "list_name") else _text


def _text(cell: str, number: int) -> str | None:
    return cell.strip() or None


def _required(cell: str, number: int) -> str:
    if text := cell.strip():
        return text
    raise SourceChanged(f"row {number} has no name or does not say which list it is from")


def _day(cell: str, number: int) -> date | None:
    if not cell.strip():
        return None
    try:
        if _DAY.fullmatch(cell.strip()):
            return date.fromisoformat(cell.strip())
    except ValueError:
        pass
    raise SourceChanged(f"row {number}: {printable(cell, 40)!r} is not a date")


def _require_entity_list(lists: list[Value]) -> None:
    """A snapshot that lost a list would end every entry of it: the one list this project cannot do without is asked for."""
    if not any(isinstance(name, str) and name.startswith(ENTITY_LIST) for name in lists):
        raise SourceChanged(
            f"{len(lists)} parties and none of the {ENTITY_LIST}: the file is empty, or has lost a list"
        )


def new_columns(document: Document) -> tuple[str, ...]:
    """Columns of the file that are not documented."""
    with document.open() as body:
        return tuple(printable(name, 60) for name in next(_lines(body), []) if name not in COLUMNS)


def check_start(document: Document) -> None:
    """The header at the beginning of the file names what is documented, else `SourceChanged`."""
    with document.open() as body:
        start = body.readline(PROBE_BYTES)
    try:
        _header(next(csv.reader([start.decode("utf-8-sig")], strict=True), []))
    except (UnicodeDecodeError, csv.Error) as error:
        raise SourceChanged(
            f"the file does not begin with a CSV header: {printable(str(error), 120)}"
        ) from None


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    released_at=last_modified,
    new_columns=new_columns,
    probe=Probe(probe, check_start),
)
