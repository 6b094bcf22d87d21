"""Airflow's processes, each in a session of its own, so that none outlives us whatever it forks."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

from contracts.errors import EnvironmentFault
from dags.support import sessions

ALL = ("api-server", "scheduler", "dag-processor", "triggerer")
_COMMANDS = {
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "triggerer": ("triggerer", "--skip-serve-logs"),
}
_HEALTH = {"scheduler": "scheduler", "dag-processor": "dag_processor", "triggerer": "triggerer"}


class Components:
    """Airflow processes over one environment; leaving the block ends every process of theirs.

    The log servers stay off: they listen on every address, and the API server reads the log files itself.
    """

    def __init__(self, env: Mapping[str, str], names: Iterable[str] = ALL) -> None:
        self.env, self.names = dict(env), tuple(names)
        self.logs = Path(env["AIRFLOW_HOME"]) / "logs"
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Components:
        self.logs.mkdir(parents=True, exist_ok=True)
        try:
            for name in self.names:
                self._running[name] = self._start(name)
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.stop()

    def _start(self, name: str) -> subprocess.Popen[bytes]:
        with self.log(name).open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "airflow", *_COMMANDS.get(name, (name,))],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def log(self, name: str) -> Path:
        """Where a component's own output goes."""
        return self.logs / f"{name}.log"

    def require_alive(self) -> None:
        """Raise `EnvironmentFault` with the last lines of a component that has ended."""
        for name, process in self._running.items():
            if process.poll() is not None:
                raise EnvironmentFault(
                    f"Airflow's {name} ended with {process.returncode}; {self.log(name)} ends:\n{tail(self.log(name))}"
                )

    def healthy(self) -> bool:
        """Whether the API answers and every component started here has a fresh heartbeat."""
        health = _get_json(f"{self.env['AIRFLOW__API__BASE_URL']}/api/v2/monitor/health")
        wanted = [_HEALTH[name] for name in self.names if name in _HEALTH]
        return health is not None and all(health[name]["status"] == "healthy" for name in wanted)

    def stop(self) -> None:
        """End every process of every component; a running task has some seconds to finish."""
        sessions.end(self._running.values())

    def processes(self) -> list[int]:
        """The living processes of all components."""
        return sessions.living(self._running.values())


def _get_json(url: str) -> dict[str, Any] | None:
    """The JSON at a loopback address, never through a proxy; None when nothing answers yet."""
    try:
        with build_opener(ProxyHandler({})).open(url, timeout=5) as answer:
            body: dict[str, Any] = json.load(answer)
            return body
    except (URLError, OSError, ValueError):
        return None


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log."""
    return "\n".join(path.read_text("utf-8", "replace").splitlines()[-lines:]) if path.exists() else ""
