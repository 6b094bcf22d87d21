"""Read a release: locked down, so that any SQL may run."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from contracts.errors import ChokepointError, EnvironmentFault

MEMORY_LIMIT = "1GB"


class QueryFailed(ChokepointError):
    """The SQL is wrong, or asks for what a reader may not do; `not_held`: it names what the release does not have."""

    def __init__(self, message: str, *, not_held: bool = False) -> None:
        super().__init__(message)
        self.not_held = not_held


@dataclass(frozen=True)
class Result:
    """Column names, rows in the query's order, and the columns' DuckDB types."""

    columns: list[str]
    rows: list[tuple[Any, ...]]
    types: list[str] = field(default_factory=list)


def connect(database: Path) -> Any:
    """A read-only DuckDB connection that sees nothing outside the file, in UTC; close it after use.

    It has a memory limit and no room on the disk: DuckDB would spill into the release, up to nine tenths of the disk.
    Raises `EnvironmentFault` for a file that is not there, not whole or no database.
    """
    import duckdb

    options: dict[str, str | bool | int | float | list[str]] = {
        "access_mode": "READ_ONLY",
        "enable_external_access": "false",
        "memory_limit": MEMORY_LIMIT,
        "threads": "2",
        "temp_directory": "",
    }
    try:
        connection = duckdb.connect(str(database), config=options)
    except duckdb.Error as error:
        raise EnvironmentFault(
            f"{database} cannot be read: `chokepoint rollback` makes the release before current ({error})"
        ) from None
    connection.execute("set TimeZone = 'UTC'").fetchall()
    connection.execute("set lock_configuration = true").fetchall()
    return connection


def query(
    database: Path,
    sql: str,
    limit: int | None = None,
    timeout_seconds: float | None = None,
    values: Sequence[object] = (),
) -> Result:
    """Run one query on a release, `values` in the place of its `?`; at most `limit` rows.

    Raises `QueryFailed` with DuckDB's own words, or when time is up.
    """
    import duckdb

    try:
        with connect(database) as connection, _deadline(connection, timeout_seconds):
            cursor = connection.execute(sql, list(values)) if values else connection.execute(sql)
            if cursor is None:
                raise QueryFailed("there is no statement to run")
            rows = cursor.fetchall() if limit is None else cursor.fetchmany(limit)
            described = cursor.description or []
            return Result([c[0] for c in described], rows, [str(c[1]) for c in described])
    except duckdb.InterruptException:
        limit_words = f"no answer within {timeout_seconds:g} seconds" if timeout_seconds else "interrupted"
        raise QueryFailed(f"{limit_words}: ask for less, or allow more time") from None
    except duckdb.Error as error:
        missing = isinstance(error, duckdb.CatalogException | duckdb.BinderException)
        raise QueryFailed(str(error), not_held=missing) from None


def told(database: Path, sql: str, values: Sequence[object] = ()) -> Result:
    """`query` for SQL of our own: a release that does not hold what it names was made by another version of the project.

    Raises `EnvironmentFault` then.
    """
    try:
        return query(database, sql, values=values)
    except QueryFailed as error:
        if not error.not_held:
            raise
        raise EnvironmentFault(
            f"release {database.parent.name} was made by another version of chokepoint: `chokepoint build` and "
            f"`chokepoint publish` make one by this version ({str(error).splitlines()[0]})"
        ) from None


@contextmanager
def _deadline(connection: Any, seconds: float | None) -> Iterator[None]:
    """Interrupt what the connection does when the time is up; joined, so that it never reaches a closed one."""
    if seconds is None:
        yield
        return
    timer = threading.Timer(seconds, connection.interrupt)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
