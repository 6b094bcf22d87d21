"""A real Airflow, booted by the program behind `make up` over the sample: bells make releases, and nothing stays."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import psutil
import pytest
import requests

from contracts.clock import parse_stamp
from dags.support import airflow_home
from dags.support.demo import DAYS
from extractors.web.mirror import serve
from warehouse import release as releases
from warehouse.home import open_home

SAMPLES = airflow_home.ROOT / "samples"
PLANTED = {"CENSUS_API_KEY": "pl4nted/census+key", "HF_TOKEN": "pl4nted_other_secret"}
PATIENCE_SECONDS = 420
Found = TypeVar("Found")


def wait_for(what: str, ask: Callable[[], Found | None]) -> Found:
    """The first answer that is not None (or empty)."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        if found := ask():
            return found
        time.sleep(1)
    raise AssertionError(f"still waiting for {what}")


class Up:
    """The running program, its output, and a client of its API."""

    def __init__(self, root: Path, mirror: str) -> None:
        self.output, self.airflow, self.port = root / "output", root / "airflow", airflow_home.free_port()
        own = {
            "AIRFLOW_HOME": str(self.airflow),
            "AIRFLOW__API__PORT": str(self.port),
            "CHOKEPOINT_HOME": str(root / "home"),
            "CHOKEPOINT_MIRROR": mirror,
            "CHOKEPOINT_FEEDS": str(SAMPLES / "feeds.toml"),
            "CHOKEPOINT_FILERS": str(SAMPLES / "filers.toml"),
            "CHOKEPOINT_QUERIES": str(SAMPLES / "queries.toml"),
            "CHOKEPOINT_NOTICES": str(SAMPLES / "notices.toml"),
        }
        with self.output.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "dags.support.up"],
                cwd=airflow_home.ROOT,
                env={**os.environ, **own, **PLANTED},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self.client = requests.Session()
        self.client.trust_env = False

    def said(self) -> str:
        return self.output.read_text()

    def log_in(self) -> None:
        """Wait until it says that it is healthy, then use the password it printed."""
        wait_for("a healthy Airflow", self._healthy)
        found = re.search(r"user (\S+), password (\S+)", self.said())
        assert found
        token = self.client.post(
            f"http://127.0.0.1:{self.port}/auth/token", json={"username": found[1], "password": found[2]}
        )
        self.client.headers["Authorization"] = f"Bearer {token.json()['access_token']}"

    def _healthy(self) -> bool:
        assert self.process.poll() is None, self.said()
        return "healthy after" in self.said()

    def ask(self, path: str) -> dict[str, Any]:
        answer = self.client.get(f"http://127.0.0.1:{self.port}/api/v2/{path}")
        answer.raise_for_status()
        return dict(answer.json())

    def switch_on(self, dag: str) -> None:
        wait_for(f"{dag} to be read", lambda: dag in {d["dag_id"] for d in self.ask("dags")["dags"]})
        url = f"http://127.0.0.1:{self.port}/api/v2/dags/{dag}"
        self.client.patch(url, json={"is_paused": False}).raise_for_status()

    def runs(self, dag: str) -> list[dict[str, Any]]:
        return list(self.ask(f"dags/{dag}/dagRuns")["dag_runs"])

    def finished(self, dag: str, run_type: str) -> dict[str, Any] | None:
        return next(
            (r for r in self.runs(dag) if r["run_type"] == run_type and r["state"] in ("success", "failed")),
            None,
        )

    def outcome(self, dag: str) -> str:
        """The state of the DAG's clocked run, once it has ended."""
        return str(wait_for(dag, lambda: self.finished(dag, "scheduled"))["state"])

    def family(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> None:
        """Leave nothing behind, however the test went."""
        if self.process.poll() is not None:
            return
        family = self.family()
        self.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(60)
        self.process.kill()
        self.process.wait()
        for process in family:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


def lives(process: psutil.Process) -> bool:
    """Whether it still runs; what has ended and waits to be collected does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    with serve(SAMPLES, at=DAYS[0].at) as mirror:
        running = Up(tmp_path, mirror.base)
        try:
            yield running
        finally:
            running.end()


@pytest.mark.long
@pytest.mark.timeout(1200)
def test_an_announcement_makes_a_release_and_nothing_is_left_behind(up: Up, tmp_path: Path) -> None:
    up.log_in()
    up.switch_on("build_warehouse")
    clocked = wait_for("the build of the last tick", lambda: up.finished("build_warehouse", "scheduled"))
    assert clocked["state"] == "success"
    home = open_home(tmp_path / "home")
    assert home.kind == "sample"
    empty = releases.current(home)
    assert empty is not None
    assert empty.manifest["tables"]["marts.exposure"]["rows"] == 0

    up.switch_on("ingest_customs")
    run = wait_for("a build that a bell started", lambda: up.finished("build_warehouse", "asset_triggered"))
    assert run["state"] == "success"
    events = up.ask(f"dags/build_warehouse/dagRuns/{quote(run['dag_run_id'])}/upstreamAssetEvents")[
        "asset_events"
    ]
    assert {(e["source_dag_id"], e["source_task_id"]) for e in events} == {("ingest_customs", "announce")}
    release = releases.current(home)
    assert release is not None
    assert release.manifest["tables"]["marts.exposure"]["rows"] > 0
    made = parse_stamp(release.manifest["released_at"])
    assert parse_stamp(run["start_date"]) <= made <= parse_stamp(run["end_date"])
    assert up.outcome("ingest_customs") == "success"

    for name in ("ingest_reference", "ingest_news"):
        up.switch_on(name)
        assert up.outcome(name) == "success"
    assert (up.airflow / airflow_home.PASSWORDS).stat().st_mode & 0o777 == 0o600

    family = up.family()
    assert len(family) >= 4
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(120) == 0, up.said()
    assert [process for process in family if lives(process)] == []
    assert_no_secret_below(tmp_path)


def assert_no_secret_below(folder: Path) -> None:
    """No planted secret in any file, plain or percent-encoded once or twice."""
    forms = {form.encode() for secret in PLANTED.values() for form in _forms(secret)}
    files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert any(path.suffix == ".log" for path in files)
    holding = {str(path) for path in files for form in forms if form in path.read_bytes()}
    assert holding == set()


def _forms(secret: str) -> set[str]:
    once = quote(secret, safe="")
    return {secret, once, quote(once, safe=""), json.dumps(secret)[1:-1]}
