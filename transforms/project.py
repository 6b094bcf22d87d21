"""The dbt project as one function: models, seeds and checks over a file that holds the lake."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from contracts.errors import CheckFailed

PROJECT = Path(__file__).parent
THREADS = 2
MEMORY_LIMIT = "3GB"
Kind = Literal["model", "contract", "test", "unit"]
_BROKEN = {"error", "runtime error"}


@dataclass(frozen=True)
class CheckResult:
    """What one node of the project came to.

    `kind` is contract for a model with an enforced schema, model for any other model or seed, unit for a unit test.
    `status` is pass | warn | fail | error | skipped, `failures` the number of rows a check refused (None where it
    does not count), `severity` error | warn: only a failed or broken error stops a release.
    """

    name: str
    kind: Kind
    status: str
    failures: int | None
    message: str | None
    severity: str

    @property
    def stops_release(self) -> bool:
        return self.severity == "error" and self.status in {"fail", "error", "skipped"}


def run(
    database: Path, target: Path, variables: Mapping[str, object], select: str | None = None
) -> list[CheckResult]:
    """Build seeds, models and checks inside `database` (schemas staging, marts, meta), in this process.

    `database` is a DuckDB file with the `lake` schema and nothing else connected; everything dbt writes beside goes
    under `target`. `variables`: build_id, home_kind, built_at, as_of_time. `select` is a dbt selector, None for all.
    Returns one result a node, in order of name. Raises `CheckFailed` when dbt could not do its work at all: a model
    that does not run or breaks its contract. A failed check is a result, not an error.
    """
    from dbt.cli.main import dbtRunner

    target.mkdir(parents=True, exist_ok=True)
    _write_profile(database, target)
    outcome = dbtRunner().invoke(_arguments(target, variables, select))
    if outcome.exception is not None:
        raise CheckFailed(f"dbt did not run: {outcome.exception}") from None
    results = [_result(node) for node in getattr(outcome.result, "results", ())]
    broken = [r for r in results if r.status == "error" and r.kind in {"model", "contract"}]
    if broken:
        raise CheckFailed("; ".join(f"{r.name}: {r.message}" for r in broken))
    return sorted(results, key=lambda r: (r.kind, r.name))


def _arguments(target: Path, variables: Mapping[str, object], select: str | None) -> list[str]:
    return [
        *("--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats", "--no-partial-parse"),
        *("--log-level", "none", "--log-level-file", "none", "--log-path", str(target / "logs")),
        "build",
        *("--project-dir", str(PROJECT), "--profiles-dir", str(target), "--target-path", str(target)),
        *("--threads", str(THREADS), "--vars", json.dumps(dict(variables), sort_keys=True)),
        *(("--select", select) if select else ()),
    ]


def _write_profile(database: Path, target: Path) -> None:
    """A profile of this run: JSON is YAML. Nothing may load an extension; a day is a UTC day."""
    (target / "tmp").mkdir(exist_ok=True)
    settings = {
        "memory_limit": MEMORY_LIMIT,
        "threads": THREADS,
        "temp_directory": str(target / "tmp"),
        "autoinstall_known_extensions": False,
        "preserve_insertion_order": False,
        "TimeZone": "UTC",
    }
    output = {
        "type": "duckdb",
        "path": str(database),
        "schema": "staging",
        "threads": THREADS,
        "settings": settings,
    }
    profile = {"chokepoint": {"target": "build", "outputs": {"build": output}}}
    (target / "profiles.yml").write_text(json.dumps(profile), encoding="utf-8")


def _result(node: Any) -> CheckResult:
    config = node.node.config
    severity = str(getattr(config, "severity", "error")).lower()
    status = str(node.status).lower()
    return CheckResult(
        name=node.node.name,
        kind=_kind(node.node),
        status="error" if status in _BROKEN else {"success": "pass"}.get(status, status),
        failures=node.failures,
        message=node.message,
        severity=severity,
    )


def _kind(node: Any) -> Kind:
    kind = str(node.resource_type)
    if kind == "test":
        return "test"
    if kind == "unit_test":
        return "unit"
    contract = getattr(node.config, "contract", None)
    return "contract" if contract is not None and contract.enforced else "model"
