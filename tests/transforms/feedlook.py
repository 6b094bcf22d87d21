"""One look at a feed, and what looks say of its faults, its errors and when it is due, in plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Row = dict[str, Any]
FAILED = {"gone", "busy", "refused", "changed"}


@dataclass
class Look:
    """One time that a feed was looked at; `known` is the date by which its age is judged."""

    feed: str
    url: str
    part: bool
    at: datetime
    weight: int
    outcome: str
    state: str | None
    reason: str | None = None
    status: int | None = None
    items: int | None = None
    newest_item_at: datetime | None = None
    wait_seconds: float | None = None
    known: datetime | None = None

    @property
    def order(self) -> tuple[datetime, int, str, str, str]:
        return self.at, self.weight, self.state or "", self.reason or "", self.url


def refused(feed: str, document: Row, at: datetime) -> Look:
    reason = document["reason"]
    state = "blocked" if reason.startswith("blocked") or document["status"] in (401, 403) else "failing"
    state = "not_a_feed" if reason.startswith("not-a-feed") else state
    part = document["said"].get("part") is True
    return Look(feed, document["url"], part, at, 2, "refused by the parser", state, reason)


def faults(looks: list[Look]) -> Row:
    bad = [look for look in looks if look.state in ("failing", "blocked", "not_a_feed")]
    newest = max((look.at for look in bad), default=None)
    bad = sorted(
        (b for b in bad if b.at == newest), key=lambda b: (-b.weight, b.state or "", b.reason or "", b.url)
    )
    return {
        "last_ok_at": max((look.at for look in looks if look.state == "ok"), default=None),
        "last_error_at": newest,
        "last_error": bad[0].reason if bad else None,
    }


def tried(tries: list[Look]) -> Row:
    """What the requests of the feed itself say of errors, and of when it is due."""
    answered = max((t.at for t in tries if t.outcome not in FAILED), default=None)
    lost = [t for t in tries if t.outcome in FAILED and (answered is None or t.at > answered)]
    errors = sum(_error(t) for t in lost)
    row: Row = {"weighted_errors": errors, "alert": errors >= 30, "next_due_at": None}
    if not tries:
        return row
    newest = max(t.at for t in tries)
    last = min(
        (t for t in tries if t.at == newest),
        key=lambda t: (t.outcome not in FAILED, t.reason or "", t.outcome, -(t.wait_seconds or 0)),
    )
    if last.outcome == "led on":
        return row
    if last.outcome in FAILED:
        failures = sum(_error(t) > 0 for t in lost)
        told = re.search(r"(?:try later \(in|left alone for another) (\d+) s", last.reason or "")
        wait = max(min(3600.0 * failures, 86400.0) - 600, min(float(told.group(1)) if told else 0.0, 86400.0))
    else:
        wait = max(3000.0, min(last.wait_seconds or 0.0, 86400.0))
    return row | {"next_due_at": newest + timedelta(seconds=int(wait))}


def _error(look: Look) -> float:
    reason = (look.reason or "").lower()
    if look.status is not None:
        return 0.5 if look.status in (404, 410, 429) or look.status >= 500 else 1.0
    if "asked to be left alone" in reason:
        return 0.0
    again = ("[errno -3]", "try again", "temporary failure in name resolution")
    return 0.25 if any(words in reason for words in again) else 1.0
