"""What the tests of restrictions share: the seeds, and the words of their columns."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA, SAID = "list_data", "third_party_statement"
SEED_LISTS = ("us_1260h", "us_889", "us_154", "us_5949", "us_fcc_covered")


def seed(name: str) -> list[dict[str, str]]:
    """The rows of a seed."""
    with (ROOT / "transforms" / "seeds" / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def text_of(value: date | None) -> str | None:
    """A day as text; None where there is none."""
    return value and value.isoformat()
