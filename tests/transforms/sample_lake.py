"""The lake under a release of the sample, as rows: of the trade and the rates that the recomputations read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.transforms.lake import Lake
from warehouse import lake as parts
from warehouse.home import Home, open_home

LEVELS = ("HS2", "HS4", "HS6", "TOTAL", "LIST")


def lake_of(release: Path) -> Lake:
    """The rows of the levels that all countries share, of all goods and of lists; `release` is its database."""
    home, lake = open_home(release.parents[2], "sample"), Lake()
    for dataset in ("trade_flow", "trade_scope"):
        lake.rows[dataset] = [row for row in _rows(home, dataset) if row["level"] in LEVELS]
    quotes = {"USD", *(row["currency"] for row in lake.rows["trade_flow"])}
    lake.rows["fx_rate"] = [row for row in _rows(home, "fx_rate") if row["quote"] in quotes]
    told = {
        row["document_id"] for name in ("trade_flow", "trade_scope", "fx_rate") for row in lake.rows[name]
    }
    lake.rows["document"] = [row for row in _rows(home, "document") if row["document_id"] in told]
    return lake


def _rows(home: Home, dataset: str) -> Iterator[dict[str, Any]]:
    for source in parts.manifests(home):
        yield from parts.each(home, source, dataset)
