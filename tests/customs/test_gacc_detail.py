"""Files saved from the query site of China's customs: what is read of them, what is refused, and what they speak for."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.errors import SourceChanged
from extractors.customs import gacc_detail, gacc_files, gacc_names
from tests.customs.gacc import CHINESE, ENGLISH, LINE, ROW, comma_table, saved_page
from tests.customs.gacc import brought as file
from tests.customs.gacc_rows import detail_rows as rows
from tests.customs.gacc_rows import detail_values as values
from tests.documents import Saved

PAGE_NAME = "e210201810_hs85_usd.html"


def refused(name: str, content: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        rows(file(name, content))


def test_regimes_and_provinces_are_summed_over() -> None:
    other = (*LINE[:5], "15", "Processing", "7", "Kilogram", "0", "-", "839")
    (row,) = rows(file("e210201810.csv", comma_table(ENGLISH, LINE, other)))
    assert (row["value"], row["quantity_1"], row["unit_1"], row["quantity_2"]) == (
        2_000,
        12,
        "Kilogram",
        None,
    )


def test_quantities_of_different_units_are_not_summed() -> None:
    other = (*LINE[:5], "15", "Processing", "7", "Number of item", "0", "-", "839")
    (row,) = rows(file("e210201810.csv", comma_table(ENGLISH, LINE, other)))
    assert (row["value"], row["quantity_1"], row["unit_1"]) == (2_000, None, None)


@pytest.mark.parametrize("none", ["-", "?", "—", ""])
def test_a_missing_value_is_blank_and_makes_no_total(none: str) -> None:
    other = (*LINE[:5], "15", "Processing", "7", "Kilogram", "0", "-", none)
    (row,) = rows(file("e210201810.csv", comma_table(ENGLISH, LINE, other, encoding="utf-8")))
    assert (row["status"], row["value"], row["quantity_1"]) == ("blank", None, 12)


@pytest.mark.parametrize("none", ["-", "?", "—"])
def test_a_second_quantity_without_a_unit_is_none(none: str) -> None:
    row = (*LINE[:9], "0", none, "5")
    (found,) = rows(file("e210201810.csv", comma_table(ENGLISH, row, encoding="utf-8")))
    assert (found["quantity_2"], found["unit_2"], found["value"]) == (None, None, 5)


def test_a_zero_is_a_report() -> None:
    (row,) = rows(file("export.csv", comma_table(CHINESE, (*ROW[:7], "0"))))
    assert (row["status"], row["value"]) == ("reported", 0)


def test_goods_that_come_back_keep_their_row() -> None:
    row = ("201810", "142", "China", *LINE[3:])
    (found,) = rows(file("i142201810.csv", comma_table(ENGLISH, row)))
    assert (found["partner_code"], found["partner_kind"], found["flow_basis"]) == ("142", "country", "CIF")


def test_a_table_without_partners_is_of_the_world_or_of_the_one_named() -> None:
    (world,) = rows(file("export.csv", comma_table(CHINESE, ROW)))
    assert (world["partner_code"], world["partner_kind"]) == ("world", "world")
    (named,) = rows(file("e502202401.csv", comma_table(CHINESE, ROW)))
    assert (named["partner_code"], named["partner_kind"]) == ("502", "country")


def test_encodings_line_breaks_and_marks() -> None:
    broken = (*ROW[:2], "光通信\n模块", *ROW[3:])
    for encoding in ("gbk", "utf-8", "utf-8-sig"):
        assert len(rows(file("export.csv", comma_table(CHINESE, broken, encoding=encoding)))) == 1
    refused(
        "export.csv", comma_table(CHINESE, ROW, encoding="utf-16"), "no known column|neither UTF-8 nor GBK"
    )


def test_the_header_says_the_currency() -> None:
    yuan = (*CHINESE[:-1], "人民币")
    assert {r["currency"] for r in rows(file("export.csv", comma_table(yuan, ROW)))} == {"CNY"}
    refused("export_usd.csv", comma_table(yuan, ROW), "the currency in 2 ways")
    saved = file("export.csv", comma_table(CHINESE, ROW))
    swapped = Saved(comma_table(yuan, ROW), url=saved.url, scope=saved.scope)
    with pytest.raises(SourceChanged, match="the header says CNY"):
        rows(swapped)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("modules.csv", comma_table(CHINESE, ROW), "does not say exports or imports"),
        ("export_import.csv", comma_table(CHINESE, ROW), "in 2 ways"),
        ("e502202401_i.csv", comma_table(CHINESE[:-1], ROW[:-1]), "has no value"),
        ("export.csv", comma_table(ROW, ROW), "no known column"),
        ("export.csv", comma_table((*CHINESE[:-1], "海关"), ROW), "'海关' is no known column"),
        ("export.csv", comma_table((*CHINESE, "美元"), (*ROW, "1")), "a column twice"),
        ("export.csv", comma_table(CHINESE, ROW, ROW), "row 2 .* is there twice"),
        ("export.csv", comma_table(CHINESE, ROW[:-1]), "7 cells under 8 columns"),
        ("export.csv", comma_table(CHINESE), "no row below a header"),
        ("export.csv", comma_table(CHINESE, ("202413", *ROW[1:])), "no month"),
        ("export.csv", comma_table(CHINESE, (*ROW[:1], "8517795", *ROW[2:])), "code is '8517795'"),
        ("export.csv", comma_table(CHINESE, (*ROW[:7], "1.000,5")), "is no number"),
        ("export.csv", comma_table(CHINESE, ROW, ("202401", "8517", *ROW[2:])), "codes of 4, 8 digits"),
        ("e502202402.csv", comma_table(CHINESE, ROW), "row 1 is of 2024-01, the file of 2024-02"),
        ("e502201810.csv", comma_table(ENGLISH, LINE), "row 1 is of partner 210, the file of 502"),
        ("export_hs8471.csv", comma_table(CHINESE, ROW), "not under the codes"),
        ("export.csv", comma_table(ENGLISH, LINE), "does not say that every one was asked for"),
        ("export.csv", comma_table(CHINESE, ROW)[:-6], "no whole CSV"),
        ("export.csv", comma_table(CHINESE, ROW)[:-2], "does not end with a comma"),
        ("export.csv", b"", "no known column|has no"),
        ("export.csv", b"504 Gateway Time-out", "no known column"),
        (PAGE_NAME, b"<html><script>/* challenge */</script></html>", "no row of a table"),
        (PAGE_NAME, saved_page(), "no row of a table"),
        ("e210201810_hs85.html", saved_page(LINE), "neither table nor name say the currency"),
        (PAGE_NAME, saved_page(LINE[:-1]), "row 1 has 11 cells under 12 columns"),
        (PAGE_NAME, saved_page(LINE, count=2), r"found \[2\] rows and has 1"),
        (PAGE_NAME, saved_page(LINE, LINE, count=2), "row 2 .* is there twice"),
        (PAGE_NAME, saved_page(LINE, LINE)[:-100], "ends within its table|cells under 12"),
        (PAGE_NAME, saved_page(LINE).removesuffix(b"</table></div>"), "ends within its table"),
        (PAGE_NAME, saved_page((*LINE[3:5], *LINE[:3], *LINE[5:])), "is no month"),
    ],
)
def test_a_file_that_cannot_be_trusted_is_refused(name: str, content: bytes, said: str) -> None:
    refused(name, content, said)


def lines(count: int) -> Iterator[tuple[str, ...]]:
    for n in range(count):
        yield (*LINE[:3], f"85{n:06d}", *LINE[4:])


def test_a_download_of_the_most_rows_is_not_whole() -> None:
    assert len(rows(file("e210201810.csv", comma_table(ENGLISH, *lines(gacc_files.CSV_CAP - 1))))) == 9_999
    refused("e210201810.csv", comma_table(ENGLISH, *lines(gacc_files.CSV_CAP)), "split the query")


def test_a_page_without_its_own_count_is_not_known_to_be_whole() -> None:
    counted, other = (file(PAGE_NAME, saved_page(LINE, count=n)) for n in (1, None))
    assert {r["level"] for r in rows(counted)} == {"HS8", "HS6"}
    assert all(piece.complete for piece in gacc_detail.slices(counted))
    assert {r["level"] for r in rows(other)} == {"HS8"}
    assert not any(piece.complete for piece in gacc_detail.slices(other))


def test_a_page_with_a_header_row_is_read_by_it() -> None:
    saved = file("e210201810.html", saved_page(ENGLISH, LINE, count=1))
    assert values(saved) == {(date(2018, 10, 1), "210", "85044020"): Decimal(1_161)}


def test_a_cut_text_is_whole_in_its_title() -> None:
    page = '<table><tr><td><div class="th-line" title="Static converters">Static conve ...</div></td></tr></table>'
    assert gacc_files.page(page)[1] == [["Static converters"]]


def test_six_digits_only_where_every_line_under_them_was_asked_for() -> None:
    content = comma_table(ENGLISH, LINE, (*LINE[:3], "85044030", *LINE[4:]))
    assert {r["level"] for r in rows(file("e210201810.csv", content))} == {"HS8"}
    assert {r["level"] for r in rows(file("e210201810_hs85044020_hs85044030.csv", content))} == {"HS8"}
    assert values(file("e210201810_hs8504.csv", content), "HS6") == {
        (date(2018, 10, 1), "210", "850440"): Decimal(2_322)
    }
    assert values(file("e210201810_all.csv", content), "TOTAL") == {
        (date(2018, 10, 1), "210", "TOTAL"): Decimal(2_322)
    }


def test_only_kept_codes_go_to_the_lake_and_the_total_counts_all() -> None:
    content = comma_table(ENGLISH, LINE, (*LINE[:3], "62121090", *LINE[4:]))
    found = {(r["level"], r["code"], r["value"]) for r in rows(file("e210201810_all.csv", content))}
    assert found == {("HS8", "85044020", 1_161), ("HS6", "850440", 1_161), ("TOTAL", "TOTAL", 2_322)}


def test_what_a_file_speaks_for() -> None:
    content = comma_table(ENGLISH, LINE)
    named = list(gacc_detail.slices(file("e210201810_hs85.csv", content)))
    assert [(s.level, s.code_prefix, s.partners, s.complete) for s in named] == [
        ("HS8", "85", ("210",), True),
        ("HS6", "85", ("210",), True),
    ]
    (unnamed,) = gacc_detail.slices(file("e210201810.csv", content))
    assert (unnamed.code_prefix, unnamed.partners, unnamed.complete) == ("", ("210",), False)
    every = list(gacc_detail.slices(file("export_all_allpartners.csv", content)))
    assert {s.partners for s in every} == {None}
    assert {s.level for s in every} == {"HS8", "HS6", "TOTAL"}
    one = list(gacc_detail.slices(file("e210201810_all_allpartners.csv", content)))
    assert {s.partners for s in one} == {("210",)}


def test_a_scope_reads_back_and_another_is_refused() -> None:
    asked = gacc_names.asked("e502201901_hs85_usd.html", None)
    assert gacc_names.from_scope(asked.scope()) == asked
    assert (asked.flow, asked.partner, asked.period, asked.codes) == (
        "export",
        "502",
        date(2019, 1, 1),
        ("85",),
    )
    with pytest.raises(SourceChanged, match="not one of this source"):
        gacc_names.from_scope({"flow": "transit"})


def test_without_a_scope_the_name_is_read() -> None:
    saved = Saved(comma_table(CHINESE, ROW), url="folder/export.csv")
    assert len(rows(saved)) == 1


def test_a_large_download_is_recognised_by_its_beginning() -> None:
    content = comma_table(ENGLISH, *lines(3_000))
    stream = io.BytesIO(content)
    assert gacc_detail.recognise("e210201810.csv", stream)["currency"] == "USD"
    assert stream.tell() < len(content)


def test_every_partner_of_the_recorded_table_is_known() -> None:
    seed = Path(__file__).parents[2] / "transforms/seeds/partner_gacc.csv"
    with seed.open(encoding="utf-8", newline="") as handle:
        known = {row["code"]: row["partner"] for row in csv.DictReader(handle)}
    with seed.with_name("country.csv").open(encoding="utf-8", newline="") as handle:
        countries = {row["iso3"] for row in csv.DictReader(handle)}
    assert len(known) == 270
    assert {partner for partner in known.values() if partner} <= countries
    named = {"110": "HKG", "116": "JPN", "122": "MYS", "133": "KOR", "136": "THA", "141": "VNM", "142": "CHN"}
    assert {code: known[code] for code in named} == named
    assert (known["143"], known["429"], known["502"], known["701"]) == ("TWN", "MEX", "USA", "")
    assert (known["150"], known["337"]) == ("GEO", "GEO")
