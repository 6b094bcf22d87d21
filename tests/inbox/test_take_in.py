"""What becomes of files that people bring: a document each, with what their side files say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.errors import Locked, SourceChanged
from extractors import ingest
from extractors.ingest.inbox import InboxReport, address
from tests.inbox.bringing import GOOD, LATER, captures, drop, names, reason, take
from tests.inbox.tables import NAME, SOURCE
from warehouse import lake, quarantine
from warehouse.home import Home, open_home
from warehouse.locks import lock


def test_a_file_becomes_a_document_and_is_read_as_any(live: Home) -> None:
    drop(live, "Rates 2024 (表).csv")
    report = take(live)
    (capture,) = captures(live)
    assert report.taken == [("Rates 2024 (表).csv", capture.document_id)]
    assert capture.url == "urn:inbox:tables:Rates%202024%20%28%E8%A1%A8%29.csv"
    assert (capture.via, capture.evidence, capture.origin) == ("inbox", "recorded", "brought by hand")
    assert capture.scope == {"year": 2024, "file": "Rates 2024 (表).csv"}
    assert (capture.status, capture.size, capture.released_at) == (200, len(GOOD), None)
    with capture.open() as body:
        assert body.read() == GOOD
    assert ingest.parse(live, SOURCE).rows == {"fx_rate": 2}
    assert (names(live.inbox), names(live.inbox_done)) == ([], ["Rates 2024 (表).csv"])
    report.raise_if_not_well()


def test_a_document_the_parser_refuses_is_in_quarantine_and_its_file_is_done(live: Home) -> None:
    drop(live, "a.csv", GOOD + b"torn\n")
    take(live).raise_if_not_well()
    assert ingest.parse(live, SOURCE).outcomes == {"quarantined": 1}
    assert [note.reason for note in quarantine.refusals(live)] == ["the table ends in the middle"]
    assert names(live.inbox_done) == ["a.csv"]


def test_a_side_file_states_times_and_origin_and_moves_along(live: Home) -> None:
    side = (
        "released_at = 2024-02-08\nretrieved_at = 2024-03-01T09:30:00+08:00\norigin = 'the 2024 yearbook'\n"
    )
    drop(live, "a.csv", side=side)
    take(live)
    (capture,) = captures(live)
    assert capture.released_at == datetime(2024, 2, 8, tzinfo=UTC)
    assert capture.retrieved_at == datetime(2024, 3, 1, 1, 30, tzinfo=UTC)
    assert capture.origin == "the 2024 yearbook"
    assert names(live.inbox_done) == ["a.csv", "a.csv.toml"]
    assert names(live.inbox) == []


@pytest.mark.parametrize(
    ("side", "why"),
    [
        ("released_at = ", "cannot be read as TOML"),
        ("released = 2024-01-01", "released is not among its keys"),
        ("released_at = 2024-01-01T09:00:00", "time with its zone"),
        ("released_at = '2024-01-01'", "time with its zone"),
        ("released_at = 20240101", "time with its zone"),
        ("released_at = 2999-01-01", "in the future"),
        ("released_at = 1901-01-01", "before 1980"),
        ("released_at = 2024-02-02\nretrieved_at = 2024-02-01", "after retrieved_at"),
        ("evidence = 'live'", "evidence is live, and a live home takes recorded"),
        ("evidence = 'synthetic'", "evidence is synthetic"),
        ("evidence = ['recorded']", "evidence is something else"),
        ("origin = ''", "origin must say in one line"),
        ('origin = "two\\nlines"', "origin must say in one line"),
        ("origin = 7", "origin must say in one line"),
        ("a = " + "[" * 3000, "its side file (.toml) is wrong"),
        ("#" * 20_000, "longer than 10,000 bytes"),
    ],
)
def test_a_wrong_side_file_refuses_the_file(live: Home, side: str, why: str) -> None:
    drop(live, "a.csv", side=side)
    with pytest.raises(SourceChanged, match=r"files refused .* 1; a[.]csv"):
        take(live).raise_if_not_well()
    assert why in reason(live, "a.csv")
    assert names(live.inbox_refused) == ["a.csv", "a.csv.reason.txt", "a.csv.toml"]
    assert captures(live) == []


def test_a_sample_home_takes_only_what_says_what_it_is(home: Home) -> None:
    drop(home, "silent.csv")
    drop(home, "recorded.csv", side="evidence = 'recorded'\norigin = 'x'")
    drop(home, "no_origin.csv", side="evidence = 'rebuilt'")
    drop(home, "good.csv", side="evidence = 'rebuilt'\norigin = 'a printed table'")
    report = take(home)
    assert sorted(name for name, _ in report.refused) == ["no_origin.csv", "recorded.csv", "silent.csv"]
    assert "a sample home takes rebuilt or synthetic files only" in reason(home, "silent.csv")
    (capture,) = captures(home)
    assert (capture.evidence, capture.origin) == ("rebuilt", "a printed table")


def test_twins_of_one_name_in_other_letters_or_forms_are_all_kept(live: Home) -> None:
    twins = ["A.csv", "a.csv", "caf\u00e9.csv", "cafe\u0301.csv"]
    for number, name in enumerate(twins):
        drop(live, name, f"rates of 2024\n{number}.1\n".encode())
    assert len(take(live).taken) == 4
    assert sorted(capture.open().read() for capture in captures(live)) == [
        f"rates of 2024\n{number}.1\n".encode() for number in range(4)
    ]
    assert names(live.inbox_done) == sorted(twins)


def test_the_same_file_twice_is_one_document_and_nothing_is_overwritten(live: Home) -> None:
    for expected in (["a.csv"], 2, 3):
        drop(live, "a.csv")
        report = take(live)
        assert len(report.taken) == 1
        assert len(captures(live)) == 1
        assert names(live.inbox_done) == expected or len(names(live.inbox_done)) == expected
    assert report.known == ["a.csv"]
    drop(live, "a.csv", GOOD.replace(b"1.2", b"1.3"))
    assert take(live).known == []
    assert len(captures(live)) == 2
    bodies = [path.read_bytes() for path in (live.inbox_done / NAME).iterdir()]
    assert bodies.count(GOOD) == 3
    assert len(bodies) == 4


def test_the_same_bytes_with_another_release_or_name_are_another_document(live: Home) -> None:
    for side in (None, "released_at = 2024-02-08", "released_at = 2024-02-09", "released_at = 2024-02-09"):
        drop(live, "a.csv", side=side)
        take(live)
    drop(live, "b.csv")
    take(live)
    assert len(captures(live)) == 4


def test_the_same_file_in_two_homes_is_one_document(live: Home, tmp_path: Path) -> None:
    other = open_home(tmp_path / "other", "live")
    for each, after in ((live, LATER), (other, 30 * LATER)):
        drop(each, "a.csv")
        take(each, after=after)
    assert captures(live)[0].document_id == captures(other)[0].document_id


def test_a_decomposed_name_is_the_same_name(live: Home) -> None:
    assert address(NAME, "cafe\u0301.csv") == address(NAME, "caf\u00e9.csv")


def test_a_source_that_takes_no_files_takes_none(live: Home) -> None:
    drop(live, "a.csv")
    assert take(live, replace(SOURCE, inbox=None)) == InboxReport(NAME)
    assert names(live.inbox) == ["a.csv"]


def test_one_at_a_time(live: Home) -> None:
    drop(live, "a.csv")
    with lock(live, NAME), pytest.raises(Locked):
        take(live)


def test_the_lake_says_how_a_file_came(live: Home) -> None:
    drop(live, "a.csv", side="released_at = 2024-02-08")
    take(live)
    ingest.parse(live, SOURCE)
    (row,) = lake.read(live, NAME, "document", ["via", "evidence", "origin", "released_at"])
    assert (row["via"], row["evidence"], row["origin"]) == ("inbox", "recorded", "brought by hand")
    assert row["released_at"] == datetime(2024, 2, 8, tzinfo=UTC)
