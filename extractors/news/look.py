"""One look at a feed now, kept nowhere: the state it would be in."""

from __future__ import annotations

import io
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from contracts.document import Answer, Fetch
from contracts.errors import SourceBusy, SourceChanged, SourceError, SourceGone, SourceRefused
from contracts.feedstate import failed_state, refused_state
from extractors.news.source import SOURCE
from extractors.web.answered import Answered
from extractors.web.body import decoded_start

MOST_DECODED_BYTES = 16_000_000
_OUTCOMES = {SourceBusy: "busy", SourceGone: "gone", SourceRefused: "refused", SourceChanged: "changed"}


class Asker(Protocol):
    """What asks the web: `extractors.web.session.Web`, or a stand-in."""

    def fetch(self, fetch: Fetch) -> Answer: ...


@dataclass(frozen=True)
class Looked:
    """What a look came to; `items` is None where nothing was read. An index of sitemaps is ok without items."""

    state: str
    reason: str | None = None
    items: int | None = None
    newest_item_at: datetime | None = None
    channel_title: str | None = None


def look(web: Asker, fetch: Fetch) -> Looked:
    """Ask a feed and judge its answer."""
    answer = web.fetch(fetch)
    if answer.error is not None:
        return Looked(failed_state(_OUTCOMES[type(answer.error)]), str(answer.error))
    try:
        document = answered(answer)
        polls = [
            row for name, batch in SOURCE.parse(document) if name == "feed_poll" for row in batch.to_pylist()
        ]
    except SourceError as refusal:
        return Looked(refused_state(str(refusal), answer.status or 0), str(refusal))
    except Exception as error:  # whatever a document makes its reader do is a finding
        return Looked("failing", f"the parser stopped: {type(error).__name__}")
    if not polls:
        return Looked("ok", "an index of sitemaps" if answer.status != 204 else "answered 204: nothing now")
    poll = polls[0]
    return Looked(*(poll[name] for name in ("state", "reason", "items", "newest_item_at", "channel_title")))


def answered(answer: Answer) -> Answered:
    """The answer as a document, its body decoded; `SourceChanged` where it cannot be."""
    with closing(answer.body or io.BytesIO()) as body:
        coding = next((v for n, v in answer.headers if n.lower() == "content-encoding"), "")
        return Answered(answer, decoded_start(body, coding.strip().lower(), MOST_DECODED_BYTES))
