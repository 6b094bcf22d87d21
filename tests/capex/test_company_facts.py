"""companyfacts read strictly: what is kept, what is told apart, what stops the document."""

from __future__ import annotations

import gzip
import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors.capex import sec_edgar
from tests.capex.answers import CONCEPT, FACTS, RECORDED, fact, facts, needs_recordings, read, saved


def rows(content: dict[str, Any] | bytes) -> list[dict[str, Any]]:
    return read(saved(content, FACTS)).get("company_fact", [])


def test_a_fact_keeps_its_period_its_filing_and_its_vintage() -> None:
    told = [
        fact(frame="CY2026Q1"),
        fact(val=999, accn="0000000042-26-000009", filed="2026-08-01", form="10-Q/A"),
    ]
    first, second = rows(facts(*told))
    assert first == {
        "cik": "0000000042",
        "entity_name": "Example Corp",
        "taxonomy": "us-gaap",
        "concept": CONCEPT,
        "unit": "USD",
        "period_start": date(2026, 1, 1),
        "period_end": date(2026, 3, 31),
        "value": Decimal("1000000.00"),
        "accession": "0000000042-26-000007",
        "form": "10-Q",
        "filed": date(2026, 5, 1),
        "fiscal_year": 2026,
        "fiscal_period": "Q1",
        "frame": "CY2026Q1",
    }
    assert (second["value"], second["filed"], second["frame"]) == (Decimal("999.00"), date(2026, 8, 1), None)


def test_the_cik_comes_as_a_number_or_as_text() -> None:
    for cik in (42, "42", "0000000042"):
        assert len(rows({**facts(fact()), "cik": cik})) == 1


def test_years_and_periods_of_a_filing_may_be_null_or_absent() -> None:
    for missing in ("null", None):
        (found,) = rows(facts(fact(fy=missing, fp=missing, form="DEF 14A")))
        assert (found["fiscal_year"], found["fiscal_period"]) == (None, None)


def test_only_kept_concepts_in_a_currency_over_a_period_are_read() -> None:
    assert rows(facts(fact(), concept="PaymentsToAcquireInvestments")) == []
    assert rows(facts(fact(), unit="shares")) == rows(facts(fact(), unit="USD/shares")) == []
    assert rows(facts(fact(start=None))) == [], "a balance at a day"
    assert rows(facts(fact(), taxonomy="dei")) == []
    assert rows({"cik": 42, "entityName": "Example Corp", "facts": {}}) == []


def test_a_filer_under_ifrs_may_report_in_two_currencies() -> None:
    concept = "PurchaseOfPropertyPlantAndEquipmentClassifiedAsInvestingActivities"
    content = facts(fact(form="20-F", fp="FY"), concept=concept, unit="CNY", taxonomy="ifrs-full")
    content["facts"]["ifrs-full"][concept]["units"]["USD"] = [fact(val=140_000, form="20-F")]
    assert {(r["unit"], r["value"], r["taxonomy"]) for r in rows(content)} == {
        ("CNY", Decimal(1_000_000), "ifrs-full"),
        ("USD", Decimal(140_000), "ifrs-full"),
    }


def test_what_one_filing_says_twice_is_kept_once_with_its_frame() -> None:
    framed = fact(frame="CY2026Q1")
    for told in ([fact(), framed, fact()], [framed, fact()], [framed, framed]):
        assert [r["frame"] for r in rows(facts(*told))] == ["CY2026Q1"]
    contradiction = [fact(), fact(val=1_000_001)]
    assert len(rows(facts(*contradiction))) == 2, "what differs is not the same fact"


@pytest.mark.parametrize(
    ("val", "value"), [(-5, "-5.00"), (0, "0.00"), (12.5, "12.50"), (10**17, "100000000000000000.00")]
)
def test_amounts_are_exact(val: float, value: str) -> None:
    (found,) = rows(facts(fact(val=val)))
    assert str(found["value"]) == value


BAD_FACTS = [
    ({"val": "1000"}, "'1000' is not an amount of money"),
    ({"val": "null"}, "None is not an amount"),
    ({"val": True}, "True is not an amount"),
    ({"val": 10**18}, "is not an amount of money"),
    ({"val": -(10**40)}, "is not an amount of money"),
    ({"val": 0.001}, "finer than a cent"),
    ({"val": [1]}, "is not an amount of money"),
    ({"start": "2026-04-01"}, "ends before it begins"),
    ({"start": "01/01/2026"}, "start is '01/01/2026', not a date"),
    ({"start": "2026-02-30"}, "not a date"),
    ({"start": "null"}, "start is None"),
    ({"end": None}, "end is None"),
    ({"filed": None}, "filed is None"),
    ({"filed": "2026-11-24"}, "had not come when"),
    ({"accn": "42"}, "is not an accession number"),
    ({"accn": None}, "is not an accession number"),
    ({"form": None}, "no form of type str"),
    ({"form": ""}, "no form of type str"),
    ({"fy": "2026"}, "fy is '2026', not a year"),
    ({"fy": 26}, "fy is 26"),
    ({"fy": True}, "fy is True"),
    ({"fp": 1}, "fp is 1, not text"),
    ({"frame": {}}, "frame is"),
    ({"form": "\ud800"}, "not text"),
]


@pytest.mark.parametrize(("changes", "said"), BAD_FACTS)
def test_a_fact_of_another_shape_stops_the_document(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SourceChanged, match=said.replace("(", r"\(")):
        rows(facts(fact(), fact(**changes)))


def spoilt(**changes: Any) -> dict[str, Any]:
    return {**facts(fact()), **changes}


BAD_DOCUMENTS: list[tuple[str, dict[str, Any] | bytes, str]] = [
    ("another filer", spoilt(cik=43), "holds the facts of CIK 0000000043, asked was 0000000042"),
    ("no filer", spoilt(cik=None), "cik is None"),
    ("cik too long", spoilt(cik=10**10), "cik is"),
    ("cik is a flag", spoilt(cik=True), "cik is True"),
    ("no name", spoilt(entityName=None), "no entityName"),
    ("no facts", spoilt(facts=[]), "no facts of type dict"),
    ("taxonomy", spoilt(facts={"us-gaap": []}), "no us-gaap of type dict"),
    ("concept", spoilt(facts={"us-gaap": {CONCEPT: None}}), f"no {CONCEPT}"),
    ("units", spoilt(facts={"us-gaap": {CONCEPT: {}}}), "no units"),
    ("unit", spoilt(facts={"us-gaap": {CONCEPT: {"units": {"USD": {}}}}}), "no USD of type list"),
    ("fact", spoilt(facts={"us-gaap": {CONCEPT: {"units": {"USD": [1]}}}}), "1 is not a fact"),
    ("a list", b"[]", "where an object is documented"),
    ("an error page", b"<!DOCTYPE html><title>SEC.gov | File Unavailable</title>", "not JSON"),
    ("a store's error", b"<Error><Code>NoSuchKey</Code></Error>", "not JSON"),
    ("NaN", json.dumps(facts(fact(val=float("nan")))).encode(), "NaN is not a number"),
    ("Infinity", json.dumps(facts(fact(val=float("inf")))).encode(), "Infinity is not a number"),
    ("digits", json.dumps(facts(fact())).replace("1000000", "9" * 5000).encode(), "not JSON"),
    ("nested", b'{"a":' * 100_000, "not JSON"),
    ("torn", json.dumps(facts(fact())).encode()[:-9], "not JSON"),
    ("latin", json.dumps(facts(fact())).replace("Example", "Ex\xe4mple").encode("latin-1"), "not JSON"),
    ("giant", b" " * 60_000_001, "larger than 60,000,000 bytes"),
]


@pytest.mark.parametrize(
    ("content", "said"), [case[1:] for case in BAD_DOCUMENTS], ids=[c[0] for c in BAD_DOCUMENTS]
)
def test_what_is_no_companyfacts_is_refused(content: dict[str, Any] | bytes, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        rows(content)


def test_new_members_are_told_and_stop_nothing() -> None:
    content = {**facts(fact(segment="cloud")), "asOf": "2026-11-21"}
    assert len(rows(content)) == 1
    assert sec_edgar.SOURCE.new_columns(saved(content, FACTS)) == ("asOf", "segment")


@needs_recordings
def test_the_recorded_facts_of_alphabet() -> None:
    body = gzip.decompress((RECORDED / "CIK0001652044_companyfacts.json.gz").read_bytes())
    found = read(saved(body, FACTS.replace("0000000042", "0001652044")))["company_fact"]
    by_concept = {name: sum(r["concept"] == name for r in found) for name in {r["concept"] for r in found}}
    assert by_concept == {
        CONCEPT: 120,
        "ProceedsFromSaleOfPropertyPlantAndEquipment": 25,
        "FinanceLeasePrincipalPayments": 18,
    }
    newest = [r for r in found if r["concept"] == CONCEPT and r["period_end"] == date(2026, 3, 31)]
    assert [(r["period_start"], r["value"]) for r in newest] == [(date(2026, 1, 1), Decimal(35_674_000_000))]


@needs_recordings
def test_the_recorded_facts_of_meta_hold_both_vintages_of_2023() -> None:
    body = (RECORDED / "meta_companyfacts_trimmed.json").read_bytes()
    found = read(saved(body, FACTS.replace("0000000042", "0001326801")))["company_fact"]
    year = [
        r for r in found if (r["period_start"], r["period_end"]) == (date(2023, 1, 1), date(2023, 12, 31))
    ]
    values = sorted((r["filed"], r["value"]) for r in year if r["concept"] == CONCEPT)
    assert {value for _, value in values} == {Decimal(27_266_000_000), Decimal(27_045_000_000)}
    assert values[0][1] == Decimal(27_266_000_000)
    assert values[-1][1] == Decimal(27_045_000_000)
