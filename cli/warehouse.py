"""From the lake to a release: build, check, publish, rollback, and run for all of it."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.budget import rehearsed_into
from cli.envelope import AsJson, Reply, add_command, reply
from cli.inbox import take_in_all
from cli.ingest import DryRun, chosen, enrich_into, fetch_into, fetched, parse_into
from cli.terminal import working
from warehouse.home import Home

if TYPE_CHECKING:
    from contracts.document import Source
    from warehouse.release import Release

ReleaseHolds = Annotated[
    bool, typer.Option("--release-holds", help="Let documents on hold in again: the checks judge them anew.")
]
Anew = Annotated[
    bool,
    typer.Option(
        "--anew", help="Make every table, also those that could be taken over from the last release."
    ),
]
Unpin = Annotated[bool, typer.Option("--unpin", help="Undo a rollback: the newest release is current again.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (build, check, publish, rollback, run):
        add_command(app, command)


def build(release_holds: ReleaseHolds = False, anew: Anew = False, as_json: AsJson = False) -> None:
    """Build a candidate from the lake and run every check over it; releases nothing.

    For example:
      chokepoint build && chokepoint publish
    """
    with reply("build", as_json) as answer:
        home = answer.home()
        from extractors import registry
        from transforms import refresh

        with working("building the warehouse"):
            made = refresh.build(home, rights=registry.rights(), release_holds=release_holds, anew=anew)
        checks = made.checks or []
        answer.data = {
            "build_id": made.build_id,
            "checks": _summary(checks),
            "carried_over": made.carried_over,
        }
        answer.say(f"build {made.build_id}: {_words(checks)}")
        if made.carried_over:
            answer.say(f"{made.carried_over} tables and views are as in {made.marks['carried_from']}")
        refresh.require_fit(checks)


def check(as_json: AsJson = False) -> None:
    """Show what the checks of the last build found.

    For example:
      chokepoint check --json
    """
    with reply("check", as_json) as answer:
        home = answer.home()
        from transforms import refresh

        checks = refresh.check(home)
        answer.data = {"checks": checks, "counts": _summary(checks)}
        columns = ("name", "kind", "status", "failures", "severity", "message")
        answer.table(columns, [[row.get(name) for name in columns] for row in checks], limit=200)
        answer.say(_words(checks))
        refresh.require_fit(checks)


def publish(unpin: Unpin = False, as_json: AsJson = False) -> None:
    """Release the last build, if its checks passed, and make it current.

    For example:
      chokepoint publish
      chokepoint publish --unpin
    """
    with reply("publish", as_json) as answer:
        home = answer.home()
        from extractors import registry
        from transforms import refresh

        with working("releasing"):
            release = refresh.publish(home, rights=registry.rights(), unpin=unpin)
        _tell_release(answer, home, release)


def rollback(
    release: Annotated[str | None, typer.Argument(metavar="[RELEASE]", help="A release's name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Make an older release current and pin it until `publish --unpin`; the one before the current by default.

    For example:
      chokepoint rollback
    """
    with reply("rollback", as_json) as answer:
        home = answer.home()
        from transforms import refresh

        _tell_release(answer, home, refresh.rollback(home, release))


def run(dry_run: DryRun = False, as_json: AsJson = False) -> None:
    """Fetch every source, take in what was brought, parse, enrich, build, check and publish: all without Airflow.

    For example:
      chokepoint run --dry-run
      chokepoint run
    """
    with reply("run", as_json) as answer:
        wanted = chosen(None)
        if dry_run:
            answer.data = _rehearse(answer, wanted)
            return
        home = answer.home(make=True)
        fetched_reports = [report for source in wanted for report in _fetch_one(answer, home, source)]
        brought = take_in_all(answer, home, wanted)
        answer.data = []
        for source in wanted:
            with answer.attempt():
                parse_into(answer, home, source, everything=False)
        answer.data = {
            "fetched": fetched_reports,
            "brought": brought,
            "parsed": answer.data,
            "enriched": None,
            "refresh": None,
        }
        with answer.attempt():
            answer.data["enriched"] = enrich_into(answer, home)
        with answer.attempt():
            answer.data["refresh"] = _refresh(answer, home)


def _rehearse(answer: Reply, wanted: Sequence[Source]) -> list[dict[str, Any]]:
    """What fetching every source would ask; a source that waits for its key would ask nothing."""
    from extractors.selection import missing_key, select

    ready = []
    for source in wanted:
        if key := missing_key(source, os.environ):
            answer.warn(f"{source.info.source} needs {key}: skipped")
            continue
        with answer.attempt():
            ready.append(select(source.info.source))
    return rehearsed_into(answer, ready)


def _fetch_one(answer: Reply, home: Home, source: Source) -> list[dict[str, Any]]:
    """The report of one source; none where a key is missing or it could not run, which stops no other source."""
    from extractors.selection import missing_key, select

    if key := missing_key(source, os.environ):
        answer.warn(f"{source.info.source} needs {key}: skipped")
        return []
    reports = []
    with answer.attempt():
        report = fetch_into(answer, home, select(source.info.source))
        reports.append(fetched(report))
        report.raise_if_failed(source.tolerated_failure_share)
    return reports


def _refresh(answer: Reply, home: Home) -> dict[str, Any]:
    from dataclasses import asdict

    from extractors import registry
    from transforms import refresh

    with working("refreshing the warehouse"):
        made = refresh.refresh(home, rights=registry.rights())
    answer.say(f"{made.outcome}: release {made.release}")
    for document, reason in made.held.items():
        answer.warn(f"document {document} is on hold: {reason}")
    return asdict(made)


def _tell_release(answer: Reply, home: Home, release: Release) -> None:
    from warehouse.release import current, pinned

    shown, pin = current(home), pinned(home)
    answer.data = {
        "release": release.name,
        "build_id": release.build_id,
        "current": shown.name if shown else None,
        "pinned": pin,
    }
    answer.say(f"release {release.name}; current is {shown.name if shown else 'none'}")
    if pin:
        answer.warn(f"{pin} is pinned: `chokepoint publish --unpin` makes the newest release current again")
    elif shown and shown.name != release.name:
        answer.warn(f"{release.name} has no row in its marts: {shown.name} stays current")


def _summary(checks: list[dict[str, Any]]) -> dict[str, int]:
    return dict(sorted(Counter(str(row["status"]) for row in checks).items()))


def _words(checks: list[dict[str, Any]]) -> str:
    return ", ".join(f"{count} {status}" for status, count in _summary(checks).items()) or "no checks"
