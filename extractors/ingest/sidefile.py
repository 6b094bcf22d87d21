"""What a person may say of a file they bring: `<name>.toml` beside it, read strictly."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, get_args

from contracts.document import Evidence
from contracts.errors import SourceChanged
from contracts.text import printable

MAX_BYTES, MAX_ORIGIN = 10_000, 500
KEYS = ("evidence", "origin", "released_at", "retrieved_at")
BY_HAND = "brought by hand"
FIRST_YEAR = 1980


@dataclass(frozen=True)
class Stated:
    """What is said of a file. Times are UTC; `retrieved_at` is when it was got from its publisher, None: not said."""

    evidence: Evidence
    origin: str
    released_at: datetime | None = None
    retrieved_at: datetime | None = None


def stated(text: bytes | None, kind: str, now: datetime) -> Stated:
    """Read a side file (None: there is none) for a home of that kind; `SourceChanged` says what is wrong with it.

    In a live home a file is bytes that somebody received (`recorded`); in a sample home the side file must say that it is
    `rebuilt` or `synthetic`, and its origin. A date without a time is its first moment in UTC.
    """
    said = _read(text) if text is not None else {}
    released, retrieved = (_moment(said, name, now) for name in ("released_at", "retrieved_at"))
    if released and retrieved and released > retrieved:
        raise _wrong("released_at lies after retrieved_at")
    return Stated(_evidence(said, kind), _origin(said, kind), released, retrieved)


def _wrong(why: str) -> SourceChanged:
    return SourceChanged(f"its side file (.toml) is wrong: {why}")


def _read(text: bytes) -> Mapping[str, Any]:
    if len(text) > MAX_BYTES:
        raise _wrong(f"it is longer than {MAX_BYTES:,} bytes")
    try:
        said = tomllib.loads(text.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _wrong(f"it cannot be read as TOML: {printable(str(error), 200)}") from None
    if unknown := sorted(set(said) - set(KEYS)):
        names = printable(", ".join(unknown), 100)
        raise _wrong(f"{names} is not among its keys ({', '.join(KEYS)})")
    return said


def _moment(said: Mapping[str, Any], name: str, now: datetime) -> datetime | None:
    value = said.get(name)
    if value is None:
        return None
    if type(value) is date:
        value = datetime(value.year, value.month, value.day, tzinfo=UTC)
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise _wrong(f"{name} must be a date (2026-07-14) or a time with its zone (2026-07-14T09:00:00Z)")
    if value.year < FIRST_YEAR or value > now:
        raise _wrong(f"{name} lies in the future or before {FIRST_YEAR}")
    return value.astimezone(UTC)


def _evidence(said: Mapping[str, Any], kind: str) -> Evidence:
    allowed: tuple[Evidence, ...] = ("recorded",) if kind == "live" else ("rebuilt", "synthetic")
    given = said.get("evidence", "recorded")
    for evidence in allowed:
        if given == evidence:
            return evidence
    known = given if given in get_args(Evidence) else "something else"
    raise _wrong(f"evidence is {known}, and a {kind} home takes {' or '.join(allowed)} files only")


def _origin(said: Mapping[str, Any], kind: str) -> str:
    given = said.get("origin", BY_HAND if kind == "live" else None)
    if (
        not isinstance(given, str)
        or not given.strip()
        or len(given) > MAX_ORIGIN
        or printable(given) != given
    ):
        raise _wrong(
            f"origin must say in one line, at most {MAX_ORIGIN} characters, where the figures came from"
        )
    return given
