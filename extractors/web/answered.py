"""An answer as a document, straight from the session: for looks that keep nothing."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from contracts.document import Answer


@dataclass(frozen=True)
class Answered:
    """An answer that was not archived, as a `contracts.document.Document`; `body` is decoded."""

    answer: Answer
    body: bytes
    document_id: str = "not-archived"
    released_at: datetime | None = None

    @property
    def source(self) -> str:
        return self.answer.fetch.source

    @property
    def url(self) -> str:
        return self.answer.fetch.url

    @property
    def method(self) -> str:
        return self.answer.fetch.method

    @property
    def status(self) -> int:
        return self.answer.status or 0

    @property
    def headers(self) -> Mapping[str, str]:
        return {name.lower(): value for name, value in self.answer.headers}

    @property
    def scope(self) -> Mapping[str, object]:
        return self.answer.fetch.scope

    @property
    def retrieved_at(self) -> datetime:
        return self.answer.retrieved_at

    @property
    def via(self) -> str:
        return self.answer.via

    @property
    def evidence(self) -> str:
        return self.answer.evidence

    def open(self) -> BinaryIO:
        """The decoded body from its start."""
        return io.BytesIO(self.body)
