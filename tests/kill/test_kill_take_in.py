"""kill -9 while files are taken in, at every step of every move; taken in again, all is as if nobody had disturbed it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inbox.tables import NAME
from tests.kill.test_kill import Runner, kill_points
from warehouse.archive import Archive
from warehouse.home import open_home

GOOD = b"rates of 2024\n1.1\n"
SIDE = "released_at = 2024-02-08\norigin = 'a table made up for this'\nevidence = 'synthetic'\n"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def brought(root: Path) -> Runner:
    """A home with a good file, one that is refused, and one refused for its side file."""
    runner = Runner(root, "http://127.0.0.1:9")
    folder = open_home(root, "sample").inbox / NAME
    folder.mkdir(parents=True)
    for name, body, side in (
        ("good.csv", GOOD, SIDE),
        ("bad.csv", b"something else\n", SIDE),
        ("side.csv", GOOD, "released_at = 2999-01-01"),
    ):
        (folder / name).write_bytes(body)
        (folder / f"{name}.toml").write_text(side)
    return runner


def left(runner: Runner) -> dict[str, bytes]:
    """Every file of the three folders, with its bytes; and the document by its id and release."""
    home = runner.home
    folders = (home.inbox, home.inbox_done, home.inbox_refused)
    found = {
        str(p.relative_to(home.root)): p.read_bytes() for f in folders for p in f.rglob("*") if p.is_file()
    }
    documents = Archive(home.archive).captures(NAME)
    return found | {c.document_id: str(c.released_at).encode() for c in documents}


def test_killed_at_every_step_and_taken_in_again_all_is_the_same(tmp_path: Path) -> None:
    calm = brought(tmp_path / "calm")
    writes = calm.run("take_in")
    expected = left(calm)
    assert sum(name.startswith("inbox.done/") for name in expected) == 2
    assert sum(name.startswith("inbox.refused/") for name in expected) == 6
    assert not any(name.startswith("inbox/") for name in expected)
    moving = [
        n
        for n, place in enumerate(writes, start=1)
        if place.startswith("inbox.py:") and ":close" not in place
    ]
    places = sorted({*moving, *kill_points(writes, seed=7)})
    assert len(moving) > 10
    hits = 0
    for number in places:
        runner = brought(tmp_path / f"home{number}")
        hits += runner.kill_at("take_in", number)
        runner.run("take_in")
        assert left(runner) == expected, f"killed at {writes[number - 1]}"
        assert list(runner.root.rglob("*.part")) == []
    assert hits == len(places)


def test_killed_again_and_again_it_still_ends(tmp_path: Path) -> None:
    calm, runner = brought(tmp_path / "calm"), brought(tmp_path / "home")
    writes = calm.run("take_in")
    assert sum(runner.kill_at("take_in", number) for number in range(3, len(writes), 5)) > 2
    runner.run("take_in")
    assert left(runner) == left(calm)
