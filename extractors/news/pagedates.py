"""The date of publication a page states itself: JSON-LD, meta tags, the URL; no other text is taken for one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from extractors.news.dates import plausible, read_date

MAX_JSON_CHARACTERS = 500_000
MAX_NODES = 5_000

_META = """
article:published_time og:article:published_time og:published_time datepublished date_published publishdate
publish-date publish_date pubdate published_date publication_date article_date_original sailthru.date
parsely-pub-date cxenseparse:recs:publishtime dc.date dc.date.issued dcterms.date dcterms.issued dcterms.created
weibo:article:create_at firstpublishedtime date
""".split()  # noqa: SIM905 - a list to read
_IN_URL = re.compile(r"/(20\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/_.\-tT]|$)")
_ARTICLE = re.compile(r"Article|Posting|Report|Episode|WebPage|CreativeWork", re.IGNORECASE)


class PageDate(NamedTuple):
    """`source` is json-ld, meta or url; `-day` is added where the page gives no zone or no time of day."""

    at: datetime
    source: str


def page_date(tree: Any, url: str, seen: datetime) -> PageDate | None:
    """The first plausible date among JSON-LD, meta tags and the URL (an HTML tree of lxml), else None."""
    stated = (("json-ld", _json_ld(tree)), ("meta", _meta(tree)))
    for source, texts in stated:
        for text in texts:
            dated = read_date(text)
            if dated and plausible(dated.at, seen):
                return PageDate(dated.at, source if dated.exact else f"{source}-day")
    found = _IN_URL.search(url)
    dated = read_date("-".join(found.groups())) if found else None
    return PageDate(dated.at, "url") if dated and plausible(dated.at, seen) else None


def _json_ld(tree: Any) -> Iterator[str]:
    for script in tree.xpath("//script[@type='application/ld+json']")[:20]:
        text = (script.text or "")[:MAX_JSON_CHARACTERS]
        try:
            yield from _published(json.loads(text, strict=False))
        except (ValueError, RecursionError):
            continue


def _published(data: object) -> Iterator[str]:
    """The datePublished of articles, those of an article's own type before those of the page around it."""
    nodes: list[object] = [data]
    later: list[str] = []
    budget = MAX_NODES
    while nodes and budget:
        node, budget = nodes.pop(0), budget - 1
        if isinstance(node, list):
            nodes.extend(node[:MAX_NODES])
        elif isinstance(node, dict):
            date, kind = node.get("datePublished"), str(node.get("@type"))
            if isinstance(date, str) and "WebPage" in kind:
                later.append(date)
            elif isinstance(date, str) and _ARTICLE.search(kind):
                yield date
            nodes.extend(value for name, value in node.items() if name in ("@graph", "mainEntity"))
    yield from later


def _meta(tree: Any) -> Iterator[str]:
    found: dict[str, str] = {}
    for meta in tree.xpath("//meta[@content]")[:500]:
        name = (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower()
        found.setdefault(name, meta.get("content"))
    yield from (found[name] for name in _META if name in found)
    for time in tree.xpath("//*[@itemprop='datePublished'][@datetime]")[:5]:
        yield time.get("datetime")
