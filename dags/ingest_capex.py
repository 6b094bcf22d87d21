"""Fetch, keep and parse the companies' filings.

## What
Asks the SEC for the submissions of every tracked company, for the reported facts of those that filed something new, and for
the list of the newest filings. Keeps every answer as it came, and reads facts, filings and company profiles into the lake.
Rings the `capex` bell when the lake holds rows that no release has.

## Inputs
`sec_edgar`: the companies in `extractors/capex/filers.toml`, or in the file that `CHOKEPOINT_FILERS` names. No key, but the
SEC answers only those who say who they are: an e-mail address in `CHOKEPOINT_CONTACT`. Skipped without it.

## Outputs
`archive/sec_edgar/` (raw answers), lake datasets `company_fact`, `filing`, `company_profile`, `document`, `fetch`.

## Freshness
Daily at 04:10 UTC, after the SEC stopped taking filings (22:00 in New York) and before the daily build. Facts of a new
filing are asked for on each of its first two days, since they may appear later than the filing.

## If it fails
A busy source is tried again by itself, and a block for asking too often is waited out. Otherwise a person must look: the
log says which company's answer changed or who refuses. The other companies are read all the same. One refusal is usual and
fails nothing: robots.txt forbids the list of the newest filings.

## Re-run safely
Always: the same answer is stored once and parsing again writes nothing. Every answer holds the whole history, so there is
no window to ask for and nothing to backfill.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, CronTriggerTimetable  # noqa: TID253 - what a DAG is made of

from dags.support.assets import CAPEX
from dags.support.policy import DEFAULT_ARGS
from dags.support.tasks import ingest

with DAG(
    dag_id="ingest_capex",
    description="Fetch, keep and parse the companies' filings.",
    schedule=CronTriggerTimetable("10 4 * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params={},
    tags=["ingest", "capex"],
    doc_md=__doc__,
):
    ingest(["sec_edgar"], CAPEX)
