"""Dates as publishers write them. What is not written is not guessed."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz
from typing import NamedTuple

EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=2)

_ISO = re.compile(r"\d{4}-?\d\d-?\d\d(?:[T ]\d\d.*)?")
_RFC_ZONE = re.compile(r"(?:[+-]\d{4}|\b(?:GMT|UTC|UT|Z|EST|EDT|CDT|MST|MDT|PST|PDT))(?:\s*\(.*\))?$")

_HALF_DAY = re.compile(r"\d\s*[ap]\.?m\b", re.IGNORECASE)
_FARTHEST_ZONE_SECONDS = 14 * 3600


class Dated(NamedTuple):
    """`at` in UTC; `exact` is False when the text names no (unambiguous) zone or no time: only the day is sure."""

    at: datetime
    exact: bool


def read_date(text: str | None) -> Dated | None:
    """A date in ISO 8601 or RFC 822 form, None for anything else.

    Without a zone that can be the clock time is kept as if UTC and marked inexact: at most fourteen hours off.
    """
    cleaned = " ".join((text or "")[:100].split())
    return _iso(cleaned) or _rfc822(cleaned)


def plausible(at: datetime, seen: datetime) -> bool:
    """Whether a text read at `seen` may carry this date: not before 1995, not more than two days ahead."""
    return EARLIEST <= at <= seen + AHEAD


def _iso(text: str) -> Dated | None:
    if not _ISO.fullmatch(text):
        return None
    try:
        moment = datetime.fromisoformat(re.sub(r"\s(?=[+-]\d\d:?\d\d$|Z$)", "", text))
        return Dated(_utc(moment), moment.tzinfo is not None)
    except (ValueError, OverflowError):
        return None


def _rfc822(text: str) -> Dated | None:
    if _HALF_DAY.search(
        text
    ):  # which this form does not have, and its parser overlooks, with the zone after it
        return None
    try:
        parts = parsedate_tz(text)
        if parts is None:
            return None
        moment = datetime(*parts[:6], tzinfo=UTC) - timedelta(seconds=parts[9] or 0)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None
    exact = _RFC_ZONE.search(text) is not None and abs(parts[9] or 0) <= _FARTHEST_ZONE_SECONDS
    return Dated(moment if exact else datetime(*parts[:6], tzinfo=UTC), exact)


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
