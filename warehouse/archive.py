"""Every answer as it came: one gzipped WARC file a fetch, known by its record id, never changed.

`archive/<source>/<day retrieved>/<record id>.warc.gz`. The id is a function of the answer (source, method, URL, status,
time retrieved, payload), so the same answer stored twice is one document. Metadata sits in the record's own WARC
headers: one record, one rename, nothing to lose between two writes. A file that was brought has no time of its own unless
the person states one: its id is a function of its URL, scope, stated times and bytes, so brought again it is the same
document, at the time it first came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, cast
from urllib.parse import quote, unquote
from uuid import NAMESPACE_URL, uuid5

from contracts.clock import now, parse_stamp, stamp
from contracts.document import Answer
from contracts.errors import CheckFailed
from warehouse import warc
from warehouse.files import read_json, whole_file

SPOOL_BYTES = 8_000_000
REVISIT = "revisit-"  # in a file's name: no document, so never opened when documents are listed


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
    token: str | None
    sha256: str
    size: int
    path: Path
    offset: int

    def open(self) -> BinaryIO:
        """The decoded body, seekable; `CheckFailed` when the archived bytes are not those that were stored."""
        with warc.record_at(self.path, self.offset) as record:
            digest = hashlib.sha256()
            for chunk in warc.chunks(record.raw_stream):
                digest.update(chunk)
        if digest.hexdigest() != self.sha256:
            raise CheckFailed(f"{self.path}: the archive is damaged (its bytes are not those stored)")
        spool = SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - handed to the caller
        with warc.record_at(self.path, self.offset) as record:
            spool.writelines(warc.decoded(record))
        spool.seek(0)
        return cast(BinaryIO, spool)


class Archive:
    """The archive below one folder; `clock` tells when an answer is archived."""

    def __init__(self, root: Path, clock: Callable[[], datetime] = now) -> None:
        self.root, self._clock = root, clock

    def store(self, answer: Answer, released_at: datetime | None = None) -> Capture:
        """Keep an answer; storing the same one again changes nothing and gives the same document."""
        fetch, digest = answer.fetch, payload_sha256(answer)
        parts = (
            fetch.source,
            fetch.method,
            fetch.url,
            str(answer.status or 0),
            stamp(answer.retrieved_at),
            digest,
        )
        return self._write(answer, str(uuid5(NAMESPACE_URL, "\n".join(parts))), digest, released_at)

    def _write(self, answer: Answer, document_id: str, digest: str, released_at: datetime | None) -> Capture:
        path = self._path(answer, document_id)
        if not path.exists():
            headers = _describe(answer, document_id, digest, released_at, self._clock())
            with whole_file(path) as part:
                write = warc.write_resource if answer.via == "inbox" else warc.write_response
                write(part, answer, headers)
        return _read(path, 0)

    def store_brought(
        self, answer: Answer, released_at: datetime | None, stated_at: datetime | None
    ) -> tuple[Capture, bool]:
        """Keep a file that was brought, and whether it is new: the same one brought again is the document it was.

        `stated_at` is when the person says to have got it; our clock (`answer.retrieved_at`) makes no other document of it.
        """
        fetch = answer.fetch
        times = tuple(stamp(at) if at else "" for at in (released_at, stated_at))
        parts = (
            *("inbox", fetch.source, fetch.url, json.dumps(dict(fetch.scope), sort_keys=True)),
            *(*times, digest := payload_sha256(answer)),
        )
        document_id = str(uuid5(NAMESPACE_URL, "\n".join(parts)))
        known = self.find(fetch.source, document_id)
        return known or self._write(answer, document_id, digest, released_at), known is None

    def store_revisit(self, answer: Answer, last: str) -> None:
        """Note that a URL still answered what its last document `last` holds; no new document."""
        seed = "\n".join(("revisit", answer.fetch.url, last, stamp(answer.retrieved_at)))
        document_id = str(uuid5(NAMESPACE_URL, seed))
        path = self._path(answer, REVISIT + document_id)
        if not path.exists():
            headers = {
                "WARC-Record-ID": f"<urn:uuid:{document_id}>",
                "WARC-Date": stamp(answer.retrieved_at),
                "WARC-Refers-To": f"<urn:uuid:{last}>",
                "Chokepoint-Source": answer.fetch.source,
            }
            with whole_file(path) as part:
                warc.write_revisit(part, answer, headers)

    def sources(self) -> list[str]:
        """The sources that have at least one folder here, sorted."""
        return sorted(p.name for p in self.root.iterdir() if p.is_dir()) if self.root.is_dir() else []

    def captures(
        self,
        source: str,
        known: frozenset[str] | set[str] = frozenset(),
        damaged: Callable[[Path, str], None] | None = None,
    ) -> list[Capture]:
        """A source's documents that are not in `known`, each once, by time retrieved, then id.

        A damaged file is told to `damaged` as (path, reason) and left out; without it, `CheckFailed` is raised.
        """
        found: dict[str, Capture] = {}
        for path in sorted((self.root / source).glob("*/*.warc.gz")):
            for document_id, offset in self.index(path).items():
                if document_id.startswith(REVISIT) or document_id in known or document_id in found:
                    continue
                try:
                    found[document_id] = _read(path, offset)
                except CheckFailed as error:
                    if damaged is None:
                        raise
                    damaged(path, str(error))
        return sorted(found.values(), key=lambda c: (c.retrieved_at, c.document_id))

    def find(self, source: str, document_id: str) -> Capture | None:
        """The document of that id, None when the archive does not have it."""
        for path in (self.root / source).glob(f"*/{document_id}.warc.gz"):
            return _read(path, 0)
        for path in (self.root / source).glob("*/pack-*.warc.gz"):
            if document_id in (index := self.index(path)):
                return _read(path, index[document_id])
        return None

    def index(self, path: Path) -> dict[str, int]:
        """Record ids and offsets of one WARC file; a pack without its index (killed in mid-pack) counts for nothing."""
        if not path.name.startswith("pack-"):
            return {path.name.removesuffix(".warc.gz"): 0}
        return dict(read_json(index_path(path), {}))

    def _path(self, answer: Answer, name: str) -> Path:
        return self.root / answer.fetch.source / f"{answer.retrieved_at:%Y-%m-%d}" / f"{name}.warc.gz"


def index_path(pack: Path) -> Path:
    """Where the offsets of a pack's records stand."""
    return pack.with_name(pack.name.removesuffix(".warc.gz") + ".json")


def payload_sha256(answer: Answer) -> str:
    """The SHA-256 of an answer's payload as received; leaves the body at its start."""
    if answer.body is None:
        return hashlib.sha256(b"").hexdigest()
    answer.body.seek(0)
    digest = hashlib.file_digest(cast(Any, answer.body), "sha256").hexdigest()
    answer.body.seek(0)
    return digest


def _describe(
    answer: Answer, document_id: str, digest: str, released_at: datetime | None, at: datetime
) -> dict[str, str]:
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
        "Chokepoint-Archived-At": stamp(at),
    }
    if answer.origin:
        described["Chokepoint-Origin"] = _ascii(answer.origin)
    if fetch.token:
        described["Chokepoint-Token"] = _ascii(fetch.token)
    if released_at:
        described["Chokepoint-Released-At"] = stamp(released_at)
    if answer.error:
        described["Chokepoint-Fault"] = _ascii(str(answer.error))
    return described


def _ascii(text: str) -> str:
    return quote(text, safe=" !\"#$&'()*+,/:;<=>?@[]^`{|}~")


def _read(path: Path, offset: int) -> Capture:
    with warc.record_at(path, offset) as record:
        return _capture(record, path, offset)


def _capture(record: Any, path: Path, offset: int) -> Capture:
    head, http = record.rec_headers.get_header, record.http_headers
    brought = record.rec_type == "resource"  # by no request: it has no HTTP part
    released, origin, fault, token = (
        head(f"Chokepoint-{name}") for name in ("Released-At", "Origin", "Fault", "Token")
    )
    return Capture(
        document_id=warc.record_id(record),
        source=head("Chokepoint-Source"),
        url=head("WARC-Target-URI"),
        method=head("Chokepoint-Method"),
        status=200 if brought else int(http.get_statuscode()),
        headers={} if brought else {name.lower(): value for name, value in http.headers},
        scope=json.loads(head("Chokepoint-Scope")),
        released_at=parse_stamp(released) if released else None,
        retrieved_at=parse_stamp(head("WARC-Date")),
        archived_at=parse_stamp(head("Chokepoint-Archived-At")),
        via=head("Chokepoint-Via"),
        evidence=head("Chokepoint-Evidence"),
        origin=unquote(origin) if origin else None,
        fault=unquote(fault) if fault else None,
        token=unquote(token) if token else None,
        sha256=head("Chokepoint-SHA256"),
        size=int(record.length if brought else record.payload_length),
        path=path,
        offset=offset,
    )
