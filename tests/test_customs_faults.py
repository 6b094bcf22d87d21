"""What the servers of customs figures do on a bad day, through the real session: asked again, held, followed, kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from contracts.document import Fetch, Source, Window
from contracts.errors import SourceBusy, SourceRefused
from extractors import ingest, registry
from extractors.report import FetchReport
from extractors.web.session import Web
from tests.customs import comtrade
from tests.fault_server import FaultServer
from tests.faults import good
from tests.recordings import hong_kong_censtatd as hong_kong
from warehouse import quarantine
from warehouse.archive import Archive
from warehouse.home import Home

COMTRADE = """
[un_comtrade]
tables = false
access = "get"
[[un_comtrade.ask]]
key = "years"
frequency = "A"
reporters = ["842", "156", "704"]
flows = ["M"]
codes = ["850760"]
recent = 1
"""
BULK = """
[us_census_bulk]
flows = ["import"]
recent_months = 1
"""
Run = Callable[[Source], FetchReport]


@pytest.fixture
def run(home: Home, server: FaultServer) -> Run:
    """One run of a source in a session of its own, which waits in no time."""

    def go(source: Source) -> FetchReport:
        with Waits().web(server) as web:
            return ingest.fetch(home, source, web)

    return go


class Waits:
    """A clock that only sleeping moves; `slept` is what was slept, in seconds."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def web(self, server: FaultServer) -> Web:
        """A session as polite to the server as to the world."""
        environ = {"CHOKEPOINT_MIRROR": server.base, "CHOKEPOINT_MIRROR_POLITE": "1"}
        return Web(environ, clock=lambda: sum(self.slept), sleep=self.slept.append)


@pytest.fixture
def asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, str], tuple[Source, list[Fetch]]]:
    """A source and what it asks with these queries."""

    def use(name: str, text: str) -> tuple[Source, list[Fetch]]:
        path = tmp_path / "queries.toml"
        path.write_text(text, "utf-8")
        monkeypatch.setenv("CHOKEPOINT_QUERIES", str(path))
        source = registry.source(name)
        return source, list(source.plan(Window()))

    return use


Asked = Callable[[str, str], tuple[Source, list[Fetch]]]


def rows(home: Home, source: Source) -> dict[str, int]:
    return ingest.parse(home, source).outcomes


def test_a_bulk_file_behind_a_502_is_asked_for_once_more_and_then_by_the_next_run(
    home: Home, server: FaultServer, run: Run, asked: Asked
) -> None:
    source, (file,) = asked("us_census_bulk", BULK)
    server.queue(file.url, "502", good(b"zip", "application/zip"))
    assert run(source).counts["stored"] == 1
    assert server.count(file.url) == 2
    assert run(source).counts == {}, "it is settled"


def test_a_bulk_file_that_stays_behind_a_502_is_busy_and_missing(
    home: Home, server: FaultServer, run: Run, asked: Asked
) -> None:
    source, (file,) = asked("us_census_bulk", BULK)
    server.queue(file.url, "502", "502", good(b"zip", "application/zip"))
    ((url, error),) = run(source).faults
    assert (url, type(error)) == (file.url, SourceBusy)
    assert ingest.rehearse(home, source).requests == [("new", file.url)]
    assert run(source).counts["stored"] == 1


def test_comtrade_is_asked_again_after_the_two_seconds_it_names(
    home: Home, server: FaultServer, asked: Asked
) -> None:
    _, (first, *_) = asked("un_comtrade", COMTRADE)
    waits = Waits()
    server.on(first.url, "429", retry_after=2)
    with waits.web(server) as web:
        answer = web.fetch(first)
    assert isinstance(answer.error, SourceBusy)
    assert server.count(first.url) == 2
    assert 2.0 in waits.slept


def test_comtrade_that_wants_an_hour_is_left_alone_and_asked_by_the_next_run(
    home: Home, server: FaultServer, run: Run, asked: Asked
) -> None:
    source, planned = asked("un_comtrade", COMTRADE)
    server.on(planned[0].url, "429", retry_after=3600)
    for fetch in planned[1:]:
        server.good(fetch.url, comtrade.answer([], None).body)
    report = run(source)
    assert [type(error) for _, error in report.faults] == [SourceBusy] * 3
    assert sum(server.count(fetch.url) for fetch in planned) == 1, "the host is not asked while it rests"
    server.good(planned[0].url, comtrade.answer([], None).body)
    assert run(source).counts["stored"] == 3


@pytest.mark.parametrize(("retry_after", "kind"), [(600, SourceBusy), (None, SourceRefused)])
def test_a_403_is_a_quota_where_it_says_for_how_long_and_else_a_refusal(
    server: FaultServer, run: Run, asked: Asked, home: Home, retry_after: int | None, kind: type
) -> None:
    source, planned = asked("un_comtrade", COMTRADE)
    body = b'{"statusCode":403,"message":"Out of call volume quota."}'
    for fetch in planned:
        server.on(fetch.url, "403", body=body, retry_after=retry_after)
    report = run(source)
    assert {type(error) for _, error in report.faults} == {kind}
    kept = list(Archive(home.archive).captures("un_comtrade"))
    assert {capture.open().read() for capture in kept} == {body}
    assert rows(home, source) == {"quarantined": len(kept)}


@pytest.mark.parametrize(
    "body",
    [
        b'{"statusCode":429,"message":"Rate limit is exceeded. Try again in 2 seconds."}',
        b'{"elapsedTime":"0 secs","count":0,"data":[],"error":"Quota will be replenished in 05:12:31"}',
    ],
)
def test_a_200_that_says_to_come_later_settles_nothing(
    home: Home, server: FaultServer, run: Run, asked: Asked, body: bytes
) -> None:
    source, planned = asked("un_comtrade", COMTRADE)
    for fetch in planned[1:]:
        server.good(fetch.url, comtrade.answer([], None).body)
    server.good(planned[0].url, body)
    run(source)
    assert rows(home, source) == {"quarantined": 1, "empty": 2}
    assert ingest.rehearse(home, source).requests == [("due", planned[0].url)]
    server.good(planned[0].url, comtrade.answer([], None).body)
    run(source)
    assert rows(home, source) == {"empty": 1}
    assert ingest.rehearse(home, source).requests == []


def test_a_200_of_another_shape_is_refused_once_and_waits_for_a_person(
    home: Home, server: FaultServer, run: Run, asked: Asked
) -> None:
    source, planned = asked("un_comtrade", COMTRADE)
    for fetch in planned:
        server.good(fetch.url, b'{"errorObject":{"errorMessage":"unknown reporter"}}')
    run(source)
    assert rows(home, source) == {"quarantined": 3}
    assert {refusal.again for refusal in quarantine.refusals(home)} == {False}
    assert ingest.rehearse(home, source).requests == []


def test_hong_kongs_redirect_by_a_token_is_followed_and_archived_as_it_was_asked(
    home: Home, server: FaultServer, run: Run, asked: Asked
) -> None:
    source, planned = asked("hong_kong_censtatd", hong_kong.QUERIES)
    for number, fetch in enumerate(planned):
        query = fetch.url.partition("?")[2]
        token = f"token{number}"
        server.on(fetch.url, "redirect", to=f"/api/{token}/get?{query}")
        figures = list(hong_kong.figures(fetch.scope))
        server.good(f"https://tradeidds.censtatd.gov.hk/api/{token}/get?{query}", hong_kong.answer(figures))
    assert run(source).counts["stored"] == len(planned)
    kept = list(Archive(home.archive).captures("hong_kong_censtatd"))
    assert {capture.url for capture in kept} == {fetch.url for fetch in planned}
    assert all(capture.status == 200 and capture.scope for capture in kept)
    assert rows(home, source) == {"parsed": len(planned)}
    assert not any(b"token" in path.read_bytes() for path in home.archive.rglob("*") if path.is_file())


def test_hong_kongs_limit_of_use_stops_no_other_question_and_is_asked_again(
    home: Home, server: FaultServer, run: Run, asked: Asked
) -> None:
    source, planned = asked("hong_kong_censtatd", hong_kong.QUERIES)
    limit = json.dumps({"header": {"status": {"name": "Error", "text": "Usage limit reached"}}}).encode()
    half = len(planned) // 2
    for fetch in planned[:half]:
        server.good(fetch.url, hong_kong.answer(list(hong_kong.figures(fetch.scope))))
    for fetch in planned[half:]:
        server.good(fetch.url, limit)
    run(source)
    assert rows(home, source) == {"parsed": half, "quarantined": len(planned) - half}
    assert {"limit of use" in refusal.reason for refusal in quarantine.refusals(home)} == {True}
    again = ingest.rehearse(home, source).requests
    assert [url for _, url in again] == [fetch.url for fetch in planned[half:]]
