"""Eurostat's Comext API: sparse figures, aggregates among countries, hundreds of kilograms, faults inside a 200."""

from __future__ import annotations

import csv
import gzip
import json
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from contracts.datasets import checked
from contracts.document import Fetch, Window
from contracts.errors import SourceChanged
from extractors.customs import eurostat_comext as source
from extractors.customs.comext_codes import partner_kind
from tests.documents import Saved
from tests.recorded import sample_queries
from tests.recordings.eurostat_comext import Cells, answer, cells, saved

HEAT_PUMPS = (
    Path(__file__).parents[3]
    / "shared/data/customs/comext/sdmx_DS-045409_heatpumps_84186100_DE_DK_FR_imports_2022_2023.csv"
)
CODE, MONTH = "850760", "2024-01"


def request() -> Fetch:
    with sample_queries(source.INFO.source):
        (fetch,) = source.plan(Window(date(2024, 1, 1), date(2024, 3, 1)))
    return fetch


def made(figures: dict[str, int | None], **changes: object) -> bytes:
    by_partner: Cells = {(CODE, MONTH, p, source.VALUE): v for p, v in figures.items()}
    return answer(request().scope, by_partner, **changes)  # type: ignore[arg-type]


def read(body: bytes, document: Saved | None = None) -> list[dict[str, Any]]:
    document = document or saved(request(), body)
    return [row for name, batch in source.parse(document) for row in checked(name, batch).to_pylist()]


def whole(body: bytes) -> set[bool]:
    return {piece.complete for piece in source.slices(saved(request(), body))}


def test_asks_for_every_partner_of_a_year() -> None:
    fetch = request()
    assert fetch.url.endswith(
        "/DS-045409/M.EU27_2020..850760.1.VALUE_IN_EUROS+QUANTITY_IN_100KG"
        "?startPeriod=2024-01&endPeriod=2024-03&format=JSON"
    )


def test_kinds_of_partners_as_the_union_sees_them() -> None:
    rows = {row["partner_code"]: row for row in read(answer(request().scope, cells(request().scope)))}
    assert {code: row["partner_kind"] for code, row in rows.items()} == {
        "CN": "country",
        "US": "country",
        "EXT_EU27_2020": "world",
        "DE": "group",
        "WORLD": "group",
    }
    china = rows["CN"]
    assert (china["reporter"], china["flow_basis"], china["currency"], china["value"]) == (
        "EU27",
        "CIF",
        "EUR",
        Decimal("700.00"),
    )
    assert (china["quantity_1"], china["unit_1"]) == (Decimal("1234.000"), "kg")
    assert (rows["US"]["quantity_1"], rows["US"]["unit_1"]) == (None, None)


def test_an_absent_country_is_no_trade_only_where_the_listing_adds_up() -> None:
    assert whole(made({"CN": 700, "US": 300, "EXT_EU27_2020": 1000})) == {True}
    assert whole(made({"CN": 700, "US": 300, "EXT_EU27_2020": 1002})) == {True}  # each rounded to a euro
    assert whole(made({"CN": 700, "EXT_EU27_2020": 1000})) == {False}
    assert whole(made({"CN": 700, "US": 300})) == {False}


def test_a_withheld_country_leaves_the_listing_open_whatever_the_others_add_up_to() -> None:
    figures: Cells = {
        (CODE, MONTH, partner, source.VALUE): value
        for partner, value in {"CN": None, "EXT_EU27_2020": 1000, "US": 1000}.items()
    }
    assert whole(answer(request().scope, figures, {0: "c"})) == {False}


@pytest.mark.parametrize(
    ("reporter", "code", "kind"),
    [
        *(("EU27", code, "group") for code in ("XI", "QR", "QV", "QY", "FR", "WORLD")),
        *(("EU27", code, "country") for code in ("GB", "CN", "QX")),
        ("EU27", "EXT_EU27_2020", "world"),
        *(("DEU", code, "country") for code in ("XI", "FR", "QV", "CN")),
        *(("DEU", code, "group") for code in ("EXT_EU27_2020", "EU27_2020")),
        ("DEU", "WORLD", "world"),
    ],
)
def test_who_lies_inside_the_union(reporter: str, code: str, kind: str) -> None:
    assert partner_kind(reporter, code) == kind


def test_countries_over_their_total_are_refused() -> None:
    with pytest.raises(SourceChanged, match="exceed their total"):
        read(made({"CN": 700, "US": 400, "EXT_EU27_2020": 1000}))


def test_a_withheld_figure_is_suppressed_and_a_missing_one_blank() -> None:
    figures: Cells = {(CODE, MONTH, "CN", source.VALUE): None, (CODE, MONTH, "US", source.VALUE): 0}
    rows = {r["partner_code"]: r for r in read(answer(request().scope, figures, {0: "c"}))}
    assert {p: (r["status"], r["value"]) for p, r in rows.items()} == {
        "CN": ("suppressed", None),
        "US": ("reported", Decimal("0.00")),
    }
    weighed: Cells = {(CODE, MONTH, "CN", source.WEIGHT): 1, (CODE, MONTH, "CN", source.VALUE): None}
    (row,) = read(answer(request().scope, weighed))
    assert (row["status"], row["quantity_1"]) == ("blank", Decimal("100.000"))


def test_gzip_bytes_that_nobody_announced_are_read() -> None:
    body = answer(request().scope, cells(request().scope))
    assert read(gzip.compress(body)) == read(body)
    with pytest.raises(SourceChanged, match="no whole text"):
        read(gzip.compress(body)[:-20])


def test_no_results_is_no_row() -> None:
    assert read(b"<S:Fault><faultcode>100</faultcode><faultstring>NO_RESULTS</faultstring></S:Fault>") == []


GOOD = answer(request().scope, cells(request().scope))
NOTICE = {"warning": {"status": 413, "label": "ASYNCHRONOUS_RESPONSE. Your request will be treated later"}}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (json.dumps(NOTICE).encode(), "ask for less at a time.*ASYNCHRONOUS_RESPONSE"),
        (b"<S:Fault><faultstring>413 EXTRACTION_TOO_BIG</faultstring></S:Fault>", "EXTRACTION_TOO_BIG"),
        (b"<html><body>Maintenance</body></html>", "a fault instead of a table"),
        (GOOD[:-9], "not JSON"),
        (b"\xff\xfe\x00", "no whole text"),
        (b"[1]", "no JSON object"),
        (made({"CN": 1}, id=["freq", "time"]), "dimensions are"),
        (made({"CN": 1}, size=[1, 1, 2, 1, 1, 1, 1]), "categories for size"),
        (made({"CN": 1}, value={"7": 1}), "no place of the table"),
        (made({"CN": 1}, value={"x": 1}), "no place of the table"),
        (made({"CN": 1}, value=[1, 2]), "2 entries for 1 places"),
        (made({"CN": 1}, value={"0": "12"}), "is no number"),
        (made({"CN": 1}).replace(b'{"0": 1}', b'{"0": 1e40}'), "another type"),
        (made({"CN": 1}).replace(b'{"0": 1}', b'{"0": NaN}'), "is no number"),
        (made({"CN": 1}).replace(b'"850760"', b'"850761"'), "product.*was not asked for"),
        (made({"CN": 1}).replace(b'"2024-01"', b'"2024-09"'), "time.*was not asked for"),
        (made({"CN": 1}).replace(b'"2024-01"', b'"2024"'), "time.*was not asked for"),
        (made({"CN": 1}).replace(b'"EU27_2020"', b'"DE"'), "reporter.*was not asked for"),
    ],
)
def test_refuses_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read(body)


def test_the_recorded_heat_pumps_come_out_row_by_row() -> None:
    if not HEAT_PUMPS.exists():
        pytest.skip("the recorded Comext rows of ../shared/data are not there")
    with HEAT_PUMPS.open(encoding="utf-8") as lines:
        table = list(csv.DictReader(lines))
    by_reporter: dict[str, dict[tuple[str, str, str, str], float | int | None]] = defaultdict(dict)
    for row in table:
        key = (row["product"], row["period"], row["partner"], row["indicator"])
        by_reporter[row["reporter"]][key] = int(row["value_eur"])
    found = []
    for reporter, figures in by_reporter.items():
        scope = {"reporter": reporter, "flow": "1", "codes": ["84186100"], "from": "2022-01", "to": "2023-12"}
        found += read(b"", Saved(answer(scope, figures), scope=scope))
    assert len(found) == len(table) == 72
    assert sum(row["value"] for row in found) == sum(int(row["value_eur"]) for row in table)
    assert {(row["level"], row["partner_kind"], row["reporter"]) for row in found} == {
        ("HS8", "group", reporter) for reporter in ("DEU", "DNK", "FRA")
    }
