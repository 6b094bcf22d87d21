"""A home and its disk, fit and unfit, by real files."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from types import SimpleNamespace

import pytest

from contracts.checkup import Check, looked
from contracts.errors import EnvironmentFault
from tests.warehouse.test_release import build
from warehouse import checkup
from warehouse import release as releases
from warehouse.checkup import file_format, judge_kind, locking, place, writing
from warehouse.holdings import holdings
from warehouse.home import Home, open_home
from warehouse.release import latest
from warehouse.room import Room, measure, room

NOBODY = 65534
GB = 1_000_000_000


def states(checks: list[Check]) -> dict[str, str]:
    return {check.name: check.state for check in checks}


def named(checks: list[Check], name: str) -> Check:
    return next(check for check in checks if check.name == name)


def files(root: Path) -> list[Path]:
    return sorted(root.rglob("*"))


def test_a_fit_home_is_fit_and_left_as_it_was(home: Home) -> None:
    releases.publish(home, build(home, "one"))
    before = files(home.root)
    opened, found = place(home.root, "sample")
    assert opened == home
    assert set(states(found)) == {"home", "writing", "locking", "one disk", "room", "clock"}
    assert [check for check in found if check.state != "ok"] == []
    assert files(home.root) == before
    assert "and 3 folders below" in named(found, "writing").found


def test_no_home_yet_is_no_fault_and_makes_none(tmp_path: Path) -> None:
    opened, found = place(tmp_path / "new" / "home", "live")
    assert opened is None
    assert named(found, "home").state == "skipped"
    assert "the first fetch makes a live one" in named(found, "home").found
    assert named(found, "writing").state == "ok"
    assert files(tmp_path) == []


def test_a_place_where_no_home_can_be_made_fails(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    (tmp_path / "astray").symlink_to(tmp_path / "nowhere")
    for root, obstacle in (("file", "file"), ("file/below/it", "file"), ("astray", "astray")):
        said = named(place(tmp_path / root, "live")[1], "home")
        assert (said.state, f"{tmp_path / obstacle} is no folder" in said.found) == ("fail", True)
        with pytest.raises(EnvironmentFault):
            open_home(tmp_path / root, "live")


def test_a_home_of_the_other_kind_is_to_look_at(home: Home) -> None:
    said = named(place(home.root, "live")[1], "home")
    assert (said.state, "holds sample data" in said.found) == ("warn", True)


@pytest.mark.parametrize("content", [b"{", b'{"kind": "other"}', b"[]", b"\xff\xfe{}"])
def test_what_is_no_home_fails_and_hides_nothing_else(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "home.json").write_bytes(content)
    opened, found = place(tmp_path, "live")
    assert opened is None
    assert states(found) == {"home": "fail", "writing": "ok", "locking": "ok", "room": "ok", "clock": "ok"}


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that other users may reach: pytest's own are closed to them."""
    folder = Path(tempfile.mkdtemp(prefix="chokepoint-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _as_somebody(look: Callable[[Path], list[Check]], folder: Path, found: SimpleQueue[list[Check]]) -> None:
    if os.geteuid() == 0:
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    try:
        found.put(look(folder))
    finally:
        found.put([])


def seen_by_somebody(look: Callable[[Path], list[Check]], folder: Path) -> list[Check]:
    """What a user without rights finds; nothing when the look itself is stopped."""
    context = multiprocessing.get_context("fork")
    found: SimpleQueue[list[Check]] = context.SimpleQueue()
    process = context.Process(target=_as_somebody, args=(look, folder, found))
    process.start()
    checks = found.get()
    process.join()
    return checks


def _writes(folder: Path) -> list[Check]:
    return [looked("writing", lambda: writing([folder]), "give the right")]


def test_a_home_in_a_folder_that_may_not_be_looked_into_fails(open_folder: Path) -> None:
    open_folder.chmod(0o000)
    checks = seen_by_somebody(lambda folder: place(folder / "home", "live")[1], open_folder)
    assert named(checks, "writing").state == "fail"
    assert str(open_folder) in named(checks, "writing").found


def test_a_lock_of_another_user_that_may_not_be_read_hides_nothing_else(open_folder: Path) -> None:
    home = open_home(open_folder / "home", "live")
    home.locks.mkdir()
    (home.locks / "news.lock").touch(mode=0o000)
    checks = seen_by_somebody(lambda folder: holdings(Home(folder / "home", "live")), open_folder)
    assert states(checks) | {"locks": "fail", "drafts": "fail"} == states(checks)
    assert {"release", "quarantine", "holds"} < set(states(checks))
    assert named(checks, "locks").found.endswith("news.lock: Permission denied")


def test_a_folder_that_may_not_be_written_fails(open_folder: Path) -> None:
    open_folder.chmod(0o555)
    (check,) = seen_by_somebody(_writes, open_folder)
    assert (check.state, check.advice) == ("fail", "give the right")
    assert check.found.startswith(f"the system refused {open_folder}/.doctor-")
    assert check.found.endswith("Permission denied")


def test_a_lock_that_keeps_nobody_out_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert locking(tmp_path).state == "ok"
    monkeypatch.setattr("warehouse.checkup.fcntl.flock", lambda handle, how: None)
    assert locking(tmp_path).state == "fail"
    assert files(tmp_path) == []


@pytest.mark.parametrize(
    ("kind", "state"), [("nfs4", "warn"), ("cifs", "warn"), ("ext4", "ok"), ("unknown", "ok")]
)
def test_a_network_file_system_is_to_look_at(kind: str, state: str) -> None:
    assert judge_kind(kind).state == state


def test_the_nearest_mount_says_the_file_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    mounts = [("/", "ext4"), (str(tmp_path.resolve()), "nfs")]
    parts = [SimpleNamespace(mountpoint=where, fstype=kind) for where, kind in mounts]
    monkeypatch.setattr("psutil.disk_partitions", lambda all: parts)
    assert checkup.file_system(inner) == "nfs"
    assert checkup.file_system(Path("/")) == "ext4"


@pytest.mark.parametrize("folder", ["releases", "inbox"])
def test_a_folder_on_another_disk_fails(home: Home, folder: str) -> None:
    other = Path("/dev/shm")
    if not other.is_dir() or other.stat().st_dev == home.root.stat().st_dev:
        pytest.skip("there is no second device here")
    elsewhere = Path(tempfile.mkdtemp(dir=other))
    try:
        home.inbox_done.mkdir()
        getattr(home, folder).symlink_to(elsewhere)
        assert named(place(home.root, "sample")[1], "one disk").state == "fail"
    finally:
        shutil.rmtree(elsewhere)


@pytest.mark.parametrize(
    ("found", "state"),
    [
        (Room(10 * GB, 0, 0, None), "ok"),
        (Room(GB, 0, 0, 10_000), "ok"),
        (Room(GB - 1, 0, 0, None), "warn"),
        (Room(GB // 2 - 1, 0, 0, None), "fail"),
        (Room(7 * GB, 20 * GB, 4 * GB, None), "warn"),
        (Room(8 * GB, 20 * GB, 4 * GB, None), "ok"),
        (Room(3 * GB, 20 * GB, 4 * GB, None), "fail"),
        (Room(10 * GB, 0, 0, 9_999), "warn"),
        (Room(10 * GB, 0, 0, 999), "fail"),
    ],
)
def test_room_is_held_against_what_a_build_needs(found: Room, state: str) -> None:
    check = room(found)
    assert check.state == state
    assert "twice the newest release, at least 1 GB" in check.found


def test_a_file_of_two_names_is_counted_once(home: Home) -> None:
    release = releases.publish(home, build(home, "one"))
    database = release.database.stat()
    assert database.st_nlink == 2
    found = measure(home.root, home)
    every = sum(path.lstat().st_blocks * 512 for path in files(home.root) if path.is_file())
    assert found.home_bytes <= every - database.st_blocks * 512
    assert 0 < found.release_bytes < found.home_bytes
    assert latest(home) == release


def test_files_from_the_future_are_to_look_at(home: Home) -> None:
    later = time.time() + 3600
    os.utime(home.root / "home.json", (later, later))
    said = named(place(home.root, "sample")[1], "clock")
    assert said.state == "warn"
    assert "files written 3,600 s from now" in said.found or "files written 3,599 s from now" in said.found


def test_a_clock_that_is_off_from_the_disks_is_to_look_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = time.time
    monkeypatch.setattr("warehouse.checkup.time.time", lambda: real() + 3600)
    assert "the disk dates a new file -3,600 s from the clock" in checkup.clock(tmp_path, None).found


def test_a_clock_in_the_past_is_to_look_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "warehouse.checkup.time.gmtime", lambda: time.struct_time((1970, 1, 1, 0, 0, 0, 3, 1, 0))
    )
    assert checkup.clock(tmp_path, None).found == "it is 1970 by this clock"


def test_a_clock_that_runs_backwards_is_to_look_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = iter((5.0, 4.0))
    monkeypatch.setattr("warehouse.checkup.time.monotonic", lambda: next(ticks))
    assert "runs backwards" in checkup.clock(tmp_path, None).found


def test_the_file_format_of_releases_is_written_and_read() -> None:
    said = file_format()
    assert said.state == "ok"
    assert "the file format of releases is v1.2.0" in said.found


def test_whatever_a_check_raises_is_a_finding() -> None:
    def odd() -> Check:
        raise json.JSONDecodeError("odd", "x", 0)

    assert looked("odd", odd, "mend it") == Check(
        "odd", "fail", "the check stopped: JSONDecodeError: odd: line 1 column 1 (char 0)", "mend it"
    )


def test_an_unreadable_home_note_is_said(tmp_path: Path) -> None:
    (tmp_path / "home.json").mkdir()
    assert "cannot read the home" in named(place(tmp_path, "live")[1], "home").found


def test_open_home_and_place_agree(tmp_path: Path) -> None:
    made = open_home(tmp_path / "home", "live")
    assert place(tmp_path / "home", "live")[0] == made
