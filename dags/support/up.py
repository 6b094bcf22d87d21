"""Airflow's UI and scheduler over the live home, on loopback, until Ctrl-C or SIGTERM: `make up`."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from contracts.errors import ChokepointError, EnvironmentFault
from dags.support import airflow_home, sessions
from dags.support.components import Components, tail
from warehouse.home import home_root, open_home, wanted_kind

PORT = 8088
PATIENCE_SECONDS = 240


def main() -> int:
    """Exit code 0 after a person ended it, else the error's own."""
    sessions.end_once()
    try:
        _serve()
    except KeyboardInterrupt:
        print("stopped; nothing is left running", flush=True)
        return 0
    except ChokepointError as error:
        print(f"make up: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _serve() -> None:
    home = open_home(home_root(), wanted_kind())
    folder = airflow_folder(home.root)
    port = _port()
    env = airflow_home.environment(
        folder, {**os.environ, "CHOKEPOINT_HOME": str(home.root), "AIRFLOW_HOME": str(folder)}, port
    )
    print(f"home {home.root} ({home.kind}); Airflow keeps its own things in {folder}", flush=True)
    migrate(env)
    password, is_new = airflow_home.password(folder)
    print("starting the API server, the scheduler, the DAG processor and the triggerer ...", flush=True)
    since = time.monotonic()
    with Components(env) as components:
        wait_until_healthy(components)
        print(f"healthy after {time.monotonic() - since:.0f} s: {env['AIRFLOW__API__BASE_URL']}")
        known = folder / airflow_home.PASSWORDS
        print(f"user {airflow_home.USER}, password {password if is_new else f'as made before: see {known}'}")
        print("the DAGs start paused: switch on what should run. Ctrl-C ends it.", flush=True)
        while True:
            components.require_alive()
            time.sleep(1)


def airflow_folder(root: Path) -> Path:
    """Airflow's own folder: the one AIRFLOW_HOME names, else one inside the home; made when it is not there."""
    folder = Path(os.environ.get("AIRFLOW_HOME") or root / "airflow").absolute()
    airflow_home.make_folder(folder)
    return folder


def _port() -> int:
    port = int(os.environ.get("AIRFLOW__API__PORT") or PORT)
    if not airflow_home.is_free(port):
        raise EnvironmentFault(f"port {port} is in use: set AIRFLOW__API__PORT to another")
    return port


def migrate(env: dict[str, str]) -> None:
    """Make Airflow's database or bring it up to date; its talk goes to a log. Raises `EnvironmentFault`."""
    log = Path(env["AIRFLOW_HOME"]) / "migrate.log"
    with log.open("wb") as out:
        done = subprocess.run(
            airflow_home.MAKE_DATABASE, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False
        )
    if done.returncode:
        raise EnvironmentFault(f"Airflow's database could not be made; {log} ends:\n{tail(log)}")


def wait_until_healthy(components: Components) -> None:
    """Raise `EnvironmentFault` when a component ends, or is not healthy in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not components.healthy():
        components.require_alive()
        if time.monotonic() > deadline:
            raise EnvironmentFault(
                f"Airflow is not healthy after {PATIENCE_SECONDS} s: see {components.logs}/*.log"
            )
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
