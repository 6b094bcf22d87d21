"""robots.txt of every host we ask: read by protego, kept an hour, obeyed without exception."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from contracts.errors import SourceBusy, SourceChanged, SourceRefused
from extractors.web.mapping import origin

if TYPE_CHECKING:
    from protego import Protego

KEPT_SECONDS = 3600.0
FAILURE_KEPT_SECONDS = 60.0
READ_BYTES = 500 * 1024
AGENT = "chokepoint"

Ask = Callable[[str], tuple[int, bytes]]
"""Asks for a robots.txt: its status and the first `READ_BYTES` decoded; a `SourceError` when there was no answer."""


@dataclass(frozen=True)
class _Known:
    until: float
    rules: Protego | None
    reason: str = ""  # why there are no rules


class Robots:
    """What the hosts allow. 401 and 403 forbid everything, other 4xx nothing; else the last known copy holds."""

    def __init__(self, ask: Ask, clock: Callable[[], float]) -> None:
        self._ask, self._clock = ask, clock
        self._known: dict[str, _Known] = {}

    def check(self, url: str) -> float:
        """The host's Crawl-delay in seconds (0: none).

        Raises `SourceRefused` when the URL is disallowed, `SourceBusy` when the host could not say and never did.
        """
        host = origin(url)
        known = self._current(host)
        if known.rules is None:
            raise SourceBusy(
                f"{host}/robots.txt could not be read, so this host is not asked: {known.reason}"
            )
        if not known.rules.can_fetch(url, AGENT):
            raise SourceRefused(f"robots.txt of {host} disallows {url}")
        return float(known.rules.crawl_delay(AGENT) or 0.0)

    def _current(self, host: str) -> _Known:
        known = self._known.get(host)
        if known is None or known.until <= self._clock():
            fresh = self._read(host)
            if fresh.rules is None and known is not None:
                fresh = _Known(fresh.until, known.rules, fresh.reason)
            self._known[host] = known = fresh
        return known

    def _read(self, host: str) -> _Known:
        try:
            status, body = self._ask(f"{host}/robots.txt")
        except (SourceBusy, SourceChanged) as error:
            return _Known(self._clock() + FAILURE_KEPT_SECONDS, None, str(error))
        text = _rules_text(status, body)
        if text is None:
            return _Known(self._clock() + FAILURE_KEPT_SECONDS, None, f"status {status}")
        from protego import Protego

        return _Known(self._clock() + KEPT_SECONDS, Protego.parse(text))


def _rules_text(status: int, body: bytes) -> str | None:
    """The rules a status stands for, None when the host could not say."""
    if status in (401, 403):
        return "User-agent: *\nDisallow: /"
    if 200 <= status < 300:
        return body.decode("utf-8-sig", "replace")
    return "" if 400 <= status < 500 and status not in (408, 425, 429) else None
