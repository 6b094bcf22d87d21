"""Requests made and their answers kept: what a run asks, in whose turn, and what it leaves for the next run."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Protocol

from contracts.clock import now, stamp
from contracts.datasets import OWN_SCHEMAS
from contracts.document import Answer, Fetch, Source, Validators, Window
from contracts.errors import (
    EnvironmentFault,
    SourceBusy,
    SourceChanged,
    SourceGone,
    SourceRefused,
)
from extractors.ingest.walk import Walk
from extractors.provenance import fetch_row
from extractors.report import FetchReport
from warehouse import lake
from warehouse.archive import Capture, payload_sha256
from warehouse.files import sweep
from warehouse.home import Home, sweep_drafts
from warehouse.locks import lock
from warehouse.polling import ALERT_WEIGHT
from warehouse.state import UrlState, begin

SAVE_EVERY = 50
OUTCOMES = {SourceBusy: "busy", SourceGone: "gone", SourceRefused: "refused", SourceChanged: "changed"}
Progress = Callable[[str, str], None]
_KEPT = {200, 202, 206, 401, 403, 412}


class Fetcher(Protocol):
    """What asks the web: `extractors.web.session.Web`, or a stand-in."""

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer: ...


def fetch(
    home: Home,
    source: Source,
    web: Fetcher,
    window: Window = Window(),  # noqa: B008 - frozen
    plan: Iterable[Fetch] | None = None,
    progress: Progress = lambda url, outcome: None,
    wall: Callable[[], datetime] = now,
    clock: Callable[[], float] = time.monotonic,
) -> FetchReport:
    """Ask what `plan` (the source's own by default) says and what the answers lead to; keep every answer.

    A poll that is not yet due is not made, and what goes over the source's budget is left for the next run; the report
    counts both. One lost request loses nothing else: read `FetchReport.faults`, or call `raise_if_failed`. `wall` and
    `clock` (seconds) are for tests. Raises `Locked`, and `EnvironmentFault` for an answer of the world in a home of
    recordings, or the reverse.
    """
    name = source.info.source
    report = FetchReport(name)
    with lock(home, name):
        sweep_drafts(home)
        sweep(home.archive / name)
        run = _FetchRun(home, source, web, report, progress, wall, clock)
        run.drain(plan if plan is not None else source.plan(window))
    return report


class _FetchRun(Walk):
    """One run's log and answers; the log is a lake part, the state a cache."""

    def __init__(
        self,
        home: Home,
        source: Source,
        web: Fetcher,
        report: FetchReport,
        progress: Progress,
        wall: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        state = begin(home, source.info.source, source.wait_seconds)
        super().__init__(home, source, state, report, wall, clock)
        self.web, self.progress = web, progress
        self.log: list[dict[str, object]] = []

    def drain(self, plan: Iterable[Fetch]) -> None:
        try:
            self.go(plan)
            self.state.save()
        finally:
            self._write_log()

    def _last(self, request: Fetch) -> UrlState | None:
        """The last answer to the same question: a table asked for under another scope is another question."""
        last = self.state.urls.get(request.url)
        return last if self.same_question(request, last) else None

    def _ask(self, request: Fetch) -> Capture | None:
        last = self._last(request)
        validators = last.validators() if last and request.unchanged_ok else None
        answer = self.web.fetch(request, validators)
        _require_kind(self.home, answer)
        outcome, capture = self._keep(request, answer, last)
        self._count(request, answer, outcome, capture)
        self.log.append(fetch_row(request, answer, outcome, capture.document_id if capture else None))
        self.progress(request.url, outcome if not answer.error else f"{outcome}: {answer.error}")
        if len(self.log) % SAVE_EVERY == 0:
            self.state.save(complete=False)
        return capture if answer.error is None else None

    def _count(self, request: Fetch, answer: Answer, outcome: str, capture: Capture | None) -> None:
        self.report.count(outcome)
        if answer.error and not request.optional and not isinstance(answer.error, SourceGone):
            self.report.faults.append((request.url, answer.error))
        if request.every_seconds is None:
            return
        if answer.error is None:
            declared = self._declared(capture) if outcome == "stored" else None
            self.state.answered(request, answer, declared, fresh=outcome == "stored")
        elif self.state.failed(request, answer, outcome) >= ALERT_WEIGHT:
            self.report.alerts.append(request.url)

    def _declared(self, capture: Capture | None) -> float | None:
        try:
            return self.source.wait_seconds(capture) if capture else None
        except Exception:  # whatever a document makes its reader do: parsing says why
            return None

    def _keep(self, request: Fetch, answer: Answer, last: UrlState | None) -> tuple[str, Capture | None]:
        if answer.error is not None:
            outcome = OUTCOMES[type(answer.error)]
            keeps = answer.body is not None and not isinstance(answer.error, SourceGone) and answer.size > 0
            asked_wrongly = isinstance(answer.error, SourceChanged)
            keeps = keeps and (asked_wrongly or answer.status in _KEPT)
            return outcome, self.archive.store(answer) if keeps else None
        if answer.status == 304 and last is not None:
            return "unchanged", self._again(request, answer, last)
        if last is not None and last.sha256 == payload_sha256(answer):
            return "unchanged", self._again(request, answer, last)
        headers = {name.lower(): value for name, value in answer.headers}
        stated = self.source.released_at(headers)
        released = stated if stated and stated <= answer.retrieved_at else None  # RFC 9110 8.8.2.1
        capture = self.archive.store(answer, released)
        self.state.remember(capture, request.token)
        return "stored", capture

    def _again(self, request: Fetch, answer: Answer, last: UrlState) -> Capture | None:
        """The same bytes as last time: noted, not stored; what they lead to is asked again where it failed."""
        if stamp(answer.retrieved_at) != last.asked_at:
            self.archive.store_revisit(answer, last.document_id)
        headers = {name.lower(): value for name, value in answer.headers}
        conditional = answer.status == 304
        self.state.still(
            request.url, answer.retrieved_at, headers, conditional=conditional, token=request.token
        )
        return self._find(request.source, last.document_id)

    def _write_log(self) -> None:
        import pyarrow as pa

        writer = lake.PartWriter(self.home, self.source.info.source, "log")
        if self.log:
            writer.add("fetch", pa.Table.from_pylist(self.log, schema=OWN_SCHEMAS["fetch"]), ())
        lake.commit(self.home, self.source.info.source, writer.finish())


def _require_kind(home: Home, answer: Answer) -> None:
    live = (answer.via == "direct", answer.evidence == "live")
    if live != (home.kind == "live",) * 2:
        raise EnvironmentFault(
            f"the home {home.root} holds {home.kind} data and this answer is {answer.evidence} (via {answer.via}): "
            "set CHOKEPOINT_HOME to another folder, or CHOKEPOINT_MIRROR to fit the home"
        )
