"""What is read of documents of China's customs, and the real ones where they are at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.customs import gacc_bulletin, gacc_detail
from tests.documents import Saved

RECORDED = Path(__file__).parents[3] / "shared/data/customs/gacc"
needs_recorded = pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded material is not at hand")


def bulletin_rows(document: Saved) -> list[dict[str, object]]:
    return [row for _, batch in gacc_bulletin.parse(document) for row in batch.to_pylist()]


def detail_rows(document: Saved) -> list[dict[str, object]]:
    return [row for _, batch in gacc_detail.parse(document) for row in batch.to_pylist()]


def detail_values(document: Saved, level: str = "HS8") -> dict[object, object]:
    """(period, partner, code) -> value."""
    found = (row for row in detail_rows(document) if row["level"] == level)
    return {(row["period"], row["partner_code"], row["code"]): row["value"] for row in found}
