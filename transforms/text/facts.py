"""What the lake's articles say, as identity needs it: titles and texts of every article, a signature of every text.

Only what is new is read: a part of readings names the parts of news it was made from. A text is signed once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from contracts.datasets import lake_schema
from transforms.text.headline import title_terms
from transforms.text.normal import rules_version, title_key
from transforms.text.signature import signed
from warehouse.home import Home
from warehouse.lake import Part, PartWriter

if TYPE_CHECKING:
    import pyarrow as pa

READING, SIGNATURE, EDGE = "article_reading", "article_signature", "article_edge"
NEWS = ("news_item", "article_text")
SIGNED_AT_ONCE = 4_096
Connection = Any

_RAW = """
    with document as ({document}), reading as ({news_item} union all {article_text})
    select url_key, title, body_sha256, min(retrieved_at) as seen_at
    from reading inner join document using (document_id)
    group by url_key, title, body_sha256
"""
_NEWER = """
    with fresh as (
        select url_key, title_key, min(title_terms) as title_terms, body_sha256, min(seen_at) as seen_at
        from given group by url_key, title_key, body_sha256
    )
    select
        fresh.url_key, fresh.title_key, fresh.title_terms, fresh.body_sha256, fresh.seen_at, '{rules}' as rules_version
    from fresh
    where not exists (
        select 1 from ({known}) as known
        where known.url_key = fresh.url_key and known.title_key is not distinct from fresh.title_key
            and known.body_sha256 is not distinct from fresh.body_sha256 and known.seen_at <= fresh.seen_at
    )
    order by fresh.url_key, fresh.title_key, fresh.body_sha256
"""


def scan(home: Home, parts: Sequence[Part], dataset: str, columns: str) -> str:
    """A query for some columns of the parts of a dataset; of none, its empty shape."""
    paths = ", ".join(f"'{_quoted(home.lake / part.path)}'" for part in parts if part.dataset == dataset)
    source = f"read_parquet([{paths}], hive_partitioning = false)" if paths else f"{dataset}_none"
    return f"select {columns} from {source}"


def prepare(connection: Connection) -> None:
    """Make an empty table for every dataset that `scan` may find without parts."""
    for dataset in ("document", *NEWS, READING, SIGNATURE, EDGE):
        connection.register("shape", lake_schema(dataset).empty_table())
        connection.execute(f"create temp table {dataset}_none as select * from shape").fetchall()
        connection.unregister("shape")


def readings(connection: Connection, home: Home, inputs: Sequence[Part], known: Sequence[Part]) -> pa.Table:
    """The readings in `inputs` (news and their documents) that the parts `known` do not have, or have later."""
    raw = _RAW.format(
        document=scan(home, inputs, "document", "document_id, retrieved_at"),
        news_item=scan(home, inputs, NEWS[0], "url_key, title, null::varchar as body_sha256, document_id"),
        article_text=scan(home, inputs, NEWS[1], "url_key, title, body_sha256, document_id"),
    )
    connection.register("given", _keyed(connection.sql(raw).to_arrow_table()))
    columns = "url_key, title_key, body_sha256, seen_at"
    found = connection.sql(
        _NEWER.format(rules=rules_version(), known=scan(home, known, READING, columns))
    ).to_arrow_table()
    connection.unregister("given")
    return found.cast(lake_schema(READING))


def _keyed(raw: pa.Table) -> pa.Table:
    import pyarrow as pa

    urls, titles = raw["url_key"].to_pylist(), raw["title"].to_pylist()
    keys = pa.array([title_key(url, title) for url, title in zip(urls, titles, strict=True)], pa.int64())
    pairs = zip(keys.to_pylist(), titles, strict=True)
    terms = pa.array([None if key is None else title_terms(title) for key, title in pairs], pa.binary())
    return raw.drop_columns("title").append_column("title_key", keys).append_column("title_terms", terms)


def unsigned(connection: Connection, home: Home, inputs: Sequence[Part], known: Sequence[Part]) -> set[str]:
    """The texts (body_sha256) in `inputs` that no part in `known` has signed."""
    here = scan(home, inputs, NEWS[1], "body_sha256")
    rows = connection.sql(f"{here} except {scan(home, known, SIGNATURE, 'body_sha256')}").fetchall()
    return {row[0] for row in rows}


def sign(home: Home, inputs: Sequence[Part], wanted: set[str], writer: PartWriter) -> None:
    """Write the signatures of the `wanted` texts in `inputs`."""
    import pyarrow as pa

    name, left, rules = texts_name(wanted), set(wanted), rules_version()
    rows: list[dict[str, object]] = []

    def write() -> None:
        writer.add(SIGNATURE, pa.Table.from_pylist(rows, schema=lake_schema(SIGNATURE)), [name])
        rows.clear()

    for body_sha256, body in _bodies(home, inputs):
        if body_sha256 in left:
            left.remove(body_sha256)
            rows.append({"body_sha256": body_sha256, "rules_version": rules, **_signed(body)})
            if len(rows) == SIGNED_AT_ONCE:
                write()
    if rows:
        write()


def texts_name(texts: set[str]) -> str:
    """What a part of signatures was read from: this set of texts."""
    return "texts " + hashlib.sha256("\n".join(sorted(texts)).encode()).hexdigest()[:20]


def _signed(body: str) -> dict[str, object]:
    kind, count, signature = signed(body)
    data = None if signature is None else signature.astype("<u4").tobytes()
    return {"shingle_kind": kind, "shingles": count, "signature": data}


def _bodies(home: Home, inputs: Sequence[Part]) -> Iterator[tuple[str, str]]:
    import pyarrow.parquet as pq

    for part in sorted((p for p in inputs if p.dataset == NEWS[1]), key=lambda p: p.path):
        file = pq.ParquetFile(home.lake / part.path)
        for batch in file.iter_batches(1_024, columns=["body_sha256", "body"]):
            yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)


def _quoted(path: object) -> str:
    return str(path).replace("'", "''")
