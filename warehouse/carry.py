"""What a build takes over from the release before instead of making it again: tables that are made of the same.

Every relation has a mark. A dataset's is the hash of its view and of the parts behind it; a model's the hash of its SQL and of
the marks of what it reads, or of its own rows where it says so (transforms/macros/carry.sql). A build starts from a copy of the
release's file; a table that can still be of the same waits there under another name, and is the model's if its hash says so:
nothing is read or written for it. So does a table that grows: of that only the rows are made that a changed part of the
dataset has a say in (transforms/macros/growth.sql). The marks stand beside the release in `marks.json`, with what they were
made with: other code or another DuckDB makes every table anew.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from contracts.errors import EnvironmentFault
from warehouse.files import read_json, sha256_file

NAME = "marks.json"
WAITING = "__before"
"""What the name of a table ends with while nobody knows yet whether it is taken over."""
_THINGS = """
with thing as (
    select 'table' as kind, database_name, schema_name, table_name as name from duckdb_tables()
    union all select 'view', database_name, schema_name, view_name from duckdb_views() where not internal
    union all select distinct if(function_type = 'macro', 'macro', 'macro table'), database_name, schema_name, function_name
    from duckdb_functions() where function_type in ('macro', 'table_macro') and not internal
)
select kind, schema_name, name from thing where database_name = ? and schema_name <> 'lake' order by all
"""
_TOOLS = ("duckdb", "dbt-core", "dbt-duckdb")


class Mark(NamedTuple):
    """A relation (schema.name), what it reads (such names joined by commas), what it is made of and its mark.

    Then whether it was taken over, and whether the next build needs it even if it is of something else by then. A dataset, or
    a part of one (`lake.<dataset>/<source>/<period>`), reads nothing.
    """

    relation: str
    reads: str
    made_of: str
    mark: str
    carried: bool
    waits: bool


@dataclass(frozen=True)
class Before:
    """The release that tables can be taken from, and what each of its relations was made of."""

    release: str
    database: Path
    marks: tuple[Mark, ...]


def before(release: Path, code: str, rights: Iterable[Mapping[str, Any]] = ()) -> Before | None:
    """The release in this folder, if it was made with the transform `code` (its digest) and the tools of today.

    A release whose notes cannot be read, or whose file is not the one released, is none to take from: every table is then
    made anew. Nor is one with words that the `rights` of a build (as in its inputs) allow no more: in a copy of its file their
    bytes would outlive the tables they were in.
    """
    try:
        said, manifest, inputs = (
            read_json(release / name, {}) for name in (NAME, "manifest.json", "inputs.json")
        )
        lost = full_texts(inputs["rights"]) - full_texts(rights)
    except (ValueError, KeyError, TypeError):
        return None
    if lost or not isinstance(said, dict) or said.get("made_with") != _made_with(code):
        return None
    marks, database = said.get("marks"), release / "warehouse.duckdb"
    if not isinstance(marks, list) or not all(map(_is_mark, marks)) or not _is_whole(database, manifest):
        return None
    return Before(release.name, database, tuple(Mark(*row) for row in marks))


def took_over(release: Path) -> bool:
    """Whether tables of the release in this folder were taken from another, or its note cannot be read."""
    try:
        said = read_json(release / NAME, {})
    except ValueError:
        return True
    return not isinstance(said, dict) or bool(said.get("carried_from"))


def full_texts(rights: Iterable[Mapping[str, Any]]) -> set[tuple[str, str]]:
    """Whose words may be released: (subject_kind, subject)."""
    return {(row["subject_kind"], row["subject"]) for row in rights if row["text_use"] == "full"}


def _is_mark(row: object) -> bool:
    return isinstance(row, list) and [type(value) for value in row] == [str, str, str, str, bool, bool]


def _is_whole(database: Path, manifest: object) -> bool:
    """A table taken over is not read, so nothing else would see that its bytes have changed."""
    try:
        noted: object = manifest["files"][database.name]["sha256"]  # type: ignore[index]
    except (KeyError, TypeError):
        return False
    return database.is_file() and sha256_file(database) == noted


def start_from(taken: Before, database: Path) -> None:
    """Make the file `database` a copy of the release's, or nothing: a half would fill the disk. Raises `EnvironmentFault`."""
    try:
        shutil.copyfile(taken.database, database)
    except OSError as error:
        database.unlink(missing_ok=True)
        said = f"{error.strerror or error} ({taken.database.stat().st_size:,} bytes)"
        raise EnvironmentFault(f"{database} cannot be made from {taken.database}: {said}") from None


def open_marks(connection: Any, database: str, datasets: Mapping[str, str], taken: Before | None) -> None:
    """Make `lake.mark` and `lake.mark_before` in the attached `database`; `datasets` are the marks of `lake.<dataset>`.

    If it started from the release `taken`, only the tables that can be of use are left in it, waiting.
    """
    own = [Mark(f"lake.{name}", "", mark, mark, False, False) for name, mark in datasets.items()]
    models = [mark for mark in taken.marks if not mark.relation.startswith("lake.")] if taken else []
    parts = [mark for mark in taken.marks if mark.relation.startswith("lake.")] if taken else []
    same = _can_be_same(models, {mark.relation for mark in set(parts) ^ set(own)})
    if taken:
        waits = {mark.relation for mark in models if mark.waits}
        _leave_waiting(connection, database, waits | {mark.relation for mark in same})
    _write(connection, f"{database}.lake.mark", own)
    _write(connection, f"{database}.lake.mark_before", [*parts, *same])


def _can_be_same(models: list[Mark], changed: set[str]) -> list[Mark]:
    """The marks of models that read nothing changed: no dataset, and no model that has to change with what it reads."""
    stale: set[Mark] = set()
    while True:
        gone = changed | {mark.relation for mark in stale if mark.mark == mark.made_of}
        found = {mark for mark in models if gone & set(mark.reads.split(","))}
        if found == stale:
            return [mark for mark in models if mark not in stale]
        stale = found


def _write(connection: Any, table: str, marks: list[Mark]) -> None:
    import pyarrow as pa

    kinds = {"carried": pa.bool_(), "waits": pa.bool_()}
    columns = pa.schema([(name, kinds.get(name, pa.string())) for name in Mark._fields])
    connection.register("given", pa.Table.from_pylist([mark._asdict() for mark in marks], schema=columns))
    connection.execute(f"create table {table} as select * from given").fetchall()
    connection.unregister("given")


def _leave_waiting(connection: Any, database: str, wanted: set[str]) -> None:
    """Views, macros and the other tables go, and their room is free for what is made now; the wanted ones get their other name."""
    found = connection.execute(_THINGS, [database]).fetchall()
    for kind, schema, name in found:
        thing = f'{database}.{schema}."{name}"'
        if kind == "table" and f"{schema}.{name}" in wanted:
            connection.execute(f'alter table {thing} rename to "{name}{WAITING}"').fetchall()
        else:
            connection.execute(f"drop {kind} {thing}").fetchall()
    connection.execute(f"checkpoint {database}").fetchall()


def forget(connection: Any) -> None:
    """Drop what still waits in the open file: a release has no table that nobody asked for."""
    found = connection.execute(
        "select schema_name, table_name from duckdb_tables() where ends_with(table_name, ?)", [WAITING]
    ).fetchall()
    for schema, table in found:
        connection.execute(f'drop table {schema}."{table}"').fetchall()


def note(database: Path, code: str, taken: Before | None) -> dict[str, Any]:
    """What `marks.json` says of the built file, whose lake is still in it."""
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        marks = connection.sql(
            "select relation, reads, made_of, mark, carried, waits from lake.mark order by relation"
        ).fetchall()
    return {"made_with": _made_with(code), "carried_from": taken and taken.release, "marks": marks}


def carried(said: Mapping[str, Any]) -> list[str]:
    """The relations that `marks.json` says were taken over."""
    marks = (Mark(*row) for row in said.get("marks", ()))
    return [mark.relation for mark in marks if mark.carried]


def mark(*words: object) -> str:
    """The mark of a dataset that these words say all of."""
    return hashlib.sha256(json.dumps(words, sort_keys=True, default=str).encode()).hexdigest()


def _made_with(code: str) -> dict[str, str]:
    return {"code": code, **{tool: version(tool) for tool in _TOOLS}}
