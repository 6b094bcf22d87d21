"""A build: the lake frozen at one moment, and a fresh DuckDB file made over exactly that.

`builds/<id>/` holds inputs.json, warehouse.duckdb, dbt/ and tmp/. The id is a function of the inputs (parts that count,
held documents, transform code), so equal inputs are one build. The fetch log is carried along but is no input: asking
again without an answer makes nothing new.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contracts.datasets import OWN_SCHEMAS, SCHEMAS, lake_schema
from warehouse import lake
from warehouse.files import read_json, sweep, write_json
from warehouse.home import Home

STORAGE_VERSION = "v1.2.0"
LOG_DATASETS = frozenset({"fetch"})
DATASETS = (*SCHEMAS, *OWN_SCHEMAS)


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

    def finish(self, checks: list[dict[str, Any]]) -> None:
        """Say that the file is complete, with what its checks found."""
        write_json(self.folder / "checks.json", checks)


def freeze(home: Home, code: str) -> dict[str, Any]:
    """The inputs of a build now: the parts that count, the documents on hold, the digest of the transforms."""
    parts = [part for source in lake.manifests(home).values() for part in source]
    lake.require_schema(parts, {name: lake.schema_mark(lake_schema(name)) for name in DATASETS})
    lake.require_files(home, parts)
    held = sorted(holds(home))
    data = sorted((p.dataset, p.path, p.sha256) for p in parts if p.dataset not in LOG_DATASETS)
    log = sorted((p.dataset, p.path, p.sha256) for p in parts if p.dataset in LOG_DATASETS)
    identity = {"parts": data, "held": held, "code": code, "kind": home.kind}
    build_id = hashlib.sha256(json.dumps(identity, sort_keys=True).encode()).hexdigest()[:12]
    return {**identity, "log": log, "build_id": build_id}


def candidate(home: Home, inputs: Mapping[str, Any]) -> Candidate:
    """A fresh candidate over `inputs`; older candidates and what a killed build left are removed first.

    Call it under the warehouse lock.
    """
    build_id = str(inputs["build_id"])
    shutil.rmtree(home.builds, ignore_errors=True)
    for name in ("holds.json.", "pin.json.", "published.json."):
        sweep(home.state, name)
    made = Candidate(home.builds / build_id, build_id)
    (made.folder / "tmp").mkdir(parents=True)
    write_json(made.folder / "inputs.json", inputs)
    _open_lake(home, made.database, inputs)
    return made


def last_candidate(home: Home) -> Candidate | None:
    """The candidate that is there, complete or not."""
    folders = sorted(p for p in home.builds.iterdir() if p.is_dir()) if home.builds.is_dir() else []
    return Candidate(folders[-1], folders[-1].name) if folders else None


def seal(made: Candidate) -> None:
    """Take the lake's views out: a released file refers to nothing outside itself."""
    import duckdb

    with duckdb.connect(str(made.database)) as connection:
        connection.execute("drop schema if exists lake cascade").fetchall()
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


def _open_lake(home: Home, database: Path, inputs: Mapping[str, Any]) -> None:
    """Make the file in the storage format we release, with `lake.<dataset>` over exactly the frozen parts."""
    import duckdb

    with duckdb.connect() as connection:
        target = _literal(str(database))
        connection.execute(f"attach {target} as made (storage_version '{STORAGE_VERSION}')").fetchall()
        connection.execute("create schema made.lake").fetchall()
        for dataset in DATASETS:
            paths = [
                home.lake / path for name, path, _ in (*inputs["parts"], *inputs["log"]) if name == dataset
            ]
            _relation(connection, dataset, paths, inputs["held"])


def _relation(connection: Any, dataset: str, paths: list[Path], held: list[str]) -> None:
    if not paths:
        empty = lake_schema(dataset).empty_table()
        connection.register("empty", empty)
        connection.execute(f"create table made.lake.{dataset} as select * from empty").fetchall()
        connection.unregister("empty")
        return
    files = ", ".join(_literal(str(path)) for path in paths)
    skip = ", ".join(_literal(document) for document in held)
    where = f" where document_id is null or document_id not in ({skip})" if skip and _has_id(dataset) else ""
    body = f"select * from read_parquet([{files}], hive_partitioning = false){where}"
    connection.execute(f"create view made.lake.{dataset} as {body}").fetchall()


def _has_id(dataset: str) -> bool:
    return dataset not in LOG_DATASETS and "document_id" in lake_schema(dataset).names


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
