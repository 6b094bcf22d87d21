"""The `chokepoint` command: its groups put together, and what happens around every command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from cli import (
    alert,
    basket,
    doctor,
    inbox,
    ingest,
    measure,
    mirror,
    news,
    read,
    replicate,
    sql,
    status,
    warehouse,
)
from cli.envelope import BadArgument, Reply, with_example
from cli.terminal import logging_to_stderr, say

HELP = """How exposed is the AI build-out to China? Fetch, parse, build, publish and query the warehouse.

For example:
  chokepoint run && chokepoint status
  chokepoint sql "select label, period, value, unit from marts.headline"

All data lives in the folder CHOKEPOINT_HOME names (./.chokepoint)."""

app = typer.Typer(
    name="chokepoint",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done, 2 usage, 3 environment, 6 locked, 7 upstream, 5 data quality, 4 stale, 1 other.",
)
for group in (
    *(ingest, inbox, read, warehouse, status, alert, doctor),
    *(news, basket, measure, replicate, sql, mirror),
):
    group.add_to(app)


def _version(wanted: bool) -> None:
    if wanted:
        say(version("chokepoint"))
        raise typer.Exit


@app.callback(help=with_example(HELP))
def chokepoint(
    show_version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Stand before every command; `--version` is all it knows itself."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line; gives the exit code."""
    words = list(sys.argv[1:] if argv is None else argv)
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    with logging_to_stderr():
        try:
            return int(app(args=words, prog_name="chokepoint", standalone_mode=False) or 0)
        except TyperException as error:
            return _misused(words, error)
        except (Abort, KeyboardInterrupt):
            return 130


def _misused(words: list[str], error: TyperException) -> int:
    """A command line that cannot be read: in words, and as an envelope where one was asked for."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "chokepoint"
    message = error.format_message()
    if type(error).__name__ == "NoArgsIsHelpError":
        print(message, file=sys.stderr)
        return 2
    answer = Reply(path.removeprefix("chokepoint").strip(), "--json" in words)
    answer.errors.append(BadArgument(f"{message.rstrip('.')}. See `{path} --help`."))
    try:
        answer.finish()
    except typer.Exit as end:
        return end.exit_code
    return 0
