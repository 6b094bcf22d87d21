"""What was known when does not depend on the order of arrival, and is what the rules say, read one by one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.lake import VARIABLES, Lake, day
from transforms.project import run

MODELS = ("stg_document", "stg_trade_seen", "stg_trade_scope", "stg_trade_flow")
CODES = ("850760", "850440")
PARTNERS = ("5700", "5830", "-")


@dataclass(frozen=True)
class Told:
    """One document of the example; `asked` None is every partner."""

    name: str
    retrieved: datetime
    released: datetime | None
    status: int
    complete: bool
    prefix: str
    asked: tuple[str, ...] | None
    values: tuple[tuple[str, str, int], ...]

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return (self.released or self.retrieved, self.retrieved, self.name)

    def speaks_for(self, code: str, partner: str) -> bool:
        named = self.asked is None or partner in self.asked
        return self.complete and self.status == 200 and code.startswith(self.prefix) and named


@st.composite
def _told(draw: st.DrawFn, number: int) -> Told:
    prefix = draw(st.sampled_from(("", "85", "850760")))
    asked = draw(st.none() | st.lists(st.sampled_from(PARTNERS), min_size=1, unique=True).map(tuple))
    cells = [
        (c, p) for c in CODES for p in PARTNERS if c.startswith(prefix) and (asked is None or p in asked)
    ]
    status = draw(st.sampled_from((200, 200, 200, 204)))
    values = draw(st.lists(st.integers(0, 2), min_size=len(cells), max_size=len(cells)))
    shown = [(*cell, value) for cell, value in zip(cells, values, strict=True) if value and status == 200]
    released = draw(st.none() | st.integers(0, 3).map(day))
    retrieved = day(draw(st.integers(0, 5)))
    return Told(f"d{number}", retrieved, released, status, draw(st.booleans()), prefix, asked, tuple(shown))


examples = st.integers(1, 6).flatmap(lambda n: st.tuples(*(_told(i) for i in range(n))))


def _lake(told: tuple[Told, ...], arrival: random.Random) -> Lake:
    lake = Lake()
    for document in arrival.sample(told, len(told)):
        changes: dict[str, Any] = {"status": document.status, "released_at": document.released}
        lake.document(document.name, document.retrieved, **changes)
        key = {"reporter": "USA", "flow": "import", "flow_basis": "GEN_VAL", "level": "HS6"}
        when = {"period": day(0).date(), "period_type": "M"}
        shared = {
            "partner_kind": "country",
            "country_codes": "schedule_c",
            "status": "reported",
            "currency": "USD",
        }
        flows = [
            {**key, **when, **shared, "code": code, "partner_code": partner, "value": Decimal(value)}
            for code, partner, value in document.values
        ]
        lake.add("trade_flow", document.name, flows)
        scope = {**key, **when, "code_prefix": document.prefix, "complete": document.complete}
        lake.add(
            "trade_scope", document.name, [{**scope, "partner_code": p} for p in document.asked or (None,)]
        )
        for rows in lake.rows.values():
            arrival.shuffle(rows)
    return lake


Observation = tuple[str, str, int, str, datetime, datetime | None, bool]


def _by_the_rules(told: tuple[Told, ...]) -> list[Observation]:
    found: list[Observation] = []
    for code in CODES:
        for partner in PARTNERS:
            found.extend(_history(sorted(told, key=lambda t: t.order), code, partner))
    return sorted(found, key=repr)


def _history(told: list[Told], code: str, partner: str) -> Iterator[Observation]:
    current: tuple[int, str, datetime] | None = None
    for document in told:
        vintage = document.order[0]
        value = next((v for c, p, v in document.values if (c, p) == (code, partner)), None)
        if current and value is None and document.speaks_for(code, partner):
            yield (code, partner, *current, vintage, True)
            current = None
        elif value is not None and (current is None or current[0] != value):
            if current:
                yield (code, partner, *current, vintage, False)
            current = (value, document.name, vintage)
    if current:
        yield (code, partner, *current, None, False)


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str]]:
    folder = tmp_path_factory.mktemp("compiled")
    run(Lake().write(folder), folder / "dbt", VARIABLES, select=" ".join(MODELS))
    root = folder / "dbt" / "compiled" / "chokepoint" / "models" / "staging"
    return [(name, (root / f"{name}.sql").read_text(encoding="utf-8")) for name in MODELS]


def _observations(lake: Lake, compiled: list[tuple[str, str]]) -> tuple[list[Observation], list[Any]]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'").fetchall()
        connection.execute("attach ':memory:' as warehouse").fetchall()
        lake.fill(connection)
        connection.execute("create schema warehouse.staging").fetchall()
        for name, sql in compiled:
            connection.execute(f"create table warehouse.staging.{name} as {sql}").fetchall()
        columns = "code, partner_code, value::integer, document_id, known_from, known_to, withdrawn"
        rows = connection.execute(
            f"select distinct {columns} from warehouse.staging.stg_trade_flow "
            "join warehouse.staging.stg_document using (document_order) "
            "join warehouse.staging.stg_trade_seen using (cell_id, document_id)"
        ).fetchall()
        whole = connection.execute("select * from warehouse.staging.stg_trade_flow").fetchall()
    return sorted(rows, key=repr), sorted(whole, key=repr)


@settings(max_examples=40, deadline=None)
@given(told=examples, seed=st.integers(0, 1_000_000))
def test_history_is_by_the_rules_in_any_order_of_arrival(
    compiled: list[tuple[str, str]], told: tuple[Told, ...], seed: int
) -> None:
    first, whole = _observations(_lake(told, random.Random(seed)), compiled)
    _, again = _observations(_lake(told, random.Random(seed + 1)), compiled)
    assert _in_utc(first) == _by_the_rules(told)
    assert whole == again


def _in_utc(found: list[Observation]) -> list[Observation]:
    rows = [(*row[:4], row[4].astimezone(UTC), row[5] and row[5].astimezone(UTC), row[6]) for row in found]
    return sorted(rows, key=repr)
