"""The list of feeds: one block each in a TOML file, with the right to use the text beside the address.

`unknown` is a value: an unknown licence means headline and link, and the page is not even requested.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from contracts.errors import EnvironmentFault

FEEDS_ENV = "CHOKEPOINT_FEEDS"
DEFAULT_FEEDS = Path(__file__).with_name("feeds.toml")
UNKNOWN = "unknown"
STALE_AFTER = timedelta(days=10)

_REQUIRED = ("key", "url", "publisher", "country", "language", "topics", "cadence", "licence", "text")
_OPTIONAL = ("terms_url", "reviewed_on", "selector")
_UNIT_DAYS = {"hour": 1 / 24, "day": 1.0}


@dataclass(frozen=True)
class Feed:
    """One feed. `country` is ISO alpha-3 (or EU27), `language` ISO 639-1, None where the file says unknown.

    `cadence_days` is the usual time between new items; `selector` a CSS selector of the article body.
    """

    key: str
    url: str
    publisher: str
    country: str | None
    language: str
    topics: tuple[str, ...]
    cadence_days: float | None
    licence: str
    text: Literal["full", "none"]
    terms_url: str | None = None
    reviewed_on: date | None = None
    selector: str | None = None

    @property
    def stale_after(self) -> timedelta:
        """How old the newest item may be: ten days, or three cadences when that is longer."""
        return max(STALE_AFTER, timedelta(days=3 * (self.cadence_days or 0)))


def load_feeds(path: Path | None = None) -> Mapping[str, Feed]:
    """Feeds by key in the file's order: `path`, else the file named by CHOKEPOINT_FEEDS, else the built-in list.

    Raises `EnvironmentFault` naming the file, the block and the key that is wrong.
    """
    chosen = path or Path(os.environ.get(FEEDS_ENV) or DEFAULT_FEEDS)
    try:
        return _load(chosen, chosen.stat().st_mtime_ns)
    except OSError as error:
        raise EnvironmentFault(f"{chosen}: cannot be read as the list of feeds: {error.strerror}") from None


def chosen_feeds(feeds: Mapping[str, Feed], keys: Iterable[str] | None) -> list[Feed]:
    """The feeds of these keys, all when None; `EnvironmentFault` for a key that is not in the list."""
    if keys is None:
        return list(feeds.values())
    wanted = list(dict.fromkeys(keys))
    missing = [key for key in wanted if key not in feeds]
    if missing:
        raise EnvironmentFault(f"no feed {', '.join(missing)}; the list has: {', '.join(feeds)}")
    return [feeds[key] for key in wanted]


@lru_cache(maxsize=8)
def _load(path: Path, _modified: int) -> Mapping[str, Feed]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EnvironmentFault(f"{path}: not valid TOML: {error}") from None
    blocks = content.pop("feed", None)
    if content or not isinstance(blocks, list) or not blocks:
        raise EnvironmentFault(f"{path}: expected [[feed]] blocks and nothing else")
    feeds: dict[str, Feed] = {}
    for number, block in enumerate(blocks, 1):
        feed = _Block(path, number, block).feed()
        twin = next((f for f in feeds.values() if f.key == feed.key or f.url == feed.url), None)
        if twin:
            raise EnvironmentFault(f"{path}: [[feed]] {number} ({feed.key}): same key or url as {twin.key}")
        feeds[feed.key] = feed
    return MappingProxyType(feeds)


class _Block:
    """Reads one [[feed]] block strictly."""

    def __init__(self, path: Path, number: int, block: object) -> None:
        self.block = block if isinstance(block, dict) else {}
        self.where = f"{path}: [[feed]] {number} ({self.block.get('key', 'no key')})"

    def feed(self) -> Feed:
        for name in self.block:
            if name not in _REQUIRED + _OPTIONAL:
                raise self._fault(name, f"is not a setting; there are {', '.join(_REQUIRED + _OPTIONAL)}")
        licence, text = self._text("licence"), self._matching("text", "full|none", "full or none")
        if text == "full":
            self._require_rights(licence)
        country = self._matching("country", f"[A-Z]{{3}}|EU27|{UNKNOWN}", "ISO alpha-3, EU27 or unknown")
        return Feed(
            key=self._matching("key", "[a-z][a-z0-9_]*", "lower-case letters, digits and _"),
            url=self._matching("url", r"https?://[^\s/]+/\S*", "an http(s) URL with a path"),
            publisher=self._text("publisher"),
            country=None if country == UNKNOWN else country,
            language=self._matching("language", "[a-z]{2}", "ISO 639-1"),
            topics=self._topics(),
            cadence_days=self._cadence(),
            licence=licence,
            text=cast(Literal["full", "none"], text),
            terms_url=self._matching("terms_url", r"https?://\S+", "an http(s) URL")
            if "terms_url" in self.block
            else None,
            reviewed_on=self._reviewed_on(),
            selector=self._selector(),
        )

    def _require_rights(self, licence: str) -> None:
        if licence == UNKNOWN:
            raise self._fault("text", 'must be "none" while the licence is unknown: headline and link only')
        for name in ("terms_url", "reviewed_on"):
            if name not in self.block:
                raise self._fault(name, 'is required with text = "full": where and when the terms were read')

    def _text(self, name: str) -> str:
        value = self.block.get(name)
        if not isinstance(value, str) or not value.strip():
            raise self._fault(name, "is missing" if value is None else "must be text")
        return value.strip()

    def _matching(self, name: str, pattern: str, expected: str) -> str:
        value = self._text(name)
        if not re.fullmatch(pattern, value):
            raise self._fault(name, f"is {value!r}, expected {expected}")
        return value

    def _topics(self) -> tuple[str, ...]:
        value = self.block.get("topics")
        if not isinstance(value, list) or not value or not all(isinstance(topic, str) for topic in value):
            raise self._fault("topics", "must be a list of at least one name")
        return tuple(value)

    def _cadence(self) -> float | None:
        """`6 hours`, `1 day`, `unknown`; in days."""
        text = self._matching(
            "cadence", rf"\d+(\.\d+)? (hour|day)s?|{UNKNOWN}", 'like "6 hours", "2 days" or unknown'
        )
        if text == UNKNOWN:
            return None
        number, unit = text.split()
        if float(number) <= 0:
            raise self._fault("cadence", "must be longer than nothing")
        return float(number) * _UNIT_DAYS[unit.removesuffix("s")]

    def _reviewed_on(self) -> date | None:
        value = self.block.get("reviewed_on")
        if value is None or type(value) is date:
            return value
        raise self._fault("reviewed_on", "must be a date like 2026-11-22 without quotes")

    def _selector(self) -> str | None:
        if "selector" not in self.block:
            return None
        import soupsieve

        value = self._text("selector")
        try:
            soupsieve.compile(value)
        except soupsieve.SelectorSyntaxError as error:
            raise self._fault("selector", f"is no CSS selector: {str(error).splitlines()[0]}") from None
        return value

    def _fault(self, name: str, problem: str) -> EnvironmentFault:
        return EnvironmentFault(f"{self.where}: {name} {problem}")
