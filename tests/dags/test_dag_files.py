"""What every DAG file must be: readable without heavy imports, documented, typed, safe to retry."""

from __future__ import annotations

import copy
import json
import re
import subprocess
import sys
from typing import Any

import pytest

from dags.support.airflow_home import DAGS, ROOT

NAMES = (
    "build_warehouse",
    "ingest_capex",
    "ingest_customs",
    "ingest_news",
    "ingest_reference",
    "replicate_published",
)
INGEST = tuple(name for name in NAMES if name.startswith("ingest"))
HEADINGS = ["What", "Inputs", "Outputs", "Freshness", "If it fails", "Re-run safely"]
HEAVY = {
    *(
        "dbt",
        "duckdb",
        "feedparser",
        "lxml",
        "numpy",
        "pandas",
        "pyarrow",
        "requests",
        "rich",
        "trafilatura",
        "warcio",
    ),
    *("cli", "extractors", "transforms", "warehouse"),
}
PARSE = """
import importlib, json, sys
import airflow.sdk
before = set(sys.modules)
for name in sys.argv[1:]:
    importlib.import_module(f"dags.{name}")
print(json.dumps(sorted({name.split(".")[0] for name in set(sys.modules) - before})))
"""


def test_airflow_finds_these_dags_and_nothing_else(bag: Any) -> None:
    assert bag.import_errors == {}
    assert sorted(bag.dags) == list(NAMES)
    read = {stat.file.rpartition("/")[2] for stat in bag.dagbag_stats}
    assert read == {f"{name}.py" for name in NAMES}


def test_reading_the_files_imports_nothing_heavy() -> None:
    told = subprocess.run(
        [sys.executable, "-c", PARSE, *NAMES], cwd=ROOT, capture_output=True, text=True, check=True
    )
    loaded = set(json.loads(told.stdout.splitlines()[-1]))
    assert {"dags", "contracts"} <= loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("name", NAMES)
def test_a_second_reading_gives_the_same_dag(bag: Any, name: str) -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.serialization.serialized_objects import DagSerialization

    again = DagBag(str(DAGS / f"{name}.py"), bundle_path=DAGS, bundle_name="dags-folder")
    first, second = (DagSerialization.serialize_dag(one.dags[name]) for one in (bag, again))
    assert first == second


@pytest.mark.parametrize("name", NAMES)
def test_a_dag_says_what_a_person_needs(bag: Any, name: str) -> None:
    dag = bag.dags[name]
    assert re.findall(r"^## (.+)$", dag.doc_md, re.MULTILINE) == HEADINGS
    assert all(len(part.strip()) > 40 for part in re.split(r"^## .+$", dag.doc_md, flags=re.MULTILINE)[1:])
    assert dag.tags
    assert dag.owner == "chokepoint"
    assert dag.max_active_runs == 1
    assert not dag.catchup


@pytest.mark.parametrize("name", NAMES)
def test_every_task_is_tried_again_by_the_class_of_its_error(bag: Any, name: str) -> None:
    for task in bag.dags[name].tasks:
        assert task.retries >= 2
        assert type(task.retry_policy).__name__ == "SourceRetryPolicy"
        assert task.owner == "chokepoint"


def test_schedules(bag: Any) -> None:
    timetables = {name: bag.dags[name].timetable for name in NAMES}
    assert {name: type(table).__name__ for name, table in timetables.items()} == {
        "build_warehouse": "AssetOrTimeSchedule",
        "ingest_capex": "CronTriggerTimetable",
        "ingest_customs": "CronDataIntervalTimetable",
        "ingest_news": "CronTriggerTimetable",
        "ingest_reference": "CronDataIntervalTimetable",
        "replicate_published": "CronTriggerTimetable",
    }
    build = timetables["build_warehouse"]
    assert build.timetable.expression == "30 5 * * *"
    assert {asset.name for asset in build.asset_condition.objects} == {
        "capex",
        "customs",
        "reference",
        "news",
    }
    assert timetables["ingest_capex"].expression == "10 4 * * *"
    assert timetables["ingest_news"].expression == "7 * * * *"
    assert timetables["replicate_published"].expression == "30 6 * * *", "after every daily build"


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("ingest_customs", {"from": "2024-13"}),
        ("ingest_customs", {"to": "2024-01-01"}),
        ("ingest_customs", {"sources": ["ecb_fx"]}),
        ("ingest_customs", {"sources": []}),
        ("ingest_reference", {"from": "2024-01"}),
        ("ingest_news", {"feeds": ["No Such Key"]}),
    ],
)
def test_params_refuse_what_cannot_be_asked(bag: Any, name: str, bad: dict[str, object]) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    params = copy.deepcopy(bag.dags[name].params)
    assert params.validate() == params.dump()
    with pytest.raises(ParamValidationError):
        params.update(bad)


@pytest.mark.parametrize("name", INGEST)
def test_an_ingest_dag_reads_what_came_and_still_shows_what_was_lost(bag: Any, name: str) -> None:
    dag = bag.dags[name]
    steps = {task.task_id for task in dag.tasks} - {"verdict"}
    fetches = {step for step in steps if step.endswith(".fetch")}
    assert fetches
    for step in fetches:
        parse = dag.get_task(step.replace(".fetch", ".parse"))
        brought = step.replace(".fetch", ".take_in")
        assert parse.trigger_rule == "all_done"
        assert parse.upstream_task_ids == {brought if brought in steps else step}
    assert dag.get_task("announce").trigger_rule == "all_done"
    assert dag.get_task("verdict").trigger_rule == "none_failed"
    assert dag.get_task("verdict").upstream_task_ids == steps
    assert [task.task_id for task in dag.leaves] == ["verdict"]


def test_what_people_bring_is_taken_in_before_it_is_read(bag: Any) -> None:
    from extractors import registry

    dags = [bag.dags[name] for name in INGEST]
    taken = {task.task_id: dag for dag in dags for task in dag.tasks if task.task_id.endswith(".take_in")}
    takers = {name for name, source in registry.sources().items() if source.inbox}
    assert {step.removesuffix(".take_in") for step in taken} == takers
    for step, dag in taken.items():
        assert dag.get_task(step).trigger_rule == "all_done"
        assert dag.get_task(step).downstream_task_ids == {step.replace(".take_in", ".parse"), "verdict"}


@pytest.mark.parametrize("name", INGEST)
def test_one_unmapped_task_rings_the_bell(bag: Any, name: str) -> None:
    ringing = [task for task in bag.dags[name].tasks if task.outlets]
    assert [task.task_id for task in ringing] == ["announce"]
    assert [asset.name for asset in ringing[0].outlets] == [name.removeprefix("ingest_")]
    assert not ringing[0].is_mapped
