"""Who wrote an article: JSON-LD, meta tags, then the byline; editors and the outlet itself are no authors."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any

from extractors.news.pagehead import Head, folded
from extractors.news.pageld import names_of
from extractors.news.pageparts import is_furniture, path, short_text

MAX_AUTHORS = 20
MAX_NAME_CHARACTERS = 80

_METAS = ("author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator", "dcterms.creator",
          "citation_author", "article:author_name", "og:article:author", "cxenseparse:author")  # fmt: skip
_BY = re.compile(
    r"^(?:written by|words by|reported by|story by|by|von|por|par|文|作者|记者|記者|撰文)\s*[::/／|]?\s+|^(?:文|作者|记者|記者|撰文)\s*[::/／|]\s*",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"\s*(?:[;；、]|\band\b|\bund\b|&|\n)\s*", re.IGNORECASE)
_NO_NAME = re.compile(
    r"https?:|www\.|@|\d{3,}|^(?:admin|administrator|editor|editors|editorial(?: staff| team)?|staff|newsroom|author|unknown|null|none|guest"
    r"|责任编辑|责编|编辑|小编|佚名)$|责任编辑|編輯|责编",
    re.IGNORECASE,
)
_ROLE = re.compile(r"\s*(?:[,，(（|].*|\s+(?:is a|reports from|in [A-Z]).*)$")
_IN_LINE = re.compile(
    r"(?:(?:^|[\s|])(?:作者|记者|記者|撰文|文)\s*[:/]|[(](?:本报|本報|实习)?(?:记者|記者)[\s:])\s*"
    r"([\u4e00-\u9fff·]{2,12}(?:[\s、,]+[\u4e00-\u9fff·]{2,4}(?![\u4e00-\u9fff:]))*)"
)
_MARKED = (
    "//body//*[@rel='author' or @itemprop='author' or contains(concat(' ', normalize-space(@class), ' '), ' byline ')"
    " or contains(@class, 'author-name') or contains(@class, 'byline__name') or contains(@class, 'article-author')"
    " or contains(concat(' ', normalize-space(@class), ' '), ' author ') or contains(@class, 'p-author') or @class='zuozhe']"
)


def page_authors(tree: Any, head: Head, near: Iterable[str]) -> str | None:
    """The authors, "; "-joined as written; None where none is named. `near`: the short lines around the headline."""
    sources = (names_of(head.article.get("author")), head.meta(*_METAS), _marked(tree), _from_lines(near))
    for source in sources:
        names = list(dict.fromkeys(_names(source, head)))[:MAX_AUTHORS]
        if names:
            return "; ".join(names)
    return None


def _names(texts: Iterable[str], head: Head) -> Iterator[str]:
    outlets = head.site_names | {folded(name) for name in names_of(head.article.get("publisher"))}
    for text in texts:
        line = " ".join(unicodedata.normalize("NFKC", text).split())
        if len(line) > 4 * MAX_NAME_CHARACTERS:
            continue
        for part in _SPLIT.split(_BY.sub("", line)):
            name = _ROLE.sub("", _BY.sub("", part)).strip(" .,:·-")
            known = folded(name)
            if 2 <= len(name) <= MAX_NAME_CHARACTERS and known not in outlets and not _NO_NAME.search(name):
                yield name


def _marked(tree: Any) -> Iterator[str]:
    for element in path(_MARKED)(tree)[:10]:
        inner = element.xpath(".//*[@itemprop='name']") if element.get("itemprop") == "author" else []
        text = element.get("content") or short_text(inner[0] if inner else element)
        if text and len(text) <= 120 and not is_furniture(element):
            yield text
            if element.get("itemprop") != "author" and element.get("rel") != "author":
                return


def _from_lines(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        found = _IN_LINE.search(unicodedata.normalize("NFKC", line))
        if found:
            yield from re.split(r"[\s、,]+", found[1])
        elif len(line) <= 80 and re.match(r"by\s+\S", line, re.IGNORECASE):
            yield line
