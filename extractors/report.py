"""What a fetch run and a parse run tell their callers."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class ParseReport:
    """What one parse run did: documents by outcome, rows by dataset, refusals as (URL, reason)."""

    source: str
    outcomes: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)
