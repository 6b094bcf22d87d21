"""Where a copied text says it comes from: "Source: CNBC", "来源：新华社", "(Reuters) -", "first appeared on ..."."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from extractors.news.outlets import families, family_of_name, family_of_site
from extractors.news.pagehead import Head, folded

MAX_NOTE_CHARACTERS = 200
_FIRST_LINES, _LAST_LINES = 3, 5

_HINTS = ("originally", "first ", "republish", "reprint", "reproduc", "syndicat", "source", "quelle", "fuente", "via ", "from ", "(", "（",
          "转", "轉", "载", "載", "首发", "摘自", "来源", "來源", "稿源", "出处", "出處", "社", "网")  # fmt: skip

_OUTLET = r"(?P<outlet>[^\s,，。;；|()（）【】\[\]<>][^,，。;；|()（）【】\[\]<>\n]{1,58}?)"
_STATED = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bthis (?:article|story|post|piece|report|column|version of this article)\b.{{0,40}}?\b(?:originally|first)\b.{{0,12}}?"
        rf"\b(?:published|appeared|posted|ran)\b.{{0,20}}?\b(?:by|in|on|at)\s+(?:the website of\s+)?{_OUTLET}(?:\s+(?:on|under|and)\b.*|\s*[.,)].*|$)",
        rf"^(?:originally|first) (?:published|appeared|posted) (?:by|in|on|at)\s+{_OUTLET}(?:\s+on\b.*|\s*[.,)].*|$)",
        rf"\b(?:republished|reprinted|reproduced|syndicated)\b.{{0,30}}?\bfrom\s+{_OUTLET}(?:\s+(?:under|on|with)\b.*|\s*[.,)].*|$)",
    )
)
_CHINESE = (
    re.compile(r"(?:本文|原文|文章|内容)?(?:转载自|轉載自|转自|轉自|原载于?|原載於?|首发于|摘自)[::\s]*[《「“\"]?(?P<outlet>[^\s,，。;；|()（）《》「」“”\"]{2,24})"),
)  # fmt: skip
_LABELLED = re.compile(
    r"(?:^|[\s|(（【\[丨/])(?:(?:文章|信息|新闻|新聞|稿件|消息)?(?:来源|來源|稿源|出处|出處)|Source|Via|Quelle|Fuente)\s*[::/]\s*[《]?(?P<outlet>[^\s,，。;；|()（）【】\[\]《》丨]"
    r"(?:[^,，。;；|()（）【】\[\]《》丨\n]{0,58}?))(?=\s{2,}|\s*(?:作者|编辑|責任|责任|记者|記者|发布|字号|字體|字体|阅读|浏览|20\d\d|\d\d:\d\d)|\s*[,，。;；|()（）【】\[\]》丨]|\s*$)",
    re.IGNORECASE,
)
_VIA = re.compile(r"(?:\bvia\s+|\bfrom\s+)(?P<outlet>[A-Z][\w .&'-]{1,40})$")
_AGENCY = re.compile(
    r"^.{0,80}?[（(](?P<outlet>[A-Z][A-Za-z .-]{1,30})[)）]\s*[-–—:]|^(?:据)?(?P<agency>新华社|中新社|法新社|路透社|美联社|财联社|彭博社|中新网|新華社|中央社)"
    r"[\u4e00-\u9fff()（）/]{0,16}(?:\d{1,2}月\d{1,2}日|\d{1,2}日)"
)


class Origin(NamedTuple):
    """`note` in the page's words; `outlet` is the family it names, None where that is not known."""

    note: str
    outlet: str | None


def page_origin(body: str, near: Iterable[str], head: Head) -> Origin | None:
    """The origin other than the page's own outlet that the lines beside the headline or at the text's ends state."""
    claims = list(_claims(body, [_plain(line) for line in near if _may_state(line)]))
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
    ends = [_plain(line) for line in (*lines[-_LAST_LINES:][::-1], *lines[:_FIRST_LINES]) if _may_state(line)]
    for line in ends:
        for form in (*_STATED, *_CHINESE):
            found = form.search(line) if len(line) < 600 else None
            if found:
                yield found.group(0).strip(), _name(found["outlet"])
    for line in (*near, *(line for line in ends if len(line) <= 80)):
        found = _LABELLED.search(line)
        if found and not re.match(r"https?:", found["outlet"]):
            yield found.group(0).strip(" |(（【[丨/"), _name(found["outlet"])
    yield from _agencies(lines[:_FIRST_LINES], [*near, *lines[-1:]])


def _agencies(openings: Iterable[str], short: Iterable[str]) -> Iterator[tuple[str, str]]:
    """A dateline's agency and "via X", only where the name is a known outlet's: other words stand there too."""
    for line in openings:
        found = _AGENCY.search(_plain(line[:160])) if _may_state(line[:160]) else None
        name = found and (found["outlet"] or found["agency"])
        if found and name and _known(name):
            yield found.group(0).strip(" -–—:"), name
    for line in short:
        found = _VIA.search(line) if len(line) <= 100 else None
        if found and _known(found["outlet"]):
            yield found.group(0), _name(found["outlet"])


def _may_state(line: str) -> bool:
    low = line.lower()
    return any(hint in low for hint in _HINTS)


def _known(name: str) -> bool:
    return family_of_name(name) in set(families().by_site.values())


def _name(text: str) -> str:
    return re.sub(r"^(?:the website|www\.)\s*", "", text.strip(" .·:'\"“”"), flags=re.IGNORECASE)


def _plain(line: str) -> str:
    return unicodedata.normalize("NFKC", line)
