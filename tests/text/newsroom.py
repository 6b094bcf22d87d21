"""Articles made up for tests, and a lake that holds them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pyarrow as pa
import pyarrow.parquet as pq

from contracts.datasets import lake_schema
from transforms.text.identify import SOURCE
from warehouse import lake
from warehouse.home import Home

START = datetime(2026, 11, 1, 6, tzinfo=UTC)
Row = dict[str, object]


@dataclass(frozen=True)
class Read:
    """One reading of an article: an item of a feed when there is no body, else its page."""

    url: str
    title: str
    body: str | None
    at: datetime


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def words(seed: int, count: int = 300) -> str:
    """A text like no other: words drawn from a vocabulary as large as a newspaper's."""
    drawn = random.Random(seed)
    return " ".join(f"w{drawn.randrange(8_000)}" for _ in range(count))


def characters(seed: int, count: int = 400) -> str:
    drawn = random.Random(seed)
    return "".join(chr(drawn.randrange(0x4E00, 0x9000)) for _ in range(count))


def edited(text: str, share: float, seed: int = 0) -> str:
    """The text with this share of its words replaced."""
    drawn, pieces = random.Random(seed), text.split()
    for at in drawn.sample(range(len(pieces)), round(share * len(pieces))):
        pieces[at] = f"e{drawn.randrange(10**9)}"
    return " ".join(pieces)


def publish(home: Home, readings: Iterable[Read], source: str = "news") -> None:
    """Commit readings to the lake as one parse run, a document each."""
    writer = lake.PartWriter(home, source, "1")
    for reading in readings:
        said = f"{reading.url}|{reading.title}|{reading.body}|{reading.at.isoformat()}"
        document = hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:20]
        dataset, row = _row(reading)
        row |= {"document_id": document, "row_number": 0}
        note = {"document_id": document, "source": source, "retrieved_at": reading.at}
        writer.add(dataset, _table(dataset, row), [document])
        writer.add("document", _table("document", note), [document])
    lake.commit(home, source, writer.finish())


def facts(home: Home) -> dict[str, list[tuple[object, ...]]]:
    """What identity has found, as sets in order; the readings by the time that counts."""
    names = ("article_edge", "article_cluster", "article_story")
    return {name: sorted(map(repr, _rows(home, name))) for name in names}


def cluster_of(home: Home) -> dict[str, str]:
    return {str(row["url_key"]): str(row["cluster_id"]) for row in _rows(home, "article_cluster")}


def story_of(home: Home) -> dict[str, str]:
    return {str(row["url_key"]): str(row["story_id"]) for row in _rows(home, "article_story")}


def kinds(home: Home) -> dict[tuple[str, str], str]:
    return {(str(row["a"]), str(row["b"])): str(row["kind"]) for row in _rows(home, "article_edge")}


def _rows(home: Home, dataset: str) -> list[Row]:
    parts = [part for part in lake.manifest(home, SOURCE) if part.dataset == dataset]
    return [row for part in parts for row in pq.ParquetFile(home.lake / part.path).read().to_pylist()]


def _row(reading: Read) -> tuple[str, Row]:
    row: Row = {"feed": "wire", "url": reading.url, "url_key": reading.url, "title": reading.title}
    if reading.body is None:
        return "news_item", row
    digest = hashlib.sha256(reading.body.encode("utf-8", "surrogatepass")).hexdigest()
    return "article_text", row | {"body": reading.body, "body_sha256": digest}


_FILLED: Row = {
    "method": "GET", "status": 200, "bytes": 1, "sha256": "0" * 64, "scope": "{}", "via": "mirror:test",
    "evidence": "synthetic", "archived_at": START, "parser_version": "1", "outcome": "parsed", "rows": 1,
    "url": "https://wire.example/",
}  # fmt: skip


def _table(dataset: str, row: Row) -> pa.Table:
    schema = lake_schema(dataset)
    full = (_FILLED if dataset == "document" else {}) | row
    return pa.Table.from_pylist([{name: full.get(name) for name in schema.names}], schema=schema)
