"""The list of feeds: one block each in a TOML file, with the right to use the text beside the address.

`unknown` is a value: an unknown licence means headline and link, and the page is not even requested. Feeds that are known
and not asked stand in the same file as [[left_out]], each with its reason.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from contracts.errors import EnvironmentFault
from contracts.rights import Rights
from extractors.news.feed_block import Block, Feed, LeftOut

FEEDS_ENV = "CHOKEPOINT_FEEDS"
DEFAULT_FEEDS = Path(__file__).with_name("feeds.toml")


class FeedList(NamedTuple):
    """One file: feeds that are asked, feeds left out, feeds switched off (enabled = false), by key in the file's order."""

    feeds: Mapping[str, Feed]
    left_out: Mapping[str, LeftOut]
    off: Mapping[str, Feed]


def load_feeds(path: Path | None = None) -> Mapping[str, Feed]:
    """Feeds by key in the file's order: `path`, else the file named by CHOKEPOINT_FEEDS, else the built-in list.

    Raises `EnvironmentFault` naming the file, the block and the key that is wrong.
    """
    return load_list(path).feeds


def load_list(path: Path | None = None) -> FeedList:
    """The whole file `load_feeds` reads, feeds left out included. Raises `EnvironmentFault` as it does."""
    chosen = path or Path(os.environ.get(FEEDS_ENV) or DEFAULT_FEEDS)
    try:
        return _load(chosen, chosen.stat().st_mtime_ns)
    except OSError as error:
        raise EnvironmentFault(f"{chosen}: cannot be read as the list of feeds: {error.strerror}") from None


def rights() -> Iterator[Rights]:
    """What may be done with the words of every feed of the list in use; nothing with those that are left out."""
    feeds, left_out, off = load_list()
    for feed in (*feeds.values(), *off.values()):
        yield Rights(
            *("feed", feed.key, feed.publisher, feed.licence, feed.terms_url, feed.reviewed_on, feed.text),
            listed=feed.enabled,
            note=None if feed.enabled else "switched off in the list of feeds",
            url=feed.url,
        )
    for out in left_out.values():
        terms = (out.publisher, out.licence, out.terms_url, out.reviewed_on)
        yield Rights("feed", out.key, *terms, text_use="none", listed=False, note=out.reason)


def chosen_feeds(feeds: Mapping[str, Feed], keys: Iterable[str] | None) -> list[Feed]:
    """The feeds of these keys, all when None; `EnvironmentFault` for a key that is not in the list."""
    if keys is None:
        return list(feeds.values())
    wanted = list(dict.fromkeys(keys))
    missing = [key for key in wanted if key not in feeds]
    if off := [key for key in missing if key in load_list().off]:
        raise EnvironmentFault(f"switched off: {', '.join(off)}; say enabled = true in the list of feeds")
    if missing:
        raise EnvironmentFault(f"no feed {', '.join(missing)}; the list has: {', '.join(feeds)}")
    return [feeds[key] for key in wanted]


@lru_cache(maxsize=8)
def _load(path: Path, _modified: int) -> FeedList:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EnvironmentFault(f"{path}: not valid TOML: {error}") from None
    blocks, others = content.pop("feed", None), content.pop("left_out", [])
    if content or not isinstance(blocks, list) or not blocks or not isinstance(others, list):
        raise EnvironmentFault(f"{path}: expected [[feed]] and [[left_out]] blocks and nothing else")
    read = [Block(path, "feed", number, block).feed() for number, block in enumerate(blocks, 1)]
    out = [Block(path, "left_out", number, block).left_out() for number, block in enumerate(others, 1)]
    _require_distinct(path, [*read, *out])
    on, off = ({f.key: f for f in read if f.enabled is wanted} for wanted in (True, False))
    return FeedList(MappingProxyType(on), MappingProxyType({o.key: o for o in out}), MappingProxyType(off))


def _require_distinct(path: Path, found: Iterable[Feed | LeftOut]) -> None:
    seen: dict[str, str] = {}
    for one in found:
        for name in (one.key, one.url):
            if name in seen:
                raise EnvironmentFault(f"{path}: {one.key}: same key or url as {seen[name]}")
            seen[name] = one.key
