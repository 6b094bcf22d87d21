"""Which articles are the same, by title and text. Derived from the news datasets; holds no text and no title."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.schemas.columns import OPTIONAL, REQUIRED, TEXT, TIME, schema

SIGNATURE_BYTES = 512
WORKING = frozenset({"article_reading", "article_signature", "article_edge"})
"""What clusters and stories are made from. No build reads it, so it makes no new build either."""
RESULTS = frozenset({"article_cluster", "article_story"})

SCHEMAS: Mapping[str, pa.Schema] = {
    # What identity needs of an article's readings: each title and each text it was ever read with.
    "article_reading": schema(
        ("url_key", TEXT, REQUIRED),
        ("title_key", pa.int64(), OPTIONAL),  # hash of outlet and normalised title; none for a short title
        (
            "title_terms",
            pa.binary(),
            OPTIONAL,
        ),  # hashes of a title's words, little-endian int64; none for a short title
        ("body_sha256", TEXT, OPTIONAL),  # of a page; none for a feed's item
        ("seen_at", TIME, REQUIRED),  # the earliest retrieval that said so; a row may be said again, earlier
        ("rules_version", TEXT, REQUIRED),
    ),
    # One text, whoever printed it.
    "article_signature": schema(
        ("body_sha256", TEXT, REQUIRED),
        ("shingle_kind", TEXT, REQUIRED),  # words | characters
        ("shingles", pa.int32(), REQUIRED),  # distinct
        (
            "signature",
            pa.binary(SIGNATURE_BYTES),
            OPTIONAL,
        ),  # 128 little-endian uint32; none for a short text
        ("rules_version", TEXT, REQUIRED),
    ),
    # Two articles first seen within seven days that are the same by title or text, or tell of one event.
    "article_edge": schema(
        ("a", TEXT, REQUIRED),  # url_key, the one first seen earlier
        ("b", TEXT, REQUIRED),
        ("kind", TEXT, REQUIRED),  # near_copy | cut_copy | same_title | same_event
        (
            "score",
            pa.float64(),
            OPTIONAL,
        ),  # share 0-1; none where only the titles could be compared; of same_event, likeness of titles
        ("rules_version", TEXT, REQUIRED),
    ),
    # Members of clusters of two and more. An article that is not here stands alone and is its own cluster.
    "article_cluster": schema(
        ("url_key", TEXT, REQUIRED),
        ("cluster_id", TEXT, REQUIRED),  # url_key of the member first seen
        (
            "was_id",
            pa.bool_(),
            REQUIRED,
        ),  # an alias: had been a cluster's id before it was joined to this one
        ("rules_version", TEXT, REQUIRED),
    ),
    # Members of stories of two and more clusters. An article that is not here has its cluster as its story.
    "article_story": schema(
        ("url_key", TEXT, REQUIRED),
        ("story_id", TEXT, REQUIRED),  # url_key of the member first seen
        ("was_id", pa.bool_(), REQUIRED),  # an alias, as in article_cluster
        ("rules_version", TEXT, REQUIRED),
    ),
}
