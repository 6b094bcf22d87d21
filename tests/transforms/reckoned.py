"""What the trade marts should hold, worked out in plain Python from the definitions in docs/trade.md, one cell at a time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property
from typing import Any, NamedTuple

from tests.transforms.drawn import vintage
from tests.transforms.lake import Lake

Row = dict[str, Any]
PAYLOAD = ("status", "value", "currency", "duty", "quantity_1", "unit_1", "quantity_2", "unit_2")
SPOKEN_OF = ("document_id", "reporter", "flow", "flow_basis", "period", "period_type")
MEASURES = ("value", "weight", "quantity")
EVIDENCE = ("live", "recorded", "rebuilt", "synthetic")
DENOMINATORS = {1: "all_partners", 2: "world_row", 3: "partners_listed"}
CENT = Decimal("0.01")


class Cell(NamedTuple):
    source: str
    reporter: str
    flow: str
    basis: str
    code: str
    period: date
    kind: str


@dataclass(frozen=True)
class Seeds:
    """Seeds, which are given: `partner` (system, code) -> rows, `members` union -> rows, `baskets` (id, version) -> codes."""

    partner: Mapping[tuple[str, str], list[Row]]
    members: Mapping[str, list[Row]]
    baskets: Mapping[tuple[str, str], frozenset[tuple[str, str]]]
    rank: Mapping[str, int]
    definitions: Mapping[str, frozenset[str]]
    countries: frozenset[str]
    units: Mapping[str, Row]

    @cached_property
    def basket_codes(self) -> frozenset[str]:
        return frozenset(code for codes in self.baskets.values() for _, code in codes)


@dataclass
class Said:
    """What stands of one partner code in a cell, as which document said it first."""

    row: Row
    since: datetime
    evidence: int
    document: str


@dataclass
class Answer:
    """A cell as it stands."""

    cell: Cell
    said: dict[str, Said]
    spoken: set[str | None]


def applies(row: Row, period: date) -> bool:
    """Whether a dated seed row is of a period."""
    return (row["valid_from"] or date.min) <= period <= (row["valid_until"] or date.max)


def level(code: str) -> str:
    """By its digits; all goods are a level of their own, and words are of an agency's own list."""
    return f"HS{len(code)}" if code.isdecimal() else "TOTAL" if code == "TOTAL" else "LIST"


def cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, ROUND_HALF_UP)


def ordered(lake: Lake) -> list[Row]:
    """Parsed documents in the order of what was known when."""
    parsed = (row for row in lake.rows["document"] if row["outcome"] == "parsed")
    return sorted(parsed, key=lambda row: (vintage(row), row["retrieved_at"], row["document_id"]))


class Told:
    """The lake's rows by document."""

    def __init__(self, lake: Lake) -> None:
        self.documents = ordered(lake)
        self.flows: dict[str, dict[Cell, dict[str, Row]]] = defaultdict(lambda: defaultdict(dict))
        self.scopes: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
        source = {row["document_id"]: row["source"] for row in self.documents}
        for row in lake.rows["trade_flow"]:
            if row["document_id"] in source:
                cell = Cell(
                    source[row["document_id"]],
                    row["reporter"],
                    row["flow"],
                    row["flow_basis"],
                    row["code"],
                    row["period"],
                    row["period_type"],
                )
                self.flows[row["document_id"]][cell][row["partner_code"]] = row
        for row in lake.rows["trade_scope"]:
            self.scopes[tuple(row[name] for name in SPOKEN_OF)].append(row)
        self.cells = sorted({cell for by_cell in self.flows.values() for cell in by_cell})

    def speaks(self, document: Row, cell: Cell) -> set[str | None]:
        """For whom a document speaks in a cell: None is every partner."""
        if document["status"] == 204 or document["source"] != cell.source:
            return set()
        return {
            row["partner_code"]
            for row in self.scopes.get((document["document_id"], *cell[1:4], cell.period, cell.kind), ())
            if row["complete"]
            and row["level"] == level(cell.code)
            and cell.code.startswith(row["code_prefix"])
        }

    def stand(self, cell: Cell) -> Answer:
        """The cell after all documents."""
        said: dict[str, Said] = {}
        spoken: set[str | None] = set()
        for document in self.documents:
            new = self.flows[document["document_id"]].get(cell, {})
            speaks = self.speaks(document, cell)
            spoken |= speaks
            for code in [code for code in said if code not in new and (code in speaks or None in speaks)]:
                del said[code]
            for code, row in new.items():
                old = said.get(code)
                if old is None or any(old.row.get(name) != row.get(name) for name in PAYLOAD):
                    rank = EVIDENCE.index(document["evidence"]) + 1
                    said[code] = Said(row, vintage(document), rank, document["document_id"])
        return Answer(cell, said, spoken)


class Rates:
    """Fixings per euro, as the last document said them."""

    def __init__(self, lake: Lake, carry_days: int) -> None:
        self.carry = timedelta(days=carry_days)
        self.of: dict[str, dict[date, tuple[Decimal, datetime, int]]] = defaultdict(dict)
        by_document = defaultdict(list)
        for row in lake.rows["fx_rate"]:
            by_document[row["document_id"]].append(row)
        for document in ordered(lake):
            rank = EVIDENCE.index(document["evidence"]) + 1
            for row in by_document[document["document_id"]]:
                old = self.of[row["quote"]].get(row["rate_date"])
                if old is None or old[0] != row["rate"]:
                    self.of[row["quote"]][row["rate_date"]] = (row["rate"], vintage(document), rank)
        self.last = max((day for days in self.of.values() for day in days), default=date.min)

    def _on(self, currency: str, at: date) -> tuple[Decimal, datetime, int, bool] | None:
        """Rate, since when, evidence, and whether it was carried from an earlier day."""
        if currency == "EUR":
            dollar = self._on("USD", at)
            return dollar and (Decimal(1), *dollar[1:])
        for back in range(self.carry.days + 1):
            found = self.of[currency].get(at - timedelta(days=back))
            if found and at <= self.last:
                return (*found, back > 0)
        return None

    def average(self, currency: str, first: date, until: date) -> tuple[Decimal, datetime, int] | None:
        """Dollars a unit over a period; None where a day is not covered."""
        days = [first + timedelta(days=n) for n in range((until - first).days)]
        found = [(self._on(currency, at), self._on("USD", at)) for at in days]
        both = [(own, dollar) for own, dollar in found if own and dollar]
        fixed = [(own[0], dollar[0]) for own, dollar in both if not (own[3] or dollar[3])]
        if len(both) < len(days) or not fixed:
            return None
        ratio = float(sum(dollar for _, dollar in fixed)) / float(sum(own for own, _ in fixed))
        since = max(max(own[1], dollar[1]) for own, dollar in both)
        rank = max(max(own[2], dollar[2]) for own, dollar in both)
        return Decimal(str(round(ratio, 12))), since, rank


def shift(first: date, months: int) -> date:
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def span(period: date, kind: str) -> tuple[date, date]:
    """First day and the day after the last."""
    first = {"YTD": date(period.year, 1, 1), "TTM": shift(period, -11)}.get(kind, period)
    return first, shift(period, {"Q": 3, "CY": 12}.get(kind, 1))


def add(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum; None where one is not known, or there is none."""
    listed = list(amounts)
    known = [amount for amount in listed if amount is not None]
    return sum(known, Decimal(0)) if known and len(known) == len(listed) else None


def sum_known(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
