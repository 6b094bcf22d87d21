"""What a request to UN Comtrade asks, what its answer speaks for, and where it leads when it is cut."""

from __future__ import annotations

import dataclasses

import pytest

from contracts.errors import SourceChanged
from extractors.customs import un_comtrade as comtrade
from extractors.customs.comtrade_request import Asked, from_scope, from_url
from tests.customs.comtrade import GET, NAMED, PREVIEW, answer, read, record, whole
from tests.documents import counted

YEARS = dataclasses.replace(GET, periods=("2021", "2022", "2023"))


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


def test_an_answer_is_cut_at_100_000_records_with_a_key_and_at_500_without() -> None:
    assert (GET.cap, PREVIEW.cap) == (100_000, 500)
    assert "maxRecords=100000" in GET.url()
    assert "maxRecords=500" in PREVIEW.url()


def test_an_answer_is_read_once() -> None:
    opened: list[str] = []
    document = counted(answer(whole(record(156, 100))), opened)
    assert read(document)
    assert {piece.complete for piece in comtrade.slices(document)} == {True}
    assert comtrade.new_columns(document) == ()
    assert len(opened) == 1
