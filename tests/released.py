"""Two releases side by side."""

from __future__ import annotations

import duckdb

from warehouse.home import Home
from warehouse.release import current


def _steady_columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> list[str]:
    rows = connection.execute(
        "select column_name from a.meta.data_dictionary where schema_name = ? and table_name = ? "
        "and column_name is not null and not volatile order by position",
        [schema, table],
    ).fetchall()
    return [row[0] for row in rows]


def assert_same_release(one: Home, other: Home) -> None:
    """Every table equal, in all columns not marked volatile, with as many rows."""
    first, second = current(one), current(other)
    assert first is not None
    assert second is not None
    with duckdb.connect() as connection:
        connection.execute(f"attach '{first.database}' as a (read_only)").fetchall()
        connection.execute(f"attach '{second.database}' as b (read_only)").fetchall()
        tables = connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'a' union all "
            "select schema_name, view_name from duckdb_views() where database_name = 'a' and not internal order by all"
        ).fetchall()
        assert len(tables) > 10
        for schema, table in tables:
            columns = ", ".join(f'"{c}"' for c in _steady_columns(connection, schema, table))
            if not columns:
                continue
            halves = [f'select {columns} from {db}.{schema}."{table}"' for db in "ab"]
            for left, right in (halves, halves[::-1]):
                odd = connection.execute(f"({left}) except all ({right}) limit 3").fetchall()
                assert not odd, f"{schema}.{table}: {odd}"
