"""A failed check is a result that names documents; dbt that cannot work is an error."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from contracts.errors import CheckFailed
from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms import dictionary, project
from transforms.project import digest, run


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


def test_every_unit_test_of_the_models_passes(tmp_path: Path) -> None:
    results = run(Lake().write(tmp_path), tmp_path / "dbt", VARIABLES, unit_tests=True)
    units = [r for r in results if r.kind == "unit"]
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
