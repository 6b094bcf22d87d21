"""Run DAGs once, one after the other, in this process: `python -m dags.support.run_once --log FILE DAG...`.

Needs AIRFLOW_HOME and its settings in the environment (`airflow_home.environment`). Airflow's own talk goes to the log
file; standard output gets one line a step. Nothing is tried again: a person waits, and the session has tried already.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from contracts.text import printable
from dags.support.airflow_home import DAGS

DETAIL_CHARACTERS = 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when every run succeeded, 1 otherwise; a failed DAG does not stop those after it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--log", type=Path, required=True, help="where Airflow's own output goes")
    parser.add_argument("dags", nargs="+", metavar="DAG")
    given = parser.parse_args(arguments)
    shown = divert_output(given.log)
    teller = Teller(shown)
    bag = _load()
    for path, error in bag.import_errors.items():
        teller.say("airflow", Path(path).name, "failed", error)
    if bag.import_errors:
        return 1
    teller.say("airflow", "ready", "success", f"{len(bag.dags)} DAGs")
    states = [run(bag, name, teller) for name in given.dags]
    return 0 if all(state == "success" for state in states) else 1


class Teller:
    """Writes one line a step: DAG, task, state, seconds, and what it came to."""

    def __init__(self, out: TextIO) -> None:
        self._out, self._since = out, time.monotonic()

    def say(self, dag: str, step: str, state: str, detail: str = "", since: float | None = None) -> None:
        """One line, with the seconds since the last one, or since `since`."""
        now = time.monotonic()
        seconds = now - (self._since if since is None else since)
        line = f"{dag:<16} {step:<24} {state:<9} {seconds:5.1f} s  {printable(detail, DETAIL_CHARACTERS)}"
        print(line.rstrip(), file=self._out, flush=True)
        self._since = now

    def heed(self, context: Mapping[str, Any], state: str) -> None:
        """A callback of a task: say how it ended."""
        ti = context["ti"]
        error = context.get("exception")
        if state == "skipped":
            detail = ti.xcom_pull(task_ids=ti.task_id, key="skipped")
        elif error is not None:
            detail = str(error) or type(error).__name__
        else:
            detail = _shown(ti.xcom_pull(task_ids=ti.task_id))
        self.say(ti.dag_id, ti.task_id, state, str(detail or ""))


def divert_output(log: Path) -> TextIO:
    """Send this process's output and errors to `log`, library output included; gives what was standard output."""
    shown = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    with log.open("ab") as file:
        sys.stdout.flush()
        for stream in (sys.stdout, sys.stderr):
            os.dup2(file.fileno(), stream.fileno())
    return shown


def _load() -> Any:
    """Airflow's database made or brought up to date, and the DAG files read."""
    from airflow.utils.db import initdb

    initdb()
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(DAGS), bundle_path=DAGS, bundle_name="dags-folder")


def run(bag: Any, name: str, teller: Teller) -> str:
    """One run of one DAG with `dag.test()`; its state."""
    from functools import partial

    dag = bag.dags[name]
    for task in dag.tasks:
        task.retries = 0
        for event, state in (("success", "success"), ("skipped", "skipped"), ("failure", "failed")):
            setattr(task, f"on_{event}_callback", [partial(teller.heed, state=state)])
    started = time.monotonic()
    state = str(dag.test().state)
    teller.say(name, "all", state, since=started)
    return state


def _shown(value: object) -> str:
    """What a task gave back, in words: counts, or text."""
    if isinstance(value, Mapping):
        inner = (_shown(v) if isinstance(v, Mapping) else f"{v} {k}" for k, v in value.items())
        return ", ".join(filter(None, inner))
    return "" if value is None else str(value)


if __name__ == "__main__":
    sys.exit(main())
