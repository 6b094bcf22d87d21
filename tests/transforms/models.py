"""The models between the lake and the trade marts, compiled once and run in memory: many small lakes in little time."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from tests.transforms.lake import VARIABLES, Lake
from transforms import as_of
from transforms.project import run

Ask = Callable[[Lake, str], list[tuple[Any, ...]]]


@dataclass(frozen=True)
class Compiled:
    """The SQL of models in the order of their dependencies, seeds in a file, the `as_of` macros, and what each reads."""

    models: list[tuple[str, str]]
    seeds: list[str]
    database: Path
    macros: list[str]
    reads: Mapping[str, frozenset[str]]

    def only(self, *marts: str) -> Compiled:
        """Nothing but these marts, the models that they are made of and their own macros, beside all seeds."""
        needed, new = set[str](), {f"marts.{mart}" for mart in marts}
        while new:
            needed |= new
            new = {name for one in new for name in self.reads[one]} - needed
        return replace(
            self,
            models=[(name, sql) for name, sql in self.models if name in needed],
            macros=[macro for macro in self.macros if any(f" marts.{mart}_as_of" in macro for mart in marts)],
        )

    def build(self, lake: Lake) -> duckdb.DuckDBPyConnection:
        """A connection to a warehouse made of this lake; close it after use."""
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'UTC'").fetchall()
        connection.execute("attach ':memory:' as warehouse").fetchall()
        lake.fill(connection)
        connection.execute("use warehouse").fetchall()
        for schema in ("staging", "marts", "meta"):
            connection.execute(f"create schema {schema}").fetchall()
        connection.execute(f"attach '{self.database}' as compiled (read_only)").fetchall()
        for seed in self.seeds:
            connection.execute(f"create table {seed} as select * from compiled.{seed}").fetchall()
        connection.execute("detach compiled").fetchall()
        for name, sql in self.models:
            connection.execute(f"create table {name} as {sql}").fetchall()
        for macro in self.macros:
            connection.execute(macro).fetchall()
        return connection


def compiled(folder: Path, select: str, lake: Lake | None = None, **variables: object) -> Compiled:
    """Compile what `select` (a dbt selector) names, over a lake, empty by default: the marts with `as_of` macros at least."""
    database = (lake or Lake()).write(folder)
    run(database, folder / "dbt", VARIABLES | variables, select=select, checks=False)
    manifest = json.loads((folder / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    nodes = {
        key: node for key, node in manifest["nodes"].items() if node["resource_type"] in {"model", "seed"}
    }
    done = {entry["unique_id"] for entry in _results(folder)}
    ordered = [nodes[key] for key in _ordered(nodes) if key in done]
    return Compiled(
        models=[(_name(node), node["compiled_code"]) for node in ordered if node["resource_type"] == "model"],
        seeds=[_name(node) for node in ordered if node["resource_type"] == "seed"],
        database=database,
        macros=list(as_of.statements(folder / "dbt")),
        reads={
            _name(node): frozenset(
                _name(nodes[key]) for key in node["depends_on"].get("nodes", ()) if key in nodes
            )
            for node in ordered
        },
    )


def _results(folder: Path) -> list[dict[str, Any]]:
    text = (folder / "dbt" / "run_results.json").read_text(encoding="utf-8")
    return [entry for entry in json.loads(text)["results"] if entry["status"] == "success"]


def _name(node: dict[str, Any]) -> str:
    return f"{node['schema']}.{node['alias']}"


def _ordered(nodes: dict[str, Any]) -> list[str]:
    done: list[str] = []

    def visit(key: str) -> None:
        if key not in done:
            for parent in nodes[key]["depends_on"].get("nodes", ()):
                if parent in nodes:
                    visit(parent)
            done.append(key)

    for key in sorted(nodes):
        visit(key)
    return done
