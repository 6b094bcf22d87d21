"""The check over the pages can fail: each part of the reader, made to misread, is caught in the field it gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from extractors.news import pageread
from extractors.news.pagedates import PageDate, PageDates
from extractors.news.pagestate import State
from tests.news.pages.corpus import HIDDEN, PAGES
from tests.news.test_pages import wrong

pytestmark = pytest.mark.usefixtures("two_feeds")

real_dates = pageread.page_dates


def found() -> Counter[str]:
    """How many pages are caught, by field."""
    return Counter(field for page in PAGES for field in wrong(page))


def updated_for_published(*given: Any) -> PageDates:
    dates = real_dates(*given)
    changed = dates.modified
    return (
        PageDates(PageDate(changed.at, "json-ld", changed.precision, "high"), changed) if changed else dates
    )


def with_a_clock(*given: Any) -> PageDates:
    published, changed = real_dates(*given)
    return PageDates(published and published._replace(precision="second"), changed)


class AnyDay(set[date]):
    """Says yes to every date that htmldate guesses."""

    def __eq__(self, other: object) -> bool:
        return True

    __hash__ = None  # type: ignore[assignment]


ANY_DAY = AnyDay()
MISREADINGS: list[tuple[str, str, Callable[..., Any], str, int]] = [
    ("pageread", "page_title", lambda head: next(iter(head.titles), None), "title", 10),
    ("pageread", "page_authors", lambda tree, head, near: next(head.meta("author"), None), "authors", 15),
    ("pageread", "clean", lambda text, title, authors: text, "body", 5),
    ("pageread", "without_hidden", lambda tree: None, "body", 1),
    ("pageread", "unfold_layout", lambda tree: None, "body", 1),
    ("pageread", "page_dates", updated_for_published, "published", 5),
    ("pageread", "page_dates", with_a_clock, "published", 15),
    ("pageread", "page_origin", lambda *given: None, "syndication", 10),
    ("pageread", "page_enclosure", lambda *given: None, "enclosure", 2),
    ("pageread", "page_state", lambda tree, source, head, body, count: State("article", False, body), "state", 15),
    ("pageread", "_declared", lambda head: "en", "language", 2),
    ("pagedates", "_agreed", lambda said, changed: PageDate(said[0][1].at, said[0][0], said[0][1].precision, "high"), "published", 2),
    ("pagedates", "_plausible", lambda date, seen: date, "published", 1),
    ("pagedates", "lone_days", lambda tree: ANY_DAY, "published", 1),
    ("pagedates", "shown_dates", lambda near: ([], None), "published", 10),
    ("pagewalls", "is_furniture", lambda element: False, "state", 1),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name", "misreading", "field", "least"), MISREADINGS)
def test_a_misreading_is_caught_in_its_field(
    monkeypatch: pytest.MonkeyPatch, module: str, name: str, misreading: Callable[..., Any], field: str, least: int
) -> None:  # fmt: skip
    monkeypatch.setattr(f"extractors.news.{module}.{name}", misreading)
    assert found()[field] >= least


@pytest.mark.parametrize(
    "page", [page for page in PAGES if not page.refused][::9], ids=lambda page: page.name
)
def test_every_expectation_of_a_page_is_held(page: Any) -> None:
    others = {
        "title": replace(page, title=page.title + "?"),
        "body": replace(page, last="A sentence that the page does not have."),
        "authors": replace(page, authors="Nobody Else"),
        "published": replace(page, published=("2026-11-01T00:00:00+00:00", "meta", "day")),
        "modified": replace(page, modified="2026-11-01T00:00:00+00:00"),
        "language": replace(page, language="xx"),
        "state": replace(page, state="listing"),
        "partial": replace(page, partial=not page.partial),
        "syndication": replace(page, syndication=("Source: nobody", None)),
        "enclosure": replace(page, enclosure="https://media.example/none.mp3"),
    }
    assert {field: set(wrong(other)) for field, other in others.items()} == {
        field: {field} for field in others
    }


def test_noise_put_into_an_article_is_caught() -> None:
    page = next(page for page in PAGES if page.name == "meta_tags_without_zone")
    spoilt = replace(page, html=page.html.replace(b"</h1>", f"</h1><p>{HIDDEN}</p>".encode()))
    assert set(wrong(spoilt)) == {"body"}


def test_a_wall_that_is_read_as_an_article_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    walls = [page for page in PAGES if page.refused in ("consent", "paywall", "listing")]
    monkeypatch.setattr(
        pageread, "page_state", lambda tree, source, head, body, count: State("article", False, body)
    )
    assert len(walls) >= 9
    assert all("state" in wrong(page) for page in walls)
