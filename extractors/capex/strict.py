"""JSON of the SEC read strictly: what is not as documented raises `SourceChanged` with the words to find it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, NoReturn

from contracts.document import Document
from contracts.errors import SourceChanged
from contracts.text import printable

MAX_DECODED_BYTES = 60_000_000
_ACCESSION = re.compile(r"\d{10}-\d{2}-\d{6}", re.ASCII)
_CIK = re.compile(r"\d{1,10}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LARGEST = Decimal(10) ** 18


def shown(value: object) -> str:
    """A value as an error may quote it."""
    return printable(repr(value), 60)


def json_object(document: Document) -> dict[str, Any]:
    """The JSON object a document is, numbers with a fraction as Decimal; NaN and Infinity are no JSON."""
    with document.open() as stream:
        body = stream.read(MAX_DECODED_BYTES + 1)
    if len(body) > MAX_DECODED_BYTES:
        raise SourceChanged(f"larger than {MAX_DECODED_BYTES:,} bytes unpacked")
    try:
        found = json.loads(body.decode("utf-8"), parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise SourceChanged(f"not JSON: {printable(str(error), 120)}") from None
    if not isinstance(found, dict):
        raise SourceChanged(f"JSON, but {type(found).__name__} where an object is documented")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def part(parent: dict[str, Any], name: str, kind: type, where: str = "the document") -> Any:
    """The member of that name and type (`dict`, `list`, `str`); text must not be blank."""
    value = parent.get(name)
    if not isinstance(value, kind) or value == "":
        raise SourceChanged(f"{where} has no {name} of type {kind.__name__}: {shown(value)}")
    return _whole(value, name)


def text(parent: dict[str, Any], name: str, required: bool = True) -> str | None:
    """A text that may be null or blank, both None; `required`: the name itself must be there."""
    if required and name not in parent:
        raise SourceChanged(f"{name} is missing")
    value = parent.get(name)
    if value is not None and not isinstance(value, str):
        raise SourceChanged(f"{name} is {shown(value)}, not text")
    return _whole(value, name) or None


def _whole(value: Any, name: str) -> Any:
    """The value itself; half of a surrogate pair, which JSON can spell, is no text."""
    if isinstance(value, str) and not value.isascii() and any("\ud800" <= c <= "\udfff" for c in value):
        raise SourceChanged(f"{name} is {shown(value)}, not text")
    return value


def cik(value: object) -> str:
    """A Central Index Key as ten digits, from the number or the text that the SEC gives."""
    found = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not _CIK.fullmatch(found):
        raise SourceChanged(f"cik is {shown(value)}, not a Central Index Key")
    return found.zfill(10)


def accession(value: object) -> str:
    """An accession number."""
    if not isinstance(value, str) or not _ACCESSION.fullmatch(value):
        raise SourceChanged(f"{shown(value)} is not an accession number")
    return value


def day(value: object, what: str, newest: date | None = None) -> date:
    """A date like 2026-06-30, not after `newest`."""
    try:
        found = date.fromisoformat(value) if isinstance(value, str) and _DAY.fullmatch(value) else None
    except ValueError:
        found = None
    if found is None:
        raise SourceChanged(f"{what} is {shown(value)}, not a date")
    if newest is not None and found > newest:
        raise SourceChanged(f"{what} is {found}, which had not come when the document was retrieved")
    return found


def newest_day(document: Document) -> date:
    """The last date that any clock on Earth showed when the document was retrieved."""
    return document.retrieved_at.date() + timedelta(days=1)


def money(value: object) -> Decimal:
    """An amount in full currency units, to the cent at most."""
    number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    found = Decimal(value) if number else None  # type: ignore[arg-type]
    if found is None or abs(found) >= _LARGEST:
        raise SourceChanged(f"{shown(value)} is not an amount of money")
    if found != round(found, 2):
        raise SourceChanged(f"{shown(value)} is finer than a cent")
    return found
