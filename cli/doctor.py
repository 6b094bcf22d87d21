"""What may be wrong with this machine, its settings and the home; online, with the sources."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

import typer

from cli.envelope import AsJson, BadArgument, Reply, add_command, reply
from contracts.checkup import Check, looked
from contracts.errors import EnvironmentFault, SourceError
from contracts.text import printable

Online = Annotated[bool, typer.Option("--online", help="Ask each source its smallest question, too.")]
Sources = Annotated[
    list[str] | None,
    typer.Argument(metavar="[SOURCE]...", help="With --online: these only; news asks every feed."),
]


class ProbeFailed(SourceError):
    """A source did not answer its smallest question as documented."""


def add_to(app: typer.Typer) -> None:
    """Add this group's command."""
    add_command(app, doctor)


def doctor(sources: Sources = None, online: Online = False, as_json: AsJson = False) -> None:
    """Check versions, settings, keys (never shown), home, disk, clock, locks and DAG files; exit 3 when one fails.

    For example:
      chokepoint doctor
      chokepoint doctor --online ecb_fx news
    """
    with reply("doctor", as_json) as answer:
        if sources and not online:
            raise BadArgument("sources are asked with --online only")
        masked = _mask()
        local = [masked(check) for check in _local(answer)]
        asked = [masked(check) for check in _online(answer, sources or [])] if online else []
        checks = local + asked
        answer.data = {
            "checks": [vars(check) for check in checks],
            "counts": dict(sorted(Counter(check.state for check in checks).items())),
        }
        _show(answer, checks)
        _judge(answer, local, asked)


def _local(answer: Reply) -> Iterator[Check]:
    """Everything that asks nobody outside this machine."""
    from importlib.metadata import metadata

    from cli.checkup.configured import configured
    from cli.checkup.dagfiles import dag_files, dags_folder
    from cli.checkup.installed import PROJECT, packages, pins, python
    from extractors import registry
    from warehouse.checkup import file_format, place
    from warehouse.holdings import holdings
    from warehouse.home import home_root, wanted_kind

    yield looked("python", lambda: python(metadata(PROJECT)["Requires-Python"]))
    yield looked("packages", lambda: packages(pins()))
    yield looked("duckdb", file_format)
    yield from configured(os.environ, registry.sources().values())
    home, found = place(home_root(), wanted_kind())
    answer.kind = home.kind if home else None
    yield from found
    yield from holdings(home) if home else []
    yield looked("dags", lambda: dag_files(dags_folder()))


def _online(answer: Reply, names: list[str]) -> Iterator[Check]:
    """One small request a source, through the session that every fetch uses."""
    from extractors.probing import clock_online, probe, questions
    from extractors.web.session import Web

    wanted, offsets = questions(names), []
    with Web.from_env(os.environ) as web:
        for question in wanted:
            answer.note(f"asking {question.name}")
            check, ahead = probe(question, web)
            offsets += [ahead] if ahead is not None else []
            yield check
    yield clock_online(offsets)


def _mask() -> Any:
    """A function that masks keys in a check, so that not even their length is told."""
    from extractors import registry
    from extractors.web.redact import Redactor, secret_values

    keys = [s.info.key_env for s in registry.sources().values() if s.info.key_env]
    redactor = Redactor(secret_values(os.environ, keys))

    def masked(text: str) -> str:
        return printable(re.sub(r"\*{4,}", "***", redactor.text(text)))

    return lambda check: replace(check, found=masked(check.found), advice=masked(check.advice))


def _show(answer: Reply, checks: list[Check]) -> None:
    answer.table(("check", "state", "found"), [(check.name, check.state, check.found) for check in checks])
    for check in checks:
        if check.advice and check.state in ("warn", "fail"):
            answer.say(f"{check.name}: {check.advice}")


def _judge(answer: Reply, local: list[Check], asked: list[Check]) -> None:
    """Exit 3 when something here failed, 7 when only a source did; a warning fails nothing."""
    for checks, fault, words in (
        (local, EnvironmentFault, "failed here"),
        (asked, ProbeFailed, "sources that do not answer as documented"),
    ):
        if names := [check.name for check in checks if check.state == "fail"]:
            answer.errors.append(fault(f"{words}: {', '.join(names)}"))
    if names := [check.name for check in (*local, *asked) if check.state == "warn"]:
        answer.warn(f"to look at: {', '.join(names)}")
