"""getcurrent: the newest filings of everybody, of which the tracked companies' reports are read."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors.capex import sec_edgar
from extractors.capex.current_filings import filings
from tests.capex.answers import RECORDED, needs_recordings, read, saved

APPLE, ORACLE = "0000320193", "0001341439"


def entry(
    cik: str = APPLE, form: str = "10-K", number: str = "0000320193-26-000001", role: str = "Filer"
) -> str:
    return (
        f"<entry><title>{form} - Soci\xe9t\xe9 (Holdings) Inc. ({cik}) ({role})</title>"
        f'<summary type="html">\n &lt;b&gt;Filed:&lt;/b&gt; 2026-11-20 &lt;b&gt;AccNo:&lt;/b&gt; {number}</summary>'
        "<updated>2026-11-20T18:02:43-05:00</updated>"
        f'<category scheme="https://www.sec.gov/" label="form type" term="{form}"/>'
        f"<id>urn:tag:sec.gov,2008:accession-number={number}</id></entry>"
    )


def atom(*entries: str, head: str = "") -> bytes:
    text = f'<?xml version="1.0" encoding="ISO-8859-1" ?>\n{head}<feed xmlns="http://www.w3.org/2005/Atom">'
    return (text + "<title>Latest Filings</title>" + "".join(entries) + "</feed>\n").encode("iso-8859-1")


def rows(body: bytes) -> list[dict[str, Any]]:
    return read(saved(body, sec_edgar.CURRENT)).get("filing", [])


def test_a_tracked_companys_report_is_read_in_utc() -> None:
    assert rows(atom(entry())) == [
        {
            "cik": APPLE,
            "accession": "0000320193-26-000001",
            "form": "10-K",
            "filed": date(2026, 11, 20),
            "report_date": None,
            "accepted_at": datetime(2026, 11, 20, 23, 2, 43, tzinfo=UTC),
            "xbrl": None,
            "primary_document": None,
            "seen_in": "getcurrent",
        }
    ]


def test_one_filing_counts_once_a_company_and_others_do_not_count() -> None:
    person = entry("0002063236", "4", "0002063236-25-000004", "Reporting")
    insiders = entry(APPLE, "4", "0002063236-25-000004", "Issuer")
    stranger = entry("0000000042")
    body = atom(person, insiders, stranger, entry(), entry(), entry(ORACLE))
    assert [(r["cik"], r["accession"]) for r in rows(body)] == [
        (APPLE, "0000320193-26-000001"),
        (ORACLE, "0000320193-26-000001"),
    ]


def test_the_list_leads_to_the_submissions_of_who_filed() -> None:
    older, newer = (entry(number=f"0000320193-26-{n:06}") for n in (1, 2))
    led = list(sec_edgar.follow(saved(atom(newer, entry(ORACLE), older), sec_edgar.CURRENT)))
    assert {f.url.rpartition("/")[2]: f.token for f in led} == {
        f"CIK{APPLE}.json": "0000320193-26-000002",
        f"CIK{ORACLE}.json": "0000320193-26-000001",
    }


def test_a_quiet_hour_has_no_row() -> None:
    assert rows(atom()) == []


BOMB = "<!DOCTYPE feed [" + "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9)) + "]>"
CASES: dict[str, tuple[bytes, str]] = {
    "html": (b"<!DOCTYPE html><html><title>SEC.gov | File Unavailable</title></html>", "not "),
    "empty": (b"", "not XML"),
    "torn": (atom(entry())[:-30], "not XML"),
    "rss": (b"<rss><channel/></rss>", "not an Atom feed of filings: rss"),
    "doctype": (atom(entry(), head="<!DOCTYPE feed>"), "not an Atom feed"),
    "bomb": (atom(entry().replace("Inc.", "&e9;"), head=BOMB), "not "),
    "giant": (atom(" " * 5_000_001), "larger than 5,000,000 bytes"),
    "no party": (atom(entry().replace(" (Filer)", "")), "names no form, party or accession number"),
    "no form": (atom(entry(form="")), "names no form"),
    "no number": (atom(entry(number="1")), "names no form, party or accession number"),
    "no zone": (atom(entry().replace("-05:00", "")), "not a time with its offset"),
    "no time": (atom(entry().replace("18:02", "yesterday")), "not a time with its offset"),
    "to come": (
        atom(entry().replace("</b> 2026-11-20", "").replace("2026-11-20 ", "2027-11-20 ")),
        "had not come",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_no_list_of_filings_is_refused(case: str) -> None:
    body, said = CASES[case]
    with pytest.raises(SourceChanged, match=said):
        rows(body)


@needs_recordings
def test_the_recorded_list() -> None:
    """A hundred entries of fifty filings, each once for either party; none is a report of a company we track."""
    document = saved((RECORDED / "getcurrent_sample.atom").read_bytes(), sec_edgar.CURRENT)
    text = document.body.decode("iso-8859-1")
    everybody = set(re.findall(r"\((\d{10})\) \(", text))
    assert len(re.findall("<entry>", text)) == 100
    assert len(set(re.findall(r"accession-number=([\d-]+)", text))) == 50
    assert filings(document, everybody) == []
    assert rows(document.body) == []
