"""Fetch into the archive, parse into the lake: the one place where the web and the storage meet."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from contracts.clock import stamp
from contracts.datasets import OWN_SCHEMAS, checked
from contracts.document import Answer, Batch, Document, Fetch, Source, Validators, Window
from contracts.errors import (
    CheckFailed,
    EnvironmentFault,
    SourceBusy,
    SourceChanged,
    SourceError,
    SourceGone,
    SourceRefused,
)
from extractors.provenance import document_row, fetch_row, scope_tables, source_row, tables
from extractors.report import FetchReport, ParseReport
from warehouse import lake, quarantine
from warehouse.archive import Archive, Capture, payload_sha256
from warehouse.files import sweep
from warehouse.home import Home, sweep_drafts
from warehouse.locks import lock
from warehouse.state import UrlState, begin, scope_mark

if TYPE_CHECKING:
    import pyarrow as pa

SAVE_EVERY = 50
OUTCOMES = {SourceBusy: "busy", SourceGone: "gone", SourceRefused: "refused", SourceChanged: "changed"}
Progress = Callable[[str, str], None]


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
) -> FetchReport:
    """Ask what `plan` (the source's own by default) says and what the answers lead to; keep every answer.

    One lost request loses nothing else: read `FetchReport.faults`, or call `raise_if_failed`. Raises `Locked`, and
    `EnvironmentFault` for an answer of the world in a home of recordings, or the reverse.
    """
    name = source.info.source
    report = FetchReport(name)
    with lock(home, name):
        sweep_drafts(home)
        sweep(home.archive / name)
        run = _FetchRun(home, source, web, report, progress)
        run.drain(plan if plan is not None else source.plan(window))
    return report


class _FetchRun:
    """One run's queue, state and log; the log is a lake part, the state a cache."""

    def __init__(
        self, home: Home, source: Source, web: Fetcher, report: FetchReport, progress: Progress
    ) -> None:
        self.home, self.source, self.web, self.report, self.progress = home, source, web, report, progress
        self.archive, self.state = Archive(home.archive), begin(home, source.info.source)
        self.log: list[dict[str, object]] = []

    def drain(self, plan: Iterable[Fetch]) -> None:
        try:
            self._ask_all(plan)
            self.state.save()
        finally:
            self._write_log()

    def _ask_all(self, plan: Iterable[Fetch]) -> None:
        queue, seen = deque(plan), set[tuple[str, str]]()
        while queue:
            request = queue.popleft()
            if (request.method, request.url) in seen:
                continue
            if self._settled(request):
                queue.extend(self._follow_settled(request))
                continue
            seen.add((request.method, request.url))
            queue.extend(self._follow(self._ask(request)))
            if len(self.log) % SAVE_EVERY == 0:
                self.state.save(complete=False)

    def _settled(self, request: Fetch) -> bool:
        last = self.state.urls.get(request.url)
        return request.token is not None and last is not None and request.token in (last.token or "").split()

    def _follow_settled(self, request: Fetch) -> list[Fetch]:
        """What the last answer of a settled request leads to, where the request wants it followed."""
        if not request.follow_settled:
            return []
        return self._follow(self._find(request.source, self.state.urls[request.url].document_id))

    def _last(self, request: Fetch) -> UrlState | None:
        """The last answer to the same question: a table asked for under another scope is another question."""
        last = self.state.urls.get(request.url)
        same = request.token is not None or (last is not None and last.scope == scope_mark(request.scope))
        return last if same else None

    def _ask(self, request: Fetch) -> Capture | None:
        last = self._last(request)
        validators = last.validators() if last and request.unchanged_ok else None
        answer = self.web.fetch(request, validators)
        _require_kind(self.home, answer)
        outcome, capture = self._keep(request, answer, last)
        self.report.count(outcome)
        if answer.error and not request.optional and not isinstance(answer.error, SourceGone):
            self.report.faults.append((request.url, answer.error))
        self.log.append(fetch_row(request, answer, outcome, capture.document_id if capture else None))
        self.progress(request.url, outcome if not answer.error else f"{outcome}: {answer.error}")
        return capture if answer.error is None else None

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

    def _find(self, source: str, document_id: str) -> Capture | None:
        try:
            return self.archive.find(source, document_id)
        except CheckFailed:
            return None  # parsing names the damaged file

    def _follow(self, capture: Capture | None) -> list[Fetch]:
        """What an answer leads to. A document its own parser would refuse leads nowhere: parsing says why."""
        try:
            return list(self.source.follow(capture)) if capture else []
        except EnvironmentFault:
            raise
        except Exception:  # whatever a document makes its reader do, the other requests go on
            return []

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


_KEPT = {200, 202, 206, 401, 403}


def parse(home: Home, source: Source, *, everything: bool = False) -> ParseReport:
    """Read archived documents the source's parser has not dealt with (`everything`: all of them) into the lake.

    A document that is refused is quarantined with its reason; every other one counts. Parsing the same documents again
    writes no file. Raises `Locked`.
    """
    name = source.info.source
    report = ParseReport(name)
    with lock(home, name):
        lake.tidy(home, name)
        known = set() if everything else lake.documents(home, name, source.info.parser_version)
        captures = Archive(home.archive).captures(name, known, lambda p, why: _damaged(home, report, p, why))
        writer = lake.PartWriter(home, name, source.info.parser_version)
        try:
            _ParseRun(home, source, writer, report).read(captures)
            lake.carry(writer, {c.document_id for c in captures})
            parts = writer.finish()
        except BaseException:
            writer.abandon()
            raise
        before = {part.path for part in lake.manifest(home, name)}
        lake.commit(home, name, parts, (c.document_id for c in captures))
        report.written = sorted({part.path for part in parts} - before)
    return report


def _damaged(home: Home, report: ParseReport, path: Path, reason: str) -> None:
    quarantine.refuse_file(home, report.source, path, reason)
    report.refused.append((path.name, reason))


def read_document(source: Source, document: Document) -> Iterator[Batch]:
    """The batches of one document, checked against the dataset schemas; stores nothing. Raises `SourceChanged`."""
    for dataset, batch in source.parse(document):
        yield dataset, checked(dataset, batch)


class _ParseRun:
    """Reads documents in order of time into one writer; remembers which URLs have answered with rows."""

    def __init__(self, home: Home, source: Source, writer: lake.PartWriter, report: ParseReport) -> None:
        self.home, self.source, self.writer, self.report = home, source, writer, report
        self.answered: dict[str, str] = {}

    def read(self, captures: list[Capture]) -> None:
        import pyarrow as pa

        name, version = self.source.info.source, self.source.info.parser_version
        for row in lake.read(self.home, name, "document", ["url", "rows", "retrieved_at"]):
            if row["rows"]:
                self._note_answer(row["url"], stamp(row["retrieved_at"]))
        notes = [self._read_one(capture) for capture in captures]
        if notes:
            table = pa.Table.from_pylist(notes, schema=OWN_SCHEMAS["document"])
            self.writer.add("document", table, [c.document_id for c in captures])
        info = pa.Table.from_pylist([source_row(self.source.info)], schema=OWN_SCHEMAS["source"])
        if notes or version not in {p.parser_version for p in lake.manifest(self.home, name)}:
            self.writer.add("source", info, ())

    def _note_answer(self, url: str, at: str) -> None:
        self.answered[url] = min(at, self.answered.get(url, at))

    def _read_one(self, capture: Capture) -> dict[str, object]:
        try:
            if capture.fault:
                raise SourceChanged(capture.fault)
            batches = list(read_document(self.source, capture))
            found = [*tables(capture, batches), *scope_tables(capture, self.source, batches)]
            rows = sum(table.num_rows for dataset, table in found if dataset != "trade_scope")
            if not rows and self._had_answered(capture):
                raise SourceChanged(f"answered {capture.status} with nothing where it had given rows before")
            added = ", ".join(self.source.new_columns(capture)) or None
        except (SourceError, CheckFailed) as error:
            return self._refuse(capture, str(error))
        except Exception as error:  # whatever a document makes a parser do, the other documents go on
            return self._refuse(capture, f"the parser stopped: {type(error).__name__}: {error}")
        return self._accept(capture, found, rows, added)

    def _had_answered(self, capture: Capture) -> bool:
        """An agency that gave figures and now gives none has changed; a page may well have lost its text."""
        earlier = self.answered.get(capture.url, "~") < stamp(capture.retrieved_at)
        return earlier and (capture.status == 204 or bool(self.source.info.flow_bases))

    def _refuse(self, capture: Capture, reason: str) -> dict[str, object]:
        quarantine.refuse(self.home, capture, self.source.info.parser_version, reason)
        self.report.refused.append((capture.url, reason))
        return self._document_row(capture, "quarantined", 0, reason, None)

    def _accept(
        self, capture: Capture, found: list[tuple[str, pa.Table]], rows: int, added: str | None
    ) -> dict[str, object]:
        quarantine.accept(self.home, capture)
        for dataset, table in found:
            self.writer.add(dataset, table, [capture.document_id])
            self.report.rows[dataset] = self.report.rows.get(dataset, 0) + table.num_rows
        if rows:
            self._note_answer(capture.url, stamp(capture.retrieved_at))
        return self._document_row(capture, "parsed" if rows else "empty", rows, None, added)

    def _document_row(
        self, capture: Capture, outcome: str, rows: int, reason: str | None, added: str | None
    ) -> dict[str, object]:
        self.report.outcomes[outcome] = self.report.outcomes.get(outcome, 0) + 1
        read = {"outcome": outcome, "reason": reason, "rows": rows, "new_columns": added}
        return (
            document_row(capture, capture.size) | {"parser_version": self.source.info.parser_version} | read
        )
