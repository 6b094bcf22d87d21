"""When a page says its article was published and changed; absent wherever what it says is unclear or contradicts itself.

High confidence: JSON-LD and meta tags of this very article, and the day in its URL. Low: what stands beside the headline
(`shown`), and what htmldate finds where a lone line of the page confirms it. No other text is taken for a date.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from extractors.news.dates import EARLIEST
from extractors.news.datetext import DAY, MONTH, PRECISIONS, Stated, stated_date
from extractors.news.pagehead import Head
from extractors.news.pageld import text_of
from extractors.news.pageparts import path
from extractors.news.pageshown import Piece, lone_days, shown_dates

AHEAD = timedelta(days=1)
AGREE = timedelta(days=2)
JSON_LD, META, URL, SHOWN, HTMLDATE = "json-ld", "meta", "url", "shown", "htmldate"

_PUBLISHED = """
article:published_time og:article:published_time og:published_time datepublished date_published publishdate
publish-date publish_date pubdate published_date publication_date article_date_original sailthru.date
parsely-pub-date cxenseparse:recs:publishtime dc.date.issued dcterms.issued dcterms.created citation_publication_date
weibo:article:create_at firstpublishedtime
""".split()  # noqa: SIM905 - a list to read
_UNSURE = ("dc.date", "dcterms.date", "date")
_MODIFIED = """
article:modified_time og:article:modified_time og:modified_time og:updated_time datemodified date_modified
lastmod last-modified last_updated dcterms.modified weibo:article:update_at cxenseparse:recs:modifiedtime
""".split()  # noqa: SIM905 - a list to read
_IN_URL = re.compile(r"/t?(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.\-tT]|$)")


class PageDate(NamedTuple):
    """`at` in UTC with where it comes from; `confidence` is high or low."""

    at: datetime
    source: str
    precision: str
    confidence: str


class PageDates(NamedTuple):
    """Publication and last change, each None where the page does not say so clearly."""

    published: PageDate | None
    modified: Stated | None


def page_dates(tree: Any, head: Head, seen: datetime, near: list[Piece]) -> PageDates:
    """Both dates of a page read at `seen`: an lxml HTML tree, its head, the pieces around its headline."""
    changed = _first(
        (_json_ld(head, "dateModified"), head.meta(*_MODIFIED), _marked(tree, head, "dateModified")), seen
    )
    said = list(_said(tree, head, seen))
    published = _agreed(said, changed) if said else None
    if not said:
        shown, shown_changed = shown_dates(near)
        changed = changed or _plausible(shown_changed, seen)
        published = _shown(tree, shown, seen)
    return PageDates(published, _after(changed, published))


def _said(tree: Any, head: Head, seen: datetime) -> Iterator[tuple[str, Stated]]:
    """Publication dates by source, the surest first, those out of the question left out; one a source."""
    meta = [*head.meta(*_PUBLISHED), *_marked(tree, head, "datePublished")]
    for source, texts in (
        (JSON_LD, _json_ld(head, "datePublished")),
        (META, meta),
        (META, () if _any_date(meta, seen) else head.meta(*_UNSURE)),
    ):
        stated = _one([date for text in texts if (date := _plausible(stated_date(text), seen))])
        if stated:
            yield source, stated
    found = _IN_URL.search(head.url)
    in_url = _plausible(stated_date("-".join(found.groups())), seen) if found else None
    if in_url:
        yield URL, in_url


def _agreed(said: list[tuple[str, Stated]], changed: Stated | None) -> PageDate | None:
    """The surest date that nothing contradicts.

    Where the surest is the day of the last change and the rest agree on an earlier one, the update was given as the
    publication, and the rest count; where two sources agree against a third, the two.
    """
    source, first = said[0]
    rest = [other for other in said[1:] if not _near(first, other[1])]
    if rest and len(said) - len(rest) < 2:
        updated = changed is not None and _near(first, changed) and rest[0][1].at < first.at
        whole = len(rest) == len(said) - 1 and all(_near(rest[0][1], other[1]) for other in rest)
        if not (whole and (updated or len(rest) > 1)):
            return None
        source, first = rest[0]
    return PageDate(first.at, source, first.precision, "high")


def _shown(tree: Any, shown: list[Stated], seen: datetime) -> PageDate | None:
    dates = [date for date in shown if _plausible(date, seen)]
    days = {date.at.date() for date in dates if date.precision == DAY}
    if len(dates) < len(shown) or len(days) > 1:
        return None
    one = _one(dates)
    if one or dates:
        return PageDate(one.at, SHOWN, one.precision, "low") if one else None
    guess = _plausible(_htmldate(tree), seen)
    if guess and lone_days(tree) == {guess.at.date()}:
        return PageDate(guess.at, HTMLDATE, DAY, "low")
    return None


def _htmldate(tree: Any) -> Stated | None:
    from htmldate import find_date

    try:
        return stated_date(find_date(tree, original_date=True, extensive_search=True))
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None


def _one(dates: list[Stated]) -> Stated | None:
    """The most exact of dates that agree; None where they do not."""
    if not dates or any(not _near(dates[0], date) for date in dates):
        return None
    return max(dates, key=lambda date: PRECISIONS.index(date.precision))


def _near(one: Stated, other: Stated) -> bool:
    if MONTH in (one.precision, other.precision):
        return (one.at.year, one.at.month) == (other.at.year, other.at.month)
    return abs(one.at - other.at) <= AGREE


def _plausible(date: Stated | None, seen: datetime) -> Stated | None:
    return date if date and EARLIEST <= date.at <= seen + AHEAD else None


def _any_date(texts: Iterable[str], seen: datetime) -> bool:
    return any(_plausible(stated_date(text), seen) for text in texts)


def _first(streams: Iterable[Iterable[str]], seen: datetime) -> Stated | None:
    found = (_plausible(stated_date(text), seen) for texts in streams for text in texts)
    return next((date for date in found if date), None)


def _after(changed: Stated | None, published: PageDate | None) -> Stated | None:
    """A change before the publication is none."""
    if changed and published and changed.at < published.at and changed.at.date() < published.at.date():
        return None
    return changed


def _json_ld(head: Head, name: str) -> Iterator[str]:
    for node in (head.article, head.page):
        text = text_of(node.get(name))
        if text:
            yield text
            return


def _marked(tree: Any, head: Head, name: str) -> Iterator[str]:
    """Microdata outside the head; one article's only."""
    marked = path(f"//body//*[@itemprop='{name}']")(tree)[:5] if head.marked else []
    if len(marked) <= 2:
        for element in marked:
            yield element.get("datetime") or element.get("content") or element.text_content()[:60]
