"""A build: the lake frozen at one moment, and a fresh DuckDB file made over exactly that.

`builds/<id>/` holds inputs.json, warehouse.duckdb, dbt/ and tmp/. The id is a function of the inputs (parts that count,
held documents, rights, transform code), so equal inputs are one build. The fetch log is carried along but is no input:
asking again without an answer makes nothing new.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from contracts.datasets import DERIVED_SCHEMAS, OWN_SCHEMAS, SCHEMAS, WORDS, lake_schema
from contracts.rights import Rights
from contracts.schemas.identity import WORKING
from warehouse import carry, lake, vintage
from warehouse.files import read_json, sweep, write_json
from warehouse.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

    from warehouse.carry import Before

STORAGE_VERSION = "v1.2.0"
LOG_DATASETS = frozenset({"fetch"})
RIGHTS = "rights"
DATASETS = tuple(name for name in (*SCHEMAS, *OWN_SCHEMAS) if name not in WORKING)


@dataclass(frozen=True)
class Candidate:
    """One build's folder; complete when `checks.json` is there."""

    folder: Path
    build_id: str

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def inputs(self) -> dict[str, Any]:
        return dict(read_json(self.folder / "inputs.json", {}))

    @property
    def checks(self) -> list[dict[str, Any]] | None:
        """The check results, None while the build is not complete."""
        note: list[dict[str, Any]] | None = read_json(self.folder / "checks.json")
        return note

    @property
    def marks(self) -> dict[str, Any]:
        """What its relations are made of, as `carry.note` gave it."""
        return dict(read_json(self.folder / carry.NAME, {}))

    @property
    def carried_over(self) -> int:
        """How many of its relations are as the release before had them."""
        return len(carry.carried(self.marks))

    def note_marks(self, taken: Before | None) -> None:
        """Keep what the file's relations are made of, while the lake is in it."""
        write_json(self.folder / carry.NAME, carry.note(self.database, self.inputs["code"], taken))

    def finish(self, checks: list[dict[str, Any]]) -> None:
        """Say that the file is complete, with what its checks found."""
        write_json(self.folder / "checks.json", checks)


def freeze(home: Home, code: str, rights: Iterable[Rights] = ()) -> dict[str, Any]:
    """The inputs of a build now: the parts that count, the documents on hold, the digest of the transforms.

    `rights` say whose words may be released; nobody's, by default.
    """
    every = (part for source in lake.manifests(home).values() for part in source)
    parts = [part for part in every if part.dataset not in WORKING]
    lake.require_schema(parts, {name: lake.schema_mark(lake_schema(name)) for name in DATASETS})
    lake.require_files(home, parts)
    held = sorted(holds(home))
    data = sorted((p.dataset, p.path, p.sha256) for p in parts if p.dataset not in LOG_DATASETS)
    log = sorted((p.dataset, p.path, p.sha256) for p in parts if p.dataset in LOG_DATASETS)
    allowed = sorted((_noted(one) for one in rights), key=lambda row: (row["subject_kind"], row["subject"]))
    identity = {"parts": data, "held": held, "rights": allowed, "code": code, "kind": home.kind}
    build_id = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:12]
    return {**identity, "log": log, "build_id": build_id}


def candidate(home: Home, inputs: Mapping[str, Any], taken: Before | None = None) -> Candidate:
    """A fresh candidate over `inputs`; older candidates and what a killed build left are removed first.

    `taken` is the release that it starts from and may keep tables of. What is worked out from the inputs before the models run is brought up to them on the way. Call it under the warehouse lock.
    """
    build_id = str(inputs["build_id"])
    shutil.rmtree(home.builds, ignore_errors=True)
    for name in ("holds.json.", "pin.json.", "published.json."):
        sweep(home.state, name)
    made = Candidate(home.builds / build_id, build_id)
    (made.folder / "tmp").mkdir(parents=True)
    write_json(made.folder / "inputs.json", inputs)
    derived = vintage.make(home, inputs, made.folder / "tmp")
    _open_lake(home, made.database, inputs, derived, taken)
    return made


def last_candidate(home: Home) -> Candidate | None:
    """The candidate that is there, complete or not."""
    folders = sorted(p for p in home.builds.iterdir() if p.is_dir()) if home.builds.is_dir() else []
    return Candidate(folders[-1], folders[-1].name) if folders else None


def seal(made: Candidate) -> None:
    """Take out the lake's views, since a released file refers to nothing outside itself, and what waited in vain."""
    import duckdb

    with duckdb.connect(str(made.database)) as connection:
        connection.execute("drop schema if exists lake cascade").fetchall()
        carry.forget(connection)
        connection.execute("checkpoint").fetchall()


def holds(home: Home) -> dict[str, str]:
    """Documents kept out of builds: id -> reason."""
    return dict(read_json(home.state / "holds.json", {}))


def hold(home: Home, documents: Mapping[str, str]) -> None:
    """Keep documents out of builds until `release_holds`."""
    write_json(home.state / "holds.json", {**holds(home), **documents})


def release_holds(home: Home) -> None:
    """Let all documents back in: the next build judges them anew."""
    (home.state / "holds.json").unlink(missing_ok=True)


def _open_lake(
    home: Home,
    database: Path,
    inputs: Mapping[str, Any],
    derived: Mapping[str, list[str]],
    taken: Before | None,
) -> None:
    """Make the file in the storage format we release, with `lake.<dataset>` over exactly the frozen and derived parts.

    Words that the rights do not allow are NULL there: no model sees them, so no release can hold them.
    """
    import duckdb

    parts: dict[str, dict[str, str]] = {name: dict.fromkeys(paths, "") for name, paths in derived.items()}
    for dataset, path, sha256 in (*inputs["parts"], *inputs["log"]):
        parts.setdefault(dataset, {})[str(home.lake / path)] = sha256
    marks = {RIGHTS: carry.mark(inputs["rights"]), **_marks_of_parts(derived)}
    if taken:
        carry.start_from(taken, database)
    with duckdb.connect() as connection:
        target = _literal(str(database))
        connection.execute(f"attach {target} as made (storage_version '{STORAGE_VERSION}')").fetchall()
        connection.execute("create schema made.lake").fetchall()
        _table(connection, RIGHTS, _rights_table(inputs))
        for dataset in (name for name in (*DATASETS, *DERIVED_SCHEMAS) if name != RIGHTS):
            if dataset in parts:
                body = _body(dataset, list(parts[dataset]), list(parts.get("document", ())), inputs)
                connection.execute(f"create view made.lake.{dataset} as {body}").fetchall()
                marks[dataset] = carry.mark(body.replace(str(home.lake), ""), *parts[dataset].values())
            else:
                _table(connection, dataset, lake_schema(dataset).empty_table())
                marks[dataset] = carry.mark("nothing")
        carry.open_marks(connection, "made", marks, taken)


def _body(dataset: str, paths: list[str], documents: list[str], inputs: Mapping[str, Any]) -> str:
    """The query over a dataset's parts. Documents on hold are left out; of derived parts they are no part."""
    held = inputs["held"] if dataset not in DERIVED_SCHEMAS and _has_id(dataset) else ()
    words = sorted(WORDS.get(dataset, ()))
    own = [path for path in documents if _source(path) in set(map(_source, paths))]
    allowed = _allowed_documents(own, inputs["rights"])
    columns = ", ".join(f"case when document_id in ({allowed}) then {name} end as {name}" for name in words)
    where = f" where document_id is null or document_id not in ({_list(held)})" if held else ""
    return f"select *{f' replace ({columns})' if words else ''} from {_files(paths)}{where}"


def _marks_of_parts(derived: Mapping[str, list[str]]) -> dict[str, str]:
    """A derived part is named by the hash of what it is made of: `<dataset>/<source>/<period>` -> that name."""
    parts = ((name, Path(path)) for name, paths in derived.items() for path in paths)
    return {
        "/".join((name, *(folder.partition("=")[2] for folder in path.parts[-3:-1]))): path.stem
        for name, path in parts
    }


def _source(path: str) -> str:
    """Whose part it is: a row and its document are of one source."""
    return path.rpartition("/source=")[2].partition("/")[0]


def _allowed_documents(paths: list[str], rights: Iterable[Mapping[str, Any]]) -> str:
    """A query for the documents whose words may be released: by the feed they were asked for, else by their source."""
    full: dict[str, list[str]] = {"source": [], "feed": []}
    for row in rights:
        if row["text_use"] == "full":
            full[row["subject_kind"]].append(row["subject"])
    if not paths:
        return "null"
    feed = "json_extract_string(scope, '$.feed')"
    by_source, by_feed = (_list(full[kind]) for kind in ("source", "feed"))
    rule = f"case when {feed} is null then source in ({by_source}) else {feed} in ({by_feed}) end"
    return f"select document_id from {_files(paths)} where {rule}"


def _files(paths: list[str]) -> str:
    return f"read_parquet([{_list(paths)}], hive_partitioning = false)"


def _list(texts: Iterable[str]) -> str:
    return ", ".join(map(_literal, texts)) or "null"


def _table(connection: Any, dataset: str, rows: pa.Table) -> None:
    connection.register("given", rows)
    connection.execute(f"create table made.lake.{dataset} as select * from given").fetchall()
    connection.unregister("given")


def _noted(rights: Rights) -> dict[str, Any]:
    return {**asdict(rights), "reviewed_on": rights.reviewed_on and rights.reviewed_on.isoformat()}


def _rights_table(inputs: Mapping[str, Any]) -> pa.Table:
    import pyarrow as pa

    days = ((row, row["reviewed_on"]) for row in inputs["rights"])
    rows = [{**row, "reviewed_on": date.fromisoformat(day) if day else None} for row, day in days]
    return pa.Table.from_pylist(rows, schema=lake_schema(RIGHTS))


def _has_id(dataset: str) -> bool:
    return dataset not in LOG_DATASETS and "document_id" in lake_schema(dataset).names


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
