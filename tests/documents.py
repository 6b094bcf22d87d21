"""A document in memory, for parsers under test."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import BinaryIO

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Saved:
    """Satisfies `contracts.document.Document`."""

    body: bytes
    source: str = "test"
    url: str = "https://data.example/table"
    status: int = 200
    scope: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    method: str = "GET"
    document_id: str = "00000000-0000-5000-8000-000000000000"
    released_at: datetime | None = None
    retrieved_at: datetime = AT
    via: str = "direct"
    evidence: str = "synthetic"

    def open(self) -> BinaryIO:
        return io.BytesIO(self.body)


def counted(document: Saved, opened: list[str]) -> Saved:
    """The same document, whose URL is put into `opened` each time that it is opened."""

    class Counted(Saved):
        def open(self) -> BinaryIO:
            opened.append(self.url)
            return super().open()

    return Counted(**vars(document))
