"""BACI: thousand dollars, padded amounts, lost zeros, who reports, and a year that must be whole."""

from __future__ import annotations

import dataclasses
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from contracts.datasets import checked
from contracts.errors import SourceChanged
from extractors.customs import baci as source
from tests.documents import Saved
from tests.recordings.baci import LARGE, NAME, SCOPE, YEAR, file, packed, row

CELLS = row("156", "842", "850760", "1234.567", "     98.765")


def document(body: bytes, **scope: object) -> Saved:
    return Saved(body, url=f"urn:inbox:baci:{NAME}.csv", scope={**SCOPE, **scope}, via="inbox")


def read(body: bytes, **scope: object) -> list[dict[str, Any]]:
    found = document(body, **scope)
    return [r for name, batch in source.parse(found) for r in checked(name, batch).to_pylist()]


def recognised(name: str, body: bytes) -> dict[str, object]:
    return dict(source.recognise(name, io.BytesIO(body)))


def test_a_flow_is_the_importers_import_free_on_board() -> None:
    (found,) = read(file(CELLS))
    assert found == {
        "reporter": "USA",
        "partner_code": "156",
        "partner_kind": "country",
        "country_codes": "m49",
        "flow": "import",
        "flow_basis": "FOB",
        "level": "HS6",
        "code": "850760",
        "period": date(YEAR, 1, 1),
        "period_type": "CY",
        "status": "reported",
        "value": Decimal("1234567.00"),
        "currency": "USD",
        "duty": None,
        "quantity_1": Decimal("98.765"),
        "unit_1": "t",
        "quantity_2": None,
        "unit_2": None,
        "hs_edition": "2017",
    }


@pytest.mark.parametrize("missing", ["NA", "        NA", "", "  "])
def test_a_quantity_that_is_missing_is_none_and_has_no_unit(missing: str) -> None:
    (found,) = read(file(row("156", "842", "850760", "1", missing)))
    assert (found["quantity_1"], found["unit_1"], found["value"]) == (None, None, Decimal("1000.00"))


def test_amounts_may_have_an_exponent() -> None:
    (found,) = read(file(row("156", "842", "850760", "1e+05", "2.5e+03")))
    assert (found["value"], found["quantity_1"]) == (Decimal("100000000.00"), Decimal("2500.000"))


def test_a_code_of_five_digits_has_lost_its_zero() -> None:
    assert {r["code"] for r in read(file(CELLS, row("156", "842", "85076", "7")))} == {"850760"}


def test_the_sources_own_area_codes_are_named() -> None:
    rows = read(file(*(row("156", area, "850760", "1") for area in ("490", "251", "699", "757", "316"))))
    assert [r["reporter"] for r in rows] == ["TWN", "FRA", "IND", "CHE", "GUM"]


def test_an_importer_that_is_no_country_of_that_year_is_left_out_and_as_exporter_it_stays() -> None:
    rows = read(
        file(
            CELLS,
            row("156", "697", "850760", "5"),
            row("156", "736", "850760", "5"),
            row("849", "842", "850760", "6"),
        )
    )
    assert [(r["reporter"], r["partner_code"]) for r in rows] == [("USA", "156"), ("USA", "849")]
    early = file(row("156", "736", "850760", "5")).replace(b"2023,", b"2010,")
    assert [r["reporter"] for r in read(early, year=2010)] == ["SDN"]


def test_it_speaks_for_every_importer_kept_or_not() -> None:
    pieces = list(source.slices(document(file(CELLS, row("156", "697", "850760", "5")))))
    assert {(s.reporter, s.code_prefix, s.partners, s.complete) for s in pieces} == {
        ("USA", "", None, True),
        ("AUS", "", None, True),
    }
    assert {(s.flow, s.flow_basis, s.level, s.period, s.period_type) for s in pieces} == {
        ("import", "FOB", "HS6", date(YEAR, 1, 1), "CY")
    }


def test_a_zip_reads_the_same_and_says_the_same() -> None:
    body = file(CELLS)
    assert read(packed(body)) == read(packed(body, f"folder/{NAME}.csv")) == read(body)
    assert recognised("BACI_HS17_V202501.zip", packed(body)) == recognised(f"{NAME}.csv", body) == SCOPE
    assert list(source.slices(document(packed(body)))) == list(source.slices(document(body)))


@pytest.mark.parametrize(
    ("two_digits", "edition"),
    [
        ("92", "1992"),
        ("96", "1996"),
        ("02", "2002"),
        ("07", "2007"),
        ("12", "2012"),
        ("17", "2017"),
        ("22", "2022"),
    ],
)
def test_the_name_says_the_edition_and_the_version(two_digits: str, edition: str) -> None:
    scope = recognised(f"BACI_HS{two_digits}_Y2023_V202401b.csv", b"t,i")
    assert scope == {"hs_edition": edition, "version": "202401", "year": 2023}
    assert read(file(CELLS), hs_edition=edition)[0]["hs_edition"] == edition


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("BACI_HS18_Y2023_V202501.csv", b"t", "no name like"),
        ("BACI_HS17_Y2023_V202513.csv", b"t", "no name like"),
        ("baci.csv", b"t", "no name like"),
        ("BACI_HS17_V202501.csv", b"t", "states its year"),
        ("BACI_HS17_V202501.zip", packed(b"", f"{NAME}.csv", "BACI_HS17_Y2022_V202501.csv"), "of 2 years"),
        ("BACI_HS17_V202501.zip", packed(b"", "readme.txt"), "of 0 years"),
        ("BACI_HS17_V202401.zip", packed(b""), "another edition, version or year"),
        ("BACI_HS22_V202501.zip", packed(b""), "another edition, version or year"),
        ("BACI_HS17_Y2022_V202501.zip", packed(b""), "another edition, version or year"),
        ("BACI_HS17_V202501.zip", packed(b"")[:60], "not a whole zip"),
    ],
)
def test_refuses_a_name_with_a_reason(name: str, body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        recognised(name, body)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (file(CELLS, header="t,i,j,k,v"), "no table"),
        (file(CELLS, header="t,k,i,j,value,q"), "no table"),
        (b"<html>busy</html>\n", "no table"),
        (b"", "no table"),
        (file(large=False), "no row below the header"),
        (file(CELLS)[:-1], "no end"),
        (file(CELLS)[:-12], "no end"),
        (file(CELLS)[:-30], "no table"),
        (file(CELLS, large=False), "nothing from exporters 276, 392, 842"),
        (file(), "no row lies in a chapter"),
        (file(CELLS, CELLS), "comes twice"),
        (file(CELLS, row("276", "842", "850760", "1", year=2022)), "t holds '2022'"),
        (file(CELLS, row("CHN", "842", "850760", "1")), "i holds 'CHN'"),
        (file(CELLS, row("156", "USA", "850760", "1")), "j holds 'USA'"),
        (file(CELLS, row("276", "842", "8507600", "1")), "k holds '8507600'"),
        (file(CELLS, row("276", "842", "850760", "NA")), "v holds 'NA'"),
        (file(CELLS, row("276", "842", "850760", "-1")), "v holds '-1'"),
        (file(CELLS, row("276", "842", "850760", "1,5".replace(",", ";"))), "v holds '1;5'"),
        (file(CELLS, row("276", "842", "850760", "9e+60")), "beyond all trade"),
        (file(CELLS, row("276", "842", "850760", "1", "few")), "q holds 'few'"),
        (file(CELLS, row("276", "999", "850760", "1")), "importer 999 is in no list"),
        (packed(file(CELLS))[:-40], "not a whole zip"),
        (packed(file(CELLS), "BACI_HS17_Y2022_V202501.csv"), "0 members match"),
    ],
)
def test_refuses_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read(body)


def test_a_scope_of_another_source_is_refused() -> None:
    with pytest.raises(SourceChanged, match="scope kept with the file"):
        list(source.parse(dataclasses.replace(document(file(CELLS)), scope={})))


def test_it_was_released_in_the_month_its_version_states() -> None:
    found = document(file(CELLS))
    assert source.released_in(found) == datetime(2025, 1, 31, 23, 59, 59, tzinfo=UTC)
    early = dataclasses.replace(found, retrieved_at=datetime(2025, 1, 23, tzinfo=UTC))
    assert source.released_in(early) == early.retrieved_at


def test_a_large_file_is_read_block_by_block() -> None:
    areas = [str(code) for code in (8, 12, 24, 32, 36, 40, 50, 51, 52, 56)]
    rows = [
        row(exporter, importer, f"8{n:05d}", "1.25", "       0.50")
        for n in range(40_000, 45_000)
        for exporter in LARGE
        for importer in areas
    ]
    batches = [batch for _, batch in source.parse(document(file(*rows)))]
    assert sum(batch.num_rows for batch in batches) == len(rows)
    assert max(batch.num_rows for batch in batches) <= 65_536
    assert sum(sum(batch.column("value").to_pylist()) for batch in batches) == len(rows) * 1250
