"""What reaches a terminal, a pipe or a log: safe text, and no colour or motion where nobody watches."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from datetime import date, datetime, time
from decimal import Decimal
from math import isfinite
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from contracts.clock import stamp
from contracts.text import printable
from extractors.web.redact import Redactor, SecretFilter, secret_values

PIPE_COLUMNS = 100_000


def console(*, stderr: bool = False) -> Console:
    """A console as wide as its terminal; into a pipe or file nothing is wrapped, coloured or cut."""
    shown = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not shown.is_terminal:
        shown.width = PIPE_COLUMNS
    return shown


def say(text: str, *, stderr: bool = False) -> None:
    """One line of safe text, secrets masked."""
    console(stderr=stderr).print(Text(printable(masked(text))), soft_wrap=True)


def masked(text: str) -> str:
    """The text without the values of secret environment variables."""
    return Redactor(secret_values(os.environ)).text(text)


@contextmanager
def working(what: str) -> Iterator[None]:
    """Say on stderr what takes a while; what libraries print meanwhile goes there too, never among the data."""
    watched = console(stderr=True)
    if not watched.is_terminal:
        say(what, stderr=True)
    with redirect_stdout(sys.stderr), watched.status(Text(what)):
        yield


def plain(value: object) -> Any:
    """The value as JSON holds it exactly: decimals as text, dates and times ISO 8601, bytes hexadecimal."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if isfinite(value) else str(value)
        case Decimal():
            return format(value, "f")
        case datetime() if value.tzinfo:
            return stamp(value)
        case date() | time():
            return value.isoformat()
        case bytes():
            return value.hex()
        case Mapping():
            return {str(plain(key)): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    return str(value)


def cell(value: object, limit: int | None = None) -> Text:
    """A table cell: safe text, NULL told apart from an empty text."""
    return Text("NULL", style="dim") if value is None else Text(printable(str(plain(value)), limit))


def table(columns: Sequence[str], rows: Sequence[Sequence[object]], limit: int | None = None) -> Table:
    """A plain table, numbers to the right; `limit` characters a cell."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, name in enumerate(columns):
        values = [row[place] for row in rows if row[place] is not None]
        numeric = bool(values) and all(isinstance(v, int | float | Decimal) for v in values)
        made.add_column(Text(printable(name)), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        made.add_row(*(cell(value, limit) for value in row))
    return made


class _SafeFormatter(logging.Formatter):
    """One safe line a message; a traceback keeps its lines."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return printable(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return "\n".join(printable(line) for line in super().formatException(ei).splitlines())


@contextmanager
def logging_to_stderr() -> Iterator[None]:
    """Warnings of every library on stderr, harmless and without secrets."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_SafeFormatter("%(levelname)s %(name)s: %(message)s"))
    handler.addFilter(SecretFilter(Redactor(secret_values(os.environ))))
    root = logging.getLogger()
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
