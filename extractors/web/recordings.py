"""Which answers a folder of WARC files holds, and where in them."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import urlsplit

from contracts.clock import parse_stamp
from contracts.errors import EnvironmentFault
from contracts.text import printable
from extractors.web.mapping import Key, match_key

READ_BYTES = 1 << 20
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Record:
    """Where one recorded answer lies; its body stays in the file."""

    path: Path
    offset: int
    scheme: str
    at: datetime
    status_line: str
    headers: tuple[tuple[str, str], ...]
    size: int
    evidence: str | None
    origin: str | None

    def pieces(self) -> Iterator[bytes]:
        """The body as it was received, content codings and all."""
        with self.path.open("rb") as handle:
            handle.seek(self.offset)
            record = next(iter(_records(handle)))
            yield from _payload(record)

    def header(self, name: str) -> str | None:
        """The first header of that name (given in lower case)."""
        return next((value for key, value in self.headers if key.lower() == name), None)


class Recordings:
    """Which answers a folder of WARC files holds (`*.warc.gz`, sub-folders too), torn ones left out."""

    def __init__(self, folder: Path, at: datetime | None = None) -> None:
        if not folder.is_dir():
            raise EnvironmentFault(f"{folder} is not a folder of WARC files")
        self.name = folder.resolve().name
        self._newest: dict[Key, dict[str, Record]] = {}
        for path in sorted(folder.rglob("*.warc.gz")):
            for key, record in _index(path):
                if at is None or record.at <= at:
                    self._take(key, record)
        if not self._newest:
            _LOG.warning("%s holds no recorded answer%s", folder, f" up to {at}" if at else "")

    def _take(self, key: Key, record: Record) -> None:
        schemes = self._newest.setdefault(key, {})
        known = schemes.get(record.scheme)
        if known is None or known.at <= record.at:
            schemes[record.scheme] = record

    def find(self, method: str, url: str, scheme_known: bool = True) -> Record | None:
        """The newest answer to a logical URL; with `scheme_known` False any scheme will do, https first."""
        try:
            schemes = self._newest.get(match_key(method, url), {})
        except ValueError:
            return None
        if scheme_known:
            return schemes.get(urlsplit(url).scheme)
        return schemes.get("https") or schemes.get("http")


def _records(handle: BinaryIO) -> Any:
    from warcio.archiveiterator import ArchiveIterator

    return ArchiveIterator(handle)


def _payload(record: Any) -> Iterator[bytes]:
    from warcio.bufferedreaders import ChunkedDataReader

    stream = record.raw_stream
    if (record.http_headers.get_header("transfer-encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    while piece := stream.read(READ_BYTES):
        yield piece


def _index(path: Path) -> Iterator[tuple[Key, Record]]:
    """The whole responses of one file; whatever cannot be served is told in the log."""
    from warcio.exceptions import ArchiveLoadFailed

    found, end = 0, 0
    with path.open("rb") as handle:
        records = _records(handle)
        try:
            for record in records:
                if record.format == "warc":
                    yield from _described(record, path, records)
                    found, end = found + 1, records.get_record_offset() + records.get_record_length()
        except (ArchiveLoadFailed, zlib.error, EOFError, ValueError, KeyError) as error:
            _LOG.warning("%s: %s", path, printable(str(error), 200))
    if not found or end < path.stat().st_size:
        # warcio takes a damaged gzip member for the end of the file.
        _LOG.warning("%s cannot be read beyond byte %d: %d records found before", path, end, found)


def _described(record: Any, path: Path, records: Any) -> Iterator[tuple[Key, Record]]:
    """The record when it is a whole response. warcio reads a torn one without complaint: sizes are compared here."""
    if record.rec_type != "response" or record.http_headers is None:
        return
    size = sum(len(piece) for piece in _payload(record))
    if fault := _fault(record, size):
        _LOG.warning("%s: %s left out: %s", path, _uri(record), fault)
        return
    yield _describe(record, path, records.get_record_offset(), size)


def _uri(record: Any) -> str:
    return str(record.rec_headers.get_header("WARC-Target-URI"))


def _fault(record: Any, size: int) -> str | None:
    """Why a record must not be served, None when it is whole."""
    http, block = record.http_headers, record.rec_headers.get_header("Content-Length")
    chunked = (http.get_header("transfer-encoding") or "").lower() == "chunked"
    if not chunked and block is not None and record.payload_length not in (-1, None, size):
        return f"the record should hold {record.payload_length} bytes and has {size}"
    bodiless = http.get_statuscode() in ("204", "304") or _method(record) == "HEAD"
    declared = http.get_header("content-length")
    if not chunked and not bodiless and declared and declared.isdigit() and int(declared) != size:
        return f"Content-Length says {declared} bytes, the record has {size}"
    return None


def _method(record: Any) -> str:
    return record.rec_headers.get_header("Chokepoint-Method") or "GET"


def _describe(record: Any, path: Path, offset: int, size: int) -> tuple[Key, Record]:
    head, url = record.rec_headers.get_header, _uri(record)
    described = Record(
        path=path,
        offset=offset,
        scheme=urlsplit(url).scheme,
        at=parse_stamp(head("WARC-Date")),
        status_line=record.http_headers.statusline,
        headers=tuple(record.http_headers.headers),
        size=size,
        evidence=head("Chokepoint-Evidence"),
        origin=head("Chokepoint-Origin"),
    )
    return match_key(_method(record), url), described
