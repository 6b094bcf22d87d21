"""Every exposure mart has the columns that say what a row is, and rows that do not say it are found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import duckdb
import pytest
import yaml

from tests.transforms.derived_rows import MARTS, OF_ONE_CODE, SAYS, UNSAID, WITHOUT_A_CODE, faults
from transforms.project import PROJECT

OTHERS = {"revision": "what a source changed, not what is worked out from it"}
ROW: dict[str, Any] = {
    "basket_id": "b",
    "basket_version": "2.0.0",
    "measure": "value",
    "flow_basis": "CIF",
    "partner_definition": "CHN+HKG",
    "period": "2024-01-01",
    "period_type": "CY",
    "source": "s",
    "data_vintage": "2026-01-01",
    "n_obs": 1,
    "coverage_codes": 0.5,
    "method_status": "derived",
    "outcome": "match",
    "rule_id": "china_share_moved",
}
OF_ONE = {"basket_id": "HS6:850760", "basket_version": "1.0.0", "coverage_codes": 1}
WRONG: tuple[dict[str, Any], ...] = (
    *({column: None} for column in SAYS),
    {"method_status": "guessed"},
    {"coverage_codes": 1.2},
    {"coverage_codes": -0.1},
    {"n_obs": 0},
    {"basket_id": "c"},
    {"basket_version": "1.0.1"},
    {"partner_definition": "CHN+XXX"},
    {"partner_definition": ""},
)


@pytest.fixture(scope="module")
def columns() -> dict[str, list[str]]:
    """The columns that the contracts of the marts name: a build without one of them fails."""
    found = {}
    for path in (PROJECT / "models" / "marts").glob("*.yml"):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ()):
            if model.get("config", {}).get("contract") == {"enforced": True}:
                found[model["name"]] = [column["name"] for column in model["columns"]]
    return found


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_has_the_columns(columns: dict[str, list[str]], mart: str) -> None:
    assert [column for column in SAYS if column not in columns[mart]] == []


def test_a_mart_of_baskets_is_one_of_them(columns: dict[str, list[str]]) -> None:
    of_baskets = {mart for mart, names in columns.items() if {"basket_id", "method_status"} & set(names)}
    assert of_baskets == {*MARTS, *OTHERS}


@pytest.fixture
def made() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("create schema marts").fetchall()
        connection.execute("create schema staging").fetchall()
        connection.execute("create table staging.country as select unnest(['CHN', 'HKG']) as iso3").fetchall()
        basket = "'b' as basket_id, '2.0.0' as basket_version"
        connection.execute(f"create table staging.stg_basket_version as select {basket}").fetchall()
        yield connection


def _found(connection: duckdb.DuckDBPyConnection, mart: str, **changes: Any) -> list[str]:
    row = {**ROW, **(OF_ONE if mart in OF_ONE_CODE else {}), **changes}
    types = {"period": "date", "data_vintage": "timestamptz", "n_obs": "integer", "coverage_codes": "double"}
    typed = ", ".join(f"{name} {types.get(name, 'varchar')}" for name in row)
    connection.execute(f"create or replace table marts.{mart} ({typed})").fetchall()
    marks = ", ".join("?" * len(row))
    connection.execute(f"insert into marts.{mart} values ({marks})", [*row.values()]).fetchall()
    return faults(connection, [mart])


@pytest.mark.parametrize("mart", MARTS)
def test_a_row_that_does_not_say_what_it_is_is_found(made: duckdb.DuckDBPyConnection, mart: str) -> None:
    assert _found(made, mart) == []
    assert _found(made, mart, partner_definition="WORLD") == []
    unsaid = {column for one in UNSAID if one.mart == mart for column in one.columns}
    for changes in WRONG:
        if unsaid.isdisjoint(changes) or None not in changes.values():
            assert _found(made, mart, **changes) != [], changes


@pytest.mark.parametrize("one", UNSAID, ids=lambda one: one.why)
def test_only_rows_of_an_exception_leave_a_column_out(made: duckdb.DuckDBPyConnection, one: Any) -> None:
    nothing = dict.fromkeys(one.columns)
    rule = "series_gap" if "series" in one.why else "revision_value"
    kind = {"replication": {"outcome": "not_computable"}, "alert": {"rule_id": rule}}
    assert _found(made, one.mart, **nothing, **kind.get(one.mart, {})) == []
    assert _found(made, one.mart, data_vintage=None, coverage_codes=None) != []


@pytest.mark.parametrize("mart", WITHOUT_A_CODE)
def test_nothing_is_behind_a_row_without_a_code(made: duckdb.DuckDBPyConnection, mart: str) -> None:
    assert _found(made, mart, n_obs=0, coverage_codes=0) == []
    assert _found(made, mart, n_obs=0, coverage_codes=0.5) != []
