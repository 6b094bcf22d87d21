"""UN Comtrade's records: what each means, and every way they are known to mislead."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors.customs import m49
from extractors.customs import un_comtrade as comtrade
from tests.customs.comtrade import answer, one, read, record


def test_an_annual_record() -> None:
    assert one() == {
        "reporter": "USA",
        "partner_code": "156",
        "partner_kind": "country",
        "country_codes": "m49",
        "flow": "import",
        "flow_basis": "CIF",
        "level": "HS6",
        "code": "850760",
        "period": date(2022, 1, 1),
        "period_type": "CY",
        "status": "reported",
        "value": Decimal("100.00"),
        "currency": "USD",
        "duty": None,
        "quantity_1": Decimal("7.000"),
        "unit_1": "u",
        "quantity_2": Decimal("12.500"),
        "unit_2": "kg",
        "hs_edition": "2022",
    }


def test_month_52_is_the_year_and_a_month_is_a_month() -> None:
    row = one(freqCode="M", period="202207", refPeriodId=20220701, refMonth=7)
    assert (row["period"], row["period_type"]) == (date(2022, 7, 1), "M")


def test_null_is_blank_and_zero_is_zero() -> None:
    blank, zero = one(value=None), one(value=0)
    assert (blank["status"], blank["value"]) == ("blank", None)
    assert (zero["status"], zero["value"]) == ("reported", Decimal(0))


@pytest.mark.parametrize("unknown", [None, 0, 0.0])
def test_a_quantity_of_null_or_zero_is_not_known(unknown: object) -> None:
    row = one(qty=unknown, netWgt=unknown)
    assert [row[n] for n in ("quantity_1", "unit_1", "quantity_2", "unit_2")] == [None] * 4


def test_services_are_no_goods() -> None:
    with pytest.raises(SourceChanged, match="record 1: typeCode is 'S'"):
        one(typeCode="S", cmdCode="TOTAL", aggrLevel=0)


def test_a_quantity_without_a_unit_is_none() -> None:
    row = one(qtyUnitCode=-1, qtyUnitAbbr="N/A")
    assert (row["quantity_1"], row["unit_1"], row["quantity_2"]) == (None, None, Decimal("12.500"))


@pytest.mark.parametrize(
    ("code", "iso", "name"),
    [
        (842, "USA", "USA"),
        (490, "S19", "TWN"),
        (757, "CHE", "CHE"),
        (251, "FRA", "FRA"),
        (579, "NOR", "NOR"),
        (699, "IND", "IND"),
        (97, "EUR", "EU27"),
        (704, "VNM", "VNM"),
        (276, "DEU", "DEU"),
    ],
)
def test_codes_that_are_not_those_of_iso(code: int, iso: str, name: str) -> None:
    assert one(reporterCode=code, reporterISO=iso)["reporter"] == name


@pytest.mark.parametrize("code", [841, 868, 280, 58, 356, 975])
def test_a_code_of_another_time_or_a_group_is_no_reporter(code: int) -> None:
    with pytest.raises(SourceChanged, match=f"record 1: reporter {code}"):
        read(answer([record(reporterCode=code, reporterISO=None)]))


def test_the_union_of_27_does_not_report_for_years_of_28() -> None:
    assert m49.reporter("97", date(2020, 1, 1), date(2020, 12, 31), "EUR") == "EU27"
    with pytest.raises(SourceChanged, match="reporter 97 stands for EU27 from 2020-02-01"):
        m49.reporter("97", date(2019, 1, 1), date(2019, 12, 31), "EUR")


@pytest.mark.parametrize(
    ("code", "kind"), [(0, "world"), (97, "group"), (490, "country"), (837, "country"), (899, "country")]
)
def test_kinds_of_partners(code: int, kind: str) -> None:
    assert one(partner=code)["partner_kind"] == kind


@pytest.mark.parametrize(
    ("code", "year"),
    [("H0", 1992), ("H1", 1996), ("H2", 2002), ("H3", 2007), ("H4", 2012), ("H5", 2017), ("H6", 2022)],
)
def test_the_edition_goes_with_each_record(code: str, year: int) -> None:
    assert one(classificationCode=code)["hs_edition"] == str(year)


@pytest.mark.parametrize(
    ("flow", "changes", "expected"),
    [
        ("M", {"cifvalue": 100, "fobvalue": 90}, ("import", "CIF")),
        ("M", {"cifvalue": 0, "fobvalue": 100}, ("import", "FOB")),
        ("X", {"cifvalue": None, "fobvalue": 100}, ("export", "FOB")),
        ("RX", {"cifvalue": None, "fobvalue": 100}, ("export", "RE_EXP")),
    ],
)
def test_the_basis_is_what_the_value_repeats(
    flow: str, changes: dict[str, object], expected: tuple[str, str]
) -> None:
    row = one(flowCode=flow, **changes)
    assert (row["flow"], row["flow_basis"]) == expected


def test_a_partner_on_another_basis_than_the_world_row_is_blank() -> None:
    rows = read(answer([record(0, 110), record(156, 100), record(484, 10, cifvalue=None, fobvalue=10)]))
    assert {r["partner_code"]: (r["flow_basis"], r["status"], r["value"]) for r in rows} == {
        "0": ("CIF", "reported", Decimal(110)),
        "156": ("CIF", "reported", Decimal(100)),
        "484": ("CIF", "blank", None),
    }


def test_both_spellings_of_the_cif_value() -> None:
    found = record()
    found["cifValue"], found["fobValue"] = found.pop("cifvalue"), found.pop("fobvalue")
    (row,) = read(answer([found], None))
    assert row["flow_basis"] == "CIF"
    assert comtrade.new_columns(answer([found], None)) == ()


def test_levels() -> None:
    depths = {"TOTAL": 0, "85": 2, "8507": 4, "850760": 6}
    found = [one(cmdCode=code, aggrLevel=depth)["level"] for code, depth in depths.items()]
    assert found == ["TOTAL", "HS2", "HS4", "HS6"]


def test_a_code_outside_the_lake_is_left_in_the_archive() -> None:
    assert read(answer([record(cmdCode="030617")], None)) == []


FLAVOURS = [{"isReported": True, "isAggregate": False}, {"isReported": False, "isAggregate": True}]


@pytest.mark.parametrize("flags", [*FLAVOURS, {"isReported": False, "isAggregate": False}])
def test_every_flavour_is_read(flags: dict[str, bool]) -> None:
    assert one(**flags)["value"] == 100


def test_both_flavours_of_one_figure_are_one_and_the_reported_one_stays() -> None:
    added, reported = record(**FLAVOURS[1], qty=None), record(**FLAVOURS[0])
    for order in ([added, reported], [reported, added]):
        (row,) = read(answer(order, None))
        assert row["quantity_1"] == 7


@pytest.mark.parametrize("other", [{"value": 101}, {"classificationCode": "H5"}])
def test_two_figures_of_one_key_are_refused(other: dict[str, Any]) -> None:
    with pytest.raises(SourceChanged, match=r"USA M 850760 2022-01-01 \(CY\), partner 156 comes twice"):
        read(answer([record(), record(**other)], None))


BREAKDOWNS: list[dict[str, Any]] = [
    {"partner2Code": 344},
    {"motCode": 1000},
    {"customsCode": "C01"},
    {"mosCode": "1"},
]


@pytest.mark.parametrize("part", BREAKDOWNS, ids=lambda part: next(iter(part)))
def test_a_breakdown_is_left_out_beside_its_total_and_refused_without(part: dict[str, Any]) -> None:
    (row,) = read(answer([record(value=40, **part), record(value=100)], None))
    assert row["value"] == 100
    with pytest.raises(SourceChanged, match=f"broken out by {next(iter(part))} and has no total"):
        read(answer([record(value=40, **part)], None))


def test_a_blank_behind_the_mode_of_supply_is_no_breakdown() -> None:
    assert one(mosCode="0 ")["value"] == 100


def test_a_name_of_now_has_one_code() -> None:
    now = [r.name for r in m49.reporters().values() if r.last == date(9999, 12, 31)]
    assert len(now) == len(set(now))


def test_a_union_among_the_partners_is_not_added_to_its_members() -> None:
    rows = read(answer([record(0, 130), record(156, 100), record(276, 30), record(97, 30)]))
    assert {r["partner_code"]: (r["partner_kind"], r["status"]) for r in rows} == {
        "0": ("world", "reported"),
        "156": ("country", "reported"),
        "276": ("country", "reported"),
        "97": ("group", "reported"),
    }
