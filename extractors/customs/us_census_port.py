"""US Census port files: HS6 by country and port, monthly, no key; summed over ports here.

Imports are general imports (GEN_VAL). The export file has the same layout (readers of both files agree on every position).
That its value is total exports (TOT_EXP, domestic and foreign together) is documented by users of the file, not by a page
seen here: it has no column that tells them apart. A member may bear its month in its name or not; its records always do.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from datetime import date

from contracts.clock import last_modified, now
from contracts.document import Batch, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from extractors.customs import habit, kept, months, queries
from extractors.zipped import beginning, member

INFO = SourceInfo(
    source="us_census_port",
    title="US trade by HS6, country and port",
    publisher="US Census Bureau",
    homepage="https://www.census.gov/foreign-trade/data/PORTHS6MM.html",
    licence="public domain (17 U.S.C. 105)",
    terms_url="https://www.copyright.gov/title17/92chap1.html#105",
    cadence_days=31,
    lag_days=35,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("GEN_VAL", "TOT_EXP"),
    currency="USD",
    country_codes="schedule_c",
    reviewed_on=date(2026, 11, 22),
    text="full",
    note="Country of origin for imports, of destination for exports. No consumption basis, no duty, no quantity.",
)
HABIT = habit.census(INFO.lag_days)
BASIS = {"import": "GEN_VAL", "export": "TOT_EXP"}
FOLDER = {"import": ("im_hs6_m", "PORTHS6MM"), "export": ("ex_hs6_m", "PORTHS6XM")}
MEMBER = {"import": r"D?PORTHS6(?:I|MM)R?(?:{})?\.TXT", "export": r"D?PORTHS6(?:E|XM)R?(?:{})?\.TXT"}
MAX_BYTES, MAX_MEMBER_BYTES = 400_000_000, 4_000_000_000
PROBE_MONTH, PROBE_BYTES, PROBE_DECODED_BYTES = date(2025, 6, 1), 65_536, 4_000_000


def plan(window: Window) -> Iterator[Fetch]:
    """One file a month and flow: the window's months, else those of the queries, else the newest that are due."""
    query = queries.load().port
    if query is None:
        return
    wanted = HABIT.wanted(window, now().date(), query.recent_months, query.months)
    for period in wanted.periods:
        for flow in query.flows:
            yield wanted.judged(_fetch(flow, period, query.codes), [period])


def _fetch(flow: str, period: date, codes: tuple[str, ...] | None) -> Fetch:
    return Fetch(
        source=INFO.source,
        url=_url(flow, period),
        scope={
            "flow": flow,
            "level": "HS6",
            "codes": list(codes) if codes else "all",
            "period": months.label(period),
            "partners": "all",
            "complete": True,
        },
        max_bytes=MAX_BYTES,
        timeout=(10.0, 240.0),
    )


def _url(flow: str, period: date) -> str:
    folder, prefix = FOLDER[flow]
    return (
        f"https://www.census.gov/trade/downloads/{period:%Y}/Port/{folder}/{prefix}{period:%y}{period:%m}.ZIP"
    )


def _asked(document: Document) -> tuple[str, date, tuple[str, ...] | None]:
    """Flow, month and codes (None: every kept one) from the scope, else from the file's name."""
    scope = document.scope
    if scope:
        codes = scope["codes"]
        return str(scope["flow"]), months.month(str(scope["period"])), _listed(codes)
    if found := re.search(r"PORTHS6([MX])M(\d\d)(\d\d)\.ZIP", document.url, re.IGNORECASE):
        flow = "import" if found[1].upper() == "M" else "export"
        return flow, months.month(f"20{found[2]}-{found[3]}"), None
    raise SourceChanged("neither the scope nor the file's name says which flow and month this is")


def _listed(codes: object) -> tuple[str, ...] | None:
    return tuple(str(code) for code in codes) if isinstance(codes, list) else None


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow`, one a country and HS6, in dollars; `SourceChanged` with the record that is wrong."""
    from extractors.customs.port_records import sum_over_ports

    flow, period, codes = _asked(document)
    name = re.compile(MEMBER[flow].format(f"{period:%y%m}"), re.IGNORECASE)
    with member(document.open(), name, MAX_MEMBER_BYTES) as stream:
        sums = sum_over_ports(stream, f"{period:%Y%m}", kept.mask(codes))
    if not sums.codes.size:
        raise SourceChanged("no record has one of the codes asked for")
    yield from _batches(sums.codes, sums.countries, sums.values, flow, period)


def _batches(codes: object, countries: object, values: object, flow: str, period: date) -> Iterator[Batch]:
    import pyarrow as pa
    import pyarrow.compute as pc

    from contracts.datasets import BATCH_ROWS, SCHEMAS, checked
    from contracts.schemas.columns import MONEY

    schema = SCHEMAS["trade_flow"]
    code = pc.utf8_lpad(pc.cast(pa.array(codes), pa.string()), 6, "0")
    size = len(code)
    known = {
        "partner_code": pc.cast(pa.array(countries), pa.string()),
        "code": code,
        "value": pa.array(values).cast(pa.decimal128(21, 2)).cast(MONEY),
    }
    same = {
        "reporter": "USA",
        "partner_kind": "country",
        "country_codes": "schedule_c",
        "flow": flow,
        "flow_basis": BASIS[flow],
        "level": "HS6",
        "period": period,
        "period_type": "M",
        "status": "reported",
        "currency": "USD",
    }
    columns = [
        known[f.name] if f.name in known else pa.repeat(pa.scalar(same.get(f.name), f.type), size)
        for f in schema
    ]
    table = pa.Table.from_arrays(columns, schema=schema)
    for batch in table.to_batches(max_chunksize=BATCH_ROWS):
        yield "trade_flow", checked("trade_flow", batch)


def slices(document: Document) -> Iterator[Slice]:
    """The month, for every HS6 code that is kept or for those asked; every partner."""
    flow, period, codes = _asked(document)
    for code in codes or kept.kept_codes():
        yield Slice("USA", flow, BASIS[flow], "HS6", code, period, "M")


def ask_little() -> Fetch:
    """The beginning of one import file long out; the files themselves are large."""
    return Fetch(
        source=INFO.source,
        url=_url("import", PROBE_MONTH),
        headers={"Range": f"bytes=0-{PROBE_BYTES - 1}"},
        max_bytes=10 * PROBE_BYTES,
    )


def check_beginning(document: Document) -> None:
    """The file is a zip whose first records have the layout and the month; raises `SourceChanged`."""
    import numpy as np

    from extractors.customs.port_records import sum_over_ports

    flow, period, _ = _asked(document)
    name = re.compile(MEMBER[flow].format(f"{period:%y%m}"), re.IGNORECASE)
    with document.open() as body:
        text = beginning(body.read(PROBE_BYTES), name, PROBE_DECODED_BYTES)
    whole = text[: text.rfind(b"\n") + 1]
    sum_over_ports(io.BytesIO(whole), f"{period:%Y%m}", np.ones(1_000_000, dtype=np.bool_))


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    slices=slices,
    released_at=last_modified,
    probe=Probe(ask_little, check_beginning),
)
