"""What lies in a home: release, locks, drafts, refused and held documents; each well and ill, by real files."""

from __future__ import annotations

import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from contracts.checkup import Check
from tests.warehouse.test_release import build
from warehouse import holdings as holdings_module
from warehouse import release as releases
from warehouse.build import hold
from warehouse.files import write_json
from warehouse.holdings import drafts, held_documents, held_locks, holdings, locks, refused, release
from warehouse.home import Home
from warehouse.locks import WAREHOUSE, lock

HOLD = """
import os, sys, time
from pathlib import Path
from warehouse.home import Home
from warehouse.locks import lock
with lock(Home(Path(sys.argv[1]), "sample"), "rates"):
    if sys.argv[2] == "child" and os.fork():
        os._exit(0)
    print(os.getpid(), flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(home: Home, how: str = "itself") -> Iterator[tuple[int, int]]:
    """A process that took the lock `rates`, and the one that holds it on: itself, or its child after it ended."""
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(home.root), how],
        cwd=root,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        holder = int(process.stdout.readline())
        if how == "child":
            process.wait()
        try:
            yield process.pid, holder
        finally:
            os.kill(holder, signal.SIGKILL)


def aged(path: Path, seconds: float) -> None:
    then = time.time() - seconds
    os.utime(path, (then, then))


def test_a_new_home_has_nothing_to_tell(home: Home) -> None:
    found = holdings(home)
    assert [(check.name, check.state) for check in found] == [
        ("release", "skipped"),
        ("locks", "ok"),
        ("inbox", "ok"),
        ("drafts", "ok"),
        ("quarantine", "ok"),
        ("holds", "ok"),
    ]
    assert not home.locks.exists()


def test_a_release_that_opens_says_its_format(home: Home) -> None:
    made = releases.publish(home, build(home, "one"))
    said = release(home)
    assert said.state == "ok"
    assert said.found.startswith(f"{made.name}: 4 tables, ")
    assert "DuckDB format v1.2.0" in said.found


def test_a_pin_is_said(home: Home) -> None:
    first = releases.publish(home, build(home, "one"))
    releases.publish(home, build(home, "two"))
    releases.rollback(home)
    assert release(home).found.endswith(f"pinned to {first.name}")


def _not_duckdb(folder: Path) -> None:
    (folder / "warehouse.duckdb").write_bytes(b"x" * 4096)


def _lost(folder: Path) -> None:
    (folder / "warehouse.duckdb").unlink()


def _no_manifest(folder: Path) -> None:
    (folder / "manifest.json").unlink()


def _torn_manifest(folder: Path) -> None:
    (folder / "manifest.json").write_text("{")


def _more_in_the_manifest(folder: Path) -> None:
    write_json(folder / "manifest.json", {"tables": {"marts.lost": {"rows": 1}}})


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_not_duckdb, "not a valid DuckDB database"),
        (_lost, "does not exist"),
        (_no_manifest, "cannot be read"),
        (_torn_manifest, "cannot be read"),
        (_more_in_the_manifest, "lacks marts.lost"),
    ],
)
def test_a_damaged_release_fails(home: Home, damage: object, words: str) -> None:
    made = releases.publish(home, build(home, "one"))
    damage(made.folder)  # type: ignore[operator]
    said = next(check for check in holdings(home) if check.name == "release")
    assert said.state == "fail"
    assert words in said.found
    assert "chokepoint rollback" in said.advice


def test_a_link_that_leads_nowhere_fails(home: Home) -> None:
    home.current.symlink_to("releases/2026.01.01-000000000000")
    assert release(home).state == "fail"


def only(checks: list[Check]) -> Check:
    (check,) = checks
    return check


def test_a_held_lock_names_its_process_and_command(home: Home) -> None:
    with holding(home) as (taker, _):
        said = only(locks(home))
    assert (said.name, said.state) == ("lock rates", "ok")
    assert f"held by process {taker} since 20" in said.found
    assert Path(sys.executable).name in said.found


def test_a_lock_whose_taker_is_gone_names_who_holds_it_on(home: Home) -> None:
    with holding(home, "child") as (taker, child):
        said = only(locks(home))
    assert said.state == "warn"
    assert f"though process {taker}, which took it, is gone; open in process {child}" in said.found


def test_a_killed_holder_leaves_a_free_lock(home: Home) -> None:
    with holding(home) as (taker, _):
        pass
    said = only(locks(home))
    assert (said.name, said.state) == ("locks", "ok")
    assert said.found == f"nobody holds one; the last holder was killed: rates (process {taker})"


def test_a_number_that_is_anothers_by_now_is_not_the_holder(home: Home) -> None:
    with holding(home, "child"):
        (home.locks / "rates.lock").write_text(str(os.getpid()))
        aged(home.locks / "rates.lock", 10 * 365 * 86400)
        assert only(locks(home)).state == "warn"


def test_a_note_that_says_no_process_is_told(home: Home) -> None:
    with holding(home) as (taker, _):
        (home.locks / "rates.lock").write_text("nobody")
        said = only(locks(home))
    assert said.state == "warn"
    assert f"though who took it is gone; open in process {taker}" in said.found


def test_drafts_of_a_killed_writer_are_told(home: Home) -> None:
    home.archive.mkdir()
    for draft in (home.archive / ".a.part", home.root / ".current.1.part"):
        draft.touch()
    assert drafts(home).state == "ok"
    for draft in (home.archive / ".a.part", home.root / ".current.1.part"):
        aged(draft, 3600)
    said = drafts(home)
    assert (said.state, said.found) == ("warn", "2 left unfinished: .current.1.part, archive/.a.part")


def test_a_folder_that_a_build_removes_meanwhile_is_no_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [home.builds / name for name in ("one", "two")]
    for folder in folders:
        folder.mkdir(parents=True)
        (folder / ".x.part").touch()

    def remove_the_other(path: Path, before: float) -> bool:
        for folder in folders:
            if folder != path.parent:
                shutil.rmtree(folder)
        return True

    monkeypatch.setattr(holdings_module, "_changed_at", remove_the_other)
    assert drafts(home).state == "warn"


def test_drafts_of_a_writer_at_work_are_not(home: Home) -> None:
    draft = home.root / ".a.part"
    draft.touch()
    aged(draft, 3600)
    with lock(home, "rates"):
        aged(home.locks / "rates.lock", 7200)
        assert [held.name for held in held_locks(home)] == ["rates"]
        assert drafts(home).state == "ok"
        aged(draft, 9000)
        assert drafts(home).state == "warn"


def test_a_build_that_never_finished_is_told_when_nobody_builds(home: Home) -> None:
    made = build(home, "one")
    assert drafts(home).state == "ok"
    (made.folder / "checks.json").unlink()
    assert drafts(home).found == f"1 left unfinished: builds/{made.build_id} (never finished)"
    with lock(home, WAREHOUSE):
        assert drafts(home).state == "ok"


def test_refused_and_held_documents_are_counted(home: Home) -> None:
    note = {
        **dict.fromkeys(("url", "parser_version", "reason", "archive"), "x"),
        "retrieved_at": "2026-11-21T06:00:00Z",
    }
    for source, document in (("rates", "a"), ("rates", "b"), ("news", "c")):
        write_json(
            home.quarantine / source / f"{document}.json",
            {**note, "source": source, "document_id": document},
        )
    hold(home, {"a": "x"})
    assert refused(home).found == "refused documents: 1 of news, 2 of rates"
    assert held_documents(home).found == "documents kept out of builds: 1"


def test_a_torn_note_hides_nothing_else(home: Home) -> None:
    (home.quarantine / "rates").mkdir(parents=True)
    (home.quarantine / "rates" / "a.json").write_text("{")
    found = {check.name: check.state for check in holdings(home)}
    fine = dict.fromkeys(("locks", "inbox", "drafts", "holds"), "ok")
    assert found == {"release": "skipped", **fine, "quarantine": "fail"}


def test_nobody_is_kept_waiting_by_a_look(home: Home) -> None:
    def look() -> None:
        for _ in range(200):
            held_locks(home)

    with lock(home, "rates"):
        pass
    process = multiprocessing.get_context("fork").Process(target=look)
    process.start()
    for _ in range(20):
        with lock(home, "rates"):
            assert (home.locks / "rates.lock").read_text() == str(os.getpid())
    process.join()
