"""The feeds and news sitemaps of a site: what its pages name, what robots.txt names, and a few usual addresses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urljoin

from contracts.document import Fetch
from contracts.errors import SourceChanged, SourceError
from extractors.confined import confined
from extractors.news.charset import decode
from extractors.news.feed import MAX_BYTES, Reading, read_feed
from extractors.news.look import Asker, answered
from extractors.news.page import MAX_SECONDS, ORDINARY_BYTES, ORDINARY_TAGS
from extractors.news.sitelinks import addresses, read_links
from extractors.news.source import SPACING_SECONDS
from extractors.sites import site
from extractors.web.answered import Answered

MAX_REQUESTS = 16
MAX_LINKS = 8
MAX_SITEMAPS = 4
MAX_ROBOTS_BYTES = 500_000
USUAL = (
    "/feed",
    "/rss",
    "/rss.xml",
    "/feed.xml",
    "/atom.xml",
    "/index.xml",
    "/feed.json",
    "/news-sitemap.xml",
)

_SITEMAP = re.compile(r"^\s*sitemap\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
Tell = Callable[[str, str], None]


@dataclass(frozen=True)
class Found:
    """A feed that was asked and read."""

    url: str
    reading: Reading
    page_language: str | None = None


def discover(web: Asker, url: str, tell: Tell = lambda url, came_to: None) -> list[Found]:
    """The feeds of the site of `url`, each asked once, within 16 requests in all; `tell` hears what each came to.

    Raises the `SourceError` of `url` itself when it does not answer.
    """
    front = _asked(web, url)
    if found := _read(front, url, None, tell):
        return [found]
    about = {"url": url, "content_type": front.headers.get("content-type")}
    links, language = _named(_body(front), about, tell)
    named = [*links[:MAX_LINKS], *_sitemaps(web, url), *(urljoin(url, path) for path in USUAL)]
    wanted = list(dict.fromkeys(address for address in named if address != url))
    seen, feeds = set[tuple[str, ...]](), list[Found]()
    for address in wanted[: MAX_REQUESTS - 2]:
        candidate = _candidate(web, address, language, tell)
        mark = _mark(candidate.reading) if candidate else ()
        if candidate and mark not in seen:
            seen.add(mark)
            feeds.append(candidate)
    return feeds


def _candidate(web: Asker, address: str, language: str | None, tell: Tell) -> Found | None:
    try:
        return _read(_asked(web, address), address, language, tell)
    except SourceError as error:
        tell(address, str(error))
        return None


def _read(document: Answered, address: str, language: str | None, tell: Tell) -> Found | None:
    """The feed of an answer, None when it is none: an index counts when it names a sitemap of news."""
    try:
        reading = read_feed(document)
    except SourceChanged as reason:
        tell(address, str(reason))
        return None
    if reading.children and not any("news" in child.url.lower() for child in reading.children):
        tell(address, "an index of sitemaps, none of which is named as news")
        return None
    tell(address, f"{reading.format}: {len(reading.items)} items")
    return Found(address, reading, language)


def _asked(web: Asker, address: str, max_bytes: int = MAX_BYTES) -> Answered:
    answer = web.fetch(Fetch("news", address, max_bytes=max_bytes, spacing_seconds=SPACING_SECONDS))
    if answer.error is not None:
        raise answer.error
    return answered(answer)


def _body(document: Answered) -> bytes:
    with document.open() as stream:
        return stream.read(MAX_BYTES)


def _named(data: bytes, about: dict[str, str | None], tell: Tell) -> tuple[list[str], str | None]:
    """The feeds a page names, and the language it says it is in; a page that could stall is read in another process."""
    if len(data) <= ORDINARY_BYTES and data.count(b"<") <= ORDINARY_TAGS:
        found = read_links(data, about)
    else:
        try:
            found = confined("extractors.news.sitelinks:read_links", data, about, seconds=MAX_SECONDS)
        except SourceChanged as reason:
            tell(str(about["url"]), str(reason))
            return [], None
    return found["links"], found["language"]


def _sitemaps(web: Asker, url: str) -> list[str]:
    """The sitemaps of this site that robots.txt names, those named as news first."""
    home = urljoin(url, "/robots.txt")
    try:
        text = decode(_body(_asked(web, home, MAX_ROBOTS_BYTES)))
    except SourceError:
        return []
    named = list(addresses(_SITEMAP.findall(text), home))
    ours = [address for address in named if site(address) == site(url)]
    return sorted(ours, key=lambda address: "news" not in address.lower())[:MAX_SITEMAPS]


def _mark(reading: Reading) -> tuple[str, ...]:
    """Two addresses that give the same items are one feed."""
    return (
        tuple(item.url_key for item in reading.items)
        or tuple(child.url for child in reading.children)
        or (reading.channel_title or "",)
    )
