"""How things stand: every source, its quarantine and lock, and the release that readers open."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.envelope import AsJson, Reply, add_command, reply
from cli.ingest import key_words
from cli.terminal import plain
from contracts.clock import now
from contracts.errors import ChokepointError
from warehouse.home import Home

if TYPE_CHECKING:
    from contracts.document import Source
    from warehouse.release import Release

COLUMNS = ("source", "retrieved", "newest", "documents", "expected", "stale")


class Stale(ChokepointError):
    """Something is older than its source's own rhythm allows."""

    exit_code = 4


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    add_command(app, status)


def status(
    quarantine: Annotated[bool, typer.Option("--quarantine", help="List refused documents and why.")] = False,
    as_json: AsJson = False,
) -> None:
    """Show what is here, how new it is, what was refused and who holds a lock; exit 4 when a source is stale.

    For example:
      chokepoint status --quarantine
    """
    with reply("status", as_json) as answer:
        home = answer.home()
        from warehouse.build import holds
        from warehouse.locks import WAREHOUSE, holder
        from warehouse.release import current

        release = current(home)
        expected = _expected(release)
        answer.data = {
            "home": str(home.root),
            "release": _release(home, release),
            "warehouse_locked_by": holder(home, WAREHOUSE),
            "on_hold": holds(home),
            "sources": [_source(home, source, expected, quarantine) for source in _sources()],
        }
        _show(answer)
        _judge(answer)


def _sources() -> list[Source]:
    from extractors import registry

    return list(registry.sources().values())


def _release(home: Home, release: Release | None) -> dict[str, Any] | None:
    from warehouse.release import pinned

    if release is None:
        return None
    head = ("release", "build_id", "kind", "released_at")
    return {**{name: release.manifest[name] for name in head}, "pinned": pinned(home)}


def _expected(release: Release | None) -> dict[str, date | None]:
    """The day by which each source in the current release should have something newer."""
    from warehouse.query import query

    if release is None:
        return {}
    return dict(query(release.database, "select source, next_expected_on from meta.freshness").rows)


def _source(home: Home, source: Source, expected: dict[str, date | None], quarantine: bool) -> dict[str, Any]:
    from warehouse.overview import overview

    info, seen = source.info, overview(home, source.info.source)
    due = expected.get(info.source)
    row: dict[str, Any] = {
        "source": info.source,
        "last_asked_at": plain(seen.last_asked_at),
        "last_retrieved_at": plain(seen.last_retrieved_at),
        "newest": plain(seen.newest),
        "documents": seen.outcomes,
        "quarantined": len(seen.quarantined),
        "inbox_waiting": seen.inbox_waiting,
        "inbox_refused": seen.inbox_refused,
        "locked_by": seen.locked_by,
        "key": key_words(source),
        "next_expected_on": plain(due),
        "stale": bool(due and due < now().date()),
    }
    return row | ({"refusals": [asdict(note) for note in seen.quarantined]} if quarantine else {})


def _show(answer: Reply) -> None:
    release, lock = answer.data["release"], answer.data["warehouse_locked_by"]
    if release:
        pin = f", pinned to {release['pinned']}" if release["pinned"] else ""
        answer.say(f"release {release['release']} ({release['kind']}, build {release['build_id']}{pin})")
    if lock:
        answer.say(f"the warehouse is locked by process {lock}")
    answer.table(COLUMNS, [_cells(row) for row in answer.data["sources"]])
    for row in answer.data["sources"]:
        if row["locked_by"]:
            answer.say(f"{row['source']} is locked by process {row['locked_by']}")
        if row["key"].startswith("needs"):
            answer.say(f"{row['source']} {row['key']}")
        for note in row.get("refusals", ()):
            answer.say(f"{note['source']} {note['url']}: {note['reason']} ({note['archive']})")


def _cells(row: dict[str, Any]) -> list[str]:
    """One source in the width of a terminal: times to the minute, the newest to the day."""
    retrieved, newest = row["last_retrieved_at"], max(row["newest"].values(), default=None)
    return [
        row["source"],
        retrieved[:16].replace("T", " ") if retrieved else "-",
        newest[:10] if newest else "-",
        ", ".join(f"{count} {outcome}" for outcome, count in row["documents"].items()) or "-",
        row["next_expected_on"] or "-",
        "yes" if row["stale"] else "no",
    ]


def _judge(answer: Reply) -> None:
    """Exit 4 with the names of what is stale. A source that waits for its key, or never was in a release, is not judged."""
    if answer.data["release"] is None:
        answer.errors.append(Stale("there is no release yet: run `chokepoint run`"))
    late = [row for row in answer.data["sources"] if row["stale"]]
    for row in late:
        answer.errors.append(
            Stale(
                f"{row['source']} is stale: something newer was expected by {row['next_expected_on']}; "
                f"{_newer(row['source'])}"
            )
        )
    for document, reason in answer.data["on_hold"].items():
        answer.warn(f"document {document} is on hold ({reason}); see `chokepoint build --release-holds`")
    for row in answer.data["sources"]:
        if row["quarantined"]:
            answer.warn(
                f"{row['source']}: documents in quarantine: {row['quarantined']}; see `chokepoint status --quarantine`"
            )
        if row["inbox_waiting"]:
            answer.say(
                f"{row['source']}: files in the inbox: {row['inbox_waiting']}; `chokepoint inbox take`"
            )
        if row["inbox_refused"]:
            answer.warn(
                f"{row['source']}: files refused: {row['inbox_refused']}; see `chokepoint inbox list`"
            )


def _newer(name: str) -> str:
    """How something newer of a source is got: files of a source without a probe are only brought."""
    from extractors import registry

    source = registry.sources().get(name)
    brought = source is not None and source.inbox is not None and source.probe is None
    return f"bring a newer file to inbox/{name}" if brought else f"run `chokepoint fetch {name}`"
