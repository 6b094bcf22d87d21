"""The smallest question to a source, asked now, and its answer held against the source's own contract; nothing is kept."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from contracts.checkup import Check, looked, size
from contracts.clock import http_date
from contracts.datasets import checked
from contracts.document import Answer, Document, Fetch, Probe, Source
from contracts.errors import (
    EnvironmentFault,
    SourceBusy,
    SourceChanged,
    SourceError,
    SourceGone,
    SourceRefused,
)
from contracts.text import printable
from extractors import registry
from extractors.selection import missing_key, select
from extractors.web.answered import Answered
from extractors.web.body import decoded_start

MOST_DECODED_BYTES = 60_000_000
URL_CHARACTERS = 200
CLOCK_TOLERANCE = timedelta(minutes=2)
ADVICE: Mapping[type[SourceError], str] = {
    SourceBusy: "try again later; if it stays so, see whether this machine reaches the web at all",
    SourceGone: "see at the publisher's page whether the address has moved",
    SourceRefused: "see the key, CHOKEPOINT_CONTACT and the publisher's terms",
    SourceChanged: "the source has changed: its parser must follow, see `chokepoint read --help`",
}


class Asker(Protocol):
    """What asks the web: `extractors.web.session.Web`, or a stand-in."""

    def fetch(self, fetch: Fetch) -> Answer: ...


@dataclass(frozen=True)
class Question:
    """One probe to make: its name in the report (`ecb_fx`, `news:fr_bis`), the source, and what to ask."""

    name: str
    source: Source
    ask: Callable[[], Fetch]


def questions(names: Iterable[str]) -> list[Question]:
    """The probes of these sources, of every source when none is named.

    `news` by name asks every feed of the list, `news:<key>` one feed. Raises `UnknownSource`, `EnvironmentFault`.
    """
    named = list(dict.fromkeys(names))
    if not named:
        return [_own(source) for source in registry.sources().values() if source.probe]
    asked = [question for name in named for question in _named(name)]
    return list({question.name: question for question in asked}.values())


def _own(source: Source) -> Question:
    probe = source.probe
    if probe is None:
        raise EnvironmentFault(f"{source.info.source} has no probe: `chokepoint fetch` asks it all the same")
    return Question(source.info.source, source, probe.fetch)


def _named(name: str) -> list[Question]:
    source_id, _, feed = name.partition(":")
    if source_id != "news" and not feed:
        return [_own(registry.source(name))]
    chosen = select(name)
    return [Question(f"{source_id}:{f.scope['feed']}", chosen.source, _just(f)) for f in chosen.plan]


def _just(fetch: Fetch) -> Callable[[], Fetch]:
    return lambda: fetch


def probe(question: Question, web: Asker) -> tuple[Check, timedelta | None]:
    """Ask, and hold the answer against the contract; also how far the server's clock is ahead of ours, where it says."""
    name, offsets = f"online {question.name}", list[timedelta]()
    if key := missing_key(question.source):
        return Check(name, "skipped", f"needs {key}", f"set {key} in the environment"), None
    found = looked(name, lambda: _probe(name, question, web, offsets))
    return found, offsets[0] if offsets else None


def _probe(name: str, question: Question, web: Asker, offsets: list[timedelta]) -> Check:
    answer = web.fetch(question.ask())
    ahead = clock_ahead(answer)
    offsets += [ahead] if ahead is not None else []
    try:
        with closing(answer.body or io.BytesIO()) as body:
            if answer.error is not None and not _is_beginning(answer):
                raise answer.error
            coding = next((v for n, v in answer.headers if n.lower() == "content-encoding"), "")
            document = Answered(answer, decoded_start(body, coding.strip().lower(), MOST_DECODED_BYTES))
        recognised = recognise(question.source, document)
    except SourceError as error:
        return Check(name, "fail", f"{type(error).__name__}: {_located(error, answer)}", ADVICE[type(error)])
    words = f"{recognised}; {size(answer.size)} in {answer.seconds:.1f} s ({answer.status}, {answer.via})"
    return Check(name, "ok", words)


def _located(error: SourceError, answer: Answer) -> str:
    """The error with the address asked, once; the session has masked both."""
    url = printable(answer.fetch.url, URL_CHARACTERS)
    said = str(error).replace(answer.fetch.url, url)
    return said if said.startswith("https://") else f"{url}: {said}"


def _is_beginning(answer: Answer) -> bool:
    """A server that ignores Range sends all of it: what came up to the cap is the beginning that was asked for."""
    cut = answer.status == 200 and answer.size >= answer.fetch.max_bytes
    return cut and "Range" in answer.fetch.headers and isinstance(answer.error, SourceChanged)


def recognise(source: Source, document: Document) -> str:
    """What a probe's answer was recognised as; `SourceChanged` when it is not what the source documents."""
    chosen = source.probe or Probe(lambda: Fetch(source.info.source, document.url))
    try:
        if chosen.check is not None:
            chosen.check(document)
            return "the shape is as documented"
        counts: Counter[str] = Counter()
        for dataset, batch in source.parse(document):
            counts[dataset] += checked(dataset, batch).num_rows
    except (SourceError, EnvironmentFault):
        raise
    except Exception as error:  # whatever a document makes a parser do is a finding
        reason = printable(f"{type(error).__name__}: {error}", 200)
        raise SourceChanged(f"the parser stopped: {reason}") from None
    if not counts.total():
        raise SourceChanged(f"answered {document.status} without a row")
    return ", ".join(f"{dataset} {count} rows" for dataset, count in sorted(counts.items()))


def clock_ahead(answer: Answer) -> timedelta | None:
    """How far the server's clock is ahead of the time we took the answer at; None when it says no time."""
    headers = {name.lower(): value for name, value in answer.headers}
    said, age = http_date(headers.get("date")), headers.get("age", "0").strip()
    if said is None or not (age.isascii() and age.isdigit()):
        return None
    return said + timedelta(seconds=min(int(age), 10**8)) - answer.retrieved_at


def clock_online(offsets: Iterable[timedelta]) -> Check:
    """Hold our clock against the servers': it is wrong when every one of them says so."""
    nearest = min(offsets, key=abs, default=None)
    if nearest is None:
        return Check("online clock", "skipped", "no answer said what time it is")
    words = f"the nearest of the servers' clocks differs by {nearest.total_seconds():+,.0f} s"
    if abs(nearest) > CLOCK_TOLERANCE:
        return Check("online clock", "warn", words, "set the clock of this machine (NTP)")
    return Check("online clock", "ok", words)
