"""The sample's recordings as documents, found by the requests the sources themselves plan."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.document import Fetch, Source, Window
from extractors.web.recordings import Recordings
from tests.documents import Saved

SAMPLES = Path(__file__).parents[1] / "samples"
DAYS = {"day1": datetime(2026, 11, 21, 6, tzinfo=UTC), "day2": datetime(2026, 11, 22, 6, tzinfo=UTC)}


@contextmanager
def sample_queries() -> Iterator[None]:
    """The sample's queries and feeds instead of the live ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHOKEPOINT_QUERIES", str(SAMPLES / "queries.toml"))
        patch.setenv("CHOKEPOINT_FEEDS", str(SAMPLES / "feeds.toml"))
        patch.setenv("CHOKEPOINT_FILERS", str(SAMPLES / "filers.toml"))
        patch.setenv("CHOKEPOINT_NOTICES", str(SAMPLES / "notices.toml"))
        yield


def planned(source: Source) -> list[Fetch]:
    """What the source asks for in the demonstration."""
    with sample_queries():
        return list(source.plan(Window()))


def answers(source: Source, day: str, folder: Path = SAMPLES) -> Iterator[tuple[Fetch, Saved | None]]:
    """Every planned request with its answer as the mirror stood on that day, None where it has none."""
    recordings = Recordings(folder, DAYS[day])
    for fetch in planned(source):
        yield fetch, recorded(fetch, recordings)


def recorded(fetch: Fetch, recordings: Recordings | None = None) -> Saved | None:
    """The answer to a request, from the whole sample by default; None where it has none."""
    record = (recordings or Recordings(SAMPLES)).find(fetch.method, fetch.url)
    return record and Saved(
        b"".join(record.pieces()),
        source=fetch.source,
        url=fetch.url,
        status=int(record.status_line.split()[0]),
        scope=fetch.scope,
        headers={name.lower(): value for name, value in record.headers},
        retrieved_at=record.at,
        evidence=record.evidence or "synthetic",
    )
