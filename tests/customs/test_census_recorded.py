"""The recorded tables of US trade through the parsers: rows and totals as their origin states them."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import pytest

from contracts.errors import SourceChanged
from extractors.customs import us_census_api, us_census_bulk
from tests.customs.answers import EXPORTS, IMPORTS
from tests.customs.bulk import bulk_file, imported
from tests.documents import Saved
from tests.recorded import answers

CUSTOMS = Path(__file__).parents[3] / "shared/data/customs"
CENSUS, LI_ION = CUSTOMS / "census", CUSTOMS / "hs6/us_li_ion_dataweb"
BILLION = 10**9

pytestmark = pytest.mark.skipif(not CUSTOMS.exists(), reason="the recorded tables are not at hand")


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def asked(base: str, codes: Iterable[str], columns: str, level: str, time: str, *partners: str) -> str:
    """A request for these codes as the source would make it."""
    commodity = "I_COMMODITY" if base == IMPORTS else "E_COMMODITY"
    pairs = [("get", columns), *((commodity, code) for code in codes), ("COMM_LVL", level)]
    return f"{base}?{urlencode([*pairs, *(('CTY_CODE', p) for p in partners), ('time', time)])}"


def as_answer(rows: list[dict[str, str]], url: str) -> Saved:
    """A table whose columns are the API's put into the API's shape."""
    return Saved(json.dumps([list(rows[0]), *(list(row.values()) for row in rows)]).encode(), url=url)


def read(document: Saved) -> list[dict]:
    return [row for _, batch in us_census_api.parse(document) for row in batch.to_pylist()]


@cache
def sampled() -> tuple[dict, ...]:
    """Every row the API's sample gives on its second day."""
    found = (saved for _, saved in answers(us_census_api.SOURCE, "day2") if saved)
    return tuple(row for saved in found for row in read(saved))


def total(rows: Iterable[dict], **wanted: object) -> Decimal:
    return sum((r["value"] for r in rows if all(r[k] == v for k, v in wanted.items())), Decimal(0))


def billions(value: Decimal, digits: int = 1) -> Decimal:
    return round(value / BILLION, digits)


@pytest.mark.parametrize(
    ("way", "base", "columns"),
    [
        ("imports", IMPORTS, "CTY_CODE,CTY_NAME,CON_VAL_MO,CAL_DUT_MO"),
        ("exports", EXPORTS, "CTY_CODE,CTY_NAME,ALL_VAL_MO"),
    ],
)
def test_chapters_by_country_of_2013_to_2020(way: str, base: str, columns: str) -> None:
    rows = table(CENSUS / f"us_{way}_hs2_84_85_90_by_country_201301_202010.csv")
    partners = sorted({row["CTY_CODE"] for row in rows})
    url = asked(base, ("84", "85", "90"), columns, "HS2", "from 2013-01 to 2020-10", *partners)
    found = read(as_answer(rows, url))
    assert len(found) == len(rows) == 5_922
    if way == "imports":
        of_2018 = [row for row in found if row["period"].year == 2018]
        stated = {
            "-": "833.9",
            "5700": "285.3",
            "2010": "141.4",
            "5520": "15.8",
            "5490": "17.0",
            "5830": "25.6",
        }
        assert {code: str(billions(total(of_2018, partner_code=code))) for code in stated} == stated


def test_exports_to_china_by_heading() -> None:
    rows = [
        {
            "CTY_CODE": "5700",
            "ALL_VAL_MO": str(int(float(row["china_exports"]))),
            "E_COMMODITY": row["hs4"],
            "COMM_LVL": "HS4",
            "time": row["time"],
        }
        for row in table(CENSUS / "us_exports_to_china_hs4_dc_slice_201301_2020.csv")
    ]
    codes = sorted({row["E_COMMODITY"] for row in rows})
    url = asked(EXPORTS, codes, "CTY_CODE,ALL_VAL_MO", "HS4", "from 2013-01 to 2020-11", "5700")
    found = read(as_answer(rows, url))
    assert (len(found), len(codes)) == (1_995, 21)
    of_2019 = [row for row in found if row["period"].year == 2019]
    assert billions(total(of_2019, code="8542"), 2) == Decimal("8.07")
    assert billions(total(of_2019, code="8486"), 2) == Decimal("3.64")
    assert {(row["flow_basis"], row["partner_code"]) for row in found} == {("TOT_EXP", "5700")}


def test_rows_as_the_api_gave_them_add_up_by_country_and_not_otherwise() -> None:
    rows = table(CENSUS / "census_api_rows_hs6_seafood_2020_slice.csv")
    codes = sorted({row["I_COMMODITY"] for row in rows})
    url = asked(IMPORTS, codes, "CTY_CODE,CTY_NAME,GEN_VAL_MO", "HS6", "from 2020-01 to 2020-12")
    found = read(as_answer(rows, url))
    world, countries = (total(found, partner_kind=kind) for kind in ("world", "country"))
    assert (len(found), len(codes)) == (1_446, 3)
    assert world == countries
    assert sum(row["value"] for row in found) > 5 * world
    assert {row["SUMMARY_LVL"] for row in rows if row["CTY_CODE"] == "-"} == {"DET"}


def test_a_country_left_out_of_the_recorded_rows_is_noticed() -> None:
    rows = table(CENSUS / "census_api_rows_hs6_seafood_2020_slice.csv")
    gone = next(
        row
        for row in rows
        if row["CTY_CODE"].isdigit() and row["CTY_CODE"][0] != "0" and row["GEN_VAL_MO"] != "0"
    )
    url = asked(IMPORTS, ("0301*",), "CTY_CODE,GEN_VAL_MO", "HS6", "from 2020-01 to 2020-12")
    with pytest.raises(SourceChanged, match="totals are off"):
        read(as_answer([row for row in rows if row is not gone], url))


def test_memory_chips_with_every_partner_row() -> None:
    url = asked(IMPORTS, ("854232",), "CTY_CODE,CTY_NAME,GEN_VAL_MO", "HS6", "2026-04")
    found = read(Saved((CENSUS / "rebuilt_api_shape_854232_all_cty_2026-04.json").read_bytes(), url=url))
    world = total(found, partner_kind="world")
    assert (len(found), world) == (65, 622_497_725)
    assert total(found, partner_kind="country") == world
    assert round(sum(row["value"] for row in found) / world, 2) == Decimal("5.64")


def test_chapters_from_china_in_2018_are_those_of_the_longer_table() -> None:
    url = asked(IMPORTS, ("84", "85"), "CTY_NAME,CON_VAL_MO", "HS2", "from 2018-01 to 2018-12", "5700")
    found = read(Saved((CENSUS / "rebuilt_api_shape_imports_hs2_china_2018.json").read_bytes(), url=url))
    longer = {
        (row["I_COMMODITY"], row["time"]): int(row["CON_VAL_MO"])
        for row in table(CENSUS / "us_imports_hs2_84_85_90_by_country_201301_202010.csv")
        if row["CTY_CODE"] == "5700" and row["time"].startswith("2018") and row["I_COMMODITY"] != "90"
    }
    assert {(row["code"], f"{row['period']:%Y-%m}"): row["value"] for row in found} == longer
    assert len(found) == 24


def test_totals_without_a_commodity_are_not_an_answer_of_the_api() -> None:
    body = (CENSUS / "rebuilt_api_shape_country_total_2023-12_aggregates.json").read_bytes()
    with pytest.raises(SourceChanged, match="I_COMMODITY"):
        read(Saved(body, url=f"{IMPORTS}?get=CTY_CODE,GEN_VAL_YR&time=2023-12"))


def test_lines_and_codes_of_2024() -> None:
    year = [row for row in sampled() if row["flow_basis"] == "CON_VAL" and row["period"] == date(2024, 12, 1)]
    lines, six = ([row for row in year if row["level"] == level] for level in ("HS10", "HS6"))
    assert (len(lines), len({row["code"] for row in lines})) == (9_834, 448)
    assert (len(six), len({row["code"] for row in six})) == (3_603, 120)
    stated = {"2010": "41.6", "5830": "15.8", "5700": "0.5"}
    assert {c: str(billions(total(six, code="847150", partner_code=c))) for c in stated} == stated
    assert billions(total(six, code="847150")) == Decimal("61.6")
    assert billions(total(six, code="850760", partner_code="5700"), 2) == Decimal("15.66")
    once = [row for row in six if row["partner_code"] != "4359"]  # Slovakia is inside the union's row
    assert billions(total(once, code="850423"), 3) == Decimal("2.913")


def test_power_equipment_of_the_world() -> None:
    found = [row for row in sampled() if row["code"] in ("850421", "850422", "850423", "850440", "853720")]
    monthly = [
        r for r in found if r["period_type"] == "M" and r["partner_kind"] == "world" and r["level"] == "HS6"
    ]
    assert len(monthly) == 91 * 5
    years = {
        y: total((r for r in monthly if r["period"].year == y), code="850423") for y in (2020, 2024, 2025)
    }
    assert [billions(years[y], 2) for y in (2020, 2025)] == [Decimal("1.12"), Decimal("4.02")]
    assert billions(years[2024], 3) == Decimal("2.914")


def test_lithium_ion_has_every_row_of_the_table() -> None:
    rows = table(LI_ION / "us_li_ion_imports_by_country_long.csv")
    found = [
        row for row in sampled() if row["flow_basis"] == "GEN_VAL" and row["code"] in ("850760", "8507600030")
    ]
    assert len(found) == len(rows) == 1_011
    assert sum(row["value"] for row in found) == sum(int(row["gen_customs_value_usd"]) for row in rows)


@pytest.mark.parametrize(
    ("name", "span", "first"),
    [
        ("rebuilt_lithium_850760_official", "YTD", 1),
        ("rebuilt_lithium_850760_jan_jul_2025_monthly_official", "M", 2),
        ("rebuilt_bess_8507600030_monthly_official", "M", 2),
    ],
)
def test_lithium_ion_adds_up_to_the_published_totals(name: str, span: str, first: int) -> None:
    published = json.loads((LI_ION / f"{name}.json").read_text("utf-8"))
    stated = [int(cell.replace(",", "")) for cell in published["rows"][-1][first:]]
    periods = [
        date.fromisoformat(f"{p}-12-01" if len(p) == 4 else f"{p[-7:]}-01") for p in published["periods"]
    ]
    found = [row for row in sampled() if row["flow_basis"] == "GEN_VAL" and row["code"] == published["code"]]
    for kind in ("country", "world"):
        wanted = {"period_type": span, "partner_kind": kind}
        assert [total(found, period=period, **wanted) for period in periods] == stated


def test_a_month_of_one_line_in_the_shape_of_the_detail_file() -> None:
    """The real figures of a month, a district's half each: the file's sums are the published ones."""
    wanted = {"code": "8507600030", "flow_basis": "GEN_VAL", "period_type": "M", "period": date(2026, 4, 1)}
    cells = [row for row in sampled() if all(row[k] == v for k, v in wanted.items())]
    countries = {row["partner_code"]: int(row["value"]) for row in cells if row["partner_kind"] == "country"}
    records = [
        imported("8507600030", code, part, where=where)
        for code, value in sorted(countries.items())
        for part, where in ((value // 2, "  2704"), (value - value // 2, "  5301"))
    ]
    found = [row for _, b in us_census_bulk.parse(bulk_file(records)) for row in b.to_pylist()]
    for level in ("HS10", "HS6", "TOTAL"):
        by_country = {
            r["partner_code"]: r["value"]
            for r in found
            if (r["level"], r["flow_basis"]) == (level, "GEN_VAL")
        }
        assert by_country == countries
        assert sum(by_country.values()) == total(cells, partner_kind="world") == 533_544_010
