"""kill -9 while vintages and a candidate are written: nothing is ever torn, and made again all is as if undisturbed."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from contracts.datasets import DERIVED_SCHEMAS
from tests.kill.test_kill import Runner, kill_points
from tests.warehouse.test_vintage import make, put, rows
from tests.warehouse.told import PERIODS, Told, at
from warehouse.build import last_candidate
from warehouse.home import open_home
from warehouse.vintage import INDEX, _is_whole

CODE = "850760"
SOURCES = ("us_census_api", "us_census_port")

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def _told(number: int, value: int, periods: tuple[date, ...] = PERIODS) -> Told:
    values = {(period, CODE, partner): value for period in periods for partner in ("5700", "5830", "-")}
    return Told(f"d{number}", at(number), None, 200, True, CODE, periods, None, values)


def held(root: Path) -> Runner:
    """A home with two sources, a revision, and no parts worked out yet."""
    home = open_home(root, "sample")
    for source in SOURCES:
        put(home, [_told(1, 1), _told(2, 2, PERIODS[:1])], source)
    return Runner(root, "http://127.0.0.1:9")


def parts(runner: Runner) -> set[str]:
    """The files of the parts, by name: names are of what they were made of."""
    found = (
        p for name in (INDEX, *DERIVED_SCHEMAS) for p in (runner.home.lake / name).rglob("*") if p.is_file()
    )
    return {str(path.relative_to(runner.home.lake)) for path in found}


def told(runner: Runner) -> list[list[tuple[Any, ...]]]:
    """What the parts say once they are made up."""
    made = make(runner.home)
    return [rows(made, dataset) for dataset in DERIVED_SCHEMAS]


def test_killed_while_parts_are_written_they_are_whole_or_not_there(tmp_path: Path) -> None:
    calm = held(tmp_path / "calm")
    writes = calm.run("vintage")
    assert {place.split(":")[0] for place in writes} >= {"vintage.py", "versions.py", "files.py"}
    names = [n for n, place in enumerate(writes, start=1) if place.endswith(":replace")]
    points = sorted({*kill_points(writes, seed=3), *names})
    assert len(points) > 12
    for point in points:
        runner = held(tmp_path / f"home{point}")
        assert runner.kill_at("vintage", point), f"not killed at {writes[point - 1]}"
        left = parts(runner)
        assert [name for name in left if not _is_whole(runner.home.lake / name)] == []
        assert left <= parts(calm), "what was made before the kill is what is needed"
        assert told(runner) == told(calm) != [], f"killed at {writes[point - 1]}"
        assert parts(runner) == parts(calm)


def test_killed_anywhere_around_the_models_the_next_build_is_whole(tmp_path: Path) -> None:
    writes = held(tmp_path / "calm").run("assemble")
    around = [
        p for p in kill_points(writes, seed=5) if not writes[p - 1].startswith(("vintage.py", "versions.py"))
    ]
    assert {writes[point - 1].split(":")[0] for point in around} >= {"build.py", "files.py"}
    for point in around:
        runner = held(tmp_path / f"home{point}")
        assert runner.kill_at("assemble", point), f"not killed at {writes[point - 1]}"
        runner.run("assemble")
        made = last_candidate(runner.home)
        assert made is not None
        assert made.checks, f"killed at {writes[point - 1]}"
        assert not list(runner.root.rglob("*.part"))


def test_killed_while_a_new_month_replaces_parts_what_is_left_is_swept(tmp_path: Path) -> None:
    calm, runner = held(tmp_path / "calm"), held(tmp_path / "home")
    for each in (calm, runner):
        each.run("vintage")
        put(each.home, [_told(3, 5)], SOURCES[0])
    writes = calm.run("vintage")
    removals = [n for n, place in enumerate(writes, start=1) if "unlink" in place or "rmdir" in place]
    assert removals, "parts that nobody needs are removed"
    assert runner.kill_at("vintage", removals[0])
    assert told(runner) == told(calm)
    assert parts(runner) == parts(calm)
