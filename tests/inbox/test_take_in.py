"""What becomes of files that people bring: taken in, left or refused, each for a reason, and nothing beside them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.clock import now
from contracts.document import Source
from contracts.errors import EnvironmentFault, Locked, SourceChanged
from extractors import ingest
from extractors.ingest.inbox import InboxReport, address
from tests.inbox.tables import NAME, SOURCE
from warehouse import brought, lake, quarantine
from warehouse import inbox as files
from warehouse.archive import Archive, Capture
from warehouse.home import Home, open_home
from warehouse.locks import lock

GOOD = b"rates of 2024\n1.1\n1.2\n"
LATER = timedelta(minutes=5)


@pytest.fixture
def live(tmp_path: Path) -> Home:
    return open_home(tmp_path / "live", "live")


def drop(home: Home, name: str, body: bytes = GOOD, side: str | None = None) -> Path:
    """A file in the inbox, its side file beside it."""
    path = home.inbox / NAME / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if side is not None:
        path.with_name(f"{name}.toml").write_text(side, encoding="utf-8")
    path.write_bytes(body)
    return path


def take(home: Home, source: Source = SOURCE, after: timedelta = LATER) -> InboxReport:
    return ingest.take_in(home, source, wall=lambda: now() + after, sleep=lambda seconds: None)


def captures(home: Home) -> list[Capture]:
    return Archive(home.archive).captures(NAME)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / NAME).iterdir()) if (folder / NAME).is_dir() else []


def reason(home: Home, name: str) -> str:
    return (home.inbox_refused / NAME / f"{name}.reason.txt").read_text()


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


def test_young_growing_and_unfinished_files_are_left(live: Home) -> None:
    drop(live, "young.csv")
    for age, kept in (
        (timedelta(seconds=50), True),
        (timedelta(seconds=70), False),
    ):
        assert bool(take(live, after=age).left) is kept
    path = drop(live, "growing.csv")

    def grow(seconds: float) -> None:
        path.write_bytes(GOOD + b"1.3\n")

    report = ingest.take_in(live, SOURCE, wall=lambda: now() + LATER, sleep=grow)
    assert report.left == [("growing.csv", "it is still being written")]
    drop(live, "growing.csv.part")
    assert [name for name, _ in take(live).left] == ["growing.csv.part"]
    assert "unfinished download" in take(live).left[0][1]
    assert [name for name, _ in take(live, after=timedelta(hours=2)).refused] == ["growing.csv.part"]


def test_a_file_of_the_future_is_aged_by_when_it_came(live: Home) -> None:
    path = drop(live, "a.csv")
    os.utime(path, (4e9, 4e9))
    assert take(live, after=timedelta(seconds=5)).left
    assert take(live).taken


def test_a_file_that_changes_while_it_is_read_is_left(live: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    path = drop(live, "a.csv")
    monkeypatch.setattr(files, "CHUNK", 8)
    sane, looks = brought.same, []

    def meddling(one: os.stat_result, other: os.stat_result) -> bool:
        looks.append(sane(one, other))
        if len(looks) == 1:  # the look between the opening and the reading
            path.write_bytes(GOOD + b"1.3\n")
        return looks[-1]

    monkeypatch.setattr(files, "same", meddling)
    assert take(live).left == [("a.csv", "it is still being written")]
    assert captures(live) == []
    assert names(live.inbox) == ["a.csv"]


class Meddled:
    """Something else takes a file's place at a step of its way out of the inbox."""

    def __init__(self, path: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.done = path, False
        sane = getattr(os, step)

        def meddling(*args: object, **options: object) -> object:
            if not self.done and args[0] == path.name:
                self.done = True
                fresh = path.with_name("fresh")
                fresh.write_bytes(b"rates of 2025\n9.9\n")
                os.replace(fresh, path)
            return sane(*args, **options)

        monkeypatch.setattr(f"warehouse.inbox.os.{step}", meddling)


def test_what_took_a_files_place_while_it_was_archived_stays_in_the_inbox(
    live: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(live, "a.csv", side="released_at = 2024-02-08")
    with monkeypatch.context() as patch:
        meddled = Meddled(path, "rename", patch)
        report = take(live)
    assert meddled.done
    assert report.left == [("a.csv", "it is still being written")]
    assert (names(live.inbox), names(live.inbox_done)) == (["a.csv", "a.csv.toml"], [])
    assert b"9.9" in path.read_bytes()
    assert [b"9.9" in capture.open().read() for capture in captures(live)] == [False]
    assert [name for name, _ in take(live).taken] == ["a.csv"]
    assert sorted(b"9.9" in capture.open().read() for capture in captures(live)) == [False, True]
    assert names(live.inbox_done) == ["a.csv", "a.csv.toml"]


def test_what_took_the_place_of_a_refused_file_is_judged_for_itself(
    live: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(live, "a.csv", b"<html>")
    with monkeypatch.context() as patch:
        Meddled(path, "rename", patch)
        assert take(live).left == [("a.csv", "it is still being written")]
    assert names(live.inbox_refused) == []
    assert [name for name, _ in take(live).taken] == ["a.csv"]


def test_a_file_taken_away_before_it_is_moved_is_archived_and_no_fault(
    live: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(live, "a.csv")
    store = Archive.store_brought

    def stored(self: Archive, *args: Any) -> Any:
        kept = store(self, *args)
        path.unlink()
        return kept

    monkeypatch.setattr(Archive, "store_brought", stored)
    report = take(live)
    assert (report.left, report.faults) == ([("a.csv", "it is still being written")], [])
    assert len(captures(live)) == 1


def test_twins_of_one_name_in_other_letters_or_forms_are_all_kept(live: Home) -> None:
    twins = ["A.csv", "a.csv", "caf\u00e9.csv", "cafe\u0301.csv"]
    for number, name in enumerate(twins):
        drop(live, name, f"rates of 2024\n{number}.1\n".encode())
    assert len(take(live).taken) == 4
    assert sorted(capture.open().read() for capture in captures(live)) == [
        f"rates of 2024\n{number}.1\n".encode() for number in range(4)
    ]
    assert names(live.inbox_done) == sorted(twins)


def test_a_file_that_waits_for_its_side_file(live: Home) -> None:
    side = drop(live, "a.csv", side="released_at = 2024-02-08").with_name("a.csv.toml")
    future = now().timestamp() + LATER.total_seconds()
    os.utime(side, (future - 10, future - 10))
    assert [name for name, _ in take(live).left] == ["a.csv"]
    (live.inbox / NAME / "a.csv").rename(live.inbox / NAME / "b.csv")
    report = take(live, after=2 * LATER)
    assert [name for name, _ in report.taken] == ["b.csv"]
    assert report.left == [("a.csv.toml", "the file it speaks of, a.csv, is not there")]


def hard_link(path: Path) -> None:
    outside = path.parents[2] / "outside.csv"
    outside.write_bytes(GOOD)
    os.link(outside, path)


def symlink(path: Path) -> None:
    outside = path.parents[2] / "outside.csv"
    outside.write_bytes(GOOD)
    path.symlink_to(outside)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as waiting:
        os.chdir(path.parent)
        waiting.bind(path.name)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (symlink, "it is a link"),
        (lambda path: path.symlink_to("/nowhere"), "it is a link"),
        (hard_link, "another name elsewhere"),
        (os.mkfifo, "no file (a pipe, socket or device)"),
        (listening, "no file (a pipe, socket or device)"),
        (lambda path: path.mkdir(), "it is a folder"),
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.write_bytes(b"1" * 1001), "1,001 bytes, more than the 1,000 taken"),
        (lambda path: path.write_bytes(b"<html>"), "the first line must be"),
        (lambda path: path.write_bytes(b"crash\n"), "what recognises it stopped: KeyError"),
    ],
)
def test_what_is_no_file_of_the_source_is_refused(
    live: Home, make: Callable[[Path], None], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(live, "good.csv").with_name("odd.csv")
    monkeypatch.chdir(live.root)
    make(path)
    report = take(live, after=timedelta(hours=2))
    assert [name for name, _ in report.taken] == ["good.csv"]
    assert [name for name, _ in report.refused] == ["odd.csv"]
    assert why in reason(live, "odd.csv")
    assert os.path.lexists(live.inbox_refused / NAME / "odd.csv")
    assert names(live.inbox) == []
    assert len(captures(live)) == 1
    outside = live.root / "outside.csv"
    assert not outside.exists() or outside.read_bytes() == GOOD


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (b".hidden.csv", "hidden"),
        (b"a.csv.crdownload", "unfinished download"),
        (b"a.csv~", "unfinished download"),
        (b"a\nb.csv", "control characters"),
        (b"a\x1b[2J.csv", "control characters"),
        (b"..\\a.csv", "path separators"),
        ("a\u202egpj.csv".encode(), "control characters"),
        (b"a\xff.csv", "no UTF-8"),
        (b"a" * 200 + b".csv", "longer than 180 bytes"),
        (b"a" * 251 + b".csv", "longer than 180 bytes"),
        (b"a.xlsx", "none that this source takes"),
        (b"a.csv.reason.txt", "none that this source takes"),
    ],
)
def test_an_odd_name_is_refused_under_a_name_that_is_fit(live: Home, name: bytes, why: str) -> None:
    drop(live, "good.csv")
    path = os.path.join(os.fsencode(live.inbox / NAME), name)
    with open(path, "wb") as file:
        file.write(GOOD)
    report = take(live, after=timedelta(hours=2))
    assert len(report.refused) == len(report.taken) == 1
    (kept,) = [
        entry for entry in names(live.inbox_refused) if f"{entry}.reason.txt" in names(live.inbox_refused)
    ]
    assert (live.inbox_refused / NAME / kept).read_bytes() == GOOD
    assert why in reason(live, kept)
    assert kept.isprintable()
    assert names(live.inbox) == []


def test_a_side_file_that_is_a_link_refuses_the_file(live: Home, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text("released_at = 2024-01-01")
    path = drop(live, "a.csv")
    path.with_name("a.csv.toml").symlink_to(tmp_path / "elsewhere.toml")
    take(live)
    assert "its side file (.toml) is a link" in reason(live, "a.csv")
    assert captures(live) == []
    take(live)
    assert names(live.inbox) == []
    assert (tmp_path / "elsewhere.toml").read_text() == "released_at = 2024-01-01"


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


def test_refusing_twice_keeps_both(live: Home) -> None:
    for body in (b"one", b"two", b"two"):
        drop(live, "a.csv", body)
        take(live)
    kept = names(live.inbox_refused)
    assert len(kept) == 6
    assert sorted((live.inbox_refused / NAME / n).read_bytes() for n in kept if n.endswith(".csv")) == [
        b"one",
        b"two",
        b"two",
    ]


def test_a_file_called_like_a_reason_is_not_overwritten(live: Home) -> None:
    drop(live, "a.csv.reason.txt", b"mine")
    take(live)
    drop(live, "a.csv", b"bad")
    take(live)
    assert (live.inbox_refused / NAME / "a.csv.reason.txt").read_bytes() == b"mine"
    assert set(files.refused(live, NAME)) == {
        "a.csv.reason.txt",
        next(n for n in names(live.inbox_refused) if n.endswith(".a.csv")),
    }


@pytest.mark.parametrize(
    "which", ["inbox", "inbox.done", "inbox.refused", "inbox/tables", "inbox.done/tables"]
)
def test_a_folder_that_is_a_link_is_not_followed(live: Home, tmp_path: Path, which: str) -> None:
    outside = tmp_path / "outside"
    (outside / NAME).mkdir(parents=True)
    (outside / NAME / "theirs.csv").write_bytes(GOOD)
    if which.startswith("inbox.") and which != "inbox":
        drop(live, "a.csv")
        drop(live, "bad.csv", b"bad")
    target = live.root / which
    target.parent.mkdir(exist_ok=True)
    target.symlink_to(outside if "/" not in which else outside / NAME)
    with pytest.raises(EnvironmentFault, match="no link"):
        take(live).raise_if_not_well()
    assert [path.name for path in outside.rglob("*")] == [NAME, "theirs.csv"]


def test_folders_and_files_nobody_reads_are_named(live: Home) -> None:
    drop(live, "a.csv")
    (live.inbox / "tabels").mkdir()
    (live.inbox / "a.csv").write_bytes(GOOD)
    assert files.strays(live, {NAME}) == ["a.csv", "tabels"]


@pytest.mark.parametrize("code", ["ENOSPC", "EDQUOT", "EROFS", "EACCES", "EIO"])
@pytest.mark.parametrize("where", ["archive", "move", "copy"])
def test_what_the_system_refuses_is_told_and_harms_nothing(
    live: Home, monkeypatch: pytest.MonkeyPatch, code: str, where: str
) -> None:
    import errno

    error = OSError(getattr(errno, code), os.strerror(getattr(errno, code)))

    def refuse(*args: object, **kwargs: object) -> None:
        raise error

    drop(live, "a.csv")
    with monkeypatch.context() as patch:
        if where == "archive":
            patch.setattr("warehouse.warc.write_resource", refuse)
        elif where == "move":
            patch.setattr("warehouse.inbox.os.rename", refuse)
        else:
            patch.setattr("warehouse.inbox.SpooledTemporaryFile", refuse)
        report = take(live)
        assert [name for name, _ in report.faults] == ["a.csv"]
        with pytest.raises(EnvironmentFault, match=error.strerror):
            report.raise_if_not_well()
    assert names(live.inbox) == ["a.csv"]
    assert list(live.root.rglob("*.part")) == []
    take(live).raise_if_not_well()
    assert len(captures(live)) == 1


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_stops_no_other(live: Home) -> None:
    drop(live, "a.csv").chmod(0)
    drop(live, "b.csv")
    report = take(live)
    assert [name for name, _ in report.taken] == ["b.csv"]
    with pytest.raises(EnvironmentFault, match=r"a[.]csv: the system refused: Permission denied"):
        report.raise_if_not_well()


def test_a_scope_that_is_no_json_refuses_the_file(live: Home) -> None:
    assert SOURCE.inbox is not None
    odd = replace(SOURCE, inbox=replace(SOURCE.inbox, recognise=lambda name, file: {"at": {1, 2}}))
    drop(live, "a.csv")
    assert "what recognises it stopped: TypeError" in take(live, odd).refused[0][1]


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
