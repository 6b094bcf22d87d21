"""Files that come late, change or move while they are taken in, and a system that refuses."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contracts.clock import now
from contracts.errors import EnvironmentFault
from extractors import ingest
from tests.inbox.bringing import GOOD, LATER, captures, drop, names, take
from tests.inbox.tables import NAME, SOURCE
from warehouse import brought
from warehouse import inbox as files
from warehouse.archive import Archive
from warehouse.home import Home


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


def test_a_file_that_waits_for_its_side_file(live: Home) -> None:
    side = drop(live, "a.csv", side="released_at = 2024-02-08").with_name("a.csv.toml")
    future = now().timestamp() + LATER.total_seconds()
    os.utime(side, (future - 10, future - 10))
    assert [name for name, _ in take(live).left] == ["a.csv"]
    (live.inbox / NAME / "a.csv").rename(live.inbox / NAME / "b.csv")
    report = take(live, after=2 * LATER)
    assert [name for name, _ in report.taken] == ["b.csv"]
    assert report.left == [("a.csv.toml", "the file it speaks of, a.csv, is not there")]


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
