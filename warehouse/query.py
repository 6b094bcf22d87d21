"""Read a release: locked down, so that any SQL may run."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.errors import ChokepointError

MEMORY_LIMIT = "1GB"


class QueryFailed(ChokepointError):
    """The SQL is wrong, or asks for what a reader may not do."""


@dataclass(frozen=True)
class Result:
    """Column names and rows, in the query's order."""

    columns: list[str]
    rows: list[tuple[Any, ...]]


def connect(database: Path) -> Any:
    """A read-only DuckDB connection that sees nothing outside the file, with a memory limit; close it after use."""
    import duckdb

    options: dict[str, str | bool | int | float | list[str]] = {
        "access_mode": "READ_ONLY",
        "enable_external_access": "false",
        "memory_limit": MEMORY_LIMIT,
        "threads": "2",
    }
    connection = duckdb.connect(str(database), config=options)
    connection.execute("set lock_configuration = true").fetchall()
    return connection


def query(database: Path, sql: str, limit: int | None = None) -> Result:
    """Run one query on a release; at most `limit` rows. Raises `QueryFailed` with DuckDB's own words."""
    import duckdb

    try:
        with connect(database) as connection:
            cursor = connection.execute(sql)
            rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit)
            return Result([column[0] for column in cursor.description or []], rows)
    except duckdb.Error as error:
        raise QueryFailed(str(error)) from None
