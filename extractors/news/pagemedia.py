"""Audio and video that come with an article."""

from __future__ import annotations

from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

from extractors.news.pagehead import Head
from extractors.news.pageld import Node
from extractors.news.pageparts import is_furniture
from extractors.news.urls import is_web_url

_TYPES = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "aac": "audio/aac", "ogg": "audio/ogg", "wav": "audio/wav", "mp4": "video/mp4",
          "m4v": "video/mp4", "webm": "video/webm", "mov": "video/quicktime", "m3u8": "application/vnd.apple.mpegurl"}  # fmt: skip


class Enclosure(NamedTuple):
    """Address and media type (None where neither the page nor the address tells it)."""

    url: str
    type: str | None


def page_enclosure(tree: Any, head: Head) -> Enclosure | None:
    """The first audio, else the first video, of the article: a player in it, JSON-LD, og:audio, og:video."""
    found = [*_stated(head.article), *_social(head), *_players(tree)]
    whole = [Enclosure(url, kind) for link, kind in found if (url := _address(link, head.url))]
    heard = [one for one in whole if (one.type or "").startswith("audio")]
    return next(iter(heard or whole), None)


def _players(tree: Any) -> list[tuple[str, str | None]]:
    found = []
    for player in tree.iter("audio", "video"):
        sources = [player, *player.findall(".//source")]
        linked = next((part for part in sources if part.get("src")), None)
        if linked is not None and not is_furniture(player):
            link = linked.get("src")
            found.append((link, linked.get("type") or _type(link)))
    return found


def _stated(article: Node) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for name in ("audio", "associatedMedia", "video"):
        value = article.get(name)
        for media in (value if isinstance(value, list) else [value])[:3]:
            link = media.get("contentUrl") if isinstance(media, dict) else None
            if isinstance(link, str):
                kind = media.get("encodingFormat")
                found.append((link, kind if isinstance(kind, str) else _type(link)))
    return found


def _social(head: Head) -> list[tuple[str, str | None]]:
    found: list[tuple[str, str | None]] = []
    for name in ("og:audio", "og:video"):
        link = next(head.meta(f"{name}:secure_url", f"{name}:url", name), None)
        kind = next(head.meta(f"{name}:type"), None) or _type(link or "")
        if link and kind and kind.startswith(("audio", "video", "application/vnd.apple")):
            found.append((link, kind))
    return found


def _type(link: str) -> str | None:
    try:
        return _TYPES.get(urlsplit(link).path.rpartition(".")[2].lower())
    except ValueError:
        return None


def _address(link: str, base: str) -> str | None:
    try:
        url = urljoin(base, link.strip())
    except ValueError:
        return None
    return url if is_web_url(url) else None
