"""Published figures beside ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from cli import terminal
from cli.envelope import AsJson, add_command, reply
from contracts.errors import EnvironmentFault

if TYPE_CHECKING:
    from warehouse.query import Result

SHOWN = ("figure_id", "published", "computed", "outcome", "is_identity", "reason")


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    add_command(app, replicate)


def replicate(as_json: AsJson = False) -> None:
    """Show which published figures the current release reproduces, which it misses, and which it cannot work out.

    For example:
      chokepoint replicate
      chokepoint sql "from marts.replication where outcome = 'miss'"

    Figures of one publication are not independent: the second table counts publications. An identity was worked out of a
    recording of the publication itself and counts for nothing. Exit 5 when a figure is missed that the release before reproduced.
    """
    with reply("replicate", as_json) as answer:
        home = answer.home()
        from transforms.replication import replicate as compare

        found = compare(home)
        if found is None:
            raise EnvironmentFault("there is no release yet: run `chokepoint run`")
        answer.data = {
            "release": found.release,
            "figures": _rows(found.figures),
            "publications": _rows(found.publications),
            "lost": list(found.lost),
        }
        places = [found.figures.columns.index(name) for name in SHOWN]
        answer.table(SHOWN, [[row[place] for place in places] for row in found.figures.rows])
        answer.say("")
        answer.table(found.publications.columns, found.publications.rows)
        found.require_kept()


def _rows(result: Result) -> list[dict[str, Any]]:
    return [
        {name: terminal.plain(value) for name, value in zip(result.columns, row, strict=True)}
        for row in result.rows
    ]
