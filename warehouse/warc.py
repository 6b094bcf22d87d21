"""WARC records, one at a time: what warcio leaves to its caller.

Traps, each seen: warcio must be given the undecoded body; a length of 0 is not an empty body (None is); a torn record
reads back without an exception, so whoever opens one compares digests; a line break in a URL would write headers of its
own; of a gzip body it decodes the first member only; HTTP headers exist under http: and https: only.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from contracts.document import Answer
from contracts.errors import CheckFailed
from contracts.text import printable, url_line

CHUNK = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


def write_response(path: Path, answer: Answer, headers: Mapping[str, str]) -> None:
    """One response record with the payload as received."""
    payload, length = answer.body or BytesIO(b""), answer.size or None
    _write(path, answer, "response", headers, payload=payload, length=length)


def write_resource(path: Path, answer: Answer, headers: Mapping[str, str]) -> None:
    """One resource record: bytes that came by no request, so without status and HTTP headers."""
    payload = {"payload": answer.body or BytesIO(b""), "length": answer.size or None}
    _write(path, answer, "resource", headers, warc_content_type="application/octet-stream", **payload)


def write_revisit(path: Path, answer: Answer, headers: Mapping[str, str]) -> None:
    """One revisit record: the answer's headers, no payload."""
    _write(path, answer, "revisit", {**headers, "WARC-Profile": REVISIT_PROFILE})


def _write(path: Path, answer: Answer, kind: str, headers: Mapping[str, str], **payload: Any) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    stated = StatusAndHeaders(_status_line(answer.status or 0), list(answer.headers), protocol="HTTP/1.1")
    http = None if kind == "resource" else stated
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=True, warc_version="WARC/1.1")
        record = writer.create_warc_record(
            url_line(answer.fetch.url), kind, http_headers=http, warc_headers_dict=dict(headers), **payload
        )
        writer.write_record(record)


def _status_line(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return f"{status} Unknown"


@contextmanager
def record_at(path: Path, offset: int) -> Iterator[Any]:
    """The record at `offset`; whatever a damaged file raises ends as `CheckFailed`."""
    with _whole(path), path.open("rb") as handle:
        handle.seek(offset)
        yield next(_records(handle))


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    from warcio.exceptions import ArchiveLoadFailed

    # Of a damaged header warcio and its readers see None, half a number or no name.
    damage = (ArchiveLoadFailed, zlib.error, EOFError, ValueError, TypeError, AttributeError, KeyError)
    try:
        yield
    except (StopIteration, *damage) as error:
        why = printable(str(error), 120) or "it ends early"
        raise CheckFailed(f"{path}: the archive is damaged ({why})") from None


def records(path: Path) -> Iterator[tuple[tuple[str, bytes, str], int]]:
    """Every record of a file as ((headers, HTTP headers, payload digest), offset): what packing must not change.

    Raises `CheckFailed` for a damaged file.
    """
    with _whole(path), path.open("rb") as handle:
        found = _records(handle)
        for record in found:
            http = record.http_headers.to_ascii_bytes() if record.http_headers else b""
            digest = hashlib.sha256()
            for chunk in chunks(record.raw_stream):
                digest.update(chunk)
            yield (str(record.rec_headers), http, digest.hexdigest()), found.get_record_offset()


def record_id(record: Any) -> str:
    """A record's id without its urn."""
    return str(record.rec_headers.get_header("WARC-Record-ID")).removeprefix("<urn:uuid:").removesuffix(">")


def chunks(stream: Any) -> Iterator[bytes]:
    """A stream's bytes, a mebibyte at a time."""
    while chunk := stream.read(CHUNK):
        yield chunk


def decoded(record: Any) -> Iterator[bytes]:
    """A record's body without its content coding, every gzip member of it; what follows the last is left out."""
    http = record.http_headers
    if http is None or (http.get_header("content-encoding") or "").strip().lower() != "gzip":
        yield from chunks(record.content_stream())
        return
    member = zlib.decompressobj(_GZIP)
    for data in chunks(record.raw_stream):
        while data:
            if member.eof:
                if not data.startswith(b"\x1f"):
                    return
                member = zlib.decompressobj(_GZIP)
            yield member.decompress(data, CHUNK)
            data = member.unconsumed_tail or member.unused_data


def _records(handle: BinaryIO) -> Any:
    from warcio.archiveiterator import ArchiveIterator

    return ArchiveIterator(handle)
