"""EDGAR in whole runs, against the sample and the fault server: who is asked, what is asked again, what a refusal loses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.errors import SourceBusy, SourceChanged, SourceRefused
from extractors import ingest
from extractors.capex import sec_edgar
from extractors.capex.sec_edgar import SOURCE
from extractors.selection import missing_key
from extractors.web.mirror import serve
from extractors.web.session import Web
from tests.capex.answers import FACTS, SUBMISSIONS, fact, facts, row, submissions
from tests.fault_server import FaultServer
from tests.faults import good
from tests.recorded import DAYS, SAMPLES
from warehouse import lake, quarantine
from warehouse.archive import Archive
from warehouse.home import Home

LIST = "/www.sec.gov/cgi-bin/browse-edgar"


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
