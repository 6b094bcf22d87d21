"""What the tests of the check-up share: one DAG file in the place of ours, sources with probes, what was said."""

from __future__ import annotations

import socket
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from contracts.document import Probe
from extractors.web.session import Web
from tests.cli import standin
from tests.cli.conftest import Said
from tests.fault_server import FaultServer

ROOT = Path(__file__).parents[3]
PLANTED = "s3cr+t/planted=key"
RATES = "https://rates.example/2026-01"
ITEMS = "https://papers.example/feed"


@pytest.fixture(autouse=True)
def one_dag_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one DAG file that reads at once, in the place of ours."""
    folder = tmp_path / "dagfolder"
    folder.mkdir()
    (folder / "quick.py").write_text("x = 1\n")
    monkeypatch.setattr("cli.checkup.dagfiles.dags_folder", lambda: folder)
    return folder


@pytest.fixture
def probed(world: Path, server: FaultServer, monkeypatch: pytest.MonkeyPatch) -> FaultServer:
    """The stand-in sources with probes, asked by the real session at a server in the place of the web."""
    plans = {"rates": RATES, "papers": ITEMS, "keyed": "https://keyed.example/table"}
    sources = {
        name: replace(source, probe=Probe(lambda name=name: standin.Fetch(name, plans[name])))  # type: ignore[misc]
        for name, source in standin.SOURCES.items()
    }
    monkeypatch.setattr("extractors.registry.sources", lambda: MappingProxyType(sources))
    monkeypatch.setattr("extractors.web.session.Web.from_env", Web)
    monkeypatch.setenv("CHOKEPOINT_MIRROR", server.base)
    for url, body in standin.ANSWERS.items():
        server.good(url, body, "text/plain")
    return server


def found(said: Said) -> dict[str, dict[str, str]]:
    """The checks by their names."""
    return {check["name"]: check for check in said.envelope["data"]["checks"]}


def failed(said: Said) -> list[str]:
    """The names of the checks that failed."""
    return [name for name, check in found(said).items() if check["state"] == "fail"]


def free_port() -> int:
    """A port at which nothing answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
