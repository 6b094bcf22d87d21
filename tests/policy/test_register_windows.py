"""The Federal Register's windows: which days are asked for, halves of what is too much, and what later runs ask again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.document import Window
from extractors import ingest
from extractors.policy import federal_register as source
from extractors.policy.register_request import Asked, quarters
from tests.policy.register import ASKED, Register, document
from warehouse import lake, quarantine
from warehouse.home import Home

ONE_QUERY = (
    '[[notice]]\nkey = "export_control"\ntopic = "export_control"\nagency = "industry-and-security-bureau"\n'
)
DAYS = st.dates(date(2019, 12, 1), date(2027, 2, 1))


@pytest.fixture
def one_query(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "notices.toml"
    path.write_text(ONE_QUERY)
    monkeypatch.setenv("CHOKEPOINT_NOTICES", str(path))
    on_the_day(monkeypatch, date(2026, 11, 21))


def on_the_day(monkeypatch: pytest.MonkeyPatch, day: date) -> None:
    monkeypatch.setattr(source, "now", lambda: datetime(day.year, day.month, day.day, 6, tzinfo=UTC))


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
