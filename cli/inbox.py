"""Files brought by hand: what lies in the inbox, and taking it in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from cli.envelope import AsJson, Reply, add_command, reply
from cli.ingest import OneSource, chosen
from warehouse.home import Home

if TYPE_CHECKING:
    from contracts.document import Source
    from extractors.ingest import InboxReport


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    inbox = typer.Typer(help="Files brought by hand, in inbox/<source>/ of the home.", no_args_is_help=True)
    add_command(inbox, listed, "list")
    add_command(inbox, take)
    app.add_typer(inbox, name="inbox")


def listed(source: OneSource = None, as_json: AsJson = False) -> None:
    """List which sources take files, the files that wait for them, and those that were refused, with the reasons.

    For example:
      chokepoint inbox list
    """
    with reply("inbox list", as_json) as answer:
        wanted, home = _that_take_files(source), answer.home()
        answer.data = {"sources": [_listed(home, each) for each in wanted], "unknown": _unknown(home)}
        for row in answer.data["sources"]:
            answer.say(f"{row['source']}: put files into {row['folder']} (names: {row['names']})")
            answer.table(("waiting", "bytes"), [(f["name"], f["bytes"]) for f in row["waiting"]])
            answer.table(("refused", "reason"), [(f["name"], f["reason"]) for f in row["refused"]])
        _warn_of_unknown(answer)


def take(source: OneSource = None, as_json: AsJson = False) -> None:
    """Take what lies ready in the inbox into the archive; `chokepoint parse` reads it then.

    What was changed less than a minute ago is left for the next time. A file ends in inbox.done/ or, with the reason
    beside it, in inbox.refused/.

    For example:
      chokepoint inbox take && chokepoint parse
    """
    with reply("inbox take", as_json) as answer:
        wanted, home = _that_take_files(source), answer.home(make=True)
        answer.data = {"sources": take_in_all(answer, home, wanted), "unknown": _unknown(home)}
        _warn_of_unknown(answer)


def take_in_all(answer: Reply, home: Home, wanted: Sequence[Source]) -> list[dict[str, Any]]:
    """Take in the files of those of the sources that take any, JSON-ready; one source's fault stops no other."""
    from extractors import ingest

    found = []
    for source in wanted:
        if source.inbox is None:
            continue
        with answer.attempt():
            report = ingest.take_in(home, source)
            found.append(_taken(report))
            _tell(answer, report)
            report.raise_if_not_well()
    return found


def _tell(answer: Reply, report: InboxReport) -> None:
    counts = f"{len(report.taken)} taken in, {len(report.refused)} refused, {len(report.left)} left"
    answer.say(f"{report.source}: {counts}")
    for name, document_id in report.taken:
        known = " (known already)" if name in report.known else ""
        answer.say(f"{report.source}: {name} is document {document_id}{known}")
    for name, why in report.left:
        answer.warn(f"{report.source}: {name} is left: {why}")
    for name, reason in report.refused:
        answer.warn(f"{report.source}: {name} is refused: {reason}")
    for name, error in report.faults:
        answer.warn(f"{report.source}: {name}: {error}")


def _taken(report: InboxReport) -> dict[str, Any]:
    return {
        "source": report.source,
        "taken": [{"name": name, "document_id": document_id} for name, document_id in report.taken],
        "known": report.known,
        "left": [{"name": name, "why": why} for name, why in report.left],
        "refused": [{"name": name, "reason": reason} for name, reason in report.refused],
        "faults": [{"name": name, "message": str(error)} for name, error in report.faults],
    }


def _listed(home: Home, source: Source) -> dict[str, Any]:
    from warehouse import inbox

    name = source.info.source
    return {
        "source": name,
        "folder": str(home.inbox / name),
        "names": source.inbox.names if source.inbox else "",
        "waiting": [{"name": e.shown, "bytes": e.stat.st_size} for e in inbox.waiting(home, name)],
        "refused": [{"name": n, "reason": reason} for n, reason in inbox.refused(home, name).items()],
    }


def _that_take_files(name: str | None) -> list[Source]:
    """The source of that id, which must take files; all that do when None."""
    from extractors.registry import UnknownSource

    found = [source for source in chosen(name) if source.inbox]
    if name is not None and not found:
        raise UnknownSource(f"{name} takes no files: `chokepoint inbox list` names those that do")
    return found


def _unknown(home: Home) -> list[str]:
    from warehouse import inbox

    return inbox.strays(home, {source.info.source for source in _that_take_files(None)})


def _warn_of_unknown(answer: Reply) -> None:
    for name in answer.data["unknown"]:
        answer.warn(f"inbox/{name} is no folder of a source that takes files: nothing in it is read")
