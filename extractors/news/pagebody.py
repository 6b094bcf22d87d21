"""The text of an article: by the feed's selector, by trafilatura, or as JSON-LD gives it; furniture lines left out."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any

from contracts.errors import SourceChanged
from extractors.news.bodies import storable
from extractors.news.datetext import dates_in
from extractors.news.language import letters
from extractors.news.pagehead import Head, folded
from extractors.news.pageld import text_of

MIN_LEAD_LETTERS = 20
MAX_COUNTED = 50_000
MAX_FURNITURE_CHARACTERS = 130

_BLANKS = re.compile(r"[^\S\n]+")
_BLOCKS = "h2, h3, h4, p, li, blockquote, pre, td"
_EDGE = 6
_TAGGED = re.compile(r"<(?:p|br|/p|div)\b[^>]{0,200}>", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,500}>")
# Lines are matched in NFKC, so that a full-width colon is a colon.
_FURNITURE = re.compile(
    r"[(\[【]?\s*(?:责任编辑|責任編輯|编辑|編輯|责编|校对|监制|审核)\s*[:/].{0,40}"
    r"|share (?:this|on)\b[^.]{0,40}|(?:read|see) (?:more|also|next)\s*:.{0,120}|related (?:stories|articles|reading)\s*:?.{0,100}"
    r"|sign up (?:for|to) .{0,100}|subscribe to (?:our|the) .{0,80}newsletter.{0,40}|follow us on .{0,60}|advertisement"
    r"|(?:©|\(c\)|copyright (?:©|\(c\)|\d{4}|by\b)).{0,100}|all rights reserved\.?.{0,40}"
    r"|(?:相关阅读|相关新闻|延伸阅读|推荐阅读|更多精彩)\s*[:】].{0,60}|(?:扫描二维码|点击查看|分享到).{0,40}"
    r"|(?:上一页|下一页|打印|关闭窗口|返回首页|\s)+"
    r"|(?:\d+ )?min(?:ute)?s? read|\d+ comments?|photo(?:graph)?s? ?(?:by|:|credit).{0,80}|\(完\)",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?:by|von|作者|文|記者|记者)\s*[:/|]?\s*\S.{1,60}", re.IGNORECASE)
_DATELINE = re.compile(
    r"(?:来源|來源|作者|发布|發布|字号|published|updated|posted|last modified)\s*:?", re.IGNORECASE
)


def page_text(tree: Any, html: str, head: Head, selector: str | None) -> str:
    """The body's text before cleaning, "" where there is none."""
    if selector:
        return _selected(html, selector)
    found = _extracted(tree, head.url)
    stated = _stated_body(head)
    if stated and letters(stated[:MAX_COUNTED]) > 2 * letters(found[:MAX_COUNTED]):
        return stated
    return found


def clean(text: str, title: str | None, authors: str | None) -> str:
    """The lines of a text, blanks folded, less the headline, byline and dateline before it and furniture at either end."""
    lines = [line for raw in storable(text).split("\n") if (line := _BLANKS.sub(" ", raw).strip())]
    start = 0
    while start < min(len(lines), _EDGE) and _is_opening(lines[start], title, authors):
        start += 1
    end = len(lines)
    while end > start and _is_furniture(lines[end - 1]):
        end -= 1
    last = max(start, end - _EDGE)
    return "\n".join(lines[start:last] + [line for line in lines[last:end] if not _is_furniture(line)])


def lead(body: str, head: Head) -> str | None:
    """The first paragraph that says something, else the description the page gives."""
    for line in body.split("\n")[:_EDGE]:
        if letters(line[:200]) >= MIN_LEAD_LETTERS:
            return line
    given = (text_of(head.article.get("description")), *head.meta("og:description", "description"))
    return next((text for text in given if text), None)


def _extracted(tree: Any, url: str) -> str:
    """As trafilatura reads it, for precision, without readers' comments. Other fields are read from the head, once."""
    from trafilatura import bare_extraction

    found: Any = bare_extraction(tree, url=url, options=_options())
    return (found.text or "") if found is not None else ""


@lru_cache(maxsize=1)
def _options() -> Any:
    from trafilatura.settings import Extractor

    return Extractor(output_format="python", precision=True, comments=False)


def _stated_body(head: Head) -> str:
    """`articleBody` of the page's own article, its tags undone."""
    given = head.article.get("articleBody") or head.article.get("text")
    if not isinstance(given, str):
        return ""
    from html import unescape

    broken = _ANY_TAG.sub("", _TAGGED.sub("\n", unescape(given)))
    return re.sub(r"\s*\n\s*", "\n", broken).strip()


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


def _is_furniture(line: str) -> bool:
    return (
        len(line) <= MAX_FURNITURE_CHARACTERS
        and _FURNITURE.fullmatch(unicodedata.normalize("NFKC", line)) is not None
    )


def _is_opening(line: str, title: str | None, authors: str | None) -> bool:
    """Whether a line at the start repeats the headline or only says who, when and where from."""
    if len(line) > max(MAX_FURNITURE_CHARACTERS, len(title or "") + 10):
        return False
    line = line if line.isascii() else unicodedata.normalize("NFKC", line)
    words = folded(line)
    if not words or words == folded(title or ""):
        return True
    if line.endswith((".", "。", "!", "?", "”")):
        return False
    if _FURNITURE.fullmatch(line) or (authors and words in {folded(name) for name in authors.split("; ")}):
        return True
    dated = next(iter(dates_in(line)), None)
    rest = len(_DATELINE.sub("", line)) <= 80
    if dated and dated.start < 30 and rest:
        return True
    return bool(_BYLINE.fullmatch(line)) and len(words.split()) <= 8 and bool(authors)
