"""What a build takes over from the release before instead of making it again: tables that are made of the same.

Every relation has a mark. A dataset's is the hash of its view and of the parts behind it; a model's the hash of its SQL and of
the marks of what it reads, or of its own rows where it says so (transforms/macros/carry.sql). A table whose hash is that of
the release before is copied from there. The marks stand beside the release in `marks.json`, with what they were made with:
other code or another DuckDB makes every table anew.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from warehouse.files import read_json

NAME = "marks.json"
_TOOLS = ("duckdb", "dbt-core", "dbt-duckdb")
Mark = tuple[str, str, str, bool]
"""Relation (schema.name), what it is made of, its mark, whether it was carried over."""


@dataclass(frozen=True)
class Before:
    """The release that tables can be taken from, and what each of its relations was made of."""

    release: str
    database: Path
    marks: tuple[Mark, ...]


def before(release: Path, code: str) -> Before | None:
    """The release in this folder, if it was made with the transform `code` (its digest) and the tools of today.

    A release whose note or file cannot be read is none to take from: every table is then made anew.
    """
    try:
        said = read_json(release / NAME, {})
    except ValueError:
        return None
    if not isinstance(said, dict) or said.get("made_with") != _made_with(code):
        return None
    marks, database = said.get("marks"), release / "warehouse.duckdb"
    if not isinstance(marks, list) or not all(map(_is_mark, marks)) or not _opens(database):
        return None
    return Before(release.name, database, tuple((r, m, k, c) for r, m, k, c in marks))


def _is_mark(row: object) -> bool:
    return isinstance(row, list) and [type(value) for value in row] == [str, str, str, bool]


def _opens(database: Path) -> bool:
    import duckdb

    try:
        duckdb.connect(str(database), read_only=True).close()
    except duckdb.Error:
        return False
    return True


def open_marks(connection: Any, database: str, datasets: Mapping[str, str], taken: Before | None) -> None:
    """Make `lake.mark` and `lake.mark_before` in the attached `database`; `datasets` are the marks of `lake.<dataset>`."""
    columns = "(relation varchar, made_of varchar, mark varchar, carried boolean)"
    own = [(f"lake.{name}", mark, mark, False) for name, mark in datasets.items()]
    for table, rows in (("mark", own), ("mark_before", list(taken.marks if taken else ()))):
        connection.execute(f"create table {database}.lake.{table} {columns}").fetchall()
        if rows:
            connection.executemany(f"insert into {database}.lake.{table} values (?, ?, ?, ?)", rows)


def note(database: Path, code: str, taken: Before | None) -> dict[str, Any]:
    """What `marks.json` says of the built file, whose lake is still in it."""
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        marks = connection.sql(
            "select relation, made_of, mark, carried from lake.mark order by relation"
        ).fetchall()
    return {"made_with": _made_with(code), "carried_from": taken and taken.release, "marks": marks}


def mark(*words: object) -> str:
    """The mark of a dataset that these words say all of."""
    return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode()).hexdigest()


def _made_with(code: str) -> dict[str, str]:
    return {"code": code, **{tool: version(tool) for tool in _TOOLS}}
