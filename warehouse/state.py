"""What a source left for its next run: validators and tokens a URL. A cache: `rebuild` makes it again from the archive."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from contracts.clock import now, parse_stamp, stamp
from contracts.document import Validators
from warehouse.archive import Archive, Capture
from warehouse.files import read_json, write_json
from warehouse.home import Home

TOKENS = 8
UNCONDITIONAL_EVERY = timedelta(days=1)


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
        note = read_json(self._path, {"urls": {}, "complete": True})
        self.complete = note.get("complete", False)
        self.urls = {url: UrlState(**entry) for url, entry in note["urls"].items()}

    def remember(self, capture: Capture, token: str | None) -> None:
        """A new answer: its validators replace the old ones, also when the source changed only those."""
        at = stamp(capture.retrieved_at)
        self.urls[capture.url] = UrlState(
            capture.document_id,
            capture.sha256,
            capture.headers.get("etag"),
            capture.headers.get("last-modified"),
            token,
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
        known = [word for word in (entry.token or "").split() if word != token]
        entry.asked_at, entry.token = (
            stamp(at),
            " ".join([*known, *([token] if token else [])][-TOKENS:]) or None,
        )
        entry.etag = headers.get("etag", entry.etag if conditional else None)
        entry.last_modified = headers.get("last-modified", entry.last_modified if conditional else None)
        if not conditional:
            entry.unconditional_at = stamp(at)

    def save(self, *, complete: bool = True) -> None:
        """Replace the file; not `complete` while a run goes on, whose answers the file may not have yet."""
        urls = {url: asdict(entry) for url, entry in self.urls.items()}
        write_json(self._path, {"complete": complete, "urls": urls})


def begin(home: Home, source: str) -> SourceState:
    """The state for a run, made again from the archive when the last run was killed.

    The archive has what that run kept: an older answer taken for the last one would hide that the source went back to it.
    """
    state = SourceState(home, source)
    if not state.complete:
        rebuild(home, source)
        state = SourceState(home, source)
    state.save(complete=False)
    return state


def scope_mark(scope: Mapping[str, object]) -> str:
    """A short mark of what a request asks: the same bytes under another scope are another document."""
    return hashlib.sha256(json.dumps(dict(scope), sort_keys=True).encode()).hexdigest()[:12]


def rebuild(home: Home, source: str) -> int:
    """Make a source's state again from its archive, damaged files left out; gives the number of URLs."""
    state = SourceState(home, source)
    state.urls.clear()
    for capture in Archive(home.archive).captures(source, damaged=lambda path, reason: None):
        if capture.fault is None:
            state.remember(capture, capture.token)
    state.save()
    return len(state.urls)
