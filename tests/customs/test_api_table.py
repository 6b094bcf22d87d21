import contextlib
import json
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import SourceChanged
from extractors.customs import us_census_api as census
from tests.customs.answers import EXPORTS, IMPORTS, api
from tests.documents import Saved
from tests.recorded import answers

URL = f"{IMPORTS}?get=CTY_CODE,CTY_NAME,GEN_VAL_MO&I_COMMODITY=850760&COMM_LVL=HS6&time=2025-06"
HEADER = ["CTY_CODE", "CTY_NAME", "GEN_VAL_MO", "I_COMMODITY", "COMM_LVL", "time"]
TAIL = ["850760", "HS6", "2025-06"]
ROWS = [
    ["-", "TOTAL FOR ALL COUNTRIES", "110", *TAIL],
    ["0003", "EUROPEAN UNION", "10", *TAIL],
    ["5XXX", "ASIA", "100", *TAIL],
    ["5700", "CHINA", "100", *TAIL],
    ["4280", "GERMANY", "10", *TAIL],
]


def read(document: Saved) -> list[dict]:
    return [row for _, batch in census.parse(document) for row in batch.to_pylist()]


def named(url: str, *partners: str) -> str:
    return url + "".join(f"&CTY_CODE={p}" for p in partners)


def test_group_and_world_rows_are_marked_and_only_countries_add_up() -> None:
    rows = read(api(URL, HEADER, *ROWS))
    kinds = {row["partner_code"]: row["partner_kind"] for row in rows}
    assert kinds == {"-": "world", "0003": "group", "5XXX": "group", "5700": "country", "4280": "country"}
    assert sum(row["value"] for row in rows if row["partner_kind"] == "country") == 110
    assert {(row["flow_basis"], row["period_type"], row["level"]) for row in rows} == {
        ("GEN_VAL", "M", "HS6")
    }


def test_naive_sum_of_854232_is_5_64_times_the_world() -> None:
    day = {fetch.url.partition("&I_COMMODITY=")[2]: saved for fetch, saved in answers(census.SOURCE, "day1")}
    rows = read(day["854232&COMM_LVL=HS6&time=2026-04"])
    total = {k: sum(r["value"] for r in rows if r["partner_kind"] == k) for k in ("world", "country")}
    assert total == {"world": 622_497_725, "country": 622_497_725}
    assert round(sum(row["value"] for row in rows) / total["world"], 2) == Decimal("5.64")


def test_world_row_is_the_world_though_its_summary_level_is_detail() -> None:
    header = [*HEADER[:3], "SUMMARY_LVL", *HEADER[3:]]
    rows = [[*row[:3], "DET" if row[0] in ("-", "5700", "4280") else "CGP", *row[3:]] for row in ROWS]
    assert [r["partner_code"] for r in read(api(URL, header, *rows)) if r["partner_kind"] == "world"] == ["-"]


def test_off_by_one_dollar_names_the_cell() -> None:
    rows = [["-", "TOTAL", "111", *TAIL], *ROWS[1:]]
    with pytest.raises(
        SourceChanged, match=r"850760, 2025-06-01, M, GEN_VAL: countries give 110\.00.*111\.00"
    ):
        read(api(URL, HEADER, *rows))


def test_a_missing_world_row_is_a_wrong_total() -> None:
    with pytest.raises(SourceChanged, match="totals are off"):
        read(api(URL, HEADER, *ROWS[1:]))


def test_no_total_is_asked_of_named_partners() -> None:
    rows = [[*row[:5], row[0], row[5]] for row in (ROWS[0], ROWS[3])]
    url = named(URL, "-", "5700")
    assert len(read(api(url, [*HEADER[:5], "CTY_CODE", "time"], *rows))) == 2


def test_repeated_header_is_read_once_where_its_cells_agree() -> None:
    header = [*HEADER[:5], "CTY_CODE", "time"]
    rows = [[*row[:5], row[0], row[5]] for row in ROWS]
    assert len(read(api(URL, header, *rows))) == 5
    rows[3][5] = "5880"
    with pytest.raises(SourceChanged, match="CTY_CODE comes twice and its cells differ"):
        read(api(URL, header, *rows))


def test_null_cell_is_blank_and_not_zero() -> None:
    rows = read(api(URL, HEADER, *ROWS, ["5880", "JAPAN", None, *TAIL], ["5830", "TAIWAN", "0", *TAIL]))
    found = {row["partner_code"]: (row["status"], row["value"]) for row in rows}
    assert found["5880"] == ("blank", None)
    assert found["5830"] == ("reported", Decimal(0))


def test_year_to_date_stands_beside_months_and_december_is_said_once() -> None:
    url = named(URL.replace("GEN_VAL_MO", "GEN_VAL_MO,GEN_VAL_YR").replace("2025-06", "2024-12"), "5700")
    header = ["CTY_CODE", "CTY_NAME", "GEN_VAL_MO", "GEN_VAL_YR", "I_COMMODITY", "COMM_LVL", "time"]
    rows = read(api(url, header, ["5700", "CHINA", "5", "60", "850760", "HS6", "2024-12"]))
    assert [(r["period_type"], r["value"], r["period"]) for r in rows] == [
        ("M", Decimal(5), date(2024, 12, 1)),
        ("YTD", Decimal(60), date(2024, 12, 1)),
    ]


def test_duty_goes_with_imports_for_consumption_only() -> None:
    url = named(URL.replace("GEN_VAL_MO", "GEN_VAL_MO,CON_VAL_MO,CAL_DUT_MO"), "5700")
    header = ["CTY_CODE", "CTY_NAME", "GEN_VAL_MO", "CON_VAL_MO", "CAL_DUT_MO", *HEADER[3:]]
    rows = read(api(url, header, ["5700", "CHINA", "9", "8", "2", *TAIL]))
    assert [(r["flow_basis"], r["value"], r["duty"]) for r in rows] == [
        ("GEN_VAL", Decimal(9), None),
        ("CON_VAL", Decimal(8), Decimal(2)),
    ]
    bare = [name for name in header if name != "CON_VAL_MO"]
    with pytest.raises(SourceChanged, match="CAL_DUT_MO came without CON_VAL_MO"):
        read(api("https://data.example/x", bare, ["5700", "CHINA", "9", "2", *TAIL]))


def test_mixed_units_stay_apart_and_a_blank_unit_has_no_quantity() -> None:
    columns = "CTY_CODE,CTY_NAME,GEN_VAL_MO,GEN_QY1_MO,UNIT_QY1"
    url = f"{IMPORTS}?get={columns}&I_COMMODITY=85*&COMM_LVL=HS10&CTY_CODE=5700&time=2025-06"
    header = [*columns.split(","), "I_COMMODITY", "COMM_LVL", "time"]
    cells = [
        ("8507600020", "NO"),
        ("8507600010", "KG"),
        ("8507600090", "-"),
        ("8507600030", ""),
        ("8507600040", None),
    ]
    rows = read(
        api(
            url, header, *[["5700", "CHINA", "9", "3", unit, code, "HS10", "2025-06"] for code, unit in cells]
        )
    )
    assert [(r["quantity_1"], r["unit_1"]) for r in rows] == [
        (Decimal(3), "NO"),
        (Decimal(3), "KG"),
        (None, None),
        (None, None),
        (None, None),
    ]


def test_quantity_above_ten_digits_means_nothing() -> None:
    header = ["CTY_CODE", "GEN_VAL_MO", "GEN_QY1_MO", "UNIT_QY1", "I_COMMODITY", "COMM_LVL", "time"]
    (row,) = read(api("https://data.example/x", header, ["5700", "9", "3", "NO", *TAIL]))
    assert (row["quantity_1"], row["unit_1"]) == (None, None)


def exports(*rows: list[str]) -> Saved:
    url = f"{EXPORTS}?get=CTY_CODE,CTY_NAME,ALL_VAL_MO,DF&E_COMMODITY=850760&COMM_LVL=HS6&time=2025-06"
    return api(url, ["CTY_CODE", "CTY_NAME", "ALL_VAL_MO", "DF", "E_COMMODITY", "COMM_LVL", "time"], *rows)


def test_exports_by_df_are_domestic_foreign_and_total() -> None:
    cells = [
        ("5700", "7", "1"),
        ("5700", "3", "2"),
        ("5700", "10", "-"),
        ("-", "7", "1"),
        ("-", "3", "2"),
        ("-", "10", "-"),
    ]
    rows = read(exports(*[[c, "", v, df, *TAIL] for c, v, df in cells]))
    china = {r["flow_basis"]: r["value"] for r in rows if r["partner_code"] == "5700"}
    assert china == {"DOM_EXP": Decimal(7), "RE_EXP": Decimal(3), "TOT_EXP": Decimal(10)}
    with pytest.raises(SourceChanged, match="DF '3' is neither"):
        read(exports(["5700", "", "7", "3", *TAIL]))


def test_exports_without_df_are_total_exports() -> None:
    header = ["CTY_CODE", "ALL_VAL_MO", "E_COMMODITY", "COMM_LVL", "time"]
    (row,) = read(api("https://data.example/x", header, ["5700", "9", *TAIL]))
    assert (row["flow"], row["flow_basis"]) == ("export", "TOT_EXP")


@pytest.mark.parametrize("dimension", ["DISTRICT", "RP", "CTY_SUBCODE"])
def test_sub_totals_are_not_counted_beside_their_total(dimension: str) -> None:
    header = [dimension, *HEADER]
    broken_out = [[part, *row] for row in ROWS for part in ("-", "01", "02")]
    assert len(read(api(URL, header, *broken_out))) == 5
    with pytest.raises(SourceChanged, match=f"broken out by {dimension} and has no total row"):
        read(api(URL, header, *[row for row in broken_out if row[0] != "-"]))


def test_the_same_cell_twice_is_refused() -> None:
    with pytest.raises(SourceChanged, match="1 cells come twice, the first is 4280, 850760"):
        read(api(URL, HEADER, *ROWS, ROWS[-1]))


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (["5700", "CHINA", "1", "850760", "HS6", "2025-07"], "2025-07 was not asked for"),
        (["5700", "CHINA", "1", "850423", "HS6", "2025-06"], "'850423' was not asked for"),
        (["5700", "CHINA", "1", "850760", "HS4", "2025-06"], "COMM_LVL is HS4"),
        (["57A0", "CHINA", "1", "850760", "HS6", "2025-06"], "neither a country, a group nor the world"),
        (["5700", "CHINA", "1.5", "850760", "HS6", "2025-06"], "'1.5', which is no whole number"),
        (["5700", "CHINA", "1" * 16, "850760", "HS6", "2025-06"], "no whole number"),
        (["5700", "CHINA", "(S)", "850760", "HS6", "2025-06"], "no whole number"),
        (["5700", "CHINA", "1", "850760", "HS6", "2025-13"], "not a month"),
        ([None, "CHINA", "1", "850760", "HS6", "2025-06"], "CTY_CODE has 1 empty cells"),
        (["5700", "CHINA", "1", "850760", "HS6"], "row 1 has 5 cells under 6 names"),
        (["5700", "CHINA", 1, "850760", "HS6", "2025-06"], "neither a text nor null"),
        (["5700", "CHINA", ["1"], "850760", "HS6", "2025-06"], "neither a text nor null"),
    ],
)
def test_what_was_not_asked_for_or_is_not_documented_stops_the_answer(row: list, said: str) -> None:
    with pytest.raises(SourceChanged, match=said.replace("(", r"\(").replace(")", r"\)")):
        read(api(URL, HEADER, row))


def test_a_partner_that_was_not_named_is_refused() -> None:
    with pytest.raises(SourceChanged, match="partner '5880' was not asked for"):
        read(api(named(URL, "5700"), HEADER, ["5880", "JAPAN", "1", *TAIL]))


def test_renamed_column_stops_and_new_column_is_only_noted() -> None:
    renamed = [name.replace("GEN_VAL_MO", "GEN_VALUE_MO") for name in HEADER]
    with pytest.raises(SourceChanged, match="GEN_VAL_MO was asked for and is missing"):
        read(api(URL, renamed, *ROWS))
    wider = api(URL, [*HEADER, "RATE_PROVISION"], *[[*row, "x"] for row in ROWS])
    assert len(read(wider)) == 5
    assert census.new_columns(wider) == ("RATE_PROVISION",)
    assert census.new_columns(api(URL, HEADER, *ROWS)) == ()


def test_year_and_month_columns_stand_in_for_time() -> None:
    header = ["CTY_CODE", "GEN_VAL_MO", "MONTH", "COMM_LVL", "I_COMMODITY", "YEAR"]
    (row,) = read(api("https://data.example/x", header, ["5700", "1", "06", "HS6", "850760", "2025"]))
    assert row["period"] == date(2025, 6, 1)


def test_no_content_gives_nothing() -> None:
    assert read(Saved(b"", url=URL, status=204)) == []
    assert read(api(URL, HEADER)) == []


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b"<!DOCTYPE html><html>Missing Key</html>", "HTML page"),
        (b"error: unknown variable 'X'", "unknown variable"),
        (b'{"error": "x"}', "not an array of arrays"),
        (b"[]", "not an array of arrays"),
        (b"[1]", "not an array of arrays"),
        (b"[[1]]", "not a header"),
        (b"[" * 200_000, "not JSON"),
        (b'[["CTY_CODE"],["\\ud800"]]', "neither a text nor null"),
        (b"\xff\xfe\x00", "not JSON"),
    ],
)
def test_anything_else_is_told_in_plain_words(body: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(Saved(body, url=URL))


def test_a_years_answer_speaks_only_for_the_months_that_are_out() -> None:
    url = URL.replace("time=2025-06", "time=from%202025-05%20to%202025-08")
    found = {(s.period.month, s.complete) for s in census.slices(api(url, HEADER, *ROWS))}
    assert found == {(5, True), (6, True), (7, False), (8, False)}
    assert not any(s.complete for s in census.slices(Saved(b"", url=url, status=204)))


def test_slices_say_codes_basis_and_partners_as_asked() -> None:
    url = named(URL.replace("850760", "85*").replace("GEN_VAL_MO", "GEN_VAL_MO,CON_VAL_YR"), "-", "5700")
    found = list(census.slices(Saved(b'[["time"],["2025-06"]]', url=url)))
    assert {(s.code_prefix, s.flow_basis, s.period_type, s.partners) for s in found} == {
        ("85", basis, span, ("-", "5700")) for basis in ("GEN_VAL", "CON_VAL") for span in ("M", "YTD")
    }


@settings(max_examples=60, deadline=None)
@given(
    st.recursive(
        st.none() | st.text(max_size=6) | st.integers() | st.booleans(),
        lambda x: st.lists(x, max_size=6),
        max_leaves=40,
    )
)
def test_any_json_is_read_or_refused(value: object) -> None:
    with contextlib.suppress(SourceChanged):
        assert read(Saved(json.dumps(value).encode(), url=URL)) == []


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.integers(1000, 9999), st.integers(0, 10**12), min_size=1, max_size=30),
    st.integers(-5, 5),
)
def test_the_world_row_is_checked_to_the_dollar(values: dict[int, int], off: int) -> None:
    rows = [[str(code), "", str(value), *TAIL] for code, value in values.items()]
    document = api(URL, HEADER, *rows, ["-", "", str(sum(values.values()) + off), *TAIL])
    if off:
        with pytest.raises(SourceChanged, match="totals are off"):
            read(document)
    else:
        assert len(read(document)) == len(values) + 1
