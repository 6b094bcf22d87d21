"""Datasets the project writes about itself; they carry their own document_id where they have one."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.schemas import identity
from contracts.schemas.columns import OPTIONAL, REQUIRED, TEXT, TIME, schema

OWN_SCHEMAS: Mapping[str, pa.Schema] = {
    "document": schema(
        ("document_id", TEXT, REQUIRED),
        ("source", TEXT, REQUIRED),
        ("url", TEXT, REQUIRED),
        ("method", TEXT, REQUIRED),
        ("status", pa.int32(), REQUIRED),
        ("content_type", TEXT, OPTIONAL),
        ("bytes", pa.int64(), REQUIRED),
        ("sha256", TEXT, REQUIRED),
        ("scope", TEXT, REQUIRED),  # JSON
        ("via", TEXT, REQUIRED),
        ("evidence", TEXT, REQUIRED),
        ("origin", TEXT, OPTIONAL),  # where the figures of a recorded or rebuilt answer came from
        ("released_at", TIME, OPTIONAL),
        ("retrieved_at", TIME, REQUIRED),
        ("archived_at", TIME, REQUIRED),
        ("parser_version", TEXT, REQUIRED),
        ("outcome", TEXT, REQUIRED),  # parsed | empty | quarantined
        ("reason", TEXT, OPTIONAL),
        ("rows", pa.int64(), REQUIRED),
        ("new_columns", TEXT, OPTIONAL),  # columns the source added, recorded once a document
    ),
    "fetch": schema(
        ("source", TEXT, REQUIRED),
        ("url", TEXT, REQUIRED),
        ("feed", TEXT, OPTIONAL),
        ("at", TIME, REQUIRED),
        ("outcome", TEXT, REQUIRED),  # stored | unchanged | gone | busy | refused | changed
        ("status", pa.int32(), OPTIONAL),
        ("reason", TEXT, OPTIONAL),
        ("bytes", pa.int64(), OPTIONAL),
        ("seconds", pa.float64(), REQUIRED),
        ("document_id", TEXT, OPTIONAL),
    ),
    "source": schema(
        ("source", TEXT, REQUIRED),
        ("title", TEXT, REQUIRED),
        ("publisher", TEXT, REQUIRED),
        ("homepage", TEXT, REQUIRED),
        ("licence", TEXT, REQUIRED),
        ("terms_url", TEXT, OPTIONAL),
        ("cadence_days", pa.int32(), REQUIRED),
        ("lag_days", pa.int32(), REQUIRED),
        ("parser_version", TEXT, REQUIRED),
        ("flow_bases", TEXT, OPTIONAL),
        ("currency", TEXT, OPTIONAL),
        ("scale", pa.int32(), REQUIRED),
        ("country_codes", TEXT, OPTIONAL),
        ("key_env", TEXT, OPTIONAL),
        ("note", TEXT, OPTIONAL),
    ),
    # What may be done with the words of every source and feed. Never a part: frozen into a build from the lists in use.
    "rights": schema(
        ("subject_kind", TEXT, REQUIRED),  # source | feed
        ("subject", TEXT, REQUIRED),
        ("publisher", TEXT, REQUIRED),
        ("licence", TEXT, REQUIRED),
        ("terms_url", TEXT, OPTIONAL),
        ("reviewed_on", pa.date32(), OPTIONAL),
        ("text_use", TEXT, REQUIRED),  # full | none
        ("listed", pa.bool_(), REQUIRED),
        ("note", TEXT, OPTIONAL),
        ("url", TEXT, OPTIONAL),  # where a feed is asked
    ),
    **identity.SCHEMAS,
}
