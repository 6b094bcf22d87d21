"""Any SQL over the current release, read only."""

from __future__ import annotations

import csv
import json
import sys
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import terminal
from cli.envelope import AsJson, add_command, reply
from contracts.errors import EnvironmentFault
from contracts.text import csv_cell

if TYPE_CHECKING:
    from warehouse.query import Result

TIMEOUT_SECONDS = 120.0


class Format(StrEnum):
    """How the rows are printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    add_command(app, sql)


def sql(
    query: Annotated[str, typer.Argument(metavar='"select ..."', help="One DuckDB query.")],
    as_format: Annotated[Format, typer.Option("--format", help="How to print the rows.")] = Format.TABLE,
    timeout: Annotated[
        float, typer.Option("--timeout", min=0.1, help="Seconds after which the query is stopped.")
    ] = TIMEOUT_SECONDS,
    as_json: AsJson = False,
) -> None:
    """Query the current release: no writes, no files, no network.

    For example:
      chokepoint sql "from marts.headline" --format csv

    JSON gives decimals as text, so that no digit is lost. --json is --format json.
    """
    wanted = Format.JSON if as_json else as_format
    with reply("sql", wanted is Format.JSON) as answer:
        home = answer.home()
        from warehouse.query import query as ask
        from warehouse.release import current

        release = current(home)
        if release is None:
            raise EnvironmentFault("there is no release yet: run `chokepoint run`")
        result = ask(release.database, query, timeout_seconds=timeout)
        if wanted is Format.CSV:
            _print_csv(result)
        elif wanted is Format.TABLE:
            answer.table(result.columns, result.rows)
        else:
            answer.data = {"release": release.name, **_json_ready(result)}


def _json_ready(result: Result) -> dict[str, Any]:
    """Columns with their types, and a list a row in their order: two columns may have one name."""
    columns = [{"name": name, "type": kind} for name, kind in zip(result.columns, result.types, strict=True)]
    return {"columns": columns, "rows": [[terminal.plain(value) for value in row] for row in result.rows]}


def _print_csv(result: Result) -> None:
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow([csv_cell(name) for name in result.columns])
    for row in result.rows:
        out.writerow([_csv(value) for value in row])


def _csv(value: object) -> object:
    """Numbers, dates and NULL as they are; all text harmless to a spreadsheet and a terminal."""
    shown = terminal.plain(value)
    if isinstance(shown, list | dict):
        shown = json.dumps(shown, ensure_ascii=False)
    return shown if isinstance(value, Decimal) else csv_cell(shown)
