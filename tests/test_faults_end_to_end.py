"""One bad answer among good recordings: a typed error or a quarantine with a reason, and everything else completes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.document import Fetch, Window
from contracts.errors import SourceBusy, SourceChanged, SourceError, SourceRefused
from extractors import ingest
from extractors.registry import source
from extractors.web.mirror import serve
from extractors.web.session import Web
from tests.fault_server import FaultServer
from tests.faults import FAULTS
from warehouse import quarantine
from warehouse.home import Home

SAMPLES = Path(__file__).parents[1] / "samples"
BUSY, CHANGED, REFUSED, GONE = "SourceBusy", "SourceChanged", "SourceRefused", "gone"
QUARANTINE, EMPTY, READ = "quarantine", "empty", "read"

# What each fault comes to when it is the answer to one customs request (JSON expected).
ENDS: dict[str, str] = {
    **dict.fromkeys(("429", "500", "502", "503", "silent", "hang_up", "garbage", "drip_headers"), BUSY),
    **dict.fromkeys(("truncated", "too_long", "torn_gzip", "broken_chunk", "drip", "cut_headers"), BUSY),
    **dict.fromkeys(("too_fast", "file_unavailable"), BUSY),
    **dict.fromkeys(("401", "403", "412", "redirect_private", "undeclared"), REFUSED),
    **dict.fromkeys(("400", "endless", "gzip_bomb", "two_codings"), CHANGED),
    **dict.fromkeys(("404", "410", "no_such_key", "no_such_file"), GONE),
    **dict.fromkeys(("html", "redirect_html", "changed_shape", "wrong_charset"), QUARANTINE),
    "204": EMPTY,
    "redirect": GONE,
}
OPTIONS: dict[str, dict[str, object]] = {
    "429": {"retry_after": 600, "form": "date"},
    "503": {"retry_after": 600},
    "redirect": {"to": "/elsewhere"},
}
TYPES: dict[str, type[SourceError]] = {BUSY: SourceBusy, CHANGED: SourceChanged, REFUSED: SourceRefused}


@pytest.fixture(scope="module")
def mirror() -> Iterator[str]:
    with serve(SAMPLES, at=datetime(2026, 11, 21, 12, tzinfo=UTC)) as server:
        yield server.base


@pytest.fixture
def plan(monkeypatch: pytest.MonkeyPatch) -> list[Fetch]:
    """Three requests of the sample, with little patience."""
    monkeypatch.setenv("CHOKEPOINT_QUERIES", str(SAMPLES / "queries.toml"))
    asked = [f for f in source("us_census_api").plan(Window()) if f.scope.get("level") == "HS2"]
    return [replace(fetch, timeout=(0.5, 0.5), max_bytes=1_000_000) for fetch in asked[:3]]


def test_every_fault_a_server_can_show_is_expected_to_end_somewhere() -> None:
    loop = {"redirect_loop"}  # needs a path of its own: tests/web/test_web_faults.py
    assert set(ENDS) | loop == set(FAULTS)


@pytest.mark.parametrize("fault", ENDS)
def test_a_bad_answer_ends_where_it_should_and_harms_nothing_else(
    home: Home, plan: list[Fetch], mirror: str, fault: str
) -> None:
    census = source("us_census_api")
    with FaultServer(behind=mirror) as server:
        server.on(plan[1].url, fault, **OPTIONS.get(fault, {}))
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
            fetched = ingest.fetch(home, census, web, plan=plan)
    parsed = ingest.parse(home, census)
    refused = {r.url: r.reason for r in quarantine.refusals(home)}
    ends = ENDS[fault]
    assert fetched.counts["stored"] >= 2
    assert parsed.outcomes["parsed"] == 2, "the other two documents are read"
    assert [type(error) for _, error in fetched.faults] == ([TYPES[ends]] if ends in TYPES else [])
    if ends in TYPES:
        ((url, error),) = fetched.faults
        assert url == plan[1].url
        assert len(str(error)) > 20, "a reason a person can act on"
    assert (fetched.counts.get("gone", 0) == 1) == (ends == GONE)
    assert (parsed.outcomes.get("empty", 0) == 1) == (ends == EMPTY)
    if ends == QUARANTINE:
        assert len(refused[plan[1].url]) > 20
    for reason in refused.values():
        assert "Traceback" not in reason


@pytest.mark.parametrize("fault", ["truncated", "endless", "gzip_bomb", "too_long", "401"])
def test_the_bytes_of_a_refused_answer_are_kept(
    home: Home, plan: list[Fetch], mirror: str, fault: str
) -> None:
    census = source("us_census_api")
    with FaultServer(behind=mirror) as server:
        server.on(plan[1].url, fault)
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
            ingest.fetch(home, census, web, plan=plan)
    ingest.parse(home, census)
    (refusal,) = quarantine.refusals(home)
    assert refusal.url == plan[1].url
    assert (home.root / refusal.archive).stat().st_size > 0


@pytest.mark.parametrize("fault", ["html", "403", "500", "truncated", "changed_shape", "gzip_bomb"])
@pytest.mark.parametrize("name", ["us_census_port", "ecb_fx", "news", "sec_edgar"])
def test_other_sources_lose_only_the_bad_document(
    home: Home, mirror: str, name: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHOKEPOINT_QUERIES", str(SAMPLES / "queries.toml"))
    monkeypatch.setenv("CHOKEPOINT_FEEDS", str(SAMPLES / "feeds.toml"))
    monkeypatch.setenv("CHOKEPOINT_FILERS", str(SAMPLES / "filers.toml"))
    found = source(name)
    plan = [replace(fetch, timeout=(0.5, 0.5), max_bytes=2_000_000) for fetch in found.plan(Window())]
    lost = next(fetch.url for fetch in plan if not fetch.optional)
    with FaultServer(behind=mirror) as server:
        server.on(lost, fault)
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
            fetched = ingest.fetch(home, found, web, plan=plan)
    parsed = ingest.parse(home, found)
    refused = {r.url for r in quarantine.refusals(home)}
    assert lost in refused | {url for url, _ in fetched.faults}
    assert parsed.outcomes["parsed"] >= len(plan) - 1 - (name == "news"), (
        "one feed of the sample is dead already"
    )
