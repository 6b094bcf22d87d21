"""The parts of a page that are not its article: navigation, teasers of other articles, comments, what is not shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

MAX_DEPTH = 100
MAX_SHOWN_CHARACTERS = 400
MAX_NAME_CHARACTERS = 300

_TAGS = frozenset(
    {"nav", "aside", "footer", "form", "select", "button", "template", "noscript", "script", "style"}
)
_BOXES = frozenset({"p", "div", "aside", "section", "form", "ul"})
_NAMES = re.compile(
    r"\b(?:related|recommend\w*|sidebar|side-?bar|comments?|newsletter|promo\w*|footer|foot|nav(?:bar|igation)?|menu|breadcrumbs?"
    r"|popular|trending|most-?read|read-?(?:next|more)|more-(?:from|stories|news)|teasers?|(?<!h-)cards?|share|social|subscribe"
    r"|outbrain|taboola|advert\w*|cookie\w*|consent|ranking|hot-?news|xgxw|tuijian|latest)\b"
    r"|^(?:xgyd|rightbar|right)$",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


@lru_cache(maxsize=32)
def path(expression: str) -> Any:
    """An XPath, made once: `path("//a")(tree)`."""
    from lxml.etree import XPath

    return XPath(expression)


def is_furniture(element: Any) -> bool:
    """Whether the element stands in a part of the page that is not the article; so does what is nested absurdly deep."""
    for depth, part in enumerate(_upward(element)):
        if depth > MAX_DEPTH or part.tag in _TAGS or _named(part) or _is_masthead(part):
            return True
    return False


def without_boxes(tree: Any) -> None:
    """Take out the small boxes that advertise the outlet itself between paragraphs."""
    for box in path("//body//*[contains(@class, 'promo')]")(tree):
        if box.getparent() is not None and box.tag in _BOXES and short_text(box) is not None:
            box.drop_tree()


def unfold_layout(tree: Any) -> None:
    """Make cells that hold running text, as old sites lay out pages, plain blocks: their lines stay apart."""
    for cell in path("//td[string-length(normalize-space()) > 250][count(.//p) + count(.//br) > 1]")(tree):
        row = cell.getparent()
        for part in (*row, *cell.iterancestors("tr", "tbody", "table")):
            part.tag = "div"


def without_hidden(tree: Any) -> None:
    """Take out of the tree what a reader does not see: `hidden`, `display: none`."""
    for element in path("//body//*[@hidden or contains(@style, 'none') or contains(@style, 'hidden')]")(tree):
        parent = element.getparent()
        unseen = element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "")
        if unseen and parent is not None:
            element.drop_tree()


def short_text(element: Any) -> str | None:
    """The text of an element that holds little of it, blanks folded; None for a large one."""
    text, size = [], 0
    for piece in element.itertext():
        size += len(piece)
        if size > MAX_SHOWN_CHARACTERS:
            return None
        text.append(piece)
    return " ".join(" ".join(text).split())


def _is_masthead(element: Any) -> bool:
    """A site's own header, not an article's."""
    return (
        element.tag == "header"
        and element.find(".//h1") is None
        and not list(element.iterancestors("article", "main"))
    )


def _named(element: Any) -> bool:
    style, name = element.get("class"), element.get("id")
    if not style and not name:
        return False
    return _is_other((style or "")[:MAX_NAME_CHARACTERS], (name or "")[:MAX_NAME_CHARACTERS])


@lru_cache(maxsize=10_000)
def _is_other(style: str, name: str) -> bool:
    return _NAMES.search(f"{style} {name}") is not None


def _upward(element: Any) -> Iterator[Any]:
    while element is not None and element.tag not in ("body", "html"):
        yield element
        element = element.getparent()
