"""UN Comtrade: trade of most of the world by HS code, partner and year or month, as its reporters sent it.

With a free key (500 calls a day, 100,000 records each) `get` is asked, else `preview` (500 records: one code, flow and
period of one reporter). Both cut a longer answer without a word: one that reaches its cap gives no rows and leads to its two
halves, and where one cell is left it is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from contracts.document import Batch, Budget, Document, Fetch, Probe, Slice, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from extractors.customs import comtrade_available as available
from extractors.customs import comtrade_queries as queries
from extractors.customs import kept, m49
from extractors.customs.comtrade_request import (
    BASES,
    CAPS,
    FLOWS,
    FREQUENCIES,
    Asked,
    from_scope,
    from_url,
    level,
    span,
)

if TYPE_CHECKING:
    from extractors.customs.comtrade_answer import Record
    from extractors.customs.comtrade_flows import Read

INFO = SourceInfo(
    source="un_comtrade",
    title="UN Comtrade",
    publisher="United Nations Statistics Division",
    homepage="https://comtradeplus.un.org/",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=120,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("CIF", "FOB", "RE_EXP"),
    currency="USD",
    country_codes="m49",
    note="Imports CIF, with some reporters FOB; exports FOB, with most reporters re-exports among them. Taiwan is what "
    "the source calls Other Asia, nes. Quantities are in part the publisher's estimates. As the reporter, EU is the "
    "union as the publisher defines it. COMTRADE_API_KEY is used where it is set.",
)
MAX_BYTES = 250_000_000
SECONDS_BETWEEN = 6.0  # a client of many users asks at this pace
CALLS_A_RUN = 480
_PROBE = Asked("preview", "A", ("842",), ("2022",), ("M",), ("850760",), ("0", "156"))


def plan(window: Window) -> Iterator[Fetch]:
    """The lists of tables, which lead to the requests for what changed; without `tables` the requests themselves."""
    asking = queries.load()
    if asking is None:
        return
    if asking.tables:
        yield from _lists(asking, window)
        return
    seen = set[str]()
    for query in asking.queries:
        for reporter in query.reporters:
            for asked in query.requests(asking.access, reporter, query.wanted(window)):
                if asked.url() not in seen:
                    seen.add(asked.url())
                    yield _fetch(asked, query.token(asked.periods, bool(window.start or window.end)))


def _lists(asking: queries.Plan, window: Window) -> Iterator[Fetch]:
    """One list a frequency, for all its reporters and periods."""
    for frequency in FREQUENCIES:
        found = [query for query in asking.queries if query.frequency == frequency]
        reporters = sorted({r for query in found for r in query.reporters}, key=int)
        periods = sorted({p for query in found for p in query.wanted(window)})
        if found and periods:
            url = available.url(frequency, reporters, periods)
            named = {"named": True} if window.start or window.end else {}
            scope = {"tables_of": frequency, "periods": periods, **named}
            yield Fetch(INFO.source, url, scope=scope, spacing_seconds=SECONDS_BETWEEN)


def _fetch(asked: Asked, token: str | None = None) -> Fetch:
    header = {"Ocp-Apim-Subscription-Key": queries.KEY_ENV} if asked.access == "get" else {}
    return Fetch(
        source=INFO.source,
        url=asked.url(),
        secret_headers=header,
        scope=asked.scope() | ({"release": token} if token else {}),
        max_bytes=MAX_BYTES,
        timeout=(10.0, 240.0),
        token=token,
        follow_settled=token is not None,
        spacing_seconds=SECONDS_BETWEEN,
    )


def follow(document: Document) -> Iterator[Fetch]:
    """A list of tables leads to what is asked of them; an answer that was cut leads to its two halves."""
    if frequency := available.frequency_of(document.scope):
        yield from _of_tables(document, frequency)
        return
    asked = _asked(document)
    if asked is not None and len(_records(document)) >= asked.cap:
        release = document.scope.get("release")
        for half in asked.halves():
            yield _fetch(half, release if isinstance(release, str) else None)


def _of_tables(document: Document, frequency: str) -> Iterator[Fetch]:
    asking, listed = queries.load(), document.scope.get("periods")
    if asking is None or not isinstance(listed, list):
        return
    tables, seen = available.tables(_body(document), frequency), set[str]()
    named = document.scope.get("named") is True
    for query in asking.queries:
        for reporter in query.reporters if query.frequency == frequency else ():
            asked_for = query.wanted(Window()) if query.periods else listed
            held = tuple(p for p in asked_for if (reporter, p) in tables and p in listed)
            for asked in query.requests(asking.access, reporter, held):
                mark = available.token(tables[reporter, p] for p in asked.periods)
                if asked.url() not in seen:
                    seen.add(asked.url())
                    yield _fetch(asked, mark or query.token(asked.periods, named))


def _asked(document: Document) -> Asked | None:
    return from_scope(document.scope) if document.scope else from_url(document.url)


def _body(document: Document) -> bytes:
    with document.open() as stream:
        return stream.read()


def _records(document: Document) -> list[Record]:
    from extractors.customs.comtrade_answer import records

    return records(_body(document))


@dataclass(frozen=True)
class _Opened:
    """An answer read: `figures` None where it was cut, `new` the names in it that this parser does not know."""

    figures: Read | None
    new: tuple[str, ...]


_LAST: list[tuple[Document, _Opened]] = []
"""The document read last: its rows, slices and names are asked for in turn."""


def _read(document: Document) -> _Opened:
    from extractors.customs.comtrade_answer import new_names
    from extractors.customs.comtrade_flows import read

    if not _LAST or _LAST[0][0] is not document:
        _LAST.clear()
        asked, found = _asked(document), _records(document)
        figures = None if _cut(found, asked) else read(found, asked)
        _LAST.append((document, _Opened(figures, new_names(found))))
    return _LAST[0][1]


def parse(document: Document) -> Iterable[Batch]:
    """Rows of `trade_flow`; none for a list of tables, nor for an answer that was cut. Raises `SourceChanged`."""
    from contracts.datasets import rows

    if frequency := available.frequency_of(document.scope):
        available.tables(_body(document), frequency)
        return ()
    figures = _read(document).figures
    return rows("trade_flow", figures.rows()) if figures else ()


def _cut(found: list[Record], asked: Asked | None) -> bool:
    """Whether an answer reached its cap; `SourceChanged` where it cannot be asked for in halves."""
    caps = [asked.cap] if asked else sorted(CAPS.values())
    if not any(len(found) == cap for cap in caps) and len(found) <= caps[-1]:
        return False
    if asked is None or not asked.halves():
        raise SourceChanged(f"{len(found)} records, as many as an answer may have: the rest was cut off")
    return True


def slices(document: Document) -> Iterator[Slice]:
    """Every code asked for, complete where the answer has that reporter, flow and period and its total adds up.

    A period that a reporter has not sent yet is empty: of that the answer says nothing, nor does one that was cut.
    """
    asked = None if available.frequency_of(document.scope) else _asked(document)
    if asked is None:
        return
    figures = _read(document).figures
    told = {(key[0], key[1], key[3]) for key in figures.totals} if figures else set()
    off = {key[:4] for key in figures.off} if figures else set()
    for reporter, flow, period in _cells(asked):
        for code in asked.codes:
            whole = (reporter, flow, period) in told and (reporter, flow, code, period) not in off
            for basis in BASES[flow]:
                yield Slice(
                    reporter=reporter,
                    flow=FLOWS[flow],
                    flow_basis=basis,
                    level=level(code),
                    code_prefix=code,
                    period=period,
                    period_type=FREQUENCIES[asked.frequency],
                    partners=asked.partners,
                    complete=whole,
                )


def _cells(asked: Asked) -> Iterator[tuple[str, str, date]]:
    for code in asked.reporters:
        for period in asked.periods:
            first, last = span(asked.frequency, period)
            for flow in asked.flows:
                yield m49.reporter(code, first, last), flow, first


def new_columns(document: Document) -> tuple[str, ...]:
    """Names in the records that this parser does not know."""
    return () if available.frequency_of(document.scope) else _read(document).new


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    follow=follow,
    slices=slices,
    new_columns=new_columns,
    probe=Probe(lambda: _fetch(_PROBE)),
    budget=Budget(followed_per_site=CALLS_A_RUN),
)
