"""What every released table and column means, and what the checks found, written into the file itself."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from transforms.results import CheckResult

if TYPE_CHECKING:
    import pyarrow as pa

_NUMERIC = ("DECIMAL", "DOUBLE", "FLOAT", "BIGINT", "HUGEINT", "INTEGER", "SMALLINT", "TINYINT")
_SHOWN = 5

# The two tables this module writes; the others are described beside their models.
_OWN: Mapping[str, tuple[str, Mapping[str, tuple[str, str, str | None]]]] = {
    "check_result": (
        "What every check of this build found. Grain: name, kind.",
        {
            "name": ("VARCHAR", "Name of the check.", None),
            "kind": ("VARCHAR", "contract, model, unit, test or dictionary.", None),
            "status": ("VARCHAR", "pass, warn, fail, or skip where another failed first.", None),
            "failures": ("BIGINT", "Rows the check refused.", "rows"),
            "message": ("VARCHAR", "What it says, in words.", None),
            "severity": ("VARCHAR", "error stops a release, warn does not.", None),
            "blames": ("VARCHAR", "Documents a fault is seen in, joined by a space.", None),
        },
    ),
    "data_dictionary": (
        "Every released table and column. Grain: schema_name, table_name, column_name (NULL: the table).",
        {
            "schema_name": ("VARCHAR", "Schema of the table.", None),
            "table_name": ("VARCHAR", "Name of the table.", None),
            "column_name": ("VARCHAR", "Name of the column; NULL in the row of the table itself.", None),
            "data_type": ("VARCHAR", "Type of the column.", None),
            "description": ("VARCHAR", "What it means.", None),
            "unit": ("VARCHAR", "Unit of a number.", None),
            "volatile": ("BOOLEAN", "Whether it depends on when things ran, not on what was read.", None),
            "position": ("INTEGER", "Place of the column; 0 for the table.", "number"),
        },
    ),
}


@dataclass(frozen=True)
class Entry:
    """One row of `meta.data_dictionary`."""

    schema_name: str
    table_name: str
    column_name: str | None
    data_type: str | None
    description: str | None
    unit: str | None
    volatile: bool
    position: int

    @property
    def gap(self) -> str | None:
        """What is missing, None when nothing is."""
        name = ".".join(part for part in (self.schema_name, self.table_name, self.column_name) if part)
        if not self.description:
            return f"{name} has no description"
        if self.unit is None and (self.data_type or "").startswith(_NUMERIC):
            return f"{name} has no unit"
        return None


def write(database: Path, target: Path, results: Iterable[CheckResult]) -> list[CheckResult]:
    """Write meta.data_dictionary and meta.check_result, with comments, into the built `database`.

    `target` is the folder `project.run` wrote its manifest to. Gives `results` and one more: `dictionary_is_complete`
    fails when a table or column has no description or a number no unit.
    """
    import duckdb

    described = _manifest(target)
    with duckdb.connect(str(database)) as connection:
        for table in _OWN:
            _create(connection, table)
        entries = _entries(connection, described)
        found = [*results, _completeness(entries)]
        _say(connection, entries)
        _fill(connection, "data_dictionary", [vars(entry) for entry in entries])
        _fill(connection, "check_result", [_check_row(result) for result in found])
    return found


def _manifest(target: Path) -> dict[tuple[str, str], dict[str, Any]]:
    nodes = json.loads((target / "manifest.json").read_text(encoding="utf-8"))["nodes"].values()
    kept = (n for n in nodes if n["resource_type"] in {"model", "seed"})
    return {(node["schema"], node["alias"]): node for node in kept}


def _entries(connection: Any, described: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[Entry]:
    columns = connection.execute(
        "select schema_name, table_name, column_name, data_type, column_index from duckdb_columns() "
        "where schema_name in ('marts', 'meta', 'staging') and database_name = current_database() "
        "order by schema_name, table_name, column_index"
    ).fetchall()
    entries: list[Entry] = []
    for schema, table, column, data_type, index in columns:
        text, notes = _described(described, schema, table)
        if not entries or (entries[-1].schema_name, entries[-1].table_name) != (schema, table):
            entries.append(Entry(schema, table, None, None, text, None, False, 0))
        description, unit, volatile = notes.get(column, (None, None, False))
        entries.append(Entry(schema, table, column, data_type, description, unit, volatile, index))
    return entries


Notes = Mapping[str, tuple[str | None, str | None, bool]]


def _described(
    described: Mapping[tuple[str, str], Mapping[str, Any]], schema: str, table: str
) -> tuple[str | None, Notes]:
    if schema == "meta" and table in _OWN:
        text, columns = _OWN[table]
        return text, {name: (words, unit, False) for name, (_, words, unit) in columns.items()}
    node = described.get((schema, table), {"description": None, "columns": {}})
    return node["description"] or None, {
        name: (
            column["description"] or None,
            column["meta"].get("unit"),
            bool(column["meta"].get("volatile")),
        )
        for name, column in node["columns"].items()
    }


def _say(connection: Any, entries: Iterable[Entry]) -> None:
    """Put what is meant into comments too: whoever opens the file by hand sees it beside the table and the column.

    Written here at once for all of them: dbt would ask for the columns of every table first.
    """
    views = {
        (schema, name)
        for schema, name in connection.execute("select schema_name, view_name from duckdb_views()").fetchall()
    }
    connection.execute("begin").fetchall()
    for entry in entries:
        table = f'{entry.schema_name}."{entry.table_name}"'
        kind = "view" if (entry.schema_name, entry.table_name) in views else "table"
        what = f'column {table}."{entry.column_name}"' if entry.column_name else f"{kind} {table}"
        unit = f"Unit: {entry.unit}." if entry.unit else ""
        words = f"{entry.description or ''} {unit}".strip()
        if words:
            connection.execute(f"comment on {what} is {_literal(words)}").fetchall()
    connection.execute("commit").fetchall()


def _completeness(entries: Iterable[Entry]) -> CheckResult:
    gaps = [entry.gap for entry in entries if entry.gap]
    message = "; ".join(gaps[:_SHOWN]) + ("; ..." if len(gaps) > _SHOWN else "")
    status = "fail" if gaps else "pass"
    words = message or "every table and column is described"
    return CheckResult("dictionary_is_complete", "dictionary", status, len(gaps), words, "error")


def _check_row(result: CheckResult) -> dict[str, object]:
    return {**vars(result), "blames": " ".join(result.blames) or None}


def _create(connection: Any, table: str) -> None:
    text, columns = _OWN[table]
    body = ", ".join(f"{name} {kind}" for name, (kind, _, _) in columns.items())
    connection.execute(f"create or replace table meta.{table} ({body})").fetchall()
    connection.execute(f"comment on table meta.{table} is {_literal(text)}").fetchall()
    for name, (_, words, _) in columns.items():
        connection.execute(f"comment on column meta.{table}.{name} is {_literal(words)}").fetchall()


def _fill(connection: Any, table: str, rows: list[dict[str, object]]) -> None:
    connection.register("given", _arrow(table, rows))
    connection.execute(f"insert into meta.{table} by name select * from given").fetchall()
    connection.unregister("given")


def _arrow(table: str, rows: list[dict[str, object]]) -> pa.Table:
    import pyarrow as pa

    kinds = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "INTEGER": pa.int32(), "BOOLEAN": pa.bool_()}
    schema = pa.schema([(name, kinds[kind]) for name, (kind, _, _) in _OWN[table][1].items()])
    return pa.Table.from_pylist(rows, schema)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
