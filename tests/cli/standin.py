"""A world for the commands: sources, a web and a build of our own, small and synthetic."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from contracts.datasets import rows
from contracts.document import Answer, Batch, Document, Fetch, Source, SourceInfo, Validators, Window
from contracts.errors import SourceBusy, SourceChanged
from transforms.results import CheckResult
from warehouse import release as releases
from warehouse.build import candidate, freeze, seal
from warehouse.home import Home

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
KEY = "STANDIN_KEY"
HOSTILE = ["[bold]x[/bold]", "\x1b[31mred", "\u202egnp.exe", "two\nlines", "=cmd|' /C calc'!A0"]


def parse_rates(document: Document) -> Iterator[Batch]:
    """One rate a line, or a refusal."""
    lines = document.open().read().decode().split()
    if not lines or lines[0].startswith("<"):
        raise SourceChanged(f"a page where rates were expected: {' '.join(lines)}")
    yield from rows(
        "fx_rate",
        (
            {"base": "EUR", "quote": "USD", "rate_date": date(2026, 1, day), "rate": Decimal(line)}
            for day, line in enumerate(lines, 1)
        ),
    )


def parse_items(document: Document) -> Iterator[Batch]:
    """Titles as a JSON list, hostile ones too."""
    titles = json.loads(document.open().read())
    url = "https://papers.example/a"
    records = ({"feed": "papers", "url": url, "url_key": url, "title": title} for title in titles)
    yield from rows("news_item", records)


def plan_rates(window: Window) -> Iterator[Fetch]:
    """One request a month of the window, else January's."""
    first = window.start or date(2026, 1, 1)
    for month in range(first.month, (window.end or first).month + 1):
        yield Fetch("rates", f"https://rates.example/{first.year}-{month:02}", scope={"month": month})


def plan_items(window: Window) -> Iterator[Fetch]:
    yield Fetch("papers", "https://papers.example/feed")


def plan_keyed(window: Window) -> Iterator[Fetch]:
    yield Fetch("keyed", "https://keyed.example/table", secrets={"key": KEY})


def info(source: str, **more: Any) -> SourceInfo:
    return SourceInfo(
        source, f"The {source}", "Nobody", f"https://{source}.example", "none", None, 31, 5, "1", **more
    )


SOURCES = {
    "keyed": Source(info("keyed", key_env=KEY), parse_rates, plan_keyed),
    "papers": Source(info("papers", note="A feed gives its newest items."), parse_items, plan_items),
    "rates": Source(info("rates", flow_bases=("GEN_VAL",)), parse_rates, plan_rates),
}
ANSWERS = {
    "https://rates.example/2026-01": b"1.10 1.11",
    "https://rates.example/2026-02": b"1.12",
    "https://rates.example/2026-03": b"<html> \x1b[31m",
    "https://papers.example/feed": json.dumps(HOSTILE).encode(),
    "https://keyed.example/table": b"2.5",
}


class StandInWeb:
    """Answers from a table; what is not in it is busy."""

    def __init__(self, answers: Mapping[str, bytes] = ANSWERS, evidence: Any = "live") -> None:
        self.answers, self.evidence = answers, evidence

    def __enter__(self) -> StandInWeb:
        return self

    def __exit__(self, *error: object) -> None:
        """Nothing to close."""

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        body = self.answers.get(fetch.url)
        error = None if body is not None else SourceBusy(f"{fetch.url}: the server failed (503); try later")
        return Answer(
            fetch=fetch,
            status=503 if body is None else 200,
            headers=(("Content-Type", "text/plain"),),
            body=None if body is None else io.BytesIO(body),
            size=len(body or b""),
            retrieved_at=AT,
            via="direct",
            evidence=self.evidence,
            origin=None,
            error=error,
            seconds=0.0,
        )


def fill(database: Path, build_id: str, due: str = "2999-01-01") -> None:
    """The tables of a release that commands read, and one of hostile titles."""
    with duckdb.connect(str(database)) as connection:
        for statement in (
            "create schema marts",
            "create schema meta",
            "create table marts.headline (label varchar, value decimal(20,2), share double, period date)",
            "insert into marts.headline values ('imports', 1234567890123456.78, 0.25, date '2026-01-01')",
            "insert into marts.headline values ('blank', null, null, null)",
            "create table marts.article (title varchar)",
            "create table marts.alert as select 'late:rates' as alert_id, 'late' as rule_id, "
            "'late: \x1b[31mrates, 2; more than 0 months' as text",
            "create table marts.alert_check as select * from (values "
            "('late', 'fired', 1, 3, 1, 'A series is late'), ('moved', 'not evaluable', 0, 0, 4, 'A share moved')) "
            "as rule (rule_id, state, n_fired, n_evaluated, n_unknown, title)",
            "create table meta.document (document_id varchar)",
            "create table meta.freshness (source varchar, next_expected_on date)",
            f"insert into meta.freshness values ('rates', date '{due}'), ('papers', null)",
            f"create table meta.build as select '{build_id}' as build_id",
        ):
            connection.execute(statement).fetchall()
        for title in HOSTILE:
            connection.execute("insert into marts.article values (?)", [title]).fetchall()


def transform(
    database: Path, target: Path, variables: Mapping[str, object], released: Path | None = None
) -> list[CheckResult]:
    """In the place of `transforms.project.run`."""
    fill(database, str(variables["build_id"]))
    return [CheckResult("sums_agree", "test", "pass", 0, "pass", "error")]


def publish(home: Home, mark: str, due: str = "2999-01-01", checks: str = "pass") -> releases.Release | None:
    """A release (with a failed check: a candidate only), made without any transform."""
    made = candidate(home, freeze(home, mark))
    fill(made.database, made.build_id, due)
    seal(made)
    made.finish(
        [
            {
                "name": "sums_agree",
                "kind": "test",
                "status": checks,
                "failures": 3 if checks == "fail" else 0,
                "message": "sums [bold]differ[/bold]",
                "severity": "error",
            }
        ]
    )
    return releases.publish(home, made) if checks == "pass" else None
