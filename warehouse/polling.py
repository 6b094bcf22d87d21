"""When a URL that is polled may be asked again: the publisher's word, and a longer and longer wait while it fails.

Never a silent stop: a poll that fails for ever is asked once a day for ever, and its weight of errors says so. The
weights and the linear wait are those of Media Cloud's rss-fetcher.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.caching import LONGEST_SECONDS, fresh_seconds
from contracts.clock import parse_stamp, stamp
from contracts.document import Answer

ALERT_WEIGHT = 30.0
STEP_SECONDS = 3600.0
EARLY_SECONDS = 600.0  # an hourly run comes to a feed some minutes earlier or later in its hour

_LATER = re.compile(r"try later \(in (\d+) s\)")
_LEFT_ALONE = re.compile(r"asked to be left alone for another (\d+) s")
_NAME_SERVER = re.compile(r"\[Errno -3\]|temporary failure in name resolution|try again", re.IGNORECASE)
_HALF = {404, 410, 429}


@dataclass
class PollState:
    """What the tries of one URL left. `errors` is the weight since the last good answer, `failures` their number.

    `declared_seconds` (the document's own word), `cache_seconds` (its headers') and `retry_seconds` (Retry-After) say how
    long the publisher asks us to stay away, None where it does not.
    """

    asked_at: str
    failures: int = 0
    errors: float = 0.0
    declared_seconds: float | None = None
    cache_seconds: float | None = None
    retry_seconds: float | None = None

    def due_at(self, url: str, every_seconds: float) -> datetime:
        """When the URL may be asked again, given how often it is polled while all is well."""
        asked = parse_stamp(self.asked_at)
        if not self.failures and self.retry_seconds is None:
            stated = max(self.declared_seconds or 0.0, self.cache_seconds or 0.0)
            wait = max(every_seconds - EARLY_SECONDS, min(stated, LONGEST_SECONDS))
            return asked + timedelta(seconds=wait)
        backed = min(max(every_seconds, STEP_SECONDS) * self.failures, LONGEST_SECONDS) - EARLY_SECONDS
        stated = min(self.retry_seconds or 0.0, LONGEST_SECONDS)
        return asked + timedelta(seconds=max(backed, stated) + _jitter_seconds(url))

    def succeed(self, at: datetime, declared: float | None, cached: float | None) -> None:
        self.asked_at, self.failures, self.errors = stamp(at), 0, 0.0
        self.declared_seconds, self.cache_seconds, self.retry_seconds = declared, cached, None

    def fail(self, at: datetime, status: int | None, reason: str) -> None:
        """One try that failed; `reason` is the error in our own words, as the log of requests keeps it."""
        weight = error_weight(status, reason)
        self.asked_at, self.errors = stamp(at), self.errors + weight
        self.failures += 1 if weight else 0
        self.retry_seconds = _asked_to_wait(reason)


def error_weight(status: int | None, reason: str) -> float:
    """How much a failed try counts: .5 for 404, 410, 429 and 5xx, .25 for a name server that says try again, else 1.

    Nothing when the host was not asked, because it wanted to be left alone.
    """
    if status is None and _LEFT_ALONE.search(reason):
        return 0.0
    if status in _HALF or (status or 0) >= 500:
        return 0.5
    return 0.25 if status is None and _NAME_SERVER.search(reason) else 1.0


def cache_seconds(answer: Answer) -> float | None:
    """How long the headers of an answer say it stays fresh; None when they do not say."""
    headers = {name.lower(): value for name, value in answer.headers}
    return fresh_seconds(headers, answer.retrieved_at)


def _asked_to_wait(reason: str) -> float | None:
    found = _LATER.search(reason) or _LEFT_ALONE.search(reason)
    return float(found.group(1)) if found else None


def _jitter_seconds(url: str) -> float:
    """Up to ten minutes, always the same for one URL: those told to wait alike do not come back together."""
    return int.from_bytes(hashlib.sha256(url.encode()).digest()[:4]) / 2**32 * EARLY_SECONDS
