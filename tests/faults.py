"""The ways an answer can go wrong, each as something a server does on the wire."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler

Pairs = tuple[tuple[str, str], ...]
Headers = Iterable[tuple[str, str]]
Answer = Callable[["Exchange"], None]

HTML = b"<!doctype html><title>Notice</title><p>This is a page, not data.</p>"
OTHER_SHAPE = b'[["SURPRISE","COLUMN"],["1","2"]]'


@dataclass(frozen=True)
class Seen:
    """One request as it came. `headers` has lower-case names."""

    method: str
    path: str
    query: Pairs
    headers: Mapping[str, str]
    target: str  # path and query as they came


class Exchange:
    """One connection being answered: raw writes, so that lengths may lie."""

    def __init__(self, handler: BaseHTTPRequestHandler, seen: Seen, stopping: threading.Event) -> None:
        self._handler, self.seen, self.stopping = handler, seen, stopping

    def start(self, status: int, headers: Headers = ()) -> None:
        phrase = HTTPStatus(status).phrase
        lines = [f"HTTP/1.1 {status} {phrase}", *(f"{name}: {value}" for name, value in headers)]
        self.write("\r\n".join([*lines, "Connection: close", "", ""]).encode("latin-1"))

    def write(self, data: bytes) -> None:
        self._handler.wfile.write(data)

    def send(self, status: int, body: bytes = b"", headers: Headers = ()) -> None:
        self.start(status, [*headers, ("Content-Length", str(len(body)))])
        if self.seen.method != "HEAD":
            self.write(body)


def good(
    body: bytes, content_type: str = "application/json", status: int = 200, headers: Headers = ()
) -> Answer:
    """An answer with nothing wrong about it."""
    return lambda x: x.send(status, body, [("Content-Type", content_type), *headers])


def _status(status: int) -> Callable[..., Answer]:
    def make(
        body: bytes = b"failed", headers: Headers = (), retry_after: int | None = None, form: str = "s"
    ) -> Answer:
        """`retry_after` seconds, stated as seconds (form "s") or as a date (form "date")."""

        def answer(x: Exchange) -> None:
            extra = [] if retry_after is None else [("Retry-After", _stated(retry_after, form))]
            x.send(status, body, [("Content-Type", "text/plain"), *headers, *extra])

        return answer

    return make


def _stated(seconds: int, form: str) -> str:
    return str(seconds) if form == "s" else formatdate(time.time() + seconds, usegmt=True)


def _told(status: int, body: bytes, content_type: str) -> Callable[..., Answer]:
    """A refusal whose meaning stands in its body, as the SEC's hosts give it."""

    def make(retry_after: int | None = None) -> Answer:
        extra = [] if retry_after is None else [("Retry-After", str(retry_after))]
        return good(body, content_type, status, extra)

    return make


def _redirect(to: str, status: int = 302) -> Answer:
    return lambda x: x.send(status, b"", [("Location", to)])


def _loop() -> Answer:
    def answer(x: Exchange) -> None:
        turn = dict(x.seen.query).get("turn", "0")
        x.send(302, b"", [("Location", f"?turn={int(turn) + 1}")])

    return answer


def _wrong_length(by: int) -> Callable[..., Answer]:
    def make(body: bytes = b'[["A","B"],["1","2"]]', content_type: str = "application/json") -> Answer:
        def answer(x: Exchange) -> None:
            x.start(200, [("Content-Type", content_type), ("Content-Length", str(len(body) + by))])
            x.write(body)

        return answer

    return make


def _broken_chunk(body: bytes = b'[["A","B"],["1","2"]]') -> Answer:
    def answer(x: Exchange) -> None:
        x.start(200, [("Content-Type", "application/json"), ("Transfer-Encoding", "chunked")])
        x.write(b"%x\r\n%b" % (len(body) + 100, body))

    return answer


def _endless(content_type: str = "application/json", chunk: bytes = b" " * 65536) -> Answer:
    def answer(x: Exchange) -> None:
        x.start(200, [("Content-Type", content_type)])
        while not x.stopping.is_set():
            x.write(chunk)

    return answer


def _drip(interval: float = 0.02, content_type: str = "application/json") -> Answer:
    def answer(x: Exchange) -> None:
        x.start(200, [("Content-Type", content_type)])
        while not x.stopping.wait(interval):
            x.write(b" ")

    return answer


def _drip_headers(interval: float = 0.02) -> Answer:
    def answer(x: Exchange) -> None:
        x.write(b"HTTP/1.1 200 OK\r\nX-Slow: ")
        while not x.stopping.wait(interval):
            x.write(b"a")

    return answer


def _cut_headers() -> Answer:
    return lambda x: x.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nX-Cut: of")


def _silent() -> Answer:
    def answer(x: Exchange) -> None:
        x.stopping.wait()

    return answer


def _hang_up() -> Answer:
    return lambda x: None


def _garbage() -> Answer:
    return lambda x: x.write(b"\x16\x03\x01 this is not HTTP\r\n\r\n")


def _html(body: bytes = HTML) -> Answer:
    return good(body, "text/html; charset=utf-8")


def _wrong_charset(text: str = "芯片出口", content_type: str = "text/xml; charset=utf-8") -> Answer:
    return good(f"<rss><channel><title>{text}</title></channel></rss>".encode("gb18030"), content_type)


def _changed_shape(body: bytes = OTHER_SHAPE) -> Answer:
    return good(body)


def _gzip_bomb(decoded_bytes: int = 50_000_000, content_type: str = "application/json") -> Answer:
    bomb = gzip.compress(bytes(decoded_bytes), mtime=0)
    return good(bomb, content_type, headers=[("Content-Encoding", "gzip")])


def _two_codings(decoded_bytes: int = 50_000_000) -> Answer:
    bomb = gzip.compress(bytes(decoded_bytes), mtime=0)
    return good(bomb, headers=[("Content-Encoding", "gzip"), ("Content-Encoding", "identity")])


def _torn_gzip(body: bytes = b'[["A","B"],["1","2"]]') -> Answer:
    return good(gzip.compress(body, mtime=0)[:-9], headers=[("Content-Encoding", "gzip")])


def _empty() -> Answer:
    return lambda x: x.start(204)


STORE_ERROR = b'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>%b</Code><Message>%b</Message></Error>'
UNDECLARED = (
    b"<!DOCTYPE html><html><head><title>SEC.gov | Request Rate Threshold Exceeded</title></head><body>"
    b"<h1>Your Request Originates from an Undeclared Automated Tool</h1><p>Please declare your traffic.</p></body></html>"
)
TOO_FAST = (
    b"<!DOCTYPE html><html><head><title>SEC.gov | Request Rate Threshold Exceeded</title></head><body>"
    b"<h1>You've Exceeded the SEC's Traffic Limit</h1><p>Access will be limited for 10 minutes.</p></body></html>"
)
FILE_UNAVAILABLE = b"<html><head><title>SEC.gov | File Unavailable</title></head><body><h1>File Unavailable</h1></body></html>"
PRIVATE = "http://169.254.169.254/latest/meta-data/"
FAULTS: Mapping[str, Callable[..., Answer]] = {
    **{str(status): _status(status) for status in (400, 401, 403, 404, 410, 412, 429, 500, 502, 503)},
    "204": _empty,
    "no_such_key": _told(
        404, STORE_ERROR % (b"NoSuchKey", b"The specified key does not exist."), "application/xml"
    ),
    "no_such_file": _told(403, STORE_ERROR % (b"AccessDenied", b"Access Denied"), "application/xml"),
    "undeclared": _told(403, UNDECLARED, "text/html"),
    "too_fast": _told(403, TOO_FAST, "text/html"),
    "file_unavailable": _told(503, FILE_UNAVAILABLE, "text/html"),
    "html": _html,  # 200 with a page where data is expected
    "redirect": _redirect,  # to=..., status=302
    "redirect_html": lambda to="/notice.html": _redirect(to),
    "redirect_loop": _loop,
    "redirect_private": lambda to=PRIVATE: _redirect(to),
    "truncated": _wrong_length(+50),  # fewer bytes than Content-Length says
    "too_long": _wrong_length(-5),  # more bytes than Content-Length says
    "broken_chunk": _broken_chunk,
    "endless": _endless,
    "drip": _drip,
    "drip_headers": _drip_headers,
    "cut_headers": _cut_headers,
    "silent": _silent,
    "hang_up": _hang_up,
    "garbage": _garbage,
    "wrong_charset": _wrong_charset,
    "changed_shape": _changed_shape,
    "gzip_bomb": _gzip_bomb,
    "torn_gzip": _torn_gzip,
    "two_codings": _two_codings,  # gzip by the first header, plain by the second
}
