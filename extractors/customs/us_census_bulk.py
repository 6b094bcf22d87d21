"""US Census merchandise trade files: every ten-digit line by country, monthly, no key; duty, quantities, all bases.

The zip holds one record a district, rate provision and sub-code of a country. They are summed here; the archive keeps the
file. The columns to date (`_yr`) are not read: the months add up to them, and a month is never added to a year. Exports
have Schedule B lines, imports those of the HTS; they share their first six digits only.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from contracts.clock import last_modified, now
from contracts.document import Batch, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from extractors.customs import habit, kept, months, queries
from extractors.zipped import beginning, members

INFO = SourceInfo(
    source="us_census_bulk",
    title="US merchandise trade, detail files",
    publisher="US Census Bureau",
    homepage="https://www.census.gov/foreign-trade/data/IMDB.html",
    licence="public domain (17 U.S.C. 105)",
    terms_url="https://www.copyright.gov/title17/92chap1.html#105",
    cadence_days=31,
    lag_days=35,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("GEN_VAL", "CON_VAL", "CIF", "TOT_EXP", "DOM_EXP", "RE_EXP"),
    currency="USD",
    country_codes="schedule_c",
    reviewed_on=date(2026, 11, 22),
    text="full",
    note="Country of origin for imports, of destination for exports. CIF is that of general imports. Duty is calculated duty.",
)
HABIT = habit.census(INFO.lag_days)
DEFAULT = {"flows": ["import", "export"], "recent_months": 4}
FOLDER = {"import": ("im_m", "IMDB"), "export": ("ex_m", "EXDB")}
DETAIL = {
    flow: re.compile(rf"{way}_DETL\.TXT", re.IGNORECASE)
    for flow, way in (("import", "IMP"), ("export", "EXP"))
}
CONCORD = re.compile(r"CONCORD\.TXT", re.IGNORECASE)
MAX_BYTES, MAX_MEMBER_BYTES, MAX_CONCORD_BYTES = 600_000_000, 6_000_000_000, 100_000_000
PROBE_MONTH, PROBE_BYTES, PROBE_DECODED_BYTES = date(2025, 6, 1), 262_144, 8_000_000


@dataclass(frozen=True)
class _Query:
    """`months` None: the newest `recent_months`."""

    flows: tuple[str, ...]
    months: tuple[date, ...] | None
    recent_months: int


def _query() -> _Query | None:
    table = queries.section(INFO.source, DEFAULT)
    if table is None:
        return None
    listed = table.words("months", months.MONTH, None)
    query = _Query(
        flows=table.words("flows", tuple(FOLDER)),
        months=tuple(months.month(m) for m in listed) if listed else None,
        recent_months=table.count("recent_months", 4, 400),
    )
    table.finish()
    return query


def plan(window: Window) -> Iterator[Fetch]:
    """One file a month and flow: the window's months, else those of the queries, else the newest that should be out."""
    query = _query()
    if query is None:
        return
    wanted = HABIT.wanted(window, now().date(), query.recent_months, query.months)
    for period in wanted.periods:
        for flow in query.flows:
            yield wanted.judged(_fetch(flow, period), [period])


def _fetch(flow: str, period: date) -> Fetch:
    return Fetch(
        source=INFO.source,
        url=_url(flow, period),
        scope={"flow": flow, "period": months.label(period), "partners": "all", "complete": True},
        max_bytes=MAX_BYTES,
        timeout=(10.0, 240.0),
    )


def _url(flow: str, period: date) -> str:
    folder, prefix = FOLDER[flow]
    return f"https://www.census.gov/trade/downloads/{period:%Y}/Merch/{folder}/{prefix}{period:%y%m}.ZIP"


def _asked(document: Document) -> tuple[str, date]:
    """Flow and month from the scope, else from the file's name."""
    if document.scope:
        return str(document.scope["flow"]), months.month(str(document.scope["period"]))
    if found := re.search(r"(IM|EX)DB(\d\d)(0[1-9]|1[0-2])\.ZIP", document.url, re.IGNORECASE):
        return "import" if found[1].upper() == "IM" else "export", months.month(f"20{found[2]}-{found[3]}")
    raise SourceChanged("neither the scope nor the file's name says which flow and month this is")


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow` at HS10, HS6 and TOTAL, in dollars; `SourceChanged` with the record that is wrong."""
    from extractors.customs.bulk_flows import flows
    from extractors.customs.bulk_records import sum_over_districts, units

    flow, period = _asked(document)
    wanted = kept.mask()
    with members(document.open()) as opened:
        with opened(CONCORD, MAX_CONCORD_BYTES) as stream:
            known = units(stream, wanted)
        with opened(DETAIL[flow], MAX_MEMBER_BYTES) as stream:
            cells, all_goods = sum_over_districts(stream, flow, f"{period:%Y%m}", wanted)
    if not cells.codes.size:
        raise SourceChanged("no record has one of the kept codes")
    yield from flows(cells, all_goods, known, flow, period)


def slices(document: Document) -> Iterator[Slice]:
    """The month, in every basis: all kept lines, their six digits, and all goods together; every partner."""
    from extractors.customs.bulk_flows import BASES

    flow, period = _asked(document)
    for basis in BASES[flow]:
        for level, codes in (("HS10", kept.kept_codes()), ("HS6", kept.kept_codes()), ("TOTAL", ("TOTAL",))):
            for code in codes:
                yield Slice("USA", flow, basis.name, level, code, period, "M")


def ask_little() -> Fetch:
    """The beginning of one import file long out; the files themselves are large."""
    return Fetch(
        source=INFO.source,
        url=_url("import", PROBE_MONTH),
        headers={"Range": f"bytes=0-{PROBE_BYTES - 1}"},
        max_bytes=4 * PROBE_BYTES,
    )


def check_beginning(document: Document) -> None:
    """The file is a zip that begins with records of the documented layout; raises `SourceChanged`.

    The order of the members is not documented: whichever of the two that are read comes within the beginning is checked.
    """
    from extractors.customs.bulk_records import sum_over_districts, units

    flow, period = _asked(document)
    with document.open() as body:
        start = body.read(PROBE_BYTES)
    try:
        text, detailed = beginning(start, DETAIL[flow], PROBE_DECODED_BYTES), True
    except SourceChanged:
        text, detailed = beginning(start, CONCORD, PROBE_DECODED_BYTES), False
    whole = io.BytesIO(text[: text.rfind(b"\n") + 1])
    if detailed:
        sum_over_districts(whole, flow, f"{period:%Y%m}", kept.mask())
    else:
        units(whole, kept.mask())


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    slices=slices,
    released_at=last_modified,
    probe=Probe(ask_little, check_beginning),
)
