"""Work published figures out again over the current release.

## What
Reads what the current release says of the figures in `transforms/replication/`: match, miss, or not computable with the data
at hand, and counts them by publication. The figures themselves are worked out in every build, in `marts.replication`.

## Inputs
The current release and the one before it.

## Outputs
The counts in the task's log. Nothing is written.

## Freshness
Every day at 06:30 UTC, an hour after the build: a figure is held against the release before, so no release may be passed over.

## If it fails
A figure that the release before reproduced is missed now: `chokepoint replicate` names it. Either an agency revised its figures
(`marts.revision` says which) or our rules changed; then the change is a fault until somebody says why it is not.

## Re-run safely
Always: it only reads, and two runs over the same releases say the same.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, CronTriggerTimetable  # noqa: TID253 - what a DAG is made of

from dags.support.policy import DEFAULT_ARGS
from dags.support.tasks import replicate

with DAG(
    dag_id="replicate_published",
    description="Say which published figures the current release reproduces.",
    schedule=CronTriggerTimetable("30 6 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params={},
    tags=["check"],
    doc_md=__doc__,
):
    replicate()
