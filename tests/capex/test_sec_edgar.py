"""EDGAR as a source: what is asked for, and what an answer leads to."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.document import Window
from contracts.errors import EnvironmentFault, SourceChanged
from extractors.capex import sec_edgar
from extractors.capex.filers import DEFAULT_FILERS, kept_concepts, load_filers
from extractors.selection import select
from tests.capex.answers import ACCESSION, FACTS, SUBMISSIONS, fact, facts, row, saved, submissions

ROOT = Path(__file__).parents[2]
SOURCE = sec_edgar.SOURCE


def test_the_filers_are_those_the_seed_has_a_cik_for() -> None:
    with (ROOT / "transforms/seeds/company.csv").open(encoding="utf-8", newline="") as handle:
        seeded = {r["cik"]: r["company_id"] for r in csv.DictReader(handle) if r["cik"]}
    assert dict(load_filers(DEFAULT_FILERS)) == seeded
    assert len(seeded) == 20


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("filer = 1", "expected"),
        ("[[filer]", "not valid TOML"),
        ('[[filer]]\ncompany_id = "a"', "must have company_id and cik"),
        ('[[filer]]\ncompany_id = "a"\ncik = "42"', "cik is '42', expected ten digits"),
        ('[[filer]]\ncompany_id = "a"\ncik = 42', "cik is 42"),
        ('[[filer]]\ncompany_id = "A b"\ncik = "0000000042"', "company_id is 'A b'"),
        (
            '[[filer]]\ncompany_id = "a"\ncik = "0000000042"\n' * 2,
            r"\[\[filer\]\] 2: a or 0000000042 is listed twice",
        ),
    ],
)
def test_a_list_of_filers_that_is_wrong_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "filers.toml"
    path.write_text(text)
    with pytest.raises(EnvironmentFault, match=said):
        load_filers(path)
    with pytest.raises(EnvironmentFault, match="cannot be read"):
        load_filers(tmp_path / "missing.toml")


def test_every_filers_submissions_are_planned_after_the_doorbell() -> None:
    first, *rest = sec_edgar.plan(Window())
    assert (first.url, first.optional) == (sec_edgar.CURRENT, True)
    assert [f.url for f in rest] == [
        f"https://data.sec.gov/submissions/CIK{cik}.json" for cik in load_filers()
    ]
    assert not any(f.optional or f.token for f in rest)
    assert select("sec_edgar", "2026-01-01").window_counts is False
    assert all(name and meaning for held in kept_concepts().values() for name, meaning in held.items())


def leads(*lines: dict[str, Any]) -> list[tuple[str, str | None]]:
    found = sec_edgar.follow(saved(submissions(*lines), SUBMISSIONS))
    return [(f.url, f.token) for f in found]


def test_submissions_lead_to_the_facts_once_for_the_newest_filing_with_xbrl() -> None:
    older = row(accessionNumber="0000000042-26-000001", acceptanceDateTime="2026-02-01T20:05:06.000Z")
    letter = row(
        accessionNumber="0000000042-26-000009", acceptanceDateTime="2026-06-01T20:05:06.000Z", isXBRL=0
    )
    assert leads(letter, row(), older) == leads(older, row()) == [(FACTS, ACCESSION)]
    assert leads(letter) == leads() == []
    undated = [
        row(acceptanceDateTime=""),
        row(accessionNumber="0000000042-26-000001", acceptanceDateTime="", filingDate=""),
    ]
    assert leads(*undated) == [(FACTS, ACCESSION)]


def test_the_facts_of_a_fresh_filing_are_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    accepted = datetime.fromisoformat("2026-05-01T20:05:06+00:00")
    line = row(acceptanceDateTime="2026-05-01T20:05:06.000Z")
    document = saved(submissions(line), SUBMISSIONS)
    tokens = []
    for days in (0.1, 1.1, 1.15, 2.1, 40):
        monkeypatch.setattr(sec_edgar, "now", lambda days=days: accepted + timedelta(days=days))
        early = type(document)(document.body, url=document.url, retrieved_at=accepted)
        tokens += [f.token for f in sec_edgar.follow(early)]
    assert tokens == [
        f"{ACCESSION}@2026-05-01",
        f"{ACCESSION}@2026-05-02",
        f"{ACCESSION}@2026-05-02",
        ACCESSION,
        ACCESSION,
    ]


def test_a_filing_of_a_friday_evening_is_fresh_on_tuesday(monkeypatch: pytest.MonkeyPatch) -> None:
    line = row(acceptanceDateTime="2026-05-01T22:05:06.000Z", filingDate="2026-05-04")
    document = saved(submissions(line), SUBMISSIONS)
    early = type(document)(
        document.body, url=document.url, retrieved_at=datetime.fromisoformat("2026-05-05T04:10:00Z")
    )
    tokens = []
    for day in (5, 6):
        at = datetime.fromisoformat(f"2026-05-0{day}T04:10:00+00:00")
        monkeypatch.setattr(sec_edgar, "now", lambda at=at: at)
        tokens += [f.token for f in sec_edgar.follow(early)]
    assert tokens == [f"{ACCESSION}@2026-05-05", ACCESSION]


def test_facts_lead_nowhere_unless_they_cannot_be_read_and_a_document_of_another_address_is_refused() -> None:
    assert list(sec_edgar.follow(saved(facts(fact()), FACTS))) == []
    for url in (
        "https://www.sec.gov/files/company_tickers.json",
        SUBMISSIONS + "?x=1",
        "https://data.example/CIK.json",
    ):
        with pytest.raises(SourceChanged, match="no document of this source"):
            list(sec_edgar.parse(saved(submissions(row()), url)))


def test_the_smallest_question_is_one_filers_submissions(one_filer: None) -> None:
    assert SOURCE.probe is not None
    assert SOURCE.probe.check is None
    assert SOURCE.probe.fetch().url == SUBMISSIONS
