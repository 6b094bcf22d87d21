"""A failed check is a result that names documents; dbt that cannot work is an error; every check fails on rows that break it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contracts.errors import CheckFailed
from tests.transforms.broken import Rows, cases
from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms import dictionary, project
from transforms.project import digest, run
from transforms.results import CheckResult

CASES = cases()
BREAKS = [(name, change) for name, case in sorted(CASES.items()) for change in case.breaks]


@dataclass(frozen=True)
class Built:
    """All models over an empty lake, with dbt's own SQL of each check."""

    database: Path
    manifest: Mapping[str, Any]
    results: list[CheckResult]


@dataclass(frozen=True)
class Checks:
    """The SQL of the checks, and every relation as a table of the same columns that holds nothing."""

    connection: duckdb.DuckDBPyConnection
    sql: Mapping[str, str]
    relations: Mapping[str, str]

    def find(self, check: str, tables: Rows) -> list[Any]:
        """What a check finds where there are these rows only."""
        self.connection.execute("begin").fetchall()
        try:
            for relation, rows in tables.items():
                for row in rows:
                    names, marks = ", ".join(row), ", ".join("?" * len(row))
                    into = f"insert into {self.relations[relation]} ({names}) values ({marks})"
                    self.connection.execute(into, [*row.values()]).fetchall()
            return self.connection.execute(self.sql[check]).fetchall()
        finally:
            self.connection.execute("rollback").fetchall()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("built")
    database = Lake().write(folder)
    results = run(database, folder / "dbt", VARIABLES, unit_tests=True)
    manifest = json.loads((folder / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    return Built(database, manifest, results)


@pytest.fixture(scope="module")
def checks(built: Built) -> Iterator[Checks]:
    nodes = [*built.manifest["nodes"].values(), *built.manifest["sources"].values()]
    with duckdb.connect() as connection:
        connection.execute(f"attach '{built.database}' as built (read_only)").fetchall()
        connection.execute("attach ':memory:' as warehouse").fetchall()
        for schema in ("lake", "staging", "marts", "meta"):
            connection.execute(f"create schema warehouse.{schema}").fetchall()
        made = connection.execute(
            """select schema_name || '.' || table_name, string_agg('"' || column_name || '" ' || data_type, ', ')
            from duckdb_columns() where database_name = 'built' group by all"""
        )
        for name, columns in made.fetchall():
            connection.execute(f"create table warehouse.{name} ({columns})").fetchall()
        connection.execute("use warehouse").fetchall()
        yield Checks(
            connection,
            {node["name"]: node["compiled_code"] for node in nodes if node["resource_type"] == "test"},
            {_named(node): node["relation_name"] for node in nodes if node["relation_name"]},
        )


def _named(node: Mapping[str, Any]) -> str:
    name = str(node["name"])
    return f"lake.{name}" if node["resource_type"] == "source" else name


def test_contradicting_documents_are_blamed(tmp_path: Path) -> None:
    lake = Lake()
    lake.trade("whole", day(1), {"-": 100, "5700": 60}, partners=("-", "5700"))
    lake.trade("wrong", day(2), {"-": 50, "5700": 60}, partners=("-", "5700"))
    lake.trade("other", day(2), {"-": 50, "5700": 10}, partners=("-", "5700"), code="850440")
    database = lake.write(tmp_path)
    results = run(database, tmp_path / "dbt", VARIABLES)
    [failed] = [r for r in results if r.status == "fail"]
    assert (failed.name, failed.kind, failed.failures) == ("rest_is_never_negative", "test", 2)
    assert failed.blames == ("whole", "wrong")
    written = dictionary.write(database, tmp_path / "dbt", results)
    assert {r.name for r in written if r.status == "fail"} == {"rest_is_never_negative"}
    assert query(database, "select blames from meta.check_result where status = 'fail'") == [
        {"blames": "whole wrong"}
    ]


def test_a_partner_far_above_the_total_breaks_no_model(tmp_path: Path) -> None:
    lake = Lake()
    lake.trade("absurd", day(1), {"-": 1, "5700": 1, "9876": 10**13}, partners=("-", "5700", "9876"))
    database = lake.write(tmp_path)
    run(database, tmp_path / "dbt", VARIABLES, select="+exposure")
    [told] = query(
        database,
        "select import_usd, hhi from marts.exposure "
        "where basket_id = 'li_ion' and partner_definition = 'CHN' and period_type = 'M'",
    )
    assert (told["import_usd"], told["hhi"]) == (1, None)


def test_every_unit_test_of_the_models_passes(built: Built) -> None:
    units = [r for r in built.results if r.kind == "unit"]
    assert len(units) >= 20
    assert [r for r in units if r.status != "pass"] == []


def test_a_lake_of_another_shape_is_an_error(tmp_path: Path) -> None:
    database = Lake().write(tmp_path)
    with duckdb.connect(str(database)) as connection:
        connection.execute("alter table lake.fx_rate drop column rate").fetchall()
    with pytest.raises(CheckFailed, match="fx_rate"):
        run(database, tmp_path / "dbt", VARIABLES, select="stg_document fx_rate")


def test_an_undescribed_column_fails_the_dictionary(tmp_path: Path) -> None:
    database = Lake().write(tmp_path)
    run(database, tmp_path / "dbt", VARIABLES, select="meta_build")
    with duckdb.connect(str(database)) as connection:
        connection.execute("alter table meta.build add column weight double").fetchall()
    found = dictionary.write(database, tmp_path / "dbt", [])
    assert [(r.status, r.message) for r in found] == [("fail", "meta.build.weight has no description")]


def test_the_file_is_free_after_a_run(tmp_path: Path) -> None:
    database = Lake().write(tmp_path)
    run(database, tmp_path / "dbt", VARIABLES, select="meta_build")
    with duckdb.connect(str(database), config={"threads": 1}) as connection:
        assert connection.execute("select build_id from meta.build").fetchall() == [("test",)]


def test_digest_is_of_the_files() -> None:
    assert digest() == digest()
    assert len(digest()) == 64


def test_a_broken_rule_of_a_column_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copied = shutil.copytree(project.PROJECT, tmp_path / "project")
    monkeypatch.setattr(project, "PROJECT", copied)
    for seed, old, new in (("unit", ",weight,", ",length,"), ("alert_rule", "hhi_crossed,", ",")):
        path = copied / "seeds" / f"{seed}.csv"
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    results = run(Lake().write(tmp_path), tmp_path / "dbt", VARIABLES, select="unit alert_rule")
    said = {r.name: r.message for r in results if r.status == "fail"}
    assert said["columns_hold_unit"].endswith(": kind is none of weight, count, other")
    assert said["columns_hold_alert_rule"].endswith(": rule_id is NULL")


def test_every_check_has_rows_that_break_it() -> None:
    assert {path.stem for path in (project.PROJECT / "tests").glob("*.sql")} <= CASES.keys()


@pytest.mark.parametrize("check", CASES)
def test_a_check_finds_nothing_in_rows_that_hold(checks: Checks, check: str) -> None:
    assert checks.find(check, CASES[check].holds) == []


@pytest.mark.parametrize(("check", "change"), BREAKS, ids=str)
def test_a_check_finds_what_breaks_it(checks: Checks, check: str, change: dict[str, Any]) -> None:
    assert checks.find(check, CASES[check].broken_by(change)) != []


def test_a_bound_of_a_column_is_told_in_words(checks: Checks) -> None:
    [found] = checks.find(
        "columns_hold_input_cost_share", {"input_cost_share": [{"source": "s", "cost_share": 2}]}
    )
    assert found == ("cost_share is not within 0 and 1", 1)
