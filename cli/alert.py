"""What fired in the current release, and which rules could not be judged."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cli import terminal
from cli.envelope import AsJson, BadArgument, add_command, reply
from contracts.errors import EnvironmentFault
from contracts.text import printable

RULES = """
    select rule_id, state, n_fired, n_evaluated, n_unknown, title
    from marts.alert_check order by rule_id
"""
ALERTS = "select alert_id, text from marts.alert where rule_id = ? or ? is null order by alert_id"


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    add_command(app, alert)


def alert(
    rule: Annotated[str | None, typer.Argument(help="Only this rule's alerts, as in the list.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show every rule with what it was judged on, and the alerts; a rule without figures is not calm.

    For example:
      chokepoint alert china_share_moved

    Thresholds stand in the seed alert_rule. Alerts are judged when a release is built.
    """
    with reply("alert", as_json) as answer:
        home = answer.home()
        from warehouse.query import told
        from warehouse.release import current

        release = current(home)
        if release is None:
            raise EnvironmentFault("there is no release yet: run `chokepoint run`")
        rules = told(release.database, RULES)
        if rule is not None and rule not in {row[0] for row in rules.rows}:
            raise BadArgument(f"there is no rule {printable(rule, 60)}: see `chokepoint alert`")
        alerts = told(release.database, ALERTS, values=(rule, rule))
        answer.data = {
            "rules": _named(rules.columns, rules.rows),
            "alerts": _named(alerts.columns, alerts.rows),
        }
        answer.table(rules.columns, [row for row in rules.rows if rule in (None, row[0])])
        for row in alerts.rows:
            answer.say(row[1])


def _named(columns: list[str], rows: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{name: terminal.plain(value) for name, value in zip(columns, row, strict=True)} for row in rows]
