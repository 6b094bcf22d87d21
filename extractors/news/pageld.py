"""JSON-LD of a page: what it says of this article, and of nothing else on the page."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator, Mapping
from html import unescape
from typing import Any

MAX_JSON_CHARACTERS = 500_000
MAX_SCRIPTS = 20
MAX_NODES = 5_000

Node = Mapping[str, Any]

_ARTICLE = re.compile(r"(?:Article|Posting|Report|PodcastEpisode|RadioEpisode|PressRelease)$")
_PAGE = ("WebPage", "ItemPage", "AboutPage", "CreativeWork", "VideoObject", "ImageGallery", "MediaGallery")
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage")
_OPENING = re.compile(r"\s*(?:<!--|//|/\*)?\s*(?:<!\[CDATA\[)?\s*(?:\*/)?\s*")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")


def nodes_of(scripts: Collection[str]) -> list[Node]:
    """Every object at the top of the page's JSON-LD, in a graph or as a main entity; what is no JSON is passed over."""
    found: list[Node] = []
    for text in list(scripts)[:MAX_SCRIPTS]:
        found += _flat(_loaded(text[:MAX_JSON_CHARACTERS]))
    return found


def kinds(node: Node) -> list[str]:
    """The types of an object, without the vocabulary's address."""
    given = node.get("@type")
    return [str(kind).rpartition("/")[2] for kind in (given if isinstance(given, list) else [given]) if kind]


def is_article(node: Node) -> bool:
    """Whether the object is an article of any kind."""
    return any(_ARTICLE.search(kind) for kind in kinds(node))


def is_page(node: Node) -> bool:
    """Whether the object is the page around an article."""
    return any(kind in _PAGE for kind in kinds(node))


def addresses(node: Node) -> Iterator[str]:
    """Where the object says it is."""
    entity = node.get("mainEntityOfPage")
    for value in (node.get("url"), entity, entity.get("@id") if isinstance(entity, dict) else None):
        if isinstance(value, str) and value.startswith(("http", "/")):
            yield value


def text_of(value: object) -> str | None:
    """A text property: entities undone, blanks folded; the first of several; None for anything else."""
    if isinstance(value, list):
        value = next((part for part in value if isinstance(part, str)), None)
    if isinstance(value, dict):
        value = value.get("@value")
    return " ".join(unescape(value).split()) or None if isinstance(value, str) else None


def names_of(value: object) -> list[str]:
    """The names of persons or organisations given as text, as objects or as a list of either."""
    parts = value if isinstance(value, list) else [value]
    named = (part.get("name") if isinstance(part, dict) else part for part in parts[:20])
    return [name for part in named if (name := text_of(part))]


def _loaded(text: str) -> object:
    bare = text[_OPENING.match(text).end() :]  # type: ignore[union-attr]
    for attempt in (bare, _TRAILING_COMMA.sub("", bare)):
        try:
            return json.JSONDecoder(strict=False).raw_decode(attempt)[0]
        except (ValueError, RecursionError):
            continue
    return None


def _flat(data: object) -> Iterator[Node]:
    queue, budget = [data], MAX_NODES
    while queue and budget:
        node, budget = queue.pop(0), budget - 1
        if isinstance(node, list):
            queue.extend(node[:MAX_NODES])
        elif isinstance(node, dict):
            yield node
            queue.extend(node[name] for name in _INSIDE if isinstance(node.get(name), (dict, list)))
