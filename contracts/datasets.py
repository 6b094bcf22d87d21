"""The lake's datasets put together, and how rows become batches of them.

A parser gives the columns of `SCHEMAS[dataset]`; the lake adds `PROVENANCE` in front at write.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.errors import SourceChanged
from contracts.schemas import company, customs, news, own, policy, reference
from contracts.schemas.columns import REQUIRED, TEXT, schema

BATCH_ROWS = 65_536
PROVENANCE = schema(("document_id", TEXT, REQUIRED), ("row_number", pa.int64(), REQUIRED))
SCHEMAS: Mapping[str, pa.Schema] = {
    **customs.SCHEMAS,
    **reference.SCHEMAS,
    **news.SCHEMAS,
    **company.SCHEMAS,
    **policy.SCHEMAS,
}
OWN_SCHEMAS = own.OWN_SCHEMAS
DERIVED_SCHEMAS = customs.DERIVED
"""What a build works out from the parts that count before its models run: no parser writes it, no manifest names it."""
_ALL: Mapping[str, pa.Schema] = {**SCHEMAS, **OWN_SCHEMAS}
WORDS: Mapping[str, frozenset[str]] = {
    "news_item": frozenset({"summary"}),
    "article_text": frozenset({"body", "lead", "syndication_note"}),
    "policy_notice": frozenset({"abstract", "dates_text"}),
    "restricted_party": frozenset({"remarks"}),
}
"""The columns that hold a publisher's own words beyond a headline: released only where its rights allow it."""


def lake_schema(dataset: str) -> pa.Schema:
    """The schema of a dataset's Parquet files: provenance columns first, then the parser's."""
    for schemas in (OWN_SCHEMAS, DERIVED_SCHEMAS):
        if dataset in schemas:
            return schemas[dataset]
    return pa.schema([*PROVENANCE, *SCHEMAS[dataset]])


def rows(dataset: str, records: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, pa.RecordBatch]]:
    """Batches of at most 65,536 rows from dicts, for small sources; large ones build Arrow columns themselves.

    Raises `SourceChanged` when a record lacks a required value or has one of another type.
    """
    wanted, stream = _ALL[dataset], iter(records)
    while chunk := list(islice(stream, BATCH_ROWS)):
        try:
            batch = _batch(chunk, wanted)
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise SourceChanged(f"{dataset}: a value has another type than documented: {error}") from None
        yield dataset, checked(dataset, batch)


def _batch(records: list[Mapping[str, object]], wanted: pa.Schema) -> pa.RecordBatch:
    """A single record (a page) goes in as one value, at a third of the cost of a column each."""
    if len(records) > 1:
        return pa.RecordBatch.from_pylist(records, schema=wanted)
    return pa.RecordBatch.from_struct_array(pa.array(records, type=pa.struct(list(wanted))))


def checked(dataset: str, batch: pa.RecordBatch) -> pa.RecordBatch:
    """The batch itself when names, types and required values are as declared, else `SourceChanged`."""
    wanted = _ALL[dataset]
    if not batch.schema.equals(wanted):
        raise SourceChanged(f"{dataset}: columns {batch.schema.names} are not {wanted.names}")
    for item in wanted:
        if not item.nullable and batch.column(item.name).null_count:
            raise SourceChanged(
                f"{dataset}: {item.name} is missing in {batch.column(item.name).null_count} rows"
            )
    return batch
