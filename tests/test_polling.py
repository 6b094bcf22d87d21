"""When a poll falls due, how failures weigh, and that the state is a cache: made again, it says the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from contracts.caching import fresh_seconds
from contracts.document import Answer, Budget, Document, Fetch, Source
from contracts.errors import SourceBusy, SourceError, SourceGone
from extractors import ingest
from extractors.report import FetchReport
from extractors.turns import Turns
from tests.conftest import DAY, make_answer
from tests.test_ingest import SOURCE, URLS, Script
from warehouse.home import Home, open_home
from warehouse.polling import ALERT_WEIGHT, EARLY_SECONDS, PollState
from warehouse.state import SourceState, rebuild

HOUR = timedelta(hours=1)
EARLY = timedelta(seconds=EARLY_SECONDS)
POLL = Fetch("test", URLS[0], every_seconds=3600.0)


@pytest.fixture
def live(tmp_path: Path) -> Home:
    return open_home(tmp_path / "live", "live")


def polling(
    *requests: Fetch, wait: float = 0.0, budget: Budget | None = None, follow: list[Fetch] | None = None
) -> Source:
    return replace(
        SOURCE,
        plan=lambda window: list(requests),
        wait_seconds=lambda document: wait,
        budget=budget or Budget(),
        follow=lambda document: follow or [],
    )


def reply(at: datetime, body: bytes | None = b"1.1", url: str = URLS[0], **more: object) -> Answer:
    answer = make_answer(url, body, at=at, **more)  # type: ignore[arg-type]
    return replace(answer, via="direct", evidence="live")


def lost(at: datetime, error: SourceError, status: int | None) -> Answer:
    return reply(at, None, status=status, error=error)


def run_at(
    home: Home, at: datetime, answer: Answer | None = None, source: Source | None = None
) -> FetchReport:
    web = Script(u1=[answer or reply(at)])
    return ingest.fetch(home, source or polling(POLL), web, wall=lambda: at)


def test_a_poll_is_made_once_an_hour_and_says_when_it_is_not_due(live: Home) -> None:
    made = [run_at(live, DAY + timedelta(minutes=minutes)) for minutes in (0, 10, 49, 50, 60)]
    assert [(report.asked, report.not_due) for report in made] == [(1, 0), (0, 1), (0, 1), (1, 0), (0, 1)]
    assert made[1].waiting() == ["1 not due"]
    made[1].raise_if_failed(0.0)


@pytest.mark.parametrize(
    ("headers", "wait", "hours"),
    [
        ({}, 7200.0, 2.0),
        ({"Cache-Control": "public, max-age=10800"}, 7200.0, 3.0),
        ({"Cache-Control": "max-age=10800", "Age": "5400"}, 0.0, 1.5),
        ({"Expires": "Sat, 21 Nov 2026 10:00:00 GMT"}, 0.0, 4.0),
        ({"Cache-Control": "max-age=9999999999"}, 0.0, 24.0),
        ({}, 1e9, 24.0),
        ({"Cache-Control": "no-cache, max-age=10800"}, 0.0, None),
        ({"Expires": "0"}, 0.0, None),
        ({"Cache-Control": "max-age=tomorrow"}, 0.0, None),
    ],
)
def test_no_sooner_than_the_publisher_says(
    live: Home, headers: dict[str, str], wait: float, hours: float | None
) -> None:
    source = polling(POLL, wait=wait)
    run_at(live, DAY, reply(DAY, headers=headers), source)
    due = SourceState(live, "test").due_at(POLL)
    assert due == DAY + (HOUR - EARLY if hours is None else timedelta(hours=hours))
    assert run_at(live, due - timedelta(seconds=1), source=source).not_due == 1
    assert run_at(live, due, source=source).asked == 1


def test_a_person_may_ask_at_once_and_recordings_are_always_ready(live: Home, home: Home) -> None:
    run_at(live, DAY)
    assert run_at(live, DAY + HOUR / 60, source=polling(replace(POLL, at_once=True))).asked == 1
    for _ in range(2):
        assert ingest.fetch(home, polling(POLL), Script(u1=[make_answer(URLS[0], b"1.1")])).asked == 1


def test_failures_wait_longer_and_longer_up_to_a_day_and_never_stop(live: Home) -> None:
    at, waits = DAY, []
    for _ in range(64):
        report = run_at(live, at, lost(at, SourceGone("not there (404)"), 404))
        assert report.asked == 1
        due = SourceState(live, "test").due_at(POLL)
        assert due is not None
        waits.append((due - at) / HOUR)
        at = due
    jitter = waits[0] - 1 + EARLY / HOUR
    assert 0 <= jitter < EARLY / HOUR
    assert waits == pytest.approx([min(n, 24) - EARLY / HOUR + jitter for n in range(1, 65)])
    assert report.alerts == [URLS[0]]
    assert SourceState(live, "test").polls[URLS[0]].errors == 64 / 2 >= ALERT_WEIGHT
    assert run_at(live, at).counts == {"stored": 1}
    assert SourceState(live, "test").polls[URLS[0]].errors == 0


@pytest.mark.parametrize(("seconds", "hours"), [(7200, 2.0), (10**6, 24.0), (10, 1 - EARLY / HOUR)])
def test_retry_after_counts_where_it_is_longer(live: Home, seconds: int, hours: float) -> None:
    error = SourceBusy(f"the server failed (503); try later (in {seconds} s)", retry_after=float(seconds))
    run_at(live, DAY, lost(DAY, error, 503))
    due = SourceState(live, "test").due_at(POLL)
    assert due is not None
    assert 0 <= (due - DAY) / HOUR - hours < EARLY / HOUR


def test_two_addresses_told_to_wait_alike_do_not_come_back_together() -> None:
    state = PollState("")
    state.fail(DAY, 503, "try later (in 7200 s)")
    dues = {state.due_at(f"https://a.example/{n}", 3600.0) for n in range(20)}
    assert len(dues) == 20
    assert dues == {state.due_at(f"https://a.example/{n}", 3600.0) for n in range(20)}


def test_state_made_again_says_the_same(live: Home) -> None:
    source = polling(POLL, Fetch("test", URLS[1], every_seconds=0.0), wait=5400.0)
    for hours in range(8):
        at = DAY + 3 * hours * HOUR
        busy = (
            SourceBusy("x asked to be left alone for another 30 s") if hours == 5 else SourceBusy("timed out")
        )
        first = lost(at, busy, None) if hours > 2 else reply(at, headers={"Cache-Control": "max-age=7200"})
        gone = reply(at, None, url=URLS[1], status=404, error=SourceGone("not there (404)"))
        ingest.fetch(live, source, Script(u1=[first], u2=[gone]), wall=lambda at=at: at)  # type: ignore[misc]
    before = SourceState(live, "test")
    rebuild(live, "test", source.wait_seconds)
    after = SourceState(live, "test")
    assert after.polls == before.polls
    assert after.urls.keys() == before.urls.keys()
    assert {url: poll.failures for url, poll in after.polls.items()} == {URLS[0]: 4, URLS[1]: 6}


def test_a_page_that_is_gone_is_asked_less_and_less(live: Home) -> None:
    page = Fetch("test", URLS[1], every_seconds=0.0, token="t1")
    source = polling(POLL, follow=[page])
    asked = []
    for hours in range(24):
        at = DAY + hours * HOUR
        web = Script(u1=[reply(at)], u2=[reply(at, None, url=URLS[1], status=404, error=SourceGone("404"))])
        ingest.fetch(live, source, web, wall=lambda at=at: at)  # type: ignore[misc]
        asked += [hours for url, _ in web.asked if url == URLS[1]]
    assert asked == [0, 1, 3, 6, 10, 15, 21]


def test_what_goes_over_the_budget_is_the_next_runs(live: Home) -> None:
    pages = [Fetch("test", f"https://a.example/p{n}", every_seconds=0.0, token="t") for n in range(5)]
    source = polling(POLL, follow=pages, budget=Budget(followed_per_site=2))
    answers = {f"up{n}": [reply(DAY, url=page.url)] for n, page in enumerate(pages)}
    counts = []
    for minutes in (0, 1, 2, 3):
        at = DAY + timedelta(minutes=minutes)
        web = Script(u1=[reply(at)], **{name.replace("u", "u", 1): queue for name, queue in answers.items()})
        report = ingest.fetch(live, source, web, wall=lambda at=at: at)  # type: ignore[misc]
        counts.append((report.asked, report.not_due, report.left))
    assert counts == [(3, 0, 3), (2, 1, 1), (1, 1, 0), (0, 1, 0)]


def test_a_run_ends_in_time_and_asks_first_what_waited_longest(live: Home) -> None:
    requests = [Fetch("test", url, every_seconds=3600.0) for url in URLS]
    source, seconds = polling(*requests, budget=Budget(minutes=1)), iter(range(0, 10_000, 50))
    answers = {f"u{n}": [reply(DAY, url=url)] for n, url in enumerate(URLS, 1)}
    orders = []
    for hours in (0, 2, 4):
        at = DAY + hours * HOUR
        web = Script(**{name: [replace(queue[0], retrieved_at=at)] for name, queue in answers.items()})
        report = ingest.fetch(live, source, web, wall=lambda at=at: at, clock=lambda: float(next(seconds)))  # type: ignore[misc]
        orders.append([url for url, _ in web.asked])
        assert report.left == 1
    assert orders == [[URLS[0]], [URLS[1]], [URLS[0]]]


def test_a_run_tried_again_is_not_well_because_nothing_is_due(live: Home) -> None:
    down = lost(DAY, SourceBusy("could not be reached"), None)
    with pytest.raises(SourceBusy, match="1 of 1 requests failed"):
        run_at(live, DAY, down).raise_if_failed(0.5)
    again = run_at(live, DAY + HOUR / 12)
    assert (again.asked, again.not_due, again.backing_off) == (0, 1, 1)
    with pytest.raises(SourceBusy, match="1 of 1 polls failed when last asked"):
        again.raise_if_failed(0.5)
    again.raise_if_failed(1.0)


def test_sites_take_turns() -> None:
    urls = [
        f"https://{site}.example/{n}" for site, count in (("a", 3), ("b", 1), ("c", 2)) for n in range(count)
    ]
    turns = Turns(Fetch("test", url) for url in urls)
    assert len(turns) == 6
    order = []
    while turns:
        order.append(turns.next().url.removeprefix("https://").replace(".example/", ""))
    assert order == ["a0", "b0", "c0", "a1", "c1", "a2"]


def test_a_document_that_breaks_its_reader_says_nothing_of_a_wait(live: Home) -> None:
    def broken(document: Document) -> float:
        raise KeyError("surprise")

    report = run_at(live, DAY, source=replace(polling(POLL), wait_seconds=broken))
    assert report.counts == {"stored": 1}


def test_freshness_of_headers_without_a_word() -> None:
    assert fresh_seconds({}, DAY) is None
    assert fresh_seconds({"expires": "Sat, 21 Nov 2026 05:00:00 GMT"}, DAY) is None


def test_a_good_answer_forgets_a_retry_after_and_a_poll_held_back_is_no_failure() -> None:
    state = PollState("")
    state.fail(DAY, 503, "try later (in 80000 s)")
    assert (state.failures, state.retry_seconds) == (1, 80000.0)
    state.fail(DAY, None, "a.example asked to be left alone for another 30 s")
    assert (state.failures, state.errors) == (1, 0.5)
    state.succeed(DAY, None, None)
    assert state.due_at(URLS[0], 3600.0) == DAY + HOUR - EARLY


def test_validators_are_the_newest_and_rest_once_a_day(monkeypatch: pytest.MonkeyPatch, live: Home) -> None:
    run_at(live, DAY, reply(DAY, headers={"ETag": '"a"', "Last-Modified": "x"}))
    state = SourceState(live, "test")
    entry = state.urls[URLS[0]]
    for hours, etag, conditional in ((1, '"b"', True), (2, None, True), (3, '"c"', False)):
        headers = {"etag": etag} if etag else {}
        state.still(URLS[0], DAY + hours * HOUR, headers, conditional=conditional, token=None)
        assert entry.etag == (etag or '"b"')
        assert entry.last_modified == (None if hours == 3 else "x")
    monkeypatch.setattr("warehouse.state.now", lambda: DAY + 26 * HOUR)
    fresh = entry.validators()
    assert fresh is not None
    assert fresh.etag == '"c"'
    state.still(URLS[0], DAY + 26 * HOUR, {}, conditional=True, token=None)
    monkeypatch.setattr("warehouse.state.now", lambda: DAY + 27 * HOUR)
    assert entry.validators() is None
