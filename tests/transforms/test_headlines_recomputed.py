"""Headlines' bands, build-out, the link to capital expenditure and alerts against plain Python, over one lake of made figures."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from tests.capex.figures import ALPHABET, META, fact, lake_of
from tests.transforms.derived_rows import faults
from tests.transforms.lake import VARIABLES, Lake, day, month, query
from tests.transforms.reckoned import shift
from tests.transforms.reckoned_headlines import Cell, Trade, added, links, moves, spending
from transforms.project import run

SEEDS = Path(__file__).parents[2] / "transforms" / "seeds"
MONTHS = [shift(month(2022, 1), n) for n in range(42)]
QUARTERS = [shift(month(2022, 1), 3 * n) for n in range(14)]
LI_ION = "850760"
COMPANIES = {ALPHABET: "alphabet", META: "meta"}
SELECT = "+headline +country_buildout +capex_import_link +alert +alert_check"
REVISED = month(2025, 5)


def _codes(basket: str) -> frozenset[str]:
    with (SEEDS / "baskets" / "basket_member.csv").open(encoding="utf-8") as lines:
        return frozenset(row["code"] for row in csv.DictReader(lines) if row["basket_id"] == basket)


def _facts(dice: Random) -> list[dict[str, Any]]:
    """Alphabet's quarters; Meta's only from 2023 on."""
    return [
        fact(
            cik,
            str(quarter),
            str(shift(quarter, 3) - timedelta(days=1)),
            dice.randrange(1000, 9000),
            f"{cik}-{n}",
            str(shift(quarter, 4)),
        )
        for cik in COMPANIES
        for n, quarter in enumerate(QUARTERS)
        if cik == ALPHABET or quarter >= month(2023, 1)
    ]


def _months(lake: Lake, dice: Random) -> None:
    for n, period in enumerate(MONTHS):
        # China falls month by month, so that its share and the concentration move within a year
        values = {
            "5700": 2400 - 50 * n + dice.randrange(50),
            "5830": 500 + 9 * n,
            "4280": dice.randrange(400, 700),
        }
        lake.trade(f"li-ion {n}", day(n), values, code=LI_ION, period=period)
        if period != month(2024, 9):
            total = {"-": 90_000 + dice.randrange(9000)}
            given: dict[str, Any] = {"code": "TOTAL", "level": "TOTAL", "period": period, "prefix": "TOTAL"}
            lake.trade(f"all {n}", day(n), total, partners=("-",), **given)
    lake.trade("revision", day(313), {"5700": 5000, "5830": 900, "4280": 600}, code=LI_ION, period=REVISED)


def _years(lake: Lake, dice: Random) -> None:
    partners = ("5700", "5820", "4280")
    given: dict[str, Any] = {"period": date(2024, 1, 1), "period_type": "CY"}
    for code in sorted(_codes("dc_wide")):
        values = {partner: dice.randrange(1, 900) for partner in partners}
        lake.trade("tiers", day(50), values, partners=partners, code=code, basis="CON_VAL", **given)
    for year in (2019, 2024):
        values = {"5700": dice.randrange(900), "2010": dice.randrange(900), "-": 3000}
        given = {
            "code": "8504",
            "level": "HS4",
            "period": date(year, 1, 1),
            "period_type": "CY",
            "basis": "CIF",
        }
        lake.trade(f"heading {year}", day(51), values, partners=tuple(values), **given)


@pytest.fixture(scope="module")
def lake() -> Lake:
    dice = Random(6)
    lake = lake_of(_facts(dice), dict.fromkeys(COMPANIES, "1231"))
    _months(lake, dice)
    _years(lake, dice)
    return lake


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, lake: Lake) -> Path:
    folder = tmp_path_factory.mktemp("headlines")
    database = lake.write(folder)
    at = {"built_at": "2026-11-22T06:00:00Z", "as_of_time": "2026-11-22T06:00:00Z"}
    results = run(database, folder / "dbt", VARIABLES | at, select=SELECT)
    ours = (
        "capex_index_is_of_its_base",
        "headlines_stand_in_their_band",
        "growth_has_two_years",
        "alerts_are_counted",
        "bands_nest",
    )
    assert {r.name: r.status for r in results if r.name in ours} == dict.fromkeys(ours, "pass")
    return database


def test_the_index_and_the_excess(built: Path, lake: Lake) -> None:
    ours = links(Trade(lake), "GEN_VAL", LI_ION, spending(lake, COMPANIES))
    found = query(
        built,
        "select calendar_quarter, intensity_index, base_quarter, excess_usd from marts.capex_import_link "
        "where basket_id = 'li_ion' and flow_basis = 'GEN_VAL' and company_group = 'hyperscaler'",
    )
    assert {row["calendar_quarter"] for row in found} == set(ours)
    for row in found:
        link = ours[row["calendar_quarter"]]
        assert (row["intensity_index"], row["base_quarter"]) == (_near(link.intensity_index), link.base)
        excess = None if row["excess_usd"] is None else float(row["excess_usd"])
        assert excess == (None if link.excess is None else pytest.approx(link.excess, abs=0.0051))
    assert len({link.base for link in ours.values()}) == 3, "one firm, two firms, and quarters that mix them"
    assert any(link.excess is None for link in ours.values() if link.base)
    assert any(link.excess for link in ours.values())


def test_the_build_out(built: Path, lake: Lake) -> None:
    trade = Trade(lake)
    every = {last: trade.year("GEN_VAL", LI_ION, last) for last in MONTHS}
    ours = moves({last: year for last, year in every.items() if year})
    found = query(
        built,
        "select * from marts.country_buildout where basket_id = 'li_ion' and flow_basis = 'GEN_VAL' and period_type = 'TTM'",
    )
    grown = {
        row["period"]: (row["growth_year"], row["china_share"], row["china_share_year_before"])
        for row in found
        if row["growth_year"] is not None
    }
    assert len(grown) == 19
    assert grown == {period: pytest.approx(values, rel=1e-9, abs=1e-11) for period, values in ours.items()}
    for row in found:
        year = every[row["period"]]
        assert year is not None
        assert (row["import_usd"], row["hhi"], row["n_obs"]) == (year.total, _near(year.hhi), 12)
        assert (row["n_claims"], row["companies_named"]) == (None, None)


def test_the_bands(built: Path, lake: Lake) -> None:
    trade, year = Trade(lake), date(2024, 1, 1)
    found = {row["id"]: row for row in query(built, "select * from marts.headline")}
    for family in (("dc_core", "dc_broad", "dc_wide"), ("power_stack_narrow", "power_stack_broad")):
        shares = {name: trade.basket("CON_VAL", _codes(name), "CY", year).share("CHN") for name in family}
        for name in family:
            row = found[f"us_cn_{name}_con_2024"]
            assert (row["value"], row["band_low"], row["band_high"]) == (
                _near(shares[name]),
                _near(min(shares.values())),
                _near(max(shares.values())),
            )
    fed3 = trade.basket("CON_VAL", _codes("fed3"), "CY", year)
    row = found["us_cn_fed3_con_2024"]
    assert (row["band_low"], row["band_high"]) == (_near(fed3.share("CHN")), _near(fed3.share("CHN", "HKG")))
    assert row["band_definition"] == "partner definitions CHN, CHN+HKG", "Macao was not asked for"
    mexico = trade.cells[Cell("CIF", "8504", "CY", year)].share("MEX")
    assert found["us_mex_heading_8504_cif_2024"]["value"] == _near(mexico)
    assert found["us_vnm_heading_8504_cif_2024"]["note"] == "the figures do not name the partner"


def test_the_alerts(built: Path, lake: Lake) -> None:
    trade = Trade(lake)
    fired: dict[str, dict[str, dict[str, Any]]] = defaultdict(dict)
    for row in query(built, "select * from marts.alert"):
        fired[row["rule_id"]][row["subject"]] = row
    last, before = (trade.year("GEN_VAL", LI_ION, shift(MONTHS[-1], -n)) for n in (0, 12))
    assert last
    assert before
    ttm = f"USA/li_ion/1.0.0/GEN_VAL/TTM/{MONTHS[-1]}"
    moved = abs(last.share("CHN") - before.share("CHN")) > 0.05
    assert (ttm in fired["china_share_moved"]) == moved
    assert (ttm in fired["hhi_crossed"]) == ((last.hhi >= 2500) != (before.hhi >= 2500))
    assert moved, "the lake is made so"
    whose = {(rule, row["partner_definition"]) for rule, rows in fired.items() for row in rows.values()}
    assert {rule for rule, partners in whose if partners == "CHN"} == {"china_share_moved"}
    of_trade = {"hhi_crossed", "revision_cells", "revision_value"}
    assert {partners for rule, partners in whose if rule in of_trade} == {"WORLD"}
    assert {partners for rule, partners in whose if rule not in {"china_share_moved", *of_trade}} == {None}
    old = next(r for r in lake.rows["trade_flow"] if r["period"] == REVISED and r["code"] == LI_ION)
    [revised] = [row for row in fired["revision_value"].values() if row["basket_id"] == "li_ion"]
    now = added([trade.cells[Cell("GEN_VAL", LI_ION, "M", REVISED)]])
    assert old["document_id"] != "revision"
    then = sum(r["value"] for r in lake.rows["trade_flow"] if r["document_id"] == old["document_id"])
    assert (revised["value"], revised["compared_with"]) == (float(now.total), float(then))
    assert [s for s in fired["series_gap"] if "/TOTAL/" in s] == ["us_census_api/USA/import/GEN_VAL/TOTAL/M"]


def test_every_row_says_what_it_is(built: Path) -> None:
    with duckdb.connect(str(built), read_only=True) as connection:
        assert faults(connection, ("headline", "country_buildout", "capex_import_link", "alert")) == []


def test_a_rule_without_figures_is_not_calm(built: Path) -> None:
    state = {row["rule_id"]: row for row in query(built, "select * from marts.alert_check")}
    assert state["feed_errors"]["state"] == state["feed_down"]["state"] == "not evaluable"
    assert state["vendor_listed"]["n_unknown"] > 0
    assert state["series_gap"]["n_unknown"] == 0


def _near(value: float | None) -> Any:
    return None if value is None else pytest.approx(value, rel=1e-9, abs=1e-11)
