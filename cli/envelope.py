"""How every command answers: one JSON envelope or plain text, errors in words, one exit code."""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from inspect import getdoc
from typing import Annotated, Any

import typer

from cli import terminal
from contracts.errors import ChokepointError, EnvironmentFault
from contracts.text import printable
from warehouse.home import Home, home_root, open_home, wanted_kind

PRECEDENCE = (2, 3, 6, 7, 5, 4, 1)
"""2 usage, 3 environment, 6 locked, 7 upstream, 5 data quality, 4 stale, 1 other: the first that applies."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON envelope.")]


def add_command(app: typer.Typer, function: Callable[..., None], name: str | None = None) -> None:
    """Add a command, called like its function by default; the lines of its example keep their breaks in the help."""
    app.command(name, help=with_example(getdoc(function) or ""))(function)


def with_example(help_text: str) -> str:
    """Help text whose `For example:` block is printed as it stands."""
    return help_text.replace("For example:", "\b\nFor example:")


class BadArgument(ChokepointError):
    """An argument that cannot be meant."""

    exit_code = 2


class Unexpected(ChokepointError):
    """A fault in this project; its traceback is on stderr."""


class Reply:
    """What one command has to say. `data` is JSON-ready; warnings and errors are sentences."""

    def __init__(self, command: str, as_json: bool) -> None:
        self.command, self.as_json = command, as_json
        self.data: Any = None
        self.kind: str | None = None
        self.warnings: list[str] = []
        self.errors: list[ChokepointError] = []

    def home(self, *, make: bool = False) -> Home:
        """The home; with `make`, created when absent, of the kind a fetch would bring now. Says when it is a sample."""
        home = open_home(home_root(), wanted_kind() if make else None)
        self.kind = home.kind
        if home.kind == "sample":
            self.note("sample data: recordings, not live")
        return home

    def home_to_be(self) -> Home:
        """The home as a fetch would find or make it, of the kind it would bring; makes and changes nothing."""
        root, kind = home_root(), wanted_kind()
        home = open_home(root, kind) if os.path.lexists(root / "home.json") else Home(root, kind)
        self.kind = home.kind
        return home

    def note(self, text: str) -> None:
        """Progress, on stderr."""
        terminal.say(text, stderr=True)

    def say(self, text: str) -> None:
        """A line of the answer, on stdout; nothing under --json."""
        if not self.as_json:
            terminal.say(text)

    def table(
        self, columns: Sequence[str], rows: Sequence[Sequence[object]], limit: int | None = None
    ) -> None:
        """A table of the answer, on stdout; nothing under --json."""
        if not self.as_json:
            terminal.console().print(terminal.table(columns, rows, limit))

    def warn(self, text: str) -> None:
        self.warnings.append(terminal.masked(text))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Note an error of the block, once, and go on: one source's fault never stops the next."""
        try:
            yield
        except ChokepointError as error:
            if str(error) not in map(str, self.errors):
                self.errors.append(error)

    @property
    def exit_code(self) -> int:
        return min((error.exit_code for error in self.errors), key=PRECEDENCE.index, default=0)

    def envelope(self) -> dict[str, Any]:
        return {
            "command": self.command,
            "ok": not self.errors,
            "kind": self.kind,
            "data": self.data,
            "warnings": self.warnings,
            "errors": [_error(error) for error in self.errors],
        }

    def finish(self) -> None:
        """Print what is left to print; raise `typer.Exit` with the code when there is an error."""
        if self.as_json:
            # Not through rich: JSON escapes what a terminal would obey, and keeps every character.
            print(json.dumps(self.envelope(), indent=1, allow_nan=False))
        sys.stdout.flush()
        for text in self.warnings:
            terminal.say(f"warning: {text}", stderr=True)
        for error in self.errors:
            terminal.say(f"error: {error}", stderr=True)
        if self.errors:
            raise typer.Exit(self.exit_code)


@contextmanager
def reply(command: str, as_json: bool) -> Iterator[Reply]:
    """Answer a command: whatever its block raises ends as an error of the envelope, never as a bare traceback."""
    made = Reply(command, as_json)
    try:
        yield made
    except ChokepointError as error:
        made.errors.append(error)
    except BrokenPipeError:
        raise
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        made.errors.append(EnvironmentFault(f"the system refused{where}: {error.strerror or error}"))
    except Exception as error:
        logging.getLogger(__name__).exception("unexpected fault in `%s`", command)
        made.errors.append(Unexpected(f"{type(error).__name__}: {error} (a fault of chokepoint: report it)"))
    made.finish()


def _error(error: ChokepointError) -> dict[str, Any]:
    message = printable(terminal.masked(str(error)))
    return {"error": type(error).__name__, "exit_code": error.exit_code, "message": message}
