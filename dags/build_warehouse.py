"""Build, check and release the warehouse.

## What
Freezes the lake, builds a fresh DuckDB file over it with every model and check, and releases it in one step by moving
the `current` link. In seconds "nothing new" when the newest release was built over the same inputs.

## Inputs
The lake's manifests, documents on hold, and the models in `transforms/`.

## Outputs
`releases/<date>-<id>/` (warehouse.duckdb, Parquet, CSV, data dictionary, checks) and the link `current`.

## Freshness
05:30 UTC, and whenever the `customs`, `capex`, `reference` or `news` bell rings.

## If it fails
A check of our own work failed: nothing was released and readers keep the last good release. `chokepoint check` lists
what was found. Documents of a source that a check blames are put on hold and the build is made again without them.

## Re-run safely
Always: equal inputs give the same build. A bell that rings while a run is busy is not lost: the next run looks at the
lake, not at the bell. After `chokepoint rollback` releases are still made, but `current` stays where it was put until
`chokepoint publish --unpin`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable  # noqa: TID253 - what a DAG is made of

from dags.support.assets import CAPEX, CUSTOMS, NEWS, REFERENCE
from dags.support.policy import DEFAULT_ARGS
from dags.support.tasks import build_and_release

with DAG(
    dag_id="build_warehouse",
    description="Build, check and release the warehouse.",
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("30 5 * * *", timezone="UTC"),
        assets=CUSTOMS | CAPEX | REFERENCE | NEWS,
    ),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params={},
    tags=["build"],
    doc_md=__doc__,
):
    build_and_release()
