"""What a person or a task asks of a source, read from words: a source or one feed of it, months or days, a key or none."""

from __future__ import annotations

import calendar
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from contracts.document import Fetch, Source, Window
from contracts.errors import ChokepointError
from extractors import registry

_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")


class UnusableWindow(ChokepointError):
    """Dates that are no window of the source."""

    exit_code = 2


@dataclass(frozen=True)
class Selection:
    """A source and what to ask of it now. `feed` is the one feed chosen, None for the whole source.

    `window_counts` is False when the source asks for the same whatever the dates are.
    """

    source: Source
    feed: str | None
    plan: tuple[Fetch, ...]
    window_counts: bool


def select(name: str, start: str | None = None, end: str | None = None) -> Selection:
    """`name` is a source id or `news:<feed key>`; `start` and `end` are inclusive, months for customs, else days.

    Raises `UnknownSource`, `UnusableWindow`, `EnvironmentFault` (an unknown feed, an unfit list of queries or feeds).
    """
    source_id, _, feed = name.partition(":")
    source = registry.source(source_id)
    asked = window(source, start, end)
    if feed:
        return Selection(source, feed, _one_feed(source_id, feed), False)
    plan = tuple(source.plan(asked))
    counts = asked == Window() or {f.url for f in plan} != {f.url for f in source.plan(Window())}
    return Selection(source, None, plan, counts)


def window(source: Source, start: str | None, end: str | None) -> Window:
    """The window of two inclusive texts: `2024-01` for customs, `2024-01-31` for all else; `UnusableWindow`."""
    monthly = bool(source.info.flow_bases)
    first, last = (_date(text, monthly, is_end) for text, is_end in ((start, False), (end, True)))
    if first and last and first > last:
        raise UnusableWindow(f"the window ends ({end}) before it begins ({start})")
    return Window(first, last)


def missing_key(source: Source, environ: Mapping[str, str] = os.environ) -> str | None:
    """The variable of a required key or contact that is not set, None when nothing is missing; a mirror needs none."""
    name = source.info.key_env
    return None if name is None or environ.get(name, "").strip() or environ.get("CHOKEPOINT_MIRROR") else name


def _one_feed(source_id: str, feed: str) -> tuple[Fetch, ...]:
    from extractors.news.feeds import load_feeds
    from extractors.news.source import plan_for

    if source_id != "news":
        raise registry.UnknownSource(f"{source_id} has no feeds: only news:<key> names one")
    return tuple(plan_for(load_feeds(), [feed]))


def _date(text: str | None, monthly: bool, is_end: bool) -> date | None:
    if text is None:
        return None
    found = (_MONTH if monthly else _DAY).fullmatch(text)
    if found is None:
        raise UnusableWindow(
            f"{text!r} is not a {'month like 2024-01' if monthly else 'day like 2024-01-31'}"
        )
    try:
        year, month = int(found[1]), int(found[2])
        if monthly:
            return date(year, month, calendar.monthrange(year, month)[1] if is_end else 1)
        return date(year, month, int(found[3]))
    except ValueError:
        raise UnusableWindow(f"{text!r} is not in the calendar") from None
