"""What the lake holds and no release has yet: the ground for ringing a bell, or for waiting."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from contracts.clock import parse_stamp
from contracts.datasets import SCHEMAS
from contracts.schemas.identity import RESULTS
from warehouse import lake
from warehouse.files import read_json
from warehouse.home import Home
from warehouse.release import Release, releases


def unreleased(home: Home, sources: Iterable[str]) -> dict[str, int]:
    """Rows by dataset of these sources' parts that the newest release was not built over; empty when there are none.

    Only what a source said counts, and the clusters and stories found in it: the project's own notes (documents, fetch
    log) are no news by themselves.
    """
    made, counted = _releases_with_data(home), {*SCHEMAS, *RESULTS}
    known = {path for _, path, _ in _parts(made[-1])} if made else set()
    found: dict[str, int] = {}
    for source in sources:
        for part in lake.manifest(home, source):
            if part.dataset in counted and part.path not in known and part.rows:
                found[part.dataset] = found.get(part.dataset, 0) + part.rows
    return found


def released_at(home: Home) -> datetime | None:
    """When the newest release that holds anything was made; None before the first."""
    made = _releases_with_data(home)
    return parse_stamp(made[-1].manifest["released_at"]) if made else None


def _releases_with_data(home: Home) -> list[Release]:
    return [release for release in releases(home) if _parts(release)]


def _parts(release: Release) -> list[Any]:
    return list(read_json(release.folder / "inputs.json", {}).get("parts", []))
