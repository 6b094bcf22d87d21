"""kill -9 at any moment, run again: the release equals the one nobody disturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.datasets import DERIVED_SCHEMAS
from extractors.web.mirror import serve
from tests.released import assert_same_release
from warehouse.home import Home, open_home
from warehouse.vintage import INDEX

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
DAY1 = datetime(2026, 11, 21, 12, tzinfo=UTC)
PHASES = ("fetch", "pack", "parse", "enrich", "build", "publish")
WRITERS = {"pack": "files.py", "parse": "lake.py", "build": "vintage.py"}
TIMED_BUILD_KILLS = 2

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


class Runner:
    """Runs phases on one home in processes of their own, with the recorded mirror behind them."""

    def __init__(self, root: Path, mirror: str) -> None:
        self.root, self.marks = root, root.with_name(root.name + "-marks")
        self.marks.mkdir()
        self.environ = {
            **os.environ,
            "CHOKEPOINT_HOME": str(root),
            "CHOKEPOINT_MIRROR": mirror,
            "CHOKEPOINT_FEEDS": str(SAMPLES / "feeds.toml"),
            "CHOKEPOINT_FILERS": str(SAMPLES / "filers.toml"),
            "CHOKEPOINT_QUERIES": str(ROOT / "tests" / "kill" / "queries.toml"),
            "CHOKEPOINT_NOTICES": str(SAMPLES / "notices.toml"),
        }

    def start(self, phase: str, kill_at: int | None = None) -> subprocess.Popen[str]:
        for mark in self.marks.iterdir():
            mark.unlink()
        command = [sys.executable, "-m", "tests.kill.driver", phase, str(self.marks)]
        command += [str(kill_at)] if kill_at else []
        return subprocess.Popen(command, cwd=ROOT, env=self.environ, stderr=subprocess.PIPE, text=True)

    def run(self, phase: str) -> list[str]:
        """Run a phase to its end; gives the places of its writes, in order."""
        process = self.start(phase)
        _, errors = process.communicate()
        assert process.returncode == 0, f"{phase} after a kill: {errors[-2000:]}"
        return (self.marks / f"{phase}.writes").read_text().splitlines()

    def was_hit(self, phase: str) -> bool:
        """The process died inside the phase: it had begun and had not ended."""
        return (self.marks / f"{phase}.begin").exists() and not (self.marks / f"{phase}.end").exists()

    def kill_at(self, phase: str, write: int) -> bool:
        process = self.start(phase, write)
        process.communicate()
        return process.returncode == -signal.SIGKILL and self.was_hit(phase)

    def kill_after(self, phase: str, seconds: float) -> bool:
        process = self.start(phase)
        while not (self.marks / f"{phase}.begin").exists():
            time.sleep(0.01)
        time.sleep(seconds)
        process.kill()
        process.communicate()
        return process.returncode == -signal.SIGKILL and self.was_hit(phase)

    @property
    def home(self) -> Home:
        return open_home(self.root)


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    with serve(SAMPLES, at=DAY1) as server:
        yield server.base


@pytest.fixture(scope="module")
def undisturbed(mirror: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Runner, dict[str, list[str]]]:
    runner = Runner(tmp_path_factory.mktemp("undisturbed") / "home", mirror)
    return runner, {phase: runner.run(phase) for phase in PHASES}


def vintages(home: Home) -> set[str]:
    """The parts worked out from the raw ones, by name: names are of what the parts were made of."""
    found = (
        path for dataset in (INDEX, *DERIVED_SCHEMAS) for path in (home.lake / dataset).rglob("*.parquet")
    )
    return {str(path.relative_to(home.lake)) for path in found}


def kill_points(places: list[str], seed: int) -> list[int]:
    """A write of every place in the code that writes, the first of the phase, and the last."""
    chosen = random.Random(seed)
    occurrences: dict[str, list[int]] = {}
    for number, place in enumerate(places, start=1):
        occurrences.setdefault(place, []).append(number)
    return sorted({1, len(places), *(chosen.choice(numbers) for numbers in occurrences.values())})


def build_points(places: list[str]) -> list[int]:
    """The first write, the naming of a part, and the last: test_kill_vintage.py kills at all places, where a build takes seconds."""
    named = max(n for n, place in enumerate(places, start=1) if place.startswith("vintage.py:_write"))
    return [1, named, len(places)]


def test_killed_anywhere_and_run_again_the_release_is_the_same(
    undisturbed: tuple[Runner, dict[str, list[str]]], mirror: str, tmp_path: Path
) -> None:
    calm, writes = undisturbed
    runner, hits = Runner(tmp_path / "home", mirror), dict.fromkeys(PHASES, 0)
    for seed, phase in enumerate(PHASES):
        for point in build_points(writes[phase]) if phase == "build" else kill_points(writes[phase], seed):
            hits[phase] += runner.kill_at(phase, point)
        if phase == "build":
            hits[phase] += sum(runner.kill_after(phase, 1.5 + 1.5 * n) for n in range(TIMED_BUILD_KILLS))
        runner.run(phase)
    assert all(hits.values()), f"a phase was never hit: {hits}"
    for phase, module in WRITERS.items():
        assert any(place.startswith(module) for place in writes[phase]), f"no write of {module} in {phase}"
    assert_same_release(calm.home, runner.home)
    left = [p for p in runner.root.rglob("*.part") if p.exists()]
    assert not left, f"unfinished files survive a clean run: {left}"
    assert vintages(runner.home) == vintages(calm.home) != set()


def test_two_at_once_both_end_well_or_find_the_lock(
    undisturbed: tuple[Runner, dict[str, list[str]]], mirror: str, tmp_path: Path
) -> None:
    calm, _ = undisturbed
    runner = Runner(tmp_path / "home", mirror)
    for phase in PHASES:
        pair = [runner.start(phase), runner.start(phase)]
        ends = [(process.communicate()[1], process.returncode) for process in pair]
        assert all(code in (0, 6) for _, code in ends), f"{phase}: {ends}"
        assert any(code == 0 for _, code in ends), f"{phase}: nobody got through: {ends}"
    assert_same_release(calm.home, runner.home)
