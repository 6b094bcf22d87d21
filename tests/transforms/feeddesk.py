"""What the models of feeds say of a lake, found again from its rows by plain Python and from the definitions alone."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from itertools import pairwise
from typing import Any

from tests.transforms.feedlook import FAILED, Look, Row, faults, refused, tried

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NEVER = "it answers without an item, and none was ever read"


@dataclass
class FeedDesk:
    """The rows of one lake, by dataset, read feed by feed."""

    rows: Mapping[str, list[Row]]
    at: datetime
    documents: dict[str, Row] = field(init=False)
    polls: dict[str, Row] = field(init=False)
    rights: dict[str, Row] = field(init=False)

    def __post_init__(self) -> None:
        self.documents = {
            d["document_id"]: d | {"said": json.loads(d["scope"])} for d in self.rows["document"]
        }
        self.polls = {row["document_id"]: row for row in self.rows["feed_poll"]}
        self.items: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows["news_item"]:
            self.items[row["document_id"]].append(row)
        self.rights = {row["subject"]: row for row in self.rows["rights"] if row["subject_kind"] == "feed"}

    def place(self, document: str) -> tuple[datetime, datetime, str]:
        row = self.documents[document]
        return row["released_at"] or row["retrieved_at"], row["retrieved_at"], document

    @cached_property
    def described(self) -> dict[str, Row]:
        rows = sorted(self.rows["feed"], key=lambda row: (*self.place(row["document_id"]), row["row_number"]))
        return {row["feed"]: row for row in rows}

    @cached_property
    def answers(self) -> dict[str, Row]:
        """Documents that feeds gave."""
        return {
            name: row
            for name, row in self.documents.items()
            if row["source"] == "news" and row["said"].get("kind") == "feed" and "feed" in row["said"]
        }

    @cached_property
    def first_named(self) -> dict[tuple[str, str], datetime]:
        first: dict[tuple[str, str], datetime] = {}
        for row in self.rows["news_item"]:
            key, at = (row["feed"], row["url_key"]), self.documents[row["document_id"]]["retrieved_at"]
            first[key] = min(at, first.get(key, at))
        return first

    @cached_property
    def addresses(self) -> dict[tuple[str, str], bool]:
        """Where feeds were or are asked, and whether a part of one is there; other requests are for pages."""
        listed = [(r["feed"], r["url"]) for r in self.rows["feed"]]
        listed += [(feed, right["url"]) for feed, right in self.rights.items() if right.get("url")]
        answers = {
            (d["said"]["feed"], d["url"]): d["said"].get("part") is True for d in self.answers.values()
        }
        return dict.fromkeys(listed, False) | answers

    def looks(self) -> list[Look]:
        """Every look, with its state; one that led on and needs none has none."""
        found = [look for name, document in self.answers.items() for look in self._answered(name, document)]
        found += [look for row in self.rows["fetch"] for look in self._asked(row)]
        groups: dict[str, list[Look]] = defaultdict(list)
        for look in found:
            groups[look.feed].append(look)
        return [look for feed, group in groups.items() for look in self._judged(feed, group)]

    def _answered(self, name: str, document: Row) -> list[Look]:
        feed, part = document["said"]["feed"], document["said"].get("part") is True
        where, at = (feed, document["url"], part), document["retrieved_at"]
        if name in self.polls:
            return [self._polled(name, at, "stored")]
        if document["outcome"] == "empty":
            return [Look(*where, at, 1, "led on", None)]
        return [refused(feed, document, at)] if document["outcome"] == "quarantined" else []

    def _polled(self, name: str, at: datetime, outcome: str) -> Look:
        poll, document, first = self.polls[name], self.answers[name], self.first_named
        named = [first[r["feed"], r["url_key"]] for r in self.items[name]]
        dated = poll["newest_item_at"]
        where = (document["said"]["feed"], document["url"], document["said"].get("part") is True)
        more = {"items": poll["items"], "newest_item_at": dated, "wait_seconds": poll.get("wait_seconds")}
        known = dated or max(named, default=None)
        return Look(*where, at, 1, outcome, poll["state"], poll.get("reason"), **more, known=known)

    def _asked(self, row: Row) -> list[Look]:
        feed, name, at = row["feed"], row["document_id"], row["at"]
        if feed is None:
            return []
        if (feed, row["url"]) not in self.addresses and feed in {known for known, _ in self.addresses}:
            return []
        part = self.addresses.get((feed, row["url"]), False)
        if row["outcome"] == "unchanged" and name in self.polls:
            return [replace(self._polled(name, at, "unchanged"), feed=feed, url=row["url"])]
        if row["outcome"] == "unchanged" and name in self.answers:
            document = self.answers[name]
            if document["outcome"] == "empty":
                led_on = document["said"].get("part") is True
                return [Look(feed, row["url"], led_on, at, 1, "led on", None)]
            return [refused(feed, document, at)]
        if row["outcome"] not in FAILED:
            return []
        state = "blocked" if row["outcome"] == "refused" else "failing"
        return [Look(feed, row["url"], part, at, 0, row["outcome"], state, row["reason"], row["status"])]

    def _judged(self, feed: str, looks: list[Look]) -> list[Look]:
        cadence = (self.described.get(feed) or {}).get("cadence_days") or 0
        limit, polls = max(10, 3 * cadence) * DAY, [look for look in looks if look.items is not None]
        for look in looks:
            if look.outcome == "led on":
                before = [poll for poll in polls if poll.at <= look.at]
                look.known = max((p.known for p in before if p.known), default=None)
                look.newest_item_at = max(
                    (p.newest_item_at for p in before if p.newest_item_at), default=None
                )
                if look.known is None:
                    look.state, look.reason = "empty", NEVER
            if look.state in ("ok", None) and look.known and look.at - look.known > limit:
                dated = (
                    "the newest item is of"
                    if look.newest_item_at
                    else "no item is dated, and none is new since"
                )
                look.state, look.reason = "stale", f"{dated} {look.known:%Y-%m-%d}"
        well = {look.at.date() for look in looks if look.part and look.state == "ok"}
        for look in looks:
            if look.outcome == "led on" and look.at.date() in well:
                look.state = None
        led = [look for look in looks if look.outcome == "led on"]
        rest = [k for k in looks if k.outcome != "led on"]
        kept = [k for k in rest if not k.part or k.state == "ok" or k.at.date() not in well]
        return kept + [k for k in led if not k.part or k.at.date() not in well]

    @cached_property
    def events(self) -> list[tuple[Any, ...]]:
        """(feed, event, when, title before, title now, document) of every new title and every gap."""
        streams: dict[tuple[str, str], list[str]] = defaultdict(list)
        for name in sorted(self.polls, key=self.place):
            streams[self.polls[name]["feed"], self.documents[name]["url"]].append(name)
        found: list[tuple[Any, ...]] = []
        for (feed, _), names in streams.items():
            titled = [name for name in names if self.polls[name]["channel_title"] is not None]
            for old, new in pairwise(titled):
                before, now = (self.polls[name]["channel_title"] for name in (old, new))
                if before != now:
                    found.append((feed, "title_changed", self._at(new), before, now, new))
            filled = [name for name in names if self.polls[name]["items"] > 0]
            for old, new in pairwise(filled):
                if not self._keys(old) & self._keys(new):
                    found.append((feed, "feed_gap", self._at(new), None, None, new))
        return found

    def _at(self, name: str) -> Any:
        return self.documents[name]["retrieved_at"]

    def _keys(self, name: str) -> set[str]:
        return {row["url_key"] for row in self.items[name]}

    def health(self) -> dict[str, Row]:
        """marts.feed_health by feed."""
        looks = self.looks()
        feeds = {look.feed for look in looks if look.state} | {
            k for k, r in self.rights.items() if r["listed"]
        }
        return {feed: self._health(feed, [look for look in looks if look.feed == feed]) for feed in feeds}

    def _health(self, feed: str, looks: list[Look]) -> Row:
        row: Row = dict.fromkeys(("state", "since", "reason", "checked_at", "newest_item_at"))
        stated = sorted((look for look in looks if look.state), key=lambda look: look.order)
        if stated:
            last = stated[-1]
            turn = max((n for n, look in enumerate(stated) if look.state != last.state), default=-1) + 1
            row = {
                "state": last.state,
                "since": stated[turn].at,
                "reason": last.reason,
                "checked_at": last.at,
            }
            row |= {"newest_item_at": last.newest_item_at}
        row |= {"last_state": row["state"]}
        listed = self.rights.get(feed)
        seen = max((look.at for look in looks), default=None)
        if seen and listed and listed["listed"] and (self.at - seen) / DAY > 3:
            said = f"nobody has looked since {seen:%Y-%m-%d %H:%M}, it was {row['state']} then"
            row |= {"state": "not_asked", "since": seen, "reason": said}
        row |= faults(looks) | tried([look for look in looks if not look.part])
        row |= self._brought(feed, looks, row["checked_at"]) | self._titles(feed)
        said = self.described.get(feed) or {}
        terms = listed or said
        row |= {"url": said.get("url"), "publisher": terms.get("publisher"), "licence": terms.get("licence")}
        return row | {
            "listed": bool(listed and listed["listed"]),
            "text_use": listed["text_use"] if listed else "none",
        }

    def _brought(self, feed: str, looks: list[Look], checked_at: datetime | None) -> Row:
        polls = [look for look in looks if look.items is not None]
        if not polls or checked_at is None:
            return {"items_a_day": None, "gaps_30_days": None}
        first = min(poll.at for poll in polls)
        begun = max(p.at for p in polls if p.at == first or (p.part and p.at < first + HOUR))
        since = max(begun, checked_at - 30 * DAY)
        new = sum(key == feed and since < at <= checked_at for (key, _), at in self.first_named.items())
        gaps = [at for key, event, at, *_ in self.events if key == feed and event == "feed_gap"]
        days = (checked_at - since) / DAY
        return {
            "items_a_day": new / days if days >= 1 else None,
            "gaps_30_days": sum(at > checked_at - 30 * DAY for at in gaps),
        }

    def _titles(self, feed: str) -> Row:
        titled = [n for n, p in self.polls.items() if p["feed"] == feed and p["channel_title"] is not None]
        last = max(titled, key=self.place, default=None)
        changes = [event for event in self.events if event[0] == feed and event[1] == "title_changed"]
        newest = max(changes, key=lambda event: (event[2], event[5]), default=None)
        return {
            "channel_title": self.polls[last]["channel_title"] if last else None,
            "channel_title_changed_at": newest[2] if newest else None,
            "previous_channel_title": newest[3] if newest else None,
            "channel_title_changes": len(changes),
        }
