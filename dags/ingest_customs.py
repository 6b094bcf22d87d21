"""Fetch, keep and parse customs statistics.

## What
Asks the customs agencies for trade by code, partner and month, keeps every answer as it came, and reads the answers
into the lake. Rings the `customs` bell when the lake holds rows that no release has.

## Inputs
`us_census_port` and `us_census_bulk` (US Census port and detail files, no key; a detail file has up to 200 MB) and
`us_census_api` (US Census API, `CENSUS_API_KEY`; without the key the task is skipped and says so). `gacc_bulletin` (China's
monthly bulletin in English, no key), `un_comtrade` (UN Comtrade: 500 records an answer without a key, 100,000 with the free
`COMTRADE_API_KEY`), `korea_customs` (Korea's customs API; without `DATA_GO_KR_KEY` the task is skipped and says so).
What is asked for stands in the file that `CHOKEPOINT_QUERIES` names, else in `extractors/customs/queries.toml` and in
each source's own module. Files that people bring, of `baci`, `gacc_detail`, `japan_customs`, `taiwan_customs`,
`un_comtrade_plus` and `us_trade_online`, lie in `inbox/<source>/` of the home; each is archived and moved to
`inbox.done/`, or to `inbox.refused/` with the reason beside it.

## Outputs
`archive/<source>/` (raw answers), lake datasets `trade_flow`, `trade_scope`, `document`, `fetch`; refused documents with
their reasons in `quarantine/`.

## Freshness
Daily at 14:10 UTC. A run asks for the months that never answered, and for those that a release may have revised since they
did. With *dry_run* it only says in the log of each fetch what it would ask.

## If it fails
A busy source is tried again by itself. Otherwise a person must look: the log says whether the source changed its shape (look at
the quarantined document), refuses us (key, block), or another process holds the lock. The other source is read all the
same. Nothing already kept is lost.

## Re-run safely
Always: the same answer is stored once and parsing again writes nothing. For a span of months start one run with *from*
and *to*. A backfill works too: each of its runs asks for the months that begin in its data interval.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, CronDataIntervalTimetable  # noqa: TID253 - what a DAG is made of

from dags.support import params
from dags.support.assets import CUSTOMS
from dags.support.policy import DEFAULT_ARGS
from dags.support.sources import asked_in, brought_in, sources_in
from dags.support.tasks import ingest

SOURCES = sources_in("customs")

with DAG(
    dag_id="ingest_customs",
    description="Fetch, keep and parse customs statistics.",
    schedule=CronDataIntervalTimetable("10 14 * * *", timezone="UTC"),
    start_date=datetime(2010, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params={
        "from": params.month("First month"),
        "to": params.month("Last month"),
        "sources": params.sources(SOURCES),
        "dry_run": params.dry_run(),
    },
    tags=["ingest", "customs"],
    doc_md=__doc__,
):
    ingest(asked_in("customs"), CUSTOMS, unit="month", brought=brought_in("customs"))
