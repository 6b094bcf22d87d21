"""What may be done with a publisher's words: said of every source and every feed, read anew for every release."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

UNKNOWN = "unknown"
TextUse = Literal["full", "none"]


@dataclass(frozen=True)
class Rights:
    """The rights to one source's or feed's words, as its terms were read.

    `licence` may be "unknown". `terms_url` and `reviewed_on` say where and when the terms were read, None when they
    were not. `text_use` "full": the words may be kept and released; "none": only facts, headline and link.
    `listed` is False for what is known and not asked; `note` then says why. `url` is where a feed is asked.
    """

    subject_kind: Literal["source", "feed"]
    subject: str
    publisher: str
    licence: str
    terms_url: str | None
    reviewed_on: date | None
    text_use: TextUse
    listed: bool = True
    note: str | None = None
    url: str | None = None

    @property
    def fault(self) -> str | None:
        """What is missing where words are claimed: a known licence, its address, the day it was read; else None."""
        if self.text_use != "full":
            return None
        missing = [name for name in ("terms_url", "reviewed_on") if getattr(self, name) is None]
        missing += ["licence"] if self.licence in ("", UNKNOWN) else []
        return f"text is claimed without {', '.join(missing)}" if missing else None

    def backed(self) -> Rights:
        """The same without a claim that nothing backs: then no words may be used, and the note says why."""
        return replace(self, text_use="none", note=self.fault) if self.fault else self
