"""The dbt project as one function: models, seeds and checks over a file that holds the lake."""

from __future__ import annotations

import gc
import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from contracts.errors import CheckFailed
from transforms import parsed, seed_files
from transforms.results import CheckResult

PROJECT = Path(__file__).parent
THREADS = 2
MEMORY_LIMIT = "3GB"
_STATUS = {"success": "pass", "pass": "pass", "warn": "warn", "skipped": "skip"}
_CODE = {".sql", ".yml", ".csv", ".md", ".py"}


@dataclass(frozen=True)
class _Found:
    """Of the rows a failed check found: the documents they blame, the rules they say are broken."""

    documents: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


def digest() -> str:
    """SHA-256 (hex) over every file that decides what a build means."""
    files = sorted(p for p in PROJECT.rglob("*") if p.suffix in _CODE and p.is_file())
    total = hashlib.sha256()
    for path in files:
        name = path.relative_to(PROJECT).as_posix()
        total.update(f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()


def run(
    database: Path,
    target: Path,
    variables: Mapping[str, object],
    select: str | None = None,
    *,
    unit_tests: bool = False,
    checks: bool = True,
) -> list[CheckResult]:
    """Build seeds, models and checks inside `database` (schemas staging, marts, meta), in this process.

    `database` is a DuckDB file with the `lake` schema and nothing else connected; everything dbt writes beside goes
    under `target`. `variables`: build_id, home_kind, built_at, as_of_time. `select` is a dbt selector, None for all;
    `unit_tests` runs the models on their made-up rows too, which says nothing about the data and takes as long again;
    without `checks` no test of the data runs: for rows made up to be right, never for a release. If the variable `carry`
    is set, tables that wait in `database` are taken over as `lake.mark` and `lake.mark_before` say.
    Returns one result a node (kind contract | model | unit | test); what a failed check lets stand is `fail`, and
    `blames` are the documents its rows name. Raises `CheckFailed` when dbt could not do its work: a model that does
    not run or breaks its contract.
    """
    from dbt.cli.main import dbtRunner

    seed_files.require_readable(PROJECT)
    left_out = [kind for kind, wanted in (("unit_test", unit_tests), ("test", checks)) if not wanted]
    target.mkdir(parents=True, exist_ok=True)
    _write_profile(database, target)
    try:
        with _uncollected():
            manifest = parsed.manifest(_project(database), variables, partial(_parse, target))
            outcome = dbtRunner(manifest).invoke(_arguments(target, variables, select, left_out))
    finally:
        _let_go()
    if outcome.exception is not None:
        raise CheckFailed(f"dbt did not run: {outcome.exception}") from None
    nodes = list(getattr(outcome.result, "results", ()))
    _keep(target, manifest, nodes)
    broken = [n for n in nodes if str(n.status) == "error" and _kind(n.node) in {"model", "contract"}]
    if broken:
        raise CheckFailed("; ".join(f"{n.node.name}: {n.message}" for n in broken))
    found = _found(database, nodes)
    return sorted((_result(node, found) for node in nodes), key=lambda r: (r.kind, r.name))


def _project(database: Path) -> str:
    """Everything but the variables that a manifest comes from: the files, where they are, and the database's name."""
    return f"{PROJECT} {digest()} {database.stem}"


def _parse(target: Path, variables: Mapping[str, object]) -> Any:
    from dbt.cli.main import dbtRunner

    try:
        words = _arguments(target, variables, None, (), command="parse")
        outcome = dbtRunner().invoke(words)
    finally:
        _let_go()
    if outcome.exception is not None:
        raise CheckFailed(f"dbt did not run: {outcome.exception}") from None
    return outcome.result


def _keep(target: Path, manifest: Any, results: Iterable[Any]) -> None:
    """What is read of a run later, in dbt's shape: dbt writes down far more, and takes longer for it than for parsing."""
    found = {
        kind: {name: node.to_dict() for name, node in getattr(manifest, kind).items()}
        for kind in ("nodes", "sources")
    }
    told = [
        {"unique_id": n.node.unique_id, "status": str(n.status), "execution_time": n.execution_time}
        for n in results
    ]
    for name, content in (("manifest", found), ("run_results", {"results": told})):
        (target / f"{name}.json").write_text(json.dumps(content, default=str), encoding="utf-8")


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection: what dbt makes lives until its end, and looking through it again and again takes an eighth of the time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _let_go() -> None:
    """Close the file: dbt leaves its adapter's connections open when it runs inside a process."""
    from dbt.adapters import factory
    from dbt.adapters.duckdb import connections

    adapters: Any = factory
    manager: Any = connections.DuckDBConnectionManager
    for adapter in adapters.FACTORY.adapters.values():
        for connection in adapter.connections.thread_connections.values():
            manager.close(connection)
    adapters.reset_adapters()
    manager.close_all_connections()


def _arguments(
    target: Path,
    variables: Mapping[str, object],
    select: str | None,
    left_out: Iterable[str],
    *,
    command: str = "build",
) -> list[str]:
    return [
        *("--log-level", "none", "--log-level-file", "none", "--log-path", str(target / "logs")),
        *("--no-use-colors", "--no-send-anonymous-usage-stats", "--no-partial-parse", "--no-write-json"),
        command,
        *("--project-dir", str(PROJECT), "--profiles-dir", str(target), "--target-path", str(target)),
        *("--threads", str(THREADS), "--vars", json.dumps(dict(variables), sort_keys=True)),
        *(("--select", select) if select else ()),
        *(word for kind in left_out for word in ("--exclude-resource-types", kind)),
    ]


def _write_profile(database: Path, target: Path) -> None:
    """A profile of this run: JSON is YAML. Nothing may load an extension; a day is a UTC day."""
    (target / "tmp").mkdir(exist_ok=True)
    options = {
        "memory_limit": MEMORY_LIMIT,
        "threads": THREADS,
        "temp_directory": str(target / "tmp"),
        "autoinstall_known_extensions": False,
        "preserve_insertion_order": False,
    }
    output = {
        "type": "duckdb",
        "path": str(database),
        "schema": "staging",
        "threads": THREADS,
        "config_options": options,
        "settings": {"TimeZone": "UTC"},
    }
    profile = {"chokepoint": {"target": "build", "outputs": {"build": output}}}
    (target / "profiles.yml").write_text(json.dumps(profile), encoding="utf-8")


def _result(node: Any, found: Mapping[str, _Found]) -> CheckResult:
    rows = found.get(node.node.unique_id, _Found())
    message = node.message or str(node.status)
    return CheckResult(
        name=node.node.name,
        kind=_kind(node.node),
        status=_STATUS.get(str(node.status), "fail"),
        failures=node.failures or 0,
        message=f"{message}: {'; '.join(rows.rules)}" if rows.rules else message,
        severity=str(getattr(node.node.config, "severity", "error")).lower(),
        blames=rows.documents,
    )


def _kind(node: Any) -> str:
    kind = str(getattr(node.resource_type, "value", node.resource_type))
    if kind in {"test", "unit_test"}:
        return kind.split("_")[0]
    contract = getattr(node.config, "contract", None)
    return "contract" if contract is not None and contract.enforced else "model"


def _found(database: Path, nodes: Iterable[Any]) -> dict[str, _Found]:
    """What the rows name that failed data tests found."""
    failed = [n.node for n in nodes if str(n.status) == "fail" and _kind(n.node) == "test"]
    if not failed:
        return {}
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        return {
            node.unique_id: _Found(
                *(_named(connection, node.compiled_code, name) for name in ("document_id", "rule"))
            )
            for node in failed
        }


def _named(connection: Any, query: str, column: str) -> tuple[str, ...]:
    found = connection.sql(query)
    if column not in found.columns:
        return ()
    rows = found.project(column).distinct().fetchall()
    return tuple(sorted(row[0] for row in rows if row[0] is not None))
