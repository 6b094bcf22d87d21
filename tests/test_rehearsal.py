"""What a run says it would ask is what a server then counts: new, missing, due, and after a kill the rest only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NoReturn

import pytest

from contracts.document import Answer, Fetch, Source, Validators, Window
from extractors import ingest, registry
from extractors.customs import months
from extractors.ingest import Outlook
from extractors.web.session import Web
from tests.fault_server import FaultServer
from warehouse.archive import Archive
from warehouse.home import Home

PORT, API = registry.source("us_census_port"), registry.source("us_census_api")
TODAY = datetime(2026, 11, 22, 15, tzinfo=UTC)
OUT = months.span(date(2025, 6, 1), date(2026, 9, 1))
Ask = Callable[..., Outlook]


@contextmanager
def on(day: datetime) -> Iterator[None]:
    """The plans of the customs sources as of a day."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("us_census_port", "us_census_api"):
            patch.setattr(f"extractors.customs.{name}.now", lambda: day)
        patch.delenv("CHOKEPOINT_QUERIES", raising=False)
        yield


@pytest.fixture
def ask(home: Home, server: FaultServer) -> Ask:
    """Rehearse a run, hold that it wrote and asked nothing, then run it and hold it to what it said."""

    def run(source: Source, day: datetime = TODAY, window: Window = Window()) -> Outlook:  # noqa: B008
        before, files = counted(server), listing(home.root)
        with on(day):
            said = ingest.rehearse(home, source, window)
            assert (counted(server), listing(home.root)) == (before, files)
            with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
                ingest.fetch(home, source, web, window)
        assert counted(server) - before == len(said.requests)
        assert said.standings == {k: sum(s == k for s, _ in said.requests) for k in said.standings}
        assert sum(said.hosts.values()) == len(said.requests)
        return said

    return run


def counted(server: FaultServer) -> int:
    return sum(not seen.path.endswith("/robots.txt") for seen in server.seen)


def listing(root: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in root.rglob("*")}


def publish(server: FaultServer, *periods: date, edition: str = "first") -> None:
    """Both flows' port files of these months, as the server will give them."""
    with on(TODAY):
        for period in periods:
            for fetch in PORT.plan(Window(period, period)):
                server.good(fetch.url, f"{period} {edition}".encode(), "application/zip")


def test_a_first_run_asks_for_all_and_the_next_for_what_is_left(ask: Ask, server: FaultServer) -> None:
    publish(server, *OUT[:-1])
    first = ask(PORT)
    assert first.standings == {"new": 2, "missing": 30, "due": 0, "again": 0}
    assert first.hosts == {"www.census.gov": 32}
    assert first.max_bytes == 32 * 400_000_000
    assert not first.leads_on
    second = ask(PORT)
    assert second.standings == {"new": 2, "missing": 0, "due": 0, "again": 0}, "404 settles nothing"
    assert second.settled == 30
    publish(server, OUT[-1])
    assert ask(PORT).standings["new"] == 2
    nothing = ask(PORT)
    assert (nothing.requests, nothing.settled) == ([], 32)


def test_a_release_makes_what_it_may_have_revised_due(ask: Ask, server: FaultServer, home: Home) -> None:
    publish(server, *OUT)
    ask(PORT)
    revised = months.span(date(2026, 6, 1), date(2026, 9, 1))
    publish(server, *revised, edition="revised")
    later = ask(PORT, TODAY + timedelta(days=14))  # October's release should be out
    assert later.standings == {"new": 2, "missing": 0, "due": 8, "again": 0}
    assert all("2606" <= url[-8:-4] <= "2610" for _, url in later.requests)
    assert later.settled == 22
    captures = Archive(home.archive).captures("us_census_port")
    assert len(captures) == 32 + 8
    assert ask(PORT, TODAY + timedelta(days=14)).standings == {"new": 2, "missing": 0, "due": 0, "again": 0}


def test_july_makes_the_whole_window_due(ask: Ask, server: FaultServer) -> None:
    day = datetime(2026, 7, 1, tzinfo=UTC)
    publish(server, *months.span(date(2024, 12, 1), date(2026, 6, 1)))
    ask(PORT, day)
    assert ask(PORT, day + timedelta(days=6)).standings == {"new": 2, "missing": 0, "due": 30, "again": 0}


def test_an_explicit_window_always_asks(ask: Ask, server: FaultServer) -> None:
    publish(server, *OUT)
    ask(PORT)
    window = Window(date(2026, 1, 1), date(2026, 3, 31))
    assert ask(PORT, window=window).standings == {"new": 0, "missing": 0, "due": 0, "again": 6}
    assert ask(PORT).requests == [], "asking by a window settles no less"
    old = Window(date(2019, 1, 1), date(2019, 2, 28))
    assert ask(PORT, window=old).standings["missing"] == 4


def test_an_answer_of_nothing_settles_nothing(ask: Ask, server: FaultServer, home: Home) -> None:
    publish(server, *OUT[:-1])
    with on(TODAY):
        for fetch in PORT.plan(Window(OUT[-1], OUT[-1])):
            server.on(fetch.url, "204")
    ask(PORT)
    for again in ask(PORT), ask(PORT):
        assert [standing for standing, _ in again.requests] == ["due", "due"]
    (home.state / "us_census_port.json").unlink()
    assert len(ask(PORT).requests) == 2, "the archive knows the same"
    assert len(Archive(home.archive).captures("us_census_port")) == 32


def test_a_request_under_another_scope_is_another_question(
    ask: Ask, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(server, *OUT)
    ask(PORT)
    from extractors.customs import queries

    whole = queries.load()
    assert whole.port is not None
    narrow = queries.Queries(queries.PortQuery(("import",), None, 16, ("850760",)), ())
    monkeypatch.setattr("extractors.customs.queries.load", lambda path=None: narrow)
    assert ask(PORT).standings["missing"] == 15
    assert ask(PORT).requests == []


def test_after_a_kill_the_rest_only(home: Home, server: FaultServer) -> None:
    publish(server, *OUT)

    class Killed(BaseException):
        pass

    class Dying:
        def __init__(self, web: Web, after: int) -> None:
            self.web, self.left = web, after

        def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
            self.left -= 1
            return self.web.fetch(fetch, validators) if self.left >= 0 else self.die()

        def die(self) -> NoReturn:
            raise Killed

    with on(TODAY):
        for done in (5, 12):
            with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web, pytest.raises(Killed):
                ingest.fetch(home, PORT, Dying(web, done))
        assert counted(server) == 17
        assert not json.loads((home.state / "us_census_port.json").read_text())["complete"]
        said = ingest.rehearse(home, PORT)
        assert (len(said.requests), said.settled) == (15, 17)
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
            ingest.fetch(home, PORT, web)
        assert counted(server) == 32


def test_a_year_is_asked_for_again_while_a_release_may_touch_it(ask: Ask, server: FaultServer) -> None:
    with on(TODAY):
        plan = list(API.plan(Window()))
    for fetch in plan:
        server.good(fetch.url, b'[["A"],["1"]]')
    first = ask(API)
    assert first.standings == {"new": 0, "missing": len(plan), "due": 0, "again": 0}
    assert ask(API).requests == []
    later = ask(API, TODAY + timedelta(days=14))
    assert later.standings["due"] == len(plan) // 2
    assert all("2026" in url for _, url in later.requests)


def test_what_answers_lead_to_is_said_to_be_unknown(home: Home) -> None:
    assert ingest.rehearse(home, registry.source("news"), plan=[]).leads_on


def test_a_home_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with on(TODAY):
        said = ingest.rehearse(Home(tmp_path / "none", "live"), PORT)
    assert said.standings == {"new": 2, "missing": 30, "due": 0, "again": 0}
    assert not (tmp_path / "none").exists()
