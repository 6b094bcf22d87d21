"""Sources and what is kept of them: sources, fetch, parse, enrich, pack, state rebuild."""

from __future__ import annotations

import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.budget import rehearsed_into
from cli.envelope import AsJson, Reply, add_command, reply
from cli.terminal import masked
from contracts.errors import EnvironmentFault
from warehouse.home import Home

if TYPE_CHECKING:
    from contracts.document import Source
    from extractors.report import FetchReport, ParseReport
    from extractors.selection import Selection

SourceName = Annotated[str, typer.Argument(metavar="SOURCE", help="A source id; news:<key> for one feed.")]
OneSource = Annotated[str | None, typer.Argument(metavar="[SOURCE]", help="A source id; all by default.")]
From = Annotated[
    str | None, typer.Option("--from", help="First month (2024-01) of customs, first day of all else.")
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help="Only say what would be asked: no request, nothing written.")
]
To = Annotated[str | None, typer.Option("--to", help="Last month or day, included.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    state = typer.Typer(help="What a source left for its next run.", no_args_is_help=True)
    for command in (sources, fetch, parse, enrich, pack):
        add_command(app, command)
    add_command(state, rebuild)
    app.add_typer(state, name="state")


def sources(as_json: AsJson = False) -> None:
    """List the sources: who publishes them, how often, and whether a key is needed and there.

    For example:
      chokepoint sources
    """
    with reply("sources", as_json) as answer:
        answer.data = [_described(source) for source in chosen(None)]
        columns = ("source", "title", "publisher", "every_days", "lag_days", "licence", "key")
        answer.table(columns, [[row[name] for name in columns] for row in answer.data])


def fetch(
    source: SourceName, start: From = None, end: To = None, dry_run: DryRun = False, as_json: AsJson = False
) -> None:
    """Ask a source and keep every answer in the archive.

    For example:
      chokepoint fetch us_census_port --dry-run
      chokepoint fetch us_census_port --from 2026-01 --to 2026-03
      chokepoint fetch news:riverline
    """
    from extractors.selection import missing_key, select

    with reply("fetch", as_json) as answer:
        selection = select(source, start, end)
        if key := missing_key(selection.source):
            raise EnvironmentFault(f"{selection.source.info.source} needs {key}: set it in the environment")
        if (start or end) and not selection.window_counts:
            answer.warn(f"{source} asks for the same whatever the dates are. {selection.source.info.note}")
        if not (selection.plan or selection.feed) and selection.source.inbox:
            answer.warn(f"{source} is brought by hand: see `chokepoint inbox list {source}`")
        if dry_run:
            answer.data = rehearsed_into(answer, [selection])
            return
        report = fetch_into(answer, answer.home(make=True), selection)
        answer.data = fetched(report, selection.feed)
        report.raise_if_failed(selection.source.tolerated_failure_share)


def parse(
    source: OneSource = None,
    everything: Annotated[bool, typer.Option("--all", help="Read again what was read before.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read archived answers into the lake; refused ones go to quarantine with the reason.

    For example:
      chokepoint parse
      chokepoint parse us_census_port --all
    """
    with reply("parse", as_json) as answer:
        wanted, home = chosen(source), answer.home()
        answer.data = []
        for each in wanted:
            with answer.attempt():
                parse_into(answer, home, each, everything)


def enrich(as_json: AsJson = False) -> None:
    """Say which articles in the lake are copies of one text (clusters) and which tell of one event (stories).

    Only what is new is looked at; `chokepoint run` and the DAG ingest_news do this after reading.

    For example:
      chokepoint enrich
    """
    with reply("enrich", as_json) as answer:
        answer.data = enrich_into(answer, answer.home())


def pack(source: OneSource = None, as_json: AsJson = False) -> None:
    """Join the archive files of closed days into one file a day, each record verified.

    For example:
      chokepoint pack news
    """
    from warehouse import pack as packs

    with reply("pack", as_json) as answer:
        wanted, home = chosen(source), answer.home()
        answer.data = {}
        for name in (each.info.source for each in wanted):
            with answer.attempt():
                answer.data[name] = packs.pack(home, name)
                answer.say(f"{name}: packs made: {len(answer.data[name])}")


def rebuild(source: OneSource = None, as_json: AsJson = False) -> None:
    """Make the state of a source (validators, dates of its items, polls) again from the archive and the log.

    For example:
      chokepoint state rebuild news
    """
    from warehouse import state
    from warehouse.locks import lock

    with reply("state rebuild", as_json) as answer:
        wanted, home = chosen(source), answer.home()
        answer.data = {}
        for name, each in ((each.info.source, each) for each in wanted):
            with answer.attempt(), lock(home, name):
                answer.data[name] = state.rebuild(home, name, each.wait_seconds)
                answer.say(f"{name}: URLs known: {answer.data[name]}")


def chosen(name: str | None) -> list[Source]:
    """The source of that id, all in order of id when None."""
    from extractors import registry

    return list(registry.sources().values()) if name is None else [registry.source(name)]


def fetch_into(answer: Reply, home: Home, selection: Selection) -> FetchReport:
    """Fetch with a progress line a request; tolerated faults become warnings."""
    from extractors import ingest
    from extractors.web.session import Web

    source = selection.source
    with Web.from_env(os.environ) as web:
        report = ingest.fetch(
            home,
            source,
            web,
            plan=selection.plan,
            progress=lambda url, outcome: answer.note(f"{source.info.source} {url} {outcome}"),
        )
    counts = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.counts.items()))
    asked = f"asked {report.asked} ({counts or 'nothing'})"
    answer.say(f"{report.source}: {'; '.join([asked, *report.waiting()])}")
    for url in report.alerts:
        answer.warn(f"{url}: has failed for long; see `chokepoint news check`")
    for url, error in report.faults:
        answer.warn(f"{url}: {error}")
    return report


def parse_into(answer: Reply, home: Home, source: Source, everything: bool) -> None:
    """Parse one source into `answer.data`; refusals are warnings, an error where they are too many."""
    from extractors import ingest

    report = ingest.parse(home, source, everything=everything)
    answer.data.append(parsed(report))
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in sorted(report.outcomes.items()))
    rows = ", ".join(f"{dataset} {count}" for dataset, count in sorted(report.rows.items()))
    answer.say(f"{report.source}: {outcomes or 'nothing new'}" + (f"; rows: {rows}" if rows else ""))
    for url, reason in report.refused:
        answer.warn(f"quarantined {url}: {reason}")
    report.raise_if_refused(source.tolerated_failure_share)


def enrich_into(answer: Reply, home: Home) -> dict[str, Any]:
    """Bring clusters and stories up to the news in the lake; what came of it, JSON-ready."""
    from transforms.text.identify import identify

    report = identify(home)
    rows = ", ".join(f"{dataset} {count}" for dataset, count in report.rows.items())
    answer.say(f"articles with something new: {report.articles}; rows: {rows}")
    return {
        "articles": report.articles,
        "texts": report.texts,
        "months": list(report.months),
        "rows": report.rows,
        "edges": report.edges,
    }


def fetched(report: FetchReport, feed: str | None = None) -> dict[str, Any]:
    """A fetch report, JSON-ready."""
    faults = [
        {"url": masked(url), "error": type(error).__name__, "message": masked(str(error))}
        for url, error in report.faults
    ]
    return {
        "source": report.source,
        "feed": feed,
        "asked": report.asked,
        "counts": report.counts,
        "not_due": report.not_due,
        "left": report.left,
        "failing_for_long": [masked(url) for url in report.alerts],
        "faults": faults,
    }


def parsed(report: ParseReport) -> dict[str, Any]:
    """A parse report, JSON-ready."""
    refused = [{"url": url, "reason": reason} for url, reason in report.refused]
    return {**asdict(report), "refused": refused}


def key_words(source: Source) -> str:
    """How a source's key stands, never the key itself."""
    from extractors.selection import missing_key

    name = source.info.key_env
    if name is None:
        return "none needed"
    if missing_key(source):
        return f"needs {name}"
    return f"{name} is set" if os.environ.get(name) else "not needed by a mirror"


def _described(source: Source) -> dict[str, Any]:
    info = source.info
    return {
        "source": info.source,
        "title": info.title,
        "publisher": info.publisher,
        "every_days": info.cadence_days,
        "lag_days": info.lag_days,
        "licence": info.licence,
        "terms_url": info.terms_url,
        "key": key_words(source),
        "note": info.note,
    }
