"""RSS 0.9x-2.0, RDF and Atom, by feedparser."""

from __future__ import annotations

import re
from functools import partial
from html.entities import html5
from typing import Any

from contracts.errors import SourceChanged
from extractors.news.bodies import storable
from extractors.news.dates import Dated
from extractors.news.datetext import feed_date
from extractors.news.items import PLAYED, Format, Given, Reading, Seen, read_items

_BROKEN_REFERENCE = re.compile(
    r"&#(?:x0*(?:d[89a-f][0-9a-f]{2}|[0-9a-f]{6,})|0*(?:5[5-7]\d{3}|\d{7,}));?", re.I
)
_NAMED = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)([A-Za-z][A-Za-z0-9]{1,31});")
_LOOK_CHARACTERS = 2_000
_held = dict.get  # feedparser's own answers one date for another, and takes its time
_STUMBLES = (ValueError, OverflowError, LookupError, AttributeError, RecursionError)


def read_syndication(text: str, seen: Seen) -> Reading | None:
    """The reading of a feed; None when the text is neither RSS, RDF nor Atom. Entries are proof enough: bozo is not."""
    try:
        parsed = _parsed(_spelt_out(storable(text).lstrip()))
    except _STUMBLES:
        parsed = _parsed_again(_BROKEN_REFERENCE.sub("", storable(text).lstrip()))
    version = parsed.get("version", "")
    if not parsed.entries and not version:
        return None
    title, language = parsed.feed.get("title"), parsed.feed.get("language")
    return read_items(_form(version), title, parsed.entries, partial(_given, version=version), seen, language)


def _spelt_out(text: str) -> str:
    """The text with the characters its names stand for, where a document type would make the parser drop them."""
    if "<!DOCTYPE" not in text[:_LOOK_CHARACTERS]:
        return text
    return _NAMED.sub(lambda found: html5.get(found[1] + ";", found[0]), text)


def _form(version: str) -> Format:
    if version.startswith("atom"):
        return "atom"
    return "rdf" if version in ("rss10", "rss090") else "rss"


def _parsed(text: str) -> Any:
    import feedparser

    headers = {"content-type": "application/xml; charset=utf-8"}
    return feedparser.parse(
        text.encode(), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )


def _parsed_again(text: str) -> Any:
    """Once more without references to characters that do not exist: feedparser stumbles over them."""
    try:
        return _parsed(text)
    except _STUMBLES as error:
        raise SourceChanged(f"not-a-feed: feedparser cannot read it ({type(error).__name__})") from None


def _given(entry: Any, version: str) -> Given:
    """An entry as given; an episode without a page is known by its file."""
    links = _held(entry, "links", ())
    named = (one for one in links if _held(one, "rel") == "enclosure" and _held(one, "href"))
    file = next(named, None) or _played(entry)
    link = _held(entry, "feedburner_origlink") or _held(entry, "link")
    published, source = _published(entry, version)
    return Given(
        link=str(link) if link else None,
        title=_held(entry, "title"),
        guid=_held(entry, "id"),
        summary=_held(entry, "summary"),
        authors=_authors(entry),
        published=published,
        published_source=source,
        updated=_date(entry, "updated"),
        enclosure_url=str(file.get("href") or file["url"]) if file else None,
        enclosure_type=file.get("type") if file else None,
    )


def _played(entry: Any) -> Any:
    """The audio or video an entry holds in the media module's form."""
    media = (one for one in _held(entry, "media_content", ()) if _held(one, "url"))
    return next((one for one in media if str(one.get("type")).startswith(PLAYED)), None)


def _published(entry: Any, version: str) -> tuple[Dated | None, str]:
    """The date a feed gives for publication. Atom's `updated` alone is not it, and says so in the source."""
    dated = _date(entry, "published")
    if dated is not None:
        return dated, "feed"
    return _date(entry, "updated"), "feed-updated" if version.startswith("atom") else "feed"


def _date(entry: Any, name: str) -> Dated | None:
    """Of what feedparser read only the words are used: its own reading takes 2026/11/20 for the first of November."""
    text = _held(entry, name)
    return feed_date(text) if isinstance(text, str) else None


def _authors(entry: Any) -> str | None:
    names = [
        name for author in _held(entry, "authors", ()) if (name := (_held(author, "name") or "").strip())
    ]
    return "; ".join(dict.fromkeys(names)) or None
