"""The states a news feed can be in. They are judged from what it holds, never from a status code alone."""

from __future__ import annotations

from datetime import datetime, timedelta

OK, STALE, EMPTY = "ok", "stale", "empty"
NOT_A_FEED, BLOCKED, FAILING = "not_a_feed", "blocked", "failing"
STATES = (OK, STALE, EMPTY, NOT_A_FEED, BLOCKED, FAILING)
"""What a look finds."""

NOT_ASKED = "not_asked"
UNSEEN_AT_MOST = timedelta(days=3)
"""How long what the last look found holds: three times the longest that a feed is left alone (`caching.LONGEST_SECONDS`)."""


def is_not_asked(looked_at: datetime, at: datetime) -> bool:
    """Whether a listed feed, last looked at then, is asked by nobody at `at`."""
    return at - looked_at > UNSEEN_AT_MOST


def refused_state(reason: str, status: int) -> str:
    """The state of a feed whose answer was kept and not read: its reason begins with what the answer was."""
    if reason.startswith("not-a-feed"):
        return NOT_A_FEED
    return BLOCKED if reason.startswith("blocked") or status in (401, 403) else FAILING


def failed_state(outcome: str) -> str:
    """The state of a feed whose request failed with this outcome (gone, busy, refused, changed)."""
    return BLOCKED if outcome == "refused" else FAILING
