"""A made file as the Comtrade Plus web site gives one."""

from __future__ import annotations

from collections.abc import Iterator

from tests.customs.comtrade import plus, record
from tests.documents import Saved

QUERIES = ""


def answers() -> Iterator[Saved]:
    """Imports of two partners and the world."""
    yield plus([record(0, 130), record(156, 100), record(484, 30)])
