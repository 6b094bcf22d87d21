"""A recorded stand-in for the web: serves WARC files on loopback, by logical URL."""

from __future__ import annotations

import logging
import socket
import threading
from datetime import datetime
from email.message import Message
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from types import TracebackType
from urllib.parse import unquote

from contracts.clock import http_date
from contracts.errors import EnvironmentFault
from extractors.web.mapping import (
    EVIDENCE,
    HOP_BY_HOP,
    LOGICAL_URL,
    MEMENTO,
    MIRROR,
    MIRROR_HEADERS,
    ORIGIN,
    header_text,
)
from extractors.web.recordings import Record, Recordings

_LOG = logging.getLogger(__name__)
_NOT_SENT = HOP_BY_HOP | MIRROR_HEADERS | {"content-length"}


class MirrorServer:
    """A running mirror; `base` is what CHOKEPOINT_MIRROR takes."""

    def __init__(self, server: ThreadingHTTPServer, host: str) -> None:
        self._server = server
        shown = f"[{host}]" if ":" in host else host
        self.base = f"http://{shown}:{server.server_address[1]}"
        self._thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()

    def wait(self) -> None:
        """Serve until the server is closed or the process is interrupted."""
        self._thread.join()

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> MirrorServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()


def serve(
    folder: Path | str, host: str = "127.0.0.1", port: int = 0, at: datetime | None = None
) -> MirrorServer:
    """Serve a folder of WARC files on a loopback address, as things stood at `at` (None: the newest of each).

    Raises `EnvironmentFault` for another address, a port in use or a folder that is not there.
    """
    if host != "localhost" and not _is_loopback(host):
        raise EnvironmentFault(f"a mirror is served on loopback only, not on {host}")
    recordings = Recordings(Path(folder), at)

    class Handler(_Handler):
        recorded = recordings

    try:
        return MirrorServer(_Server((host, port), Handler), host)
    except OSError as error:
        raise EnvironmentFault(f"cannot serve on {host}:{port}: {error.strerror}") from None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        super().__init__(address, handler)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news; anything else belongs in the log."""
        _LOG.info("a request ended early", exc_info=True)


class _Handler(BaseHTTPRequestHandler):
    recorded: Recordings
    timeout = 30

    def _answer(self) -> None:
        record = self._find()
        if record is None:
            self._miss()
            return
        if self.command in ("GET", "HEAD") and _unchanged(record, self.headers):
            self._head("304 Not Modified", record)
            return
        self._head(record.status_line, record, record.size)
        if self.command != "HEAD":
            for piece in record.pieces():
                self.wfile.write(piece)

    do_GET = do_HEAD = do_POST = _answer  # noqa: N815 - the names http.server calls

    def _find(self) -> Record | None:
        named = self.headers.get(LOGICAL_URL)
        asked = named or f"https:/{self.path}"
        return self.recorded.find(self.command, asked, scheme_known=named is not None)

    def _head(self, status_line: str, record: Record, size: int | None = None) -> None:
        code, _, reason = status_line.partition(" ")
        self.send_response_only(int(code), reason)
        kept = [pair for pair in record.headers if pair[0].lower() not in _NOT_SENT]
        if size is not None and not (size == 0 and int(code) in (204, 304)):
            kept.append(("Content-Length", str(size)))
        for name, value in [*kept, *_stated(record, self.recorded.name)]:
            self.send_header(name, header_text(value) if not value.isascii() else value)
        self.end_headers()

    def _miss(self) -> None:
        text = b"not in this mirror\n"
        self.send_response_only(404, "Not Found")
        for name, value in (
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Length", str(len(text))),
            (MIRROR, header_text(self.recorded.name)),
        ):
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    def log_message(self, format: str, *args: object) -> None:
        """Tell the log, not the terminal."""
        _LOG.debug(format, *args)


def _stated(record: Record, name: str) -> list[tuple[str, str]]:
    """What the mirror itself says about an answer. A live answer given again is a recorded one."""
    stated = [(MEMENTO, format_datetime(record.at, usegmt=True)), (MIRROR, header_text(name))]
    if record.evidence:
        stated.append((EVIDENCE, "recorded" if record.evidence == "live" else record.evidence))
    if record.origin:
        stated.append((ORIGIN, header_text(unquote(record.origin))))
    return stated


def _unchanged(record: Record, asked: Message) -> bool:
    """Whether the validators sent name the recorded answer (If-None-Match goes before If-Modified-Since)."""
    if not record.status_line.startswith("200"):
        return False
    tags = asked.get("If-None-Match")
    if tags is not None:
        tag = record.header("etag")
        return tag is not None and tag.removeprefix("W/") in {
            t.strip().removeprefix("W/") for t in tags.split(",")
        }
    since, modified = http_date(asked.get("If-Modified-Since")), http_date(record.header("last-modified"))
    return since is not None and modified is not None and modified <= since
