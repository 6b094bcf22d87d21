"""Article pages: body by trafilatura or by the feed's selector, dates only where the page states them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin

from contracts.datasets import rows
from contracts.document import Batch, Document
from contracts.errors import SourceChanged
from extractors.news.bodies import block_reason, read_body, storable
from extractors.news.charset import decode
from extractors.news.feed import MAX_TITLE_CHARACTERS
from extractors.news.feed_block import Feed
from extractors.news.language import declared_language, letters, script_language
from extractors.news.pagedates import page_date
from extractors.news.urls import is_web_url, url_key

MAX_BYTES = 5_000_000
MAX_TAGS = 60_000
MAX_TAG_CHARACTERS = 200_000
MIN_BODY_LETTERS = 40
SHORT_BODY_LETTERS = 500
MAX_COUNTED_CHARACTERS = 50_000

_LONG_TAG = re.compile(rf"<[^<>]{{{MAX_TAG_CHARACTERS}}}")
_BLANKS = re.compile(r"[^\S\n]+")
_WALLS = (
    ("paywall", r"subscribe (?:now|today|to)|subscribers? only|already a (?:subscriber|member)|paywall"
                r"|sign in to (?:read|continue)|订阅后|付费阅读|登录后(?:查看|阅读)"),
    ("consent", r"we (?:and our partners )?use cookies|accept (?:all )?cookies|cookie (?:policy|settings|preferences)"
                r"|your consent|privacy choices|同意.{0,20}(?:cookie|隐私政策)"),
    ("script", r"enable javascript|javascript (?:is )?(?:required|disabled)"),
)  # fmt: skip
_BLOCKS = "h2, h3, h4, p, li, blockquote, pre, td"


def page_batches(document: Document, feed: Feed | None, key: str) -> Iterator[Batch]:
    """One `article_text` row, none where the list of feeds does not say now that the text may be used.

    Raises `SourceChanged`, its reason beginning with `blocked:`, `no-body:`, `no-match:` or `too-large:`.
    """
    if feed is None or feed.text != "full":
        return
    yield from rows("article_text", [_row(document, feed, key)])


def _row(document: Document, feed: Feed, key: str) -> dict[str, object]:
    from trafilatura.utils import load_html

    html = _bounded(decode(read_body(document, MAX_BYTES), document.headers.get("content-type")))
    tree = load_html(html) if html.strip() else None
    if tree is None:
        raise SourceChanged("no-body: the page is empty or no HTML")
    dated = page_date(tree, document.url, document.retrieved_at)
    canonical, declared = _canonical(tree, document.url), declared_language(tree.get("lang"))
    found = _extracted(tree, document.url)
    text = _selected(html, feed.selector) if feed.selector else found.text
    body = _checked_body(_without_headline(text or "", found.title), html, document)
    return {
        "feed": key,
        "url": document.url,
        "url_key": _identity(document),
        "canonical_url": canonical,
        "title": storable(found.title, MAX_TITLE_CHARACTERS),
        "authors": storable(found.author, MAX_TITLE_CHARACTERS),
        "published_at": dated.at if dated else None,
        "published_source": dated.source if dated else None,
        "language": script_language(body) or declared or feed.language,
        "body": body,
        "body_sha256": hashlib.sha256(body.encode()).hexdigest(),
    }


def _extracted(tree: Any, url: str) -> Any:
    """Text, title and author as trafilatura sees them. Its date search is kept short: `page_date` decides."""
    from trafilatura import bare_extraction
    from trafilatura.settings import Document as Extracted

    dates = {"extensive_search": False, "original_date": True}
    found = bare_extraction(
        tree, url=url, favor_precision=True, with_metadata=True, date_extraction_params=dates
    )
    return found or Extracted()


def _bounded(html: str) -> str:
    """The page itself; `SourceChanged` for one built to be slow: reading time grows with tags and their length."""
    tags = html.count("<")
    if tags > MAX_TAGS:
        raise SourceChanged(f"too-large: the page has {tags:,} tags, over {MAX_TAGS:,}")
    if _LONG_TAG.search(html):
        raise SourceChanged(f"too-large: the page has a tag of over {MAX_TAG_CHARACTERS:,} characters")
    return html


def _selected(html: str, selector: str) -> str:
    """The text of what the selector finds, a line a block."""
    from bs4 import BeautifulSoup

    found = BeautifulSoup(html, "lxml").select(selector)
    if not found:
        raise SourceChanged(
            f"no-match: the selector {selector!r} finds nothing: the page's markup has changed"
        )
    lines = []
    for part in found:
        blocks = [
            block for block in part.select(_BLOCKS) if not block.find_parent(["p", "li", "blockquote", "td"])
        ]
        lines += [block.get_text(" ", strip=True) for block in blocks] or [part.get_text("\n", strip=True)]
    return "\n".join(line for line in lines if line)


def _without_headline(text: str, title: str | None) -> str:
    """The lines of the text, blanks folded, less those at the start that only repeat the title."""
    lines = [line for raw in storable(text).split("\n") if (line := _BLANKS.sub(" ", raw).strip())]
    headline = " ".join((title or "").split())
    start = next((number for number, line in enumerate(lines) if line != headline), len(lines))
    return "\n".join(lines[start:])


def _checked_body(body: str, html: str, document: Document) -> str:
    count = letters(body[:MAX_COUNTED_CHARACTERS])
    if count >= SHORT_BODY_LETTERS:
        return body
    blocked = block_reason(html, document) if count < MIN_BODY_LETTERS else None
    if blocked:
        raise SourceChanged(blocked)
    shown = body if count >= MIN_BODY_LETTERS else html
    wall = next((name for name, words in _WALLS if re.search(words, shown, re.IGNORECASE)), None)
    if wall or count < MIN_BODY_LETTERS:
        raise SourceChanged(
            f"no-body: {count} letters of text; the page looks like: {wall or 'an empty page'}"
        )
    return body


def _canonical(tree: Any, base: str) -> str | None:
    for link in tree.xpath("//link[@rel='canonical'][@href]")[:1]:
        try:
            url = storable(urljoin(base, str(link.get("href")).strip()))
        except ValueError:
            return None
        return url if is_web_url(url) else None
    return None


def _identity(document: Document) -> str:
    """The key the feed's item has, so that item and text meet even when the page was reached by a redirect."""
    given = document.scope.get("url_key")
    return given if isinstance(given, str) else url_key(document.url)
