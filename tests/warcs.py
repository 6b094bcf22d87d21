"""WARC files written by hand, for tests that need recorded answers."""

from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path


def write_warc(
    path: Path,
    url: str,
    body: bytes,
    *,
    status: str = "200 OK",
    headers: Iterable[tuple[str, str]] = (("Content-Type", "application/json"),),
    at: str = "2026-11-21T06:00:00Z",
    method: str = "GET",
    evidence: str | None = "synthetic",
    origin: str | None = None,
    content_length: int | None = None,
) -> Path:
    """Append one response record (a gzip member of its own); `content_length` may lie. Gives the path."""
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    said = {"WARC-Date": at, "Chokepoint-Method": method, "Chokepoint-Source": "test"}
    said |= {"Chokepoint-Evidence": evidence} if evidence else {}
    said |= {"Chokepoint-Origin": origin} if origin else {}
    length = ("Content-Length", str(len(body) if content_length is None else content_length))
    http = StatusAndHeaders(status, [*headers, length], protocol="HTTP/1.1")
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as handle:
        writer = WARCWriter(handle, gzip=True, warc_version="WARC/1.1")
        record = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            length=len(body) or None,
            http_headers=http,
            warc_headers_dict=said,
        )
        writer.write_record(record)
    return path
