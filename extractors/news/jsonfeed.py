"""JSON Feed 1.0 and 1.1, also as publishers write it who do not escape their text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from extractors.news.dates import Dated
from extractors.news.datetext import feed_date
from extractors.news.items import Given, Reading, Seen, read_items

_VERSION = re.compile(r"https?://(?:www\.)?jsonfeed\.org/version/1")
_BAD_ESCAPE = re.compile(r'\\(?:u(?![0-9a-fA-F]{4})|([^"\\/bfnrtu]))')


def read_json_feed(text: str, seen: Seen) -> Reading | None:
    """The reading of a JSON feed; None when the text is not one."""
    feed = loaded(text.lstrip("\ufeff \r\n\t"))
    if not isinstance(feed, dict) or not _VERSION.match(str(feed.get("version"))):
        return None
    entries = feed.get("items")
    entries = entries if isinstance(entries, list) else []
    title, language = text_of(feed, "title"), text_of(feed, "language")
    return read_items("json", title, entries, _given, seen, language)


def loaded(text: str) -> object:
    """The value of a JSON text; control characters pass, and a stray backslash is dropped. None where it is no JSON."""
    try:
        return json.loads(text, strict=False)
    except RecursionError:
        return None
    except ValueError:
        return _mended(text)


def _mended(text: str) -> object:
    try:
        return json.loads(_BAD_ESCAPE.sub(r"\1", text), strict=False)
    except (ValueError, RecursionError):
        return None


def _given(entry: object) -> Given:
    if not isinstance(entry, dict):
        return Given(link=None)
    file = next((one for one in _dicts(entry, "attachments") if text_of(one, "url")), {})
    return Given(
        link=text_of(entry, "url") or text_of(entry, "external_url") or _address_of(entry),
        title=text_of(entry, "title"),
        guid=text_of(entry, "id"),
        summary=text_of(entry, "summary") or text_of(entry, "content_text") or text_of(entry, "content_html"),
        authors=_authors(entry),
        published=_date(entry, "date_published"),
        updated=_date(entry, "date_modified"),
        enclosure_url=text_of(file, "url"),
        enclosure_type=text_of(file, "mime_type"),
    )


def text_of(entry: Mapping[str, Any], name: str) -> str | None:
    """The text of a member; an id may be a number, anything else is none."""
    value = entry.get(name)
    if name == "id" and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _address_of(entry: Mapping[str, Any]) -> str | None:
    """The id where that is the address, as the format advises."""
    name = text_of(entry, "id") or ""
    return name if name.startswith(("https://", "http://")) else None


def _date(entry: Mapping[str, Any], name: str) -> Dated | None:
    return feed_date(text_of(entry, name))


def _dicts(entry: Mapping[str, Any], name: str) -> Iterator[Mapping[str, Any]]:
    value = entry.get(name)
    yield from (one for one in (value if isinstance(value, list) else ()) if isinstance(one, dict))


def _authors(entry: Mapping[str, Any]) -> str | None:
    """1.1 lists them, 1.0 names one."""
    single = entry.get("author")
    people = [*_dicts(entry, "authors"), *([single] if isinstance(single, dict) else [])]
    names = [name.strip() for one in people if (name := text_of(one, "name")) and name.strip()]
    return "; ".join(dict.fromkeys(names)) or None
