"""The feeds a page names in its head. In: bytes and plain facts; out: plain values, so that it can run in another process."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

from contracts.text import url_line
from extractors.news.charset import decode
from extractors.news.urls import is_web_url

MAX_LINKS_READ = 500

_FEED_TYPES = re.compile(
    r"application/(?:rss\+xml|atom\+xml|rdf\+xml|feed\+json|json)|text/xml", re.IGNORECASE
)


def read_links(data: bytes, about: Mapping[str, str | None]) -> dict[str, Any]:
    """`links`, the addresses of feeds, and `language`, what the page says it is in; `about`: `url`, `content_type`."""
    from bs4 import BeautifulSoup
    from bs4.filter import SoupStrainer

    text = decode(data, about.get("content_type"))
    try:
        page = BeautifulSoup(text, "lxml", parse_only=SoupStrainer(["html", "link"]))
        found = [link for link in page.find_all("link", limit=MAX_LINKS_READ) if _is_feed(link)]
    except RecursionError:
        return {"links": [], "language": None}
    language = str(page.html.get("lang") or "") if page.html else ""
    links = addresses((str(link.get("href") or "") for link in found), str(about["url"]))
    return {"links": list(links), "language": language or None}


def addresses(links: Iterable[str], base: str) -> Iterator[str]:
    """The links that lead to an http(s) address, whole."""
    for link in links:
        try:
            address = url_line(urljoin(base, link.strip()))
        except ValueError:
            continue
        if is_web_url(address):
            yield address if urlsplit(address).path else urljoin(address, "/")


def _is_feed(link: Any) -> bool:
    relation = link.get("rel") or ()
    words = relation.split() if isinstance(relation, str) else relation
    return "alternate" in (word.lower() for word in words) and bool(
        _FEED_TYPES.search(str(link.get("type") or ""))
    )
