"""Live answers kept as recordings for a mirror."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from contracts.clock import stamp
from contracts.document import Fetch, Source
from contracts.errors import EnvironmentFault, SourceError, SourceGone
from extractors.ingest import OUTCOMES, Fetcher, Progress
from extractors.report import FetchReport
from warehouse.archive import Archive, Capture


def record(
    folder: Path, source: Source, web: Fetcher, plan: Iterable[Fetch], progress: Progress
) -> FetchReport:
    """Ask what `plan` says and what the answers lead to; keep every good answer below `folder` as `recorded`.

    Raises `EnvironmentFault` when an answer is not the live one: a recording of a recording would claim too much.
    """
    report, archive = FetchReport(source.info.source), Archive(folder)
    queue, seen = deque(plan), set[tuple[str, str]]()
    while queue:
        request = queue.popleft()
        if (request.method, request.url) not in seen:
            seen.add((request.method, request.url))
            capture = _ask(archive, source, web, request, report, progress)
            queue.extend(_follow(source, capture))
    return report


def _ask(
    archive: Archive,
    source: Source,
    web: Fetcher,
    request: Fetch,
    report: FetchReport,
    progress: Progress,
) -> Capture | None:
    answer = web.fetch(request)
    if answer.error is not None:
        outcome = OUTCOMES[type(answer.error)]
        report.count(outcome)
        if not isinstance(answer.error, SourceGone):
            report.faults.append((request.url, answer.error))
        progress(request.url, f"{outcome}: {answer.error}")
        return None
    if answer.evidence != "live":
        raise EnvironmentFault(f"{request.url} was not answered by the live web but by {answer.via}")
    headers = {name.lower(): value for name, value in answer.headers}
    origin = f"{request.url} retrieved {stamp(answer.retrieved_at)}"
    kept = archive.store(replace(answer, evidence="recorded", origin=origin), source.released_at(headers))
    report.count("recorded")
    progress(request.url, "recorded")
    return kept


def _follow(source: Source, capture: Capture | None) -> list[Fetch]:
    try:
        return list(source.follow(capture)) if capture is not None else []
    except SourceError:
        return []
