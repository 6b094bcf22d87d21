"""SEC EDGAR: what the tracked companies report of their capital expenditure, filing by filing. No key, but a contact.

Every day each filer's submissions are asked for; its companyfacts only when a new filing with XBRL stands there. The list
of everybody's newest filings is a doorbell beside that: robots.txt of www.sec.gov disallows `/cgi-bin`, so on the open web
it is refused by ourselves, which is noted and fails nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from contracts.clock import now
from contracts.document import Batch, Document, Fetch, Probe, Source, SourceInfo, Window
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.capex import companyfacts, current_filings, submissions
from extractors.capex.filers import load_filers

INFO = SourceInfo(
    source="sec_edgar",
    title="EDGAR company facts and filings",
    publisher="US Securities and Exchange Commission",
    homepage="https://www.sec.gov/search-filings/edgar-application-programming-interfaces",
    licence="public information; may be copied and distributed without permission, the SEC cited as the source",
    terms_url="https://www.sec.gov/about/privacy-information",
    cadence_days=1,
    lag_days=1,
    parser_version="1",
    key_env="CHOKEPOINT_CONTACT",
    note="Answers hold the whole history: a window of dates cannot be asked for. The contact is no secret: it is said "
    "in the User-Agent. Asked at most once a second over all hosts of sec.gov.",
    reviewed_on=date(2026, 11, 22),
    text="full",
)
DATA = "https://data.sec.gov"
CURRENT = (
    "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent&type=&company=&dateb=&owner=include"
    "&start=0&count=100&output=atom"
)
SETTLED_AFTER = timedelta(days=2)
MAX_SUBMISSIONS_BYTES, MAX_FACTS_BYTES = 5_000_000, 15_000_000
_PATHS = re.compile(re.escape(DATA) + r"/(submissions|api/xbrl/companyfacts)/CIK(\d{10})\.json", re.ASCII)


def plan(window: Window = Window()) -> Iterator[Fetch]:  # noqa: B008 - frozen
    """The newest filings of everybody and the submissions of every filer; the window changes nothing."""
    scope = {"kind": "getcurrent"}
    yield Fetch(INFO.source, CURRENT, scope=scope, max_bytes=current_filings.MAX_BYTES, optional=True)
    for cik in load_filers():
        yield _submissions(cik)


def follow(document: Document) -> Iterator[Fetch]:
    """From submissions to the filer's companyfacts, from the newest filings to the submissions of who filed.

    Facts that cannot be read lead to the same question again, in a later run: no new filing may come for weeks.
    """
    kind, cik = _asked(document)
    if kind == "submissions":
        found = submissions.filings(document, cik)
        if newest := max((f for f in found if f.xbrl), key=_order, default=None):
            yield _facts(cik, _token(newest, max(now(), document.retrieved_at)))
    elif kind == "getcurrent":
        newest_first = current_filings.filings(document, load_filers())
        for filer, accession in {f.cik: f.accession for f in reversed(newest_first)}.items():
            yield _submissions(filer, accession)
    elif not companyfacts.readable(document, cik):
        yield _facts(cik)


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `company_profile` and `filing`, of `company_fact`, or of `filing` alone. Raises `SourceChanged`."""
    kind, cik = _asked(document)
    if kind == "submissions":
        yield from submissions.batches(document, cik)
    elif kind == "companyfacts":
        yield from companyfacts.batches(document, cik)
    else:
        yield from current_filings.batches(document, load_filers())


def new_columns(document: Document) -> tuple[str, ...]:
    """Members of the JSON documents that the parsers do not know."""
    kind, _ = _asked(document)
    if kind == "getcurrent":
        return ()
    if kind == "submissions":
        return submissions.new_columns(document)
    return companyfacts.new_columns(document)


def probe() -> Fetch:
    """The submissions of the first filer: about 30 kB on the wire, and its own parser gives the profile."""
    return _submissions(next(iter(load_filers())))


def _asked(document: Document) -> tuple[str, str]:
    """What a document answers, from its address: its kind, and the CIK of a filer's own ("" for none)."""
    if found := _PATHS.fullmatch(document.url):
        return found[1].rpartition("/")[2], found[2]
    if document.url.startswith(CURRENT.partition("&")[0]):
        return "getcurrent", ""
    raise SourceChanged(f"no document of this source: {printable(document.url, 120)}")


def _submissions(cik: str, token: str | None = None) -> Fetch:
    return Fetch(
        INFO.source,
        f"{DATA}/submissions/CIK{cik}.json",
        scope={"kind": "submissions", "cik": cik},
        max_bytes=MAX_SUBMISSIONS_BYTES,
        token=token,
    )


def _facts(cik: str, token: str | None = None) -> Fetch:
    return Fetch(
        INFO.source,
        f"{DATA}/api/xbrl/companyfacts/CIK{cik}.json",
        scope={"kind": "companyfacts", "cik": cik},
        max_bytes=MAX_FACTS_BYTES,
        timeout=(10.0, 60.0),
        token=token,
        follow_settled=token is not None,
    )


def _token(newest: submissions.Filing, at: datetime) -> str:
    """The newest filing: the facts are asked for again when there is a newer one.

    Facts may appear later than the filing they are of: in the filing's first two days they are asked for once a day.
    """
    settled = at - _order(newest)[0] > SETTLED_AFTER
    return newest.accession if settled else f"{newest.accession}@{at:%Y-%m-%d}"


def _order(filing: submissions.Filing) -> tuple[datetime, str]:
    """When a filing came, as exactly as its row says.

    One accepted in the evening is dated and published on the next business day, which may be days later.
    """
    dated = datetime.combine(filing.filed or date.min, time(), UTC)
    return max(dated, filing.accepted_at or dated), filing.accession


SOURCE = Source(info=INFO, plan=plan, parse=parse, follow=follow, new_columns=new_columns, probe=Probe(probe))
