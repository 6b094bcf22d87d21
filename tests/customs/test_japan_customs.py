"""Japan's e-Stat files: thousand yen, months to come, a year beside its months, and what a file does not cover."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.datasets import checked
from contracts.errors import SourceChanged
from extractors.customs import japan_customs as source
from tests.documents import Saved
from tests.recordings.japan_customs import HEADER, file, line

SEED = Path(__file__).parents[2] / "transforms" / "seeds" / "partner_japan.csv"
CELLS, PACKS = "850760010", "850760090"
ROW = line(CELLS, "105", (70, 80))
JANUARY, FEBRUARY, MARCH = (date(2026, month, 1) for month in (1, 2, 3))


def scope(name: str, body: bytes) -> Mapping[str, object]:
    return source.recognise(name, io.BytesIO(body))


def document(body: bytes, name: str = "imports_2026_ch85.csv") -> Saved:
    return Saved(body, scope=scope(name, body))


def read(body: bytes, name: str = "imports_2026_ch85.csv") -> list[dict[str, Any]]:
    return [
        row
        for dataset, batch in source.parse(document(body, name))
        for row in checked(dataset, batch).to_pylist()
    ]


def values(rows: list[dict[str, Any]], level: str) -> dict[tuple[str, str, date], Decimal | None]:
    return {(r["code"], r["partner_code"], r["period"]): r["value"] for r in rows if r["level"] == level}


def test_values_are_thousands_of_yen_by_month_and_the_year_is_never_added() -> None:
    rows = read(file(ROW))
    assert values(rows, "HS9") == {
        (CELLS, "105", JANUARY): Decimal("70000.00"),
        (CELLS, "105", FEBRUARY): Decimal("80000.00"),
    }
    said = {(r["reporter"], r["flow"], r["flow_basis"], r["currency"], r["country_codes"]) for r in rows}
    assert said == {("JPN", "import", "CIF", "JPY", "japan")}
    assert {(r["period_type"], r["partner_kind"], r["hs_edition"]) for r in rows} == {("M", "country", None)}


def test_exports_are_fob() -> None:
    assert {(r["flow"], r["flow_basis"]) for r in read(file(line(CELLS, "304", (5,), flow="1")))} == {
        ("export", "FOB")
    }


def test_a_month_after_the_last_with_any_value_is_unknown_and_one_before_is_zero() -> None:
    rows = read(file(ROW, line(CELLS, "304", (9, 0)), line("847150000", "105", (0, 0, 6))), "ch84-85.csv")
    assert values(rows, "HS9")[CELLS, "304", FEBRUARY] == 0
    assert values(rows, "HS9")[CELLS, "105", MARCH] == 0
    assert {r["period"] for r in rows} == {JANUARY, FEBRUARY, MARCH}
    assert {s.period for s in source.slices(document(file(ROW)))} == {JANUARY, FEBRUARY}


def test_each_flow_has_its_own_last_month() -> None:
    rows = read(file(ROW, line(CELLS, "105", (1, 2, 3), flow="1")))
    newest = {flow: max(r["period"] for r in rows if r["flow"] == flow) for flow in ("import", "export")}
    assert newest == {"import": FEBRUARY, "export": MARCH}


def test_a_blank_month_that_is_out_is_blank_and_makes_its_sum_blank() -> None:
    rows = read(file(line(CELLS, "105", (None, 80)), line(PACKS, "105", (5, 6))))
    blank = [r for r in rows if r["period"] == JANUARY and r["status"] == "blank"]
    assert {(r["level"], r["code"], r["value"]) for r in blank} == {
        ("HS9", CELLS, None),
        ("HS6", "850760", None),
    }
    assert values(rows, "HS6")["850760", "105", FEBRUARY] == Decimal("86000.00")


def test_lines_add_up_to_six_digits_only_in_the_chapters_the_name_states() -> None:
    body = file(ROW, line(PACKS, "105", (1, 2)))
    assert values(read(body), "HS6") == {
        ("850760", "105", JANUARY): Decimal("71000.00"),
        ("850760", "105", FEBRUARY): Decimal("82000.00"),
    }
    assert values(read(body, "imports.csv"), "HS6") == {}
    whole = {(s.level, s.code_prefix, s.complete, s.partners) for s in source.slices(document(body))}
    assert whole == {("HS9", "85", True, None), ("HS6", "85", True, None)}
    partial = {(s.level, s.code_prefix, s.complete) for s in source.slices(document(body, "imports.csv"))}
    assert partial == {("HS9", "85", False)}


def test_quantities_stand_beside_their_unit_and_units_have_one_spelling() -> None:
    body = file(line(CELLS, "105", (70,), units=("NO", "KGS"), quantities=((3, 400),)))
    (nine,) = (r for r in read(body) if r["level"] == "HS9")
    assert (nine["quantity_1"], nine["unit_1"], nine["quantity_2"], nine["unit_2"]) == (3, "NO", 400, "KG")
    (six,) = (r for r in read(body) if r["level"] == "HS6")
    assert (six["quantity_1"], six["unit_1"]) == (None, None)
    (bare,) = (r for r in read(file(line(CELLS, "105", (7,), units=("  ", "KG")))) if r["level"] == "HS9")
    assert (bare["quantity_1"], bare["unit_1"], bare["unit_2"]) == (None, None, "KG")


def test_a_table_without_countries_is_of_the_world() -> None:
    bare = file(*(row.replace(",105,", ",", 1) for row in (ROW,)), header=HEADER.replace("Country,", ""))
    assert {(r["partner_code"], r["partner_kind"]) for r in read(bare)} == {("world", "world")}
    assert {s.partners for s in source.slices(document(bare))} == {("world",)}


@pytest.mark.parametrize(
    "body",
    [
        file(ROW, header=HEADER.replace("-Apr", "-Apl")),
        file(ROW).replace(f"'{CELLS}'".encode(), f"\"' {CELLS} '\"".encode()),
        b"\xef\xbb\xbf" + file(ROW),
        file(ROW.replace(",70,", ',"70",', 1)),
    ],
    ids=["Apl", "noise about the code", "byte order mark", "quoted"],
)
def test_old_spellings_and_noise_read_the_same(body: bytes) -> None:
    assert read(body) == read(file(ROW))


def test_goods_outside_the_kept_codes_stay_in_the_archive_but_tell_which_months_are_out() -> None:
    rows = read(file(ROW, line("010121000", "304", (1, 1, 1))), "imports.csv")
    assert {r["code"] for r in rows} == {CELLS}
    assert {r["period"] for r in rows} == {JANUARY, FEBRUARY, MARCH}


def test_rounding_down_is_not_a_contradiction() -> None:
    assert len(read(file(line(CELLS, "105", (70, 80), whole=162)))) == 4


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (file(line(CELLS, "105", (70, 80), whole=163)), "value of the year is 163, its months add up to 150"),
        (file(ROW.replace(",150,", ",,", 1)), "of the year is None"),
        (file(ROW)[:-30], "the file may be cut off"),
        (file(ROW)[:-2], "no end"),
        (file(ROW, ROW), "comes twice"),
        (file(ROW.replace("2,2026", "3,2026", 1)), "Exp or Imp is '3'"),
        (file(ROW.replace("2,2026", "2,26", 1)), "Year is '26'"),
        (file(ROW.replace(CELLS, "850760")), "HS is '850760'"),
        (file(ROW.replace(",105,", ",CN,", 1)), "Country is 'CN'"),
        (file(ROW.replace(",70,", ",-70,", 1)), "'-70' is no whole amount"),
        (file(ROW.replace(",70,", ",7E9,", 1)), "is no whole amount"),
        (file(ROW.replace(",70,", ",70.5,", 1)), "is no whole amount"),
        (file(ROW) + b'2,"unclosed', "no CSV"),
        (file(line(CELLS, "105", ())), "no line with a value"),
        (file(line("847150000", "105", (1,))), "does not lie in the chapters"),
        (file(ROW, header=HEADER.replace("Value-Dec", "Value-Total")), "columns are missing: value-dec"),
        (file(ROW, header=HEADER.replace("Value-Feb", "Value-Jan")), "columns are missing: value-feb"),
        (file(ROW, header=HEADER.replace("Country", "Custom")), "customs office"),
        (b"<html><body>busy</body></html>\n", "columns are missing"),
        (b"x" * 9000, "does not end"),
    ],
)
def test_refuses_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read(body)


def test_a_column_that_comes_twice_is_refused_and_a_new_one_is_named() -> None:
    with pytest.raises(SourceChanged, match="comes twice"):
        read(file(ROW + ",1", header=HEADER + ",Value-Dec"))
    added = file(ROW + ",x", header=HEADER + ",Remarks")
    assert source.new_columns(document(added)) == ("Remarks",)
    assert read(added) == read(file(ROW))


@pytest.mark.parametrize("name", ["ch84_ch85.csv", "ch85-84.csv", "ch00.csv", "ch98.csv"])
def test_a_name_that_states_no_chapters_is_refused(name: str) -> None:
    with pytest.raises(SourceChanged, match="the name"):
        scope(name, file(ROW))


def test_country_codes_are_japans_own() -> None:
    with SEED.open(encoding="utf-8", newline="") as handle:
        seed = {row["code"]: row for row in csv.DictReader(handle)}
    assert {
        code: seed[code]["partner"] for code in ("105", "106", "108", "110", "111", "113", "304", "305")
    } == {
        "105": "CHN",
        "106": "TWN",
        "108": "HKG",
        "110": "VNM",
        "111": "THA",
        "113": "MYS",
        "304": "USA",
        "305": "MEX",
    }
    assert (seed["world"]["kind"], seed["702"]["partner"]) == ("world", "")
