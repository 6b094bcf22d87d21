"""Poll the news feeds and read their articles.

## What
Polls every feed that is due, follows new and changed items to their pages where the licence allows it, keeps every answer
as it came, reads feeds and articles into the lake, and says which articles are copies of one text (clusters) and which
tell of one event (stories). A feed is due an hour after its last poll, later where it says so itself (ttl, Cache-Control,
Expires; a day at most), and later and later while it fails, never more than a day. A run takes 45 minutes and 60 pages a
publisher at most; the log says how many feeds were not due and what is left for the next run.
Rings the `news` bell when the lake holds rows that no release has, at most every six hours.

## Inputs
`news`: the feeds in `extractors/news/feeds.toml`, or in the file that `CHOKEPOINT_FEEDS` names. No key.

## Outputs
`archive/news/` (raw answers), lake datasets `news_item`, `article_text`, `feed`, `feed_poll`, `document`, `fetch`; under the
source `text_identity` hashes of titles and texts, and `article_cluster` and `article_story` made of them; pages that are no
feed or no article in `quarantine/`.

## Freshness
Hourly, seven minutes past. A release with new articles follows within six hours.

## If it fails
More feeds failed than this source tolerates: it is tried again by itself when they are busy; otherwise the log names
the gravest fault. Every feed that answered is read all the same. No feed is ever given up: the log names those that have
failed for long, `chokepoint news check` and `marts.feed_health` say how each is. Without `enrich`, new articles stand alone
until the next run.

## Re-run safely
Always. Clusters and stories are made of what the lake holds, whatever ran before. A feed gives its newest
items only, so a past window cannot be asked for and there is nothing to backfill; a run by hand may name some *feeds*, which are asked at once, due or not.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, CronTriggerTimetable  # noqa: TID253 - what a DAG is made of

from dags.support import params
from dags.support.assets import NEWS
from dags.support.policy import DEFAULT_ARGS
from dags.support.tasks import ingest

with DAG(
    dag_id="ingest_news",
    description="Poll the news feeds and read their articles.",
    schedule=CronTriggerTimetable("7 * * * *", timezone="UTC"),
    start_date=datetime(2020, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,
    default_args=DEFAULT_ARGS,
    params={"feeds": params.feeds()},
    tags=["ingest", "news"],
    doc_md=__doc__,
):
    ingest(["news"], NEWS, at_most_every_hours=6, enriched="text_identity")
