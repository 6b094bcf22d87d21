"""What every row of an exposure mart says of itself, and the rows that do not: docs/measures.md, "What every derived row says"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import duckdb

SAYS = (
    *("basket_id", "basket_version", "measure", "flow_basis", "partner_definition", "period", "period_type"),
    *("source", "data_vintage", "n_obs", "coverage_codes", "method_status"),
)
MARTS = (
    *("exposure", "import_share", "export", "export_listed", "rerouting", "exposure_interval", "mirror_gap"),
    *("unit_value", "tariff_collected", "capex_import_link", "country_buildout", "headline", "alert"),
    *("dependency", "look_through", "substitution_link", "revealed_advantage", "replication"),
)
OF_ONE_CODE = ("export_listed", "unit_value", "dependency")
WITHOUT_A_CODE = ("rerouting", "mirror_gap", "tariff_collected")
"""Their rows are there where no code has both figures: then nothing is behind them, and coverage and n_obs are zero."""

OF_SERIES = ("series_gap", "source_late")


class Unsaid(NamedTuple):
    """Columns that are NULL in the rows of a mart, and why."""

    mart: str
    rows: str
    columns: tuple[str, ...]
    why: str


UNSAID = (
    Unsaid("headline", "period is null", ("period", *SAYS[7:]), "no period answers the question"),
    Unsaid(
        "alert", f"rule_id in {OF_SERIES}", (*SAYS[:3], SAYS[4], *SAYS[8:]), "it is of a series of many goods"
    ),
    Unsaid(
        *("alert", f"basket_id is null and rule_id not in {OF_SERIES}", (*SAYS[:7], *SAYS[8:])),
        "it is of a feed, a company or a notice",
    ),
    Unsaid("alert", "rule_id like 'revision%'", ("coverage_codes",), "a revision is of cells, not of codes"),
    Unsaid(
        *("replication", "outcome = 'not_computable'"),
        ("basket_id", "basket_version", *SAYS[7:]),
        "the claim has no basket, or no figures answer it",
    ),
)


def faults(connection: duckdb.DuckDBPyConnection, marts: Iterable[str] = MARTS) -> list[str]:
    """What rows of the marts in a build do not say or say wrongly, a line a mart and rule."""
    return [fault for mart in marts for fault in _faults(connection, mart)]


def _faults(connection: duckdb.DuckDBPyConnection, mart: str) -> Iterator[str]:
    rules = _rules(mart)
    counts = ", ".join(f"count(case when not ({rule}) then 1 end)" for rule in rules.values())
    [found] = connection.execute(f"select {counts} from marts.{mart}").fetchall()
    for name, n in zip(rules, found, strict=True):
        if n:
            yield f"marts.{mart}: {name} in {n} rows"


def _rules(mart: str) -> Mapping[str, str]:
    """Conditions that hold in every row; where a column is NULL only the first ones look."""
    no_code = " or (n_obs = 0 and coverage_codes = 0)" if mart in WITHOUT_A_CODE else ""
    known = (
        "basket_id is null or basket_version is null "
        "or (basket_id, basket_version) in (select (basket_id, basket_version) from staging.stg_basket_version)"
    )
    of_one = "basket_id like '%_:_%' and basket_version = '1.0.0' and coverage_codes = 1"
    return {
        **{f"{column} is NULL": f"{column} is not null{_unless(mart, column)}" for column in SAYS},
        "no such method_status": "method_status in ('reported', 'derived', 'estimated')",
        "coverage_codes is no share": "coverage_codes between 0 and 1",
        "n_obs is none": f"n_obs >= 1{no_code}",
        "no such basket": of_one if mart in OF_ONE_CODE else known,
        "no such partner": "case when partner_definition in (select iso3 from staging.country) then true "
        "else partner_definition = 'WORLD' or list_has_all("
        "(select list(iso3) from staging.country), string_split(partner_definition, '+')) end",
    }


def _unless(mart: str, column: str) -> str:
    return "".join(f" or {one.rows}" for one in UNSAID if one.mart == mart and column in one.columns)
