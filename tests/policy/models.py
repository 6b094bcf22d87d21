"""The models on restricted parties and notices, compiled once and run over lakes made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from tests.transforms.lake import VARIABLES, Lake, Row
from transforms.project import run

SEEDS = ("company", "company_alias", "restriction_list", "restriction_entry", "restriction_check")
POLICY_SEEDS = ("policy_rule", "policy_program")
STAGING = (
    *("stg_document", "restriction_snapshot", "restricted_party", "restriction_match", "restriction"),
    "policy_notice",
)
MARTS = ("vendor_restriction", "vendor", "policy_event")
CHECK = "snapshots_are_whole"
WHOLE = 2  # parties that make a snapshot whole here: lakes made by hand are small
SELECT = "+vendor +policy_event country " + CHECK
RECORDED = Path(__file__).parents[3] / "shared" / "data" / "capex"

ENTITY_LIST = "Entity List (EL) - Bureau of Industry and Security"
CMIC = "Non-SDN Chinese Military-Industrial Complex Companies List (CMIC) - Treasury Department"


@dataclass(frozen=True)
class Models:
    """The compiled SQL of every model, and the built file that holds the seeds."""

    database: Path
    folder: Path

    def build(self, lake: Lake) -> Built:
        """Every model over that lake, in memory."""
        connection = duckdb.connect()
        connection.execute("set TimeZone = 'UTC'").fetchall()
        connection.execute("attach ':memory:' as warehouse").fetchall()
        lake.fill(connection)
        connection.execute(f"attach '{self.database}' as made (read_only)").fetchall()
        for schema in ("staging", "marts"):
            connection.execute(f"create schema warehouse.{schema}").fetchall()
        for seed in (*SEEDS, *POLICY_SEEDS):
            connection.execute(
                f"create table warehouse.staging.{seed} as from made.staging.{seed}"
            ).fetchall()
        connection.execute("detach made").fetchall()
        for schema, names in (("staging", STAGING), ("marts", MARTS)):
            for name in names:
                sql = (self.folder / "models" / schema / f"{name}.sql").read_text(encoding="utf-8")
                connection.execute(f"create table warehouse.{schema}.{name} as {sql}").fetchall()
        connection.execute("use warehouse").fetchall()
        return Built(connection, (self.folder / "tests" / f"{CHECK}.sql").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Built:
    """The tables over one lake."""

    connection: duckdb.DuckDBPyConnection
    check: str

    def query(self, sql: str) -> list[dict[str, Any]]:
        found = self.connection.sql(sql)
        return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]

    def blamed(self) -> list[str]:
        """The documents that the check of snapshots blames."""
        return sorted({row["document_id"] for row in self.query(self.check)})

    def restrictions(self, company: str, list_id: str) -> list[dict[str, Any]]:
        return self.query(
            "select * from marts.vendor_restriction "
            f"where company_id = '{company}' and list_id = '{list_id}' order by valid_from, known_from, entry"
        )

    def matches(self) -> dict[tuple[str, str], str]:
        """(company, name as listed) -> how it matched."""
        rows = self.query("select company_id, name, match from staging.restriction_match")
        return {(row["company_id"], row["name"]): row["match"] for row in rows}


def compile_models(folder: Path) -> Models:
    """Run the project once over an empty lake: that fills the seeds and writes the models' SQL."""
    database = Lake().write(folder)
    variables = {**VARIABLES, "whole_snapshot_parties": WHOLE}
    results = run(database, folder / "dbt", variables, select=SELECT)
    own = ("restrict", "vendor", "polic", "alias", "company_id__ref", *SEEDS, CHECK, "entries_end")
    found = [result for result in results if any(word in result.name for word in own)]
    wrong = [r for r in found if r.status != "pass" and "capex" not in r.name]
    assert found
    assert wrong == []
    return Models(database, folder / "dbt" / "compiled" / "chokepoint")


def snapshot(
    lake: Lake, name: str, at: datetime, parties: list[Mapping[str, object]], **changes: object
) -> str:
    """One snapshot of the Consolidated Screening List; parties are on the Entity List unless they say otherwise."""
    lake.document(name, at, "us_csl", **changes)
    lake.add("restricted_party", name, ({"list_name": ENTITY_LIST, **party} for party in parties))
    return name


def notices(lake: Lake, name: str, at: datetime, query: str, rows: list[Row], **changes: object) -> str:
    """One answer of the Federal Register to one query."""
    lake.document(name, at, "federal_register", **changes)
    lake.add("policy_notice", name, ({"query": query, **row} for row in rows))
    return name
