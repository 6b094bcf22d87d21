"""Rows with where they came from: what ingest adds to the batches of a parser."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING

from contracts.datasets import lake_schema, rows
from contracts.document import Answer, Batch, Document, Fetch, Slice, Source, SourceInfo

if TYPE_CHECKING:
    import pyarrow as pa


def tables(document: Document, batches: list[Batch]) -> Iterator[tuple[str, pa.Table]]:
    """One table a dataset, with the provenance columns in front."""
    import pyarrow as pa

    for dataset in sorted({name for name, _ in batches}):
        table = pa.Table.from_batches([batch for name, batch in batches if name == dataset])
        ids = pa.array([document.document_id], pa.string()).take(pa.array([0] * table.num_rows, pa.int32()))
        numbers = pa.array(range(table.num_rows), pa.int64())
        columns = [ids, numbers, *table.columns]
        yield dataset, pa.Table.from_arrays(columns, schema=lake_schema(dataset))


def scope_tables(document: Document, source: Source, batches: list[Batch]) -> Iterator[tuple[str, pa.Table]]:
    """What an answered document speaks for; an empty one speaks for nothing, so it can withdraw nothing."""
    if batches:
        records = (record for piece in source.slices(document) for record in _scope_records(piece))
        yield from tables(document, list(rows("trade_scope", records)))


def _scope_records(piece: Slice) -> Iterator[dict[str, object]]:
    names = ("reporter", "flow", "flow_basis", "level", "code_prefix", "period", "period_type", "complete")
    common = {name: getattr(piece, name) for name in names}
    for partner in piece.partners if piece.partners is not None else (None,):
        yield {**common, "partner_code": partner}


def fetch_row(request: Fetch, answer: Answer, outcome: str, document_id: str | None) -> dict[str, object]:
    """One request and what came of it, as a row of the `fetch` dataset."""
    feed = request.scope.get("feed")
    return {
        "source": request.source,
        "url": request.url,
        "feed": feed if isinstance(feed, str) else None,
        "at": answer.retrieved_at,
        "outcome": outcome,
        "status": answer.status,
        "reason": str(answer.error) if answer.error else None,
        "bytes": answer.size,
        "seconds": answer.seconds,
        "document_id": document_id,
    }


def document_row(document: Document, size: int) -> dict[str, object]:
    """What is known of an archived answer of `size` bytes before it is read: columns of the `document` dataset."""
    return {
        **{name: getattr(document, name) for name in _DOCUMENT_COLUMNS},
        "content_type": document.headers.get("content-type"),
        "bytes": size,
        "scope": json.dumps(dict(document.scope), sort_keys=True),
    }


_DOCUMENT_COLUMNS = (
    *("document_id", "source", "url", "method", "status", "sha256", "via", "evidence", "origin"),
    *("released_at", "retrieved_at", "archived_at"),
)


def source_row(info: SourceInfo) -> dict[str, object]:
    """A source's description as one row of the `source` dataset."""
    return {**asdict(info), "flow_bases": " ".join(info.flow_bases) or None, "note": info.note or None}
