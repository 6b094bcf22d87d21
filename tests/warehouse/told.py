"""Documents that tell figures of trade, drawn at random, and what is known of them by the rules, read one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

CODES = ("850760", "850440")
PARTNERS = ("5700", "5830", "-")
PERIODS = (date(2024, 1, 1), date(2024, 2, 1))
START = datetime(2026, 1, 1, tzinfo=UTC)
SAME = {
    "flow": "import",
    "flow_basis": "GEN_VAL",
    "level": "HS6",
    "period_type": "M",
    "reporter": "USA",
}
Key = tuple[date, str, str]
Observation = tuple[date, str, str, int, str, datetime, datetime | None, bool]
"""Period, code, partner, value, document, known_from, known_to, withdrawn."""
KEYS: tuple[Key, ...] = tuple((p, c, w) for p in PERIODS for c in CODES for w in PARTNERS)


@dataclass(frozen=True)
class Told:
    """One document; `asked` None is every partner, (`-`,) the world only. `values` are of keys within what it answers."""

    name: str
    retrieved: datetime
    released: datetime | None
    status: int
    complete: bool
    prefix: str
    periods: tuple[date, ...]
    asked: tuple[str, ...] | None
    values: Mapping[Key, int]

    @property
    def order(self) -> tuple[datetime, datetime, str]:
        return (self.released or self.retrieved, self.retrieved, self.name)

    def answers(self, key: Key) -> bool:
        period, code, partner = key
        named = self.asked is None or partner in self.asked
        return period in self.periods and code.startswith(self.prefix) and named

    def speaks_for(self, key: Key) -> bool:
        return self.complete and self.status == 200 and self.answers(key)

    def flows(self) -> list[dict[str, Any]]:
        """Its rows of trade_flow, without provenance."""
        more = {"country_codes": "schedule_c", "status": "reported", "currency": "USD"}
        return [
            {
                **SAME,
                **more,
                "period": period,
                "code": code,
                "partner_code": partner,
                "partner_kind": "world" if partner == "-" else "country",
                "value": Decimal(value),
            }
            for (period, code, partner), value in self.values.items()
        ]

    def scopes(self) -> list[dict[str, Any]]:
        """Its rows of trade_scope, without provenance."""
        said = {"code_prefix": self.prefix, "complete": self.complete}
        partners = self.asked if self.asked is not None else (None,)
        return [{**SAME, **said, "period": p, "partner_code": w} for p in self.periods for w in partners]


def at(day: int) -> datetime:
    return START + timedelta(days=day)


@st.composite
def documents(draw: st.DrawFn, number: int, statuses: tuple[int, ...] = (200, 200, 200, 204)) -> Told:
    """A document of any scope, complete or not, of all, named, or no partners but the world, maybe late or old."""
    prefix = draw(st.sampled_from(("", "8", "85", "850760")))
    periods = draw(st.sampled_from((PERIODS, PERIODS[:1], PERIODS[1:])))
    asked = draw(
        st.none() | st.just(("-",)) | st.lists(st.sampled_from(PARTNERS), min_size=1, unique=True).map(tuple)
    )
    status = draw(st.sampled_from(statuses))
    released = draw(st.none() | st.integers(0, 3).map(at))
    bare = Told(
        f"d{number}",
        at(draw(st.integers(0, 5))),
        released,
        status,
        draw(st.booleans()),
        prefix,
        periods,
        asked,
        {},
    )
    values = {key: draw(st.integers(0, 2)) for key in KEYS if bare.answers(key)}
    shown = {key: value for key, value in values.items() if value and status == 200}
    return Told(**{**vars(bare), "values": shown})


def several(statuses: tuple[int, ...] = (200, 200, 200, 204)) -> st.SearchStrategy[tuple[Told, ...]]:
    """One to six documents."""
    return st.integers(1, 6).flatmap(lambda n: st.tuples(*(documents(i, statuses) for i in range(n))))


def by_the_rules(told: Iterable[Told]) -> list[Observation]:
    """What was known when, key by key and document by document."""
    ordered = sorted(told, key=lambda one: one.order)
    return sorted((seen for key in KEYS for seen in _history(ordered, key)), key=repr)


def _history(told: list[Told], key: Key) -> Iterator[Observation]:
    current: tuple[int, str, datetime] | None = None
    for document in told:
        vintage, value = document.order[0], document.values.get(key)
        if current and value is None and document.speaks_for(key):
            yield (*key, *current, vintage, True)
            current = None
        elif value is not None and (current is None or current[0] != value):
            if current:
                yield (*key, *current, vintage, False)
            current = (value, document.name, vintage)
    if current:
        yield (*key, *current, None, False)
