"""How often a host may be asked: spacing, Crawl-delay, and waiting when told to."""

from __future__ import annotations

from collections.abc import Callable

SPACING_SECONDS = 1.0
LONGEST_CRAWL_DELAY_SECONDS = 120.0


class Pace:
    """Spaces requests to one host; `spacing` 0 turns every wait off (a mirror of our own)."""

    def __init__(
        self, clock: Callable[[], float], sleep: Callable[[float], None], spacing: float = SPACING_SECONDS
    ) -> None:
        self._clock, self._sleep, self._spacing = clock, sleep, spacing
        self._last: dict[str, float] = {}
        self._held: dict[str, float] = {}

    def wait(self, host: str, crawl_delay: float = 0.0) -> None:
        """Sleep until the host may be asked again; `crawl_delay` seconds as its robots.txt asks, 120 at most."""
        if not self._spacing:
            return
        gap = max(self._spacing, min(crawl_delay, LONGEST_CRAWL_DELAY_SECONDS))
        rest = max(self._last.get(host, float("-inf")) + gap - self._clock(), self.held(host))
        if rest > 0:
            self._sleep(rest)
        self._last[host] = self._clock()

    def pause(self, seconds: float) -> None:
        """Sleep before a second try."""
        if self._spacing:
            self._sleep(seconds)

    def hold(self, host: str, seconds: float) -> None:
        """Note that a host asked to be left alone for some seconds."""
        if self._spacing:
            self._held[host] = max(self._held.get(host, 0.0), self._clock() + seconds)

    def held(self, host: str) -> float:
        """Seconds for which the host still wants to be left alone."""
        return max(self._held.get(host, float("-inf")) - self._clock(), 0.0)
