"""What is asked of the Federal Register: a query and the days of publication, as a scope to keep and as an address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from urllib.parse import urlencode

from contracts.errors import SourceChanged

URL = "https://www.federalregister.gov/api/v1/documents.json"
PER_PAGE = 1000
FIELDS = (
    *("document_number", "type", "subtype", "title", "abstract", "action", "agencies", "publication_date"),
    *("effective_on", "dates", "signing_date", "citation", "cfr_references", "docket_ids"),
    *("executive_order_number", "proclamation_number", "correction_of", "html_url"),
)
DAY = timedelta(days=1)
Span = tuple[date, date]


@dataclass(frozen=True)
class Asked:
    """One request: the conditions of a query, and the first and last day of publication."""

    query: str
    topic: str
    agency: str | None
    term: str | None
    types: tuple[str, ...]
    first: date
    last: date
    per_page: int = PER_PAGE

    @classmethod
    def of(cls, scope: Mapping[str, object]) -> Asked:
        """Read a scope back; `SourceChanged` when it is not one of this source."""
        try:
            agency, term, types = (scope.get(name) for name in ("agency", "term", "types"))
            return cls(
                query=str(scope["query"]),
                topic=str(scope["topic"]),
                agency=str(agency) if agency else None,
                term=str(term) if term else None,
                types=tuple(map(str, types)) if isinstance(types, list) else (),
                first=date.fromisoformat(str(scope["from"])),
                last=date.fromisoformat(str(scope["to"])),
                per_page=int(str(scope["per_page"])),
            )
        except (KeyError, ValueError) as error:
            raise SourceChanged(
                "the scope kept with the answer does not say what was asked (query, topic, from, to, per_page): "
                f"{error}"
            ) from None

    def scope(self) -> dict[str, object]:
        """The inverse of `of`, JSON-ready."""
        said: dict[str, object] = {"query": self.query, "topic": self.topic, "per_page": self.per_page}
        said |= {"from": self.first.isoformat(), "to": self.last.isoformat(), "types": list(self.types)}
        return said | {"agency": self.agency, "term": self.term}

    def url(self) -> str:
        """The address, always of the first page: there is no second one."""
        pairs = [("conditions[agencies][]", self.agency)] if self.agency else []
        pairs += [("conditions[term]", self.term)] if self.term else []
        pairs += [("conditions[type][]", kind) for kind in self.types]
        pairs += [
            ("conditions[publication_date][gte]", self.first.isoformat()),
            ("conditions[publication_date][lte]", self.last.isoformat()),
            *(("fields[]", name) for name in FIELDS),
            ("order", "oldest"),
            ("per_page", str(self.per_page)),
        ]
        return f"{URL}?{urlencode(pairs)}"

    def halves(self) -> tuple[Asked, ...]:
        """The same question about each half of its days; nothing for a single day, which has none."""
        if self.first >= self.last:
            return ()
        middle = self.first + (self.last - self.first) // 2
        return replace(self, last=middle), replace(self, first=middle + DAY)


def quarters(first: date, last: date) -> Iterator[Span]:
    """The days from `first` to `last`, cut where calendar quarters begin: every day in exactly one span."""
    while first <= last:
        yield first, min(quarter_end(first), last)
        first = quarter_end(first) + DAY


def quarter_end(day: date) -> date:
    """The last day of the calendar quarter of a day."""
    month = (day.month - 1) // 3 * 3 + 3
    return date(day.year, 12, 31) if month == 12 else date(day.year, month + 1, 1) - DAY
