"""What a page says of itself: its meta tags, its links, its headlines, and the JSON-LD of its own article."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urljoin, urlsplit

from extractors.news.pageld import Node, addresses, is_article, is_page, nodes_of, text_of
from extractors.news.urls import is_web_url, url_key

MAX_METAS = 500
MAX_HEADINGS = 20
MAX_TITLE_CHARACTERS = 1_000

_SEPARATED = re.compile(r"\s+[|–—\-·»•:]\s+|\s*[|_｜]\s*")
_ENDS_HERE = re.compile(r"\s*(?:[|–—_｜·»•]|-\s|$)")
_WORD = re.compile(r"[\w]+")
_HAN_DASH = re.compile(r"(?<=[\u4e00-\u9fff”》）)])\s*[-—–]+\s*(?=[\u4e00-\u9fff]{2,12}$)")


@dataclass(frozen=True)
class Head:
    """`metas` by lower-case name; `article` is the JSON-LD of this page's article (empty: none), `page` of the page."""

    url: str
    publisher: str
    marked: bool  # whether there is microdata
    language: str | None
    metas: dict[str, list[str]]
    links: dict[str, str]
    titles: list[str]
    headings: list[Any]
    nodes: list[Node] = field(default_factory=list)
    article: Node = field(default_factory=dict)
    page: Node = field(default_factory=dict)

    def meta(self, *names: str) -> Iterator[str]:
        """The contents of meta tags of these names, in the order of the names."""
        for name in names:
            yield from (text for text in self.metas.get(name, ()) if text.strip())

    @property
    def canonical(self) -> str | None:
        """The address the page gives as its own; None where it is none, or the front page for an article's."""
        url = _address(self.links.get("canonical"), self.url)
        return None if url and _is_front(url) and not _is_front(self.url) else url

    @cached_property
    def site_names(self) -> set[str]:
        """What the page and the list of feeds call the outlet, in lower case."""
        given = (*self.meta("og:site_name", "application-name"), self.publisher)
        return {folded(name) for name in given if name}


def read_head(tree: Any, url: str, publisher: str, *, marked: bool = True) -> Head:
    """One walk over the tree (lxml HTML)."""
    metas: dict[str, list[str]] = {}
    links: dict[str, str] = {}
    titles: list[Any] = []
    headings: list[Any] = []
    scripts: list[str] = []
    for element in tree.iter("meta", "link", "title", "h1", "script"):
        tag = element.tag
        if tag == "meta":
            _note(element, metas)
        elif tag == "link":
            for relation in (element.get("rel") or "").lower().split():
                links.setdefault(relation, element.get("href") or "")
        elif tag == "script":
            if "ld+json" in (element.get("type") or ""):
                scripts.append(element.text or "")
        else:
            (titles if tag == "title" else headings).append(element)
    named = [_text(title) for title in titles[:3]]
    head = Head(url, publisher, marked, tree.get("lang"), metas, links, named, headings[:MAX_HEADINGS])
    return _with_article(head, nodes_of(scripts)) if scripts else head


def page_title(head: Head) -> str | None:
    """The headline: an h1 that the page's other titles confirm, else what they say without the outlet's name."""
    outlet = head.site_names
    stated = [
        text
        for text in (
            text_of(head.article.get("headline")),
            *head.meta("og:title", "twitter:title", "headline", "parsely-title", "dc.title"),
            *head.titles,
        )
        if text
    ]
    shown = [text for text in map(_text, head.headings) if text and folded(text) not in outlet]
    for heading in shown:
        if any(_begins(heading, text) for text in stated):
            return heading
    if stated and text_of(head.article.get("headline")) == stated[0]:
        return stated[0]
    social = next(head.meta("og:title", "twitter:title"), None)
    if social:
        return _unbranded(social, outlet, sure=False)
    if len(shown) == 1 or not stated:
        return shown[0] if shown else None
    return _unbranded(stated[0], outlet, sure=True)


def folded(text: str) -> str:
    """Words in lower case, nothing else: for comparing names and headlines."""
    return " ".join(_WORD.findall(text.lower()))


def _begins(heading: str, text: str) -> bool:
    one, other = " ".join(heading.split()), " ".join(text.split())
    return other.startswith(one) and _ENDS_HERE.match(other[len(one) :]) is not None


def _unbranded(text: str, outlet: set[str], *, sure: bool) -> str:
    """Without the outlet's name at either end; `sure`: what stands apart at the end of a page title is one."""
    text = " ".join(text.split())
    named, colon, rest = text.partition(":")
    if colon and rest and folded(named) in outlet:
        return rest.strip()
    cuts = [*_SEPARATED.finditer(text), *_HAN_DASH.finditer(text)]
    for cut in cuts:
        before, after = text[: cut.start()].strip(), text[cut.end() :].strip()
        if folded(before) in outlet and after:
            return _unbranded(after, outlet, sure=sure)
        if folded(after) in outlet and before:
            return before
    if sure and cuts:
        first = text[: min(cut.start() for cut in cuts)].strip()
        return first if 2 * len(first) >= len(text) else text
    return text


def _note(element: Any, metas: dict[str, list[str]]) -> None:
    name = (
        element.get("property") or element.get("name") or element.get("itemprop") or element.get("http-equiv")
    )
    content = element.get("content")
    if name and content and len(metas) < MAX_METAS:
        metas.setdefault(name.strip().lower(), []).append(content[:MAX_TITLE_CHARACTERS])


def _text(element: Any) -> str:
    text = "".join(element.itertext())[: 4 * MAX_TITLE_CHARACTERS]
    return " ".join(text.split())[:MAX_TITLE_CHARACTERS]


def _with_article(head: Head, nodes: list[Node]) -> Head:
    articles = [node for node in nodes if is_article(node)]
    ours = [node for node in articles if _is_ours(node, head)]
    pages = [node for node in nodes if is_page(node) and _is_ours(node, head)]
    chosen = ours if len(ours) == 1 or _one_headline(ours) else _addressed(ours, head)
    return replace(head, nodes=nodes, article=chosen[0] if chosen else {}, page=pages[0] if pages else {})


def _addressed(nodes: list[Node], head: Head) -> list[Node]:
    return [node for node in nodes if _keys(head.url, addresses(node)) & _own_keys(head)]


def _is_ours(node: Node, head: Head) -> bool:
    """By its headline or its address; an object that gives neither is taken at its word."""
    headline = text_of(node.get("headline")) or text_of(node.get("name"))
    given = list(addresses(node))
    if head.url in given or (given and _keys(head.url, given) & _own_keys(head)):
        return True
    titles = [*head.titles, *head.meta("og:title"), *map(_text, head.headings)]
    if headline:
        mine = folded(headline)
        return not titles or any(mine and mine[:60] in folded(title) for title in titles)
    return not given


def _one_headline(nodes: list[Node]) -> bool:
    headlines = {text_of(node.get("headline")) for node in nodes}
    return len(headlines) == 1 and None not in headlines


def _own_keys(head: Head) -> set[str]:
    return _keys(head.url, (head.url, head.links.get("canonical") or "", *head.meta("og:url")))


def _keys(base: str, addresses: Iterable[str]) -> set[str]:
    return {key for address in addresses if (key := _key(address, base))}


def _key(link: str, base: str) -> str | None:
    try:
        return url_key(link if link.startswith("https://") else urljoin(base, link)) if link else None
    except ValueError:
        return None


def _is_front(url: str) -> bool:
    parts = urlsplit(url)
    return parts.path in ("", "/") and not parts.query


def _address(link: str | None, base: str) -> str | None:
    try:
        url = urljoin(base, (link or "").strip()) if link and link.strip() else None
    except ValueError:
        return None
    return url if url and is_web_url(url) else None
