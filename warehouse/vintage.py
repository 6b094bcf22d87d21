"""`lake/trade_flow_vintage`: one part a source and period that holds only changes, named by the hash of its inputs.

What a part is made of: the documents that hold rows of the period or speak for it, their times, the raw parts they are
in, and the rules (`warehouse/versions.py`). A part that is there is not made again, so a period that no new document
touches is not read. Everything here can be made anew from the raw parts; what these inputs do not need is removed.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.datasets import DERIVED_SCHEMAS, lake_schema
from warehouse.files import sync_folder
from warehouse.home import Home
from warehouse.versions import rules, work_out

if TYPE_CHECKING:
    import pyarrow as pa

INDEX = "trade_flow_index"
GROUP_ROWS = 3_000_000
"""Raw rows worked on at a time, unless a single period has more."""
MEMORY_LIMIT, THREADS = "2GB", 2
_ORDER = {
    "trade_flow_vintage": "cell_number, partner_code, known_from, document_id, row_number",
    "trade_cell_document": "cell_number, document_id, relation, partner_code",
}


@dataclass(frozen=True)
class Wanted:
    """The two parts of one source and period. `rows` are the raw rows they are made of."""

    source: str
    period: date
    name: str
    rows: int

    def path(self, home: Home, dataset: str) -> Path:
        folder = home.lake / dataset / f"source={self.source}" / f"period={self.period}"
        return folder / f"{self.name}.parquet"

    def is_made(self, home: Home) -> bool:
        return all(_is_whole(self.path(home, dataset)) for dataset in DERIVED_SCHEMAS)


def make(home: Home, inputs: Mapping[str, Any], scratch: Path) -> dict[str, list[str]]:
    """Make what is missing for the frozen `inputs` and remove what they do not need: dataset -> paths of its parts.

    `scratch` is an empty folder on the home's disk for drafts and spilled rows. Call it under the warehouse lock.
    """
    import duckdb

    raw = _Raw(home, inputs)
    indexes = {path: raw.index(path) for path in raw.of("trade_flow")}
    wanted: list[Wanted] = []
    with duckdb.connect() as connection:
        for setting, value in _settings(scratch).items():
            connection.execute(f"set {setting} = '{value}'").fetchall()
        for path, index in indexes.items():
            if not _is_whole(index):
                _write(connection, _counted(path), index, scratch)
        if indexes:
            _open(connection, raw, indexes)
            wanted = _wanted(connection)
            for group in _groups([one for one in wanted if not one.is_made(home)]):
                _make_group(connection, home, group, scratch)
    found = {dataset: [one.path(home, dataset) for one in wanted] for dataset in DERIVED_SCHEMAS}
    _sweep(home, {*indexes.values(), *(path for paths in found.values() for path in paths)})
    return {dataset: [str(path) for path in paths] for dataset, paths in found.items() if paths}


class _Raw:
    """The frozen parts that figures of trade come from."""

    def __init__(self, home: Home, inputs: Mapping[str, Any]) -> None:
        self.home, self.held = home, list(inputs["held"])
        self.parts = [(dataset, home.lake / path, sha256) for dataset, path, sha256 in inputs["parts"]]
        self.marks = {path: sha256 for _, path, sha256 in self.parts}

    def of(self, dataset: str) -> list[Path]:
        """A dataset's parts; of documents those of sources that have figures of trade."""
        sources = {path.parts[-3] for name, path, _ in self.parts if name == "trade_flow"}
        return [path for name, path, _ in self.parts if name == dataset and path.parts[-3] in sources]

    def index(self, path: Path) -> Path:
        return self.home.lake / INDEX / path.parts[-3] / f"{self.marks[path]}.parquet"


def _settings(scratch: Path) -> dict[str, object]:
    return {
        "memory_limit": MEMORY_LIMIT,
        "threads": THREADS,
        "temp_directory": scratch / "spill",
        "preserve_insertion_order": False,
        "TimeZone": "UTC",
    }


def _counted(path: Path) -> str:
    """How many rows of which period a raw part holds of which document."""
    return (
        f"select document_id, period, count(*) as rows from {_files([path])} group by document_id, period "
        "order by document_id, period"
    )


def _open(connection: Any, raw: _Raw, indexes: Mapping[Path, Path]) -> None:
    """Tables of everything small: `known_document`, `scope`, and `said`: which part each document's periods are in."""
    import pyarrow as pa

    connection.register("given_held", pa.table({"document_id": pa.array(raw.held, pa.string())}))
    connection.register("given_mark", _marks(raw, indexes))
    connection.register("no_scope", lake_schema("trade_scope").empty_table())
    scopes = raw.of("trade_scope")
    scope = f"from {_files(scopes, named=True)}" if scopes else "select *, '' as filename from no_scope"
    known = "document_id, source, status, outcome, released_at, retrieved_at"
    documents = f"select {known} from {_files(raw.of('document'))}"
    for statement in (
        f"create temp table known_document as {documents} "
        "where outcome = 'parsed' and document_id not in (from given_held)",
        f"create temp table scope as {scope}",
        f"""create temp table said as
        select known.source, document_id, period, part, mark, rows
        from {_files(indexes.values(), named=True)}
        inner join given_mark using (filename) inner join known_document as known using (document_id)
        union all
        select known.source, document_id, period, part, mark, 0
        from (select distinct document_id, period, filename from scope where complete)
        inner join given_mark using (filename) inner join known_document as known using (document_id)""",
    ):
        connection.execute(statement).fetchall()


def _marks(raw: _Raw, indexes: Mapping[Path, Path]) -> pa.Table:
    """By the file that tells of it: a raw part's digest and, where it holds rows of trade_flow, its path."""
    import pyarrow as pa

    flows = [(str(index), raw.marks[path], str(path)) for path, index in indexes.items()]
    scopes = [(str(path), raw.marks[path], "") for path in raw.of("trade_scope")]
    columns = zip(*(*flows, *scopes), strict=True)
    return pa.table([pa.array(column, pa.string()) for column in columns], names=["filename", "mark", "part"])


def _wanted(connection: Any) -> list[Wanted]:
    """Every source and period with rows, in order, with the name of its parts."""
    line = (
        "concat_ws('|', document_id, status, epoch_us(coalesce(released_at, retrieved_at)), "
        "epoch_us(retrieved_at), part <> '', mark)"
    )
    rows = connection.execute(
        f"""select source, period, sha256(concat_ws(chr(10), ?, source, period, string_agg({line}, chr(10) order by {line}))),
        cast(sum(rows) as bigint)
        from said inner join known_document as known using (source, document_id)
        group by source, period having sum(rows) > 0 order by source, period""",
        [rules()],
    ).fetchall()
    return [Wanted(source, period, digest[:32], rows) for source, period, digest, rows in rows]


def _groups(missing: Iterable[Wanted]) -> Iterator[list[Wanted]]:
    """Periods of one source that are worked on together."""
    group: list[Wanted] = []
    for one in missing:
        full = sum(other.rows for other in group) + one.rows > GROUP_ROWS
        if group and (full or group[0].source != one.source):
            yield group
            group = []
        group.append(one)
    if group:
        yield group


def _make_group(connection: Any, home: Home, group: list[Wanted], scratch: Path) -> None:
    """Read the raw rows of a group's periods, from the parts that have some, and write its parts."""
    source, periods = group[0].source, ", ".join(f"date '{one.period}'" for one in group)
    found = connection.execute(
        f"select distinct part from said where source = ? and part <> '' and period in ({periods}) order by part",
        [source],
    ).fetchall()
    between = f"period between date '{group[0].period}' and date '{group[-1].period}'"
    documents = f"document_id in (select document_id from known_document where source = '{source}')"
    where = f"where {between} and period in ({periods}) and {documents}"
    for name, relation in (
        ("flow", _files(Path(part) for (part,) in found)),
        ("scope", "scope"),
        ("document", "known_document"),
    ):
        narrow = "" if name == "document" else where
        connection.execute(
            f"create or replace temp view given_{name} as select * from {relation} {narrow}"
        ).fetchall()
    work_out(connection)
    for one in group:
        for dataset in DERIVED_SCHEMAS:
            rows = f"select * from {dataset} where period = date '{one.period}' order by {_ORDER[dataset]}"
            _write(connection, rows, one.path(home, dataset), scratch)


def _write(connection: Any, query: str, path: Path, scratch: Path) -> None:
    """A whole Parquet file or none: the draft is on the same disk and the next build removes it with the scratch."""
    draft = scratch / "draft.parquet"
    connection.execute(f"copy ({query}) to '{_quoted(draft)}' (format parquet, compression zstd)").fetchall()
    with draft.open("rb") as handle:
        os.fsync(handle.fileno())
    path.parent.mkdir(parents=True, exist_ok=True)
    draft.replace(path)
    sync_folder(path.parent)


def _is_whole(path: Path) -> bool:
    """Whether a Parquet file is there and ends as it should."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        pq.read_metadata(path)
    except (FileNotFoundError, pa.ArrowInvalid):
        return False
    return True


def _sweep(home: Home, needed: set[Path]) -> None:
    """Remove parts that these inputs do not need: releases hold their own rows, and every part can be made again."""
    for dataset in (INDEX, *DERIVED_SCHEMAS):
        for path in sorted((home.lake / dataset).rglob("*.parquet")):
            if path not in needed:
                path.unlink(missing_ok=True)
                with contextlib.suppress(OSError):  # the folder holds others
                    path.parent.rmdir()


def _files(paths: Iterable[Path], *, named: bool = False) -> str:
    listed = ", ".join(f"'{_quoted(path)}'" for path in paths)
    return f"read_parquet([{listed}], hive_partitioning = false, filename = {str(named).lower()})"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
