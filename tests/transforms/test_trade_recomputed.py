"""The trade marts against a reading of their definitions in plain Python, over small lakes drawn at random."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import duckdb
import pytest

from tests.transforms.drawn import draw
from tests.transforms.models import Compiled
from tests.transforms.reckoned import Seeds
from tests.transforms.reckoned_changes import Changes, coverage
from tests.transforms.reckoned_marts import Marts

SYSTEMS = ("gacc", "geonom", "japan", "m49", "schedule_c")
SEEDS = (0, 3, 4, 5, 7, 8, 9, 11)
BASKET = "basket_id, basket_version, reporter, flow_basis, period, period_type, measure"
END = "denominator, cy_method, source, data_vintage, evidence"
MORE = f"{END}, unit, coverage_codes, n_obs, method_status"
COLUMNS = {
    "trade_monthly": "reporter, partner, hs6, flow, flow_basis, month, value, value_usd, duty_usd, denominator_usd, "
    "currency, denominator, source, data_vintage, evidence",
    "import_share": f"{BASKET}, partner, amount, share, denominator_amount, {MORE}",
    "exposure": f"{BASKET}, partner_definition, import_amount, exposed_amount, share, hhi, n_eff, "
    f"hhi_normalised, cr3, n_partners, top_partner, top_partner_share, {MORE}",
}

REVISION = (
    "source, reporter, basket_id, basket_version, flow, flow_basis, period, period_type, known_from, old_value, new_value, "
    "currency, n_cells, n_cells_changed, n_new, n_withdrawn"
)
COVERAGE = (
    "source, reporter, flow, flow_basis, level, period_type, first_period, complete_through, newest_period, n_periods, gaps, "
    "incomplete_periods"
)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = connection.sql(sql)
    return [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]


def seeds_of(connection: duckdb.DuckDBPyConnection) -> Seeds:
    partner, members = defaultdict(list), defaultdict(list)
    for system in SYSTEMS:
        for row in _rows(connection, f"from staging.partner_{system}"):
            partner[system, row["code"]].append(row)
    undated = "'country' as kind, null as valid_from, null as valid_until"
    for row in _rows(
        connection, f"select iso2, iso3 as partner, {undated} from staging.country where iso2 is not null"
    ):
        partner["iso2", row["iso2"]].append(row)
    for row in _rows(connection, "from staging.country_group"):
        members[row["country_group"]].append(row)
    baskets, definitions = defaultdict(set), defaultdict(set)
    for row in _rows(connection, "from staging.basket_member"):
        baskets[row["basket_id"], row["version"]].add((row["level"], row["code"]))
    for row in _rows(connection, "from staging.partner_definition"):
        definitions[row["partner_definition"]].add(row["partner"])
    return Seeds(
        partner,
        members,
        {name: frozenset(codes) for name, codes in baskets.items()},
        {row["source"]: row["rank"] for row in _rows(connection, "from staging.source_precedence")},
        {name: frozenset(partners) for name, partners in definitions.items()},
        frozenset(row["iso3"] for row in _rows(connection, "from staging.country")),
        {row["unit"]: row for row in _rows(connection, "from staging.unit")},
    )


def _plain(value: Any) -> Any:
    """Times without zone in UTC and numbers rounded, so that rows can be compared."""
    if isinstance(value, datetime):
        return (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None)
    if isinstance(value, Decimal):
        return round(float(value), 9)
    if isinstance(value, float):
        return round(value, 9) if abs(value) < 10 else round(float(f"{value:.10g}"), 9)
    return value


def plain(rows: Iterable[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted((tuple(_plain(value) for value in row) for row in rows), key=repr)


def same(
    connection: duckdb.DuckDBPyConnection, columns: str, relation: str, ours: Iterable[tuple[Any, ...]]
) -> int:
    """Compare a relation with our rows; gives how many there are."""
    found, expected = plain(connection.execute(f"select {columns} from {relation}").fetchall()), plain(ours)
    extra, missing = (sorted(a - b, key=repr) for a, b in _both_ways(set(found), set(expected)))
    assert (extra[:3], missing[:3]) == ([], []), (relation, len(extra), len(missing))
    assert len(found) == len(expected), relation
    return len(found)


def _both_ways(one: set[Any], other: set[Any]) -> tuple[tuple[set[Any], set[Any]], ...]:
    return (one, other), (other, one)


def same_marts(connection: duckdb.DuckDBPyConnection, ours: Marts, suffix: str = "") -> int:
    """Compare the three marts; gives how many rows they have together."""
    return sum(
        same(connection, columns, f"marts.{mart}{suffix}", getattr(ours, mart)())
        for mart, columns in COLUMNS.items()
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_the_marts_are_what_the_definitions_say_now_and_then(models: Compiled, seed: int) -> None:
    drawn = draw(seed)
    then = Random(seed).choice(drawn.times)
    with models.only(*COLUMNS).build(drawn.lake) as connection:
        seeds = seeds_of(connection)
        assert same_marts(connection, Marts(drawn.lake, seeds)) > 0
        same_marts(connection, Marts(drawn.until(then), seeds), f"_as_of(timestamptz '{then.isoformat()}')")


@pytest.mark.parametrize("seed", SEEDS)
def test_revisions_and_coverage_are_what_stood_before_and_after(models: Compiled, seed: int) -> None:
    drawn = draw(seed)
    with models.only("revision", "source_coverage").build(drawn.lake) as connection:
        seeds = seeds_of(connection)
        same(connection, REVISION, "marts.revision", Changes(drawn, seeds).rows())
        assert same(connection, COVERAGE, "marts.source_coverage", coverage(drawn.lake)) > 0
