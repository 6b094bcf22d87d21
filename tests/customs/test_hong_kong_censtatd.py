"""Hong Kong's API: thousand dollars, months that are not there, and re-exports by destination and by origin."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contracts.datasets import checked
from contracts.document import Fetch, Window
from contracts.errors import SourceBusy, SourceChanged
from extractors.customs import hong_kong_censtatd as source
from tests.recorded import sample_queries
from tests.recordings.hong_kong_censtatd import answer, figure, saved

YEAR = Window(date(2024, 1, 1), date(2024, 2, 1))


def planned(window: Window = YEAR) -> list[Fetch]:
    with sample_queries(source.INFO.source):
        return list(source.plan(window))


def request(trade_type: str = "1", code: str = "851762", partner: str = "-") -> Fetch:
    wanted = (trade_type, code, partner)
    return next(
        f for f in planned() if (f.scope["trade_type"], f.scope["code"], f.scope["partner"]) == wanted
    )


def read(body: bytes, fetch: Fetch | None = None) -> list[dict[str, Any]]:
    document = saved(fetch or request(), body)
    return [row for name, batch in source.parse(document) for row in checked(name, batch).to_pylist()]


def test_asks_for_two_months_that_a_list_and_a_range_both_mean() -> None:
    periods = {
        parse_qs(urlsplit(f.url).query)["period"][0]
        for f in planned(Window(date(2023, 12, 1), date(2024, 3, 1)))
    }
    assert periods == {"202311,202312", "202401,202402", "202403,202404"}


def test_asks_for_origin_of_imports_and_destination_of_exports() -> None:
    asked = {
        f.scope["trade_type"]: parse_qs(urlsplit(f.url).query)
        for f in planned()
        if f.scope["partner"] == "CN" and f.scope["code"] != "TOTAL"
    }
    assert (asked["1"]["co"], "cc" in asked["1"]) == (["CN"], False)
    assert (asked["2"]["cc"], asked["3"]["cc"], "co" in asked["3"]) == (["CN"], ["CN"], False)


def test_re_exports_by_origin_are_asked_without_a_code() -> None:
    query = parse_qs(urlsplit(request("3", "TOTAL", "CN").url).query)
    assert query["co"] == ["CN"]
    assert not {"code", "codeclass", "cc"} & query.keys()


def test_values_are_thousands_of_hong_kong_dollars_with_their_quantity() -> None:
    (row,) = read(
        answer([figure("202401", "1,234"), figure("202401", "56", "QCm")]), request("2", partner="CN")
    )
    assert (row["value"], row["currency"], row["quantity_1"], row["unit_1"]) == (
        Decimal("1234000.00"),
        "HKD",
        Decimal("56.000"),
        "NUMBER",
    )
    assert (row["reporter"], row["flow"], row["flow_basis"], row["partner_code"], row["partner_kind"]) == (
        "HKG",
        "export",
        "DOM_EXP",
        "CN",
        "country",
    )
    assert (row["level"], row["code"], row["period"], row["hs_edition"]) == (
        "HS6",
        "851762",
        date(2024, 1, 1),
        "2022",
    )


def test_re_exports_by_origin_have_a_basis_of_their_own() -> None:
    body = answer([figure("202401", "9", code="TOTAL")])
    (by_origin,) = read(body, request("3", "TOTAL", "CN"))
    (by_destination,) = read(answer([figure("202401", "9")]), request("3", partner="CN"))
    assert (by_origin["flow_basis"], by_origin["level"]) == ("RE_EXP_ORIGIN", "TOTAL")
    assert (by_destination["flow_basis"], by_destination["level"]) == ("RE_EXP", "HS6")


def test_a_month_without_a_row_is_unknown_and_an_answer_without_rows_says_nothing() -> None:
    body = answer([figure("202401", "0")])
    assert [row["value"] for row in read(body)] == [Decimal("0.00")]
    pieces = {s.period: s.complete for s in source.slices(saved(request(), body))}
    assert pieces == {date(2024, 1, 1): True, date(2024, 2, 1): False}
    assert read(answer([])) == []
    assert not any(s.complete for s in source.slices(saved(request(), answer([]))))


def test_pairs_never_straddle_an_edition() -> None:
    for fetch in planned(Window(date(2016, 1, 1), date(2022, 6, 1))):
        first, second = fetch.scope["months"]  # type: ignore[misc]
        assert first[:4] == second[:4]
    editions = {
        read(answer([figure("201612", "1")]), f)[0]["hs_edition"]
        for f in planned(Window(date(2016, 12, 1), date(2016, 12, 1)))[:1]
    }
    assert editions == {"2012"}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>busy</html>", "not JSON"),
        (b"[]", "no JSON object"),
        (answer([])[:-5], "not JSON"),
        (answer([], header={"status": {"name": "Fail", "msg": "bad code"}}), "no success"),
        (answer([], header=None), "no success"),
        (answer([figure("202401", "1")], dataSet=[]), "says it has 1 figures and holds 0"),
        (answer([], header={"status": {"name": "Success"}}), "says it has None figures"),
        (answer([], dataSet={"a": 1}), "no list of figures"),
        (answer([figure("202403", "1")]), "was not asked for"),
        (answer([figure("202401", "1", code="850760")]), "was not asked for"),
        (answer([figure("202401", "1", "VYTD")]), "was not asked for"),
        (answer([figure("202401", "1"), figure("202401", "2")]), "comes twice"),
        (answer([figure("202401", "1", "QCm")]), "quantity without its value"),
        (answer([figure("202401", "N.A.")]), "no whole number"),
        (answer([figure("202401", "1,23")]), "no whole number"),
        (answer([figure("202401", "-5")]), "no whole number"),
        (answer([figure("202401", "9" * 30)]), "no whole number"),
        (
            answer([figure("202401", "1"), {**figure("202401", "1", "QCm"), "unitEN": None}]),
            "unitEN is missing",
        ),
    ],
)
def test_refuses_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read(body)


@pytest.mark.parametrize("said", ["usage limit exceeded", "Too many requests"])
def test_the_limit_of_use_is_no_change_of_the_source(said: str) -> None:
    with pytest.raises(SourceBusy, match="ask again later"):
        read(answer([], header={"status": {"name": "Fail", "msg": said}}))
