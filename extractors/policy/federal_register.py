"""The Federal Register's API: rules, notices and presidential documents, found by the queries of notices.toml, no key.

One request a query and quarter of publication, never a second page (see `register_answer`). An answer that counts more
than 1,000 documents gives no rows: its two halves are asked instead, down to one day. Publication is not effect: both
days are kept, and the text on dates as it stands. The RSS feed holds thirty days and the CSV puts a blank before each
document number: neither is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from contracts.clock import now
from contracts.datasets import rows
from contracts.document import Batch, Document, Fetch, Probe, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.policy import register_answer as answer
from extractors.policy.notices import Query, load
from extractors.policy.register_request import Asked, Span, quarter_end, quarters

INFO = SourceInfo(
    source="federal_register",
    title="Federal Register documents",
    publisher="US Office of the Federal Register",
    homepage="https://www.federalregister.gov/developers/documentation/api/v1",
    licence="public domain (17 U.S.C. 105)",
    terms_url="https://www.copyright.gov/title17/92chap1.html#105",
    cadence_days=1,
    lag_days=1,
    parser_version="1",
    note="Only what the queries find. The day a document is published is not the day it takes effect.",
    reviewed_on=date(2026, 11, 22),
    text="full",
)
FIRST_DAY = date(2020, 1, 1)
CLOSED_AFTER = timedelta(days=40)
CLOSED = "closed"
MAX_BYTES = 20_000_000
# A day on which several rules on the Entity List were published. `per_page=1` would silently become 20.
_DAY = date(2025, 1, 16)
PROBE = Asked("probe", "entity_list", None, '"Entity List"', (), _DAY, _DAY, per_page=2)


def plan(window: Window) -> Iterator[Fetch]:
    """Every query and quarter since 2020, or the quarters of the window so far, or the windows the query itself names.

    By habit a quarter is asked at every run until forty days after its end, and once more when it is closed: what is
    corrected later is a document of its own.
    """
    today = now().date()
    for query in load():
        for (first, last), token in _spans(query, window, today):
            yield _fetch(
                Asked(query.key, query.topic, query.agency, query.term, query.types, first, last), token
            )


def _spans(query: Query, window: Window, today: date) -> Iterator[tuple[Span, str | None]]:
    if window.start or window.end:
        last = min(window.end or today, quarter_end(today))
        yield from ((span, None) for span in quarters(window.start or FIRST_DAY, last))
    elif query.windows is not None:
        yield from ((span, None) for span in query.windows)
    else:
        yield from ((span, _token(span[1], today)) for span in quarters(FIRST_DAY, quarter_end(today)))


def _token(last: date, today: date) -> str | None:
    return CLOSED if last < today - CLOSED_AFTER else None


def _fetch(asked: Asked, token: str | None = None) -> Fetch:
    return Fetch(
        source=INFO.source,
        url=asked.url(),
        scope=asked.scope(),
        max_bytes=MAX_BYTES,
        timeout=(10.0, 60.0),
        token=token,
        follow_settled=token is not None,
    )


def probe() -> Fetch:
    """Two documents of a day that has more."""
    return _fetch(PROBE)


def follow(document: Document) -> Iterator[Fetch]:
    """The halves of a window with too many documents; the same question again, in a later run, after a wrong answer."""
    asked = Asked.of(document.scope)
    try:
        count, _ = answer.checked_results(document, asked)
    except SourceChanged:
        yield _fetch(asked)
        return
    if count > asked.per_page:
        today = now().date()
        yield from (_fetch(half, _token(half.last, today)) for half in asked.halves())


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `policy_notice`; none for a window that its halves answer. Raises `SourceChanged`."""
    asked = Asked.of(document.scope)
    count, results = answer.checked_results(document, asked)
    if count <= asked.per_page:
        yield from rows("policy_notice", (_row(asked, entry) for entry in results))
    elif not asked.halves():
        raise SourceChanged(
            f"{count:,} documents on {asked.first} alone, and {asked.per_page:,} is all one answer holds: "
            f"narrow the query {asked.query}"
        )


def _row(asked: Asked, entry: Mapping[str, Any]) -> dict[str, object]:
    same = ("document_number", "subtype", "title", "abstract", "action", "citation", "executive_order_number")
    return {
        "query": asked.query,
        "topic": asked.topic,
        **{name: answer.text(entry, name) for name in same},
        "document_type": answer.text(entry, "type"),
        "agencies": _joined(_slug(agency) for agency in answer.listed(entry, "agencies")),
        "publication_date": answer.published(entry),
        "effective_on": answer.day(entry, "effective_on"),
        "dates_text": answer.text(entry, "dates"),
        "signing_date": answer.day(entry, "signing_date"),
        "cfr_references": _joined(_cfr(part) for part in answer.listed(entry, "cfr_references")),
        "docket_ids": _joined(map(_docket, answer.listed(entry, "docket_ids"))),
        "proclamation_number": answer.text(entry, "proclamation_number"),
        "correction_of": answer.text(entry, "correction_of"),
        "html_url": answer.text(entry, "html_url"),
    }


def _joined(texts: Iterator[str | None]) -> str | None:
    return "; ".join(text for text in texts if text) or None


def _slug(agency: object) -> str | None:
    """An agency the Register has no page for has a name only, and no slug."""
    if not isinstance(agency, dict):
        raise SourceChanged(f"an agency is {printable(str(agency), 60)!r}")
    return answer.text({"slug": None, **agency}, "slug")


def _cfr(part: object) -> str:
    """Like `15 CFR 744`; a whole chapter like `48 CFR Ch. 2`."""
    if not isinstance(part, dict) or type(part.get("title")) is not int:
        raise SourceChanged(f"a CFR reference is {printable(str(part), 60)!r}")
    named = {"part": None, "chapter": None, **part}
    number, chapter = answer.text(named, "part"), answer.text(named, "chapter")
    return f"{part['title']} CFR {number or (f'Ch. {chapter}' if chapter else '')}".strip()


def _docket(docket: object) -> str | None:
    return answer.text({"docket_ids": docket}, "docket_ids")


def new_columns(document: Document) -> tuple[str, ...]:
    """Names in the answer that were neither asked for nor documented."""
    return tuple(printable(name, 60) for name in answer.unknown_names(document))


def check_probe(document: Document) -> None:
    """The probe's answer holds documents of that day in the documented shape, else `SourceChanged`."""
    _, results = answer.checked_results(document, PROBE)
    if not results:
        raise SourceChanged(f"no document of {PROBE.first}, a day that has several")
    for entry in results:
        _row(PROBE, entry)


SOURCE = Source(
    info=INFO,
    plan=plan,
    parse=parse,
    follow=follow,
    new_columns=new_columns,
    probe=Probe(probe, check_probe),
)
