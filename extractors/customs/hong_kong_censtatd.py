"""Hong Kong's trade by HS6, partner and month (Trade-IDDS API, no key), in thousand Hong Kong dollars.

One request names one code, one partner (none: the world) and two months that follow each other, which means the same
whether the API takes `period=202401,202402` for a list or a range. Items without trade are absent from an answer, and so
is a month that is not out: a month without a row is therefore unknown here, never zero.
Re-exports come by destination and code; by origin they come without a code only (all goods, basis RE_EXP_ORIGIN).
That imports are valued CIF and exports FOB is general practice, not said in an answer seen here. [M]
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from contracts.clock import now
from contracts.document import Batch, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceBusy, SourceChanged
from contracts.text import printable
from extractors.customs import months, queries
from extractors.customs.habit import Habit, Wanted

INFO = SourceInfo(
    source="hong_kong_censtatd",
    title="Hong Kong's trade by HS6, partner and month",
    publisher="Census and Statistics Department, Hong Kong",
    homepage="https://tradeidds.censtatd.gov.hk/",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=50,
    parser_version="1",
    flow_bases=("CIF", "DOM_EXP", "RE_EXP", "RE_EXP_ORIGIN"),
    currency="HKD",
    scale=1000,
    country_codes="iso2",
    note="Imports by country of origin, exports by destination. Partners are those asked for; a month without a row is unknown.",
)
DEFAULT: Mapping[str, object] = {
    "codes": ["847150", "847330", "850440", "850760", "851762", "854231", "854232"],
    "partners": ["-", "CN", "US", "TW"],
    "recent_months": 6,
}
# How far back its releases revise is not stated: half a year is asked for again with each, three times as the day is no promise.
HABIT = Habit(INFO.lag_days, revised=6, looks_after_days=(0, 4, 12))
WORLD = "-"
ALL_GOODS = "TOTAL"
BASIS = {"1": "CIF", "2": "DOM_EXP", "3": "RE_EXP"}
RE_EXPORT = "3"
SPACING_SECONDS = 1.5
PROBE_MONTHS = (date(2024, 1, 1), date(2024, 2, 1))  # long out: their absence would mean something
_EDITIONS = (2022, 2017, 2012)  # the years in which Hong Kong's list followed a new edition of the HS
_HS6 = re.compile(r"\d{6}", re.ASCII)
_PARTNER = re.compile(r"-|[A-Z]{2}", re.ASCII)
_FIGURE = re.compile(r"\d{1,3}(,\d{3})*|\d+", re.ASCII)
_PERIOD = re.compile(r"(\d{4})(0[1-9]|1[0-2])", re.ASCII)
_TOO_MUCH = re.compile(r"usage limit|too many", re.IGNORECASE)


def plan(window: Window) -> Iterator[Fetch]:
    """One request a pair of months, type of trade, code and partner; nothing where the queries have no such table.

    A pair of which only the first month should be out is asked for again when the second should be.
    """
    table = queries.section(INFO.source, DEFAULT)
    if table is None:
        return
    codes, partners = table.words("codes", _HS6), table.words("partners", _PARTNER)
    recent = table.count("recent_months", 6, 240)
    table.finish()
    wanted = HABIT.wanted(window, now().date(), recent)
    asked = [(trade_type, code) for trade_type in BASIS for code in codes] + [(RE_EXPORT, ALL_GOODS)]
    for pair in _pairs(wanted):
        for trade_type, code in asked:
            for partner in partners:
                yield wanted.judged(_fetch(trade_type, code, partner, pair), pair)


def _pairs(wanted: Wanted) -> list[tuple[date, date]]:
    """January and February, March and April, ...: a pair never straddles a year, and so no edition of the HS."""
    starts = {date(day.year, day.month - (day.month + 1) % 2, 1) for day in wanted.periods}
    return [(start, months.shift(start, 1)) for start in sorted(starts)]


def _fetch(trade_type: str, code: str, partner: str, pair: tuple[date, date]) -> Fetch:
    by_origin = trade_type == "1" or code == ALL_GOODS
    asked = {"lang": "EN", "sv": "VCm" if code == ALL_GOODS else "VCm,QCm", "freq": "M"}
    asked |= {"period": ",".join(f"{month:%Y%m}" for month in pair), "ttype": trade_type}
    if code != ALL_GOODS:
        asked |= {"codeclass": "HKHS6", "code": code}
    if partner != WORLD:
        asked |= {"coclass": "C", "co": partner} if by_origin else {"ccclass": "C", "cc": partner}
    return Fetch(
        source=INFO.source,
        url=f"https://tradeidds.censtatd.gov.hk/api/get?{urlencode(asked, safe=',')}",
        scope={
            "trade_type": trade_type,
            "code": code,
            "partner": partner,
            "months": [months.label(month) for month in pair],
        },
        timeout=(10.0, 120.0),
        spacing_seconds=SPACING_SECONDS,
    )


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow`, one a month that the answer has, in Hong Kong dollars.

    Raises `SourceChanged`, and `SourceBusy` where the limit of use is reached.
    """
    from contracts.datasets import rows

    found = sorted(_rows(document), key=lambda row: row["period"])
    records = [
        _record(document, period, list(same)) for period, same in groupby(found, lambda r: r["period"])
    ]
    yield from rows("trade_flow", records)


def _record(document: Document, period: str, rows: list[dict[str, Any]]) -> dict[str, object]:
    scope = document.scope
    by_variable = {row["sv"]: row for row in rows}
    if len(by_variable) != len(rows):
        raise SourceChanged(f"{period}: a figure comes twice")
    if "VCm" not in by_variable:
        raise SourceChanged(f"{period}: a quantity without its value")
    month = _month(period)
    quantity = by_variable.get("QCm")
    return {
        "reporter": "HKG",
        "partner_code": scope["partner"],
        "partner_kind": "world" if scope["partner"] == WORLD else "country",
        "country_codes": INFO.country_codes,
        "flow": "import" if scope["trade_type"] == "1" else "export",
        "flow_basis": _basis(scope),
        "level": _level(scope),
        "code": scope["code"],
        "period": month,
        "period_type": "M",
        "status": "reported",
        "value": _number(by_variable["VCm"]["figure"]) * INFO.scale,
        "currency": "HKD",
        "quantity_1": _number(quantity["figure"]) if quantity else None,
        "unit_1": _text(quantity, "unitEN") if quantity else None,
        "hs_edition": None if scope["code"] == ALL_GOODS else _edition(month),
    }


def _rows(document: Document) -> list[dict[str, Any]]:
    """The figures of the answer, held to what was asked."""
    answer = _json(document)
    header = _table(answer, "header")
    status = header.get("status")
    if not isinstance(status, dict) or status.get("name") != "Success":
        said = printable(json.dumps(status if status is not None else answer, ensure_ascii=False), 200)
        if _TOO_MUCH.search(said):
            raise SourceBusy(f"the limit of use is reached, ask again later: {said}")
        raise SourceChanged(f"the answer is no success: {said}")
    rows, stated = answer.get("dataSet"), _table(header, "count").get("noOfRecords")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SourceChanged("dataSet is no list of figures")
    if stated is None or str(stated) != str(len(rows)):
        raise SourceChanged(
            f"the answer says it has {printable(str(stated), 20)} figures and holds {len(rows)}"
        )
    for row in rows:
        _require_asked(row, document.scope)
    return rows


def _require_asked(row: Mapping[str, Any], scope: Mapping[str, Any]) -> None:
    if str(row.get("period")) not in {month.replace("-", "") for month in scope["months"]}:
        raise SourceChanged(f"period {printable(str(row.get('period')), 20)!r} was not asked for")
    if scope["code"] != ALL_GOODS and str(row.get("code")) != scope["code"]:
        raise SourceChanged(f"code {printable(str(row.get('code')), 20)!r} was not asked for")
    if row.get("sv") not in ("VCm", "QCm"):
        raise SourceChanged(f"variable {printable(str(row.get('sv')), 20)!r} was not asked for")


def _json(document: Document) -> dict[str, Any]:
    with document.open() as body:
        try:
            answer = json.load(body)
        except (ValueError, RecursionError) as error:
            raise SourceChanged(f"the answer is not JSON: {printable(str(error), 80)}") from None
    if not isinstance(answer, dict):
        raise SourceChanged("the answer is no JSON object")
    return answer


def _table(parent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = parent.get(name)
    return found if isinstance(found, dict) else {}


def _number(figure: object) -> Decimal:
    text = str(figure).strip()
    if isinstance(figure, bool) or len(text) > 18 or not _FIGURE.fullmatch(text):
        raise SourceChanged(f"figure {printable(text, 30)!r} is no whole number")
    return Decimal(text.replace(",", ""))


def _text(row: Mapping[str, Any], name: str) -> str:
    if not isinstance(row.get(name), str) or not row[name].strip():
        raise SourceChanged(f"{name} is missing beside a quantity")
    return str(row[name]).strip()


def _month(period: object) -> date:
    found = _PERIOD.fullmatch(str(period))
    if not found:
        raise SourceChanged(f"period {printable(str(period), 20)!r} is no month")
    return date(int(found[1]), int(found[2]), 1)


def _edition(month: date) -> str | None:
    return next((str(year) for year in _EDITIONS if month.year >= year), None)


def _level(scope: Mapping[str, Any]) -> str:
    return "TOTAL" if scope["code"] == ALL_GOODS else "HS6"


def _basis(scope: Mapping[str, Any]) -> str:
    basis = BASIS[str(scope["trade_type"])]
    return "RE_EXP_ORIGIN" if scope["code"] == ALL_GOODS else basis


def slices(document: Document) -> Iterator[Slice]:
    """The cell asked for in each month; whole only where the answer has the month."""
    scope: Mapping[str, Any] = document.scope
    found = {str(row["period"]) for row in _rows(document)}
    for label in scope["months"]:
        yield Slice(
            reporter="HKG",
            flow="import" if scope["trade_type"] == "1" else "export",
            flow_basis=_basis(scope),
            level=_level(scope),
            code_prefix=str(scope["code"]),
            period=months.month(label),
            period_type="M",
            partners=(str(scope["partner"]),),
            complete=label.replace("-", "") in found,
        )


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    slices=slices,
    probe=Probe(lambda: _fetch("1", "851762", WORLD, PROBE_MONTHS)),
)
