"""Where a copied text says it comes from: "Source: CNBC", "来源：新华社", "(Reuters) -", "first appeared on ..."."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from extractors.news.outlets import family_of_name, family_of_site
from extractors.news.pagehead import Head, folded
from extractors.news.pageparts import is_furniture, short_text
from extractors.news.pagewalls import has_any

MAX_NOTE_CHARACTERS = 200
MAX_LINE_CHARACTERS = 600
_FIRST_LINES, _LAST_LINES = 3, 5

# Lines are matched in NFKC, so that a full-width colon is a colon. Words without which the forms below find nothing: looked for first, because the forms are slow.
_STATED_WORDS = ("originally", "first published", "first appeared", "first posted", "first ran", "republished", "reprinted", "reproduced", "syndicated",
                 "转载", "转自", "轉載", "轉自", "原载", "原載", "首发", "摘自")  # fmt: skip
_LABEL_WORDS = ("source", "via", "quelle", "fuente", "来源", "來源", "稿源", "出处", "出處")

_OUTLET = r"(?P<outlet>[^\s,。;|()【】\[\]<>][^,。;|()【】\[\]<>\n]{1,58}?)"
_STATED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bthis (?:article|story|post|piece|report|column|version of this article)\b.{{0,40}}?\b(?:originally|first)\b.{{0,12}}?"
        rf"\b(?:published|appeared|posted|ran)\b.{{0,20}}?\b(?:by|in|on|at)\s+(?:the website of\s+)?{_OUTLET}(?:\s+(?:on|under|and)\b.*|\s*[.,)].*|$)",
        rf"^(?:originally|first) (?:published|appeared|posted) (?:by|in|on|at)\s+{_OUTLET}(?:\s+on\b.*|\s*[.,)].*|$)",
        rf"\b(?:republished|reprinted|reproduced|syndicated)\b.{{0,30}}?\bfrom\s+{_OUTLET}(?:\s+(?:under|on|with)\b.*|\s*[.,)].*|$)",
        r"(?:本文|原文|文章|内容)?(?:转载自|轉載自|转自|轉自|原载于?|原載於?|首发于|摘自)[:\s]*[《「“\"]?"
        r"(?P<outlet>[^\s,。;|()《》「」“”\"]{2,24})",
    )
)
_LABELLED = re.compile(
    r"(?:^|[\s|(【\[丨/])(?:(?:文章|信息|新闻|新聞|稿件|消息)?(?:来源|來源|稿源|出处|出處)|Source|Via|Quelle|Fuente)\s*[:/]\s*[《]?(?P<outlet>[^\s,。;|()【】\[\]《》丨]"
    r"(?:[^,。;|()【】\[\]《》丨\n]{0,58}?))(?=\s{2,}|\s*(?:作者|编辑|責任|责任|记者|記者|发布|字号|字體|字体|阅读|浏览|20\d\d|\d\d:\d\d)|\s*[,。;|()【】\[\]》丨]|\s*$)",
    re.IGNORECASE,
)
_VIA = re.compile(r"\bvia\s+(?P<outlet>[A-Z][\w .&'-]{1,40})$")
_AGENCY = re.compile(
    r"^[^(]{0,80}[(](?P<outlet>[A-Z][A-Za-z .-]{1,30})[)]\s*[-–—:]|^(?:据)?(?P<agency>新华社|中新社|法新社|路透社|美联社|财联社|彭博社|中新网|新華社|中央社)"
    r"[\u4e00-\u9fff()/]{0,16}(?:\d{1,2}月\d{1,2}日|\d{1,2}日)"
)


class Origin(NamedTuple):
    """`note` in the page's words; `outlet` is the family it names, None where that is not known."""

    note: str
    outlet: str | None


def page_origin(tree: Any, source: str, body: str, near: Iterable[str], head: Head) -> Origin | None:
    """The origin other than the page's own outlet that the page states. `source`: the page in lower case.

    Looked for in the lines beside the headline, at the ends of the text, then on lines of their own that are not in it.
    """
    claims = list(_claims(body, near)) or (list(_outside(tree)) if has_any(_STATED_WORDS, source) else [])
    own = {family_of_site(head.url), *map(family_of_name, head.site_names)} if claims else set()
    for note, name in claims:
        outlet = family_of_name(name)
        if folded(name) in head.site_names or (outlet is not None and outlet in own):
            continue
        return Origin(note[:MAX_NOTE_CHARACTERS], outlet)
    return None


def _claims(body: str, near: Iterable[str]) -> Iterator[tuple[str, str]]:
    """(the words that state it, the name), the plainest statements first."""
    lines = [line for line in body.split("\n") if line]
    ends = [*lines[-_LAST_LINES:][::-1], *lines[:_FIRST_LINES]]
    for line in ends:
        yield from _statements(line)
    for line in (*near, *(line for line in ends if len(line) <= 80)):
        found = _LABELLED.search(_plain(line)) if has_any(_LABEL_WORDS, line.lower()) else None
        if found and not found["outlet"].startswith("http"):
            yield found.group(0).strip(" |(（【[丨/"), _name(found["outlet"])
    yield from _agencies(lines[:_FIRST_LINES], [*near, *lines[-1:]])


def _statements(line: str) -> Iterator[tuple[str, str]]:
    if len(line) < MAX_LINE_CHARACTERS and has_any(_STATED_WORDS, line.lower()):
        for form in _STATED:
            found = form.search(_plain(line))
            if found:
                yield found.group(0).strip(), _name(found["outlet"])


def _outside(tree: Any) -> Iterator[tuple[str, str]]:
    for element in tree.iter("p", "section", "em", "i", "small"):
        claims = list(_statements(short_text(element) or ""))
        if claims and not is_furniture(element):
            yield from claims


def _agencies(openings: Iterable[str], short: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A dateline's agency and "via X", only where the name is a known outlet's: other words stand there too."""
    for line in openings:
        start = _plain(line[:160])
        found = _AGENCY.search(start) if has_any(("(", "社", "网"), start) else None
        name = found and (found["outlet"] or found["agency"])
        if found and name and _known(name):
            yield found.group(0).strip(" -–—:"), name
    for line in short:
        found = _VIA.search(line) if "via " in line and len(line) <= 100 else None
        if found and _known(found["outlet"]):
            yield found.group(0), _name(found["outlet"])


def _known(name: str) -> bool:
    return family_of_name(name) is not None


def _name(text: str) -> str:
    return re.sub(r"^(?:the website|www\.)\s*", "", text.strip(" .·:'\"“”"), flags=re.IGNORECASE)


def _plain(line: str) -> str:
    return line if line.isascii() else unicodedata.normalize("NFKC", line)
