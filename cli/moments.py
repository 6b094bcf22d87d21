"""A day or time as given to an option."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time

from cli.envelope import BadArgument


def moment(text: str | None, option: str, *, to_its_end: bool = False) -> datetime | None:
    """The moment that ISO 8601 text names, in UTC where it names no zone; a day is its first moment, or its last one.

    None without text; `BadArgument` says what the option was given.
    """
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
        if to_its_end and re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            found = datetime.combine(found.date(), time.max)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadArgument(f"{option} {text!r} is neither a day nor a time in ISO 8601") from None
