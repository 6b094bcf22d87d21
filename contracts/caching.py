"""What the headers of an answer say about how long it stays fresh."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

from contracts.clock import http_date

LONGEST_SECONDS = 24 * 3600.0

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)
_NOT_CACHED = re.compile(r"(?:^|[,\s])no-(?:cache|store)(?:[,\s]|$)", re.IGNORECASE)


def fresh_seconds(headers: Mapping[str, str], at: datetime) -> float | None:
    """Seconds for which an answer received at `at` stays fresh, a day at most: max-age less Age, else Expires.

    `headers` have lower-case names. None when they do not say, or say that it is stale at once.
    """
    control = headers.get("cache-control", "")
    if _NOT_CACHED.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "0").strip()
        left = float(found.group(1)) - (float(age[:10]) if age.isascii() and age.isdigit() else 0.0)
        return min(max(left, 0.0), LONGEST_SECONDS) or None
    expires = http_date(headers.get("expires"))
    if expires is None:
        return None
    left = (expires - (http_date(headers.get("date")) or at)).total_seconds()
    return min(max(left, 0.0), LONGEST_SECONDS) or None
