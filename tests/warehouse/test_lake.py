from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from contracts.datasets import lake_schema
from contracts.errors import EnvironmentFault
from warehouse import lake
from warehouse.home import Home


def fx(document_id: str, rates: list[str]) -> pa.Table:
    from datetime import date
    from decimal import Decimal

    rows = [
        {
            "document_id": document_id,
            "row_number": number,
            "base": "EUR",
            "quote": "USD",
            "rate_date": date(2026, 1, 1 + number),
            "rate": Decimal(rate),
        }
        for number, rate in enumerate(rates)
    ]
    return pa.Table.from_pylist(rows, schema=lake_schema("fx_rate"))


def write(home: Home, documents: dict[str, list[str]], version: str = "1") -> list[lake.Part]:
    writer = lake.PartWriter(home, "test", version)
    for document_id, rates in documents.items():
        writer.add("fx_rate", fx(document_id, rates), [document_id])
    parts = writer.finish()
    lake.commit(home, "test", parts, documents)
    return parts


def files(home: Home) -> set[Path]:
    return set(home.lake.rglob("*.parquet"))


def test_the_same_rows_of_the_same_documents_make_no_new_file(home: Home) -> None:
    write(home, {"a": ["1.1"], "b": ["1.2"]})
    before = {path: path.stat().st_mtime_ns for path in files(home)}
    write(home, {"a": ["1.1"], "b": ["1.2"]})
    assert {path: path.stat().st_mtime_ns for path in files(home)} == before
    assert len(lake.read(home, "test", "fx_rate")) == 2


def test_parts_read_again_take_the_place_of_the_older_ones(home: Home) -> None:
    write(home, {"a": ["1.1"]})
    write(home, {"b": ["1.2"]})
    write(home, {"a": ["1.1"], "b": ["9.9"]}, version="2")
    assert [str(row["rate"]) for row in lake.read(home, "test", "fx_rate")] == ["1.10000000", "9.90000000"]
    assert len(lake.manifest(home, "test")) == 1


def test_what_a_killed_writer_left_is_not_read_and_is_swept(home: Home) -> None:
    writer = lake.PartWriter(home, "test", "1")
    writer.add("fx_rate", fx("a", ["1.1"]), ["a"])
    left = list(home.lake.rglob(".*.part"))
    assert len(left) == 1
    assert lake.read(home, "test", "fx_rate") == []
    lake.tidy(home, "test")
    assert not left[0].exists()


def test_a_part_of_an_older_schema_is_refused_with_what_to_do(home: Home) -> None:
    parts = write(home, {"a": ["1.1"]})
    with pytest.raises(EnvironmentFault, match="parse --all"):
        lake.require_schema(parts, {"fx_rate": "another"})
