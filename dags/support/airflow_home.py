"""Where Airflow keeps its own things, said by environment before airflow is imported; imports no airflow itself."""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DAGS = ROOT / "dags"
HOST = "127.0.0.1"
USER = "admin"
JWT_BYTES = 64
PASSWORDS = "passwords.json"
MAKE_DATABASE = (sys.executable, "-m", "airflow", "db", "migrate")


def settings(folder: Path, port: int | None = None) -> dict[str, str]:
    """The environment of an Airflow whose home is `folder`, API on loopback at `port` (None: a free one).

    A new signing secret and free ports for the log servers at every call, so two Airflows never meet.
    """
    address = port or free_port()
    return {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__DAGS_FOLDER": str(DAGS),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(folder / PASSWORDS),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(folder / "logs"),
        "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(free_port()),
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "30",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(address),
        "AIRFLOW__API__BASE_URL": f"http://{HOST}:{address}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(JWT_BYTES),
    }


def make_folder(folder: Path) -> None:
    """The folder, readable by its owner only."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)


def environment(
    folder: Path, environ: Mapping[str, str] = os.environ, port: int | None = None
) -> dict[str, str]:
    """`environ` for a process that imports airflow: settings on top, our packages first on its path.

    Airflow settings of the caller's own (AIRFLOW__...) do not reach it.
    """
    kept = {name: value for name, value in environ.items() if not name.startswith("AIRFLOW__")}
    path = os.pathsep.join(filter(None, (str(ROOT), environ.get("PYTHONPATH"))))
    return {**kept, **settings(folder, port), "PYTHONPATH": path}


def password(folder: Path) -> tuple[str, bool]:
    """The password of `USER`, and whether it was made just now; kept in a file that only its owner can read."""
    path = folder / PASSWORDS
    if path.exists():
        return str(json.loads(path.read_text())[USER]), False
    made = secrets.token_urlsafe(16)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(json.dumps({USER: made}) + "\n")
    return made, True


def free_port() -> int:
    """A port nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True
