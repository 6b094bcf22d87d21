"""`airflow backfill create` over several months: the real DAG asks for those months' files, and again brings nothing new."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from email.utils import format_datetime
from pathlib import Path

import pytest

from contracts.document import Window
from dags.support import airflow_home
from extractors import registry
from tests.customs.answers import packed, record
from tests.fault_server import FaultServer
from warehouse import lake
from warehouse.archive import Archive
from warehouse.home import Home

NAME = "us_census_port"
MONTHS = (date(2019, 1, 1), date(2019, 2, 1))
BEGIN = ("2018-12-31", "2019-01-31")  # the days in whose intervals, from 14:10 to 14:10, they begin
QUERIES = '[us_census_port]\nflows = ["import"]\nrecent_months = 2\n'
CONF = f'{{"sources": ["{NAME}"]}}'
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FaultServer]:
    """The two months, each as it was last changed at the end of its year."""
    (tmp_path / "queries.toml").write_text(QUERIES)
    monkeypatch.setenv("CHOKEPOINT_QUERIES", str(tmp_path / "queries.toml"))
    with FaultServer() as running:
        for number, fetch in enumerate(registry.source(NAME).plan(Window(MONTHS[0], MONTHS[-1])), start=1):
            stamp = format_datetime(datetime(2019, 12, number, tzinfo=UTC), usegmt=True)
            line = record("850760", "5700", 100 * number, month=f"{MONTHS[number - 1]:%Y%m}")
            body = packed(line + b"\r\n", f"PORTHS6MM{MONTHS[number - 1]:%y%m}.TXT")
            running.good(fetch.url, body, "application/zip", headers=[("Last-Modified", stamp)])
        yield running


@pytest.fixture
def airflow(home: Home, server: FaultServer, tmp_path: Path) -> Run:
    """A command in an Airflow home of its own."""
    folder = tmp_path / "airflow"
    airflow_home.make_folder(folder)
    own = {"CHOKEPOINT_HOME": str(home.root), "CHOKEPOINT_MIRROR": server.base}
    env = airflow_home.environment(folder, {**os.environ, **own})

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", *words]
        done = subprocess.run(
            command, cwd=airflow_home.ROOT, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{done.stdout[-3000:]}{done.stderr[-3000:]}"
        return done

    return run


def asked(server: FaultServer) -> list[str]:
    return [seen.path[-8:-4] for seen in server.seen if not seen.path.endswith("/robots.txt")]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_a_backfill_asks_for_its_months_once_and_lands_as_what_was_known_then(
    airflow: Run, server: FaultServer, home: Home, tmp_path: Path
) -> None:
    log = str(tmp_path / "log")
    create: tuple[str, ...] = (
        "airflow",
        "backfill",
        "create",
        "--dag-id",
        "ingest_customs",
        "--dag-run-conf",
        CONF,
    )
    create += ("--from-date", "2018-12-31T14:10:00+00:00", "--to-date", "2019-02-01T14:10:00+00:00")
    airflow("tests.dags.backfilled", log, "ingest_customs")
    airflow(*create)
    shown = airflow("tests.dags.backfilled", log, "ingest_customs", BEGIN[0], "2019-01-15", *BEGIN[1:]).stdout
    assert shown.count("no month begins in this run's data interval") == 1
    assert asked(server) == ["1901", "1902"]

    rows = sorted(
        lake.read(home, NAME, "trade_flow", ["document_id", "period", "value"]), key=lambda r: r["period"]
    )
    released = {
        r["document_id"]: r["released_at"]
        for r in lake.read(home, NAME, "document", ["document_id", "released_at"])
    }
    assert [(row["period"], int(row["value"])) for row in rows] == [*zip(MONTHS, (100, 200), strict=True)]
    assert [released[row["document_id"]] for row in rows] == [
        datetime(2019, 12, n, tzinfo=UTC) for n in (1, 2)
    ]

    parts = {part.path for part in lake.manifest(home, NAME) if part.dataset == "trade_flow"}
    airflow(*create, "--reprocess-behavior", "completed")
    airflow("tests.dags.backfilled", log, "ingest_customs", BEGIN[0])
    assert asked(server) == ["1901", "1902", "1901"], "a window is always asked for"
    assert len(Archive(home.archive).captures(NAME)) == 2
    assert {part.path for part in lake.manifest(home, NAME) if part.dataset == "trade_flow"} == parts
