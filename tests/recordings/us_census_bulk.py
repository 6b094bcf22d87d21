"""The detail files, made: their monthly fields beyond general imports of a few lines have no real figures at hand."""

from __future__ import annotations

from collections.abc import Iterator

from tests.customs.bulk import bulk_file, exported, imported
from tests.documents import Saved

QUERIES = '[us_census_bulk]\nflows = ["import", "export"]\nmonths = ["2025-06"]\n'


def answers() -> Iterator[Saved]:
    """One month of imports and exports."""
    yield bulk_file(
        imported(
            "8471500150", country, 1000 * n, 900 * n, 10 * n, 1050 * n, (n, 0), (n, 0), where=f"  {n:02d}04"
        )
        for country in ("2010", "5700", "5830")
        for n in range(1, 40)
    )
    sold = (
        exported("8507600030", country, 500 * n, kind, (n, 20 * n), district=f"{n:02d}")
        for kind in "12"
        for country in ("1220", "5700")
        for n in range(1, 40)
    )
    yield bulk_file(sold, flow="export")
