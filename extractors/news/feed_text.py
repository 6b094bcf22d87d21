"""Feeds that were found, written as blocks for the list of feeds. What a stranger's page says cannot leave its string."""

from __future__ import annotations

import json
import re
import tomllib
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from contracts.clock import stamp
from contracts.errors import EnvironmentFault
from contracts.text import printable
from extractors.news.discover import Found
from extractors.news.feed_block import Block
from extractors.news.language import declared_language, script_language
from extractors.sites import site

MAX_NAME_CHARACTERS = 120
MAX_KEY_CHARACTERS = 40


def feed_blocks(found: Sequence[Found], taken: Collection[str] = ()) -> list[tuple[str, Found, str]]:
    """(key, feed, TOML block) of each feed the strict reader accepts; `taken` keys are not used again.

    The licence is unknown and the text not used, whatever the site says: only a person who has read the terms may say else.
    """
    used, made = set(taken), []
    for one in found:
        key = _key(one, used)
        text = _block(key, one)
        if _accepted(text):
            used.add(key)
            made.append((key, one, text))
    return made


def _accepted(text: str) -> bool:
    try:
        Block(Path("found"), "feed", 1, tomllib.loads(text)["feed"][0]).feed()
    except (tomllib.TOMLDecodeError, EnvironmentFault):
        return False
    return True


def _block(key: str, one: Found) -> str:
    language, sure = _language(one)
    settings: dict[str, Any] = {
        "key": key,
        "url": one.url,
        "publisher": _name(one) or site(one.url),
        "country": "unknown",
        "language": language,
        "topics": ["unsorted"],
        "cadence": "unknown",
        "licence": "unknown",
        "text": "none",
    }
    doubt = {} if sure else {"language": "not stated: look"}
    lines = [
        f"{name} = {_value(value)}" + (f" # {doubt[name]}" if name in doubt else "")
        for name, value in settings.items()
    ]
    return "\n".join([f"# {_about(one)}", "[[feed]]", *lines, ""])


def _about(one: Found) -> str:
    """Format, title and newest date, on one line."""
    reading = one.reading
    held = f"{len(reading.children)} sitemaps" if reading.children else f"{len(reading.items)} items"
    newest = f"newest {stamp(reading.newest_at)[:10]}" if reading.newest_at else "no dates"
    return f"{reading.format}, {held}, {newest}; calls itself {_value(_name(one) or 'nothing')}"


def _name(one: Found) -> str:
    return printable(one.reading.channel_title or "", MAX_NAME_CHARACTERS).strip()


def _value(value: object) -> str:
    """A TOML value: its basic strings escape as JSON's do, once no control character is left."""
    if isinstance(value, str):
        return json.dumps(printable(value), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)


def _language(one: Found) -> tuple[str, bool]:
    """ISO 639-1 as the feed states it, else by script, else as its page states it, else en, unsure."""
    scripts = Counter(script_language(item.title) for item in one.reading.items)
    common = scripts.most_common(1)[0][0] if scripts else None
    for code in (declared_language(one.reading.language), common, declared_language(one.page_language)):
        if code:
            return code, True
    return "en", False


def _key(one: Found, used: Collection[str]) -> str:
    words = f"{site(one.url).split('.')[0]} {_name(one).lower()}"
    base = re.sub(r"[^a-z0-9]+", "_", words.lower())[:MAX_KEY_CHARACTERS].strip("_")
    base = base if base[:1].isalpha() else f"feed_{base}".rstrip("_")
    return next(key for key in (base, *(f"{base}_{n}" for n in range(2, len(used) + 3))) if key not in used)
