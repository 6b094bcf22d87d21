"""A Federal Register of invented documents that answers as the service does, traps included, for tests: synthetic."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from contracts.document import Answer, Fetch, Validators
from extractors.policy.register_request import FIELDS, Asked
from tests.conftest import DAY
from tests.documents import Saved

ASKED = Asked(
    "export_control",
    "export_control",
    "industry-and-security-bureau",
    None,
    (),
    date(2025, 1, 1),
    date(2025, 3, 31),
)
DOCUMENT: dict[str, Any] = dict.fromkeys(FIELDS) | {
    "document_number": "2025-00001",
    "type": "Rule",
    "title": "Additions to the Example List",
    "abstract": "An invented rule.",
    "action": "Final rule.",
    "agencies": [
        {"raw_name": "DEPARTMENT OF EXAMPLES", "name": "Examples Department", "slug": "examples-department"},
        {"raw_name": "An Office Without A Page"},
        {"raw_name": "BUREAU", "slug": "industry-and-security-bureau"},
    ],
    "publication_date": "2025-01-16",
    "effective_on": "2025-02-18",
    "dates": "Effective February 18, 2025, except for § 744.11, effective January 16, 2025.",
    "signing_date": None,
    "citation": "90 FR 1",
    "cfr_references": [
        {"title": 15, "part": 744, "chapter": None},
        {"title": 48, "part": None, "chapter": 2},
    ],
    "docket_ids": ["Docket No. 250101-0001"],
    "html_url": "https://www.federalregister.gov/documents/2025/01/16/2025-00001/additions",
}


def document(number: int, day: date, **changed: Any) -> dict[str, Any]:
    """One document, published on a day."""
    return (
        DOCUMENT
        | {"document_number": f"2025-{number:05}", "publication_date": day.isoformat(), "effective_on": None}
        | changed
    )


def envelope(results: list[dict[str, Any]], count: int | None = None, **more: Any) -> dict[str, Any]:
    """An answer with these results; `results` is missing where there are none, as the service has it."""
    said = {"count": len(results) if count is None else count, "description": "Documents", **more}
    return said | ({"total_pages": 1, "results": results} if results else {})


def saved(answer: object, asked: Asked = ASKED) -> Saved:
    """An answer as a document."""
    content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    return Saved(content, source="federal_register", url=asked.url(), scope=asked.scope())


class Register:
    """Stands in for the web: obeys windows and `per_page` up to `most`, which out of range it silently makes 20."""

    def __init__(self, documents: Iterable[dict[str, Any]], most: int = 2000) -> None:
        self.documents, self.most = list(documents), most
        self.asked: list[tuple[date, date]] = []
        self.silent_20_times = 0

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        pairs = dict(parse_qsl(urlsplit(fetch.url).query))
        first, last = (pairs[f"conditions[publication_date][{end}]"] for end in ("gte", "lte"))
        self.asked.append((date.fromisoformat(first), date.fromisoformat(last)))
        per_page = int(pairs["per_page"]) if 1 < int(pairs["per_page"]) <= self.most else 20
        if self.silent_20_times:
            self.silent_20_times, per_page = self.silent_20_times - 1, 20
        found = [d for d in self.documents if first <= d["publication_date"] <= last]
        content = json.dumps(envelope(found[:per_page], len(found))).encode()
        headers = (("Content-Type", "application/json"),)
        stream = io.BytesIO(content)
        return Answer(
            fetch, 200, headers, stream, len(content), DAY, "mirror:test", "synthetic", None, None, 0.0
        )
