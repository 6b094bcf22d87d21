"""A release's files beside the database: Parquet a table or view, CSV where a spreadsheet holds it, the dictionary, digests."""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection
from pathlib import Path
from typing import Any

from warehouse.files import read_json, sha256_file

SCHEMAS = ("marts", "meta")
MEMORY_LIMIT, THREADS = "3GB", 2
MAX_SHEET_ROWS = 1_048_575
"""What a spreadsheet takes below its header. Larger tables are Parquet alone, in the order they come: as text one of them is
larger than all else of a release, and putting it in order takes longer than making it, and more memory than a build may."""
# RE2 has no class for unassigned code points; the CSV keeps them, terminals and logs do not.
_HIDDEN = r"[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]"
_BREAKS = r"[\r\n\t\x0B\x0C\x{85}\x{2028}\x{2029}]"


def export_tables(folder: Path, older: Path | None = None, same: Collection[str] = ()) -> dict[str, Any]:
    """Write parquet/, csv/ and docs/dictionary.md beside `folder`/warehouse.duckdb; gives tables and file digests.

    `same` are the tables that are as in the release in the folder `older`: their files are linked, not written again.
    """
    import duckdb

    for name in ("parquet", "csv", "docs"):
        (folder / name).mkdir()
    tables, known = {}, _linked(folder, older, same) if older else {}
    spill = folder / ".spill"
    settings: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": MEMORY_LIMIT,
        "threads": THREADS,
        "temp_directory": str(spill),
        "preserve_insertion_order": False,
    }
    with duckdb.connect(str(folder / "warehouse.duckdb"), read_only=True, config=settings) as connection:
        for schema, table in _tables(connection):
            rows = connection.execute(f'select count(*) from {schema}."{table}"').fetchall()[0][0]
            tables[f"{schema}.{table}"] = {"rows": rows}
            if _names(f"{schema}.{table}")[0] not in known:
                _copy(connection, folder, schema, table, rows)
        _dictionary(connection, folder / "docs" / "dictionary.md")
    shutil.rmtree(spill, ignore_errors=True)
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())
    return {"tables": tables, "files": {name: known.get(name) or _digest(folder / name) for name in files}}


def _linked(folder: Path, older: Path, same: Collection[str]) -> dict[str, Any]:
    """Link the files of the tables that are the `same`; gives their digests, as the older release's manifest has them."""
    noted = read_json(older / "manifest.json", {}).get("files", {})
    found = {name: noted[name] for table in same for name in _names(table) if name in noted}
    for name in found:
        os.link(older / name, folder / name)
    return found


def _names(table: str) -> tuple[str, str]:
    return f"parquet/{table}.parquet", f"csv/{table}.csv"


def _digest(path: Path) -> dict[str, Any]:
    return {"sha256": sha256_file(path), "bytes": path.stat().st_size}


def _tables(connection: Any) -> list[tuple[str, str]]:
    query = (
        "select schema_name, name from (select schema_name, table_name as name from duckdb_tables() union all "
        "select schema_name, view_name from duckdb_views()) where schema_name in ('marts', 'meta') order by all"
    )
    return [(schema, table) for schema, table in connection.execute(query).fetchall()]


def _copy(connection: Any, folder: Path, schema: str, table: str, rows: int) -> None:
    parquet, csv = (_literal(str(folder / name)) for name in _names(f"{schema}.{table}"))
    columns = connection.execute(
        "select column_name, data_type, comment from duckdb_columns() where schema_name = ? and table_name = ? "
        "order by column_index",
        [schema, table],
    ).fetchall()
    notes = ", ".join(f"{_literal(column)}: {_literal(comment or '')}" for column, _, comment in columns)
    is_sheet = rows <= MAX_SHEET_ROWS
    source = f'select * from {schema}."{table}"{" order by all" if is_sheet else ""}'
    options = f"format parquet, compression zstd, kv_metadata {{{notes}}}"
    connection.execute(f"copy ({source}) to {parquet} ({options})").fetchall()
    cells = ", ".join(_cell(column, kind) for column, kind, _ in columns)
    if is_sheet:
        connection.execute(
            f'copy (select {cells} from {schema}."{table}" order by all) to {csv} (format csv, header)'
        ).fetchall()


def _cell(column: str, kind: str) -> str:
    """A CSV cell no spreadsheet runs and no terminal obeys: the rule of `contracts.text.csv_cell`, in SQL."""
    if kind != "VARCHAR":
        return f'"{column}"'
    spaced = f"regexp_replace(\"{column}\", '{_BREAKS}', ' ', 'g')"
    shown = f"regexp_replace({spaced}, '{_HIDDEN}', '', 'g')"
    return f"case when {shown} ~ '^[=+@\\t\\r-].*' then '''' || {shown} else {shown} end as \"{column}\""


def _dictionary(connection: Any, path: Path) -> None:
    """The data dictionary as Markdown, from the comments inside the file."""
    lines = ["# Data dictionary", ""]
    for schema, table, comment in connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where not internal union all "
        "select schema_name, view_name, comment from duckdb_views() where not internal order by all"
    ).fetchall():
        lines += [
            f"## {schema}.{table}",
            "",
            comment or "",
            "",
            "| column | type | meaning |",
            "|---|---|---|",
        ]
        for column, kind, meaning in connection.execute(
            "select column_name, data_type, comment from duckdb_columns() "
            "where schema_name = ? and table_name = ? order by column_index",
            [schema, table],
        ).fetchall():
            lines.append(f"| {column} | {kind} | {(meaning or '').replace('|', '/')} |")
        lines.append("")
    lines += _macros(connection)
    path.write_text("\n".join(lines), encoding="utf-8")


def _macros(connection: Any) -> list[str]:
    """The table macros with what they say of themselves."""
    found = connection.execute(
        "select schema_name || '.' || function_name, parameters, coalesce(comment, '') from duckdb_functions() "
        "where function_type = 'table_macro' and not internal order by all"
    ).fetchall()
    made = [f"| {name}({', '.join(given)}) | {words} |" for name, given, words in found]
    return (
        ["## Functions that give tables", "", "| function | meaning |", "|---|---|", *made, ""]
        if made
        else []
    )


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
