"""US Census international trade API: imports and exports by HS2 to HS10, country and month; needs a key.

A `_YR` column is the year to date: of December it is the year's total, said once, as YTD with December as its period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from contracts.clock import now
from contracts.document import Batch, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from extractors.customs import habit, months, queries
from extractors.customs.census_request import Asked, asked_in, from_scope, url
from extractors.customs.habit import Wanted

INFO = SourceInfo(
    source="us_census_api",
    title="US international trade API",
    publisher="US Census Bureau",
    homepage="https://www.census.gov/data/developers/data-sets/international-trade.html",
    licence="public domain (17 U.S.C. 105)",
    terms_url="https://www.census.gov/data/developers/about/terms-of-service.html",
    cadence_days=31,
    lag_days=35,
    parser_version="1",
    flow_bases=("GEN_VAL", "CON_VAL", "TOT_EXP", "DOM_EXP", "RE_EXP"),
    currency="USD",
    country_codes="schedule_c",
    key_env="CENSUS_API_KEY",
    reviewed_on=date(2026, 11, 22),
    text="full",
    note="This product uses the Census Bureau Data API but is not endorsed or certified by the Census Bureau.",
)
HABIT = habit.census(INFO.lag_days)
MAX_BYTES = 200_000_000
PROBE = queries.ApiQuery(
    key="probe",
    flow="import",
    level="HS6",
    requests=(("854232",),),
    bases=("GEN_VAL",),
    spans=("M",),
    partners=None,
    times=None,
    years=1,
    duty=False,
    quantities=False,
)
PROBE_MONTH = (date(2026, 4, 1), date(2026, 4, 1))  # long out: its absence would mean something
_TIMES = re.compile(rb'"(\d{4}-(?:0[1-9]|1[0-2]))"')


def plan(window: Window) -> Iterator[Fetch]:
    """One request a query, list of codes and time range: the window's months cut by year, else the query's own."""
    for query in queries.load().api:
        wanted = _wanted(query, window)
        for codes in query.requests:
            for time in query.times or () if wanted is None else _ranges(wanted):
                asked = _fetch(url(query, codes, time))
                yield asked if wanted is None else wanted.judged(asked, months.span(*time))


def _ranges(wanted: Wanted) -> list[queries.Range]:
    return months.by_year(wanted.periods[0], wanted.periods[-1]) if wanted.periods else []


def _wanted(query: queries.ApiQuery, window: Window) -> Wanted | None:
    """The window's months, else those of the newest calendar years; None where the query lists its ranges itself.

    A year is asked for whole: its newest months appear at the same address once they are out.
    """
    if window.start or window.end:
        last = window.end or HABIT.newest(now().date())
        begun = Window(window.start or date(last.year + 1 - query.years, 1, 1), last)
        return HABIT.wanted(begun, now().date(), recent=1)
    if query.times is not None:
        return None
    newest = HABIT.newest(now().date())
    months_back = 12 * (query.years - 1) + newest.month
    wanted = HABIT.wanted(window, now().date(), recent=months_back)
    year = months.span(newest, date(newest.year, 12, 1))
    return replace(wanted, periods=(*wanted.periods, *year[1:]))


def _fetch(address: str) -> Fetch:
    asked = asked_in(address)
    if asked is None:
        raise AssertionError(f"an address that cannot be read back: {address}")
    return Fetch(
        source=INFO.source,
        url=address,
        secrets={"key": INFO.key_env or ""},
        scope=asked.scope(),
        max_bytes=MAX_BYTES,
        timeout=(10.0, 240.0),
    )


def _asked(document: Document) -> Asked | None:
    """What was asked, from the scope archived with the answer, else from its URL; None when neither says."""
    if not document.scope:
        return asked_in(document.url)
    try:
        return from_scope(document.scope)
    except (KeyError, TypeError, ValueError) as error:
        raise SourceChanged(f"the scope kept with the answer is not one of this source: {error}") from None


def _body(document: Document) -> bytes:
    with document.open() as stream:
        return stream.read()


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow`; none for 204, the documented answer where nothing is there. Raises `SourceChanged`."""
    from contracts.datasets import BATCH_ROWS, checked
    from extractors.customs.census_flows import flows
    from extractors.customs.census_table import table

    if document.status == 204:
        return
    rows = flows(table(_body(document)), _asked(document))
    for batch in rows.to_batches(max_chunksize=BATCH_ROWS):
        yield "trade_flow", checked("trade_flow", batch)


def slices(document: Document) -> Iterator[Slice]:
    """Every code, month, basis and span asked for, complete up to the newest month the answer has.

    A year's request names months that are not out yet; of those the answer says nothing.
    """
    asked = _asked(document)
    if asked is None:
        return
    newest = max(_TIMES.findall(_body(document)), default=b"").decode()
    for period in months.span(asked.first, asked.last):
        for code in asked.codes:
            for basis in asked.bases:
                for span in asked.spans:
                    yield Slice(
                        reporter="USA",
                        flow=asked.flow,
                        flow_basis=basis,
                        level=asked.level,
                        code_prefix=code.removesuffix("*"),
                        period=period,
                        period_type=span,
                        partners=asked.partners,
                        complete=months.label(period) <= newest,
                    )


def new_columns(document: Document) -> tuple[str, ...]:
    """Columns of the answer that this parser does not know."""
    from extractors.customs.census_table import new_names

    return new_names(_body(document))


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    slices=slices,
    new_columns=new_columns,
    probe=Probe(lambda: _fetch(url(PROBE, PROBE.requests[0], PROBE_MONTH))),
)
