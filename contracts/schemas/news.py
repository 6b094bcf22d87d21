"""Feeds, their items and the pages they lead to."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.schemas.columns import OPTIONAL, REQUIRED, TEXT, TIME, schema

SCHEMAS: Mapping[str, pa.Schema] = {
    # One feed item as the feed gave it (text not yet fit for a page: treat as hostile).
    "news_item": schema(
        ("feed", TEXT, REQUIRED),
        ("guid", TEXT, OPTIONAL),
        ("url", TEXT, REQUIRED),
        ("url_key", TEXT, REQUIRED),  # normalised URL: the identity of an article
        ("title", TEXT, REQUIRED),
        ("summary", TEXT, OPTIONAL),
        ("authors", TEXT, OPTIONAL),  # "; "-joined
        ("published_at", TIME, OPTIONAL),
        ("published_source", TEXT, OPTIONAL),  # feed | feed-updated; "-day" added when only the day is sure
        ("enclosure_url", TEXT, OPTIONAL),
        ("enclosure_type", TEXT, OPTIONAL),
        ("language", TEXT, OPTIONAL),  # ISO 639-1
    ),
    # One reading of one article page.
    "article_text": schema(
        ("feed", TEXT, REQUIRED),
        ("url", TEXT, REQUIRED),
        ("url_key", TEXT, REQUIRED),
        ("canonical_url", TEXT, OPTIONAL),
        ("title", TEXT, OPTIONAL),
        ("authors", TEXT, OPTIONAL),
        ("published_at", TIME, OPTIONAL),
        ("published_source", TEXT, OPTIONAL),  # json-ld | meta | url | shown | htmldate
        ("published_precision", TEXT, OPTIONAL),  # second | minute | day | month
        ("published_confidence", TEXT, OPTIONAL),  # high | low (shown beside the headline, htmldate)
        ("modified_at", TIME, OPTIONAL),
        ("modified_precision", TEXT, OPTIONAL),
        ("language", TEXT, OPTIONAL),
        ("lead", TEXT, OPTIONAL),  # first paragraph, else the page's description
        ("body", TEXT, REQUIRED),
        ("body_sha256", TEXT, REQUIRED),
        ("body_partial", pa.bool_(), OPTIONAL),  # a wall or a further page holds the rest
        ("page_state", TEXT, OPTIONAL),  # article | live | gallery | paywall (what is free of it)
        ("outlet", TEXT, OPTIONAL),  # the site that carries the page
        ("outlet_family", TEXT, OPTIONAL),  # the publisher of several sites, else the site
        ("syndication_note", TEXT, OPTIONAL),  # the origin the page states, in its words
        ("syndication_outlet", TEXT, OPTIONAL),  # its outlet family, where known
        ("enclosure_url", TEXT, OPTIONAL),
        ("enclosure_type", TEXT, OPTIONAL),
    ),
    # One poll of a feed that was read: what it held. State is judged from these.
    "feed_poll": schema(
        ("feed", TEXT, REQUIRED),
        (
            "state",
            TEXT,
            REQUIRED,
        ),  # ok | stale | empty; a page that is no feed is quarantined and has no poll
        ("reason", TEXT, OPTIONAL),
        ("channel_title", TEXT, OPTIONAL),
        ("items", pa.int32(), REQUIRED),
        ("refused_items", pa.int32(), REQUIRED),
        ("newest_item_at", TIME, OPTIONAL),
        ("format", TEXT, REQUIRED),  # rss | atom | rdf | json | sitemap | listing | gdelt
        ("part", pa.bool_(), REQUIRED),  # one of several documents of its feed: a sitemap that an index names
        ("wait_seconds", pa.float64(), OPTIONAL),  # how long the feed or its headers ask to be left alone
    ),
    # What a feed was said to be when a poll of it was read; what may be done with its words now is `rights`.
    "feed": schema(
        ("feed", TEXT, REQUIRED),
        ("url", TEXT, REQUIRED),
        ("publisher", TEXT, REQUIRED),
        ("country", TEXT, OPTIONAL),
        ("language", TEXT, REQUIRED),
        ("topics", TEXT, OPTIONAL),
        ("licence", TEXT, REQUIRED),
        ("text_use", TEXT, REQUIRED),  # full | none
        ("terms_url", TEXT, OPTIONAL),
        ("reviewed_on", pa.date32(), OPTIONAL),
        ("cadence_days", pa.float64(), OPTIONAL),
    ),
}
