"""A real pass of a DAG in which one source is lost: the other is read, the bell rings, the run shows the loss."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from dags.support import airflow_home
from dags.support.passes import run_pass
from extractors.web.mirror import serve
from warehouse import lake
from warehouse.home import Home
from warehouse.locks import lock

SAMPLES = airflow_home.ROOT / "samples"


@pytest.mark.slow
def test_a_lost_source_stops_no_other(home: Home, tmp_path: Path) -> None:
    folder = tmp_path / "airflow"
    airflow_home.make_folder(folder)
    lines: list[str] = []
    with serve(SAMPLES) as mirror, lock(home, "us_census_port"):
        own = {
            "CHOKEPOINT_HOME": str(home.root),
            "CHOKEPOINT_MIRROR": mirror.base,
            "CHOKEPOINT_QUERIES": str(SAMPLES / "queries.toml"),
        }
        env = airflow_home.environment(folder, {**os.environ, **own})
        done = run_pass(env, tmp_path / "log", lines.append, ["ingest_customs"])
    states = {tuple(line.split()[1:3]) for line in lines}
    assert not done
    assert {
        ("us_census_port.fetch", "failed"),
        ("us_census_port.parse", "failed"),
        ("us_census_api.fetch", "success"),
        ("us_census_api.parse", "success"),
        ("announce", "success"),
        ("all", "failed"),
    } <= states
    assert any("us_census_port is locked by process" in line for line in lines)
    assert [
        part for part in lake.manifest(home, "us_census_api") if part.dataset == "trade_flow" and part.rows
    ]
    assert lake.manifest(home, "us_census_port") == []
    with sqlite3.connect(folder / "airflow.db") as database:
        rung = database.execute(
            "select a.name, e.source_task_id from asset_event e join asset a on a.id = e.asset_id"
        )
        assert rung.fetchall() == [("customs", "announce")]
