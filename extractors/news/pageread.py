"""One article page: bytes to fields. In: bytes and plain facts; out: plain values, so that it can run in another process."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contracts.clock import parse_stamp, stamp
from contracts.errors import SourceChanged
from extractors.news.bodies import blocked_by, storable
from extractors.news.charset import decode
from extractors.news.language import declared_language, letters
from extractors.news.pageauthors import page_authors
from extractors.news.pagebody import clean, lead, page_text
from extractors.news.pagedates import PageDates, page_dates
from extractors.news.pagehead import Head, page_title, read_head
from extractors.news.pagemedia import page_enclosure
from extractors.news.pageorigin import page_origin
from extractors.news.pageparts import unfold_layout, without_boxes, without_hidden
from extractors.news.pageshown import around, lines_of
from extractors.news.pagestate import page_state
from extractors.news.pagewalls import MAX_COUNTED_CHARACTERS, MIN_BODY_LETTERS

MAX_TAGS = 60_000
MAX_TAG_CHARACTERS = 200_000
MAX_FIELD_CHARACTERS = 1_000
OPENING_CHARACTERS = 120

Plain = dict[str, str | bool | None]

_LONG_TAG = re.compile(rf"<[^<>]{{{MAX_TAG_CHARACTERS}}}")


def read_page(data: bytes, about: Mapping[str, str | None]) -> Plain:
    """The fields of an `article_text` row that the page gives, times as stamps; `declared` is its own word on language.

    `about`: `url`, `seen` (a stamp), `publisher`, and where known `content_type`, `mitigated`, `selector`. Raises
    `SourceChanged`, its reason beginning with a state of `page_state`, `blocked:`, `no-match:` or `too-large:`.
    """
    from trafilatura.utils import load_html

    html = _bounded(decode(data, about.get("content_type")))
    tree = load_html(html) if html.strip() else None
    if tree is None:
        raise SourceChanged("empty: the page is empty or no HTML")
    if "hidden" in html or "none" in html:
        without_hidden(tree)
    if "promo" in html:
        without_boxes(tree)
    if "<td" in html:
        unfold_layout(tree)
    head = read_head(tree, str(about["url"]), str(about["publisher"]), marked="itemprop" in html)
    title = page_title(head)
    near = around(tree, head, title)
    lines = lines_of(near)
    text = page_text(tree, html, head, about.get("selector"))
    authors = page_authors(tree, head, [*lines, text[:OPENING_CHARACTERS]])
    body = clean(text, title, authors)
    count, source = letters(body[:MAX_COUNTED_CHARACTERS]), html.lower()
    blocked = blocked_by(html, about.get("mitigated")) if count < MIN_BODY_LETTERS else None
    if blocked:
        raise SourceChanged(blocked)
    state = page_state(tree, source, head, body, count)
    origin = page_origin(tree, source, state.body, lines, head)
    enclosure = page_enclosure(tree, head)
    return {
        "canonical_url": storable(head.canonical),
        "title": storable(title, MAX_FIELD_CHARACTERS) or None,
        "authors": storable(authors, MAX_FIELD_CHARACTERS),
        **_dated(page_dates(tree, head, parse_stamp(str(about["seen"])), near)),
        "declared": _declared(head),
        "lead": storable(lead(state.body, head)),
        "body": state.body,
        "body_partial": state.partial,
        "page_state": state.name,
        "syndication_note": storable(origin.note) if origin else None,
        "syndication_outlet": origin.outlet if origin else None,
        "enclosure_url": storable(enclosure.url) if enclosure else None,
        "enclosure_type": storable(enclosure.type, MAX_FIELD_CHARACTERS) if enclosure else None,
    }


def _dated(dates: PageDates) -> Plain:
    published, modified = dates
    return {
        "published_at": stamp(published.at) if published else None,
        "published_source": published.source if published else None,
        "published_precision": published.precision if published else None,
        "published_confidence": published.confidence if published else None,
        "modified_at": stamp(modified.at) if modified else None,
        "modified_precision": modified.precision if modified else None,
    }


def _declared(head: Head) -> str | None:
    """The language the page says it is in: html lang, content-language, og:locale, JSON-LD."""
    given: tuple[Any, ...] = (
        head.language,
        *head.meta("content-language", "og:locale"),
        head.article.get("inLanguage"),
    )
    return next((code for tag in given if isinstance(tag, str) and (code := declared_language(tag))), None)


def _bounded(html: str) -> str:
    """The page itself; `SourceChanged` for one built to be slow: reading time grows with tags and their length."""
    tags = html.count("<")
    if tags > MAX_TAGS:
        raise SourceChanged(f"too-large: the page has {tags:,} tags, over {MAX_TAGS:,}")
    if _LONG_TAG.search(html):
        raise SourceChanged(f"too-large: the page has a tag of over {MAX_TAG_CHARACTERS:,} characters")
    return html
