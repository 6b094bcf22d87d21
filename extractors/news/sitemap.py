"""Google News sitemaps, and the index of sitemaps that may stand before them. A list of pages without news is no feed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from contracts.errors import SourceChanged
from extractors.news.bodies import storable
from extractors.news.dates import plausible
from extractors.news.datetext import feed_date
from extractors.news.items import MAX_ITEMS, Child, Given, Reading, Seen, read_items

_NEWS = "http://www.google.com/schemas/sitemap-news/"


def read_sitemap(text: str, seen: Seen) -> Reading | None:
    """The reading of a news sitemap or of an index; None when the text is neither.

    Raises `SourceChanged` (`not-a-feed:`) for a sitemap none of whose pages has news tags.
    """
    root = _root(text)
    name = _local(root)
    if name == "sitemapindex":
        title = _publication(root)
        return Reading("sitemap-index", title, (), {}, 0, children=tuple(_children(root, seen)))
    if name != "urlset":
        return None
    found = [(page, news) for page in _named(root, "url") if (news := _news(page)) is not None]
    if not found and next(_named(root, "url"), None) is not None:
        raise SourceChanged(
            "not-a-feed: a sitemap of pages without news tags; look for the site's news sitemap or feed"
        )
    first = found[0][1] if found else None
    language = _below(first, "publication", "language")
    return read_items("sitemap", _publication(first), found, _given, seen, language)


def _root(text: str) -> Any:
    """The root element, read without network, entities or a document type; None when it is no XML."""
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        recover=True,
        encoding="utf-8",
        huge_tree=False,
    )
    try:
        root = etree.fromstring(storable(text).lstrip().encode(), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return root


def _local(element: Any) -> str:
    tag = getattr(element, "tag", None)
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _named(element: Any, name: str) -> Iterator[Any]:
    yield from (child for child in (element if element is not None else ()) if _local(child) == name)


def _news(page: Any) -> Any:
    found = (c for c in page if isinstance(c.tag, str) and c.tag.startswith(f"{{{_NEWS}"))
    return next((child for child in found if _local(child) == "news"), None)


def _below(element: Any, *names: str) -> str | None:
    """The text of the first child by that path of names, None when there is none."""
    for name in names:
        element = next(_named(element, name), None)
    return "".join(element.itertext()).strip() or None if element is not None else None


def _publication(news: Any) -> str | None:
    return _below(news, "publication", "name")


def _given(found: tuple[Any, Any]) -> Given:
    page, news = found
    return Given(
        link=_below(page, "loc"),
        title=_below(news, "title"),
        published=feed_date(_below(news, "publication_date")),
        updated=feed_date(_below(page, "lastmod")),
    )


def _children(root: Any, seen: Seen) -> Iterator[Child]:
    for number, part in enumerate(_named(root, "sitemap")):
        link = _below(part, "loc")
        if number >= MAX_ITEMS:
            return
        if link and link.startswith(("https://", "http://")):
            dated = feed_date(_below(part, "lastmod"))
            sure = dated if dated and plausible(dated.at, seen.at) else None
            yield Child(link, sure.at if sure else None)
