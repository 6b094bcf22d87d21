"""Eurostat Comext by its SDMX API (no key): trade of the Union and its members by HS or CN code, partner and month.

The answer is a sparse JSON-stat table: what is absent is not zero. Only where the countries add up to the total row beside
them is the listing whole, and only then does an absent country stand for no trade. Quantities come in hundreds of
kilograms and leave in kilograms.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.clock import now
from contracts.document import Batch, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import months, queries
from extractors.customs.comext_codes import FLOWS, REPORTERS, level, partner_kind
from extractors.customs.habit import Habit, Wanted
from extractors.customs.jsonstat import Figure, figures, table

INFO = SourceInfo(
    source="eurostat_comext",
    title="EU trade by product, partner and month (Comext API)",
    publisher="Eurostat",
    homepage="https://ec.europa.eu/eurostat/comext/newxtweb/",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=47,
    parser_version="1",
    flow_bases=("CIF", "FOB"),
    currency="EUR",
    country_codes="geonom",
    note="Imports CIF, exports FOB at the Union's border. Withheld figures are blank, never zero.",
)
DEFAULT: Mapping[str, object] = {
    "reporters": ["EU27_2020"],
    "codes": [
        "847150", "847170", "847180", "847330", "850421", "850422", "850423", "850434", "850440", "850760",
        "851762", "853690", "853710", "853720", "854231", "854232",
    ],
    "flows": ["1", "2"],
    "years": 2,
}  # fmt: skip
HABIT = Habit(INFO.lag_days, revised=24)  # months are revised for years
VALUE, WEIGHT = "VALUE_IN_EUROS", "QUANTITY_IN_100KG"
DATASET = "https://ec.europa.eu/eurostat/api/comext/dissemination/sdmx/2.1/data/DS-045409"
DIMENSIONS = ("freq", "reporter", "partner", "product", "flow", "indicators", "time")
MAX_DECODED_BYTES = 400_000_000
PROBE_RANGE = (date(2024, 1, 1), date(2024, 1, 1))  # long out: its absence would mean something
_WITHHELD = re.compile(r"\bc\b|confidential", re.IGNORECASE)
_CODE = re.compile(r"(\d\d){1,4}|TOTAL", re.ASCII)
_NOTHING = re.compile(r"NO_RESULTS")


def plan(window: Window) -> Iterator[Fetch]:
    """One request a reporter, flow and calendar year, every partner; nothing where the queries have no such table.

    A year is asked for whole: its newest months appear at the same address once they are out.
    """
    asked = queries.section(INFO.source, DEFAULT)
    if asked is None:
        return
    reporters = asked.words("reporters", tuple(REPORTERS))
    codes, flows = asked.words("codes", _CODE), asked.words("flows", tuple(FLOWS))
    years = asked.count("years", 2, 40)
    asked.finish()
    wanted = _wanted(window, years)
    for first, last in months.by_year(wanted.periods[0], wanted.periods[-1]) if wanted.periods else ():
        for reporter in reporters:
            for flow in flows:
                request = _fetch(reporter, codes, flow, first, last)
                yield wanted.judged(request, months.span(first, last))


def _wanted(window: Window, years: int) -> Wanted:
    """The window's months, else those of the newest calendar years to their ends."""
    today = now().date()
    newest = HABIT.newest(today)
    if window.start or window.end:
        last = window.end or newest
        return HABIT.wanted(Window(window.start or date(last.year + 1 - years, 1, 1), last), today, recent=1)
    begun = months.span(date(newest.year + 1 - years, 1, 1), date(newest.year, 12, 1))
    return Wanted(HABIT, tuple(begun), today, explicit=False)


def _fetch(reporter: str, codes: tuple[str, ...], flow: str, first: date, last: date) -> Fetch:
    key = f"M.{reporter}..{'+'.join(codes)}.{flow}.{VALUE}+{WEIGHT}"
    return Fetch(
        source=INFO.source,
        url=f"{DATASET}/{key}?startPeriod={months.label(first)}&endPeriod={months.label(last)}&format=JSON",
        scope={
            "reporter": reporter,
            "flow": flow,
            "codes": list(codes),
            "from": months.label(first),
            "to": months.label(last),
            "partners": "all",
        },
        max_bytes=100_000_000,
        timeout=(10.0, 240.0),
    )


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow` in euros and kilograms; none for NO_RESULTS. Raises `SourceChanged`."""
    from contracts.datasets import rows

    cells = _cells(document)
    for values in _values(cells).values():
        _adds_up(REPORTERS[str(document.scope["reporter"])], values)
    yield from rows("trade_flow", (_record(document, key, cells[key]) for key in sorted(cells)))


Key = tuple[str, str, str]
"""(product, month as 2024-01, partner)."""


def _record(document: Document, key: Key, found: Mapping[str, Figure]) -> dict[str, object]:
    product, month, partner = key
    reporter = REPORTERS[str(document.scope["reporter"])]
    flow, basis = FLOWS[str(document.scope["flow"])]
    value, weight = found.get(VALUE), found.get(WEIGHT)
    amount = value.value if value else None
    kilograms = weight.value * 100 if weight and weight.value is not None else None
    return {
        "reporter": reporter,
        "partner_code": partner,
        "partner_kind": partner_kind(reporter, partner),
        "country_codes": INFO.country_codes,
        "flow": flow,
        "flow_basis": basis,
        "level": level(product),
        "code": product,
        "period": months.month(month),
        "period_type": "M",
        "status": "reported" if amount is not None else _unreported(found),
        "value": amount,
        "currency": "EUR",
        "quantity_1": kilograms,
        "unit_1": "kg" if kilograms is not None else None,
    }


def _unreported(found: Mapping[str, Figure]) -> str:
    flags = (figure.flag or "" for figure in found.values())
    return "suppressed" if any(_WITHHELD.search(flag) for flag in flags) else "blank"


def _cells(document: Document) -> dict[Key, dict[str, Figure]]:
    """Figures by product, month and partner, each by indicator; empty where the agency says there is nothing."""
    text = _text(document)
    if text.lstrip().startswith("<"):
        if _NOTHING.search(text):
            return {}
        raise SourceChanged(f"a fault instead of a table: {_fault(text)}")
    found = table(text)
    if "warning" in found or "error" in found:
        said = printable(str(found.get("warning") or found.get("error")), 200)
        raise SourceChanged(f"no table but a notice, ask for less at a time: {said}")
    if tuple(found.get("id") or ()) != DIMENSIONS:
        raise SourceChanged(
            f"dimensions are {printable(str(found.get('id')), 100)}, not {', '.join(DIMENSIONS)}"
        )
    cells: dict[Key, dict[str, Figure]] = defaultdict(dict)
    for figure in figures(found):
        _require_asked(figure.at, document.scope)
        at = figure.at
        cells[at["product"], at["time"], at["partner"]][at["indicators"]] = figure
    return cells


def _require_asked(at: Mapping[str, str], scope: Mapping[str, Any]) -> None:
    fits = {
        "freq": at["freq"] == "M",
        "reporter": at["reporter"] == scope["reporter"],
        "product": at["product"] in scope["codes"],
        "flow": at["flow"] == scope["flow"],
        "indicators": at["indicators"] in (VALUE, WEIGHT),
        "time": months.MONTH.fullmatch(at["time"]) is not None and scope["from"] <= at["time"] <= scope["to"],
    }
    for name, fit in fits.items():
        if not fit:
            raise SourceChanged(f"{name} {printable(at[name], 40)!r} was not asked for")


def _fault(text: str) -> str:
    said = re.search(r"<[^<>]*faultstring[^<>]*>([^<]{1,200})", text, re.IGNORECASE)
    return printable(said[1] if said else text, 200)


def _text(document: Document) -> str:
    """The body as text, unpacked where the server gave gzip bytes without saying so."""
    with document.open() as body:
        data = body.read()
    try:
        return (_unpacked(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8")
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise SourceChanged(f"the body is no whole text: {printable(str(error), 80)}") from None


def _unpacked(data: bytes) -> bytes:
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as stream:
        text = stream.read(MAX_DECODED_BYTES + 1)
    if len(text) > MAX_DECODED_BYTES:
        raise SourceChanged(f"the body unpacks to over {MAX_DECODED_BYTES:,} bytes")
    return text


def slices(document: Document) -> Iterator[Slice]:
    """Every code and month that the answer has; whole where its countries add up to its total row."""
    reporter = REPORTERS[str(document.scope["reporter"])]
    flow, basis = FLOWS[str(document.scope["flow"])]
    for (product, month), values in _values(_cells(document)).items():
        yield Slice(
            reporter=reporter,
            flow=flow,
            flow_basis=basis,
            level=str(level(product)),
            code_prefix=product,
            period=months.month(month),
            period_type="M",
            complete=_adds_up(reporter, values),
        )


def _values(cells: Mapping[Key, Mapping[str, Figure]]) -> dict[tuple[str, str], dict[str, Decimal | None]]:
    """Values by partner, a product and month."""
    by_cell: dict[tuple[str, str], dict[str, Decimal | None]] = defaultdict(dict)
    for (product, month, partner), found in sorted(cells.items()):
        by_cell[product, month][partner] = found[VALUE].value if VALUE in found else None
    return by_cell


def _adds_up(reporter: str, values: Mapping[str, Decimal | None]) -> bool:
    """Whether the countries add up to the total row, each rounded to a euro; `SourceChanged` where they exceed it."""
    kinds = {partner: partner_kind(reporter, partner) for partner in values}
    total = next((value for partner, value in values.items() if kinds[partner] == "world"), None)
    countries = [value for partner, value in values.items() if kinds[partner] == "country"]
    known = [value for value in countries if value is not None]
    if total is None:
        return False
    excess = sum(known, Decimal(0)) - total
    if excess > max(Decimal(len(known)), total / 1000):
        raise SourceChanged(f"countries exceed their total of {total} by {excess}")
    return len(known) == len(countries) and abs(excess) <= len(known)


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    slices=slices,
    probe=Probe(lambda: _fetch("EU27_2020", ("850760",), "1", *PROBE_RANGE)),
)
