"""What every format of a feed comes to: its items, each checked by the same rules. The item is what is refused."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Literal, NamedTuple, TypeVar
from urllib.parse import urljoin, urlsplit

from contracts.text import url_line
from extractors.news.bodies import storable
from extractors.news.dates import Dated, plausible, read_date
from extractors.news.urls import MAX_URL_CHARACTERS, url_key

MAX_ITEMS = 2_000
MAX_TITLE_CHARACTERS = 1_000
MAX_SUMMARY_CHARACTERS = 100_000
NO_LINK = "no link"
PLAYED = ("audio/", "video/")

Entry = TypeVar("Entry")
Format = Literal["rss", "atom", "rdf", "json", "sitemap", "sitemap-index", "listing", "gdelt"]
_MAX_MARKED_CHARACTERS = 10_000
_MARKUP = re.compile(
    r"</?(?:a|abbr|b|big|br|cite|code|del|em|font|h\d|i|img|ins|mark|p|q|s|small|span|strong|sub|sup|tt|u)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_DAY_IN_URL = re.compile(r"/(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.\-tT]|$)")


class Seen(NamedTuple):
    """Where and when an answer was given; relative links stand to `url`, and no date may be after `at`."""

    url: str
    at: datetime


class Given(NamedTuple):
    """One item as a format gives it, nothing checked yet."""

    link: str | None
    title: str | None = None
    guid: str | None = None
    summary: str | None = None
    authors: str | None = None
    published: Dated | None = None
    published_source: str = "feed"
    updated: Dated | None = None
    enclosure_url: str | None = None
    enclosure_type: str | None = None


@dataclass(frozen=True)
class Item:
    """One item of a feed as given. `updated_at` is what the feed says changed last; both dates may be None."""

    url: str
    url_key: str
    guid: str | None
    title: str
    summary: str | None
    authors: str | None
    published_at: datetime | None
    published_source: str | None
    updated_at: datetime | None
    enclosure_url: str | None
    enclosure_type: str | None


@dataclass(frozen=True)
class Child:
    """One sitemap that a sitemap index names, and when that changed last."""

    url: str
    changed_at: datetime | None


@dataclass(frozen=True)
class Reading:
    """A feed document that was read: its items, those refused with reasons, those over the cap.

    `language` is the tag the feed states. A sitemap index has `children` and no items.
    """

    format: Format
    channel_title: str | None
    items: tuple[Item, ...]
    refused: Mapping[str, int]
    over_cap: int
    language: str | None = None
    children: tuple[Child, ...] = ()

    @property
    def newest_at(self) -> datetime | None:
        """The newest date of an item; where a feed gives none at all, the newest day in its addresses."""
        dates = [at for item in self.items for at in (item.published_at, item.updated_at) if at]
        return max(dates or _days_in_addresses(self.items), default=None)


def read_items(
    form: Format,
    title: str | None,
    entries: Sequence[Entry],
    given: Callable[[Entry], Given],
    seen: Seen,
    language: str | None = None,
) -> Reading:
    """The reading of a feed: at most 2,000 of its entries, each read by `given` and checked."""
    items: list[Item] = []
    refused: Counter[str] = Counter()
    for entry in entries[:MAX_ITEMS]:
        try:
            items.append(_item(given(entry), seen))
        except ValueError as reason:
            refused[str(reason)] += 1
    named = storable(title, MAX_TITLE_CHARACTERS) or None
    return Reading(form, named, tuple(items), dict(refused), max(len(entries) - MAX_ITEMS, 0), language)


def _item(given: Given, seen: Seen) -> Item:
    played = (
        given.enclosure_url
        if (given.enclosure_type or "").lower().startswith((*PLAYED, "application/"))
        else None
    )
    url, key = _address(given.link or played, seen.url)
    file = _enclosed(given.enclosure_url, seen.url)
    for dated in (given.published, given.updated):
        if dated and not plausible(dated.at, seen.at):
            raise ValueError(f"date {dated.at:%Y-%m-%d} is before 1995 or after the poll")
    published, source = given.published, None
    if published:
        source = given.published_source if published.exact else f"{given.published_source}-day"
    return Item(
        url=url,
        url_key=key,
        guid=storable(given.guid, MAX_URL_CHARACTERS) or None,
        title=_headline(given.title or ""),
        summary=storable(given.summary, MAX_SUMMARY_CHARACTERS) or None,
        authors=storable(given.authors, MAX_TITLE_CHARACTERS) or None,
        published_at=published.at if published else None,
        published_source=source,
        updated_at=given.updated.at if given.updated else None,
        enclosure_url=file,
        enclosure_type=(storable(given.enclosure_type, 200) or None) if file else None,
    )


def _headline(title: str) -> str:
    """A title as text: markup and names of characters that were written twice over are read, all else is as given."""
    if "<" in title or "&" in title:
        title = _MARKUP.sub("", title[:_MAX_MARKED_CHARACTERS])
        title = _REFERENCE.sub(lambda found: unescape(found[0]), title)
    return storable(title, MAX_TITLE_CHARACTERS)


def _address(link: str | None, base: str) -> tuple[str, str]:
    """The item's own link and its key."""
    if not link:
        raise ValueError(NO_LINK)
    try:
        url = _without_login(url_line(storable(whole_link(link.strip(), base))))
        return url, url_key(url)
    except ValueError:
        long = len(link) > MAX_URL_CHARACTERS
        raise ValueError("link too long" if long else "link is no http(s) address") from None


def _without_login(url: str) -> str:
    """The address without a name and password, which lead nobody else; `ValueError` where its host is in doubt."""
    host = urlsplit(url).netloc
    if "\\" in host:
        raise ValueError("an address with a backslash before its path")
    return url.replace(host, host.rpartition("@")[2], 1) if "@" in host else url


def _enclosed(link: str | None, base: str) -> str | None:
    """The file's address, None where that is none: a page is worth keeping without it."""
    try:
        return _address(link, base)[0] if link else None
    except ValueError:
        return None


def whole_link(link: str, base: str) -> str:
    """A link as an address; `ValueError` for one that cannot stand to `base`."""
    return link if link.startswith(("https://", "http://")) else urljoin(base, link)


def _days_in_addresses(items: Iterable[Item]) -> Iterator[datetime]:
    for item in items:
        found = _DAY_IN_URL.search(item.url)
        dated = read_date("-".join(found.groups())) if found else None
        if dated:
            yield dated.at
