"""How often a site may be asked: spacing, Crawl-delay, and waiting when told to.

The hosts of one site (`extractors.sites.site`) share one pace, as publishers count requests over all their hosts.
"""

from __future__ import annotations

from collections.abc import Callable

SPACING_SECONDS = 1.0
SLOW_SECONDS = 30.0
LONGEST_CRAWL_DELAY_SECONDS = 120.0


class Pace:
    """Spaces requests to one site; `spacing` 0 turns every wait off (a mirror of our own)."""

    def __init__(
        self, clock: Callable[[], float], sleep: Callable[[float], None], spacing: float = SPACING_SECONDS
    ) -> None:
        self._clock, self._sleep, self._spacing = clock, sleep, spacing
        self._last: dict[str, float] = {}
        self._spaced: dict[str, float] = {}
        self._slow: set[str] = set()
        self._held: dict[str, float] = {}

    def wait(self, place: str, crawl_delay: float = 0.0, own: float = 0.0) -> None:
        """Sleep until the site may be asked again; `crawl_delay` seconds as the host's robots.txt asks, 120 at most.

        `own`: seconds to the site's last request that had such a spacing of its own.
        """
        if not self._spacing:
            return
        gap = max(self._spacing, min(crawl_delay, LONGEST_CRAWL_DELAY_SECONDS))
        gap = max(gap, SLOW_SECONDS if place in self._slow else 0.0)
        rest = max(
            self._last.get(place, float("-inf")) + gap - self._clock(),
            self._spaced.get(place, float("-inf")) + own - self._clock(),
            self.held(place),
        )
        if rest > 0:
            self._sleep(rest)
        self._last[place] = self._clock()
        if own:
            self._spaced[place] = self._last[place]

    def slow_down(self, place: str) -> None:
        """From now on half a minute between requests: the site said it was asked too often, not for how long to wait."""
        self._slow.add(place)

    def pause(self, seconds: float) -> None:
        """Sleep before a second try."""
        if self._spacing:
            self._sleep(seconds)

    def hold(self, place: str, seconds: float) -> None:
        """Note that a site asked to be left alone for some seconds."""
        if self._spacing:
            self._held[place] = max(self._held.get(place, 0.0), self._clock() + seconds)

    def held(self, place: str) -> float:
        """Seconds for which the site still wants to be left alone."""
        return max(self._held.get(place, float("-inf")) - self._clock(), 0.0)
