"""One pass of some DAGs in a process of its own, its progress line by line, its Airflow talk in a log."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dags.support import sessions
from dags.support.airflow_home import ROOT

INGEST_THEN_BUILD = ("ingest_reference", "ingest_customs", "ingest_capex", "ingest_news", "build_warehouse")


def run_pass(
    env: Mapping[str, str],
    log: Path,
    tell: Callable[[str], None],
    dags: Sequence[str] = INGEST_THEN_BUILD,
) -> bool:
    """Whether every DAG succeeded. `env` comes from `airflow_home.environment`; nothing is left running."""
    command = [sys.executable, "-m", "dags.support.run_once", "--log", str(log), *dags]
    process = subprocess.Popen(
        command,
        env=dict(env),
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
    )
    try:
        for line in process.stdout or ():
            tell(line.rstrip("\n"))
        return process.wait() == 0
    finally:
        sessions.end([process])
