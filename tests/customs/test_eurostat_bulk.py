"""Comext bulk files: procedures summed, withheld remainders, a year that is no month, and what an archive may hold."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import py7zr
import pytest

from contracts.datasets import checked
from contracts.errors import SourceChanged
from extractors import sevenzipped
from extractors.customs import eurostat_bulk as source
from extractors.customs import kept
from extractors.customs.comext_records import HEADER
from tests.documents import Saved
from tests.recordings.eurostat_bulk import line, lines, listing, packed

RAW = Path(__file__).parents[3] / "shared/data/customs/comext/full_v2_202402_AT_AD_sample_rows.dat"
MONTH = "202402"


def document(body: bytes, period: str = MONTH) -> Saved:
    return Saved(body, source=source.INFO.source, scope={"period": period})


def read(body: bytes, period: str = MONTH) -> list[dict[str, Any]]:
    found = source.parse(document(body, period))
    return [row for name, batch in found for row in checked(name, batch).to_pylist()]


def values(rows: list[dict[str, Any]], level: str, reporter: str = "DEU") -> dict[tuple[str, str], Decimal]:
    wanted = (row for row in rows if (row["level"], row["reporter"]) == (level, reporter))
    return {(row["code"], row["partner_code"]): row["value"] for row in wanted}


def test_procedures_are_summed_and_six_digits_are_their_lines() -> None:
    rows = read(
        packed(
            MONTH,
            [
                line("DE", "CN", "85044055", MONTH, "100", procedure="1"),
                line("DE", "CN", "85044055", MONTH, "20", procedure="3"),
                line("DE", "CN", "85044083", MONTH, "3"),
                line("DE", "CN", "01012100", MONTH, "999"),
            ],
        )
    )
    assert values(rows, "HS8") == {("85044055", "CN"): Decimal("120.00"), ("85044083", "CN"): Decimal("3.00")}
    assert values(rows, "HS6") == {("850440", "CN"): Decimal("123.00")}
    assert {(r["flow"], r["flow_basis"], r["currency"], r["unit_1"]) for r in rows} == {
        ("import", "CIF", "EUR", "kg")
    }


def test_a_withheld_remainder_is_a_line_of_its_own_and_in_no_six_digits() -> None:
    rows = read(
        packed(MONTH, [line("DE", "CN", "85XXXXXX", MONTH, "7"), line("DE", "CN", "TOTAL", MONTH, "50")])
    )
    assert values(rows, "HS8") == {("85XXXXXX", "CN"): Decimal("7.00")}
    assert values(rows, "HS6") == {}
    assert values(rows, "TOTAL") == {("TOTAL", "CN"): Decimal("50.00")}


def test_quantities_of_two_units_are_none() -> None:
    same = [line("DE", "CN", f"8504{n}", MONTH, "1", unit="NAR", pieces="2") for n in ("4055", "4083")]
    other = [line("DE", "CN", "85044055", MONTH, "1", unit="KG", pieces="2"), same[1]]
    partly = [line("DE", "CN", "85044055", MONTH, "1"), same[1]]
    six = [
        next(row for row in read(packed(MONTH, made)) if row["level"] == "HS6")
        for made in (same, other, partly)
    ]
    assert [(row["quantity_2"], row["unit_2"]) for row in six] == [
        (Decimal("4.000"), "NAR"),
        (None, None),
        (None, None),
    ]
    assert six[0]["quantity_1"] == Decimal("20.000")


def test_the_union_is_its_members_trade_with_the_outside() -> None:
    rows = read(packed(MONTH, lines(MONTH)))
    assert values(rows, "HS6", "EU27") == {
        ("850760", "CN"): Decimal(27 * 70),
        ("850760", "US"): Decimal(27 * 30),
    }
    assert values(rows, "HS6", "DEU")[("850760", "FR")] == Decimal(5)
    without_one = [row for row in lines(MONTH) if not row.startswith("MT,")]
    assert values(read(packed(MONTH, without_one)), "HS6", "EU27") == {}


def test_a_year_is_a_year() -> None:
    rows = read(packed("202452", [line("DE", "CN", "85076000", "202452", "1")]), "202452")
    assert {(row["period"], row["period_type"]) for row in rows} == {(date(2024, 1, 1), "CY")}
    with pytest.raises(SourceChanged, match="PERIOD holds '202452'"):
        read(packed(MONTH, [line("DE", "CN", "85076000", "202452", "1")]))


def test_it_speaks_for_the_reporters_it_has() -> None:
    body = packed(
        MONTH, [line("DE", "CN", "85076000", MONTH, "1"), line("FR", "CN", "85076000", MONTH, "1", flow="2")]
    )
    pieces = {(s.reporter, s.flow, s.flow_basis, s.level, s.complete) for s in source.slices(document(body))}
    assert pieces == {
        *(("DEU", "import", "CIF", level, True) for level in ("HS6", "HS8")),
        *(("FRA", "export", "FOB", level, True) for level in ("HS6", "HS8")),
    }


HTML = b"""<table><tr><th>Name</th></tr>
<tr><td><a href="x">full_v2_202402.7z</a></td><td>12 MB</td><td>15/04/2024 11:00:00</td></tr>
<tr><td><a href="y">full_v2_202403.7z</a></td><td>12 MB</td><td>16/05/2024 11:00:00</td></tr></table>"""


@pytest.mark.parametrize(
    "body", [listing("202402", "202403", "202452", "202312"), HTML], ids=["json", "html"]
)
def test_the_list_leads_to_the_months_asked_for(body: bytes) -> None:
    found = Saved(body, scope={"list": True, "from": "2024-01", "to": "2024-02"})
    (fetch,) = source.follow(found)
    assert fetch.scope == {"period": MONTH}
    assert fetch.url.endswith("files?file=comext%2FCOMEXT_DATA%2FPRODUCTS%2Ffull_v2_202402.7z")
    assert fetch.token
    assert list(source.parse(found)) == []
    assert list(source.slices(found)) == []


def test_the_total_of_a_year_is_not_one_of_its_months() -> None:
    names = ("202311", "202352", "202401", "202452", "202502")
    found = Saved(listing(*names), scope={"list": True, "from": "2023-11", "to": "2025-01"})
    assert [fetch.scope["period"] for fetch in source.follow(found)] == ["202311", "202401"]


def test_a_file_is_asked_again_when_its_date_changes() -> None:
    scope = {"list": True, "from": "2024-01", "to": "2024-02"}
    tokens = {
        next(iter(source.follow(Saved(listing(MONTH, changed=day), scope=scope)))).token
        for day in ("2026-01-01", "2026-01-01", "2026-02-01")
    }
    assert len(tokens) == 2


def test_a_new_column_is_recorded() -> None:
    body = packed(MONTH, [ONE + ",x"], header=",".join([*HEADER, "TRANSPORT"]))
    assert source.new_columns(document(body)) == ("TRANSPORT",)
    assert len(read(body)) == 2


ONE = line("DE", "CN", "85076000", MONTH, "1")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>busy</html>", "not a whole 7z"),
        (packed(MONTH, [ONE])[:-30], "not a whole 7z"),
        (packed(MONTH, [ONE], name="other.dat"), "0 members match"),
        (packed(MONTH, [ONE], header="REPORTER,PARTNER"), "columns are"),
        (packed(MONTH, []), "no line"),
        (packed(MONTH, [ONE[:-4]]), "QUANTITY_|not as documented"),
        (packed(MONTH, [ONE + ",9"]), "not as documented"),
        (packed(MONTH, [line("DE", "CN", "8507", MONTH, "1")]), "PRODUCT_NC holds"),
        (packed(MONTH, [line("DE", "CN", "85076000", MONTH, "1,5")]), "not as documented"),
        (packed(MONTH, [line("DE", "CN", "85076000", MONTH, "-5")]), "VALUE_EUR holds"),
        (packed(MONTH, [line("DE", "CN", "85076000", MONTH, "9" * 20)]), "VALUE_EUR holds"),
        (packed(MONTH, [line("DE", "CN", "85076000", MONTH, "1", flow="3")]), "FLOW holds"),
        (packed(MONTH, [line("DE", "CN", "85076000", MONTH, "1", trade="X")]), "TRADE_TYPE holds"),
        (packed(MONTH, [line("DE", "CN", "01012100", MONTH, "1")]), "no line lies in a chapter"),
    ],
)
def test_refuses_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read(body)


def test_an_archive_over_its_bounds_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    body = packed(MONTH, [ONE])
    monkeypatch.setattr(source, "MAX_MEMBER_BYTES", 100)
    with pytest.raises(SourceChanged, match="over the 100 allowed"):
        read(body)
    monkeypatch.setattr(source, "MAX_MEMBER_BYTES", 10_000)
    monkeypatch.setattr(sevenzipped, "MAX_DICTIONARY_BYTES", 1000)
    with pytest.raises(SourceChanged, match="bytes of memory"):
        read(body)


def test_two_members_of_one_name_and_an_encrypted_archive_are_refused() -> None:
    two, locked = io.BytesIO(), io.BytesIO()
    with py7zr.SevenZipFile(two, "w") as archive:
        archive.writestr(b"a", f"a/full_v2_{MONTH}.dat")
        archive.writestr(b"b", f"b/full_v2_{MONTH}.dat")
    with py7zr.SevenZipFile(locked, "w", password="x") as archive:
        archive.writestr(b"a", f"full_v2_{MONTH}.dat")
    with pytest.raises(SourceChanged, match="2 members match"):
        read(two.getvalue())
    with pytest.raises(SourceChanged, match="the archive is encrypted"):
        read(locked.getvalue())


def test_the_recorded_rows_come_out_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    if not RAW.exists():
        pytest.skip("the recorded Comext rows of ../shared/data are not there")
    monkeypatch.setattr(kept, "kept_codes", lambda: ("35", "38", "39", "40"))
    header, *records = RAW.read_text("ascii").splitlines()
    rows = [row for row in read(packed(MONTH, records, header)) if row["level"] == "HS8"]
    told = {record.split(",")[3]: Decimal(record.split(",")[14]) for record in records}
    assert len(rows) == len(records) == 13
    assert {row["code"]: row["value"] for row in rows} == told
    assert told["39XXXXXX"] == 89
    assert {(row["reporter"], row["partner_code"]) for row in rows} == {("AUT", "AD")}
