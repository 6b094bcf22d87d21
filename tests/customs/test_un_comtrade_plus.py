"""Files of UN Comtrade that people bring: how the web site and the API write CSV, and what a file speaks for."""

from __future__ import annotations

import dataclasses
import io
from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors.customs import un_comtrade_plus as plus_source
from tests.customs.comtrade import HEADER, PLUS_URL, plus, record
from tests.documents import Saved, counted

FOUND = [record(0, 130), record(156, 100), record(484, 30)]


def read(document: Saved) -> list[dict[str, Any]]:
    return [row for _, batch in plus_source.parse(document) for row in batch.to_pylist()]


def values(document: Saved) -> dict[str, Any]:
    return {row["partner_code"]: row["value"] for row in read(document)}


def edited(document: Saved, old: bytes, new: bytes, count: int = 1) -> Saved:
    assert old in document.body
    return dataclasses.replace(document, body=document.body.replace(old, new, count))


def test_48_fields_under_47_names_in_latin_1() -> None:
    document = plus(FOUND)
    header, first, *_ = document.body.split(b"\r\n")
    assert (len(HEADER), header.count(b",") + 1, first.count(b",") + 1) == (47, 47, 48)
    assert b"T\xfcrkiye" in first
    assert values(document) == {"0": 130, "156": 100, "484": 30}


def test_the_api_writes_utf_8_with_a_mark_and_as_many_fields_as_names() -> None:
    lines = plus(FOUND, encoding="utf-8").body.replace(b",\r\n", b"\r\n").replace(b"true", b"True")
    assert values(Saved(b"\xef\xbb\xbf" + lines, url=PLUS_URL)) == {"0": 130, "156": 100, "484": 30}


def test_an_empty_value_is_blank_and_a_zero_is_zero() -> None:
    rows = read(plus([record(156, None), record(484, 0)]))
    assert [(row["status"], row["value"]) for row in rows] == [("blank", None), ("reported", 0)]


def test_exponents_are_numbers() -> None:
    document = edited(plus([record(156, 100)]), b'"100"', b'"1.0E2"', 2)
    assert values(document) == {"156": 100}


@pytest.mark.parametrize("changes", [{"flowCode": "RM"}, {"reporterCode": 975, "reporterISO": "R4 "}])
def test_reimports_and_the_sum_of_asean_are_left_out(changes: dict[str, Any]) -> None:
    assert values(plus([*FOUND, record(156, 5, **changes)])) == values(plus(FOUND))


def test_years_and_months_in_one_file_stay_apart() -> None:
    january = {"freqCode": "M", "period": "202201", "refPeriodId": 20220101, "refMonth": 1}
    rows = read(plus([record(156, 100), record(156, 9, **january)]))
    assert {(row["period_type"], row["value"]) for row in rows} == {("CY", 100), ("M", 9)}


def test_a_file_speaks_for_all_partners_only_where_they_add_up() -> None:
    assert {piece.partners for piece in plus_source.slices(plus(FOUND))} == {None}
    for found in (FOUND[:2], FOUND[1:]):
        (named,) = {piece.partners for piece in plus_source.slices(plus(found))}
        assert named == tuple(str(entry["partnerCode"]) for entry in found)
    assert {piece.partners for piece in plus_source.slices(plus(FOUND[:1]))} == {("0",)}


def test_a_new_name_is_noted() -> None:
    assert plus_source.new_columns(plus(FOUND)) == ()
    assert plus_source.new_columns(plus(FOUND, (*HEADER, "surprise"))) == ("surprise",)


def recognised(content: bytes) -> Any:
    return plus_source.recognise("TradeData.csv", io.BytesIO(content))


def test_a_file_is_known_by_its_header() -> None:
    assert recognised(plus(FOUND).body) == {"format": "comtrade_csv", "columns": 47}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "does not end"),
        (b"a" * 20_000, "does not end"),
        (b"PK\x03\x04\n", "no CSV file of UN Comtrade"),
        (b"<html>\n", "no CSV file of UN Comtrade"),
        (b"period,reporterCode,primaryValue\n", "aggrLevel, cifvalue.*missing"),
        (plus([], (*HEADER, "period")).body, "period come twice"),
    ],
    ids=["empty", "no line", "zip", "page", "few names", "a name twice"],
)
def test_another_file_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        recognised(content)


FAULTS: dict[str, tuple[bytes, bytes, str]] = {
    "a field too many": (b'"842"', b'"842","842"', "row 1 has 49 fields under 47 names"),
    "a field too few": (b'"842",', b"", "row 1 has 47 fields|row 1: |row 1 has"),
    "a code of letters": (b'"842"', b'"84x"', "row 1: reporterCode is '84x'"),
    "a comma in a number": (b'"130"', b'"1,30"', "row 1: (cifvalue|primaryValue) is '1,30'"),
    "a minus": (b'"130"', b'"-130"', "row 1: (cifvalue|primaryValue) is '-130'"),
    "another flag": (b'"true"', b'"yes"', "row 1: 'yes' is neither true nor false"),
    "an open quote": (b'"842"', b'"842', "not CSV|fields under"),
    "a total that is off by name only": (b'"850760"', b'"8507600"', "cmdCode '8507600' at aggrLevel 6"),
}


@pytest.mark.parametrize(("old", "new", "said"), FAULTS.values(), ids=FAULTS)
def test_a_row_that_is_wrong_is_named(old: bytes, new: bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(edited(plus(FOUND), old, new))


@pytest.mark.parametrize("count", [500, 100_000])
def test_a_file_as_long_as_a_download_may_be_is_refused(count: int) -> None:
    header, row, *_ = plus(FOUND).body.split(b"\r\n")
    document = Saved(header + b"\r\n" + (row + b"\r\n") * count, url=PLUS_URL)
    with pytest.raises(SourceChanged, match=f"{count} records, as many as a download may have"):
        read(document)


def test_a_header_alone_and_a_torn_end_are_refused() -> None:
    with pytest.raises(SourceChanged, match="a header and no record"):
        read(plus([]))
    with pytest.raises(SourceChanged, match="does not end: the file was torn"):
        read(Saved(plus(FOUND).body[:-1], url=PLUS_URL))


def test_two_figures_of_one_key_are_refused() -> None:
    with pytest.raises(SourceChanged, match="partner 156 comes twice"):
        read(plus([*FOUND, record(156, 101)]))


def test_a_field_too_many_that_holds_something_is_refused() -> None:
    document = plus(FOUND)
    with pytest.raises(SourceChanged, match="row 1 has 48 fields under 47 names"):
        read(edited(document, b'"false",\r\n', b'"false","1"\r\n'))


@pytest.mark.parametrize(
    "found",
    [
        [record(0, None), record(156, 100)],
        [record(0, 100), record(156, 100), record(484, None)],
        [record(0, 1_000_000), record(156, 999_100)],
    ],
    ids=["no value for the world", "a partner without a value", "a small partner left out"],
)
def test_a_file_whose_sum_is_not_known_to_be_whole_speaks_for_its_partners_only(
    found: list[dict[str, Any]],
) -> None:
    named = tuple(str(one["partnerCode"]) for one in found)
    assert {piece.partners for piece in plus_source.slices(plus(found))} == {named}


def test_a_document_is_read_once() -> None:
    opened: list[str] = []
    document = counted(plus(FOUND), opened)
    assert read(document)
    assert list(plus_source.slices(document))
    assert plus_source.new_columns(document) == ()
    assert len(opened) == 1


def test_a_union_among_the_partners_does_not_count_in_the_sum() -> None:
    found = [record(0, 130), record(156, 100), record(276, 30), record(97, 30)]
    assert {piece.partners for piece in plus_source.slices(plus(found))} == {None}
