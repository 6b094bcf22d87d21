"""Fetch, keep and parse exchange rates.

## What
Asks for the euro reference rates, keeps every answer as it came, and reads it into the lake. Rings the `reference` bell
when the lake holds rows that no release has.

## Inputs
`ecb_fx`: the European Central Bank's history and newest day, no key.

## Outputs
`archive/ecb_fx/` (raw answers), lake datasets `fx_rate`, `document`, `fetch`.

## Freshness
Daily at 16:40 UTC; the Bank publishes at about 16:00 CET on its working days.

## If it fails
A busy source is tried again by itself. Otherwise a person must look: the log says what changed or who refuses. The rates already
kept stay in use.

## Re-run safely
Always: the same answer is stored once and parsing again writes nothing. The history file holds every day, so any window
(*from*, *to*, or a backfill's data interval) asks for it.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, CronDataIntervalTimetable  # noqa: TID253 - what a DAG is made of

from dags.support import params
from dags.support.assets import REFERENCE
from dags.support.policy import DEFAULT_ARGS
from dags.support.tasks import ingest

SOURCES = ["ecb_fx"]

with DAG(
    dag_id="ingest_reference",
    description="Fetch, keep and parse exchange rates.",
    schedule=CronDataIntervalTimetable("40 16 * * *", timezone="UTC"),
    start_date=datetime(1999, 1, 4, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params={
        "from": params.day("First day"),
        "to": params.day("Last day"),
        "sources": params.sources(SOURCES),
    },
    tags=["ingest", "reference"],
    doc_md=__doc__,
):
    ingest(SOURCES, REFERENCE, unit="day")
