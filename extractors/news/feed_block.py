"""One block of the list of feeds: what a feed is and what may be done with its text, read strictly."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import cast

from contracts.errors import EnvironmentFault
from contracts.rights import UNKNOWN, TextUse
from extractors.news.listing import Selectors

STALE_AFTER = timedelta(days=10)

_REQUIRED = ("key", "url", "publisher", "country", "language", "topics", "cadence", "licence", "text")
_SELECTORS = ("item_selector", "link_selector", "title_selector", "date_selector")
_OPTIONAL = ("terms_url", "reviewed_on", "selector", "enabled", "format", *_SELECTORS)
FORMATS = ("feed", "json", "sitemap", "listing", "gdelt")
_LEFT_OUT = ("key", "url", "publisher", "reason")
_LEFT_OUT_OPTIONAL = ("licence", "terms_url", "reviewed_on")
_UNIT_DAYS = {"hour": 1 / 24, "day": 1.0}


@dataclass(frozen=True)
class Feed:
    """One feed. `country` is ISO alpha-3 (or EU27), `language` ISO 639-1, None where the file says unknown.

    `cadence_days` is the usual time between new items; `selector` a CSS selector of the article body. `format` is feed
    (RSS, RDF, Atom), json, sitemap, listing or gdelt, None where the body shows it; a listing has `listing`, its selectors.
    """

    key: str
    url: str
    publisher: str
    country: str | None
    language: str
    topics: tuple[str, ...]
    cadence_days: float | None
    licence: str
    text: TextUse
    terms_url: str | None = None
    reviewed_on: date | None = None
    selector: str | None = None
    enabled: bool = True
    format: str | None = None
    listing: Selectors | None = None

    @property
    def stale_after(self) -> timedelta:
        """How old the newest item may be: ten days, or three cadences when that is longer."""
        return max(STALE_AFTER, timedelta(days=3 * (self.cadence_days or 0)))


@dataclass(frozen=True)
class LeftOut:
    """A feed that is known and not asked, and why: its terms forbid it, or nothing here reads it."""

    key: str
    url: str
    publisher: str
    reason: str
    licence: str = UNKNOWN
    terms_url: str | None = None
    reviewed_on: date | None = None


class Block:
    """Reads one [[feed]] or [[left_out]] block; `EnvironmentFault` names file, block and setting."""

    def __init__(self, path: Path, kind: str, number: int, block: object) -> None:
        self.block = block if isinstance(block, dict) else {}
        self.where = f"{path}: [[{kind}]] {number} ({self.block.get('key', 'no key')})"

    def left_out(self) -> LeftOut:
        self._require_settings(_LEFT_OUT + _LEFT_OUT_OPTIONAL)
        return LeftOut(
            key=self._key(),
            url=self._url(),
            publisher=self._text("publisher"),
            reason=self._text("reason"),
            licence=self._text("licence") if "licence" in self.block else UNKNOWN,
            terms_url=self._terms_url(),
            reviewed_on=self._reviewed_on(),
        )

    def feed(self) -> Feed:
        self._require_settings(_REQUIRED + _OPTIONAL)
        licence, text = self._text("licence"), self._matching("text", "full|none", "full or none")
        if text == "full":
            self._require_rights(licence)
        stated = (
            self._matching("format", "|".join(FORMATS), " or ".join(FORMATS))
            if "format" in self.block
            else None
        )
        country = self._matching("country", f"[A-Z]{{3}}|EU27|{UNKNOWN}", "ISO alpha-3, EU27 or unknown")
        return Feed(
            key=self._key(),
            url=self._url(),
            publisher=self._text("publisher"),
            country=None if country == UNKNOWN else country,
            language=self._matching("language", "[a-z]{2}", "ISO 639-1"),
            topics=self._topics(),
            cadence_days=self._cadence(),
            licence=licence,
            text=cast(TextUse, text),
            terms_url=self._terms_url(),
            reviewed_on=self._reviewed_on(),
            selector=self._selector("selector"),
            enabled=self._enabled(),
            format=stated,
            listing=self._listing(stated),
        )

    def _require_settings(self, names: tuple[str, ...]) -> None:
        for name in self.block:
            if name not in names:
                raise self._fault(name, f"is not a setting; there are {', '.join(names)}")

    def _key(self) -> str:
        return self._matching("key", "[a-z][a-z0-9_]*", "lower-case letters, digits and _")

    def _url(self) -> str:
        return self._matching("url", r"https?://[^\s/]+/\S*", "an http(s) URL with a path")

    def _terms_url(self) -> str | None:
        if "terms_url" not in self.block:
            return None
        return self._matching("terms_url", r"https?://\S+", "an http(s) URL")

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

    def _enabled(self) -> bool:
        value = self.block.get("enabled", True)
        if isinstance(value, bool):
            return value
        raise self._fault("enabled", "must be true or false, without quotes")

    def _listing(self, stated: str | None) -> Selectors | None:
        """The selectors of a listing, which only a listing has."""
        if stated == "listing":
            link, title, dated = (self._selector(name) for name in _SELECTORS[1:])
            return Selectors(
                self._selector("item_selector") or self._text("item_selector"), link, title, dated
            )
        for name in _SELECTORS:
            if name in self.block:
                raise self._fault(name, 'is for format = "listing" only')
        return None

    def _selector(self, name: str) -> str | None:
        if name not in self.block:
            return None
        import soupsieve

        value = self._text(name)
        try:
            soupsieve.compile(value)
        except soupsieve.SelectorSyntaxError as error:
            raise self._fault(name, f"is no CSS selector: {str(error).splitlines()[0]}") from None
        return value

    def _fault(self, name: str, problem: str) -> EnvironmentFault:
        return EnvironmentFault(f"{self.where}: {name} {problem}")
