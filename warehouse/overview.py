"""What a home holds of one source, at a glance: from manifests, Parquet footers and two small columns."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from warehouse import inbox, lake
from warehouse.home import Home
from warehouse.locks import holder
from warehouse.quarantine import Refusal, refusals

NEWEST = {"trade_flow": "period", "fx_rate": "rate_date", "news_item": "published_at"}
"""The column of a dataset that says how new its rows are."""


@dataclass(frozen=True)
class Overview:
    """One source in a home. `newest` is the newest period or item by dataset, `outcomes` counts documents.

    `inbox_waiting` files lie in its inbox, `inbox_refused` were refused and lie there still.
    """

    source: str
    last_asked_at: datetime | None = None
    last_retrieved_at: datetime | None = None
    newest: dict[str, date | datetime] = field(default_factory=dict)
    outcomes: dict[str, int] = field(default_factory=dict)
    quarantined: list[Refusal] = field(default_factory=list)
    locked_by: int | None = None
    inbox_waiting: int = 0
    inbox_refused: int = 0


def overview(home: Home, source: str) -> Overview:
    """Look at a source; takes no lock and changes nothing."""
    paths: dict[str, list[Path]] = {}
    for part in lake.manifest(home, source):
        paths.setdefault(part.dataset, []).append(home.lake / part.path)
    asked = _newest(paths.get("fetch", []), "at")
    retrieved = _newest(paths.get("document", []), "retrieved_at")
    newest = {name: _newest(paths.get(name, []), column) for name, column in NEWEST.items()}
    return Overview(
        source=source,
        last_asked_at=asked if isinstance(asked, datetime) else None,
        last_retrieved_at=retrieved if isinstance(retrieved, datetime) else None,
        newest={name: value for name, value in newest.items() if value is not None},
        outcomes=_outcomes(paths.get("document", [])),
        quarantined=[note for note in refusals(home) if note.source == source],
        locked_by=holder(home, source),
        inbox_waiting=len(inbox.waiting(home, source)),
        inbox_refused=len(inbox.refused(home, source)),
    )


def _newest(paths: list[Path], column: str) -> date | datetime | None:
    """The greatest value of a column, from the footers alone."""
    import pyarrow.parquet as pq

    found = []
    for path in paths:
        footer = pq.read_metadata(path)
        place = footer.schema.names.index(column)
        groups = (footer.row_group(i).column(place).statistics for i in range(footer.num_row_groups))
        found += [group.max for group in groups if group is not None and group.has_min_max]
    return max(found, default=None)


def _outcomes(paths: list[Path]) -> dict[str, int]:
    import pyarrow.parquet as pq

    counts: Counter[str] = Counter()
    for path in paths:
        counts.update(pq.read_table(path, columns=["outcome"]).column("outcome").to_pylist())
    return dict(sorted(counts.items()))
