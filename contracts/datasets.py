"""The lake's datasets: one Arrow schema each, in one place. Every column is described where it is released.

A parser gives the columns of `SCHEMAS[dataset]`; the lake adds `PROVENANCE` in front at write.
Money is DECIMAL(20,2) in the row's own currency; times are UTC timestamps (microseconds); dates are days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.errors import SourceChanged

MONEY = pa.decimal128(20, 2)
TIME = pa.timestamp("us", tz="UTC")
TEXT = pa.string()
BATCH_ROWS = 65_536


def _schema(*columns: tuple[str, pa.DataType, bool]) -> pa.Schema:
    return pa.schema([pa.field(name, kind, nullable=nullable) for name, kind, nullable in columns])


REQUIRED, OPTIONAL = False, True

PROVENANCE = _schema(("document_id", TEXT, REQUIRED), ("row_number", pa.int64(), REQUIRED))

SCHEMAS: Mapping[str, pa.Schema] = {
    # One observed cell of a customs table, as the source wrote it. `status` is reported | blank | suppressed; `value`
    # is NULL unless reported (0 is a report). `partner_kind` is country | group | world, judged by the source's own
    # code rule. `duty` goes with CON_VAL only. Quantities only where the source states a unit.
    "trade_flow": _schema(
        ("reporter", TEXT, REQUIRED),  # ISO alpha-3, or EU27
        ("partner_code", TEXT, REQUIRED),  # the source's own code, as text
        ("partner_kind", TEXT, REQUIRED),
        ("country_codes", TEXT, REQUIRED),  # the code system of partner_code, e.g. schedule_c
        ("flow", TEXT, REQUIRED),  # import | export
        ("flow_basis", TEXT, REQUIRED),  # GEN_VAL CON_VAL CIF FOB DOM_EXP RE_EXP TOT_EXP
        ("level", TEXT, REQUIRED),  # HS2 HS4 HS6 HS8 HS10
        ("code", TEXT, REQUIRED),
        ("period", pa.date32(), REQUIRED),  # first day
        ("period_type", TEXT, REQUIRED),  # M Q CY YTD; YTD holds January to the month of `period`
        ("status", TEXT, REQUIRED),
        ("value", MONEY, OPTIONAL),
        ("currency", TEXT, REQUIRED),
        ("duty", MONEY, OPTIONAL),
        ("quantity_1", pa.decimal128(20, 3), OPTIONAL),
        ("unit_1", TEXT, OPTIONAL),
        ("quantity_2", pa.decimal128(20, 3), OPTIONAL),
        ("unit_2", TEXT, OPTIONAL),
    ),
    # What a customs document answers, from its request: the ground of completeness and of withdrawals.
    "trade_scope": _schema(
        ("reporter", TEXT, REQUIRED),
        ("flow", TEXT, REQUIRED),
        ("flow_basis", TEXT, REQUIRED),  # one row a basis: an answer about GEN_VAL says nothing of CON_VAL
        ("level", TEXT, REQUIRED),
        ("code_prefix", TEXT, REQUIRED),
        ("period", pa.date32(), REQUIRED),
        ("period_type", TEXT, REQUIRED),
        ("partner_code", TEXT, OPTIONAL),  # NULL: every partner; else one row a partner named
        ("complete", pa.bool_(), REQUIRED),
    ),
    "fx_rate": _schema(
        ("base", TEXT, REQUIRED),  # ISO 4217; one unit of base buys `rate` units of quote
        ("quote", TEXT, REQUIRED),
        ("rate_date", pa.date32(), REQUIRED),
        ("rate", pa.decimal128(18, 8), REQUIRED),
    ),
    # One feed item as the feed gave it (text not yet fit for a page: treat as hostile).
    "news_item": _schema(
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
    "article_text": _schema(
        ("feed", TEXT, REQUIRED),
        ("url", TEXT, REQUIRED),
        ("url_key", TEXT, REQUIRED),
        ("canonical_url", TEXT, OPTIONAL),
        ("title", TEXT, OPTIONAL),
        ("authors", TEXT, OPTIONAL),
        ("published_at", TIME, OPTIONAL),
        ("published_source", TEXT, OPTIONAL),  # json-ld | meta (each may add "-day") | url, a day
        ("language", TEXT, OPTIONAL),
        ("body", TEXT, REQUIRED),
        ("body_sha256", TEXT, REQUIRED),
    ),
    # One poll of a feed that was read: what it held. State is judged from these.
    "feed_poll": _schema(
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
    ),
    # What every feed is, and whether its text may be used.
    "feed": _schema(
        ("feed", TEXT, REQUIRED),
        ("url", TEXT, REQUIRED),
        ("publisher", TEXT, REQUIRED),
        ("country", TEXT, OPTIONAL),
        ("language", TEXT, REQUIRED),
        ("topics", TEXT, OPTIONAL),
        ("licence", TEXT, REQUIRED),
        ("text_use", TEXT, REQUIRED),  # full | none
        ("cadence_days", pa.float64(), OPTIONAL),
    ),
}

# Datasets the project writes about itself; they carry their own document_id where they have one.
OWN_SCHEMAS: Mapping[str, pa.Schema] = {
    "document": _schema(
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
    "fetch": _schema(
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
    "source": _schema(
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
}


def lake_schema(dataset: str) -> pa.Schema:
    """The schema of a dataset's Parquet files: provenance columns first, then the parser's."""
    if dataset in OWN_SCHEMAS:
        return OWN_SCHEMAS[dataset]
    return pa.schema([*PROVENANCE, *SCHEMAS[dataset]])


def rows(dataset: str, records: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Batches of at most 65,536 rows from dicts, for small sources; large ones build Arrow columns themselves.

    Raises `SourceChanged` when a record lacks a required value or has one of another type.
    """
    schema, stream = {**SCHEMAS, **OWN_SCHEMAS}[dataset], iter(records)
    while chunk := list(islice(stream, BATCH_ROWS)):
        try:
            batch = pa.RecordBatch.from_pylist(chunk, schema=schema)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise SourceChanged(f"{dataset}: a value has another type than documented: {error}") from None
        yield dataset, checked(dataset, batch)


def checked(dataset: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch itself when names, types and required values are as declared, else `SourceChanged`."""
    schema = {**SCHEMAS, **OWN_SCHEMAS}[dataset]
    if not batch.schema.equals(schema):
        raise SourceChanged(f"{dataset}: columns {batch.schema.names} are not {schema.names}")
    for item in schema:
        if not item.nullable and batch.column(item.name).null_count:
            raise SourceChanged(
                f"{dataset}: {item.name} is missing in {batch.column(item.name).null_count} rows"
            )
    return batch
