"""What passes between the folders: a request, the answer to it, and the rows read from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import BinaryIO, Literal, Protocol, TypeAlias

import pyarrow as pa  # noqa: TID253 - a batch is an Arrow batch; nothing here is imported by a DAG file

from contracts.errors import SourceError
from contracts.rights import Rights, TextUse

Evidence = Literal["live", "recorded", "rebuilt", "synthetic"]
Batch: TypeAlias = tuple[str, pa.RecordBatch]
"""(dataset name, rows in exactly that dataset's schema, without the provenance columns)."""


@dataclass(frozen=True)
class Window:
    """Inclusive dates to ask for; None leaves the source's own habit. Customs read months from it."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True)
class Slice:
    """One piece of what a document answers. Completeness is a property of the request, not of the rows.

    `flow_basis` keeps an answer about general imports from withdrawing imports for consumption;
    `code_prefix` "" is every code of the level; `partners` None is every partner, else source codes as asked;
    `complete` says that a key in the slice and absent from the answer has no value.
    """

    reporter: str
    flow: str
    flow_basis: str
    level: str
    code_prefix: str
    period: date
    period_type: str
    partners: tuple[str, ...] | None = None
    complete: bool = True


@dataclass(frozen=True)
class Fetch:
    """One thing to ask for.

    `url` is the logical URL and holds no secret. `secrets` maps a query parameter to the environment variable
    that holds its value, `secret_headers` a header; they exist only on the wire. `scope` is JSON-ready and says
    what the answer covers; it is archived with the answer and handed back as `Document.scope`.
    `unchanged_ok` allows validators (ETag, Last-Modified) to be sent. `token`: the URL is asked again only when the
    token differs from the one of its last good answer (None: always), e.g. the date a feed gives an article.
    `scoped`: under another scope the same address is another question, whatever the token (without a token it always
    is). `is_new`: what it asks for should just have come out, so that its absence means little.
    `follow_settled`: what the last answer of a URL that its token settled leads to is asked for all the same, where that
    was not asked yet (a killed run) or must be asked anew (an answer that could not be read).
    `same_site`: a redirect to another publisher's site is refused, because the rights to its text are another matter.
    `optional`: its loss is noted in the log of requests and fails nothing (a list that only tells sooner).
    `every_seconds`: a poll, asked again no sooner than that after a good answer, later where the publisher says so, and
    later and later while it fails (0: only the last); None: whenever it is planned. `at_once`: a person wants it now,
    due or not. `spacing_seconds`: at least that long after the site's last such request.
    """

    source: str
    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    secret_headers: Mapping[str, str] = field(default_factory=dict)
    scope: Mapping[str, object] = field(default_factory=dict)
    max_bytes: int = 15_000_000
    timeout: tuple[float, float] = (10.0, 30.0)
    unchanged_ok: bool = True
    token: str | None = None
    scoped: bool = False
    is_new: bool = False
    follow_settled: bool = False
    same_site: bool = False
    optional: bool = False
    every_seconds: float | None = None
    at_once: bool = False
    spacing_seconds: float = 0.0


@dataclass(frozen=True)
class Budget:
    """What one run of a source may take; the rest is the next run's. None: no limit.

    `followed_per_site` counts the requests to one publisher that answers lead to (pages), `minutes` the whole run.
    """

    followed_per_site: int | None = None
    minutes: float | None = None


@dataclass(frozen=True)
class Answer:
    """What came back for a `Fetch`, as received: `body` is the undecoded payload at offset 0 (None: nothing came).

    `headers` keep their order and repeats, secrets redacted. `error` is None for an answer that may be parsed; with a
    body beside it (torn, over a cap, a block page) the bytes are kept all the same. `via` is direct |
    mirror:<name> | inbox, `evidence` says how real it is, `origin` where recorded or rebuilt figures came from.
    """

    fetch: Fetch
    status: int | None
    headers: tuple[tuple[str, str], ...]
    body: BinaryIO | None
    size: int
    retrieved_at: datetime
    via: str
    evidence: Evidence
    origin: str | None
    error: SourceError | None
    seconds: float


@dataclass(frozen=True)
class Validators:
    """What the last good answer of a URL left for the next question."""

    etag: str | None = None
    last_modified: str | None = None


class Document(Protocol):
    """One archived answer. Times are UTC and timezone-aware; `headers` has lower-case names."""

    @property
    def document_id(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def scope(self) -> Mapping[str, object]: ...
    @property
    def released_at(self) -> datetime | None: ...
    @property
    def retrieved_at(self) -> datetime: ...
    @property
    def via(self) -> str: ...
    @property
    def evidence(self) -> str: ...
    def open(self) -> BinaryIO:
        """A fresh stream over the decoded body (content codings undone), never the whole body in memory."""
        ...


@dataclass(frozen=True)
class SourceInfo:
    """What a source is, said once, at the top of its own file; released as `meta.source`.

    `cadence_days` and `lag_days`: a new period is expected every cadence and appears lag days after its end.
    `key_env` is the environment variable of a required key, None when there is none. `licence` may be "unknown";
    `terms_url` and `reviewed_on` say where and when the terms were read, None when they were not. `text`: "full" when
    the publisher's own words may be kept and released, else "none" and only facts and links are.
    """

    source: str
    title: str
    publisher: str
    homepage: str
    licence: str
    terms_url: str | None
    cadence_days: int
    lag_days: int
    parser_version: str
    flow_bases: tuple[str, ...] = ()
    currency: str | None = None
    scale: int = 1
    country_codes: str | None = None
    key_env: str | None = None
    note: str = ""
    reviewed_on: date | None = None
    text: TextUse = "none"

    @property
    def rights(self) -> Rights:
        """What may be done with its words."""
        terms = (self.publisher, self.licence, self.terms_url, self.reviewed_on, self.text)
        return Rights("source", self.source, *terms)


@dataclass(frozen=True)
class Probe:
    """The smallest question that shows whether a source still answers as documented; nothing of it is kept.

    `check(document)` raises `SourceChanged` when the answer has another shape. None: the source's own `parse` must give
    a row; a source whose whole answer is large asks for its beginning (a Range header) and checks that.
    """

    fetch: Callable[[], Fetch]
    check: Callable[[Document], None] | None = None


@dataclass(frozen=True)
class Inbox:
    """Files of a source that people bring in `inbox/<source>/`; each becomes a document as an answer does.

    `names` is the pattern a whole file name must match (case ignored). `recognise(name, file)` tells from the name and the
    open, seekable file what the file answers: the scope it is archived with; it reads little, checks the sizes inside an
    archive before anything is unpacked, and raises `SourceChanged` with a reason a person can act on.
    """

    names: str
    recognise: Callable[[str, BinaryIO], Mapping[str, object]]
    max_bytes: int = 500_000_000


def _nowhere(document: Document) -> Iterable[Fetch]:
    """Where the answers of most sources lead."""
    return ()


@dataclass(frozen=True)
class Source:
    """A source is one thing in one place: its description and three verbs.

    `plan(window)` says what to ask for; `follow(document)` what an answer leads to (feed -> pages, index -> files);
    `parse(document)` yields batches and raises `SourceChanged` when the document is not what is documented, `SourceBusy`
    when a 200 says to come later: that settles no token, so the next run asks again.
    `slices(document)` says which cells the document answers (customs only). `released_at(headers)` reads the time the
    publisher states for the release, None when it states none; `released_in(document)` does so where the document's own
    text states it. `new_columns(document)` names the columns of an answer
    that the parser does not know: recorded with the document, never a fault. `rights()` says what may be done with the
    words of each publisher a source gathers (its feeds), beside those of the source itself in `info`.
    `inbox`: which files of it people may bring; a source that is only brought plans nothing and has no probe.
    `wait_seconds(document)` is how long the document of a poll asks to be left alone (0 when it does not say), None when
    it is of no poll. `budget` is what one run may take. `plain_http`: the publisher's site has no TLS, so its addresses
    may begin with http; what comes that way could have been changed on its way.
    """

    info: SourceInfo
    parse: Callable[[Document], Iterable[Batch]]
    plan: Callable[[Window], Iterable[Fetch]] = lambda window: ()
    follow: Callable[[Document], Iterable[Fetch]] = _nowhere
    slices: Callable[[Document], Iterable[Slice]] = lambda document: ()
    released_at: Callable[[Mapping[str, str]], datetime | None] = lambda headers: None
    released_in: Callable[[Document], datetime | None] = lambda document: None
    new_columns: Callable[[Document], Iterable[str]] = lambda document: ()
    tolerated_failure_share: float = 0.0
    probe: Probe | None = None
    rights: Callable[[], Iterable[Rights]] = lambda: ()
    wait_seconds: Callable[[Document], float | None] = lambda document: None
    inbox: Inbox | None = None
    budget: Budget = Budget()
    plain_http: bool = False

    @property
    def leads_on(self) -> bool:
        """Whether its answers may lead to more requests."""
        return self.follow is not _nowhere
