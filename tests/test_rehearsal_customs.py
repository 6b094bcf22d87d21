"""Sources without a list of what changed: what their habit settles, and that what is not out yet is looked for again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from contracts.document import Source, Window
from extractors import ingest, registry
from extractors.ingest import Outlook
from extractors.web.session import Web
from tests.customs import comtrade, gacc
from tests.fault_server import FaultServer
from tests.recordings import eurostat_comext, hong_kong_censtatd
from warehouse.home import Home

TODAY = datetime(2026, 11, 22, 15, tzinfo=UTC)
YEARS = """
[un_comtrade]
tables = false
access = "get"
[[un_comtrade.ask]]
key = "years"
frequency = "A"
reporters = ["842", "156"]
flows = ["M"]
codes = ["850760"]
recent = 2
"""
BULLETIN = """
[gacc_bulletin]
flows = ["export"]
recent_months = 4
"""
MODULES = ("hong_kong_censtatd", "eurostat_comext", "comtrade_queries", "gacc_bulletin")
Run = Callable[..., Outlook]


@contextmanager
def on(day: datetime) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in MODULES:
            patch.setattr(f"extractors.customs.{name}.now", lambda: day)
        yield


@pytest.fixture
def run(home: Home, server: FaultServer) -> Run:
    """Rehearse a run on a day, then run it; where answers lead to no more, hold it to what was said."""

    def go(source: Source, day: datetime = TODAY, window: Window = Window()) -> Outlook:  # noqa: B008
        before = counted(server)
        with on(day):
            said = ingest.rehearse(home, source, window)
            with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
                ingest.fetch(home, source, web, window)
        if not said.leads_on:
            assert counted(server) - before == len(said.requests)
        return said

    return go


def counted(server: FaultServer) -> int:
    return sum(not seen.path.endswith("/robots.txt") for seen in server.seen)


def use(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "queries.toml"
    path.write_text(text, "utf-8")
    monkeypatch.setenv("CHOKEPOINT_QUERIES", str(path))


def unpaced(monkeypatch: pytest.MonkeyPatch, module: str, name: str) -> None:
    monkeypatch.setattr(f"extractors.customs.{module}.{name}", 0.0)


def publish(
    server: FaultServer, source: Source, days: tuple[datetime, ...], body: Callable[..., bytes]
) -> None:
    for day in days:
        with on(day):
            for fetch in source.plan(Window()):
                server.good(fetch.url, body(fetch), "application/json")


def test_hong_kong_is_asked_for_once_and_again_with_a_release(
    run: Run, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(hong_kong_censtatd.QUERIES, tmp_path, monkeypatch)
    unpaced(monkeypatch, "hong_kong_censtatd", "SPACING_SECONDS")
    source = registry.source("hong_kong_censtatd")
    later = datetime(2026, 12, 21, tzinfo=UTC)  # October should be out, the second month of a pair

    def one_month(fetch: object) -> bytes:
        scope = fetch.scope  # type: ignore[attr-defined]
        period = scope["months"][0].replace("-", "")
        return hong_kong_censtatd.answer([hong_kong_censtatd.figure(period, "1", code=scope["code"])])

    publish(server, source, (TODAY, later), one_month)
    first = run(source)
    assert first.standings == {"new": 8, "missing": 8, "due": 0, "again": 0}, "two pairs of months"
    assert (run(source).requests, run(source).settled) == ([], 16)
    due = run(source, later)
    assert due.standings == {"new": 0, "missing": 0, "due": 8, "again": 0}
    assert all("period=202609,202610" in url for _, url in due.requests)
    assert run(source, later).requests == []
    late = run(source, later + timedelta(days=4))
    assert len(late.requests) == 8, "the agency may be late: October is still not in the answer"


def test_the_default_questions_to_hong_kong_are_settled_the_next_day(
    home: Home, server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    unpaced(monkeypatch, "hong_kong_censtatd", "SPACING_SECONDS")
    source = registry.source("hong_kong_censtatd")
    with on(TODAY):
        asked = len(list(source.plan(Window())))
        assert len(ingest.rehearse(home, source).requests) == asked
        publish(server, source, (TODAY,), lambda fetch: hong_kong_censtatd.answer([]))
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
            ingest.fetch(home, source, web)
    with on(TODAY + timedelta(days=1)):
        said = ingest.rehearse(home, source)
    assert (said.requests, said.settled) == ([], asked)


def test_a_year_of_comext_is_asked_for_whole_and_again_with_each_release(
    run: Run, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(eurostat_comext.QUERIES.replace("years = 1", "years = 2"), tmp_path, monkeypatch)
    source = registry.source("eurostat_comext")

    def table(fetch: object) -> bytes:
        scope = fetch.scope  # type: ignore[attr-defined]
        return eurostat_comext.answer(scope, eurostat_comext.cells(scope))

    publish(server, source, (TODAY,), table)
    first = run(source)
    assert first.standings["missing"] == 2
    assert all("endPeriod=202" in url and "-12&" in url for _, url in first.requests)
    assert run(source).requests == []
    day = datetime(2026, 12, 18, tzinfo=UTC)  # October should be out
    assert run(source, day).standings == {"new": 0, "missing": 0, "due": 2, "again": 0}
    assert run(source, day).requests == []
    assert run(source, day + timedelta(days=1)).standings["due"] == 2
    window = Window(date(2026, 1, 1), date(2026, 3, 1))
    with on(TODAY):
        (named,) = source.plan(window)
    assert (named.token, named.scope["to"]) == (None, "2026-03")


def test_years_of_comtrade_are_looked_for_once_a_month(
    run: Run, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(YEARS, tmp_path, monkeypatch)
    unpaced(monkeypatch, "un_comtrade", "SECONDS_BETWEEN")
    monkeypatch.setenv("COMTRADE_API_KEY", "0123456789abcdef")
    source = registry.source("un_comtrade")
    publish(server, source, (TODAY,), lambda fetch: comtrade.answer([], None).body)
    assert run(source).standings == {"new": 0, "missing": 2, "due": 0, "again": 0}
    assert (run(source).requests, run(source).settled) == ([], 2)
    assert run(source, TODAY + timedelta(days=30)).standings["due"] == 2, "a reporter may have sent its year"


def test_the_bulletin_is_settled_until_the_next_look(
    run: Run, server: FaultServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(BULLETIN, tmp_path, monkeypatch)
    source = registry.source("gacc_bulletin")
    names = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "Jun.", "Jul.", "Aug.", "Sep.", "Oct.")
    listing = gacc.index(gacc.listed(13, *names))
    server.good(listing.url, listing.body, "text/html")
    pages = [
        f"http://english.customs.gov.cn/Statics/00000013-0000-0000-0000-{n:012d}.html" for n in range(7, 11)
    ]
    for address in pages[1:]:
        server.good(address, gacc.bulletin().body, "text/html")
    server.on(pages[0], "404")
    day = datetime(2026, 11, 30, 12, tzinfo=UTC)
    run(source, day)
    assert counted(server) == 1 + 4
    again = run(source, day)
    assert [url for _, url in again.requests] == pages[:1], "a page that was lost is asked for again"
    server.good(pages[0], gacc.bulletin().body, "text/html")
    run(source, day)
    assert run(source, day).requests == []
    later = run(source, datetime(2026, 12, 7, tzinfo=UTC))
    assert [url for _, url in later.requests] == [listing.url], "once more, late as the agency may be"
