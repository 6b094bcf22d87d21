"""A small lake by hand: documents with rows and scopes, made into a DuckDB file that the models build on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from contracts.datasets import DERIVED_SCHEMAS, OWN_SCHEMAS, SCHEMAS, lake_schema
from warehouse.versions import work_out

VARIABLES = {"build_id": "test", "home_kind": "sample", "built_at": "2026-11-22T06:00:00Z"}
START = datetime(2026, 1, 1, tzinfo=UTC)
API, PORT = "us_census_api", "us_census_port"
Row = dict[str, Any]


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def month(year: int, number: int) -> date:
    return date(year, number, 1)


@dataclass
class Lake:
    """Rows by dataset; `write` makes the file."""

    rows: dict[str, list[Row]] = field(
        default_factory=lambda: {name: [] for name in (*SCHEMAS, *OWN_SCHEMAS)}
    )

    def document(self, name: str, at: datetime, source: str = API, **changes: object) -> str:
        self.rows["document"].append(
            {
                "document_id": name,
                "source": source,
                "url": f"https://data.example/{name}",
                "method": "GET",
                "status": 200,
                "content_type": "application/json",
                "bytes": 100,
                "sha256": "0" * 64,
                "scope": "{}",
                "via": "mirror:test",
                "evidence": "synthetic",
                "origin": None,
                "released_at": None,
                "retrieved_at": at,
                "archived_at": at,
                "parser_version": "1",
                "outcome": "parsed",
                "reason": None,
                "rows": 1,
                "new_columns": None,
                **changes,
            }
        )
        return name

    def add(self, dataset: str, document: str, records: Iterable[Mapping[str, object]]) -> None:
        rows = self.rows[dataset]
        rows.extend({"document_id": document, "row_number": n, **record} for n, record in enumerate(records))

    def trade(
        self,
        name: str,
        at: datetime,
        values: Mapping[str, int | None],
        *,
        partners: Iterable[str] | None = None,
        code: str = "850760",
        level: str = "HS6",
        period: date = date(2024, 1, 1),
        period_type: str = "M",
        basis: str = "GEN_VAL",
        flow: str = "import",
        prefix: str | None = None,
        complete: bool = True,
        source: str = API,
        **changes: object,
    ) -> str:
        """One document about one code: partner code -> value in USD; `partners` None asks for all of them."""
        key: Row = {"reporter": "USA", "flow": flow, "flow_basis": basis, "level": level}
        when: Row = {"period": period, "period_type": period_type}
        if not any(row["document_id"] == name for row in self.rows["document"]):
            self.document(name, at, source, **changes)
        flows = (
            {
                **key,
                **when,
                "code": code,
                "partner_code": partner,
                "partner_kind": kind(partner),
                "country_codes": "schedule_c",
                "status": "reported" if value is not None else "suppressed",
                "value": None if value is None else Decimal(value),
                "currency": "USD",
                "duty": None,
            }
            for partner, value in values.items()
        )
        self.add("trade_flow", name, flows)
        scope = {**key, **when, "code_prefix": code if prefix is None else prefix, "complete": complete}
        self.add("trade_scope", name, ({**scope, "partner_code": p} for p in (partners or (None,))))
        return name

    def write(self, folder: Path) -> Path:
        path = folder / "warehouse.duckdb"
        with duckdb.connect() as connection:
            connection.execute(f"attach '{path}' as warehouse (storage_version 'v1.2.0')").fetchall()
            self.fill(connection)
        return path

    def fill(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the lake in the attached database `warehouse`."""
        connection.execute("create schema warehouse.lake").fetchall()
        for name, rows in self.rows.items():
            connection.register("given", table(name, rows))
            connection.execute(f"create table warehouse.lake.{name} as select * from given").fetchall()
            connection.unregister("given")
        for name in ("flow", "scope", "document"):
            dataset = name if name == "document" else f"trade_{name}"
            connection.execute(f"create temp view given_{name} as from warehouse.lake.{dataset}").fetchall()
        work_out(connection)
        for name in DERIVED_SCHEMAS:
            connection.execute(f"create table warehouse.lake.{name} as from {name}").fetchall()


def kind(partner: str) -> str:
    if partner == "-":
        return "world"
    return "group" if partner.startswith("00") or partner.endswith("XXX") else "country"


def query(path: Path, sql: str) -> list[dict[str, Any]]:
    """The rows of a question, as dicts."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = connection.sql(sql)
        names = found.columns
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def table(name: str, rows: list[Row]) -> pa.Table:
    schema = lake_schema(name)
    return pa.Table.from_pylist(
        [{column: row.get(column) for column in schema.names} for row in rows], schema
    )
