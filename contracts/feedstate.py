"""The states a news feed can be in. They are judged from what it holds, never from a status code alone."""

from __future__ import annotations

OK, STALE, EMPTY = "ok", "stale", "empty"
NOT_A_FEED, BLOCKED, FAILING = "not_a_feed", "blocked", "failing"
STATES = (OK, STALE, EMPTY, NOT_A_FEED, BLOCKED, FAILING)


def refused_state(reason: str, status: int) -> str:
    """The state of a feed whose answer was kept and not read: its reason begins with what the answer was."""
    if reason.startswith("not-a-feed"):
        return NOT_A_FEED
    return BLOCKED if reason.startswith("blocked") or status in (401, 403) else FAILING


def failed_state(outcome: str) -> str:
    """The state of a feed whose request failed with this outcome (gone, busy, refused, changed)."""
    return BLOCKED if outcome == "refused" else FAILING
