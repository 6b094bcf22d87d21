"""HTML listings, read by the CSS selectors of the feed's block: what a site without a feed shows as its newest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from contracts.document import Document
from contracts.errors import SourceChanged
from extractors.news.bodies import block_reason
from extractors.news.dates import Dated, read_date
from extractors.news.items import MAX_ITEMS, Given, Reading, read_items

MAX_CHARACTERS = 3_000_000


@dataclass(frozen=True)
class Selectors:
    """CSS selectors: `item` in the page; `link`, `title` and `date` in an item, None where the link says it itself.

    The date is read from the element's `datetime` attribute, else from its text; one that is not a date is none.
    """

    item: str
    link: str | None = None
    title: str | None = None
    date: str | None = None


def read_listing(text: str, document: Document, selectors: Selectors) -> Reading:
    """The reading of a listing. Raises `SourceChanged` (`not-a-feed:`, `too-large:`) when the selectors find nothing."""
    from bs4 import BeautifulSoup

    if len(text) > MAX_CHARACTERS:
        raise SourceChanged(f"too-large: a listing of over {MAX_CHARACTERS:,} characters")
    try:
        page = BeautifulSoup(text, "lxml")
        found = page.select(selectors.item, limit=MAX_ITEMS + 1)
        given = [_given(element, selectors) for element in found]
    except RecursionError:
        raise SourceChanged("not-a-feed: the page is nested too deep to be read") from None
    if not any(one.link for one in given):
        raise SourceChanged(
            block_reason(text, document)
            or f"not-a-feed: the selector {selectors.item!r} finds no item with a link; the page has changed, so must the block"
        )
    title = page.title.get_text(" ", strip=True) if page.title else None
    language = str(page.html.get("lang") or "") if page.html else ""
    base = next(_bases(page), document.url)
    return read_items("listing", title, given, base, document.retrieved_at, language or None)


def _bases(page: Any) -> Iterator[str]:
    for base in page.select("base[href]", limit=1):
        if str(base["href"]).startswith(("https://", "http://")):
            yield str(base["href"])


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
    return read_date(str(element.get("datetime") or "")) or read_date(element.get_text(" ", strip=True))
