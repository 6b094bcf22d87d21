"""The Federal Register: what an answer says, and which answers do not pass."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from contracts.errors import SourceChanged
from extractors.policy import federal_register as source
from extractors.policy.register_request import FIELDS, Asked
from tests.documents import Saved
from tests.policy.register import ASKED, DOCUMENT, document, envelope, saved
from tests.recorded import SAMPLES

REAL = SAMPLES.parents[1] / "shared/data/capex/federal_register/documents_sample_2024-01.json"


def read(document: Saved) -> list[dict]:
    return [row for _, batch in source.parse(document) for row in batch.to_pylist()]


def test_a_document_keeps_publication_and_effect_apart() -> None:
    (row,) = read(saved(envelope([DOCUMENT])))
    assert row == {
        "query": "export_control",
        "topic": "export_control",
        "document_number": "2025-00001",
        "document_type": "Rule",
        "subtype": None,
        "title": "Additions to the Example List",
        "abstract": "An invented rule.",
        "action": "Final rule.",
        "agencies": "examples-department; industry-and-security-bureau",
        "publication_date": date(2025, 1, 16),
        "effective_on": date(2025, 2, 18),
        "dates_text": "Effective February 18, 2025, except for § 744.11, effective January 16, 2025.",
        "signing_date": None,
        "citation": "90 FR 1",
        "cfr_references": "15 CFR 744; 48 CFR Ch. 2",
        "docket_ids": "Docket No. 250101-0001",
        "executive_order_number": None,
        "proclamation_number": None,
        "correction_of": None,
        "html_url": "https://www.federalregister.gov/documents/2025/01/16/2025-00001/additions",
    }


def test_what_is_null_or_blank_is_no_value() -> None:
    bare = dict.fromkeys(FIELDS) | {
        "document_number": "2025-00002",
        "title": "T",
        "abstract": " ",
        "publication_date": "2025-01-01",
        "agencies": [],
    }
    (row,) = read(saved(envelope([bare])))
    assert {name for name, value in row.items() if value is not None} == {
        *("query", "topic", "document_number", "title", "publication_date")
    }


def test_numbers_of_orders_come_as_text_whether_written_as_text_or_number() -> None:
    order = DOCUMENT | {"executive_order_number": "14324", "proclamation_number": 10689}
    (row,) = read(saved(envelope([order])))
    assert (row["executive_order_number"], row["proclamation_number"]) == ("14324", "10689")


def test_hostile_text_stays_text() -> None:
    title = "\x1b[31m=cmd|' /C calc'!A0\u202e<script>\n"
    (row,) = read(saved(envelope([DOCUMENT | {"title": title}])))
    assert row["title"] == title.strip()


def test_no_results_are_no_rows_only_where_nothing_is_counted() -> None:
    assert read(saved(envelope([]))) == []
    with pytest.raises(SourceChanged, match="7 documents are counted and there is no list of results"):
        read(saved(envelope([], 7)))


MANY = [document(n, date(2025, 1, 2) + timedelta(days=n % 60)) for n in range(1000)]


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (envelope(MANY[:20], 150), "150 documents are counted and 20 came, not 150: per_page=1000 was not"),
        (envelope(MANY[:20], 10_000), "10,000 documents are counted and 20 came, not 1,000"),
        (envelope(MANY[:3], 2), "2 documents are counted and 3 came, not 2"),
        (envelope([document(1, date(2026, 11, 20))]), "2026-11-20, outside 2025-01-01 to 2025-03-31"),
        (envelope([document(1, date(2024, 12, 31))]), "the window was not obeyed"),
        (envelope([MANY[0], MANY[0]]), "'2025-00000' is missing or comes twice"),
        (envelope([DOCUMENT | {"document_number": None}]), "is missing or comes twice"),
        (envelope([DOCUMENT | {"publication_date": None}]), "no publication_date"),
        (envelope([DOCUMENT | {"publication_date": "01/16/2025"}]), "publication_date is no date"),
        (envelope([DOCUMENT | {"effective_on": "2025-02-30"}]), "effective_on is no date: '2025-02-30'"),
        (envelope([DOCUMENT | {"title": None}]), "title is missing in 1 rows"),
        (envelope([DOCUMENT | {"title": ["T"]}]), "title is no text"),
        (envelope([DOCUMENT | {"abstract": True}]), "abstract is no text"),
        (envelope([DOCUMENT | {"title": "half \ud83d"}]), "title holds half a character"),
        (envelope([DOCUMENT | {"agencies": "bis"}]), "agencies is no list"),
        (envelope([DOCUMENT | {"agencies": ["bis"]}]), "an agency is 'bis'"),
        (envelope([DOCUMENT | {"cfr_references": [{"part": 744}]}]), "a CFR reference is"),
        ({"errors": {"publication_date": "is not valid"}}, "no count of documents: .*is not valid"),
        ({"status": 500, "message": "Internal Server Error"}, "no count of documents: .*Internal Server"),
        ({"count": "20", "results": []}, "no count of documents"),
        ({"count": True, "results": [DOCUMENT]}, "no count of documents"),
        ({"count": 1, "results": {"0": DOCUMENT}}, "no list of results"),
        ({"count": 1, "results": ["2025-00001"]}, "no list of results"),
        ([DOCUMENT], "no JSON object"),
        (b"<!doctype html>", "not JSON in UTF-8"),
        (b"\xff\xfe{}", "not JSON in UTF-8"),
        (b"[" * 100_000, "not JSON in UTF-8"),
        (b'{"count": 1' + b"0" * 5000 + b"}", "not JSON in UTF-8"),
        (json.dumps(envelope([DOCUMENT])).encode()[:-9], "not JSON in UTF-8"),
    ],
)
def test_a_silently_wrong_answer_does_not_pass(answer: object, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(saved(answer))


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_that_was_asked_for_and_is_missing_stops_the_document(name: str) -> None:
    renamed = {(f"{key}_2" if key == name else key): value for key, value in DOCUMENT.items()}
    with pytest.raises(SourceChanged, match=f"lacks the fields asked for: {name}"):
        read(saved(envelope([renamed])))


def test_new_names_are_told() -> None:
    found = saved(envelope([DOCUMENT | {"topics": []}], aggregations={}))
    assert len(read(found)) == 1
    assert source.new_columns(found) == ("aggregations", "topics")
    assert source.new_columns(saved(envelope([]))) == ()


def test_without_a_scope_nobody_knows_what_was_asked() -> None:
    with pytest.raises(SourceChanged, match="does not say what was asked"):
        read(replace(saved(envelope([DOCUMENT])), scope={}))


def test_an_address_asks_for_the_first_page_of_its_days_and_scope_and_address_say_the_same() -> None:
    asked = replace(ASKED, term='"Entity List"', types=("RULE", "NOTICE"))
    pairs = parse_qsl(urlsplit(asked.url()).query)
    assert [pair for pair in pairs if pair[0] != "fields[]"] == [
        ("conditions[agencies][]", "industry-and-security-bureau"),
        ("conditions[term]", '"Entity List"'),
        ("conditions[type][]", "RULE"),
        ("conditions[type][]", "NOTICE"),
        ("conditions[publication_date][gte]", "2025-01-01"),
        ("conditions[publication_date][lte]", "2025-03-31"),
        ("order", "oldest"),
        ("per_page", "1000"),
    ]
    assert tuple(value for name, value in pairs if name == "fields[]") == FIELDS
    assert Asked.of(json.loads(json.dumps(asked.scope()))) == asked


def test_the_probe_asks_for_two_documents_of_a_day_that_has_more() -> None:
    probe = source.SOURCE.probe
    assert probe is not None
    assert probe.check is not None
    fetch = probe.fetch()
    assert ("per_page", "2") in parse_qsl(urlsplit(fetch.url).query), "1 would silently become 20"
    two = [document(n, date(2025, 1, 16)) for n in range(2)]
    probe.check(Saved(json.dumps(envelope(two, 6)).encode(), url=fetch.url, scope=fetch.scope))
    wrong: list[dict[str, Any]] = [
        envelope([]),
        envelope(two * 10, 60),
        envelope([two[0] | {"cfr_references": 7}, two[1]], 6),
    ]
    for answer in wrong:
        with pytest.raises(SourceChanged):
            probe.check(Saved(json.dumps(answer).encode()))


def test_the_recorded_documents_of_january_2024() -> None:
    if not REAL.exists():
        pytest.skip("the recorded documents are not at hand")
    recorded = json.loads(REAL.read_text("utf-8"))
    asked = replace(ASKED, first=date(2024, 1, 1), last=date(2024, 12, 31))
    with pytest.raises(SourceChanged, match="1,893 documents are counted and 9 came"):
        read(saved(recorded, asked))
    asked = replace(asked, last=date(2024, 1, 5))
    rows = {row["document_number"]: row for row in read(saved(recorded | {"count": 9}, asked))}
    assert len(rows) == 9
    rule, proclamation = rows["2023-27783"], rows["2023-28935"]
    assert (rule["publication_date"], rule["effective_on"]) == (date(2024, 1, 2), date(2024, 2, 1))
    assert (rule["cfr_references"], rule["agencies"]) == ("46 CFR 520", "federal-maritime-commission")
    assert (proclamation["subtype"], proclamation["proclamation_number"]) == ("Proclamation", "10689")
    assert (proclamation["signing_date"], proclamation["effective_on"]) == (date(2023, 12, 27), None)
