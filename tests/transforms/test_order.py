"""What was known when does not depend on the order of arrival, and is what the rules say, read one by one."""

from __future__ import annotations

import random
from datetime import UTC
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.lake import VARIABLES, Lake
from tests.warehouse.told import Observation, Told, by_the_rules, several
from transforms.project import run

MODELS = (
    *("stg_document", "stg_trade_document", "stg_trade_part", "stg_trade_seen", "stg_trade_scope"),
    *("stg_trade_partner", "stg_trade_wording", "stg_trade_version", "stg_trade_flow"),
)


def _lake(told: tuple[Told, ...], arrival: random.Random) -> Lake:
    lake = Lake()
    for one in arrival.sample(told, len(told)):
        lake.document(one.name, one.retrieved, status=one.status, released_at=one.released)
        lake.add("trade_flow", one.name, one.flows())
        lake.add("trade_scope", one.name, one.scopes())
    for rows in lake.rows.values():
        arrival.shuffle(rows)
    return lake


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("compiled")
    run(Lake().write(folder), folder / "dbt", VARIABLES, select=" ".join(MODELS), checks=False)
    root = folder / "dbt" / "compiled" / "chokepoint" / "models" / "staging"
    return [(name, (root / f"{name}.sql").read_text(encoding="utf-8")) for name in MODELS]


def _staging(lake: Lake, compiled: list[tuple[str, str]]) -> tuple[list[Observation], list[list[Any]]]:
    """The observations with their names, and every staging table as it is."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'").fetchall()
        connection.execute("attach ':memory:' as warehouse").fetchall()
        lake.fill(connection)
        connection.execute("create schema warehouse.staging").fetchall()
        for name, sql in compiled:
            connection.execute(f"create table warehouse.staging.{name} as {sql}").fetchall()
        columns = "period, code, partner_code, value::integer, document_id, known_from, known_to, withdrawn"
        rows = connection.execute(
            f"select {columns} from warehouse.staging.stg_trade_flow as flow "
            "join warehouse.staging.stg_trade_document using (document_order) "
            "join warehouse.staging.stg_trade_seen as seen using (cell_id, document_id, period)"
        ).fetchall()
        tables = [
            connection.execute(f"select * from warehouse.staging.{name} order by all").fetchall()
            for name in MODELS
        ]
    return rows, tables


@settings(max_examples=40, deadline=None)
@given(told=several(), seed=st.integers(0, 1_000_000))
def test_history_is_by_the_rules_in_any_order_of_arrival(
    compiled: list[tuple[str, str]], told: tuple[Told, ...], seed: int
) -> None:
    first, tables = _staging(_lake(told, random.Random(seed)), compiled)
    _, again = _staging(_lake(told, random.Random(seed + 1)), compiled)
    assert _in_utc(first) == by_the_rules(told)
    assert tables == again


def _in_utc(found: list[Observation]) -> list[Observation]:
    rows = [(*row[:5], row[5].astimezone(UTC), row[6] and row[6].astimezone(UTC), row[7]) for row in found]
    return sorted(rows, key=repr)
