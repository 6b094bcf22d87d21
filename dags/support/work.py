"""What the tasks do when they run. Nothing here is imported while DAG files are parsed."""

from __future__ import annotations

import logging
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NoReturn

from airflow.sdk import get_current_context  # noqa: TID253 - only tasks import this module
from airflow.sdk.exceptions import AirflowSkipException  # noqa: TID253

from contracts.clock import now
from contracts.document import Fetch, Source, Window
from contracts.errors import EnvironmentFault
from contracts.text import printable
from extractors import ingest, registry
from extractors.news.feeds import load_feeds
from extractors.news.source import plan_for
from extractors.selection import missing_key
from extractors.web.session import Web
from warehouse import pending
from warehouse.home import Home, home_root, open_home, wanted_kind

SKIPPED = "skipped"
PARAMS = frozenset({"from", "to", "sources", "feeds", "dry_run"})
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Asked:
    """What a run was started for: `reason_to_skip` when its span names nothing to ask, `dry_run` only to say what it would."""

    window: Window = field(default_factory=Window)
    sources: tuple[str, ...] | None = None
    feeds: tuple[str, ...] | None = None
    reason_to_skip: str | None = None
    dry_run: bool = False


def asked(context: Mapping[str, Any], unit: str | None) -> Asked:
    """The window, sources and feeds of a run: its params first, then a backfill's data interval, else the habit.

    `unit` is "month", "day" or None (no window). A clocked run asks by the source's habit: an interval of one day would
    miss what an agency published late. `EnvironmentFault` when `from` lies after `to`, or for a param nobody reads.
    """
    params = context["params"]
    if unknown := sorted(set(params) - PARAMS):
        raise EnvironmentFault(f"no param {', '.join(unknown)}: there are {', '.join(sorted(PARAMS))}")
    sources, feeds = (_names(params.get(name)) for name in ("sources", "feeds"))
    dry_run = bool(params.get("dry_run"))
    first, last = (_first_day(params.get(name)) for name in ("from", "to"))
    if first and last and first > last:
        raise EnvironmentFault(f"from {first} lies after to {last}")
    if first or last or unit is None or context["dag_run"].run_type != "backfill":
        return Asked(Window(first, last), sources, feeds, dry_run=dry_run)
    days = _days_begun(context["data_interval_start"], context["data_interval_end"])
    meant = [day for day in days if unit == "day" or day.day == 1]
    if not meant:
        reason = f"no {unit} begins in this run's data interval: the run in which it begins asks for it"
        return Asked(sources=sources, feeds=feeds, reason_to_skip=reason)
    return Asked(Window(meant[0], meant[-1]), sources, feeds, dry_run=dry_run)


def _days_begun(start: datetime, end: datetime) -> list[date]:
    """The days whose first moment lies in [start, end): every day is in exactly one of adjoining intervals."""
    first = (start + timedelta(days=1) - timedelta(microseconds=1)).date()
    last = (end - timedelta(microseconds=1)).date()
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]


def _names(value: object) -> tuple[str, ...] | None:
    return tuple(str(name) for name in value) if isinstance(value, Iterable) else None


def _first_day(text: str | None) -> date | None:
    """The day, or the first day of the month."""
    return date.fromisoformat(text if len(text) > len("2026-07") else f"{text}-01") if text else None


def fetch(name: str, wanted: Asked) -> dict[str, int]:
    """Ask a source and keep the answers; requests by outcome. Skipped without its key or when not asked for.

    A dry run only says in the log what would be asked, and is skipped. Raises the gravest `SourceError` when more failed than the source tolerates, `Locked`, `EnvironmentFault`.
    """
    source = registry.source(name)
    reason = _reason_to_skip(source, wanted)
    if reason:
        skip(reason)
    plan: Iterable[Fetch] | None = plan_for(load_feeds(), wanted.feeds) if wanted.feeds else None
    if wanted.dry_run:
        skip(_rehearsed(ingest.rehearse(_home(), source, wanted.window, plan)))
    with Web.from_env(os.environ) as web:
        report = ingest.fetch(_home(), source, web, wanted.window, plan, _tell)
    _LOG.info("%s: %s", name, "; ".join([_counted(report.counts), *report.waiting()]))
    for url in report.alerts:
        _LOG.warning("has failed for long: %s", printable(url, 300))
    report.raise_if_failed(source.tolerated_failure_share)
    return report.counts


def _rehearsed(outlook: ingest.Outlook) -> str:
    for standing, url in outlook.requests:
        _LOG.info("would ask (%s): %s", standing, printable(url, 300))
    more = ", and what their answers lead to" if outlook.leads_on else ""
    asked = f"{len(outlook.requests)} requests ({_counted(outlook.standings)}){more}"
    return f"a dry run: {asked}; {outlook.settled} settled"


def take_in(name: str, context: Mapping[str, Any]) -> dict[str, int]:
    """Take in the files that people brought for a source; files by what became of them.

    Raises `SourceChanged` when one was refused, `EnvironmentFault` when the system would not let us; all others were
    dealt with. `Locked`.
    """
    wanted = asked(context, None)
    if wanted.sources is not None and name not in wanted.sources:
        skip("not asked for in this run")
    if wanted.dry_run:
        skip("a dry run: nothing is taken in")
    report = ingest.take_in(_home(), registry.source(name))
    for file, why in (*report.left, *report.refused):
        _LOG.warning("%s: %s", printable(file, 200), printable(why, 500))
    report.raise_if_not_well()
    return {"taken": len(report.taken), "left": len(report.left)}


def _reason_to_skip(source: Source, wanted: Asked) -> str | None:
    if wanted.sources is not None and source.info.source not in wanted.sources:
        return "not asked for in this run"
    if key := missing_key(source, os.environ):
        return f"needs {key}"
    return wanted.reason_to_skip


def skip(reason: str) -> NoReturn:
    """End the running task as skipped, with the reason in its log and among its XComs."""
    get_current_context()["ti"].xcom_push(SKIPPED, reason)
    raise AirflowSkipException(reason)


def parse(name: str) -> dict[str, Any]:
    """Read a source's unread documents into the lake; documents by outcome and rows by dataset.

    Raises `Locked`, and `SourceChanged` when a document was refused (all others are read), but not for a source of many
    publishers, which tolerates losses: one dead feed is told by its state and must not stain every quiet hour.
    """
    source = registry.source(name)
    report = ingest.parse(_home(), source)
    for url, reason in report.refused:
        _LOG.warning("quarantined %s: %s", printable(url, 300), printable(reason, 500))
    _LOG.info("%s: %s; %s", name, _counted(report.outcomes), _counted(report.rows))
    if not source.tolerated_failure_share:
        report.raise_if_refused(0)
    return {"documents": report.outcomes, "rows": report.rows}


def enrich() -> dict[str, Any]:
    """Find which articles are copies of one text and which tell of one event; rows by dataset as they are now.

    Raises `Locked`, `EnvironmentFault`.
    """
    from transforms.text.identify import identify

    report = identify(_home())
    _LOG.info("articles with something new: %d; %s", report.articles, _counted(report.rows))
    return {"rows": report.rows}


def announce(sources: list[str], at_most_every_hours: float, readings: list[Any]) -> dict[str, int]:
    """Rows by dataset that a release lacks; skipped, so that no bell rings, when there are none or it is too soon.

    The lake is asked, not the readings: a parse that was tried again, or a bell held back, is not forgotten.
    """
    home = _home()
    for source, reading in zip(sources, readings, strict=True):
        _LOG.info("%s: %s", source, _counted(reading["rows"]) if reading else "not read in this run")
    waiting = pending.unreleased(home, sources)
    if not waiting:
        skip("nothing new: no row waits for a release")
    last = pending.released_at(home)
    if last and now() - last < timedelta(hours=at_most_every_hours):
        skip(f"{_counted(waiting)} wait: the last release is younger than {at_most_every_hours:g} hours")
    _LOG.info("for the next release: %s", _counted(waiting))
    return waiting


def build_and_release() -> str:
    """Refresh the warehouse: "released", "nothing new" or "pinned". Raises `CheckFailed`, `Locked`."""
    from transforms.refresh import refresh

    made = refresh(_home(), rights=registry.rights())
    for document, reason in made.held.items():
        _LOG.warning("on hold %s: %s", document, printable(reason, 500))
    _LOG.info("%s: release %s", made.outcome, made.release)
    return made.outcome


def replicate() -> dict[str, int]:
    """Count the published figures by outcome, and log every publication. Raises `CheckFailed` for a figure that was lost.

    Skipped before the first release.
    """
    from transforms.replication import replicate as compare

    found = compare(_home())
    if found is None:
        raise AirflowSkipException("there is no release yet")
    for row in found.publications.rows:
        told = dict(zip(found.publications.columns, row, strict=True))
        _LOG.info("%s: %s", printable(told.pop("publication"), 200), told)
    found.require_kept()
    place = found.figures.columns.index("outcome")
    return dict(Counter(str(row[place]) for row in found.figures.rows))


def _home() -> Home:
    return open_home(home_root(), wanted_kind())


def _tell(url: str, outcome: str) -> None:
    _LOG.info("%s %s", printable(outcome, 300), printable(url, 300))


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts[name]} {name}" for name in sorted(counts)) or "nothing"
