"""UN Comtrade's answers: what each record means, and every way they are known to mislead."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, BinaryIO

import pytest

from contracts.document import Window
from contracts.errors import EnvironmentFault, SourceBusy, SourceChanged
from extractors.customs import comtrade_available, comtrade_queries, m49
from extractors.customs import un_comtrade as comtrade
from extractors.customs.comtrade_request import LONGEST_URL, Asked, from_scope, from_url
from tests.customs.comtrade import GET, PREVIEW, answer, body, record, whole
from tests.documents import Saved

NAMED = dataclasses.replace(GET, partners=("0", "156", "484"))
YEARS = dataclasses.replace(GET, periods=("2021", "2022", "2023"))


def read(document: Saved) -> list[dict[str, Any]]:
    return [row for _, batch in comtrade.parse(document) for row in batch.to_pylist()]


def one(**changes: Any) -> dict[str, Any]:
    """The row that a single record is read as, whatever was asked."""
    (row,) = read(answer([record(**changes)], None))
    return row


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


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "another year": ({"refYear": 2021}, "refYear is 2021 in the period 2022"),
    "a month of a year": ({"refMonth": 12}, "refMonth is 12 in the period 2022"),
    "another day": ({"refPeriodId": 20220701}, "refPeriodId is 20220701"),
    "month 13": ({"freqCode": "M", "period": "202213"}, "period '202213' of 'M'"),
    "a quarter": ({"freqCode": "Q"}, "period '2022' of 'Q'"),
    "re-imports": ({"flowCode": "FM"}, "flowCode is 'FM'"),
    "SITC": ({"classificationCode": "S3"}, "classificationCode is 'S3'"),
    "converted": ({"isOriginalClassification": False}, "converted from another classification"),
    "depth": ({"aggrLevel": 4}, "cmdCode '850760' at aggrLevel 4"),
    "a code as a number": ({"cmdCode": 850760}, "cmdCode is '850760'"),
    "a value as text": ({"primaryValue": "100"}, "primaryValue is '100'"),
    "a value of true": ({"primaryValue": True}, "primaryValue is 'True'"),
    "a negative value": ({"primaryValue": -1}, "primaryValue is '-1'"),
    "a giant": ({"primaryValue": 10**40}, "primaryValue is '1000"),
    "neither basis": ({"cifvalue": 90, "fobvalue": 80}, "neither cifvalue nor fobvalue"),
    "another country": ({"reporterISO": "CHN"}, "reporter 842 is USA and not 'CHN'"),
    "an unknown reporter": ({"reporterCode": 999}, "reporter 999 is not in the list"),
    "a partner as text": ({"partnerCode": "156"}, "partnerCode is '156'"),
}


@pytest.mark.parametrize(("changes", "said"), WRONG.values(), ids=WRONG)
def test_a_record_that_is_wrong_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceChanged, match=said.replace("(", r"\(")):
        read(answer([record() | changes], None))


@pytest.mark.parametrize(
    "name", ["primaryValue", "partnerCode", "period", "classificationCode", "motCode", "qty"]
)
def test_a_field_that_is_gone_stops_the_answer(name: str) -> None:
    found = record()
    del found[name]
    with pytest.raises(SourceChanged, match=f"record 1: {name} is missing"):
        read(answer([found], None))


def test_a_new_field_is_noted() -> None:
    assert comtrade.new_columns(answer([record(surprise=1)], None)) == ("surprise",)


BODIES = {
    "a page": (b"<!DOCTYPE html><html><h1>Request URL Too Long</h1>", "HTML page.*Request URL Too Long"),
    "a page with a mark": (b"\xef\xbb\xbf<html>Request URL Too Long", "HTML page"),
    "errorObject": (b'{"errorObject":{"errorMessage":"too many codes"}}', "the service says: too many codes"),
    "error": (b'{"count":0,"data":[],"error":"no"}', "the service says: no"),
    "text": (b"Rate limit is exceeded. Try again in 2 seconds.", "not JSON: 'Rate limit"),
    "not a number": (b'{"count":1,"data":[{"primaryValue":NaN}]}', "not JSON"),
    "a list": (b"[]", "not an object"),
    "data is text": (b'{"count":0,"data":"","error":""}', "no list of records"),
    "records of records": (b'{"count":1,"data":[[1]],"error":""}', "no list of records"),
    "nested": (b"[" * 100_000, "not JSON"),
}


@pytest.mark.parametrize("said", ["Rate limit is exceeded.", "Out of call volume quota."])
def test_what_says_to_come_later_is_no_change_of_the_source(said: str) -> None:
    with pytest.raises(SourceBusy, match=f"says: {said}"):
        read(body(json.dumps({"statusCode": 403, "message": said}).encode()))


@pytest.mark.parametrize(("content", "said"), BODIES.values(), ids=BODIES)
def test_what_is_no_answer_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(body(content))


@pytest.mark.parametrize("count", [0, 2, None, "1", True])
def test_a_count_that_is_not_that_of_the_records_is_refused(count: object) -> None:
    with pytest.raises(SourceChanged, match="count says"):
        read(answer([record()], None, count=count))


def test_nothing_is_an_answer_and_speaks_for_nothing() -> None:
    empty = answer([])
    assert read(empty) == []
    assert {piece.complete for piece in comtrade.slices(empty)} == {False}


NOT_ASKED = [
    {"cmdCode": "850720"},
    {"partner": 276},
    {"flowCode": "X", "fobvalue": 100},
    {"reporterCode": 156, "reporterISO": "CHN"},
    {"period": "2021", "refYear": 2021, "refPeriodId": 20210101},
]


@pytest.mark.parametrize("changes", NOT_ASKED)
def test_what_was_not_asked_for_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(SourceChanged, match="was not asked for"):
        read(answer([record(**changes)], NAMED))


def test_partners_that_are_not_the_world_row_are_refused() -> None:
    with pytest.raises(
        SourceChanged, match=r"1 of 1 totals are off.*partners give 100.00, the world row says 150.00"
    ):
        read(answer([record(0, 150), record()]))


@pytest.mark.parametrize("difference", [1, 100])
def test_a_dollar_a_partner_or_a_thousandth_is_rounding(difference: int) -> None:
    value = 50 if difference == 1 else 100_000
    assert len(read(answer([record(0, value + difference), record(156, value)]))) == 2


def test_a_total_without_a_world_row_is_off_where_every_partner_was_asked_for() -> None:
    with pytest.raises(SourceChanged, match="there is no world row"):
        read(answer([record()]))
    assert len(read(answer([record()], NAMED))) == 1


def test_one_total_in_a_hundred_that_is_off_is_blank_and_not_complete() -> None:
    codes = [f"85{n:04}" for n in range(1, 101)]
    asked = dataclasses.replace(GET, codes=tuple(codes))
    found = [r | {"cmdCode": code} for code in codes for r in whole(record())]
    found[0] = record(0, 500, cmdCode=codes[0])
    rows = read(answer(found, asked))
    assert {r["code"] for r in rows if r["status"] == "blank"} == {codes[0]}
    incomplete = {s.code_prefix for s in comtrade.slices(answer(found, asked)) if not s.complete}
    assert incomplete == {codes[0]}


@pytest.mark.parametrize("asked", [GET, PREVIEW], ids=["get", "preview"])
def test_an_answer_at_the_cap_with_nothing_to_halve_is_refused(asked: Asked) -> None:
    capped = answer([{"partnerCode": 1}] * asked.cap, asked)
    with pytest.raises(SourceChanged, match=f"{asked.cap} records, as many as an answer may have"):
        read(capped)
    assert list(comtrade.follow(capped)) == []


def test_an_answer_at_the_cap_gives_no_rows_and_leads_to_its_halves() -> None:
    asked = dataclasses.replace(YEARS, access="preview")
    capped = answer([record()] * 500, asked)
    capped = dataclasses.replace(capped, scope={**capped.scope, "release": "abc"})
    assert read(capped) == []
    assert {piece.complete for piece in comtrade.slices(capped)} == {False}
    halves = list(comtrade.follow(capped))
    assert [from_scope(f.scope).periods for f in halves] == [("2021", "2022"), ("2023",)]
    assert {f.token for f in halves} == {"abc"}
    assert list(comtrade.follow(answer([record()] * 499, asked))) == []


def test_halves_ask_for_all_of_it_once() -> None:
    asked = Asked("get", "A", ("842", "156"), ("2022",), ("M", "X"), ("850760", "850423", "8542"), None)
    left, cells = [asked], set[tuple[str, ...]]()
    while left:
        part = left.pop()
        left += part.halves()
        if not part.halves():
            cell = (*part.reporters, *part.periods, *part.flows, *part.codes)
            assert cell not in cells
            cells.add(cell)
    assert len(cells) == 2 * 2 * 3


def test_slices_are_whole_where_the_reporter_has_sent_the_period() -> None:
    pieces = list(comtrade.slices(answer(whole(record()), YEARS)))
    assert {(p.period.year, p.complete) for p in pieces} == {(2021, False), (2022, True), (2023, False)}
    assert {p.flow_basis for p in pieces} == {"CIF", "FOB"}
    assert {p.partners for p in pieces} == {None}
    assert {p.partners for p in comtrade.slices(answer([record()], NAMED))} == {NAMED.partners}


def test_a_request_comes_back_from_its_address_and_scope() -> None:
    for asked in (GET, PREVIEW, NAMED, YEARS):
        assert from_url(asked.url()) == from_scope(asked.scope()) == asked
    recorded = (
        "https://comtradeapi.un.org/data/v1/get/C/A/HS?cmdCode=TOTAL&flowCode=M%2CX&partnerCode=32%2C280%2C276"
        "&reporterCode=156&period=2010&motCode=0&partner2Code=0&customsCode=C00&includeDesc=TRUE"
    )
    found = from_url(recorded)
    assert found is not None
    assert (found.flows, found.partners) == (("M", "X"), ("32", "280", "276"))
    assert from_url("https://comtradeapi.un.org/data/v1/get/C/A/HS?period=2010") is None


@pytest.mark.parametrize(
    "scope", [{"x": 1}, {**GET.scope(), "periods": ["2022-01"]}, {**GET.scope(), "codes": "8"}]
)
def test_a_scope_of_another_source_is_refused(scope: dict[str, object]) -> None:
    with pytest.raises(SourceChanged, match=r"not one of this source|not one this source makes"):
        list(comtrade.parse(dataclasses.replace(answer([record()]), scope=scope)))


QUERIES = """
[un_comtrade]
{settings}
[[un_comtrade.ask]]
key = "one"
frequency = "A"
reporters = ["842", "490"]
flows = ["M", "X"]
codes = ["850760", "8542"]
periods = ["2022", "2023"]
"""


@pytest.fixture
def queries(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(settings: str = "", text: str = QUERIES) -> None:
        path = tmp_path / "queries.toml"
        path.write_text(text.replace("{settings}", settings), "utf-8")
        monkeypatch.setenv("CHOKEPOINT_QUERIES", str(path))

    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    return use


def test_with_a_key_get_is_asked_and_the_key_is_a_header_only(
    queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries()
    monkeypatch.setenv("COMTRADE_API_KEY", "0123456789abcdef")
    fetches = list(comtrade.plan(Window()))
    assert len(fetches) == 2
    assert all("/data/v1/get/C/A/HS?" in f.url and "0123" not in f.url for f in fetches)
    assert {tuple(f.secret_headers.items()) for f in fetches} == {
        (("Ocp-Apim-Subscription-Key", "COMTRADE_API_KEY"),)
    }


def test_without_a_key_one_code_flow_and_period_is_previewed_at_a_time(queries: Any) -> None:
    queries()
    fetches = list(comtrade.plan(Window()))
    assert len(fetches) == 2 * 2 * 2 * 2
    assert all("/public/v1/preview/C/A/HS?" in f.url and not f.secret_headers for f in fetches)
    asked = [from_scope(f.scope) for f in fetches]
    assert all((len(a.codes), len(a.flows), len(a.periods)) == (1, 1, 1) for a in asked)


def test_a_window_asks_for_its_years(queries: Any) -> None:
    queries('access = "get"')
    fetches = list(comtrade.plan(Window(date(2019, 3, 1), date(2021, 2, 1))))
    assert {from_scope(f.scope).periods for f in fetches} == {("2020", "2021")}


def test_no_address_is_too_long(queries: Any) -> None:
    codes = ", ".join(f'"85{n:04}"' for n in range(900))
    queries('access = "get"', QUERIES.replace('"850760", "8542"', codes))
    fetches = list(comtrade.plan(Window()))
    assert max(len(f.url) for f in fetches) <= LONGEST_URL
    assert sum(len(from_scope(f.scope).codes) for f in fetches) == 2 * 900


@pytest.mark.parametrize(("key", "frequencies"), [("0123456789abcdef", ["A", "M"]), ("", ["A"])])
def test_the_queries_of_the_module_fit_a_run(
    monkeypatch: pytest.MonkeyPatch, key: str, frequencies: list[str]
) -> None:
    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    monkeypatch.setenv("COMTRADE_API_KEY", key)
    lists = list(comtrade.plan(Window()))
    assert [f.scope["tables_of"] for f in lists] == frequencies
    led = [f for each in lists for f in comtrade.follow(tables_of(each.scope))]
    assert 0 < len(led) <= comtrade.CALLS_A_RUN
    assert {from_scope(f.scope).access for f in led} == {"get" if key else "preview"}


def test_without_a_section_nothing_is_asked(queries: Any) -> None:
    queries(text="")
    assert list(comtrade.plan(Window())) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{settings}", 'access = "bulk"', "access must be get or preview"),
        ("{settings}", "surprise = 1", "surprise is not a known key"),
        ('"490"', '"999"', "reporters holds '999'"),
        ('"8542"', '"030617"', "codes holds 030617, which the lake does not keep"),
        ('"8542"', '"AG6"', "codes holds 'AG6'"),
        ('"2023"', '"202301"', "periods holds '202301'"),
        ('["M", "X"]', '["RM"]', "flows holds 'RM'"),
    ],
)
def test_a_wrong_query_is_named(queries: Any, old: str, new: str, said: str) -> None:
    queries(text=QUERIES.replace(old, new).replace("{settings}", ""))
    with pytest.raises(EnvironmentFault, match=said):
        list(comtrade.plan(Window()))


def tables_of(
    scope: Any,
    release: str | None = "2026-10-01T00:00:00",
    checksum: int | None = 1,
    names: dict[str, str] | None = None,
) -> Saved:
    """A list of tables with every reporter's every period."""
    spelt = {"reporterCode": "reporterCode", "period": "period", "lastReleased": "lastReleased"} | (
        names or {}
    )
    found = [
        {
            spelt["reporterCode"]: int(code),
            spelt["period"]: int(period),
            spelt["lastReleased"]: release,
            "datasetChecksum": checksum,
        }
        for code in ("842", "156", "704", "764", "484", "458", "490", "410", "702", "699", "276", "97")
        for period in scope["periods"]
    ]
    return dataclasses.replace(answer(found, None), scope=scope)


def test_a_list_of_tables_leads_to_what_it_has_with_a_token(queries: Any) -> None:
    queries('access = "get"\ntables = true')
    (listing,) = comtrade.plan(Window())
    assert listing.url.startswith("https://comtradeapi.un.org/public/v1/getDa/C/A/HS?")
    led = list(comtrade.follow(tables_of(listing.scope)))
    assert [from_scope(f.scope).reporters for f in led] == [("842",), ("490",)]
    assert read(tables_of(listing.scope)) == []
    assert list(comtrade.slices(tables_of(listing.scope))) == []
    assert all(f.token and f.follow_settled for f in led)
    again = list(comtrade.follow(tables_of(listing.scope)))
    assert [f.token for f in again] == [f.token for f in led]


@pytest.mark.parametrize("changed", [{"release": "2026-11-01T00:00:00"}, {"checksum": 2}])
def test_another_release_or_checksum_is_another_token(queries: Any, changed: dict[str, Any]) -> None:
    queries('access = "get"\ntables = true')
    (listing,) = comtrade.plan(Window())
    before, after = (list(comtrade.follow(tables_of(listing.scope, **c))) for c in ({}, changed))
    assert [f.url for f in before] == [f.url for f in after]
    assert not {f.token for f in before} & {f.token for f in after}


def test_names_of_tables_in_capitals_are_the_same(queries: Any) -> None:
    queries('access = "get"\ntables = true')
    (listing,) = comtrade.plan(Window())
    spelt = {"reporterCode": "ReporterCode", "period": "Period", "lastReleased": "LastReleased"}
    plain = list(comtrade.follow(tables_of(listing.scope)))
    capitals = list(comtrade.follow(tables_of(listing.scope, names=spelt)))
    assert [(f.url, f.token) for f in plain] == [(f.url, f.token) for f in capitals]


RECENT = QUERIES.replace('periods = ["2022", "2023"]', "recent = 2")


def test_a_table_without_a_mark_is_looked_for_by_the_calendar(
    queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries('access = "get"\ntables = true', RECENT)

    def tokens(day: date, window: Window = Window()) -> set[str | None]:  # noqa: B008
        monkeypatch.setattr(
            comtrade_queries, "now", lambda: datetime(day.year, day.month, day.day, tzinfo=UTC)
        )
        (listing,) = comtrade.plan(window)
        return {f.token for f in comtrade.follow(tables_of(listing.scope, release=None, checksum=None))}

    assert tokens(date(2026, 7, 1)) == tokens(date(2026, 7, 20)) == {"2025-01.1"}
    assert tokens(date(2026, 8, 1)) == {"2025-01.2"}
    assert tokens(date(2027, 7, 1)) == {"2026-01.1"}, "every reporter's years are looked for again"
    assert tokens(date(2026, 7, 1), Window(date(2024, 1, 1), date(2025, 1, 1))) == {None}
    queries('access = "get"\ntables = true')
    assert tokens(date(2026, 7, 1)) == {None}, "periods that the query names are always asked for"


def test_a_list_of_tables_that_is_none_is_refused(queries: Any) -> None:
    queries('access = "get"\ntables = true')
    (listing,) = comtrade.plan(Window())
    wrong = json.dumps({"count": 1, "data": [{"reporterCode": "x"}], "error": ""}).encode()
    with pytest.raises(SourceChanged, match="table 1: reporter 'x'"):
        read(dataclasses.replace(body(wrong, None), scope=listing.scope))


def test_a_mark_of_several_tables_needs_all_of_them() -> None:
    assert comtrade_available.token(["a", None]) is None
    assert comtrade_available.token([]) is None
    assert comtrade_available.token(["a", "b"]) != comtrade_available.token(["ab"])


def test_a_name_of_now_has_one_code() -> None:
    now = [r.name for r in m49.reporters().values() if r.last == date(9999, 12, 31)]
    assert len(now) == len(set(now))


def test_an_answer_is_cut_at_100_000_records_with_a_key_and_at_500_without() -> None:
    assert (GET.cap, PREVIEW.cap) == (100_000, 500)
    assert "maxRecords=100000" in GET.url()
    assert "maxRecords=500" in PREVIEW.url()


def test_a_union_among_the_partners_is_not_added_to_its_members() -> None:
    rows = read(answer([record(0, 130), record(156, 100), record(276, 30), record(97, 30)]))
    assert {r["partner_code"]: (r["partner_kind"], r["status"]) for r in rows} == {
        "0": ("world", "reported"),
        "156": ("country", "reported"),
        "276": ("country", "reported"),
        "97": ("group", "reported"),
    }


def test_an_answer_is_read_once() -> None:
    opened = []

    class Counted(Saved):
        def open(self) -> BinaryIO:
            opened.append(self.url)
            return super().open()

    document = Counted(**dataclasses.asdict(answer(whole(record(156, 100)))))
    assert read(document)
    assert {piece.complete for piece in comtrade.slices(document)} == {True}
    assert comtrade.new_columns(document) == ()
    assert len(opened) == 1


@pytest.mark.parametrize("name", ["period", "refYear", "cmdCode", "aggrLevel", "classificationCode"])
@pytest.mark.parametrize("value", [[], {}, True, 2022.0])
def test_a_word_or_number_of_another_kind_is_named_even_after_a_good_record(name: str, value: object) -> None:
    with pytest.raises(SourceChanged, match="record 2: "):
        read(answer([record(0, 100), record(156, 100, **{name: value})]))
