"""The feeds and news sitemaps of a site: what its pages name, what robots.txt names, and a few usual addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.document import Fetch
from contracts.errors import SourceChanged, SourceError
from contracts.text import url_line
from extractors.news.charset import decode
from extractors.news.feed import MAX_BYTES, Reading, read_feed
from extractors.news.look import Asker, answered
from extractors.news.source import SPACING_SECONDS
from extractors.news.urls import is_web_url
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

_FEED_TYPES = re.compile(
    r"application/(?:rss\+xml|atom\+xml|rdf\+xml|feed\+json|json)|text/xml", re.IGNORECASE
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
    text = decode(_body(front), front.headers.get("content-type"))
    links, language = _page(text, url)
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


def _page(text: str, url: str) -> tuple[list[str], str | None]:
    """The feeds a page names in its head, and the language it says it is in."""
    from bs4 import BeautifulSoup
    from bs4.filter import SoupStrainer

    try:
        page = BeautifulSoup(text[:MAX_BYTES], "lxml", parse_only=SoupStrainer(["html", "link"]))
        links = [link for link in page.find_all("link", limit=500) if _is_feed(link)]
    except RecursionError:
        return [], None
    language = str(page.html.get("lang") or "") if page.html else ""
    return list(_addresses((str(link.get("href") or "") for link in links), url)), language or None


def _is_feed(link: Any) -> bool:
    relation = link.get("rel") or ()
    words = relation.split() if isinstance(relation, str) else relation
    return "alternate" in (word.lower() for word in words) and bool(
        _FEED_TYPES.search(str(link.get("type") or ""))
    )


def _sitemaps(web: Asker, url: str) -> list[str]:
    """The sitemaps of this site that robots.txt names, those named as news first."""
    home = urljoin(url, "/robots.txt")
    try:
        text = decode(_body(_asked(web, home, MAX_ROBOTS_BYTES)))
    except SourceError:
        return []
    named = list(_addresses(_SITEMAP.findall(text), home))
    ours = [address for address in named if site(address) == site(url)]
    return sorted(ours, key=lambda address: "news" not in address.lower())[:MAX_SITEMAPS]


def _addresses(links: Any, base: str) -> Iterator[str]:
    for link in links:
        try:
            address = url_line(urljoin(base, link.strip()))
        except ValueError:
            continue
        if is_web_url(address):
            yield address if urlsplit(address).path else urljoin(address, "/")


def _mark(reading: Reading) -> tuple[str, ...]:
    """Two addresses that give the same items are one feed."""
    return (
        tuple(item.url_key for item in reading.items)
        or tuple(child.url for child in reading.children)
        or (reading.channel_title or "",)
    )
