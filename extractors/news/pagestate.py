"""What kind of page this is; one that is no article is known as such and its words are never taken for one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from extractors.news.language import letters
from extractors.news.pagegone import refuse_gone
from extractors.news.pagehead import Head, folded
from extractors.news.pageld import kinds
from extractors.news.pageparts import is_furniture, path
from extractors.news.pagewalls import (
    MIN_BODY_LETTERS,
    SHORT_BODY_LETTERS,
    TEASER_LETTERS,
    free_of,
    has_any,
    none_here,
    refuse_consent,
    wall_words,
)

ARTICLE, LIVE, GALLERY, PAYWALL = "article", "live", "gallery", "paywall"
MIN_CARDS, MIN_FIGURES, MIN_ENTRIES = 6, 4, 2

_SCRIPT = re.compile(
    r"enable javascript|javascript (?:is )?(?:required|disabled)|__NEXT_DATA__|__NUXT__|__INITIAL_STATE__|window\.__PRELOADED|<div id=[\"']?(?:root|app|__next)[\"']?>\s*</div>",
    re.I,
)
_LISTING_TYPES = frozenset({"CollectionPage", "SearchResultsPage", "ItemList", "ProfilePage"})
_LIVE_NAMES = "//*[contains(@class, 'live-blog') or contains(@class, 'liveblog') or contains(@class, 'live-update') or contains(@class, 'live-entry') or contains(@class, 'live-post')]"
_LIVE_WORDS = ("live-blog", "liveblog", "live-update", "live-entry", "live-post")
_NEXT_LINKS = frozenset({"下一页", "下一頁", "next page", "next", "余下全文", "阅读全文", "continued"})
_FURTHER = re.compile(r"[/_-]?(?:page/?)?\d{0,3}(?:\.\w+)?/?")
_NEXT_WORDS = ("next page", "下一页", "下一頁", "余下全文", "阅读全文", "rel=next", 'rel="next', "rel='next")


class State(NamedTuple):
    """`name` is article, live, gallery or paywall; `partial`: the rest of the text is behind a wall or on a next page."""

    name: str
    partial: bool
    body: str


def page_state(tree: Any, source: str, head: Head, body: str, count: int) -> State:
    """The state of a page with an article, its body (of `count` letters) less a wall's own words; `source` in lower case.

    Raises `SourceChanged` where there is none, its reason beginning with `consent:`, `paywall:`, `listing:`, `error:` or
    `empty:`.
    """
    refuse_gone(head, body, count)
    refuse_consent(tree, head, body, count)
    wall = wall_words(tree, head, source, body, count)
    if wall:
        return State(PAYWALL, True, free_of(body, wall))
    _refuse_listing(tree, head, body, count)
    gallery = _captions(tree) if source.count("<figcaption") >= MIN_FIGURES else []
    if len(gallery) >= MIN_FIGURES and sum(map(letters, gallery)) > count:
        return _gallery(gallery, body)
    if count < MIN_BODY_LETTERS:
        script = _SCRIPT.search(source)
        raise none_here("empty", count, "a page that a script builds" if script else "an empty page")
    name = GALLERY if len(gallery) >= MIN_FIGURES and _says_gallery(head) else ARTICLE
    name = LIVE if _is_live(tree, head, source) else name
    return State(name, _goes_on(tree, head, source), body)


def _refuse_listing(tree: Any, head: Head, body: str, count: int) -> None:
    """Teasers of other articles and no text of its own that outweighs them."""
    if head.article or any(text.lower() == "article" for text in head.meta("og:type")):
        return
    says = any(kind in _LISTING_TYPES for node in head.nodes for kind in kinds(node))
    cards = _cards(tree)
    longest = max((letters(line) for line in body.split("\n")), default=0)
    short = longest < 2 * TEASER_LETTERS and count < cards * TEASER_LETTERS + SHORT_BODY_LETTERS
    if (says or cards >= MIN_CARDS) and short and (says or not _has_prose(tree)):
        raise none_here("listing", count, f"a list of {cards} other articles")


def _cards(tree: Any) -> int:
    """Headlines or teasers that lead elsewhere."""
    headings = sum(
        1
        for part in tree.iter("h2", "h3", "h4")
        if part.find(".//a[@href]") is not None or part.getparent().tag == "a"
    )
    linked = sum(1 for part in tree.iter("article") if part.find(".//a[@href]") is not None)
    return max(headings, linked if linked > 1 else 0)


def _has_prose(tree: Any) -> bool:
    """Two paragraphs of prose side by side, as teasers have not."""
    sides: dict[Any, int] = {}
    for part in tree.iter("p"):
        text = "".join(part.itertext())
        if letters(text[:600]) > 100 and part.find(".//a") is None and not is_furniture(part):
            sides[part.getparent()] = sides.get(part.getparent(), 0) + 1
    return max(sides.values(), default=0) >= 2


def _captions(tree: Any) -> list[str]:
    """Captions of the pictures of a page that has several."""
    parts = [part for part in tree.iter("figcaption") if not is_furniture(part)]
    if len(parts) < MIN_FIGURES:
        return []
    texts = (" ".join("".join(part.itertext()).split()) for part in parts)
    return list(dict.fromkeys(text for text in texts if letters(text) > 3))


def _gallery(captions: Iterable[str], body: str) -> State:
    """The text with the captions it lacks."""
    lines = body.split("\n") if body else []
    said = folded(body)
    return State(
        GALLERY, False, "\n".join([*lines, *(text for text in captions if folded(text) not in said)])
    )


def _says_gallery(head: Head) -> bool:
    return any(kind in ("ImageGallery", "MediaGallery") for node in head.nodes for kind in kinds(node))


def _is_live(tree: Any, head: Head, source: str) -> bool:
    if "LiveBlogPosting" in kinds(head.article):
        return True
    return has_any(_LIVE_WORDS, source) and len(path(_LIVE_NAMES)(tree)) >= MIN_ENTRIES


def _goes_on(tree: Any, head: Head, source: str) -> bool:
    """Whether further pages hold the rest: a link to the next one, or a pager below the text."""
    if not has_any(_NEXT_WORDS, source):
        return False
    linked = [head.links.get("next"), *(link.get("href") for link in tree.iter("a") if _leads_on(link))]
    return any(_continues(link, head.url) for link in linked if link)


def _leads_on(link: Any) -> bool:
    words = "".join(link.itertext())[:20].strip(" »>\n\t").lower()
    return link.get("rel") == "next" or words in _NEXT_LINKS


def _continues(link: str, url: str) -> bool:
    """Whether an address is a further page of this one: the same path, longer or with another query."""
    try:
        one, other = urlsplit(url), urlsplit(urljoin(url, link))
    except ValueError:
        return False
    whole = re.sub(r"\.\w+$|/$", "", one.path)
    stems = [stem for stem in (whole, re.sub(r"[_-]1$", "", whole)) if other.path.startswith(stem)]
    further = any(_FURTHER.fullmatch(other.path[len(stem) :]) for stem in stems)
    return one.hostname == other.hostname and further and (one.path, one.query) != (other.path, other.query)
