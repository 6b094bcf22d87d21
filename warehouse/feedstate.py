"""How the feeds of a source stand now, by the lake and the state of its polls: what `marts.feed_health` says of a release."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from types import MappingProxyType
from typing import Any

from contracts.feedstate import EMPTY, NOT_ASKED, OK, STALE, failed_state, is_not_asked, refused_state
from warehouse import lake
from warehouse.home import Home

FAILURES = ("gone", "busy", "refused", "changed")
LIMIT = timedelta(days=10)
NOWHERE: Mapping[str, str] = MappingProxyType({})
_LED_ON = "led on"


@dataclass(frozen=True)
class FeedState:
    """The newest event of a feed, since when it has been in that state, and when it was last looked at at all."""

    state: str
    since: datetime
    reason: str | None
    checked_at: datetime
    newest_item_at: datetime | None
    channel_title: str | None
    looked_at: datetime

    def judged(self, at: datetime) -> FeedState:
        """How a listed feed is at `at`: `not_asked` where nobody has looked for long, whatever was found then."""
        if not is_not_asked(self.looked_at, at):
            return self
        reason = f"nobody has looked since {self.looked_at:%Y-%m-%d %H:%M}, it was {self.state} then"
        return replace(self, state=NOT_ASKED, since=self.looked_at, reason=reason)


@dataclass(frozen=True)
class _Event:
    at: datetime
    weight: int
    state: str
    reason: str
    url: str
    part: bool = False
    newest_item_at: datetime | None = None
    channel_title: str | None = None
    newest_at: datetime | None = None
    led_on: bool = False


def feed_states(
    home: Home, source: str, limits: Mapping[str, timedelta], urls: Mapping[str, str] = NOWHERE
) -> dict[str, FeedState]:
    """What the last look at every feed that was ever asked found, by key.

    `limits` say how old its newest item may be, `urls` where it is asked now, which may be where it never answered.
    """
    looks = _Looks(home, source, limits, urls)
    found = sorted(looks.events(), key=lambda pair: (pair[0], _order(pair[1])))
    by_feed = {
        feed: [event for _, event in pairs] for feed, pairs in groupby(found, key=lambda pair: pair[0])
    }
    whole = {feed: _whole(_aged(events, limits.get(feed, LIMIT))) for feed, events in by_feed.items()}
    looked = {feed: max(event.at for event in _whole(events)) for feed, events in by_feed.items()}
    return {feed: _newest(events, looked[feed]) for feed, events in whole.items() if events}


class _Looks:
    """Every time a feed was looked at: documents read, documents refused, requests that failed."""

    def __init__(
        self, home: Home, source: str, limits: Mapping[str, timedelta], urls: Mapping[str, str]
    ) -> None:
        self.home, self.source, self.limits, self.urls = home, source, limits, urls
        columns = ["document_id", "url", "status", "scope", "outcome", "reason", "retrieved_at"]
        self.documents: dict[str, dict[str, Any]] = {}
        for row in lake.each(home, source, "document", columns):
            scope = json.loads(row.pop("scope"))
            if scope.get("kind") == "feed" and isinstance(scope.get("feed"), str):
                part = scope.get("part") is True
                self.documents[row["document_id"]] = row | {"feed": scope["feed"], "part": part}
        self.polls = {row["document_id"]: row for row in lake.each(home, source, "feed_poll")}
        self.named = self._newest_named()

    def events(self) -> Iterator[tuple[str, _Event]]:
        for document_id, document in self.documents.items():
            if document_id in self.polls:
                yield document["feed"], self._polled(document_id, document["retrieved_at"])
            elif document["outcome"] == "quarantined":
                yield document["feed"], _refused(document, document["retrieved_at"])
            elif document["outcome"] == "empty":
                yield document["feed"], _led_on(document, document["retrieved_at"])
        parts = dict.fromkeys(self.urls.items(), False)
        parts |= {(d["feed"], d["url"]): d["part"] for d in self.documents.values()}
        feeds = {feed for feed, _ in parts}
        for row in lake.each(self.home, self.source, "fetch"):
            feed = row["feed"]
            if row["outcome"] == "unchanged" and row["document_id"] in self.polls:
                yield feed, self._polled(row["document_id"], row["at"])
            elif row["outcome"] == "unchanged" and self._outcome(row["document_id"]) == "empty":
                yield feed, _led_on(self.documents[row["document_id"]], row["at"])
            elif row["outcome"] == "unchanged" and self._outcome(row["document_id"]) == "quarantined":
                yield feed, _refused(self.documents[row["document_id"]], row["at"])
            elif row["outcome"] in FAILURES and feed and ((feed, row["url"]) in parts or feed not in feeds):
                part = parts.get((feed, row["url"]), False)
                state = failed_state(row["outcome"])
                yield feed, _Event(row["at"], 0, state, row["reason"] or "", row["url"], part)

    def _outcome(self, document_id: str | None) -> str | None:
        return self.documents[document_id]["outcome"] if document_id in self.documents else None

    def _polled(self, document_id: str, at: datetime) -> _Event:
        poll, document = self.polls[document_id], self.documents[document_id]
        state, reason = poll["state"], poll["reason"] or ""
        newest = poll["newest_item_at"] or self.named.get(document_id)
        limit = self.limits.get(document["feed"], LIMIT)
        if state == OK and newest is not None and at - newest > limit:
            dated = poll["newest_item_at"] is not None
            state, reason = STALE, _too_old(newest, dated=dated)
        where = (document["url"], document["part"])
        return _Event(at, 1, state, reason, *where, poll["newest_item_at"], poll["channel_title"], newest)

    def _newest_named(self) -> dict[str, datetime]:
        """When the newest item of a poll without dates was first listed, by document."""
        undated = {d for d, poll in self.polls.items() if poll["newest_item_at"] is None}
        feeds = {self.documents[d]["feed"] for d in undated if d in self.documents}
        first: dict[tuple[str, str], datetime] = {}
        listed: dict[str, list[tuple[str, str]]] = {}
        for row in lake.each(self.home, self.source, "news_item", ["document_id", "feed", "url_key"]):
            if row["feed"] in feeds and row["document_id"] in self.documents:
                key, at = (row["feed"], row["url_key"]), self.documents[row["document_id"]]["retrieved_at"]
                first[key] = min(at, first.get(key, at))
                listed.setdefault(row["document_id"], []).append(key)
        return {d: max(first[key] for key in listed[d]) for d in undated if d in listed}


def _too_old(newest: datetime, *, dated: bool) -> str:
    if dated:
        return f"the newest item is of {newest:%Y-%m-%d}"
    return f"no item is dated, and none is new since {newest:%Y-%m-%d}"


def _refused(document: Mapping[str, Any], at: datetime) -> _Event:
    """An answer that was kept and not read."""
    reason = document["reason"] or ""
    state = refused_state(reason, document["status"])
    return _Event(at, 2, state, reason, document["url"], document["part"])


def _led_on(document: Mapping[str, Any], at: datetime) -> _Event:
    """An answer without items of its own: an index of sitemaps, or a 204."""
    return _Event(at, 1, _LED_ON, "", document["url"], document["part"])


def _aged(events: list[_Event], limit: timedelta) -> list[_Event]:
    """Answers that led on with the state of what is known by then; without those after which that is young enough."""
    found, known, dates = list[_Event](), list[datetime](), list[datetime]()
    for at, together in groupby(events, key=lambda event: event.at):
        group = list(together)
        known += [event.newest_at for event in group if event.newest_at is not None]
        dates += [event.newest_item_at for event in group if event.newest_item_at is not None]
        newest, dated = max(known, default=None), max(dates, default=None)
        for event in group:
            if event.state != _LED_ON:
                found.append(event)
            elif newest is None:
                reason = "it answers without an item, and none was ever read"
                found.append(replace(event, state=EMPTY, reason=reason, led_on=True))
            elif at - newest > limit:
                reason = _too_old(newest, dated=dated is not None)
                found.append(replace(event, state=STALE, reason=reason, newest_item_at=dated, led_on=True))
    return sorted(found, key=_order)


def _order(event: _Event) -> tuple[datetime, int, str, str, str]:
    return event.at, event.weight, event.state, event.reason, event.url


def _whole(events: list[_Event]) -> list[_Event]:
    """A feed in several parts is as well as its best part of that day."""
    well = {event.at.date() for event in events if event.part and event.state == OK}
    return [e for e in events if not (e.part or e.led_on) or e.state == OK or e.at.date() not in well]


def _newest(events: list[_Event], looked_at: datetime) -> FeedState:
    last = events[-1]
    since = last.at
    for event in reversed(events):
        if event.state != last.state:
            break
        since = event.at
    title = next((e.channel_title for e in reversed(events) if e.channel_title), None)
    return FeedState(
        last.state, since, last.reason or None, last.at, last.newest_item_at, title, looked_at=looked_at
    )
