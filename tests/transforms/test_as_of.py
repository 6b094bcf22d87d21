"""`marts.<mart>_as_of(t)` is the mart of a lake that holds no document later than t, to the row."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transforms.lake import API, PORT, Lake, day, kind, month
from tests.transforms.models import Compiled

MARTS = ("trade_monthly", "import_share", "exposure")
MONTHS = [month(2024, number) for number in (1, 2, 3)]
CODES = ("850760", "847150")
PARTNERS = ("5700", "4280", "9876", "0003", "-")
COLLECTOR = "un_comtrade"


@dataclass(frozen=True)
class Told:
    """One document: rates where `rate` is given, else figures of a code in all months; `asked` None is every partner."""

    name: str
    retrieved: datetime
    released: datetime | None
    source: str
    code: str
    currency: str
    complete: bool
    asked: tuple[str, ...] | None
    values: tuple[tuple[date, str, int | None], ...]
    rate: int | None

    @property
    def vintage(self) -> datetime:
        return self.released or self.retrieved


@st.composite
def _told(draw: st.DrawFn, number: int) -> Told:
    asked = draw(st.none() | st.lists(st.sampled_from(PARTNERS), min_size=1, unique=True).map(tuple))
    given = [(period, partner) for period in MONTHS for partner in asked or PARTNERS]
    said = draw(st.lists(st.sampled_from((0, 1, 1, 2, 3, None)), min_size=len(given), max_size=len(given)))
    left = draw(st.integers(0, len(given)))
    return Told(
        name=f"d{number}",
        retrieved=day(draw(st.integers(0, 5))),
        released=draw(st.none() | st.integers(0, 3).map(day)),
        source=draw(st.sampled_from((API, PORT, COLLECTOR))),
        code=draw(st.sampled_from(CODES)),
        currency=draw(st.sampled_from(("USD", "USD", "EUR", "TWD"))),
        complete=draw(st.booleans()),
        asked=asked,
        values=tuple((*key, value) for key, value in list(zip(given, said, strict=True))[:left]),
        rate=draw(st.none() | st.none() | st.integers(1, 2)),
    )


examples = st.integers(1, 6).flatmap(lambda n: st.tuples(*(_told(i) for i in range(n))))


def lake_of(told: tuple[Told, ...]) -> Lake:
    lake = Lake()
    for document in told:
        lake.document(document.name, document.retrieved, document.source, released_at=document.released)
        if document.rate is not None:
            lake.add("fx_rate", document.name, _fixings(document.rate))
        else:
            _figures(lake, document)
    return lake


def _fixings(rate: int) -> Iterator[dict[str, Any]]:
    """Every fourth day from before January to after February; March is not covered."""
    for number in range(16):
        at = date(2023, 12, 30) + timedelta(days=4 * number)
        value = Decimal(rate) + Decimal(number) / 10
        yield {"base": "EUR", "quote": "USD", "rate_date": at, "rate": value}


def _figures(lake: Lake, document: Told) -> None:
    key = {"reporter": "USA", "flow": "import", "flow_basis": "GEN_VAL", "level": "HS6", "period_type": "M"}
    lake.add(
        "trade_flow",
        document.name,
        [
            {
                **key,
                "code": document.code,
                "period": period,
                "partner_code": partner,
                "partner_kind": kind(partner),
                "country_codes": "schedule_c",
                "status": "suppressed" if value is None else "reported",
                "value": value if value is None else Decimal(value),
                "currency": document.currency,
            }
            for period, partner, value in document.values
        ],
    )
    scope = {**key, "code_prefix": document.code, "complete": document.complete}
    lake.add(
        "trade_scope",
        document.name,
        [{**scope, "period": p, "partner_code": a} for p in MONTHS for a in document.asked or (None,)],
    )


def _rows(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[Any, ...]]:
    return connection.execute(f"select * from {relation} order by all").fetchall()


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(told=examples, number=st.integers(0, 5))
def test_the_answer_then_is_that_of_the_documents_until_then(
    models: Compiled, told: tuple[Told, ...], number: int
) -> None:
    known_at = day(number)
    until = tuple(document for document in told if document.vintage <= known_at)
    ours = models.only(*MARTS)
    with ours.build(lake_of(told)) as every, ours.build(lake_of(until)) as earlier:
        for mart in MARTS:
            then = _rows(every, f"marts.{mart}_as_of(timestamptz '{known_at.isoformat()}')")
            assert then == _rows(earlier, f"marts.{mart}"), mart
            assert _rows(every, f"marts.{mart}_as_of('9999-01-01')") == _rows(every, f"marts.{mart}"), mart
            assert _rows(every, f"marts.{mart}_as_of('2000-01-01')") == [], mart
