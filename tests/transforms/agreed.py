"""A relation of a build beside rows worked out here: row by row, numbers to a billionth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import duckdb

NEAR = Fraction(1, 10**9)
NUMBERS = (int, float, Decimal, Fraction)


def agreed(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    names: str,
    figures: str,
    ours: Iterable[tuple[Any, ...]],
) -> Counter[str]:
    """Compare the columns `names`, which tell rows apart, and `figures`; gives how many figures were known, by column."""
    n, columns = len(names.split(", ")), figures.split(", ")
    theirs = connection.execute(f"select {names}, {figures} from {relation}").fetchall()
    listed = list(ours)
    found, expected = ({row[:n]: row[n:] for row in rows} for rows in (theirs, listed))
    assert len(found) == len(theirs), relation
    assert len(expected) == len(listed), relation
    assert sorted(found.keys() ^ expected.keys(), key=repr)[:3] == [], relation
    for name, row in expected.items():
        differ = [
            (column, there, here)
            for column, there, here in zip(columns, found[name], row, strict=True)
            if not alike(there, here)
        ]
        assert differ == [], (relation, name)
    return Counter(
        column
        for row in found.values()
        for column, value in zip(columns, row, strict=True)
        if value is not None
    )


def alike(one: Any, other: Any) -> bool:
    if isinstance(one, NUMBERS) and isinstance(other, NUMBERS):
        return abs(Fraction(one) - Fraction(other)) <= NEAR
    return bool(_utc(one) == _utc(other))


def _utc(value: Any) -> Any:
    if isinstance(value, datetime) and value.tzinfo:
        return value.astimezone(UTC).replace(tzinfo=None)
    return value
