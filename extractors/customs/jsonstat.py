"""JSON-stat 2.0: a sparse table of figures keyed by their place in the product of the dimensions."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from contracts.errors import SourceChanged
from contracts.text import printable


@dataclass(frozen=True)
class Figure:
    """One place of the table that is not empty: its category in each dimension, its value, and its flag if any."""

    at: Mapping[str, str]
    value: Decimal | None
    flag: str | None


def table(text: str) -> Mapping[str, Any]:
    """The object of an answer; `SourceChanged` for anything else."""
    try:
        found = json.loads(text, parse_float=Decimal, parse_constant=lambda word: word)
    except (ValueError, RecursionError) as error:
        raise SourceChanged(f"the answer is not JSON: {printable(str(error), 100)}") from None
    if not isinstance(found, dict):
        raise SourceChanged("the answer is no JSON object")
    return found


def figures(found: Mapping[str, Any]) -> Iterator[Figure]:
    """Every place with a value or a flag, in the order of the places. A place that is absent is not zero."""
    names, sizes = _shape(found)
    categories = [_categories(found, name, size) for name, size in zip(names, sizes, strict=True)]
    total = math.prod(sizes)
    values, flags = _sparse(found, "value", total), _sparse(found, "status", total)
    for place in sorted(values.keys() | flags.keys()):
        yield Figure(
            _at(names, sizes, categories, place), _decimal(values.get(place)), _flag(flags.get(place))
        )


def _shape(found: Mapping[str, Any]) -> tuple[list[str], list[int]]:
    names, sizes = found.get("id"), found.get("size")
    if not isinstance(names, list) or not isinstance(sizes, list) or len(names) != len(sizes) or not names:
        raise SourceChanged("id and size do not say which dimensions there are")
    if not all(type(size) is int and size >= 0 for size in sizes) or not all(
        isinstance(n, str) for n in names
    ):
        raise SourceChanged("id and size are no names and whole numbers")
    return names, sizes


def _categories(found: Mapping[str, Any], name: str, size: int) -> list[str]:
    try:
        index = found["dimension"][name]["category"]["index"]
    except (KeyError, TypeError):
        raise SourceChanged(f"dimension {printable(name, 40)} has no category.index") from None
    placed = index if isinstance(index, Mapping) else dict(zip(index, range(len(index)), strict=True))
    ordered = sorted(placed, key=lambda code: int(placed[code]))
    if [placed[code] for code in ordered] != list(range(size)):
        raise SourceChanged(f"dimension {printable(name, 40)} has {len(placed)} categories for size {size}")
    return ordered


def _sparse(found: Mapping[str, Any], name: str, total: int) -> dict[int, Any]:
    given = found.get(name, {})
    if isinstance(given, list):
        if len(given) != total:
            raise SourceChanged(f"{name} has {len(given)} entries for {total} places")
        return {place: entry for place, entry in enumerate(given) if entry is not None}
    if not isinstance(given, Mapping):
        raise SourceChanged(f"{name} is neither a list nor an object")
    places = {int(key): entry for key, entry in given.items() if key.isascii() and key.isdigit()}
    if len(places) != len(given) or any(place >= total for place in places):
        raise SourceChanged(f"{name} has a key that is no place of the table")
    return {place: entry for place, entry in places.items() if entry is not None}


def _at(names: list[str], sizes: list[int], categories: list[list[str]], place: int) -> dict[str, str]:
    at = {}
    for name, size, codes in zip(reversed(names), reversed(sizes), reversed(categories), strict=True):
        place, digit = divmod(place, size)
        at[name] = codes[digit]
    return at


def _decimal(value: object) -> Decimal | None:
    if value is None:
        return None
    try:
        found = Decimal(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
    except InvalidOperation:
        found = None
    if found is None or not found.is_finite():
        raise SourceChanged(f"value {printable(str(value), 40)!r} is no number")
    return found


def _flag(flag: object) -> str | None:
    return None if flag is None else printable(str(flag), 20)
