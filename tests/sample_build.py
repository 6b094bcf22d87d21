"""The sample as a release: two days asked for over loopback, parsed and built, as `make demo` does but without Airflow."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dags.support.airflow_home import ROOT
from dags.support.demo import DAYS, SAMPLES, bring, environ, fresh_home
from extractors.web.mirror import serve
from warehouse.home import Home
from warehouse.release import current


@dataclass(frozen=True)
class Sample:
    """The home, the database of its release, and what the last command of each day said with `--json`."""

    home: Home
    database: Path
    said: list[dict[str, Any]]


def sample_release(root: Path) -> Sample:
    """A release in a new home at `root`: the second day, and of the first what the second asks anew."""
    home = fresh_home(root)
    bring(SAMPLES / "inbox", home)
    first, second = DAYS
    said = []
    for day, commands in (
        (first, [["fetch", "us_census_api"], ["parse", "us_census_api"]]),
        (second, [["run"]]),
    ):
        with serve(SAMPLES, at=day.at) as mirror:
            answers = [_chokepoint([*command, "--json"], environ(home, mirror.base)) for command in commands]
            said.append(json.loads(answers[-1]))
    made = current(home)
    assert made is not None
    return Sample(home, made.folder / "warehouse.duckdb", said)


def _chokepoint(command: list[str], settings: dict[str, str]) -> str:
    asked = [sys.executable, "-m", "cli", *command]
    done = subprocess.run(asked, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
    return done.stdout
