"""The published shares come out of the recorded tables, to the digits they are published with."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms.project import run

CUSTOMS = Path(__file__).parents[3] / "shared" / "data" / "customs"
pytestmark = pytest.mark.skipif(not CUSTOMS.is_dir(), reason="the recorded customs tables are not here")


def _rows(path: str) -> list[dict[str, str]]:
    with (CUSTOMS / path).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _chapters(lake: Lake) -> None:
    cells: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in _rows("census/us_imports_hs2_84_85_90_by_country_201301_202010.csv"):
        if row["time"].startswith("2018"):
            cells[row["I_COMMODITY"], row["time"]][row["CTY_CODE"]] = int(row["CON_VAL_MO"])
    for (code, time), values in cells.items():
        period = date.fromisoformat(f"{time}-01")
        lake.trade(
            "chapters",
            day(0),
            values,
            partners=values,
            code=code,
            level="HS2",
            period=period,
            basis="CON_VAL",
        )


def _data_centre(lake: Lake) -> None:
    for level, path, column, value in (
        ("HS6", "hs6/us_hs10_2024/us_imports_hs6_dc_by_country_2024.csv", "hs6", "con_val_usd"),
        ("HS10", "hs6/us_hs10_2024/us_imports_hts10_dc_by_country_2024.csv", "hts10", "con_val_yr"),
    ):
        cells: dict[str, dict[str, int]] = defaultdict(dict)
        partners: set[str] = set()
        for row in _rows(path):
            cells[row[column]][row["cty_code"]] = int(row[value])
            partners.add(row["cty_code"])
        for code, values in cells.items():
            given: dict[str, Any] = {"period": date(2024, 12, 1), "period_type": "YTD", "basis": "CON_VAL"}
            lake.trade(f"band {level}", day(0), values, partners=partners, code=code, level=level, **given)


def _li_ion(lake: Lake) -> None:
    names = {_short(r["name"]): r["code"] for r in _seed("partner_schedule_c") if r["kind"] == "country"}
    cells: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in _rows("hs6/us_li_ion_dataweb/us_li_ion_imports_by_country_long.csv"):
        code = "-" if row["country"] == "TOTAL" else names[_short(row["country"])]
        cells[row["hts"], row["period"]][code] = int(row["gen_customs_value_usd"])
    for (code, label), values in cells.items():
        period, period_type = _period(label)
        level = "HS6" if len(code) == 6 else "HS10"
        lake.trade("li-ion", day(0), values, code=code, level=level, period=period, period_type=period_type)


def _short(name: str) -> str:
    return name.split(" (")[0].split(",")[0].replace("Czechia", "Czech Republic")


def _period(label: str) -> tuple[date, str]:
    if "/" in label:
        return date.fromisoformat(label.split("/")[1] + "-01"), "YTD"
    return (date(int(label), 12, 1), "YTD") if len(label) == 4 else (date.fromisoformat(label + "-01"), "M")


def _seed(name: str) -> list[dict[str, str]]:
    path = Path(__file__).parents[2] / "transforms" / "seeds" / f"{name}.csv"
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("band")
    lake = Lake()
    _chapters(lake)
    _data_centre(lake)
    _li_ion(lake)
    database = lake.write(folder)
    results = run(database, folder / "dbt", VARIABLES)
    assert [r for r in results if r.status == "fail"] == []
    return database


@pytest.mark.parametrize(
    ("headline", "share"),
    [
        ("us_cn_ch84_85_90_con_2018", 0.342),
        ("us_cn_li_ion_gen_2024", 0.691),
        ("us_cn_li_ion_gen_2025", 0.593),
        ("us_cn_li_ion_gen_ytd_2026_07", 0.393),
        ("us_cn_dc_core_con_2024", 0.0431),
        ("us_cn_dc_broad_con_2024", 0.1129),
        ("us_cn_dc_wide_con_2024", 0.1234),
    ],
)
def test_published_share(built: Path, headline: str, share: float) -> None:
    found = query(built, f"select value, label, note from marts.headline where id = '{headline}'")
    digits = len(str(share)) - 2
    assert [round(row["value"], digits) for row in found] == [share]
    assert found[0]["label"].startswith("sample: ")
    assert found[0]["label"].endswith(", of the partners listed") == ("_dc_" in headline)
    assert found[0]["note"] is None


@pytest.mark.parametrize(
    ("basket", "answered", "members"), [("dc_core", 13, 13), ("dc_broad", 40, 41), ("dc_wide", 72, 83)]
)
def test_band_coverage(built: Path, basket: str, answered: int, members: int) -> None:
    found = query(
        built,
        f"select * from marts.exposure where basket_id = '{basket}' and partner_definition = 'CHN' and period_type = 'CY' and flow_basis = 'CON_VAL'",
    )
    assert [(r["n_codes_answered"], r["n_codes"], r["denominator"]) for r in found] == [
        (answered, members, "partners_listed")
    ]
    assert found[0]["hhi"] is None
    assert found[0]["top_partner"] is None
    assert found[0]["cy_method"] == "agency"


def test_slovakia_is_inside_the_union(built: Path) -> None:
    partners = query(
        built, "select partner from marts.import_share where basket_id = 'dc_core' and period_type = 'CY'"
    )
    names = {row["partner"] for row in partners}
    assert "EU27" in names
    assert "SVK" not in names
    assert "ROW" not in names


def test_chapters_of_2018(built: Path) -> None:
    found = query(
        built,
        "select * from marts.exposure where basket_id = 'ch84_85_90' and period_type = 'CY' and period = date '2018-01-01'",
    )
    by_definition = {row["partner_definition"]: row for row in found}
    assert by_definition["CHN"]["denominator"] == "world_row"
    assert round(by_definition["CHN"]["import_usd"] / 10**8) == 8339
    assert by_definition["CHN"]["top_partner"] == "CHN"
    assert by_definition["CHN"]["hhi"] is None
    assert by_definition["CHN+HKG"]["exposed_usd"] is None, "Hong Kong was not asked for: unknown is not zero"
