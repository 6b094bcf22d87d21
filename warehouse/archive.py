"""Every answer as it came: one gzipped WARC file a fetch, known by its record id, never changed.

`archive/<source>/<day retrieved>/<record id>.warc.gz`. The id is a function of the answer (source, method, URL, status,
time retrieved, payload), so the same answer stored twice is one document. Metadata sits in the record's own WARC
headers: one record, one rename, nothing to lose between two writes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import quote, unquote
from uuid import NAMESPACE_URL, uuid5

from contracts.clock import now, parse_stamp, stamp
from contracts.document import Answer
from contracts.errors import CheckFailed
from warehouse.files import whole_file

SPOOL_BYTES = 8_000_000


@dataclass(frozen=True)
class Capture:
    """One archived answer; satisfies `contracts.document.Document`. `fault` says why it must not be parsed."""

    document_id: str
    source: str
    url: str
    method: str
    status: int
    headers: Mapping[str, str]
    scope: Mapping[str, object]
    released_at: datetime | None
    retrieved_at: datetime
    archived_at: datetime
    via: str
    evidence: str
    origin: str | None
    fault: str | None
    sha256: str
    size: int
    path: Path
    offset: int

    def open(self) -> BinaryIO:
        """The decoded body, seekable; `CheckFailed` when the archived bytes are not those that were stored."""
        spool = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - handed to the caller
        digest, size = hashlib.sha256(), 0
        with self.path.open("rb") as handle:
            handle.seek(self.offset)
            record = _records(handle).__next__()
            _require_id(record, self.document_id)
            while chunk := record.raw_stream.read(1 << 20):
                digest.update(chunk)
                size += len(chunk)
        if digest.hexdigest() != self.sha256:
            raise CheckFailed(
                f"{self.path}: {self.document_id} holds {size} bytes that are not those archived"
            )
        with self.path.open("rb") as handle:
            handle.seek(self.offset)
            stream = _records(handle).__next__().content_stream()
            while chunk := stream.read(1 << 20):
                spool.write(chunk)
        spool.seek(0)
        return cast(BinaryIO, spool)


class Archive:
    """The archive below one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def store(self, answer: Answer, released_at: datetime | None = None) -> Capture:
        """Keep an answer; storing the same one again changes nothing and gives the same document."""
        fetch, digest = answer.fetch, payload_sha256(answer)
        status = answer.status or 0
        parts = (fetch.source, fetch.method, fetch.url, str(status), stamp(answer.retrieved_at), digest)
        document_id = str(uuid5(NAMESPACE_URL, "\n".join(parts)))
        path = self._path(fetch.source, answer.retrieved_at, document_id)
        if not path.exists():
            headers = _describe(answer, document_id, digest, released_at)
            with whole_file(path) as part:
                _write_response(part, answer, headers, status)
        return self._read_one(path)

    def store_revisit(self, answer: Answer, last: str) -> None:
        """Note that a URL still answered what its last document `last` holds; no new document."""
        seed = "\n".join(("revisit", answer.fetch.url, last, stamp(answer.retrieved_at)))
        document_id = str(uuid5(NAMESPACE_URL, seed))
        path = self._path(answer.fetch.source, answer.retrieved_at, document_id)
        if not path.exists():
            with whole_file(path) as part:
                _write_revisit(part, answer, document_id, last)

    def sources(self) -> list[str]:
        """The sources that have at least one folder here, sorted."""
        return sorted(p.name for p in self.root.iterdir() if p.is_dir()) if self.root.is_dir() else []

    def captures(self, source: str, known: frozenset[str] | set[str] = frozenset()) -> list[Capture]:
        """A source's documents that are not in `known`, each once, by time retrieved, then id."""
        found: dict[str, Capture] = {}
        for path in sorted((self.root / source).glob("**/*.warc.gz")):
            if path.name.removesuffix(".warc.gz") in known:
                continue
            for capture in self._read(path):
                if capture.document_id not in known:
                    found.setdefault(capture.document_id, capture)
        return sorted(found.values(), key=lambda c: (c.retrieved_at, c.document_id))

    def find(self, source: str, document_id: str) -> Capture | None:
        """The document of that id, None when the archive does not have it."""
        for path in (self.root / source).glob(f"*/{document_id}.warc.gz"):
            return self._read_one(path)
        return next((c for c in self.captures(source) if c.document_id == document_id), None)

    def _path(self, source: str, at: datetime, document_id: str) -> Path:
        return self.root / source / f"{at:%Y-%m-%d}" / f"{document_id}.warc.gz"

    def _read_one(self, path: Path) -> Capture:
        return next(self._read(path))

    def _read(self, path: Path) -> Iterator[Capture]:
        with path.open("rb") as handle:
            records = _records(handle)
            for record in records:
                if record.rec_type == "response":
                    yield _capture(record, path, records.get_record_offset())


def _records(handle: BinaryIO) -> Any:
    from warcio.archiveiterator import ArchiveIterator

    return ArchiveIterator(handle)


def payload_sha256(answer: Answer) -> str:
    """The SHA-256 of an answer's payload as received; leaves the body at its start."""
    if answer.body is None:
        return hashlib.sha256(b"").hexdigest()
    answer.body.seek(0)
    digest = hashlib.file_digest(cast(Any, answer.body), "sha256").hexdigest()
    answer.body.seek(0)
    return digest


def _describe(answer: Answer, document_id: str, digest: str, released_at: datetime | None) -> dict[str, str]:
    fetch = answer.fetch
    described = {
        "WARC-Record-ID": f"<urn:uuid:{document_id}>",
        "WARC-Date": stamp(answer.retrieved_at),
        "Chokepoint-SHA256": digest,
        "Chokepoint-Source": fetch.source,
        "Chokepoint-Method": fetch.method,
        "Chokepoint-Via": answer.via,
        "Chokepoint-Evidence": answer.evidence,
        "Chokepoint-Scope": json.dumps(dict(fetch.scope), sort_keys=True),
        "Chokepoint-Archived-At": stamp(now()),
    }
    if answer.origin:
        described["Chokepoint-Origin"] = _ascii(answer.origin)
    if released_at:
        described["Chokepoint-Released-At"] = stamp(released_at)
    if answer.error:
        described["Chokepoint-Fault"] = _ascii(str(answer.error))
    return described


def _ascii(text: str) -> str:
    return quote(text, safe=" !\"#$&'()*+,/:;<=>?@[]^`{|}~")


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


def _write_response(path: Path, answer: Answer, warc_headers: dict[str, str], status: int) -> None:
    from io import BytesIO

    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    http = StatusAndHeaders(_status_line(status), list(answer.headers), protocol="HTTP/1.1")
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=True, warc_version="WARC/1.1")
        record = writer.create_warc_record(
            answer.fetch.url,
            "response",
            payload=answer.body or BytesIO(b""),
            length=answer.size or None,
            http_headers=http,
            warc_headers_dict=warc_headers,
        )
        writer.write_record(record)


def _write_revisit(path: Path, answer: Answer, document_id: str, last: str) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    http = StatusAndHeaders(_status_line(answer.status or 0), list(answer.headers), protocol="HTTP/1.1")
    headers = {
        "WARC-Record-ID": f"<urn:uuid:{document_id}>",
        "WARC-Date": stamp(answer.retrieved_at),
        "WARC-Refers-To": f"<urn:uuid:{last}>",
        "WARC-Profile": "http://netpreserve.org/warc/1.1/revisit/server-not-modified",
        "Chokepoint-Source": answer.fetch.source,
    }
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=True, warc_version="WARC/1.1")
        record = writer.create_warc_record(
            answer.fetch.url, "revisit", http_headers=http, warc_headers_dict=headers
        )
        writer.write_record(record)


def _require_id(record: Any, document_id: str) -> None:
    if _record_id(record) != document_id:
        raise CheckFailed(f"the archive has {_record_id(record)} where {document_id} should be")


def _record_id(record: Any) -> str:
    return str(record.rec_headers.get_header("WARC-Record-ID")).removeprefix("<urn:uuid:").removesuffix(">")


def _capture(record: Any, path: Path, offset: int) -> Capture:
    head = record.rec_headers.get_header
    http = record.http_headers
    released, origin, fault = (head(f"Chokepoint-{name}") for name in ("Released-At", "Origin", "Fault"))
    length = int(head("Content-Length")) - len(http.to_ascii_bytes())
    return Capture(
        document_id=_record_id(record),
        source=head("Chokepoint-Source"),
        url=head("WARC-Target-URI"),
        method=head("Chokepoint-Method"),
        status=int(http.get_statuscode()),
        headers={name.lower(): value for name, value in http.headers},
        scope=json.loads(head("Chokepoint-Scope")),
        released_at=parse_stamp(released) if released else None,
        retrieved_at=parse_stamp(head("WARC-Date")),
        archived_at=parse_stamp(head("Chokepoint-Archived-At")),
        via=head("Chokepoint-Via"),
        evidence=head("Chokepoint-Evidence"),
        origin=unquote(origin) if origin else None,
        fault=unquote(fault) if fault else None,
        sha256=head("Chokepoint-SHA256"),
        size=length,
        path=path,
        offset=offset,
    )
