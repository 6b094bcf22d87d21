"""Pages in the markup of some seventy kinds of sites: every field that comes out is held against what was put in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors.news.source import parse
from tests.news.documents import page_document, table
from tests.news.pages import chinese, english, more_english, odd, unseen
from tests.news.pages.corpus import PAGES, Page

pytestmark = pytest.mark.usefixtures("two_feeds")

FIELDS = (
    "title",
    "body",
    "authors",
    "published",
    "modified",
    "language",
    "state",
    "partial",
    "syndication",
    "enclosure",
)
assert all(module.__doc__ for module in (chinese, english, more_english, odd, unseen))


def outcome(page: Page) -> dict[str, Any] | str:
    """The row, or the state a refusal begins with."""
    document = page_document(page.html, url=page.url, headers=page.headers)
    try:
        [row] = table(parse(document), "article_text")
    except SourceChanged as reason:
        return str(reason).partition(":")[0]
    return row


def wrong(page: Page) -> dict[str, object]:
    """What came out otherwise than expected, by field."""
    row = outcome(page)
    if isinstance(row, str) or page.refused:
        state = row if isinstance(row, str) else row["page_state"]
        return {} if state == page.refused else {"state": (state, row)}
    return {name: found for name in FIELDS if (found := CHECKS[name](page, row)) is not None}


def body(page: Page, row: dict[str, Any]) -> object:
    text = row["body"]
    ends = [
        text.find(page.first) in range(60),
        text.endswith(page.last)
        or page.last in text.split("\n")[-2:][0]
        or page.last in text[-len(page.last) - 120 :],
    ]
    extra = [noise for noise in page.absent if noise in text]
    return None if all(ends) and not extra else (ends, extra, text)


def published(page: Page, row: dict[str, Any]) -> object:
    at = row["published_at"]
    found = at and (at.isoformat(), row["published_source"], row["published_precision"])
    sure = {"json-ld": "high", "meta": "high", "url": "high", "shown": "low", "htmldate": "low", None: None}
    good = found == page.published and row["published_confidence"] == sure[row["published_source"]]
    return None if good else (found, row["published_confidence"])


def modified(page: Page, row: dict[str, Any]) -> object:
    found: datetime | None = row["modified_at"]
    return None if (found and found.isoformat()) == page.modified else (found,)


def syndication(page: Page, row: dict[str, Any]) -> object:
    found = (row["syndication_note"], row["syndication_outlet"])
    if page.syndication is None:
        return None if found == (None, None) else found
    words, outlet = page.syndication
    return None if words.lower() in (found[0] or "").lower() and found[1] == outlet else found


def same(name: str, column: str) -> Any:
    return lambda page, row: None if row[column] == getattr(page, name) else repr(row[column])


CHECKS = {
    "body": body,
    "published": published,
    "modified": modified,
    "syndication": syndication,
    **{name: same(name, column) for name, column in (
        ("title", "title"), ("authors", "authors"), ("language", "language"), ("state", "page_state"),
        ("partial", "body_partial"), ("enclosure", "enclosure_url"))},
}  # fmt: skip


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_what_was_put_in_comes_out(page: Page) -> None:
    assert wrong(page) == {}


def test_there_are_enough_pages_and_kinds() -> None:
    assert len(PAGES) >= 60
    assert len({page.name for page in PAGES}) == len(PAGES)
    assert len({page.refused for page in PAGES if page.refused}) >= 6
