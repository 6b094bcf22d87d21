"""EDGAR as a source: what is asked for, what an answer leads to, and a whole run against the sample and the fault server."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.document import Window
from contracts.errors import EnvironmentFault, SourceBusy, SourceChanged, SourceRefused
from extractors import ingest
from extractors.capex import sec_edgar
from extractors.capex.filers import DEFAULT_FILERS, kept_concepts, load_filers
from extractors.selection import missing_key, select
from extractors.web.mirror import serve
from extractors.web.session import Web
from tests.capex.answers import ACCESSION, CIK, FACTS, SUBMISSIONS, fact, facts, row, saved, submissions
from tests.fault_server import FaultServer
from tests.faults import good
from tests.recorded import DAYS, SAMPLES
from warehouse import lake, quarantine
from warehouse.archive import Archive
from warehouse.home import Home

ROOT = Path(__file__).parents[2]
SOURCE = sec_edgar.SOURCE
LIST = "/www.sec.gov/cgi-bin/browse-edgar"


@pytest.fixture
def one_filer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "filers.toml"
    path.write_text(f'[[filer]]\ncompany_id = "example"\ncik = "{CIK}"\n')
    monkeypatch.setenv("CHOKEPOINT_FILERS", str(path))


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOKEPOINT_FILERS", str(SAMPLES / "filers.toml"))


@pytest.fixture
def server(one_filer: None) -> Iterator[FaultServer]:
    with FaultServer() as running:
        running.good(SUBMISSIONS, json.dumps(submissions(row())).encode())
        running.good(FACTS, json.dumps(facts(fact())).encode())
        yield running


def run(home: Home, base: str) -> tuple[dict[str, int], dict[str, int], list[Exception]]:
    """Outcomes of the requests, rows parsed by dataset, faults."""
    with Web.from_env({"CHOKEPOINT_MIRROR": base}) as web:
        fetched = ingest.fetch(home, SOURCE, web)
    return fetched.counts, ingest.parse(home, SOURCE).rows, [error for _, error in fetched.faults]


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


def test_without_a_contact_nothing_is_asked_and_a_mirror_needs_none() -> None:
    assert (
        missing_key(SOURCE, {}) == missing_key(SOURCE, {"CHOKEPOINT_CONTACT": "  "}) == "CHOKEPOINT_CONTACT"
    )
    assert missing_key(SOURCE, {"CHOKEPOINT_CONTACT": "desk@chokepoint.example"}) is None
    assert missing_key(SOURCE, {"CHOKEPOINT_MIRROR": "http://127.0.0.1:8099"}) is None


def test_the_contact_is_said_to_the_server_and_kept_nowhere(home: Home, server: FaultServer) -> None:
    contact = "desk@chokepoint.example"
    with Web.from_env({"CHOKEPOINT_MIRROR": server.base, "CHOKEPOINT_CONTACT": contact}) as web:
        ingest.fetch(home, SOURCE, web)
    ingest.parse(home, SOURCE)
    assert {seen.headers["user-agent"].rpartition(" ")[2] for seen in server.seen} == {contact}
    bodies = b"".join(capture.open().read() for capture in Archive(home.archive).captures("sec_edgar"))
    kept = bodies + b"".join(path.read_bytes() for path in home.root.rglob("*") if path.is_file())
    assert b"Example Corp" in kept
    assert contact.encode() not in kept


def test_the_command_says_so_in_plain_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from cli.main import main

    for name in ("CHOKEPOINT_CONTACT", "CHOKEPOINT_MIRROR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHOKEPOINT_HOME", str(tmp_path / "home"))
    assert main(["fetch", "sec_edgar"]) == 3
    assert "sec_edgar needs CHOKEPOINT_CONTACT: set it in the environment" in capsys.readouterr().err
    assert not (tmp_path / "home/archive/sec_edgar").exists()


def test_two_days_of_the_sample_and_a_replay(home: Home, sample: None) -> None:
    with serve(SAMPLES, at=DAYS["day1"] + timedelta(hours=6)) as mirror:
        first = run(home, mirror.base)
        again = run(home, mirror.base)
    with serve(SAMPLES, at=DAYS["day2"] + timedelta(hours=6)) as mirror:
        second = run(home, mirror.base)
        parts = lake.manifest(home, "sec_edgar")
        third = run(home, mirror.base)
    assert first == (
        {"stored": 9},
        {"company_fact": 163 + 74 + 50 + 11, "company_profile": 4, "filing": 155},
        [],
    )
    assert again == ({"unchanged": 5}, {}, [])
    assert second[0] == {"stored": 4, "unchanged": 3}
    assert set(second[1]) == {"company_fact", "company_profile", "filing"}
    assert third[0] == {"unchanged": 5}
    assert third[1] == {}
    kept = [part.path for part in lake.manifest(home, "sec_edgar") if part.dataset != "fetch"]
    assert kept == [part.path for part in parts if part.dataset != "fetch"]
    assert quarantine.refusals(home) == []


def test_the_second_day_brings_the_filings_of_july_and_august(home: Home, sample: None) -> None:
    newest = {}
    for day in DAYS:
        with serve(SAMPLES, at=DAYS[day] + timedelta(hours=6)) as mirror:
            run(home, mirror.base)
        columns = ["cik", "concept", "period_start", "period_end", "value", "filed"]
        facts_held = list(lake.read(home, "sec_edgar", "company_fact", columns))
        bought = [r for r in facts_held if r["concept"] == "PaymentsToAcquirePropertyPlantAndEquipment"]
        newest[day] = {
            c: max(r["filed"] for r in bought if r["cik"] == c) for c in {r["cik"] for r in bought}
        }
    microsoft, coreweave = "0000789019", "0001769628"
    assert max(newest["day1"].values()) <= date(2026, 6, 30)
    assert newest["day2"] == newest["day1"] | {microsoft: date(2026, 7, 29), coreweave: date(2026, 8, 12)}
    half = [r for r in bought if (r["cik"], r["period_end"]) == (coreweave, date(2026, 6, 30))]
    assert {(r["period_start"], r["value"]) for r in half} == {(date(2026, 1, 1), Decimal(14_117_000_000))}


def test_facts_are_asked_for_again_only_after_a_new_filing(home: Home, server: FaultServer) -> None:
    for _ in range(3):
        run(home, server.base)
    assert (server.count(SUBMISSIONS), server.count(FACTS)) == (3, 1)
    letter = row(accessionNumber="0000000042-26-000008", isXBRL=0)
    server.good(SUBMISSIONS, json.dumps(submissions(letter, row())).encode())
    run(home, server.base)
    assert server.count(FACTS) == 1
    quarter = row(accessionNumber="0000000042-26-000009", acceptanceDateTime="2026-08-01T20:00:00.000Z")
    server.good(SUBMISSIONS, json.dumps(submissions(quarter, letter, row())).encode())
    run(home, server.base)
    assert server.count(FACTS) == 2


def test_facts_that_failed_are_asked_for_on_the_next_day(home: Home, server: FaultServer) -> None:
    server.on(FACTS, "503")
    _, rows, faults = run(home, server.base)
    assert [type(error) for error in faults] == [SourceBusy]
    assert rows == {"company_profile": 1, "filing": 1}
    server.good(FACTS, json.dumps(facts(fact())).encode())
    assert run(home, server.base)[1] == {"company_fact": 1}


def test_facts_that_could_not_be_read_are_asked_for_again_until_they_can(
    home: Home, server: FaultServer
) -> None:
    page = good(b"<!DOCTYPE html><title>Maintenance</title>")
    server.queue(FACTS, page, page, good(json.dumps(facts(fact())).encode()))
    rows = [run(home, server.base)[1] for _ in range(4)]
    assert rows == [{"company_profile": 1, "filing": 1}, {}, {"company_fact": 1}, {}]
    for _ in range(2):
        run(home, server.base)
    settled = server.count(FACTS)
    run(home, server.base)
    assert settled == server.count(FACTS) <= 4


def test_a_refused_doorbell_is_noted_and_fails_nothing(home: Home, server: FaultServer) -> None:
    server.good("/www.sec.gov/robots.txt", b"User-agent: *\nDisallow: /cgi-bin\n", "text/plain")
    counts, rows, faults = run(home, server.base)
    assert (counts, faults) == ({"refused": 1, "stored": 2}, [])
    assert rows == {"company_profile": 1, "filing": 1, "company_fact": 1}
    assert server.count(LIST) == 0
    (noted,) = [r for r in lake.read(home, "sec_edgar", "fetch", ["url", "reason"]) if r["reason"]]
    assert noted["url"] == sec_edgar.CURRENT
    assert "robots.txt of https://www.sec.gov disallows" in noted["reason"]


ENDS: dict[str, tuple[str, type[Exception] | None, str]] = {
    "no_such_key": ("gone", None, ""),
    "no_such_file": ("gone", None, ""),
    "undeclared": ("refused", SourceRefused, "set CHOKEPOINT_CONTACT to an e-mail address"),
    "too_fast": ("busy", SourceBusy, "asked too often"),
    "file_unavailable": ("busy", SourceBusy, "try later"),
    "429": ("busy", SourceBusy, "fewer requests"),
    "torn_gzip": ("busy", SourceBusy, "breaks off"),
    "gzip_bomb": ("changed", SourceChanged, "gzip bomb"),
}


@pytest.mark.parametrize("fault", ENDS)
def test_each_refusal_of_one_companys_facts_loses_nothing_else(
    home: Home, server: FaultServer, fault: str
) -> None:
    options = {"retry_after": 600} if fault in ("file_unavailable", "429") else {}
    server.on(FACTS, fault, **options)
    counts, rows, faults = run(home, server.base)
    outcome, error, words = ENDS[fault]
    assert counts == {"gone": 1 + (outcome == "gone"), "stored": 1} | (
        {outcome: 1} if outcome != "gone" else {}
    )
    assert [type(found) for found in faults] == ([error] if error else [])
    assert all(words in str(found) for found in faults)
    assert rows == {"company_profile": 1, "filing": 1}


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"<!DOCTYPE html><title>SEC.gov | File Unavailable</title>", "not JSON"),
        (json.dumps({**facts(fact()), "cik": 43}).encode(), "CIK 0000000043, asked was 0000000042"),
        (json.dumps(facts(fact(val=10**30))).encode(), "is not an amount of money"),
    ],
    ids=["error page", "another filer", "absurd"],
)
def test_a_bad_answer_is_kept_and_quarantined_with_its_reason(
    home: Home, server: FaultServer, body: bytes, said: str
) -> None:
    server.queue(FACTS, good(body))
    _, rows, faults = run(home, server.base)
    assert (rows, faults) == ({"company_profile": 1, "filing": 1}, [])
    (refusal,) = quarantine.refusals(home)
    assert refusal.url == FACTS
    assert said in refusal.reason
    assert (home.root / refusal.archive).stat().st_size > 0
