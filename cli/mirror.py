"""Recordings in place of the web: serve them, make them."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated

import typer

from cli.envelope import AsJson, BadArgument, add_command, reply
from cli.ingest import From, SourceName, To, fetched
from contracts.errors import EnvironmentFault

PORT = 8099
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="A folder of WARC files.")]


def add_to(app: typer.Typer) -> None:
    """Add this group's commands."""
    for command in (mirror, record):
        add_command(app, command)


def mirror(
    folder: Folder,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="0: any free port.")] = PORT,
    at: Annotated[
        str | None, typer.Option("--at", help="As things stood at a time or the end of a day (UTC).")
    ] = None,
) -> None:
    """Serve recordings on loopback until Ctrl-C; a fetch reads them when CHOKEPOINT_MIRROR names the address.

    For example:
      chokepoint mirror samples/day1
      CHOKEPOINT_MIRROR=http://127.0.0.1:8099 CHOKEPOINT_HOME=.chokepoint-sample chokepoint run
    """
    with reply("mirror", False) as answer:
        from extractors.web.mirror import serve

        try:
            with serve(folder, port=port, at=_moment(at)) as server:
                answer.note("recordings, not the live web; Ctrl-C stops")
                answer.say(server.base)
                server.wait()
        except KeyboardInterrupt:
            answer.note("stopped")


def record(
    source: SourceName, folder: Folder, start: From = None, end: To = None, as_json: AsJson = False
) -> None:
    """Ask a source live and keep its answers in a folder, as recordings for a mirror.

    For example:
      chokepoint record us_census_port recordings --from 2026-01 --to 2026-01
    """
    from extractors.selection import missing_key, select

    with reply("record", as_json) as answer:
        from cli.recording import record as keep
        from extractors.web.session import Web
        from warehouse.locks import lock

        if os.environ.get("CHOKEPOINT_MIRROR"):
            raise EnvironmentFault("a recording is made of live answers: unset CHOKEPOINT_MIRROR")
        selection = select(source, start, end)
        chosen = selection.source
        if key := missing_key(chosen):
            raise EnvironmentFault(f"{chosen.info.source} needs {key}: set it in the environment")
        # One asker at a time: a fetch of the same source holds the same lock.
        with lock(answer.home(make=True), chosen.info.source), Web.from_env(os.environ) as web:
            report = keep(
                folder, chosen, web, selection.plan, lambda url, outcome: answer.note(f"{url} {outcome}")
            )
        answer.data = {**fetched(report, selection.feed), "folder": str(folder)}
        answer.say(f"{report.counts.get('recorded', 0)} of {report.asked} answers recorded in {folder}")
        report.raise_if_failed(chosen.tolerated_failure_share)


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            moment = datetime.combine(moment.date(), time.max)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadArgument(f"--at {text!r} is neither a day nor a time in ISO 8601") from None
