"""UTC times in one form."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def now() -> datetime:
    """The wall clock, UTC, whole microseconds."""
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """ISO 8601 with Z; a naive time is refused."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def parse_stamp(text: str) -> datetime:
    """The inverse of `stamp`."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone(UTC)


def http_date(text: str | None) -> datetime | None:
    """An HTTP date header as UTC, None when absent or malformed; one that names no zone is UTC, as HTTP has it."""
    try:
        moment = parsedate_to_datetime(text) if text else None
        if moment is None or moment.tzinfo is None:
            return moment and moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def last_modified(headers: Mapping[str, str]) -> datetime | None:
    """When a server says it last changed what it sent, by headers whose names are in lower case; None where it does not."""
    return http_date(headers.get("last-modified"))
