"""Korea's API: faults with status 200, a total among the rows, ten digits for six, and months that are not there."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from contracts.datasets import checked
from contracts.document import Fetch, Window
from contracts.errors import SourceChanged
from extractors.customs import korea_customs as source
from tests.recorded import sample_queries
from tests.recordings.korea_customs import CODE, answer, fault, item, saved, total, with_total

DRAM, FLASH = f"{CODE}1010", f"{CODE}1030"
WINDOW = Window(date(2026, 1, 1), date(2026, 3, 1))
OUT = item("2026.01", DRAM, "CN", (900, 4, 500, 2))


def planned(window: Window = WINDOW) -> list[Fetch]:
    with sample_queries(source.INFO.source):
        return list(source.plan(window))


def of_partners(monkeypatch: pytest.MonkeyPatch, tmp_path: Any, partners: str) -> list[Fetch]:
    path = tmp_path / "queries.toml"
    path.write_text(f'[korea_customs]\ncodes = ["{CODE}"]\npartners = {partners}\n', "utf-8")
    monkeypatch.setenv("CHOKEPOINT_QUERIES", str(path))
    return list(source.plan(WINDOW))


def read(body: bytes, fetch: Fetch | None = None) -> list[dict[str, Any]]:
    document = saved(fetch or planned()[0], body)
    return [row for name, batch in source.parse(document) for row in checked(name, batch).to_pylist()]


def values(rows: list[dict[str, Any]], level: str, flow: str) -> dict[tuple[str, date, str], Decimal]:
    return {
        (r["code"], r["period"], r["partner_code"]): r["value"]
        for r in rows
        if (r["level"], r["flow"]) == (level, flow)
    }


def test_asks_for_at_most_twelve_months_and_names_the_key_only_by_its_variable() -> None:
    fetches = planned(Window(date(2024, 6, 1), date(2026, 2, 1)))
    spans = [(q["strtYymm"][0], q["endYymm"][0]) for f in fetches for q in [parse_qs(urlsplit(f.url).query)]]
    assert spans == [("202406", "202412"), ("202501", "202512"), ("202601", "202602")]
    assert {tuple(f.secrets.items()) for f in fetches} == {(("serviceKey", "DATA_GO_KR_KEY"),)}
    assert not any("serviceKey" in f.url or "serviceKey" in str(f.scope) for f in fetches)
    assert source.INFO.key_env == "DATA_GO_KR_KEY"


def test_asks_for_every_country_at_once_or_for_partners_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (every,) = planned()
    assert "nitemtrade/getNitemtradeList" in every.url
    assert "cntyCd" not in every.url
    world, china = of_partners(monkeypatch, tmp_path, '["-", "CN"]')
    assert ("Itemtrade/getItemtradeList" in world.url, "cntyCd" in world.url) == (True, False)
    assert ("nitemtrade/" in china.url, parse_qs(urlsplit(china.url).query)["cntyCd"]) == (True, ["CN"])


def test_ten_digit_lines_are_kept_and_summed_to_six_and_the_total_is_no_row() -> None:
    rows = read(
        with_total(
            [OUT, item("2026.01", FLASH, "CN", (100, 1, 0, 0)), item("2026.02", DRAM, "US", (7, 1, 3, 1))]
        )
    )
    january, february = date(2026, 1, 1), date(2026, 2, 1)
    assert values(rows, "HS10", "export") == {
        (DRAM, january, "CN"): Decimal("900.00"),
        (FLASH, january, "CN"): Decimal("100.00"),
        (DRAM, february, "US"): Decimal("7.00"),
    }
    assert values(rows, "HS6", "export") == {
        (CODE, january, "CN"): Decimal("1000.00"),
        (CODE, february, "US"): Decimal("7.00"),
    }
    assert values(rows, "HS6", "import") == {
        (CODE, january, "CN"): Decimal("500.00"),
        (CODE, february, "US"): Decimal("3.00"),
    }


def test_values_are_dollars_as_documented_and_weights_kilograms() -> None:
    rows = read(with_total([OUT]))
    said = {
        (r["flow"], r["flow_basis"], r["value"], r["currency"], r["quantity_1"], r["unit_1"]) for r in rows
    }
    assert said == {
        ("export", "FOB", Decimal("900.00"), "USD", Decimal("4.000"), "kg"),
        ("import", "CIF", Decimal("500.00"), "USD", Decimal("2.000"), "kg"),
    }
    assert {(r["reporter"], r["country_codes"], r["partner_kind"], r["hs_edition"]) for r in rows} == {
        ("KOR", "iso2", "country", None)
    }
    assert "dollars" in source.INFO.note


def test_the_world_is_asked_by_the_list_without_partners(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    (world,) = of_partners(monkeypatch, tmp_path, '["-"]')
    rows = read(with_total([item("2026.01", DRAM, None, (900, 4, 500, 2))]), world)
    assert {(r["partner_code"], r["partner_kind"]) for r in rows} == {("-", "world")}


def test_a_month_without_an_item_is_unknown() -> None:
    (fetch,) = planned()
    pieces = list(source.slices(saved(fetch, with_total([OUT]))))
    assert {(s.period.month, s.complete) for s in pieces} == {(1, True), (2, False), (3, False)}
    assert {(s.flow, s.flow_basis, s.level, s.partners) for s in pieces} == {
        (flow, basis, level, None) for flow, basis in source.BASES.items() for level in ("HS10", "HS6")
    }
    assert read(answer([])) == []
    assert not any(s.complete for s in source.slices(saved(fetch, answer([]))))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (fault("30", "SERVICE_KEY_IS_NOT_REGISTERED_ERROR"), "not registered; see DATA_GO_KR_KEY"),
        (fault("31", "DEADLINE_HAS_EXPIRED_ERROR"), "expired; see DATA_GO_KR_KEY"),
        (fault("20", "SERVICE_ACCESS_DENIED_ERROR"), "not granted this service; see DATA_GO_KR_KEY"),
        (fault("22", "LIMITED_NUMBER_OF_SERVICE_REQUESTS_EXCEEDS_ERROR"), "ask again later"),
        (fault("23", "LIMITED_NUMBER_OF_SERVICE_REQUESTS_PER_SECOND_EXCEEDS_ERROR"), "ask again later"),
        (fault("12", "NO_OPENAPI_SERVICE_ERROR"), "answers 12: SERVICE ERROR, NO_OPENAPI_SERVICE_ERROR"),
        (answer([], "99", "조회기간은 1년이내"), "answers 99: 조회기간은 1년이내"),
        (answer([], "30", "KEY"), "see DATA_GO_KR_KEY"),
        (b"<response><body/></response>", "answers no code"),
        (b"<html><body>busy</body></html>", "begins with <html>"),
        (b'{"response": {}}', "no whole XML"),
        (with_total([OUT])[:-20], "no whole XML"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]>' + answer([]).split(b"\n")[1], "document type"),
        (answer([OUT]), "not the one total"),
        (answer([OUT, total([OUT])]), "not the one total"),
        (answer([total([OUT]), total([OUT]), OUT]), "not the one total"),
        (answer([total([OUT, OUT]), OUT]), "expDlr adds up to 900, the total says 1800"),
        (answer([{**total([OUT]), "impWgt": "90"}, OUT]), "impWgt adds up to 2"),
        (with_total([OUT, OUT]), "comes twice"),
        (with_total([{**OUT, "balPayments": "4"}]), "balPayments is not expDlr less impDlr"),
        (with_total([{**OUT, "expDlr": "900000"}]), "balPayments is not expDlr less impDlr"),
        (with_total([item("2026.04", DRAM, "CN", (1, 1, 1, 1))]), "2026-04 was not asked for"),
        (with_total([item("202601", DRAM, "CN", (1, 1, 1, 1))]), "no month like 2026.01"),
        (with_total([item("2026.13", DRAM, "CN", (1, 1, 1, 1))]), "no month like 2026.01"),
        (with_total([item("2026.01", CODE, "CN", (1, 1, 1, 1))]), "no ten-digit line"),
        (with_total([item("2026.01", "8507600000", "CN", (1, 1, 1, 1))]), "no ten-digit line of 854232"),
        (with_total([item("2026.01", DRAM, "-", (1, 1, 1, 1))]), "of partner '-', not of a country"),
        (with_total([item("2026.01", DRAM, None, (1, 1, 1, 1))]), "not of a country"),
        (answer([total([OUT]), {**OUT, "expDlr": "n/a"}]), "expDlr is 'n/a', no amount"),
        (answer([total([OUT]), {**OUT, "impDlr": "-500"}]), "no amount"),
        (answer([total([OUT]), {**OUT, "impDlr": None}]), "no amount"),
        (answer([total([OUT]), {**OUT, "expWgt": "9" * 30}]), "no amount"),
    ],
)
def test_refuses_with_a_reason(body: bytes, reason: str) -> None:
    with pytest.raises(SourceChanged, match=reason):
        read(body)


def test_an_answer_of_another_partner_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    _, china = of_partners(monkeypatch, tmp_path, '["-", "CN"]')
    with pytest.raises(SourceChanged, match="of partner 'US', not of CN"):
        read(with_total([item("2026.01", DRAM, "US", (1, 1, 1, 1))]), china)


def test_a_scope_of_another_source_is_refused() -> None:
    (fetch,) = planned()
    document = saved(fetch, with_total([OUT]))
    object.__setattr__(document, "scope", {"code": CODE})
    with pytest.raises(SourceChanged, match="scope kept with the answer"):
        list(source.parse(document))
