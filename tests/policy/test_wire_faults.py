"""Bad answers to the two sources over HTTP: a typed error or a quarantine with a reason, and everything else is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from contracts.document import Fetch, Window
from contracts.errors import SourceChanged
from extractors import ingest
from extractors.policy.federal_register import SOURCE as REGISTER
from extractors.policy.us_csl import SOURCE as CSL
from extractors.probing import Question
from extractors.probing import probe as ask
from extractors.web.mirror import serve
from extractors.web.session import Web
from tests.fault_server import FaultServer
from tests.faults import good
from tests.policy import csl
from tests.policy.wire import CSL_FAULTS, REGISTER_FAULTS
from tests.recorded import SAMPLES
from tests.test_faults_end_to_end import ENDS, GONE, OPTIONS, QUARANTINE, TYPES
from warehouse import quarantine
from warehouse.home import Home

# Neither source documents an answer without a body.
GENERAL = ENDS | {"204": QUARANTINE}


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    with serve(SAMPLES, at=datetime(2026, 11, 21, 12, tzinfo=UTC)) as server:
        yield server.base


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> list[Fetch]:
    """Three windows of the sample, with little patience."""
    monkeypatch.setenv("CHOKEPOINT_NOTICES", str(SAMPLES / "notices.toml"))
    return [replace(fetch, timeout=(0.5, 0.5), max_bytes=1_000_000) for fetch in REGISTER.plan(Window())][:3]


def run(home: Home, server: FaultServer, plan: list[Fetch]) -> tuple[ingest.FetchReport, ingest.ParseReport]:
    source = REGISTER if plan[0].source == "federal_register" else CSL
    with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
        fetched = ingest.fetch(home, source, web, plan=plan)
    return fetched, ingest.parse(home, source)


def require_end(
    home: Home, fetched: ingest.FetchReport, parsed: ingest.ParseReport, url: str, ends: str
) -> None:
    """The fault ended where it should, with a reason a person can act on."""
    refused = {refusal.url: refusal.reason for refusal in quarantine.refusals(home)}
    assert [type(error) for _, error in fetched.faults] == ([TYPES[ends]] if ends in TYPES else [])
    assert fetched.counts.get("gone", 0) == (ends == GONE)
    if ends in TYPES:
        assert len(str(fetched.faults[0][1])) > 20
    if ends == QUARANTINE:
        assert len(refused[url]) > 20
    assert set(refused) <= {url}
    assert not any("Traceback" in reason or "parser stopped" in reason for reason in refused.values())


@pytest.mark.parametrize("fault", GENERAL)
def test_a_window_of_the_register_that_fails_harms_no_other(
    home: Home, plan: list[Fetch], mirror: str, fault: str
) -> None:
    with FaultServer(behind=mirror) as server:
        server.on(plan[1].url, fault, **OPTIONS.get(fault, {}))
        fetched, parsed = run(home, server, plan)
    assert parsed.outcomes["parsed"] == 2
    require_end(home, fetched, parsed, plan[1].url, GENERAL[fault])


@pytest.mark.parametrize("fault", REGISTER_FAULTS)
def test_what_the_register_gets_silently_wrong_is_kept_and_refused(
    home: Home, plan: list[Fetch], mirror: str, fault: str
) -> None:
    with FaultServer(behind=mirror) as server:
        server.on(plan[1].url, REGISTER_FAULTS[fault]())
        fetched, parsed = run(home, server, plan)
        assert server.count(plan[1].url) == 1
    assert parsed.outcomes == {"parsed": 2, "quarantined": 1}
    assert [type(error) for _, error in fetched.faults] == ([SourceChanged] if fault == "errors_400" else [])
    (refusal,) = quarantine.refusals(home)
    assert refusal.url == plan[1].url
    assert (home.root / refusal.archive).stat().st_size > 0


@pytest.mark.parametrize("fault", GENERAL)
def test_a_list_that_fails_leaves_yesterdays_in_use(home: Home, mirror: str, fault: str) -> None:
    plan = [replace(fetch, timeout=(0.5, 0.5), max_bytes=1_000_000) for fetch in CSL.plan(Window())]
    with FaultServer(behind=mirror) as server:
        assert run(home, server, plan)[1].rows == {"restricted_party": 7}
        server.on(plan[0].url, fault, **OPTIONS.get(fault, {}))
        fetched, parsed = run(home, server, plan)
    assert parsed.rows == {}
    require_end(home, fetched, parsed, plan[0].url, GENERAL[fault])


@pytest.mark.parametrize("fault", CSL_FAULTS)
def test_a_list_that_only_looks_whole_is_kept_and_refused(home: Home, mirror: str, fault: str) -> None:
    plan = list(CSL.plan(Window()))
    with FaultServer(behind=mirror) as server:
        server.on(plan[0].url, CSL_FAULTS[fault]())
        fetched, parsed = run(home, server, plan)
    assert (fetched.counts, fetched.faults) == ({"stored": 1}, [])
    assert parsed.outcomes == {"quarantined": 1}
    (refusal,) = quarantine.refusals(home)
    assert (home.root / refusal.archive).stat().st_size > 0


def test_the_probes_are_answered_over_the_wire(mirror: str) -> None:
    assert CSL.probe is not None
    fetch = CSL.probe.fetch()
    start = csl.body(*csl.PARTIES * 20)[:4096]
    with FaultServer(behind=mirror) as server:
        server.on(fetch.url, good(start, "text/csv", 206, [("Content-Range", "bytes 0-4095/30000000")]))
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
            answer = web.fetch(fetch)
        assert server.requests(fetch.url)[0].headers["range"] == "bytes=0-4095"
    assert (answer.status, answer.error, answer.size) == (206, None, 4096)


def test_a_server_that_ignores_range_is_not_heard_to_the_end() -> None:
    probe = CSL.probe
    assert probe is not None
    whole = csl.body(*csl.PARTIES * 200)
    with FaultServer() as server:
        server.good(probe.fetch().url, whole, "text/csv")
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
            check, _ = ask(Question("us_csl", CSL, probe.fetch), web)
            taken = web.fetch(probe.fetch()).size
    assert check.state == "ok"
    assert taken < len(whole) / 10
