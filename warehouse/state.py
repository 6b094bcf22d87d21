"""What a source left for its next run: validators, tokens and polls a URL.

A cache: `rebuild` makes it again from the archive and the log of requests.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from contracts.caching import fresh_seconds
from contracts.clock import now, parse_stamp, stamp
from contracts.document import Answer, Document, Fetch, Validators
from contracts.errors import CheckFailed
from warehouse import lake
from warehouse.archive import Archive, Capture
from warehouse.files import read_json, write_json
from warehouse.home import Home
from warehouse.polling import PollState, cache_seconds

Wait = Callable[[Document], float | None]

TOKENS = 8
UNCONDITIONAL_EVERY = timedelta(days=1)
GOOD = ("stored", "unchanged")
NO_CONTENT, EMPTY_SHA256 = 204, hashlib.sha256(b"").hexdigest()


@dataclass
class UrlState:
    """The last good answer of one URL."""

    document_id: str
    sha256: str
    etag: str | None
    last_modified: str | None
    token: str | None
    asked_at: str
    unconditional_at: str
    scope: str = ""

    def validators(self) -> Validators | None:
        """Only while the last full answer is younger than a day: sources get them wrong."""
        recent = now() - parse_stamp(self.unconditional_at) < UNCONDITIONAL_EVERY
        return Validators(self.etag, self.last_modified) if recent else None


class SourceState:
    """The state of one source, read once and saved whole; use it under the source's lock."""

    def __init__(self, home: Home, source: str) -> None:
        self._path = home.state / f"{source}.json"
        note = read_json(self._path, {"urls": {}})
        self.complete = note.get("complete", False)
        self.urls = {url: UrlState(**entry) for url, entry in note["urls"].items()}
        self.polls = {url: PollState(**entry) for url, entry in note.get("polls", {}).items()}

    def remember(self, capture: Capture, token: str | None) -> None:
        """A new answer: its validators replace the old ones, also when the source changed only those.

        An answer of nothing (204) settles nothing: it may be of a period that is not out yet.
        """
        at = stamp(capture.retrieved_at)
        self.urls[capture.url] = UrlState(
            capture.document_id,
            capture.sha256,
            capture.headers.get("etag"),
            capture.headers.get("last-modified"),
            token if capture.status != NO_CONTENT else None,
            at,
            at,
            scope_mark(capture.scope),
        )

    def still(
        self, url: str, at: datetime, headers: Mapping[str, str], *, conditional: bool, token: str | None
    ) -> None:
        """The URL answered what it answered last time; `headers` (lower-case) may bring newer validators.

        Several feeds may date one page differently: the newest tokens are all known.
        """
        entry = self.urls[url]
        if entry.token is None and entry.sha256 == EMPTY_SHA256:
            token = None
        known = [word for word in (entry.token or "").split() if word != token]
        entry.asked_at, entry.token = (
            stamp(at),
            " ".join([*known, *([token] if token else [])][-TOKENS:]) or None,
        )
        entry.etag = headers.get("etag", entry.etag if conditional else None)
        entry.last_modified = headers.get("last-modified", entry.last_modified if conditional else None)
        if not conditional:
            entry.unconditional_at = stamp(at)

    def last_polled(self, request: Fetch) -> str:
        """When a polled URL was last asked, in a form that sorts; "" for one that never was, or is not polled."""
        known = self.polls.get(request.url) if request.every_seconds is not None else None
        return known.asked_at if known else ""

    def due_at(self, request: Fetch) -> datetime | None:
        """When a polled URL may be asked again, None when nothing is known against asking now."""
        known = self.polls.get(request.url)
        return known.due_at(request.url, request.every_seconds or 0.0) if known else None

    def failing(self, request: Fetch) -> bool:
        """Whether a poll (not a page asked once) has failed since its last good answer."""
        known = self.polls.get(request.url)
        return bool(request.every_seconds and known and known.failures)

    def answered(self, request: Fetch, answer: Answer, declared: float | None, *, fresh: bool) -> None:
        """A polled URL answered; `declared` seconds are a `fresh` document's own word, else the last one's holds."""
        known = self.polls.get(request.url)
        if not request.every_seconds:
            self.polls.pop(request.url, None)  # asked once an item: only its failures need to be known
            return
        known = known or PollState("")
        declared = declared if fresh else known.declared_seconds
        known.succeed(answer.retrieved_at, declared, cache_seconds(answer))
        self.polls[request.url] = known

    def failed(self, request: Fetch, answer: Answer, outcome: str) -> float:
        """A polled URL failed; gives the weight of its errors since the last good answer."""
        known = self.polls.setdefault(request.url, PollState(""))
        known.fail(answer.retrieved_at, answer.status, str(answer.error))
        return known.errors

    def save(self, *, complete: bool = True) -> None:
        """Replace the file; not `complete` while a run goes on, whose answers the file may not have yet."""
        urls = {url: asdict(entry) for url, entry in self.urls.items()}
        polls = {url: asdict(entry) for url, entry in self.polls.items()}
        write_json(self._path, {"complete": complete, "urls": urls, "polls": polls})


def _says_nothing(document: Document) -> None:
    return None


def begin(home: Home, source: str, wait: Wait = _says_nothing) -> SourceState:
    """The state for a run, made again from the archive when the last run was killed.

    The archive has what that run kept: an older answer taken for the last one would hide that the source went back to it.
    """
    state = SourceState(home, source)
    if not state.complete:
        rebuild(home, source, wait)
        state = SourceState(home, source)
    state.save(complete=False)
    return state


def scope_mark(scope: Mapping[str, object]) -> str:
    """A short mark of what a request asks: the same bytes under another scope are another document."""
    return hashlib.sha256(json.dumps(dict(scope), sort_keys=True).encode()).hexdigest()[:12]


def rebuild(home: Home, source: str, wait: Wait = _says_nothing) -> int:
    """Make a source's state again, see `remade`, and keep it; gives the number of URLs."""
    state = remade(home, source, wait)
    state.save()
    return len(state.urls)


def as_it_stands(home: Home, source: str, wait: Wait = _says_nothing) -> SourceState:
    """The state a run would begin with; writes nothing."""
    state = SourceState(home, source)
    return state if state.complete else remade(home, source, wait)


def remade(home: Home, source: str, wait: Wait = _says_nothing) -> SourceState:
    """A source's state from its archive alone, damaged files and those brought by hand left out; writes nothing.

    The polls come from the log of requests, too; `wait` reads how long a document asks to be left alone, None for one
    that is not polled. A killed run has no log: what it archived is a good answer all the same.
    """
    state = SourceState(home, source)
    state.urls.clear()
    state.polls.clear()
    last: dict[str, Capture] = {}
    for capture in Archive(home.archive).captures(source, damaged=lambda path, reason: None):
        if capture.fault is None and capture.via != "inbox":
            state.remember(capture, capture.token)
            last[capture.url] = capture
    good = {url: capture.retrieved_at for url, capture in last.items()}
    for row in _log(home, source):
        if row["outcome"] in GOOD:
            good[row["url"]] = max(row["at"], good.get(row["url"], row["at"]))
    for url, capture in last.items():
        if (declared := _declared(wait, capture)) is not None:
            cached = fresh_seconds(capture.headers, capture.retrieved_at)
            state.polls[url] = PollState("")
            state.polls[url].succeed(good[url], declared, cached)
    bad = [r for r in _log(home, source) if r["outcome"] not in GOOD and not _older(r, good)]
    for row in sorted(bad, key=lambda row: row["at"]):
        state.polls.setdefault(row["url"], PollState("")).fail(row["at"], row["status"], row["reason"] or "")
    return state


def _declared(wait: Wait, capture: Capture) -> float | None:
    try:
        return wait(capture)
    except CheckFailed:
        return None  # parsing names the damaged file


def _older(row: Mapping[str, Any], good: Mapping[str, datetime]) -> bool:
    return row["url"] in good and row["at"] <= good[row["url"]]


def _log(home: Home, source: str) -> Iterator[dict[str, Any]]:
    return lake.each(home, source, "fetch", ["url", "at", "outcome", "status", "reason"])
