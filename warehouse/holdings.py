"""What lies in a home that a person should know of: the release, locks, drafts, refused and held documents."""

from __future__ import annotations

import fnmatch
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from contracts.checkup import Check, listed, looked, size
from contracts.clock import stamp
from contracts.text import printable
from warehouse import inbox
from warehouse.build import holds, last_candidate
from warehouse.home import Home
from warehouse.locks import WAREHOUSE, holder
from warehouse.quarantine import refusals
from warehouse.query import QueryFailed, query
from warehouse.release import current, pinned

DRAFT_SECONDS = 60
COMMAND_CHARACTERS = 100


@dataclass(frozen=True)
class Held:
    """A lock that somebody holds. `process` is who took it, None when its note cannot be read; `since` UTC."""

    name: str
    path: Path
    process: int | None
    since: datetime


def holdings(home: Home) -> list[Check]:
    """Every check of what is in the home; changes nothing."""
    return [
        looked("release", lambda: release(home), "make another current: `chokepoint rollback`"),
        *locks(home),
        looked("inbox", lambda: brought(home), "give this user the right to read there"),
        looked("drafts", lambda: drafts(home)),
        looked("quarantine", lambda: refused(home)),
        looked("holds", lambda: held_documents(home)),
    ]


def release(home: Home) -> Check:
    """Whether the current release can be opened and has the tables its manifest names."""
    shown = current(home)
    if shown is None:
        if home.current.is_symlink():
            advice = "`chokepoint publish` or `chokepoint rollback` makes one current"
            return Check("release", "fail", f"{home.current} leads to a release that is not there", advice)
        return Check("release", "skipped", "none yet: `chokepoint run` makes the first")
    advice = "make another release current: `chokepoint rollback`"
    try:
        named = set(shown.manifest["tables"])
        there = query(
            shown.database,
            "select schema_name || '.' || table_name from duckdb_tables() union all "
            "select schema_name || '.' || view_name from duckdb_views()",
        ).rows
        tags = query(
            shown.database, "select tags['storage_version'] from duckdb_databases() where not internal"
        )
    except (QueryFailed, ValueError, TypeError, KeyError) as error:
        said = str(error).replace(str(shown.database), shown.database.name)
        return Check("release", "fail", f"{shown.name} cannot be read: {printable(said, 200)}", advice)
    if missing := sorted(named - {row[0] for row in there}):
        return Check("release", "fail", f"{shown.name} lacks {listed(missing)}", advice)
    pin = f", pinned to {pinned(home)}" if pinned(home) else ""
    stored = f"{len(named)} tables, {size(shown.database.stat().st_size)}, DuckDB format {tags.rows[0][0]}"
    return Check("release", "ok", f"{shown.name}: {stored}{pin}")


def held_locks(home: Home) -> list[Held]:
    """The locks of the home that somebody holds, by name."""
    paths = sorted(home.locks.glob("*.lock"))
    return [found for path in paths if (found := _held(home, path)) is not None]


def _held(home: Home, path: Path) -> Held | None:
    since = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    try:
        process = holder(home, path.stem)
    except ValueError:
        return Held(path.stem, path, None, since)
    return None if process is None else Held(path.stem, path, process or None, since)


def locks(home: Home) -> list[Check]:
    """One check a held lock; one that says so when none is, or when they cannot be read."""
    found: list[Check] = []
    none_held = looked("locks", lambda: _look_at_locks(home, found), "give this user the right to read there")
    return found or [none_held]


def _look_at_locks(home: Home, found: list[Check]) -> Check:
    """The check of no lock held; those of held ones go to `found`."""
    found += [looked(f"lock {held.name}", partial(_judged, held)) for held in held_locks(home)]
    killed = [
        f"{path.stem} (process {note})" for path in sorted(home.locks.glob("*.lock")) if (note := _note(path))
    ]
    left = f"; the last holder was killed: {listed(killed)}" if killed else ""
    return Check("locks", "ok", f"nobody holds one{left}")


def _note(path: Path) -> str:
    """The process a lock's file names; its holder clears it, unless it was killed."""
    return printable(path.read_text("utf-8", "replace"), 20)


def _judged(held: Held) -> Check:
    since = stamp(held.since.replace(microsecond=0))
    command = _command(held)
    if command is not None:
        words = f"held by process {held.process} since {since}: {command}"
        return Check(f"lock {held.name}", "ok", words)
    others = _openers(held.path)
    words = f"held since {since}, though {_taker(held)} is gone; open in {_processes(others)}"
    advice = "a child of it holds on: end it, and the lock is free; removing the file frees nothing"
    return Check(f"lock {held.name}", "warn", words, advice)


def _taker(held: Held) -> str:
    return f"process {held.process}, which took it," if held.process else "who took it"


def _processes(found: list[int]) -> str:
    return ("process " + listed([str(pid) for pid in found])) if found else "no process of this user"


def _command(held: Held) -> str | None:
    """The command line of the process that took a lock, None when it is gone (its number may be another's by now)."""
    import psutil

    if held.process is None:
        return None
    try:
        process = psutil.Process(held.process)
        if process.status() == psutil.STATUS_ZOMBIE or process.create_time() > held.since.timestamp() + 1:
            return None
        return printable(" ".join(process.cmdline()), COMMAND_CHARACTERS) or process.name()
    except psutil.NoSuchProcess:
        return None
    except psutil.AccessDenied:
        return "of another user"


def _openers(path: Path) -> list[int]:
    """The processes of this user that have a file open."""
    import psutil

    found = []
    for process in psutil.process_iter():
        try:
            if any(each.path == str(path) for each in process.open_files()):
                found.append(process.pid)
        except psutil.Error:
            continue
    return found


def drafts(home: Home) -> Check:
    """What killed writers left: drafts over a minute old and older than every lock that is held now."""
    held = held_locks(home)
    before = min([time.time() - DRAFT_SECONDS, *(lock.since.timestamp() for lock in held)])
    left = [path for path in _drafts_below(home.root) if _changed_at(path, before)]
    words = [str(path.relative_to(home.root)) for path in sorted(left)]
    candidate = last_candidate(home)
    if candidate and candidate.checks is None and WAREHOUSE not in {lock.name for lock in held}:
        words.append(f"builds/{candidate.build_id} (never finished)")
    if not words:
        return Check("drafts", "ok", "no writer left one unfinished")
    advice = "none is ever read; the next fetch, parse and build remove them"
    return Check("drafts", "warn", f"{len(words)} left unfinished: {listed(words)}", advice)


def _drafts_below(root: Path) -> Iterator[Path]:
    """Every draft; folders that a build removes meanwhile have none."""
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in fnmatch.filter(names, ".*.part"))


def _changed_at(path: Path, before: float) -> bool:
    try:
        return path.lstat().st_mtime < before
    except FileNotFoundError:
        return False


def brought(home: Home) -> Check:
    """How many files brought by hand wait to be taken in, and how many were refused and are there still."""
    waiting = _counted(home, home.inbox, lambda name: len(inbox.waiting(home, name)))
    refusals = _counted(home, home.inbox_refused, lambda name: len(inbox.refused(home, name)))
    words = f"waiting: {waiting or 'none'}; refused: {refusals or 'none'}"
    advice = "take them in: `chokepoint inbox take`" if waiting else ""
    return Check("inbox", "ok", words, "why: `chokepoint inbox list`" if refusals else advice)


def _counted(home: Home, place: Path, count: Callable[[str], int]) -> str:
    names = sorted(path.name for path in place.iterdir() if path.is_dir()) if place.is_dir() else []
    return ", ".join(f"{number} of {printable(name, 40)}" for name in names if (number := count(name)))


def refused(home: Home) -> Check:
    """How many documents of which source are in quarantine."""
    counts = Counter(note.source for note in refusals(home))
    words = ", ".join(f"{count} of {source}" for source, count in sorted(counts.items()))
    advice = "see `chokepoint status --quarantine`" if words else ""
    return Check("quarantine", "ok", f"refused documents: {words or 'none'}", advice)


def held_documents(home: Home) -> Check:
    """How many documents are kept out of builds."""
    count = len(holds(home))
    advice = "let them in again: `chokepoint build --release-holds`" if count else ""
    return Check("holds", "ok", f"documents kept out of builds: {count or 'none'}", advice)
