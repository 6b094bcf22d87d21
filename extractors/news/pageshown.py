"""Dates as a reader sees them: beside the headline, or on a line of their own."""

from __future__ import annotations

import re
import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import chain
from typing import Any, NamedTuple

from extractors.news.datetext import Found, Stated, dates_in, stated_date
from extractors.news.pagehead import Head, folded
from extractors.news.pageparts import is_furniture, short_text

MAX_AFTER, MAX_BEFORE = 60, 8
MAX_LINE_CHARACTERS = 160
SENTENCE_CHARACTERS = 40

_BLOCKS = (
    "time",
    "p",
    "div",
    "span",
    "li",
    "small",
    "address",
    "h6",
    "dd",
    "td",
    "em",
    "i",
    "b",
    "strong",
    "font",
    "figcaption",
)
_CHANGED = re.compile(
    r"(?:updated?|modified|revised|edited|changed|correct(?:ed|ion)|更新|修改|修订|編輯|编辑于)\W*(?:on|at|时间|時間|于|於)?\W*$",
    re.I,
)
_OTHER = re.compile(
    r"(?:event|due|deadline|until|by|effective|expires?|since|from|to|for|截止|起|自|至)\W*$", re.I
)
_CHANGED_CLASS = re.compile(r"updat|modif", re.IGNORECASE)
_PUBLISHED_CLASS = re.compile(r"publi|entry-date|created", re.IGNORECASE)
_FIRST = re.compile(
    r"(?:publish\w*|posted|released?|发布|发表|發布|發表|刊登)\W*(?:on|at|时间|時間|日期|于|於)?\W*$", re.I
)


class Piece(NamedTuple):
    """An element around the headline with its one line of text ("" where it has more than a line)."""

    element: Any
    text: str


def around(tree: Any, head: Head, title: str | None) -> list[Piece]:
    """The short pieces before the headline, and from it to the first paragraph of prose, that are of the article."""
    return list(_around(tree, headline(tree, head, folded(title or ""))))


def lines_of(pieces: Iterable[Piece]) -> list[str]:
    """Their texts, each once."""
    return list(dict.fromkeys(piece.text for piece in pieces if piece.text))


def shown_dates(pieces: Iterable[Piece]) -> tuple[list[Stated], Stated | None]:
    """(dates that may be the publication's, the change's) among the pieces around the headline.

    A date that can be read two ways gives none at all. Where one is labelled as the publication, only such count.
    """
    plain: list[Stated] = []
    labelled: list[Stated] = []
    changed: Stated | None = None
    for piece in pieces:
        for label, stated in _dates_of(piece):
            if stated is None:
                return [], changed
            if label == "changed":
                changed = changed or stated
            elif label != "other":
                (labelled if label == "first" else plain).append(stated)
    return labelled or plain, changed


def lone_days(tree: Any) -> set[date]:
    """The days on short lines anywhere in the page's own part; empty where one can be read two ways."""
    days = set()
    for element in tree.iter(*_BLOCKS):
        text = _line(short_text(element))
        if text and not is_furniture(element):
            for found in dates_in(text):
                if found.stated is None or _label(text, found) in ("changed", "other"):
                    return set()
                days.add(found.stated.at.date())
    return days


def headline(tree: Any, head: Head, title: str) -> Any:
    """The element that holds the headline, its words in lower case given; None where there is none."""
    if len(head.headings) == 1:
        return head.headings[0]
    other = tree.iter("h2", "h3", "div", "p", "font", "strong", "span", "td") if title else ()
    return next(
        (part for part in chain(head.headings, other) if folded(short_text(part) or "") == title), None
    )


def _around(tree: Any, title: Any) -> Iterator[Piece]:
    if title is None:
        return
    before: deque[Any] = deque(maxlen=MAX_BEFORE)
    after, passed = 0, False
    for element in tree.iter("h1", title.tag, *_BLOCKS):
        if element is title:
            passed = True
            yield from (piece for part in before if (piece := _piece(part, short_text(part))))
        elif not passed:
            before.append(element)
        else:
            text, after = short_text(element), after + 1
            if after > MAX_AFTER or (element.tag == "p" and _is_prose(text)):
                return
            piece = _piece(element, text)
            if piece:
                yield piece


def _piece(element: Any, text: str | None) -> Piece | None:
    line = _line(text)
    wanted = line is not None or element.tag == "time"
    return Piece(element, line or "") if wanted and not is_furniture(element) else None


def _dates_of(piece: Piece) -> Iterator[tuple[str, Stated | None]]:
    element = piece.element
    moment = stated_date(element.get("datetime")) if element.tag == "time" else None
    if moment:
        yield _time_label(element), moment
    else:
        for found in dates_in(piece.text):
            yield _label(piece.text, found), found.stated


def _time_label(element: Any) -> str:
    names = element.get("class") or ""
    if _PUBLISHED_CLASS.search(names):
        return "first"
    before = element.getprevious()
    lead = (before.tail if before is not None else element.getparent().text) or ""
    inner = " ".join(element.itertext())[:60]
    if (
        _CHANGED_CLASS.search(names)
        or _CHANGED.search(lead)
        or re.match(r"\W*(?:updated?|modified|更新)", inner, re.I)
    ):
        return "changed"
    return "first" if _FIRST.search(lead) else "plain"


def _label(text: str, found: Found) -> str:
    lead = text[max(0, found.start - 24) : found.start]
    for name, words in (("first", _FIRST), ("changed", _CHANGED), ("other", _OTHER)):
        if words.search(lead):
            return name
    return "plain"


def _line(text: str | None) -> str | None:
    if not text or len(text) > MAX_LINE_CHARACTERS or _is_sentence(text):
        return None
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _is_prose(text: str | None) -> bool:
    return text is None or _is_sentence(text) or len(text) > 2 * MAX_LINE_CHARACTERS


def _is_sentence(text: str) -> bool:
    """Prose, in which a date is what the article speaks of."""
    wide = 1 if text.isascii() else 2
    return wide * len(text) > SENTENCE_CHARACTERS and text.endswith(
        (".", "!", "?", "。", "！", "？", "”", '."')
    )
