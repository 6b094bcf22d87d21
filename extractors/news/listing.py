"""HTML listings, read by the CSS selectors of the feed's block: what a site without a feed shows as its newest."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from contracts.errors import SourceChanged
from extractors.news.dates import Dated
from extractors.news.datetext import feed_date
from extractors.news.items import NO_LINK, Given, Reading, Seen, read_items, whole_link

MAX_CHARACTERS = 3_000_000

_XML = re.compile(r"[\ufeff\s]*<\?xml\b[^>]*>")
_LOOK_CHARACTERS = 2_000


@dataclass(frozen=True)
class Selectors:
    """CSS selectors: `item` in the page; `link`, `title` and `date` in an item, None where the link says it itself.

    The date is read from the element's `datetime` attribute, else from its text; one that is not a date is none.
    """

    item: str
    link: str | None = None
    title: str | None = None
    date: str | None = None


def read_listing(text: str, seen: Seen, selectors: Selectors) -> Reading | None:
    """The reading of a listing; None when it is no HTML or the selectors find no link.

    Raises `SourceChanged` (`not-a-feed:`, `too-large:`) for a page too deep or too long to be read.
    """
    from bs4 import BeautifulSoup

    declared = _XML.match(text)
    if declared and "<html" not in text[:_LOOK_CHARACTERS].lower():
        return None
    if len(text) > MAX_CHARACTERS:
        raise SourceChanged(f"too-large: a listing of over {MAX_CHARACTERS:,} characters")
    try:
        page = BeautifulSoup(text[declared.end() :] if declared else text, "lxml")
        found, given = page.select(selectors.item), partial(_given, selectors=selectors)
        title = page.title.get_text(" ", strip=True) if page.title else None
        language = str(page.html.get("lang") or "") if page.html else ""
        based = seen._replace(url=_base(page, seen.url))
        reading = read_items("listing", title, found, given, based, language or None)
    except RecursionError:
        raise SourceChanged("not-a-feed: the page is nested too deep to be read") from None
    return reading if reading.items or reading.refused.keys() - {NO_LINK} else None


def _base(page: Any, url: str) -> str:
    """What relative links stand to: the page's own word where it is an address."""
    named = page.select_one("base[href]")
    try:
        base = whole_link(str(named["href"]).strip(), url) if named is not None else url
    except ValueError:
        return url
    return base if base.startswith(("https://", "http://")) else url


def _given(element: Any, selectors: Selectors) -> Given:
    link = element.select_one(selectors.link) if selectors.link else _own_link(element)
    named = element.select_one(selectors.title) if selectors.title else link
    dated = element.select_one(selectors.date) if selectors.date else None
    return Given(
        link=str(link.get("href") or "") if link is not None else None,
        title=named.get_text(" ", strip=True) if named is not None else None,
        published=_date(dated),
    )


def _own_link(element: Any) -> Any:
    return element if element.name == "a" else element.select_one("a[href]")


def _date(element: Any) -> Dated | None:
    if element is None:
        return None
    return feed_date(str(element.get("datetime") or "")) or feed_date(element.get_text(" ", strip=True))
