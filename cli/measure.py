"""One share of imports by any definition, and the SQL that gives it."""

from __future__ import annotations

from typing import Annotated

import typer

from cli import terminal
from cli.envelope import AsJson, add_command, reply
from cli.moments import moment
from contracts.errors import EnvironmentFault

SHOWN = (
    "reporter",
    "period",
    "numerator",
    "denominator",
    "unit",
    "share",
    "denominator_kind",
    "coverage_codes",
    "n_obs",
    "method_status",
    "source",
    "reason",
)


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    add_command(app, measure)


def measure(
    basket: Annotated[str, typer.Argument(metavar="BASKET[@VERSION]", help="A basket of commodity codes.")],
    what: Annotated[
        str, typer.Argument(metavar="MEASURE", help="What is added up: value, weight or quantity.")
    ],
    basis: Annotated[
        str, typer.Argument(metavar="BASIS", help="What is valued: GEN_VAL, CON_VAL, CIF, FOB.")
    ],
    partners: Annotated[
        str, typer.Argument(metavar="PARTNERS", help="Countries joined by +: CHN, CHN+HKG, MEX+CAN.")
    ],
    period_type: Annotated[str, typer.Argument(metavar="PERIOD", help="M, Q, CY, YTD or TTM.")],
    reporter: Annotated[str | None, typer.Option("--reporter", help="This importer only, e.g. USA.")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="From what was known at a day or time (UTC).")
    ] = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print the SQL instead of its rows.")] = False,
    as_json: AsJson = False,
) -> None:
    """Work out the share of imports that comes from some countries, by any definition.

    For example:
      chokepoint measure li_ion value GEN_VAL CHN CY --reporter USA
      chokepoint measure dc_core value CON_VAL MEX+CAN TTM --as-of 2026-09-01 --sql

    The SQL printed runs on the release as it stands: `chokepoint sql "$(chokepoint measure ... --sql)"`.
    """
    with reply("measure", as_json) as answer:
        from transforms import measures
        from warehouse.query import told
        from warehouse.release import current

        known_at = moment(as_of, "--as-of")
        release = current(answer.home())
        if release is None:
            raise EnvironmentFault("there is no release yet: run `chokepoint run`")
        asked = measures.Definition(basket, what, basis, partners, period_type)
        text = measures.sql(release.database, asked, reporter=reporter, known_at=known_at)
        answer.data = {"release": release.name, "sql": text}
        if sql:
            for line in text.splitlines():
                answer.say(line)
            return
        found = told(release.database, text)
        answer.data["rows"] = [
            {name: terminal.plain(value) for name, value in zip(found.columns, row, strict=True)}
            for row in found.rows
        ]
        places = [found.columns.index(name) for name in SHOWN]
        answer.table(SHOWN, [[row[place] for place in places] for row in found.rows])
