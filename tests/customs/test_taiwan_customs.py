"""Taiwan's portal file: Republic of China years, ranges, thousand dollars, and what the file does not say."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.datasets import checked
from contracts.errors import SourceChanged
from extractors.customs import taiwan_customs
from tests.documents import Saved

DATA = Path(__file__).parents[3] / "shared" / "data" / "customs"
SAVED = DATA / "taiwan" / "taiwan_customs_exports_8542_by_cccode_raw.csv"
COMTRADE = DATA / "comtrade" / "comtradeplus_csv_annual_HS8542_X_world_2013_2024.csv"
HEADER = ",".join(taiwan_customs.HEADER)
EXPORTS = taiwan_customs.EXPORTS
PROCESSORS, PARTS = "85423100002", "85429090001"


def file(*rows: tuple[str, str, str], header: str = HEADER, flow: str = EXPORTS) -> bytes:
    lines = [f'{flow},{label},{code},"名稱，其他", Name,{value}' for label, code, value in rows]
    return ("\n".join([header, *lines]) + "\n").encode()


def scope(name: str, body: bytes) -> Mapping[str, object]:
    return taiwan_customs.recognise(name, io.BytesIO(body))


def read(body: bytes, name: str = "exports.csv") -> list[dict[str, Any]]:
    document = Saved(body, scope=scope(name, body))
    return [
        row
        for dataset, batch in taiwan_customs.parse(document)
        for row in checked(dataset, batch).to_pylist()
    ]


def cells(rows: list[dict[str, Any]], level: str) -> dict[tuple[str, date, str], Decimal]:
    return {(r["code"], r["period"], r["period_type"]): r["value"] for r in rows if r["level"] == level}


def test_years_are_counted_from_1911_and_values_are_thousands() -> None:
    rows = read(file(("102年", PROCESSORS, "1194720.78244"), ("113年", PROCESSORS, "0")))
    assert cells(rows, "HS11") == {
        (PROCESSORS, date(2013, 1, 1), "CY"): Decimal("1194720782.44"),
        (PROCESSORS, date(2024, 1, 1), "CY"): Decimal("0.00"),
    }
    assert {(r["reporter"], r["flow"], r["flow_basis"], r["partner_kind"], r["currency"]) for r in rows} == {
        ("TWN", "export", "TOT_EXP", "world", "USD")
    }


def test_a_range_is_a_year_to_date_and_never_a_year_or_a_month() -> None:
    rows = read(
        file(
            ("114年1月~114年7月(初步值)", PARTS, "8982"),
            ("114年7月", PARTS, '"1,200"'),
            ("114年", PARTS, "9000"),
        )
    )
    assert cells(rows, "HS11") == {
        (PARTS, date(2025, 7, 1), "YTD"): Decimal("8982000.00"),
        (PARTS, date(2025, 7, 1), "M"): Decimal("1200000.00"),
        (PARTS, date(2025, 1, 1), "CY"): Decimal("9000000.00"),
    }


def test_six_digits_are_summed_only_where_the_name_states_the_code() -> None:
    body = file(("102年", "85423200118", "1"), ("102年", "85423200127", "2"), ("102年", PARTS, "4"))
    assert cells(read(body), "HS6") == {}
    assert cells(read(body, "exports_8542.csv"), "HS6") == {
        ("854232", date(2013, 1, 1), "CY"): Decimal("3000.00"),
        ("854290", date(2013, 1, 1), "CY"): Decimal("4000.00"),
    }


def test_it_speaks_for_the_stated_code_else_for_its_lines_only() -> None:
    body = file(("102年", PROCESSORS, "1"), ("103年", PARTS, "4"))
    stated = list(taiwan_customs.slices(Saved(body, scope=scope("8542.csv", body))))
    assert {(s.level, s.code_prefix, s.period.year, s.partners) for s in stated} == {
        (level, "8542", year, ("-",)) for level in ("HS11", "HS6") for year in (2013, 2014)
    }
    lines = list(taiwan_customs.slices(Saved(body, scope=scope("lines.csv", body))))
    assert {(s.level, s.code_prefix, s.period.year) for s in lines} == {
        ("HS11", PROCESSORS, 2013),
        ("HS11", PARTS, 2014),
    }


def test_big5_is_read_too() -> None:
    body = file(("102年", PROCESSORS, "1"))
    assert read(body.decode().encode("cp950")) == read(body) == read(b"\xef\xbb\xbf" + body)


ROW = ("102年", PROCESSORS, "1")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html><body>busy</body></html>", "header"),
        (file(ROW, header=HEADER.replace("千元", "元")), "header"),
        (file(ROW, header=HEADER + ",國家"), "header"),
        (b"\xff\xfe" + file(ROW), "neither UTF-8 nor Big5|header"),
        (file(ROW, flow="進口總值"), "the one flow known"),
        (file(("2013年", PROCESSORS, "1")), "no year, month or range"),
        (file(("114年3月~114年7月", PROCESSORS, "1")), "no year, month or range"),
        (file(("114年1月~115年7月", PROCESSORS, "1")), "no year, month or range"),
        (file(("114年13月", PROCESSORS, "1")), "no year, month or range"),
        (file(("102年", "854231", "1")), "eleven digits"),
        (file(("102年", PROCESSORS, "-")), "no amount of money"),
        (file(("102年", PROCESSORS, "1E+40")), "no amount of money"),
        (file(("102年", PROCESSORS, "NaN")), "no amount of money"),
        (file(("102年", PROCESSORS, "-5")), "no amount of money"),
        (file(ROW, ROW), "comes twice"),
        (file(ROW)[:-3], "fields"),
        (file(ROW)[:-1], "cut off"),
        (file(ROW) + b'"unclosed', "no CSV|fields"),
        (file(("102年", "01012100002", "1")), "no line lies in a chapter"),
    ],
)
def test_refuses_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read(body)


def test_refuses_a_line_outside_the_code_the_name_states_and_a_name_with_two() -> None:
    with pytest.raises(SourceChanged, match="does not lie in 8541"):
        read(file(ROW), "exports_8541.csv")
    with pytest.raises(SourceChanged, match="more than one code"):
        read(file(ROW), "exports_8541_8542.csv")


@pytest.fixture(scope="module")
def saved() -> list[dict[str, Any]]:
    if not SAVED.exists():
        pytest.skip("the recorded portal file of ../shared/data is not there")
    return read(SAVED.read_bytes(), SAVED.name)


def test_the_recorded_file_gives_its_289_lines(saved: list[dict[str, Any]]) -> None:
    lines = cells(saved, "HS11")
    assert len(lines) == 289
    assert sum(v for (_, period, _), v in lines.items() if period.year == 2013) == Decimal("62823154368.19")
    assert {kind for _, period, kind in lines if period.year == 2025} == {"YTD"}


def test_it_agrees_with_what_comtrade_calls_other_asia(saved: list[dict[str, Any]]) -> None:
    with COMTRADE.open(encoding="latin-1", newline="") as file:
        table = list(csv.reader(file))
    year, value = table[0].index("refYear"), table[0].index("primaryValue")
    theirs = {int(row[year]): Decimal(row[value]) for row in table[1:] if "S19" in row}
    ours: dict[int, Decimal] = {}
    for (_, period, kind), amount in cells(saved, "HS6").items():
        if kind == "CY":
            ours[period.year] = ours.get(period.year, Decimal(0)) + amount
    both = sorted(ours.keys() & theirs.keys())
    assert both == list(range(2013, 2024)), json.dumps(sorted(theirs))
    assert [y for y in both if abs(ours[y] / theirs[y] - 1) > Decimal("0.01")] == []
