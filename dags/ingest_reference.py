"""Fetch, keep and parse exchange rates, restricted parties and official notices.

## What
Asks for what the other figures are read by: euro reference rates, the Consolidated Screening List, and the Federal Register's
documents on export controls, sanctions and tariffs. Keeps every answer as it came, and reads it into the lake. Rings the
`reference` bell when the lake holds rows that no release has.

## Inputs
None needs a key. `ecb_fx`: the European Central Bank's history and newest day. `us_csl`: the whole screening list. `federal_register`:
the queries of `extractors/policy/notices.toml`, or of the file `CHOKEPOINT_NOTICES` names.

## Outputs
`archive/<source>/` (raw answers), lake datasets `fx_rate`, `restricted_party`, `policy_notice`, `document`, `fetch`.

## Freshness
Daily at 16:40 UTC. The Bank publishes at about 16:00 CET on its working days, the Register in the morning of US working days; the
screening list is renewed daily. The first run asks the Register for every quarter since 2020, some minutes of requests; later ones for
the current quarter, and for the last one until forty days after its end.

## If it fails
A busy source is tried again by itself, and none waits for another. Otherwise a person must look: the log says what changed or who
refuses. What was kept before stays in use.

## Re-run safely
Always: the same answer is stored once and parsing again writes nothing. A window (*from*, *to*, or a backfill's data interval) is days of
publication for the Register; the history of rates holds every day and the screening list is as it stands today, so for these it
changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, CronDataIntervalTimetable  # noqa: TID253 - what a DAG is made of

from dags.support import params
from dags.support.assets import REFERENCE
from dags.support.policy import DEFAULT_ARGS
from dags.support.tasks import ingest

SOURCES = ["ecb_fx", "us_csl", "federal_register"]

with DAG(
    dag_id="ingest_reference",
    description="Fetch, keep and parse exchange rates, restricted parties and official notices.",
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
