"""An answer of the Federal Register held against its question: what is silently another answer must not pass.

The service never says that it left a setting aside. `per_page` out of range (or 1) gives 20 documents, a page too far
gives the first page again, and `results` is missing where nothing matches. So the number of documents, their days and
their numbers are checked here, and pages are not asked for at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from contracts.document import Document
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.policy.register_request import FIELDS, Asked

ENVELOPE = ("count", "description", "total_pages", "next_page_url", "previous_page_url", "results")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def checked_results(document: Document, asked: Asked) -> tuple[int, list[Mapping[str, Any]]]:
    """How many documents match, and those that came; `SourceChanged` when they cannot be the answer to what was asked."""
    envelope = _envelope(document)
    count, results = envelope.get("count"), envelope.get("results")
    if type(count) is not int or count < 0:
        raise SourceChanged(f"no count of documents: {printable(str(envelope), 160)}")
    if results is None and count == 0:
        return 0, []
    if not isinstance(results, list) or not all(isinstance(entry, dict) for entry in results):
        raise SourceChanged(f"{count:,} documents are counted and there is no list of results")
    if len(results) != min(count, asked.per_page):
        raise SourceChanged(
            f"{count:,} documents are counted and {len(results):,} came, not {min(count, asked.per_page):,}: "
            f"per_page={asked.per_page} was not obeyed"
        )
    _check_each(results, asked)
    return count, results


def _envelope(document: Document) -> dict[str, Any]:
    with document.open() as body:
        raw = body.read()
    try:
        envelope = json.loads(raw.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise SourceChanged(f"not JSON in UTF-8: {printable(str(error), 120)}") from None
    if not isinstance(envelope, dict):
        raise SourceChanged("the answer is no JSON object")
    return envelope


def _check_each(results: list[Mapping[str, Any]], asked: Asked) -> None:
    seen: set[str] = set()
    for entry in results:
        if missing := [name for name in FIELDS if name not in entry]:
            raise SourceChanged(f"a document lacks the fields asked for: {', '.join(missing)}")
        number, day = text(entry, "document_number"), published(entry)
        if number is None or number in seen:
            raise SourceChanged(f"document number {printable(str(number), 40)!r} is missing or comes twice")
        seen.add(number)
        if not asked.first <= day <= asked.last:
            raise SourceChanged(
                f"{number} was published {day}, outside {asked.first} to {asked.last}: the window was not obeyed"
            )


def published(entry: Mapping[str, Any]) -> date:
    """The day of publication, which every document has."""
    if found := day(entry, "publication_date"):
        return found
    raise SourceChanged("a document has no publication_date")


def text(entry: Mapping[str, Any], name: str) -> str | None:
    """A field's text (a number as its digits), None where it is null or blank; `SourceChanged` for anything else."""
    value = entry[name]
    if type(value) is int:
        value = str(value)
    if value is not None and not isinstance(value, str):
        raise SourceChanged(f"{name} is no text: {printable(str(value), 60)!r}")
    if value is not None and any("\ud800" <= letter <= "\udfff" for letter in value):
        raise SourceChanged(f"{name} holds half a character: {printable(value, 60)!r}")
    return value.strip() or None if value else None


def day(entry: Mapping[str, Any], name: str) -> date | None:
    """A field's date, None where it is null; `SourceChanged` when it is no date."""
    found = text(entry, name)
    try:
        if found is None:
            return None
        if _DAY.fullmatch(found):
            return date.fromisoformat(found)
    except ValueError:
        pass
    raise SourceChanged(f"{name} is no date: {printable(str(found), 40)!r}")


def listed(entry: Mapping[str, Any], name: str) -> list[Any]:
    """A field's list, empty where it is null; `SourceChanged` when it is no list."""
    value = entry[name]
    if value is None:
        return []
    if not isinstance(value, list):
        raise SourceChanged(f"{name} is no list: {printable(str(value), 60)!r}")
    return value


def unknown_names(document: Document) -> Iterable[str]:
    """Names in the answer that were neither asked for nor documented, sorted."""
    envelope = _envelope(document)
    entries = envelope.get("results") or []
    return sorted(({*envelope} - {*ENVELOPE}) | ({name for entry in entries for name in entry} - {*FIELDS}))
