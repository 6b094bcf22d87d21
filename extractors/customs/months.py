"""Months as customs speak of them: `2026-07`, first days, ranges, and the newest one an agency should have."""

from __future__ import annotations

import re
from datetime import date, timedelta

MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def month(text: str) -> date:
    """The first day of `2026-07`; `ValueError` for anything else."""
    if not (found := MONTH.fullmatch(text)):
        raise ValueError(f"{text!r} is not a month like 2026-07")
    return date(int(found[1]), int(found[2]), 1)


def label(day: date) -> str:
    """`2026-07` for any day of that month."""
    return f"{day:%Y-%m}"


def shift(day: date, months: int) -> date:
    """The first day of the month that many months later (earlier when negative)."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def span(first: date, last: date) -> list[date]:
    """First days of all months from `first` to `last`, both included; empty when `last` is earlier."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [shift(first, i) for i in range(count)]


def newest_expected(today: date, lag_days: int) -> date:
    """The newest month whose figures should be out `lag_days` after its end."""
    seen = today - timedelta(days=lag_days)
    return shift(seen, -1)


def by_year(first: date, last: date) -> list[tuple[date, date]]:
    """A range cut at the ends of calendar years."""
    years = range(first.year, last.year + 1)
    return [(max(first, date(y, 1, 1)), min(last, date(y, 12, 1))) for y in years]
