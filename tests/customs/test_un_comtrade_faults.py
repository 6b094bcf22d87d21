"""UN Comtrade's answers that are wrong, and what is refused of them in words."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from contracts.errors import SourceBusy, SourceChanged
from extractors.customs import un_comtrade as comtrade
from tests.customs.comtrade import GET, NAMED, answer, body, read, record, whole

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


@pytest.mark.parametrize("name", ["period", "refYear", "cmdCode", "aggrLevel", "classificationCode"])
@pytest.mark.parametrize("value", [[], {}, True, 2022.0])
def test_a_word_or_number_of_another_kind_is_named_even_after_a_good_record(name: str, value: object) -> None:
    with pytest.raises(SourceChanged, match="record 2: "):
        read(answer([record(0, 100), record(156, 100, **{name: value})]))
