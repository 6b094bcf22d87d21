"""China's monthly bulletin in English: major goods exported and imported, by quantity and value, all partners together.

The index of a year leads to the tables (13), exports, and (14), imports; what a page answers is read from the page itself.
The goods are the agency's own list, which changes, as do its units (MN, 100MN): both are kept as written, a name with
those it is indented under. Tables by country or section, whose shape is not known, are not read, nor are preliminary ones.
The site has no TLS. A table in RMB is refused: a cell has one currency, and every table comes in US dollars too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime

from contracts.clock import now
from contracts.document import Batch, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from extractors.customs import gacc_pages, months, queries
from extractors.customs.gacc_pages import Bulletin
from extractors.customs.habit import Habit, Wanted

INFO = SourceInfo(
    source="gacc_bulletin",
    title="China's monthly bulletin of customs statistics",
    publisher="General Administration of Customs of the People's Republic of China",
    homepage="http://english.customs.gov.cn/statics/report/monthly.html",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=20,
    parser_version="1",
    flow_bases=("FOB", "CIF"),
    currency="USD",
    scale=1000,
    country_codes="gacc",
    note="The page gives thousands of dollars. The agency's own list of goods, without codes; all partners as one.",
)
BASE = "http://english.customs.gov.cn/statics/report"
TABLES = {"export": "13", "import": "14"}
BASIS = {"export": "FOB", "import": "CIF"}
WORLD = "world"
HABIT = Habit(INFO.lag_days, revised=2)  # the pages of the newest months may change in place
MAX_BYTES = 5_000_000
LAST_YEAR_UNTIL_MONTH = (
    3  # until the first table of a year is out, the current index may still be last year's
)
DEFAULT: Mapping[str, object] = {"flows": ["export", "import"], "recent_months": 16}


def plan(window: Window) -> Iterator[Fetch]:
    """The index of every year with a wanted month: the window's, else those of the queries, else the newest ones."""
    table = queries.section(INFO.source, DEFAULT)
    if table is None:
        return
    flows = table.words("flows", tuple(TABLES))
    listed = table.words("months", months.MONTH, None)
    recent = table.count("recent_months", 16, 400)
    table.finish()
    named = [months.month(label) for label in listed or ()]
    wanted = HABIT.wanted(window, now().date(), recent, named)
    asked: dict[str, list[date]] = {}
    for month in wanted.periods:
        for address in _indexes(month, wanted.today):
            asked.setdefault(address, []).append(month)
    for address, periods in asked.items():
        yield _index(address, [TABLES[flow] for flow in flows], periods, wanted)


def _indexes(month: date, today: date) -> Iterator[str]:
    """Where a month is listed: its year's page has the plain address while the year lasts, and a little longer."""
    early = today.month <= LAST_YEAR_UNTIL_MONTH
    if month.year == today.year or (early and month.year == today.year - 1):
        yield f"{BASE}/monthly.html"
    if month.year != today.year:
        yield f"{BASE}/monthly{month.year}.html"


def _index(address: str, tables: list[str], periods: list[date], wanted: Wanted) -> Fetch:
    labels = [months.label(month) for month in periods]
    named = {"named": True} if wanted.explicit else {}
    scope = {"page": "index", "tables": tables, "months": labels, **named}
    request = Fetch(INFO.source, address, scope=scope, max_bytes=MAX_BYTES, follow_settled=True)
    return wanted.judged(request, periods)


def follow(document: Document) -> Iterator[Fetch]:
    """The pages of the wanted tables and months, each as often as the habit says; always where months were named."""
    if not _is_index(document):
        return
    scope, listed = document.scope, _read_index(document)
    tables, labels = scope.get("tables"), scope.get("months")
    asked = [months.month(label) for label in sorted(labels)] if isinstance(labels, list) else []
    wanted = {month.month: month for month in asked}
    for link in listed:
        if link.month in wanted and isinstance(tables, list) and link.table in tables:
            token = HABIT.token([wanted[link.month]], now().date())
            yield Fetch(
                source=INFO.source,
                url=link.url,
                scope={"page": "table", "table": link.table, "month": link.month},
                max_bytes=MAX_BYTES,
                token=None if scope.get("named") is True else token,
            )


def _is_index(document: Document) -> bool:
    if document.scope:
        return document.scope.get("page") == "index"
    return document.url.startswith(f"{BASE}/monthly")


def _body(document: Document) -> bytes:
    with document.open() as stream:
        return stream.read(MAX_BYTES + 1)


def _read_index(document: Document) -> list[gacc_pages.Link]:
    found = gacc_pages.links(gacc_pages.page(_body(document)))
    tables = document.scope.get("tables")
    missing = set(tables if isinstance(tables, list) else TABLES.values()) - {link.table for link in found}
    if missing:
        raise SourceChanged(f"the index has no month of table ({'), ('.join(sorted(missing))})")
    return found


def _read_table(document: Document) -> Bulletin:
    found = gacc_pages.bulletin(gacc_pages.page(_body(document)))
    asked = (document.scope.get("table", found.table), document.scope.get("month", found.period.month))
    if asked != (found.table, found.period.month):
        raise SourceChanged(
            f"the page is table ({found.table}) of {months.label(found.period)}, not that of the index"
        )
    if TABLES[found.flow] != found.table:
        raise SourceChanged(
            f"table ({found.table}) is of {found.flow}s, which is not how the bulletin numbers it"
        )
    if found.currency != INFO.currency:
        raise SourceChanged(
            f"the table is in {found.currency}; this source keeps the tables in {INFO.currency} only"
        )
    return found


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow`, one a commodity and span, in dollars; none of an index. Raises `SourceChanged`."""
    from contracts.datasets import rows

    if _is_index(document):
        _read_index(document)
        return
    yield from rows("trade_flow", _flows(_read_table(document)))


def _flows(found: Bulletin) -> Iterator[dict[str, object]]:
    for cell in found.cells:
        yield {
            "reporter": "CHN",
            "partner_code": WORLD,
            "partner_kind": "world",
            "country_codes": "gacc",
            "flow": found.flow,
            "flow_basis": BASIS[found.flow],
            "level": "LIST",
            "code": cell.code,
            "period": found.period,
            "period_type": cell.span,
            "status": "blank" if cell.value is None else "reported",
            "value": cell.value,
            "currency": found.currency,
            "quantity_1": cell.quantity,
            "unit_1": cell.unit,
        }


def slices(document: Document) -> Iterator[Slice]:
    """The whole list of goods in the spans the page has, all partners together; nothing of an index."""
    if _is_index(document):
        return
    found = _read_table(document)
    for span in sorted({cell.span for cell in found.cells}):
        yield Slice("CHN", found.flow, BASIS[found.flow], "LIST", "", found.period, span, (WORLD,))


def released_in(document: Document) -> datetime | None:
    """The day a table states, at its end in Beijing; None of an index."""
    return None if _is_index(document) else gacc_pages.released_at(gacc_pages.page(_body(document)))


def ask_index() -> Fetch:
    """The index of the year."""
    return Fetch(INFO.source, f"{BASE}/monthly.html", max_bytes=MAX_BYTES)


def check_index(document: Document) -> None:
    """The page lists tables with links to their months; raises `SourceChanged`."""
    gacc_pages.links(gacc_pages.page(_body(document)))


SOURCE = Source(
    info=INFO,
    plan=plan,
    follow=follow,
    parse=parse,
    slices=slices,
    released_in=released_in,
    probe=Probe(ask_index, check_index),
    plain_http=True,
)
