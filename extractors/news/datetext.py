"""Dates in pages as people and machines write them; one that can be read two ways is not read."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from extractors.news.dates import Dated, read_date

SECOND, MINUTE, DAY, MONTH = "second", "minute", "day", "month"
PRECISIONS = (MONTH, DAY, MINUTE, SECOND)

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905 - a list to read
_NAME = (
    r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_TIME = (
    r"(?:(?:\s*[T,|·]?\s*|\s+at\s+|\s+-\s+)(?P<hour>[01]?\d|2[0-4])\s*(?:[::时h])\s*(?P<minute>[0-5]\d)"
    r"(?:\s*[:分]\s*(?P<second>[0-5]\d)(?:\.\d{1,9})?秒?)?\s*(?P<half>[ap]\.?m\b\.?)?"
    r"\s*\(?(?P<zone>Z\b|[+-]\d\d:?\d\d\b|(?:GMT|UTC)(?:[+-]\d{1,2}(?::?\d\d)?)?|北京时间|HKT|SGT|JST|KST|E[SD]T|P[SD]T"
    r"|CDT|M[SD]T|BST|CES?T)?)?"
)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_FORMS = tuple(
    re.compile(rf"(?<![\d/.-]){form}{_TIME}", re.IGNORECASE)
    for form in (
        rf"{_YEAR}(?:[-/.](?P<month>\d\d?)[-/.](?P<day>\d\d?)(?!\d)|\s*年\s*(?P<month2>\d\d?)\s*月\s*(?P<day2>\d\d?)\s*日)",
        rf"(?P<day>\d\d?)(?:st|nd|rd|th)?[\s.-]+(?:of\s+)?{_NAME}[\s,.-]+{_YEAR}(?!\d)",
        rf"{_NAME}\s+(?P<day>\d\d?)(?:st|nd|rd|th)?(?:,\s*|\s+){_YEAR}(?!\d)",
        rf"(?P<one>\d\d?)(?P<mark>[/.-])(?P<two>\d\d?)(?P=mark){_YEAR}(?!\d)",
    )
)
_MONTH_ONLY = re.compile(
    rf"(?:{_NAME}\s+)?{_YEAR}(?:-(?P<month>\d\d)|\s*年\s*(?P<month2>\d\d?)\s*月)?", re.IGNORECASE
)
_BASIC = re.compile(r"(?P<year>(?:19|20)\d\d)(?P<month>\d\d)(?P<day>\d\d)(?:T?\d{4,6}(?:Z|[+-]\d{4})?)?")
_RFC = re.compile(r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d\d:\d\d")
_HOURS = {
    "z": 0,
    "gmt": 0,
    "utc": 0,
    "北京时间": 8,
    "hkt": 8,
    "sgt": 8,
    "jst": 9,
    "kst": 9,
    "bst": 1,
    "cet": 1,
    "cest": 2,
    "est": -5,
    "edt": -4,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}


class Stated(NamedTuple):
    """`at` in UTC, as exact as `precision` says. Without a stated zone only the day is kept, at 00:00."""

    at: datetime
    precision: str


class Found(NamedTuple):
    """A date inside a text; `stated` is None where day and month could be either."""

    start: int
    stated: Stated | None


def stated_date(text: str | None) -> Stated | None:
    """The date a field holds and nothing else; None where it is unreadable or ambiguous."""
    cleaned = unicodedata.normalize("NFKC", (text or "")[:100]).strip()
    if len(cleaned) < 6:
        return None
    if _RFC.match(cleaned):
        return _exact(cleaned, SECOND if cleaned.count(":") > 1 else MINUTE)
    basic = _BASIC.fullmatch(cleaned)
    if basic:
        return _exact(cleaned, SECOND) if "T" in cleaned else _day(basic)
    found = next(iter(dates_in(cleaned)), None)
    return found.stated if found and found.start <= 12 else _month(cleaned)


def feed_date(text: str | None) -> Dated | None:
    """A date as feeds write it, in standard form or another; None where it is unreadable, ambiguous or a mere month."""
    dated = read_date(text)
    if dated is not None:
        return dated
    stated = stated_date(text)
    if stated is None or stated.precision == MONTH:
        return None
    return Dated(stated.at, stated.precision != DAY)


def dates_in(text: str) -> Iterator[Found]:
    """The full dates of a short text (NFKC), in the order of the forms."""
    for form in _FORMS:
        for match in form.finditer(text):
            yield Found(match.start(), _stated(match))


def _exact(text: str, precision: str) -> Stated | None:
    dated = read_date(text)
    if dated is None:
        return None
    return Stated(dated.at, precision) if dated.exact else Stated(_midnight(dated.at), DAY)


def _stated(match: re.Match[str]) -> Stated | None:
    part = match.groupdict()
    month, day = part.get("month") or part.get("month2"), part.get("day") or part.get("day2")
    if part.get("name"):
        month = str(1 + _MONTHS.index(part["name"][:3].lower()))
    if part.get("one"):
        month, day = _unlike(int(part["one"]), int(part["two"]))
    try:
        at = datetime(int(part["year"]), int(month or 0), int(day or 0), tzinfo=UTC)
    except ValueError:
        return None
    return _timed(at, part)


def _unlike(one: int, two: int) -> tuple[str, str] | tuple[None, None]:
    """Month and day, where only one order makes a date."""
    if one == two or two > 12 >= one:
        return str(one), str(two)
    return (str(two), str(one)) if one > 12 >= two else (None, None)


def _timed(at: datetime, part: dict[str, str | None]) -> Stated:
    shift = _shift(part["zone"])
    if part["hour"] is None or shift is None:
        return Stated(at, DAY)
    hour = int(part["hour"]) % 24
    if part["half"]:
        hour = hour % 12 + (12 if part["half"].lower().startswith("p") else 0)
    moment = at.replace(hour=hour, minute=int(part["minute"] or 0), second=int(part["second"] or 0))
    moment = (moment + timedelta(days=int(part["hour"]) // 24)).replace(tzinfo=timezone(shift))
    return Stated(moment.astimezone(UTC), SECOND if part["second"] else MINUTE)


def _shift(zone: str | None) -> timedelta | None:
    if not zone:
        return None
    known = _HOURS.get(zone.lower())
    if known is not None:
        return timedelta(hours=known)
    signed = re.search(r"([+-])(\d{1,2}):?(\d\d)?$", zone)
    if signed is None:
        return None
    size = timedelta(hours=int(signed[2]), minutes=int(signed[3] or 0))
    return (-size if signed[1] == "-" else size) if size <= timedelta(hours=14) else None


def _day(match: re.Match[str]) -> Stated | None:
    try:
        return Stated(datetime(int(match["year"]), int(match["month"]), int(match["day"]), tzinfo=UTC), DAY)
    except ValueError:
        return None


def _month(text: str) -> Stated | None:
    match = _MONTH_ONLY.fullmatch(text)
    number = match and (match["month"] or match["month2"])
    if match and match["name"]:
        number = str(1 + _MONTHS.index(match["name"][:3].lower()))
    try:
        return (
            Stated(datetime(int(match["year"]), int(number), 1, tzinfo=UTC), MONTH)
            if match and number
            else None
        )
    except ValueError:
        return None


def _midnight(at: datetime) -> datetime:
    return at.replace(hour=0, minute=0, second=0, microsecond=0)
