"""What to ask UN Comtrade for, as data: checked word by word, and cut into requests that fit its limits."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from contracts.clock import now
from contracts.document import Window
from extractors.customs import kept, m49, months, queries
from extractors.customs.comtrade_request import CODE, FLOWS, LONGEST_URL, PERIOD, Asked, span
from extractors.customs.habit import Habit

KEY_ENV = "COMTRADE_API_KEY"
CODES_A_REQUEST, PERIODS_A_REQUEST = 20, 12
YEARLY_LAG_DAYS, MONTHLY_LAG_DAYS = 180, 60
# Every reporter sends and corrects its figures when it likes: where no list of tables says what changed, a month is asked
# for three times a month and a year once a month.
HABITS = {
    "A": Habit(YEARLY_LAG_DAYS, revised=400, period_months=12, looks_after_days=tuple(range(0, 365, 30))),
    "M": Habit(MONTHLY_LAG_DAYS, revised=400, looks_after_days=(0, 10, 20)),
}
_KEY, _DIGITS = re.compile(r"[a-z0-9_]+", re.ASCII), re.compile(r"\d{1,3}", re.ASCII)
# The USA, China, Viet Nam, Thailand, Mexico, Malaysia, Taiwan, Korea, Singapore, India, Germany, the EU.
REPORTERS = ["842", "156", "704", "764", "484", "458", "490", "410", "702", "699", "276", "97"]
CORE = [
    *("841869", "847149", "847150", "847170", "847180", "847330", "850213", "850422", "850423", "850434"),
    *("850760", "853521", "853529", "853720"),
]
BROAD = [
    *("841182", "841459", "841582", "841583", "841950", "847141", "850164", "850220", "850239", "850421"),
    *("850433", "850440", "850720", "851762", "851779", "852351", "853530", "853590", "853620", "853670"),
    *("853710", "853810", "854231", "854232", "854460", "854470", "900110"),
]
HEADINGS = ["8471", "8473", "8504", "8507", "8517", "8523", "8536", "8537", "8541", "8542", "8544"]
DEFAULT: Mapping[str, object] = {
    "tables": True,
    "ask": [
        {
            "key": "years",
            "frequency": "A",
            "reporters": REPORTERS,
            "flows": ["M", "X"],
            "codes": CORE + BROAD,
            "recent": 5,
        },
        {
            "key": "headings",
            "frequency": "A",
            "reporters": REPORTERS,
            "flows": ["M", "X"],
            "codes": HEADINGS,
            "recent": 5,
        },
        {
            "key": "months",
            "frequency": "M",
            "reporters": REPORTERS,
            "flows": ["M", "X"],
            "codes": CORE,
            "recent": 12,
        },
    ],
}
WITHOUT_KEY: Mapping[str, object] = {
    "tables": True,
    "ask": [
        {
            "key": "years",
            "frequency": "A",
            "reporters": REPORTERS,
            "flows": ["M"],
            "codes": CORE,
            "recent": 2,
        },
    ],
}
"""A preview holds one cell, so that less is asked: a run must do."""


@dataclass(frozen=True)
class Query:
    """One table to ask for; `periods` None: the newest `recent`. `partners` None: every partner and the world."""

    key: str
    frequency: str
    reporters: tuple[str, ...]
    flows: tuple[str, ...]
    codes: tuple[str, ...]
    partners: tuple[str, ...] | None
    periods: tuple[str, ...] | None
    recent: int

    def wanted(self, window: Window) -> tuple[str, ...]:
        """The window's periods, else those of the query, newest last. A year is in a window when its January is."""
        lag = YEARLY_LAG_DAYS if self.frequency == "A" else MONTHLY_LAG_DAYS
        newest = months.newest_expected(now().date(), lag)
        if window.start or window.end:
            last = window.end or newest
            return self._named(months.span(window.start or months.shift(last, 1 - self._months), last))
        if self.periods is not None:
            return self.periods
        if self.frequency == "A":
            newest = date(newest.year - (newest.month < 12), 1, 1)
        return self._named(months.span(months.shift(newest, 1 - self._months), newest))

    def token(self, periods: tuple[str, ...], named: bool) -> str | None:
        """What settles a request for tables without a mark: how often it was looked for, by the calendar.

        None where a window (`named`) or the query itself names the periods: they are always asked for.
        """
        if named or self.periods is not None:
            return None
        days = [span(self.frequency, period)[0] for period in periods]
        return HABITS[self.frequency].token(days, now().date())

    @property
    def _months(self) -> int:
        return self.recent * (12 if self.frequency == "A" else 1)

    def _named(self, listed: list[date]) -> tuple[str, ...]:
        if self.frequency == "A":
            return tuple(f"{day:%Y}" for day in listed if day.month == 1)
        return tuple(f"{day:%Y%m}" for day in listed)

    def requests(self, access: str, reporter: str, periods: tuple[str, ...]) -> Iterator[Asked]:
        """Requests of one reporter; a preview holds one code of one flow and period for every partner, or few partners."""
        preview = access == "preview"
        at_once = 1 if preview and self.partners is None else CODES_A_REQUEST
        flows = tuple(_cut(self.flows, 1 if at_once == 1 else len(FLOWS)))
        for period in _cut(periods, 1 if preview else PERIODS_A_REQUEST):
            for flow in flows:
                for codes in _cut(self.codes, at_once):
                    yield from _short(
                        Asked(access, self.frequency, (reporter,), period, flow, codes, self.partners)
                    )


@dataclass(frozen=True)
class Plan:
    """How to ask: get with a key, else preview; `tables`: first which tables there are, then those that changed."""

    access: str
    tables: bool
    queries: tuple[Query, ...]


def load() -> Plan | None:
    """The queries in use; None asks nothing. Raises `EnvironmentFault` naming the file and key that is wrong."""
    own = "get" if os.environ.get(KEY_ENV) else "preview"
    section = queries.section("un_comtrade", DEFAULT if own == "get" else WITHOUT_KEY)
    if section is None:
        return None
    access = section.take("access", None)
    if access not in (None, "get", "preview"):
        section.fail("access", "must be get or preview")
    tables, listed = section.flag("tables"), section.take("ask")
    if not isinstance(listed, list) or not listed:
        section.fail("ask", "must be an array of tables")
    read = tuple(_query(queries.Table(f"{section.where}.ask[{i}]", table)) for i, table in enumerate(listed))
    section.finish()
    return Plan(access or own, tables, read)


def _query(table: queries.Table) -> Query:
    frequency = table.word("frequency", ("A", "M"))
    query = Query(
        key=table.word("key", _KEY),
        frequency=frequency,
        reporters=table.words("reporters", tuple(m49.reporters())),
        flows=table.words("flows", tuple(FLOWS)),
        codes=table.words("codes", CODE),
        partners=table.words("partners", _DIGITS, None),
        periods=table.words("periods", PERIOD[frequency], None),
        recent=table.count("recent", 3, 400),
    )
    table.finish()
    for code in query.codes:
        if code != "TOTAL" and not kept.keeps(code):
            table.fail("codes", f"holds {code}, which the lake does not keep ({kept.PATH.name})")
    return query


def _cut(listed: tuple[str, ...], size: int) -> Iterator[tuple[str, ...]]:
    for start in range(0, len(listed), size):
        yield listed[start : start + size]


def _short(asked: Asked) -> Iterator[Asked]:
    """The request, or parts of it, none with an address the service calls too long."""
    if len(asked.url()) <= LONGEST_URL or not (halves := asked.halves()):
        yield asked
        return
    for half in halves:
        yield from _short(half)
