"""A response in a file as a document: the body as it was saved, or records of a WARC file."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast

from contracts.clock import parse_stamp
from contracts.document import Source, Window
from contracts.errors import EnvironmentFault, SourceBusy
from extractors.ingest.inbox import address as inbox_address

SPOOL_BYTES = 8_000_000
CHUNK = 1 << 20


@dataclass(frozen=True)
class Saved:
    """Satisfies `contracts.document.Document`; `body` opens the decoded body."""

    source: str
    url: str
    retrieved_at: datetime
    body: BinaryIO
    scope: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    method: str = "GET"
    document_id: str = "not-archived"
    released_at: datetime | None = None
    via: str = "inbox"
    evidence: str = "recorded"

    def open(self) -> BinaryIO:
        """The whole body again, from its start."""
        copy = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - handed to the caller
        self.body.seek(0)
        while chunk := self.body.read(CHUNK):
            copy.write(chunk)
        copy.seek(0)
        return cast(BinaryIO, copy)


def documents(
    source: Source, file: Path, url: str | None, scope: Mapping[str, object] | None
) -> Iterator[Saved]:
    """The documents in a file: one body, or the responses of a `.warc.gz` (those of `url` when it is given).

    Without a stated scope, a record's own counts, else that of the planned request for the same URL. Raises
    `EnvironmentFault` for a file that cannot be read, `SourceBusy` for a torn record.
    """
    if not file.is_file():
        raise EnvironmentFault(f"there is no file {file}")
    if file.name.endswith(".warc.gz"):
        yield from _records(source, file, url, scope)
        return
    brought = url is None and source.inbox is not None and re.fullmatch(source.inbox.names, file.name, re.I)
    address = url or (inbox_address(source.info.source, file.name) if brought else file.name)
    modified = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    with file.open("rb") as body:
        known = scope if scope is not None else _scope(source, address, file.name if brought else None, body)
        yield Saved(source.info.source, address, modified, body, known)


def _scope(source: Source, address: str, name: str | None, body: BinaryIO) -> Mapping[str, object]:
    """What the file answers: as the source recognises a file of that `name` that is brought, else as it asks for it."""
    if name is None or source.inbox is None:
        return planned_scope(source, address)
    return source.inbox.recognise(name, body)


def planned_scope(source: Source, url: str) -> Mapping[str, object]:
    """The scope the source itself gives a request for this URL, empty when it plans none."""
    return next((fetch.scope for fetch in source.plan(Window()) if fetch.url == url), {})


def _records(
    source: Source, file: Path, url: str | None, scope: Mapping[str, object] | None
) -> Iterator[Saved]:
    from warcio.archiveiterator import ArchiveIterator
    from warcio.exceptions import ArchiveLoadFailed

    found = 0
    with file.open("rb") as handle:
        try:
            for record in ArchiveIterator(handle):
                address = record.rec_headers.get_header("WARC-Target-URI")
                if record.rec_type in ("response", "resource") and url in (None, address):
                    found += 1
                    yield _record(source, record, scope)
        except (ArchiveLoadFailed, zlib.error, EOFError, UnicodeDecodeError) as error:
            raise EnvironmentFault(f"{file} is no whole WARC file: {error or 'it ends early'}") from None
    if not found:
        raise EnvironmentFault(f"{file} holds no response{f' for {url}' if url else ''}")


def _record(source: Source, record: Any, scope: Mapping[str, object] | None) -> Saved:
    head, http = record.rec_headers.get_header, record.http_headers
    address, stated = head("WARC-Target-URI"), head("Chokepoint-Scope")
    body = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - handed to the caller
    stream = record.content_stream()
    while chunk := stream.read(CHUNK):
        body.write(chunk)
    while record.raw_stream.read(CHUNK):
        pass
    if record.raw_stream.limit:
        raise SourceBusy(f"the record of {address} is torn: it ends before its stated length")
    if scope is None:
        scope = json.loads(stated) if stated else planned_scope(source, address)
    return Saved(
        source=source.info.source,
        url=address,
        retrieved_at=parse_stamp(head("WARC-Date")),
        body=cast(BinaryIO, body),
        scope=scope,
        headers={name.lower(): value for name, value in http.headers} if http else {},
        status=int(http.get_statuscode()) if http else 200,
        method=head("Chokepoint-Method") or "GET",
        evidence=head("Chokepoint-Evidence") or "recorded",
    )
