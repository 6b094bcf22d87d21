import dataclasses
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from contracts.document import Slice
from contracts.errors import SourceChanged
from extractors.customs import us_trade_online as online
from tests.documents import Saved
from tests.recordings import us_trade_online as made

RECORDED = (
    Path(__file__).parents[3]
    / "shared/data/customs/census/usatradeonline_csv_africa_to_us_2024_ch84_85_slice.csv"
)
HEADER = "Commodity,Country,District,Time,Customs  Value (Cons) ($US),Unnamed: 5"
LINE = '8471500150 Proc unit (no),China,All Districts,2024,"1,716,414",'


def file(*lines: str, header: str = HEADER, encoding: str = "utf-8") -> Saved:
    return Saved("\n".join([header, *lines, ""]).encode(encoding), source="us_trade_online", via="inbox")


def read(document: Saved) -> list[dict]:
    return [row for _, batch in online.parse(document) for row in batch.to_pylist()]


def test_a_row_says_consumption_in_dollars_of_the_year() -> None:
    (row,) = read(file(LINE))
    assert {name: value for name, value in row.items() if value is not None} == {
        "reporter": "USA",
        "partner_code": "5700",
        "partner_kind": "country",
        "country_codes": "schedule_c",
        "flow": "import",
        "flow_basis": "CON_VAL",
        "level": "HS10",
        "code": "8471500150",
        "period": date(2024, 1, 1),
        "period_type": "CY",
        "status": "reported",
        "value": Decimal("1716414.00"),
        "currency": "USD",
    }


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        ("Customs Value (Cons) ($US)", ("import", "CON_VAL")),
        ("Customs Value (Gen) ($US) (Default Member)", ("import", "GEN_VAL")),
        ("Total Exports Value ($US)", ("export", "TOT_EXP")),
    ],
)
def test_the_column_says_the_basis(column: str, expected: tuple[str, str]) -> None:
    document = file(LINE, header=f"Commodity,Country,District,Time,{column},")
    assert [(row["flow"], row["flow_basis"]) for row in read(document)] == [expected]
    assert online.recognise("a.csv", document.open())["values"] == [expected[1]]


@pytest.mark.parametrize("column", ["Value ($US)", "Customs Value ($US)", "Calculated Duty ($US)", ""])
def test_no_column_that_says_the_basis_is_refused_not_guessed(column: str) -> None:
    document = file(LINE, header=f"Commodity,Country,District,Time,{column},")
    with pytest.raises(SourceChanged, match="no column says which value this is"):
        online.recognise("a.csv", document.open())
    with pytest.raises(SourceChanged, match="no column says which value this is"):
        read(document)


def test_two_values_in_one_table_are_two_rows_and_other_columns_are_named() -> None:
    header = (
        "Commodity,Country,Time,Customs Value (Gen) ($US),Customs Value (Cons) ($US),Calculated Duty ($US)"
    )
    document = file('8504230080 Transf (no),Mexico,2024,"1,000","999",5', header=header)
    assert {row["flow_basis"]: row["value"] for row in read(document)} == {"GEN_VAL": 1000, "CON_VAL": 999}
    assert online.new_columns(document) == ("Calculated Duty ($US)",)


@pytest.mark.parametrize(
    ("time", "expected"),
    [
        ("2024", (date(2024, 1, 1), "CY")),
        ("2026 through July", (date(2026, 7, 1), "YTD")),
        ("2026 through Jul", (date(2026, 7, 1), "YTD")),
        ("Jul 2026", (date(2026, 7, 1), "M")),
        ("July 2026", (date(2026, 7, 1), "M")),
    ],
)
def test_years_years_to_date_and_months(time: str, expected: tuple[date, str]) -> None:
    (row,) = read(file(LINE.replace("2024", time)))
    assert (row["period"], row["period_type"]) == expected


def test_a_year_that_was_not_over_is_refused() -> None:
    document = file(LINE.replace("2024", "2026"))
    with pytest.raises(SourceChanged, match="2026, which was not over"):
        read(document)
    later = dataclasses.replace(document, retrieved_at=datetime(2027, 2, 1, tzinfo=UTC))
    assert read(later)[0]["period"] == date(2026, 1, 1)


def test_lines_before_the_header_a_mark_of_utf8_and_a_missing_trailing_comma() -> None:
    text = f"Measures,Imports\n\nSource: USA Trade Online\n\n{HEADER.removesuffix(',Unnamed: 5')}\n{LINE}\n"
    for encoding in ("utf-8", "utf-8-sig"):
        assert len(read(Saved(text.encode(encoding)))) == 1


def test_only_kept_codes_go_to_the_lake_and_headings_keep_their_level() -> None:
    lines = [
        LINE,
        LINE.replace("8471500150 Proc unit (no)", "8471 Computers"),
        LINE.replace(
            "8471500150 Proc unit (no)", "9999950000 Estimated Imports Of Low Valued Transactions (x)"
        ),
    ]
    assert [(row["level"], row["code"]) for row in read(file(*lines))] == [
        ("HS10", "8471500150"),
        ("HS4", "8471"),
    ]


def test_a_blank_value_is_blank_and_zero_is_a_report() -> None:
    rows = read(
        file(LINE.replace('"1,716,414"', ""), LINE.replace("China", "Mexico").replace('"1,716,414"', "0"))
    )
    assert [(row["status"], row["value"]) for row in rows] == [("blank", None), ("reported", Decimal(0))]


def test_the_world_row_is_told_from_countries() -> None:
    rows = read(file(LINE, LINE.replace("China", "World Total")))
    assert [(row["partner_code"], row["partner_kind"]) for row in rows] == [
        ("5700", "country"),
        ("-", "world"),
    ]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Germany", "4280"),
        ("Germany (Federal Republic of Germany)", "4280"),
        ("Tanzania", "7830"),
        ("Congo (Brazzaville)", "7630"),
        ("Congo (Kinshasa)", "7660"),
        ("south  korea", "5800"),
    ],
)
def test_names_of_countries(name: str, code: str) -> None:
    assert read(file(LINE.replace("China", name)))[0]["partner_code"] == code


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LINE.replace("China", "Asia"), "row 2 names 'Asia', which is no country of Schedule C"),
        (LINE.replace("China", "Congo"), "row 2 names 'Congo'"),
        (
            LINE.replace("All Districts", "Laredo, TX").replace("Laredo, TX", '"Laredo, TX"'),
            "is of Laredo, TX",
        ),
        (LINE.replace("8471500150 ", "84715 "), "row 2 has no code and words as its commodity"),
        (LINE.replace("8471500150 Proc unit (no)", "All Commodities"), "row 2 has no code and words"),
        (LINE.replace("1,716,414", "1716,414"), "row 2 has a value that is no whole number"),
        (LINE.replace("1,716,414", "1.7E6"), "row 2 has a value that is no whole number"),
        (LINE.replace("1,716,414", "-5"), "row 2 has a value that is no whole number"),
        (LINE.replace("2024", "FY2024"), "row 2 has a time that is no year or month"),
        (LINE.replace("2024", "Foo 2024"), "row 2 has a month that is none"),
        (LINE + "x", "row 2 has 6 cells|no whole number|row 2"),
        (LINE + ",x", "row 2 has 7 cells under 6 names"),
        ("8471500150 Proc unit (no),Mexico", "row 2 has 2 cells under 6 names"),
        (LINE.replace('414"', "414"), "is no CSV"),
        (LINE, "row 2 says again"),
    ],
)
def test_a_wrong_row_stops_the_file_and_is_named(line: str, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(file(LINE, line))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "no header beginning with Commodity"),
        (b"<!DOCTYPE html><html></html>", "no header beginning with Commodity"),
        (f"{HEADER}\n".encode(), "the table has no row"),
        (f"{HEADER}\n{LINE}\n{LINE[:-6]}".encode(), "is no CSV"),
        (f"{HEADER}\n{LINE.replace(',', ';')}\n".encode(), "cells under 6 names"),
        (HEADER.replace("Country", "Land").encode() + b"\n", "column country is missing"),
        (f"{HEADER},Time\n{LINE}\n".encode(), "column time comes twice"),
        (f"{HEADER}\n{LINE}\n".encode("utf-16"), "not UTF-8"),
        (f"{HEADER}\n{LINE.replace('Proc', 'Procé')}\n".encode("latin-1"), "not UTF-8"),
    ],
)
def test_another_file_is_refused(body: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(Saved(body))


def test_it_speaks_only_for_what_it_has() -> None:
    document = file(LINE, LINE.replace("China", "Mexico"), LINE.replace("8471500150", "8504230080"))
    found = list(online.slices(document))
    expected = Slice(
        "USA", "import", "CON_VAL", "HS10", "84", date(2024, 1, 1), "CY", ("2010", "5700"), complete=False
    )
    assert found[0] == expected
    assert [(piece.code_prefix, piece.partners) for piece in found[1:]] == [("85", ("5700",))]


def test_recognised_by_its_header_alone() -> None:
    (document,) = made.answers()
    assert online.recognise(made.NAME, document.open()) == document.scope
    with pytest.raises(SourceChanged, match="no header"):
        online.recognise("a.csv", io.BytesIO(b"country,share\nChina,0.6\n"))


def test_the_recorded_file_of_africa_in_2024() -> None:
    if not RECORDED.exists():
        pytest.skip("the recorded table is not at hand")
    document = Saved(RECORDED.read_bytes(), via="inbox")
    all_rows = read(document)
    assert online.recognise(RECORDED.name, document.open()) == {
        "kind": "usa_trade_online",
        "values": ["CON_VAL"],
    }
    assert online.new_columns(document) == ()
    lines = RECORDED.read_text("utf-8").splitlines()[1:]
    kept = [line for line in lines if line.lstrip('"')[:2] in ("84", "85")]
    assert (len(lines), len(kept), len(all_rows)) == (2646, 2163, 2163)
    assert sum(row["value"] for row in all_rows) == 1_277_887_038
    assert {row["period_type"] for row in all_rows} == {"CY"}
    assert len({row["partner_code"] for row in all_rows}) == len(
        {line.split(",All D")[0].rsplit(",", 1)[1] for line in kept}
    )
