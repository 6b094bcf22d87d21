"""The sample as a release: two days asked for over loopback, parsed and built, as `make demo` does but without Airflow."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from dags.support.airflow_home import ROOT
from dags.support.demo import DAYS, SAMPLES, bring, environ, fresh_home
from extractors.web.mirror import serve
from warehouse.release import current


def sample_release(root: Path) -> Path:
    """The database of the release in a new home at `root`: the second day, and of the first what the second asks anew."""
    home = fresh_home(root)
    bring(SAMPLES / "inbox", home)
    first, second = DAYS
    for day, commands in (
        (first, [["fetch", "us_census_api"], ["parse", "us_census_api"]]),
        (second, [["run"]]),
    ):
        with serve(SAMPLES, at=day.at) as mirror:
            for command in commands:
                _chokepoint(command, environ(home, mirror.base))
    made = current(home)
    assert made is not None
    return made.folder / "warehouse.duckdb"


def _chokepoint(command: list[str], settings: dict[str, str]) -> None:
    asked = [sys.executable, "-m", "cli", *command]
    done = subprocess.run(asked, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{command}: {done.stderr[-2000:]}"
