"""submissions: who the filer is, and its filings column by column."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from contracts.errors import SourceChanged
from extractors.capex import sec_edgar
from extractors.capex.submissions import filings
from tests.capex.answers import CIK, RECORDED, SUBMISSIONS, needs_recordings, read, row, saved, submissions

MICROSOFT = "0000789019"


def test_profile_and_reports_are_read() -> None:
    found = read(
        saved(submissions(row(), row(form="4", accessionNumber="0000000042-26-000006")), SUBMISSIONS)
    )
    assert found["company_profile"] == [
        {
            "cik": CIK,
            "name": "Example Corp",
            "fiscal_year_end": "0630",
            "entity_type": "operating",
            "sic": "7372",
            "tickers": "EX; EXA",
            "exchanges": "Nasdaq",
            "lei": None,
            "incorporated_in": "WA",
        }
    ]
    assert found["filing"] == [
        {
            "cik": CIK,
            "accession": "0000000042-26-000007",
            "form": "10-Q",
            "filed": date(2026, 5, 1),
            "report_date": date(2026, 3, 31),
            "accepted_at": datetime(2026, 5, 1, 20, 5, 6, tzinfo=UTC),
            "xbrl": True,
            "primary_document": "ex-20260331.htm",
            "seen_in": "submissions",
        }
    ]


def test_what_a_row_or_a_filer_leaves_blank_is_null() -> None:
    blank = row(reportDate="", acceptanceDateTime="", filingDate="", isXBRL=None, primaryDocument="")
    content = submissions(blank, sic="", tickers=[], exchanges=[], entityType=None, stateOfIncorporation="")
    del content["fiscalYearEnd"], content["lei"]
    found = read(saved(content, SUBMISSIONS))
    (filing,), (profile,) = found["filing"], found["company_profile"]
    assert [name for name in filing if filing[name] is not None] == ["cik", "accession", "form", "seen_in"]
    assert [name for name in profile if profile[name] is not None] == ["cik", "name"]


def test_a_filer_without_filings_still_has_a_profile() -> None:
    found = read(saved(submissions(), SUBMISSIONS))
    assert list(found) == ["company_profile"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"accessionNumber": 7}, "7 is not an accession number"),
        ({"filingDate": "1 May"}, "filingDate is '1 May'"),
        ({"filingDate": "2026-12-24"}, "had not come"),
        ({"reportDate": "2026-06-31"}, "reportDate is"),
        ({"acceptanceDateTime": "2026-05-01T20:05:06"}, "not a time in UTC"),
        ({"acceptanceDateTime": "2026-05-01T20:05:06-04:00"}, "not a time in UTC"),
        ({"acceptanceDateTime": "2026-05-01T25:05:06Z"}, "not a time in UTC"),
        ({"form": None}, "no form"),
        ({"isXBRL": "yes"}, "isXBRL is 'yes'"),
        ({"isXBRL": 2}, "isXBRL is 2"),
        ({"primaryDocument": 1}, "primaryDocument is 1"),
    ],
)
def test_a_row_of_another_shape_stops_the_document(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(saved(submissions(row(), row(**changes)), SUBMISSIONS))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"cik": "0000000043"}, "holds the filings of CIK 0000000043, asked was 0000000042"),
        ({"name": ""}, "no name"),
        ({"fiscalYearEnd": 630}, "fiscalYearEnd is 630"),
        ({"fiscalYearEnd": "3006"}, "fiscalYearEnd is '3006'"),
        ({"tickers": "EX"}, "no tickers of type list"),
        ({"exchanges": [1]}, "exchanges is 1"),
        ({"filings": {}}, "no recent"),
        ({"filings": {"recent": []}}, "no recent of type dict"),
    ],
)
def test_a_document_of_another_shape_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(saved(submissions(row(), **changes), SUBMISSIONS))


def test_columns_of_unequal_length_are_refused() -> None:
    for name in ("form", "items", "isXBRL"):
        content = submissions(row(), row())
        content["filings"]["recent"][name].pop()
        with pytest.raises(SourceChanged, match=f"1 of {name} and 2 of"):
            read(saved(content, SUBMISSIONS))
    content = submissions(row())
    del content["filings"]["recent"]["reportDate"]
    with pytest.raises(SourceChanged, match="no reportDate of type list"):
        read(saved(content, SUBMISSIONS))


def test_new_members_and_columns_are_told() -> None:
    content = {**submissions(row()), "parent": None}
    content["filings"]["recent"]["isSigned"] = [1]
    assert sec_edgar.SOURCE.new_columns(saved(content, SUBMISSIONS)) == ("isSigned", "parent")


@needs_recordings
def test_the_recorded_page_of_microsoft() -> None:
    url = SUBMISSIONS.replace(CIK, MICROSOFT)
    document = saved((RECORDED / f"CIK{MICROSOFT}_submissions.json").read_bytes(), url)
    found = read(document)
    assert len(filings(document, MICROSOFT)) == 1006, "as many rows as the page has, not a thousand"
    counts = {
        form: sum(r["form"] == form for r in found["filing"]) for form in ("10-K", "10-Q", "8-K", "8-K/A")
    }
    assert counts == {"10-K": 6, "10-Q": 20, "8-K": 67, "8-K/A": 1}
    assert len(found["filing"]) == sum(counts.values())
    assert found["company_profile"][0]["fiscal_year_end"] == "0630"
    assert sec_edgar.SOURCE.new_columns(document) == ()


@needs_recordings
def test_the_recorded_times_are_utc() -> None:
    """Filings are accepted from 06:00 to 22:00 New York time: read as UTC all are, on the day they were filed."""
    document = saved(
        (RECORDED / f"CIK{MICROSOFT}_submissions.json").read_bytes(), SUBMISSIONS.replace(CIK, MICROSOFT)
    )
    theirs = [f for f in filings(document, MICROSOFT) if f.form in ("4", "8-K", "10-Q", "10-K")]
    assert len(theirs) == 825
    for filing in theirs:
        assert filing.accepted_at is not None
        in_new_york = filing.accepted_at.astimezone(ZoneInfo("America/New_York"))
        assert time(6) <= in_new_york.time() < time(22)
        assert in_new_york.date() == filing.filed
