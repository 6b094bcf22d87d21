"""The DAG files, read by Airflow's own interpreter in a process apart: nothing here imports airflow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from contracts.checkup import Check, listed
from contracts.text import printable

MOST_SECONDS = 180
REASON_CHARACTERS = 160
INSTALL = "install it: pip install -e . -c constraints.txt"


def dags_folder() -> Path | None:
    """Where the DAG files are, None when they are not installed; imports nothing."""
    spec = find_spec("dags")
    return Path(spec.origin).parent if spec and spec.origin else None


def dag_files(folder: Path | None, environ: Mapping[str, str] = os.environ) -> Check:
    """Import every DAG file of a folder in a process with an Airflow home of its own, which is thrown away."""
    if folder is None:
        return Check("dags", "fail", "the DAG files are not installed", INSTALL)
    since = time.monotonic()
    try:
        files = _read(folder, environ)
    except subprocess.TimeoutExpired:
        advice = "try `python -m dags.support.readable dags` and see where it stops"
        return Check("dags", "fail", f"not read within {MOST_SECONDS} s", advice)
    seconds = time.monotonic() - since
    if isinstance(files, str):
        return Check("dags", "fail", files, INSTALL)
    broken = [f"{name}: {printable(why, REASON_CHARACTERS)}" for name, why in files.items() if why]
    if broken or not files:
        return Check("dags", "fail", listed(broken) or f"no DAG file in {folder}", "mend the file named")
    return Check("dags", "ok", f"{len(files)} files read in {seconds:.1f} s")


def _read(folder: Path, environ: Mapping[str, str]) -> dict[str, str] | str:
    """Error by DAG file, empty where it reads well; else one line that says why nothing could be read."""
    root = str(Path(__file__).parents[2])
    path = os.pathsep.join(filter(None, (root, environ.get("PYTHONPATH"))))
    with TemporaryDirectory(prefix="chokepoint-doctor-") as airflow_home:
        done = subprocess.run(
            [sys.executable, "-m", "dags.support.readable", str(folder), airflow_home],
            env={**environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=MOST_SECONDS,
            check=False,
        )
    try:
        told = json.loads(done.stdout.splitlines()[-1])
        return {str(name): str(why) for name, why in told.items()}
    except (IndexError, ValueError, AttributeError):
        last = next((line for line in reversed(done.stderr.splitlines()) if line.strip()), "it said nothing")
        return printable(f"the reader ended with {done.returncode}: {last}", REASON_CHARACTERS)
