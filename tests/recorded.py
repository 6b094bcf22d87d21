"""Recordings as documents, found by the requests the sources themselves plan.

They stand in the sample where it has real figures: answers in its days, files that are brought in `samples/inbox/<source>/`. A source without any has a module `tests/recordings/<source>.py` with
made ones: `QUERIES`, the TOML text of what it is asked (its section of a queries file, "" for none), and `answers()`, its
documents, each with the URL that is asked for it (`urn:inbox:<source>:<name>` for a file that is brought).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from contracts.clock import now
from contracts.document import Fetch, Source, Window
from extractors.ingest.inbox import address
from extractors.ingest.sidefile import stated
from extractors.web.mapping import match_key
from extractors.web.recordings import Recordings
from tests.documents import AT, Saved
from warehouse.inbox import SIDE

SAMPLES = Path(__file__).parents[1] / "samples"
DAYS = {"day1": datetime(2026, 11, 21, 6, tzinfo=UTC), "day2": datetime(2026, 11, 22, 6, tzinfo=UTC)}


def made(name: str) -> ModuleType | None:
    """The module of made recordings of a source, None when its recordings stand in the sample."""
    module = f"tests.recordings.{name}"
    return import_module(module) if find_spec(module) else None


@contextmanager
def sample_queries(name: str = "") -> Iterator[None]:
    """The sample's queries and feeds instead of the live ones; those of the made recordings of source `name`, if any."""
    module = made(name) if name else None
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        queries = SAMPLES / "queries.toml"
        if module is not None:
            queries = Path(folder, f"{name}.toml")
            queries.write_text(module.QUERIES, "utf-8")
        patch.setenv("CHOKEPOINT_QUERIES", str(queries))
        patch.setenv("CHOKEPOINT_FEEDS", str(SAMPLES / "feeds.toml"))
        patch.setenv("CHOKEPOINT_FILERS", str(SAMPLES / "filers.toml"))
        patch.setenv("CHOKEPOINT_NOTICES", str(SAMPLES / "notices.toml"))
        yield


def planned(source: Source) -> list[Fetch]:
    """What the source asks for in the demonstration, or of its made recordings."""
    with sample_queries(source.info.source):
        return list(source.plan(Window()))


def brought(source: Source) -> Iterator[Saved]:
    """The sample's files of a source that are brought, as they are archived; a wrong one fails, as in the demonstration."""
    name = source.info.source
    for path in sorted((SAMPLES / "inbox" / name).glob("*")):
        if source.inbox is None or path.suffix == SIDE:
            continue
        side = path.with_name(path.name + SIDE)
        said = stated(side.read_bytes() if side.exists() else None, "sample", now())
        with path.open("rb") as file:
            scope = source.inbox.recognise(path.name, file)
        yield Saved(
            path.read_bytes(),
            source=name,
            url=address(name, path.name),
            scope=scope,
            released_at=said.released_at,
            retrieved_at=said.retrieved_at or AT,
            via="inbox",
            evidence=said.evidence,
        )


def documents(source: Source, day: str = "day1") -> Iterator[Saved]:
    """Every recorded document of a source as of a day: answers to what it asks, and files that are brought."""
    yield from (saved for _, saved in answers(source, day) if saved)
    yield from brought(source)
    if module := made(source.info.source):
        yield from (saved for saved in module.answers() if saved.url.startswith("urn:inbox:"))


def answers(source: Source, day: str, folder: Path = SAMPLES) -> Iterator[tuple[Fetch, Saved | None]]:
    """Every planned request with its answer as the mirror stood on that day, None where it has none."""
    recordings = Recordings(folder, DAYS[day])
    for fetch in planned(source):
        yield fetch, recorded(fetch, recordings)


def recorded(fetch: Fetch, recordings: Recordings | None = None) -> Saved | None:
    """The answer to a request, from the whole sample by default; None where it has none."""
    if module := made(fetch.source):
        return _made(module, fetch)
    record = (recordings or Recordings(SAMPLES)).find(fetch.method, fetch.url)
    if record is None:
        return None
    return Saved(
        b"".join(record.pieces()),
        source=fetch.source,
        url=fetch.url,
        status=int(record.status_line.split()[0]),
        scope=fetch.scope,
        headers={name.lower(): value for name, value in record.headers},
        retrieved_at=record.at,
        evidence=record.evidence or "synthetic",
    )


def _made(module: ModuleType, fetch: Fetch) -> Saved | None:
    key = match_key(fetch.method, fetch.url)
    found = (saved for saved in module.answers() if match_key(saved.method, saved.url) == key)
    saved: Saved | None = next(found, None)
    return None if saved is None else replace(saved, source=fetch.source, scope=fetch.scope)
