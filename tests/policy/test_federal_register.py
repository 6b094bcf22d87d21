from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.document import Window
from contracts.errors import SourceChanged
from extractors import ingest
from extractors.policy import federal_register as source
from extractors.policy.register_request import FIELDS, Asked, quarters
from tests.documents import Saved
from tests.policy.register import ASKED, DOCUMENT, Register, document, envelope, saved
from tests.recorded import SAMPLES
from warehouse import lake, quarantine
from warehouse.home import Home

REAL = SAMPLES.parents[1] / "shared/data/capex/federal_register/documents_sample_2024-01.json"
ONE_QUERY = (
    '[[notice]]\nkey = "export_control"\ntopic = "export_control"\nagency = "industry-and-security-bureau"\n'
)
DAYS = st.dates(date(2019, 12, 1), date(2027, 2, 1))


def read(document: Saved) -> list[dict]:
    return [row for _, batch in source.parse(document) for row in batch.to_pylist()]


@pytest.fixture
def one_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "notices.toml"
    path.write_text(ONE_QUERY)
    monkeypatch.setenv("CHOKEPOINT_NOTICES", str(path))
    on_the_day(monkeypatch, date(2026, 11, 21))


def on_the_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(source, "now", lambda: datetime(day.year, day.month, day.day, 6, tzinfo=UTC))


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


@given(DAYS, DAYS)
def test_quarters_hold_every_day_exactly_once(first: date, last: date) -> None:
    spans = list(quarters(first, last))
    days = [start + timedelta(days=n) for start, end in spans for n in range((end - start).days + 1)]
    assert days == [first + timedelta(days=n) for n in range((last - first).days + 1)]
    assert all((a.year, (a.month - 1) // 3) == (b.year, (b.month - 1) // 3) for a, b in spans)


@given(DAYS, st.integers(0, 400))
def test_halving_ends_and_covers_every_day_exactly_once(first: date, length: int) -> None:
    whole, single = replace(ASKED, first=first, last=first + timedelta(days=length)), []
    queue = [whole]
    while queue:
        asked = queue.pop(0)
        queue = [*asked.halves(), *queue]
        single += [] if asked.halves() else [asked]
    assert [asked.first for asked in single] == [first + timedelta(days=n) for n in range(length + 1)]
    assert all(asked.first == asked.last for asked in single)


@given(day=st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_by_habit_every_day_since_2020_is_in_one_window_and_the_last_forty_days_are_open(day: date) -> None:
    with pytest.MonkeyPatch.context() as patch:
        on_the_day(patch, day)
        patch.delenv("CHOKEPOINT_NOTICES", raising=False)
        plan = [fetch for fetch in source.plan(Window()) if fetch.scope["query"] == "sanctions"]
    spans = [(Asked.of(fetch.scope), fetch.token) for fetch in plan]
    assert spans[0][0].first == date(2020, 1, 1)
    assert all(b.first - a.last == timedelta(days=1) for (a, _), (b, _) in pairwise(spans))
    assert spans[-1][0].first <= day <= spans[-1][0].last
    assert all((token is None) == (asked.last >= day - timedelta(days=40)) for asked, token in spans)


@pytest.mark.usefixtures("one_query")
def test_a_window_is_asked_as_it_is_and_every_time() -> None:
    plan = list(source.plan(Window(date(2024, 2, 10), date(2024, 5, 1))))
    assert [(fetch.scope["from"], fetch.scope["to"], fetch.token) for fetch in plan] == [
        ("2024-02-10", "2024-03-31", None),
        ("2024-04-01", "2024-05-01", None),
    ]
    assert [f.scope["to"] for f in source.plan(Window(start=date(2026, 11, 2)))] == ["2026-11-21"]
    assert next(iter(source.plan(Window(end=date(2020, 3, 1))))).scope["from"] == "2020-01-01"


@pytest.mark.usefixtures("one_query")
def test_of_a_window_that_goes_on_into_the_future_no_quarter_to_come_is_asked() -> None:
    for end in (date(2026, 12, 31), date(2099, 6, 30), date.max):
        plan = list(source.plan(Window(date(2026, 7, 1), end)))
        assert [(f.scope["from"], f.scope["to"]) for f in plan] == [
            ("2026-07-01", "2026-09-30"),
            ("2026-10-01", "2026-12-31"),
        ]
    assert list(source.plan(Window(date(2027, 1, 1), None))) == []


@pytest.mark.usefixtures("one_query")
def test_a_window_with_too_many_documents_is_answered_by_its_halves_once(home: Home) -> None:
    documents = [document(n, date(2025, 1, 1) + timedelta(days=n % 90)) for n in range(2500)]
    register, window = Register(documents), Window(date(2025, 1, 1), date(2025, 3, 31))
    fetched = ingest.fetch(home, source.SOURCE, register, window)
    assert fetched.counts == {"stored": 7}, "the quarter, its halves, their halves"
    parsed = ingest.parse(home, source.SOURCE)
    assert parsed.outcomes == {"empty": 3, "parsed": 4}
    rows = list(lake.read(home, "federal_register", "policy_notice"))
    assert sorted(row["document_number"] for row in rows) == sorted(d["document_number"] for d in documents)
    ingest.parse(home, source.SOURCE, everything=True)
    assert ingest.parse(home, source.SOURCE, everything=True).written == []


@pytest.mark.usefixtures("one_query")
def test_more_than_an_answer_holds_on_one_day_is_for_a_person(home: Home) -> None:
    register = Register(document(n, date(2025, 1, 3)) for n in range(1001))
    ingest.fetch(home, source.SOURCE, register, Window(date(2025, 1, 1), date(2025, 1, 8)))
    refused = ingest.parse(home, source.SOURCE).refused
    assert [reason for _, reason in refused] == [
        "1,001 documents on 2025-01-03 alone, and 1,000 is all one answer holds: narrow the query export_control"
    ]
    assert len(register.asked) <= 2 * 8


@pytest.mark.usefixtures("one_query")
def test_the_first_run_asks_every_quarter_and_later_ones_the_open_one(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = Register([document(1, date(2025, 1, 16)), document(2, date(2026, 11, 20))])
    assert ingest.fetch(home, source.SOURCE, register).counts == {"stored": 28}
    register.asked.clear()
    assert ingest.fetch(home, source.SOURCE, register).counts == {"unchanged": 1}
    assert register.asked == [(date(2026, 10, 1), date(2026, 12, 31))]
    on_the_day(monkeypatch, date(2027, 2, 9))
    assert ingest.fetch(home, source.SOURCE, register).counts == {"stored": 1, "unchanged": 1}
    on_the_day(monkeypatch, date(2027, 2, 10))
    register.asked.clear()
    ingest.fetch(home, source.SOURCE, register)
    ingest.fetch(home, source.SOURCE, register)
    assert register.asked.count((date(2026, 10, 1), date(2026, 12, 31))) == 1, "once more when it is closed"


@pytest.mark.usefixtures("one_query")
def test_a_closed_window_whose_answer_was_wrong_is_asked_again_until_it_is_right(home: Home) -> None:
    documents = [document(n, date(2025, 1, 1) + timedelta(days=n % 90)) for n in range(150)]
    register = Register(documents)
    register.silent_20_times = 28
    ingest.fetch(home, source.SOURCE, register)
    assert ingest.parse(home, source.SOURCE).outcomes == {"empty": 27, "quarantined": 1}
    (refusal,) = quarantine.refusals(home)
    assert "per_page=1000 was not obeyed" in refusal.reason
    register.asked.clear()
    ingest.fetch(home, source.SOURCE, register)
    assert (date(2025, 1, 1), date(2025, 3, 31)) in register.asked
    assert len(register.asked) == 2, "the open window and the wrong one"
    assert ingest.parse(home, source.SOURCE).rows == {"policy_notice": 150}


@pytest.mark.usefixtures("one_query")
def test_halves_that_a_killed_run_did_not_ask_are_asked_by_the_next(home: Home) -> None:
    register = Register(document(n, date(2025, 1, 1) + timedelta(days=n % 90)) for n in range(1200))
    killed = replace(source.SOURCE, follow=lambda document: ())
    ingest.fetch(home, killed, register)
    assert ingest.parse(home, source.SOURCE).rows == {}
    ingest.fetch(home, source.SOURCE, register)
    assert ingest.parse(home, source.SOURCE).rows == {"policy_notice": 1200}
    register.asked.clear()
    ingest.fetch(home, source.SOURCE, register)
    assert register.asked == [(date(2026, 10, 1), date(2026, 12, 31))]


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
