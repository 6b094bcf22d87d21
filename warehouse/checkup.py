"""Whether a folder is fit to be a home: kind, writing, locking, one device, clock. Leaves nothing behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from contracts.checkup import Check, listed, looked
from contracts.errors import EnvironmentFault
from warehouse.files import sync_folder
from warehouse.home import Home, open_home
from warehouse.room import measure, room

NETWORK_KINDS = frozenset(
    (
        *("9p", "afs", "ceph", "cifs", "davfs", "fuse.glusterfs", "fuse.sshfs", "glusterfs", "lustre"),
        *("nfs", "nfs4", "smb3", "smbfs"),
    )
)
CLOCK_SECONDS = 120
MADE_IN = 2026


def place(root: Path, wanted: str) -> tuple[Home | None, list[Check]]:
    """The home at `root`, None when there is none or none that opens, and how fit its place is; makes no home.

    `wanted` is the kind of data a fetch would bring now.
    """
    try:
        home = open_home(root) if os.path.lexists(root / "home.json") else None
        said = _kind(root, home, wanted)
    except EnvironmentFault as error:
        home, said = None, Check("home", "fail", str(error), "name another folder by CHOKEPOINT_HOME")
    folders = [p for p in (home.root, *_parts(home)) if p.is_dir()] if home else [_nearest(root)]
    found = [
        said,
        looked("writing", lambda: writing(folders), "give this user the right to write there"),
        looked("locking", lambda: locking(folders[0]), "keep the home on a local disk"),
        looked("room", lambda: room(measure(folders[0], home)), "free some of the disk"),
        looked("clock", lambda: clock(folders[0], home)),
    ]
    if home:
        found.insert(3, looked("one disk", lambda: one_device(home)))
    return home, found


def _kind(root: Path, home: Home | None, wanted: str) -> Check:
    if home is None and (obstacle := _obstacle(root)):
        words = f"none at {root}, and none can be made there: {obstacle} is no folder"
        return Check("home", "fail", words, "name another folder by CHOKEPOINT_HOME")
    if home is None:
        return Check("home", "skipped", f"none at {root} yet: the first fetch makes a {wanted} one")
    if home.kind != wanted:
        return Check(
            "home",
            "warn",
            f"{root} holds {home.kind} data, and a fetch would bring {wanted} data",
            "before a fetch, set CHOKEPOINT_HOME to another folder, or CHOKEPOINT_MIRROR to fit the home",
        )
    return Check("home", "ok", f"{root}, {home.kind}")


def _parts(home: Home) -> tuple[Path, ...]:
    return (home.archive, home.lake, home.state, home.locks, home.quarantine, home.builds, home.releases)


def _nearest(root: Path) -> Path:
    """The folder that is there in which the home would be made; one that may not be looked into is not there."""
    return next(folder for folder in (root, *root.parents) if os.path.isdir(folder))


def _obstacle(root: Path) -> Path | None:
    """What stands where a folder of the home's path would be."""
    there = (path for path in (root, *root.parents) if os.path.lexists(path))
    return next((path for path in there if not os.path.isdir(path)), None)


def writing(folders: list[Path]) -> Check:
    """Write, sync, rename and remove a file in each folder; `OSError` from the first that refuses."""
    for folder in folders:
        first, second = (folder / f".doctor-{uuid4().hex}" for _ in range(2))
        try:
            with first.open("xb") as handle:
                handle.write(b"chokepoint doctor")
                handle.flush()
                os.fsync(handle.fileno())
            first.rename(second)
            sync_folder(folder)
        finally:
            for left in (first, second):
                with contextlib.suppress(OSError):
                    left.unlink()
    return Check("writing", "ok", f"a file written, synced, renamed and removed in {_count(folders)}")


def _count(folders: list[Path]) -> str:
    return str(folders[0]) + (f" and {len(folders) - 1} folders below" if len(folders) > 1 else "")


def locking(folder: Path) -> Check:
    """Whether a second flock on a file is refused, and whether the file system is one of this machine."""
    path = folder / f".doctor-{uuid4().hex}"
    try:
        with path.open("xb") as one, path.open("rb") as two:
            fcntl.flock(one, fcntl.LOCK_EX | fcntl.LOCK_NB)
            try:
                fcntl.flock(two, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return judge_kind(file_system(folder))
            return Check("locking", "fail", "a lock does not keep a second writer out", "use a local disk")
    finally:
        path.unlink(missing_ok=True)


def file_system(folder: Path) -> str:
    """The kind of file system (`ext4`, `nfs4`) a folder lies on, `unknown` where the system does not tell."""
    import psutil

    mounts = {Path(each.mountpoint): each.fstype for each in psutil.disk_partitions(all=True)}
    resolved = folder.resolve()
    return next((mounts[p] for p in (resolved, *resolved.parents) if p in mounts), "unknown")


def judge_kind(kind: str) -> Check:
    """Locks hold here; on a network file system they may not between machines."""
    if kind in NETWORK_KINDS:
        advice = "let one machine only write to this home, or keep it on a local disk"
        return Check("locking", "warn", f"the home lies on a network file system ({kind})", advice)
    return Check("locking", "ok", f"flock keeps a second writer out ({kind})")


def one_device(home: Home) -> Check:
    """A release takes the build's database by a hard link, a file brought is moved: neither leads to another device."""
    brought = [path for path in (home.inbox, home.inbox_done, home.inbox_refused) if path.exists()]
    if len({path.stat().st_dev for path in brought}) > 1:
        advice = f"keep {home.inbox}, inbox.done and inbox.refused on one disk"
        return Check("one disk", "fail", "the inbox and its two ends lie on different disks", advice)
    devices = {path.stat().st_dev for path in (home.builds, home.releases) if path.exists()}
    if len(devices | {home.root.stat().st_dev}) > 1:
        advice = f"keep {home.builds} and {home.releases} on the disk of the home"
        return Check("one disk", "fail", "builds and releases lie on different disks", advice)
    return Check("one disk", "ok", "builds and releases lie on one disk")


def clock(folder: Path, home: Home | None) -> Check:
    """Hold the clock against the time the disk gives a new file, and against the newest files of the home."""
    advice, before = "set the clock of this machine (NTP)", time.monotonic()
    path = folder / f".doctor-{uuid4().hex}"
    try:
        path.touch()
        ahead = path.stat().st_mtime - time.time()
    finally:
        path.unlink(missing_ok=True)
    newest = max((p.stat().st_mtime for p in _dated(home)), default=0.0) - time.time() if home else 0.0
    faults = [
        (time.monotonic() < before, "the monotonic clock runs backwards"),
        (time.gmtime().tm_year < MADE_IN, f"it is {time.gmtime().tm_year} by this clock"),
        (abs(ahead) > CLOCK_SECONDS, f"the disk dates a new file {ahead:+,.0f} s from the clock"),
        (newest > CLOCK_SECONDS, f"the home holds files written {newest:,.0f} s from now"),
    ]
    wrong = [words for is_so, words in faults if is_so]
    return (
        Check("clock", "warn", listed(wrong), advice) if wrong else Check("clock", "ok", "agrees with files")
    )


def _dated(home: Home) -> list[Path]:
    names = [home.root / "home.json", home.state, home.lake / "manifest", home.releases]
    return [path for path in names if path.exists()]


def file_format() -> Check:
    """Whether this DuckDB writes and reads a database in the format that releases have."""
    import duckdb

    from warehouse.build import STORAGE_VERSION
    from warehouse.query import query

    with TemporaryDirectory() as folder:
        path = Path(folder) / "format.duckdb"
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as made (storage_version '{STORAGE_VERSION}')").fetchall()
            connection.execute("create table made.one as select 1 as x").fetchall()
        rows = query(path, "select x from one").rows
    words = f"{duckdb.__version__}, the file format of releases is {STORAGE_VERSION}"
    if rows != [(1,)]:
        return Check(
            "duckdb", "fail", f"{words}, which it misreads", "install the version of constraints.txt"
        )
    return Check("duckdb", "ok", words)
