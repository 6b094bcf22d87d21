"""What a source left for its next run: validators and tokens a URL. A cache: `rebuild` makes it again from the archive."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from contracts.clock import stamp
from contracts.document import Validators
from warehouse.archive import Archive, Capture
from warehouse.files import read_json, write_json
from warehouse.home import Home


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

    def validators(self) -> Validators:
        return Validators(self.etag, self.last_modified)


class SourceState:
    """The state of one source, read once and saved whole; use it under the source's lock."""

    def __init__(self, home: Home, source: str) -> None:
        self._path = home.state / f"{source}.json"
        note = read_json(self._path, {"urls": {}})
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
        )

    def still(self, url: str, at: datetime, *, conditional: bool, token: str | None) -> None:
        """The URL answered what it answered last time."""
        entry = self.urls[url]
        entry.asked_at, entry.token = stamp(at), token
        if not conditional:
            entry.unconditional_at = stamp(at)

    def save(self) -> None:
        write_json(self._path, {"urls": {url: asdict(entry) for url, entry in self.urls.items()}})


def rebuild(home: Home, source: str) -> int:
    """Make a source's state again from its archive; gives the number of URLs."""
    state = SourceState(home, source)
    state.urls.clear()
    for capture in Archive(home.archive).captures(source):
        if capture.fault is None:
            state.remember(capture, capture.token)
    state.save()
    return len(state.urls)
