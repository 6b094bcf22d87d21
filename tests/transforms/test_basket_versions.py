"""A basket gets a second version: its rows are added, and every other row stays what it was."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.lake import VARIABLES, Lake, day, month, query
from transforms import project
from transforms.baskets import basket_hash

LIST = [("HS6", "850440"), ("HS6", "850760")]
KEYS = {
    "exposure": "reporter, basket_id, flow_basis, partner_definition, period, period_type",
    "import_share": "reporter, partner, basket_id, flow_basis, period, period_type",
}


OTHERS = (
    *("export", "mirror_gap", "rerouting", "exposure_interval", "look_through", "country_buildout"),
    *("revision", "capex_import_link", "revealed_advantage", "tariff_collected", "substitution_link"),
)
"""Marts of baskets with other keys."""
CURRENT = ("headline", "alert", "replication")
"""Of a basket they have the current version alone."""


def _lake() -> Lake:
    lake = Lake()
    for number in range(1, 13):
        at: dict[str, Any] = {"period": month(2025, number)}
        lake.trade(f"a {number}", day(number), {"-": 1000, "5700": 600, "5830": 300, "2010": 100}, **at)
        last = {"-": 3000, "5700": 600, "4280": 2300, "2010": 100}
        lake.trade(f"b {number}", day(number), {**last, "4280": 2200}, code="850440", **at)
        lake.trade(f"b again {number}", day(number + 300), last, code="850440", **at)
        for code in ("850440", "850760"):
            out: dict[str, Any] = {**at, "code": code}
            lake.trade(
                f"out {code} {number}", day(number), {"2010": 90}, flow="export", basis="TOT_EXP", **out
            )
            lake.trade(f"mexico {code} {number}", day(number), {"CN": 500, "US": 100}, basis="CIF", **out)
            lake.trade(f"duty {code} {number}", day(number), {"5700": 80, "2010": 20}, basis="CON_VAL", **out)
        parts: dict[str, Any] = {**at, "code": "850790", "basis": "CIF"}
        lake.trade(f"mexico parts {number}", day(number), {"CN": 30 + number}, **parts)
    for row in (*lake.rows["trade_flow"], *lake.rows["trade_scope"]):
        if row["document_id"].startswith("duty") and "value" in row:
            row["duty"] = row["value"] / 4
        if row["document_id"].startswith("mexico"):
            row["reporter"] = "MEX"
            if "country_codes" in row:
                row |= {"country_codes": "iso2", "partner_kind": "country"}
    return lake


def _append(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open(encoding="utf-8", newline="") as lines:
        columns = next(csv.reader(lines))
    with path.open("a", encoding="utf-8", newline="") as lines:
        csv.DictWriter(lines, columns, lineterminator="\n").writerows(rows)


def _second_version(seeds: Path) -> None:
    """li_ion 1.1.0 takes power supplies in."""
    version = {"basket_id": "li_ion", "version": "1.1.0", "hash": basket_hash("1.1.0", LIST)}
    words = {
        "title": "Batteries and power supplies",
        "origin": "a test",
        "licence": "none",
        "changelog": "Adds",
    }
    made = {**version, **words, "published_on": "2026-12-01", "level": "HS6", "unit": "USD", "note": ""}
    _append(seeds / "basket.csv", [made])
    members = [
        {"basket_id": "li_ion", "version": "1.1.0", "level": level, "code": code} for level, code in LIST
    ]
    _append(seeds / "basket_member.csv", members)


def _build(folder: Path) -> Path:
    database = _lake().write(folder)
    results = project.run(database, folder / "dbt", VARIABLES)
    assert [r.name for r in results if r.status in {"fail", "skip"}] == []
    return database


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("before"))


@pytest.fixture(scope="module")
def after(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("after")
    copied = shutil.copytree(project.PROJECT, folder / "project")
    _second_version(copied / "seeds" / "baskets")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(project, "PROJECT", copied)
        return _build(folder)


@pytest.mark.parametrize("mart", KEYS)
def test_only_rows_of_the_new_version_are_added(before: Path, after: Path, mart: str) -> None:
    rows = f"select * exclude (is_current_version) from marts.{mart}"
    old = query(before, f"{rows} order by all")
    assert old
    assert old == query(
        after, f"{rows} where not (basket_id = 'li_ion' and basket_version = '1.1.0') order by all"
    )
    assert query(after, f"{rows} where basket_id = 'li_ion' and basket_version = '1.1.0'")


@pytest.mark.parametrize("mart", OTHERS)
def test_other_marts_only_gain_rows_of_the_new_version_too(before: Path, after: Path, mart: str) -> None:
    rows = f"select * exclude (is_current_version) from marts.{mart}"
    new = "where not (basket_id = 'li_ion' and basket_version = '1.1.0')"
    old = query(before, f"{rows} order by all")
    assert old
    assert old == query(after, f"{rows} {new} order by all")


@pytest.mark.parametrize("mart", CURRENT)
def test_figures_of_current_versions_change_for_the_basket_alone(
    before: Path, after: Path, mart: str
) -> None:
    others = f"select * from marts.{mart} where basket_id is distinct from 'li_ion' order by all"
    old = query(before, others)
    assert old
    assert old == query(after, others)
    versions = (
        f"select distinct basket_version from marts.{mart} where basket_id = 'li_ion' and source is not null"
    )
    assert {row["basket_version"] for row in query(before, versions)} <= {"1.0.0"}
    assert {row["basket_version"] for row in query(after, versions)} <= {"1.1.0"}


@pytest.mark.parametrize("mart", KEYS)
def test_the_current_version_is_one_row_a_key(after: Path, mart: str) -> None:
    asked = f"select {KEYS[mart]}, count(*) as found from marts.{mart}"
    by_key = f"group by {KEYS[mart]} having count(*) > 1"
    assert query(after, f"{asked} {by_key}"), "both versions have rows"
    assert query(after, f"{asked} where is_current_version {by_key}") == []
    flags = f"select distinct basket_version, is_current_version from marts.{mart} where basket_id = 'li_ion' order by 1"
    assert [tuple(row.values()) for row in query(after, flags)] == [("1.0.0", False), ("1.1.0", True)]
    assert (
        query(after, f"select 1 from marts.{mart} where basket_id <> 'li_ion' and not is_current_version")
        == []
    )


def test_each_version_has_its_own_figures(after: Path) -> None:
    asked = (
        "select basket_version, import_usd, exposed_usd, share, n_codes from marts.exposure where basket_id = 'li_ion' and reporter = 'USA' and flow_basis = 'GEN_VAL' "
        "and partner_definition = 'CHN' and period_type = 'CY' order by 1"
    )
    assert [tuple(row.values()) for row in query(after, asked)] == [
        ("1.0.0", 12_000, 7_200, 0.6, 1),
        ("1.1.0", 48_000, 14_400, 0.3, 2),
    ]


def test_headlines_follow_the_current_version(before: Path, after: Path) -> None:
    asked = "select basket_version, value, definition from marts.headline where id = 'us_cn_li_ion_gen_2025'"
    [old], [new] = query(before, asked), query(after, asked)
    assert (old["basket_version"], old["value"]) == ("1.0.0", 0.6)
    assert (new["basket_version"], new["value"]) == ("1.1.0", 0.3)
    assert "li_ion 1.1.0" in new["definition"]


def test_the_trade_itself_does_not_know_of_baskets(before: Path, after: Path) -> None:
    asked = "select * from marts.trade_monthly order by all"
    assert query(before, asked) == query(after, asked) != []
