"""The demonstration keeps its hands off other folders, fails when a stage brought nothing, and says sample."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from contracts.errors import CheckFailed, EnvironmentFault
from dags.support.airflow_home import ROOT
from dags.support.demo import empty, fresh_home
from dags.support.outcome import (
    DATASETS,
    MARTS,
    SOURCES,
    VENDORS,
    Capex,
    Headline,
    Outcome,
    Vendor,
    require_difference,
    require_everything,
)
from warehouse.home import open_home
from warehouse.query import query
from warehouse.release import current


def headline(value: float | None) -> Headline:
    return Headline(
        "h", "sample: a share", value, "share of 1", "a definition", "synthetic", None, date(2024, 1, 1), "CY"
    )


DAY = Outcome(
    release="r1",
    headlines={"h": headline(0.25)},
    articles={"a": 1, "b": 2},
    titles={"a": "A", "b": "B"},
    rows=dict.fromkeys(MARTS, 1),
    lake_rows=dict.fromkeys(DATASETS, 1),
    documents={(source, "parsed"): 1 for source in SOURCES},
    capex={"A": Capex("A", date(2026, 4, 1), Decimal(2_400_000), "direct", "10-Q", "synthetic")},
    vendors=(Vendor("V", "us_1260h since 2021-06-03", None, 13), Vendor("W", None, None, 13)),
)
NEXT = replace(
    DAY,
    headlines={"h": headline(0.5)},
    articles={"a": 1, "b": 3},
    documents={**DAY.documents, ("news", "quarantined"): 1},
)


def test_a_headline_shows_its_unit_and_period() -> None:
    assert headline(0.25).shown == "25.00 % (CY 2024)"
    monthly = replace(headline(0.125), period=date(2026, 7, 1), period_type="YTD", unit="kg")
    assert monthly.shown == "0.125 kg (YTD 2026-07)"
    assert replace(headline(None), note="no figures").shown == "no figures"


def test_capital_expenditure_shows_its_calendar_quarter() -> None:
    assert DAY.capex["A"].shown == "2 (2026 Q2)"


def test_a_vendor_and_its_affiliate_are_told_apart_and_a_list_is_named_once() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema marts").fetchall()
        connection.execute(
            "create table marts.vendor as select *, 'vendor' as role, 'CHN' as hq_country from (values "
            "('v', 'V', 12), ('w', 'W', 13)) as given(company_id, name, n_lists_not_read)"
        ).fetchall()
        connection.execute(
            "create table marts.vendor_restriction as from (values "
            "('v', 'a', 'listed', 'name', date '2024-01-31', 'list_data'), "
            "('v', 'a', 'listed', 'name', date '2021-06-03', 'list_data'), "
            "('v', 'a', 'listed', 'affiliate', date '2020-01-01', 'list_data'), "
            "('v', 'a', 'ended', 'name', date '2019-01-01', 'list_data'), "
            "('v', 'b', 'listed', 'affiliate', null, 'list_data'), "
            "('v', 'c', 'listed', 'name', null, 'third_party_statement'), "
            "('w', 'a', 'list not read', null, null, null)"
            ") as given(company_id, list_id, status, match, valid_from, evidence)"
        ).fetchall()
        found = connection.execute(VENDORS).fetchall()
    assert found == [("V", "a since 2021-06-03; b (affiliate)", "c", 12), ("W", None, None, 13)]


def test_two_days_that_brought_everything_pass() -> None:
    require_everything(DAY, "day 1")
    require_difference(DAY, NEXT)


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (replace(DAY, documents={("news", "parsed"): 1}), "no document of ecb_fx was stored"),
        (replace(DAY, lake_rows={"trade_flow": 1}), "no row of article_text was parsed"),
        (replace(DAY, rows={**DAY.rows, "marts.article": 0}), "marts.article is empty"),
        (replace(DAY, headlines={"h": headline(None)}), "no headline has a value"),
        (replace(DAY, headlines={}), "no headline has a value"),
        (replace(DAY, capex={}), "no company has a quarter"),
        (replace(DAY, vendors=(Vendor("W", None, "us_entity_list", 13),)), "no vendor is on a list"),
    ],
)
def test_a_stage_that_brought_nothing_is_named(broken: Outcome, words: str) -> None:
    with pytest.raises(CheckFailed, match=words):
        require_everything(broken, "day 1")


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (replace(NEXT, documents=DAY.documents), "no new document"),
        (replace(NEXT, headlines=DAY.headlines), "no headline that is new or moved"),
        (replace(NEXT, articles={**DAY.articles, "c": 1}), "no changed article"),
    ],
)
def test_a_second_day_without_a_difference_is_named(after: Outcome, words: str) -> None:
    with pytest.raises(CheckFailed, match=words):
        require_difference(DAY, after)


def test_a_folder_that_is_no_sample_home_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(EnvironmentFault, match="left alone"):
        fresh_home(tmp_path / "mine")
    live = open_home(tmp_path / "live", "live")
    with pytest.raises(EnvironmentFault):
        fresh_home(live.root)
    with pytest.raises(EnvironmentFault, match="left alone"):
        empty(live)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_a_sample_home_is_made_anew(tmp_path: Path) -> None:
    home = fresh_home(tmp_path / "sample")
    (home.lake / "old").mkdir(parents=True)
    home.current.symlink_to("nowhere")
    empty(fresh_home(tmp_path / "sample"))
    assert sorted(path.name for path in home.root.iterdir()) == ["home.json"]


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_demonstration_runs_and_everything_it_prints_says_sample(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "dags.support.demo", "--home", str(tmp_path / "sample")],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert told.stderr == ""
    progress, _, tables = told.stdout.partition("sample: headline exposures")
    assert all(line.startswith("sample | ") for line in progress.splitlines() if line.strip())
    assert "34.22 %" in tables
    assert "<- changed" in tables
    assert "article changed" in tables
    assert re.search(
        r"Microsoft +30,876 \(2026 Q1\) +35,802 \(2026 Q2\)  <- new +ytd_diff +10-K +rebuilt", tables
    )
    assert re.search(r"ChangXin Memory Technologies +us_1260h since 2026-06-08; us_5949", tables)
    assert "that is not a clearance" in tables
    assert headlines_of(tmp_path / "sample") == {
        "us_cn_ch84_85_90_con_2018": (34.2, "world_row", "3 of 3"),
        "us_cn_li_ion_gen_2024": (69.1, "all_partners", "1 of 1"),
        "us_cn_li_ion_gen_2025": (59.3, "all_partners", "1 of 1"),
        "us_cn_li_ion_gen_ytd_2026_07": (39.3, "all_partners", "1 of 1"),
        "us_cn_li_ion_bess_gen_latest": (28.0, "all_partners", "1 of 1"),
        "us_cn_dc_core_con_2024": (4.3, "partners_listed", "13 of 13"),
        "us_cn_dc_broad_con_2024": (11.3, "partners_listed", "40 of 41"),
        "us_cn_dc_wide_con_2024": (12.3, "partners_listed", "72 of 83"),
        "us_cn_dc_broad_hts10_con_2024": (11.1, "partners_listed", "71 of 73"),
        "us_cn_power_stack_narrow_con_2024": (34.5, "partners_listed", "12 of 12"),
        "us_cn_power_stack_broad_con_2024": (25.5, "partners_listed", "31 of 31"),
        "us_cn_fed3_con_2024": (4.1, "partners_listed", "3 of 3"),
        "us_cn_ch84_85_90_con_ttm": (27.8, "world_row", "3 of 3"),
        "eu27_cn_li_ion_cif_latest": (86.1, "all_partners", "1 of 1"),
        "deu_cn_li_ion_cif_latest": (57.4, "all_partners", "1 of 1"),
        "jpn_cn_li_ion_cif_latest": (76.8, "all_partners", "1 of 1"),
        "kor_cn_li_ion_cif_latest": (85.3, "all_partners", "1 of 1"),
        "ind_cn_li_ion_cif_latest": (91.3, "all_partners", "1 of 1"),
        "vnm_cn_li_ion_cif_latest": (77.9, "all_partners", "1 of 1"),
        "us_cn_heading_8504_cif_2019": (44.9, "partners_listed", "1 of 1"),
        "us_cn_heading_8504_cif_2024": (19.6, "partners_listed", "1 of 1"),
        "us_mex_heading_8504_cif_2019": (25.3, "partners_listed", "1 of 1"),
        "us_mex_heading_8504_cif_2024": (30.2, "partners_listed", "1 of 1"),
        "us_vnm_heading_8504_cif_2019": (2.9, "partners_listed", "1 of 1"),
        "us_vnm_heading_8504_cif_2024": (8.1, "partners_listed", "1 of 1"),
        "us_tha_heading_8504_cif_2019": (4.3, "partners_listed", "1 of 1"),
        "us_tha_heading_8504_cif_2024": (12.2, "partners_listed", "1 of 1"),
        "us_cn_heading_8537_cif_2024": (9.3, "partners_listed", "1 of 1"),
        "us_mex_heading_8537_cif_2024": (60.1, "partners_listed", "1 of 1"),
    }


def headlines_of(root: Path) -> dict[str, tuple[float, str, str]]:
    """Share in percent, denominator and codes answered of every headline the sample has figures for."""
    release = current(open_home(root))
    assert release is not None
    found = query(
        release.database, "select id, value, definition from marts.headline where value is not null"
    ).rows
    pattern = re.compile(r"\w+ / (\w+), .*, (\d+ of \d+) codes")
    return {name: (round(100 * value, 1), *pattern.fullmatch(text).groups()) for name, value, text in found}
