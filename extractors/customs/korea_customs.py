"""Korea's trade by HS10 line, partner and month, from the open data portal (key `DATA_GO_KR_KEY`, XML only).

A request names one six-digit code and at most twelve months and is answered by the ten-digit lines below it; six digits
are their sum. Without a partner `nitemtrade` gives every country; `Itemtrade` gives the world and is asked only where the
queries name partners. An answer's first item is the total of all the others, and is held against them.
Units are stated by the portal's page on the service, not in the answers: declared value in US dollars of exports (FOB),
dutiable value in US dollars of imports (CIF), net weight in kilograms [D]. A reader of another of the agency's services
takes thousand dollars; for this one two say dollars, and none was seen to say otherwise.
That a month is not out shows by its absence, and so a month without an item is unknown here, never zero.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from contracts.clock import now
from contracts.document import Batch, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from extractors.customs import months, queries
from extractors.customs.korea_answer import KEY_ENV, WORLD, Line, lines

INFO = SourceInfo(
    source="korea_customs",
    title="Korea's trade by HS10 line, partner and month",
    publisher="Korea Customs Service",
    homepage="https://www.data.go.kr/data/15100475/openapi.do",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=16,
    parser_version="1",
    flow_bases=("CIF", "FOB"),
    currency="USD",
    country_codes="iso2",
    key_env=KEY_ENV,
    note="Imports CIF, exports FOB, US dollars and net kilograms as the portal documents the service; no answer states a "
    "unit. A month without an item is unknown. The key is the one the portal calls decoded.",
)
DEFAULT: Mapping[str, object] = {
    "codes": [
        "847150",
        "847330",
        "850421",
        "850422",
        "850423",
        "850440",
        "850760",
        "851762",
        "854231",
        "854232",
    ],
    "years": 2,
}
BASE = "https://apis.data.go.kr/1220000"
BASES = {"import": "CIF", "export": "FOB"}
LEVELS = ("HS10", "HS6")
SPACING_SECONDS = 1.0
PROBE_MONTH = (date(2024, 1, 1), date(2024, 1, 1))  # long out: its absence would mean something
_HS6 = re.compile(r"\d{6}", re.ASCII)
_PARTNER = re.compile(r"-|[A-Z]{2}", re.ASCII)


def plan(window: Window) -> Iterator[Fetch]:
    """One request a code and calendar year, of every country or of each partner named; nothing without a table of queries."""
    table = queries.section(INFO.source, DEFAULT)
    if table is None:
        return
    codes, partners = table.words("codes", _HS6), table.words("partners", _PARTNER, None)
    years = table.count("years", 2, 30)
    table.finish()
    last = window.end or months.newest_expected(now().date(), INFO.lag_days)
    for span in months.by_year(window.start or date(last.year + 1 - years, 1, 1), last):
        for code in codes:
            yield from (_fetch(code, partner, span) for partner in partners or (None,))


def _fetch(code: str, partner: str | None, span: queries.Range) -> Fetch:
    first, last = span
    asked = {"strtYymm": f"{first:%Y%m}", "endYymm": f"{last:%Y%m}", "hsSgn": code}
    service = "Itemtrade/getItemtradeList" if partner == WORLD else "nitemtrade/getNitemtradeList"
    if partner not in (None, WORLD):
        asked["cntyCd"] = str(partner)
    return Fetch(
        source=INFO.source,
        url=f"{BASE}/{service}?{urlencode(asked)}",
        secrets={"serviceKey": KEY_ENV},
        scope={
            "code": code,
            "partner": partner or "all",
            "from": months.label(first),
            "to": months.label(last),
        },
        max_bytes=50_000_000,
        timeout=(10.0, 180.0),
        spacing_seconds=SPACING_SECONDS,
    )


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow` at HS10 and HS6, imports and exports of each item, in US dollars. Raises `SourceChanged`."""
    from contracts.datasets import rows

    found = _lines(document)
    tables = {"HS10": found, "HS6": _six_digits(found)}
    records = (
        _record(level, flow, line)
        for level in LEVELS
        for flow in BASES
        for line in sorted(tables[level], key=lambda line: line.key)
    )
    yield from rows("trade_flow", records)


def _record(level: str, flow: str, line: Line) -> dict[str, object]:
    imported = flow == "import"
    return {
        "reporter": "KOR",
        "partner_code": line.partner,
        "partner_kind": "world" if line.partner == WORLD else "country",
        "country_codes": INFO.country_codes,
        "flow": flow,
        "flow_basis": BASES[flow],
        "level": level,
        "code": line.code,
        "period": line.month,
        "period_type": "M",
        "status": "reported",
        "value": line.import_ if imported else line.export,
        "currency": "USD",
        "quantity_1": line.import_kg if imported else line.export_kg,
        "unit_1": "kg",
    }


def _six_digits(found: list[Line]) -> list[Line]:
    sums: dict[tuple[str, date, str], list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 4)
    for line in found:
        key = (line.code[:6], line.month, line.partner)
        parts = (line.export, line.export_kg, line.import_, line.import_kg)
        sums[key] = [total + part for total, part in zip(sums[key], parts, strict=True)]
    return [Line(*key, *amounts) for key, amounts in sums.items()]


def _lines(document: Document) -> list[Line]:
    scope: Mapping[str, Any] = document.scope
    with document.open() as body:
        data = body.read()
    try:
        first, last = months.month(str(scope["from"])), months.month(str(scope["to"]))
        code, partner = str(scope["code"]), str(scope["partner"])
    except (KeyError, ValueError) as error:
        raise SourceChanged(f"the scope kept with the answer is not one of this source: {error}") from None
    return lines(data, code, first, last, None if partner == "all" else partner)


def slices(document: Document) -> Iterator[Slice]:
    """The code in each month asked for, both flows; whole only where the answer has the month."""
    scope: Mapping[str, Any] = document.scope
    told = {line.month for line in _lines(document)}
    for period in months.span(months.month(str(scope["from"])), months.month(str(scope["to"]))):
        for flow, basis in BASES.items():
            for level in LEVELS:
                yield Slice(
                    reporter="KOR",
                    flow=flow,
                    flow_basis=basis,
                    level=level,
                    code_prefix=str(scope["code"]),
                    period=period,
                    period_type="M",
                    partners=None if scope["partner"] == "all" else (str(scope["partner"]),),
                    complete=period in told,
                )


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    slices=slices,
    probe=Probe(lambda: _fetch("854232", None, PROBE_MONTH)),
)
