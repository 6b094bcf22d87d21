"""The lake: typed Parquet parts with immutable names, and one manifest a source that says which of them count.

A part is named after what it holds and what it was read from, so parsing again writes nothing new. A parse run
commits all its datasets by one rename of its source's manifest. Call the writers under the source's lock.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from contracts.errors import EnvironmentFault
from warehouse.files import read_json, sha256_file, sweep, sync_folder, write_json
from warehouse.home import Home

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Part:
    """One Parquet file that counts. `path` is relative to the lake; `documents` are those it was read from."""

    dataset: str
    path: str
    rows: int
    sha256: str
    parser_version: str
    schema: str
    documents: tuple[str, ...]


def manifest(home: Home, source: str) -> list[Part]:
    """The parts of a source, in dataset and path order; empty when it has none."""
    note = read_json(_manifest_path(home, source), {"parts": []})
    return [Part(**{**part, "documents": tuple(part["documents"])}) for part in note["parts"]]


def manifests(home: Home) -> dict[str, list[Part]]:
    """Every source's parts."""
    folder = home.lake / "manifest"
    names = sorted(p.stem for p in folder.glob("*.json")) if folder.is_dir() else []
    return {name: manifest(home, name) for name in names}


def commit(home: Home, source: str, parts: Iterable[Part], documents: Iterable[str] = ()) -> None:
    """Make `parts` count, in one step; older parts read from any of `documents` count no more.

    The `source` dataset is a description, not a history: its new part takes the old one's place.
    """
    new, gone = list(parts), frozenset(documents)
    names = {p.path for p in new}
    whole = {p.dataset for p in new if p.dataset == "source"}
    old = (p for p in manifest(home, source) if p.path not in names and p.dataset not in whole)
    _replace(home, source, [*(p for p in old if gone.isdisjoint(p.documents)), *new])


def documents(home: Home, source: str, parser_version: str) -> set[str]:
    """The documents a source's current parser has dealt with (parsed, empty or quarantined)."""
    parts = (
        p for p in manifest(home, source) if p.dataset == "document" and p.parser_version == parser_version
    )
    return {document for part in parts for document in part.documents}


def read(home: Home, source: str, dataset: str, columns: list[str] | None = None) -> list[dict[str, Any]]:
    """Rows of a small dataset of one source, as dicts."""
    return list(each(home, source, dataset, columns))


def each(home: Home, source: str, dataset: str, columns: list[str] | None = None) -> Iterator[dict[str, Any]]:
    """The same, a part at a time."""
    import pyarrow.parquet as pq

    for part in manifest(home, source):
        if part.dataset == dataset:
            yield from pq.read_table(home.lake / part.path, columns=columns).to_pylist()


class PartWriter:
    """Writes one part a dataset; `finish` gives the parts, `abandon` leaves nothing behind."""

    def __init__(self, home: Home, source: str, parser_version: str) -> None:
        self.home, self.source, self.parser_version = home, source, parser_version
        self._writers: dict[str, tuple[Path, Any]] = {}
        self._documents: dict[str, dict[str, None]] = {}
        self._rows: dict[str, int] = {}

    def add(self, dataset: str, table: pa.Table, document_ids: Iterable[str]) -> None:
        """Append rows in the dataset's lake schema, read from `document_ids`."""
        if dataset not in self._writers:
            self._writers[dataset] = self._open(dataset, table.schema)
        self._writers[dataset][1].write_table(table)
        self._documents.setdefault(dataset, {}).update(dict.fromkeys(document_ids))
        self._rows[dataset] = self._rows.get(dataset, 0) + table.num_rows

    def finish(self) -> list[Part]:
        """Close, sync and name every file; a part that is already there keeps its bytes."""
        return [self._settle(dataset) for dataset in sorted(self._writers)]

    def abandon(self) -> None:
        """Close and remove every file; a full disk that stopped one writer does not keep the others."""
        for path, writer in self._writers.values():
            with contextlib.suppress(OSError):
                writer.close()
            path.unlink(missing_ok=True)

    def _open(self, dataset: str, schema: pa.Schema) -> tuple[Path, Any]:
        import pyarrow.parquet as pq

        folder = self.home.lake / dataset / f"source={self.source}" / f"parser={self.parser_version}"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f".{uuid4().hex}.part"
        return path, pq.ParquetWriter(path, schema, compression="zstd")

    def _settle(self, dataset: str) -> Part:
        part, writer = self._writers[dataset]
        schema = schema_mark(writer.schema)
        writer.close()
        ids = tuple(sorted(self._documents[dataset]))
        digest = sha256_file(part)
        path = part.with_name(f"{_name(ids, digest)}.parquet")
        if path.exists():
            part.unlink()
        else:
            with part.open("rb+") as handle:
                handle.flush()
                _fsync(handle.fileno())
            part.rename(path)
            sync_folder(path.parent)
        relative = str(path.relative_to(self.home.lake))
        return Part(dataset, relative, self._rows[dataset], digest, self.parser_version, schema, ids)


def carry(writer: PartWriter, again: set[str]) -> None:
    """Take over the rows of documents that share a part with those read `again` and could not be read themselves.

    Their archive file is damaged; what it said once still counts, until the file is restored.
    """
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    from contracts.datasets import lake_schema

    for part in manifest(writer.home, writer.source):
        left = set(part.documents) - again
        readable = part.schema == schema_mark(lake_schema(part.dataset))
        if again.isdisjoint(part.documents) or not left or not readable:
            continue
        table = pq.ParquetFile(writer.home.lake / part.path).read()
        kept = table.filter(pc.is_in(table["document_id"], pa.array(sorted(left), pa.string())))
        writer.add(part.dataset, kept, left)


def schema_mark(schema: pa.Schema) -> str:
    """A short mark of names and types: parts of another mark are not read."""
    text = "\n".join(f"{field.name} {field.type} {field.nullable}" for field in schema)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def require_schema(parts: Iterable[Part], marks: Mapping[str, str]) -> None:
    """Raise `EnvironmentFault` when a part that counts was written for another schema than today's."""
    for part in parts:
        if part.schema != marks[part.dataset]:
            raise EnvironmentFault(f"{part.path} has an older schema: run `{_made_by(part)}`")


def require_files(home: Home, parts: Iterable[Part]) -> None:
    """Raise `EnvironmentFault` when a part that counts is not on the disk."""
    for part in parts:
        if not (home.lake / part.path).is_file():
            act = "restore it" if part.dataset == "fetch" else f"restore it, or run `{_made_by(part)}`"
            raise EnvironmentFault(f"{part.path} is missing in the lake: {act}")


def _made_by(part: Part) -> str:
    from contracts.schemas.identity import SCHEMAS as IDENTITY

    return "chokepoint enrich" if part.dataset in IDENTITY else "chokepoint parse --all"


def tidy(home: Home, source: str) -> None:
    """Remove what killed writers left of a source's parts; call it under the source's lock."""
    for folder in home.lake.glob(f"*/source={source}"):
        sweep(folder)
    for folder in (home.lake / "manifest", home.state):
        sweep(folder, f"{source}.json.")
    sweep(home.quarantine / source)


def _manifest_path(home: Home, source: str) -> Path:
    return home.lake / "manifest" / f"{source}.json"


def _replace(home: Home, source: str, parts: list[Part]) -> None:
    ordered = sorted(parts, key=lambda p: (p.dataset, p.path))
    write_json(_manifest_path(home, source), {"source": source, "parts": [asdict(p) for p in ordered]})


def _name(ids: tuple[str, ...], digest: str) -> str:
    return hashlib.sha256("\n".join((digest, *ids)).encode()).hexdigest()[:20]


def _fsync(handle: int) -> None:
    import os

    os.fsync(handle)
