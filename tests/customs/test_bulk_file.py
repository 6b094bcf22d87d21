"""The Census Bureau's detail files: what is summed, and what each row says."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.customs.bulk_layout import layout
from tests.customs.bulk import bulk_file, cells, concord, exported, imported, read
from tests.documents import Saved
from tests.zips import zipped


def test_districts_provisions_and_sub_codes_are_summed_and_columns_to_date_are_not() -> None:
    document = bulk_file(
        [
            imported("8507600030", "5700", 100, 90, 9, 110),
            imported("8507600030", "5700", 20, 18, 1, 22, where="  1001", rate="69"),
            imported("8507600030", "2010", 7, 7, 0, 8, where="S+2304", rate="18"),
            imported("8507600090", "5700", 5, 4, 1, 6),
        ]
    )
    assert cells(document, "HS10", "GEN_VAL") == {
        ("8507600030", "2010"): 7,
        ("8507600030", "5700"): 120,
        ("8507600090", "5700"): 5,
    }
    assert cells(document, "HS10", "CON_VAL")["8507600030", "5700"] == 108
    assert cells(document, "HS10", "CON_VAL", "duty")["8507600030", "5700"] == 10
    assert cells(document, "HS10", "CIF")["8507600030", "5700"] == 132
    assert cells(document, "HS6", "GEN_VAL") == {("850760", "2010"): 7, ("850760", "5700"): 125}
    assert cells(document, "HS6", "CON_VAL", "duty") == {("850760", "2010"): 0, ("850760", "5700"): 11}


def test_a_row_says_what_it_is() -> None:
    row = read(bulk_file([imported("8507600030", "5700", 100, 90, 9, 110, (3, 4), (1, 2))]))[1]
    assert row == {
        "reporter": "USA",
        "partner_code": "5700",
        "partner_kind": "country",
        "country_codes": "schedule_c",
        "flow": "import",
        "flow_basis": "CON_VAL",
        "level": "HS10",
        "code": "8507600030",
        "period": date(2025, 6, 1),
        "period_type": "M",
        "status": "reported",
        "value": Decimal("90.00"),
        "currency": "USD",
        "duty": Decimal("9.00"),
        "quantity_1": Decimal("1.000"),
        "unit_1": "NO",
        "quantity_2": Decimal("2.000"),
        "unit_2": "KG",
        "hs_edition": None,
    }


def test_duty_goes_with_consumption_only_and_quantities_with_ten_digits_only() -> None:
    rows = read(bulk_file([imported("8507600030", "5700", 100, 90, 9, 110, (3, 4), (1, 2))]))
    assert {row["flow_basis"] for row in rows if row["duty"] is not None} == {"CON_VAL"}
    counted = {(row["level"], row["flow_basis"]) for row in rows if row["quantity_1"] is not None}
    assert counted == {("HS10", "GEN_VAL"), ("HS10", "CON_VAL")}


@pytest.mark.parametrize(
    ("units", "expected"),
    [
        ({"8471500150": ("NO", "")}, ("NO", 5, None, None)),
        ({"8471500150": ("X", "")}, (None, None, None, None)),
        ({"8471500150": ("", "")}, (None, None, None, None)),
        ({"8471500110": ("NO", "KG")}, (None, None, None, None)),
    ],
    ids=["one unit", "no unit is collected", "blank", "not in the concordance"],
)
def test_quantities_need_a_unit(units: dict, expected: tuple) -> None:
    records = [imported("8471500150", "5700", 1, gen_quantities=(n, 9)) for n in (2, 3)]
    row = next(r for r in read(bulk_file(records, units=units)) if r["flow_basis"] == "GEN_VAL")
    assert (row["unit_1"], row["quantity_1"], row["unit_2"], row["quantity_2"]) == expected


def test_a_line_that_the_concordance_states_twice_otherwise_has_no_unit() -> None:
    record = imported("8471500150", "5700", 1, gen_quantities=(2, 0))
    twice = concord({"8471500150": ("NO", "")}) + concord({"8471500150": ("KG", "")})
    document = bulk_file([record])
    body = zipped({"CONCORD.TXT": twice, "IMP_DETL.TXT": record})
    assert read(Saved(body, scope=document.scope))[0]["unit_1"] is None


def test_all_goods_are_counted_and_only_kept_lines_are_listed() -> None:
    document = bulk_file(
        [
            imported("8507600030", "5700", 100, 90, 9, 110),
            imported("8703230100", "5700", 50, 40, 4, 60),
            imported("9999950000", "5880", 3, 3, 0, 3),
            imported("7403110000", "5700", 1, 1, 0, 1),
        ]
    )
    assert {row["code"] for row in read(document) if row["level"] == "HS10"} == {"7403110000", "8507600030"}
    assert cells(document, "TOTAL", "GEN_VAL") == {("TOTAL", "5700"): 151, ("TOTAL", "5880"): 3}
    assert cells(document, "TOTAL", "CON_VAL", "duty") == {("TOTAL", "5700"): 13, ("TOTAL", "5880"): 0}
    assert cells(document, "TOTAL", "CIF")["TOTAL", "5700"] == 171


def test_exports_are_domestic_foreign_and_both() -> None:
    document = bulk_file(
        [
            exported("8507600030", "5700", 100, "1", (4, 8)),
            exported("8507600030", "5700", 11, "1", (1, 1), district="52"),
            exported("8507600030", "5700", 20, "2", (2, 3)),
            exported("8507600030", "1220", 5, "2"),
            exported("1201900095", "5700", 7, "1"),
        ],
        flow="export",
    )
    line = ("8507600030", "5700")
    assert cells(document, "HS10", "DOM_EXP") == {line: 111}
    assert cells(document, "HS10", "RE_EXP") == {line: 20, ("8507600030", "1220"): 5}
    assert cells(document, "HS10", "TOT_EXP") == {line: 131, ("8507600030", "1220"): 5}
    assert cells(document, "HS10", "TOT_EXP", "quantity_2")[line] == 12
    assert cells(document, "HS6", "TOT_EXP")["850760", "5700"] == 131
    assert cells(document, "TOTAL", "DOM_EXP") == {("TOTAL", "5700"): 118}
    assert cells(document, "TOTAL", "TOT_EXP") == {("TOTAL", "1220"): 5, ("TOTAL", "5700"): 138}


def test_the_layouts_are_as_long_as_the_records() -> None:
    assert layout("IMP_DETL").length == len(imported("8507600030", "5700")) == 688
    assert layout("EXP_DETL").length == len(exported("8507600030", "5700", 1)) == 323
    for name in ("IMP_DETL", "EXP_DETL"):
        ends = [field.stop for field in layout(name).fields.values()]
        assert [field.start for field in layout(name).fields.values()] == [0, *ends[:-1]]


def test_zero_is_a_report_and_blanks_may_stand_in_front() -> None:
    document = bulk_file([imported("8507600030", "5700", f"{42:15d}", 0)])
    assert cells(document, "HS10", "GEN_VAL") == {("8507600030", "5700"): 42}
    assert cells(document, "HS10", "CON_VAL") == {("8507600030", "5700"): 0}


@pytest.mark.parametrize(
    "end", [b"\n", b"\r\n", b"  \r\n", b" \n"], ids=["lf", "crlf", "blanks crlf", "blank lf"]
)
def test_lines_may_end_in_any_of_the_known_ways(end: bytes) -> None:
    records = [imported("8507600030", "5700", n) for n in (1, 2, 4)]
    whole = bulk_file(records, end=end)
    open_ended = zipped({"CONCORD.TXT": concord(), "IMP_DETL.TXT": end.join(records)})
    for document in (whole, Saved(open_ended, scope=whole.scope)):
        assert cells(document, "HS10", "GEN_VAL") == {("8507600030", "5700"): 7}


@pytest.mark.parametrize(
    "names", [("concord.txt", "imp_detl.txt"), ("Concord.TXT", "data/Imp_Detl.Txt")], ids=["lower", "mixed"]
)
def test_member_names_in_any_case(names: tuple[str, str]) -> None:
    assert cells(bulk_file([imported("8507600030", "5700", 1)], names=names), "HS6", "GEN_VAL")


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["8507600030", "8507600090", "8471500150", "8703230100", "7403110000"]),
            st.sampled_from(["5700", "5830", "1220", "9999"]),
            st.integers(0, 10**12),
            st.integers(0, 10**12),
        ),
        min_size=1,
        max_size=60,
    )
)
def test_sums_are_those_of_plain_python(rows: list[tuple[str, str, int, int]]) -> None:
    lines, headings, goods = (
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
        Counter[tuple[str, str]](),
    )
    for code, country, _, con in rows:
        goods["TOTAL", country] += con
        if not code.startswith("87"):
            lines[code, country] += con
            headings[code[:6], country] += con
    document = bulk_file(imported(*row) for row in [*rows, ("8544300000", "5700", 0, 0)])
    goods["TOTAL", "5700"] += 0
    lines["8544300000", "5700"] += 0
    headings["854430", "5700"] += 0
    assert cells(document, "HS10", "CON_VAL") == lines
    assert cells(document, "HS6", "CON_VAL") == headings
    assert cells(document, "TOTAL", "CON_VAL") == goods
