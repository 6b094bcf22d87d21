"""A server on loopback that fails in every way a source can, and counts what it is asked.

    with FaultServer() as server:
        server.on("https://api.example/data?time=2024-03", "429", retry_after=3)
        server.good("https://api.example/data", b"[]", "application/json")
        server.queue("https://api.example/flaky", "503", good(b"[]"))
        web = Web.from_env({"CHOKEPOINT_MIRROR": server.base})

It stands in as a mirror: an address is a logical URL or the path /host/path it is asked by. Pairs of a query must be
among those asked (in any order); the rule with most pairs answers. What no rule matches is 404, or handed on to the
mirror `behind`, so that one fault can be set among good recordings. The last answer of a queue repeats.
"""

from __future__ import annotations

import http.client
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qsl, urlsplit

from tests.faults import FAULTS, HTML, Answer, Exchange, Pairs, Seen, good


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that hang up are what these tests are about."""


@dataclass
class _Rule:
    answers: list[Answer]
    given: int = 0

    def next(self) -> Answer:
        answer = self.answers[min(self.given, len(self.answers) - 1)]
        self.given += 1
        return answer


@dataclass
class FaultServer:
    """The server; `base` is what CHOKEPOINT_MIRROR takes."""

    behind: str | None = None
    tls: ssl.SSLContext | None = None
    base: str = field(init=False)
    seen: list[Seen] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self._rules: dict[tuple[str, Pairs], _Rule] = {}
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self._server = _Listener(("127.0.0.1", 0), _handler(self))
        if self.tls is not None:
            self._server.socket = self.tls.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.base = f"{'https' if self.tls else 'http'}://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def on(self, address: str, fault: str | Answer, **options: object) -> None:
        """Answer an address so from now on. `fault` is a name in `FAULTS`, or an answer of one's own."""
        self.queue(address, _answer(fault, options))
        if fault == "redirect_html":
            self.good(f"/{_key(address)[0].split('/')[1]}/notice.html", HTML, "text/html; charset=utf-8")

    def good(
        self, address: str, body: bytes, content_type: str = "application/json", **options: object
    ) -> None:
        """Answer an address with these bytes (`status`, `headers` as in `good`)."""
        self.queue(address, good(body, content_type, **options))  # type: ignore[arg-type]

    def queue(self, address: str, *answers: str | Answer) -> None:
        """Answer an address by these in turn; the last one repeats."""
        with self._lock:
            self._rules[_key(address)] = _Rule([_answer(answer, {}) for answer in answers])

    def requests(self, address: str) -> list[Seen]:
        """The requests for an address so far: the path must be the same, the pairs of a query among those asked."""
        path, pairs = _key(address)
        with self._lock:
            return [seen for seen in self.seen if seen.path == path and set(pairs) <= set(seen.query)]

    def count(self, address: str) -> int:
        """How often an address was asked."""
        return len(self.requests(address))

    def answer(self, exchange: Exchange) -> None:
        seen = exchange.seen
        with self._lock:
            self.seen.append(seen)
            fits = [k for k in self._rules if k[0] == seen.path and set(k[1]) <= set(seen.query)]
            rule = self._rules[max(fits, key=lambda k: len(k[1]))].next() if fits else None
        if rule is not None:
            rule(exchange)
        elif self.behind is not None:
            self._hand_on(exchange)
        else:
            exchange.send(404, b"nothing set here", [("Content-Type", "text/plain")])

    def _hand_on(self, exchange: Exchange) -> None:
        parts, seen = urlsplit(str(self.behind)), exchange.seen
        connection = http.client.HTTPConnection(parts.netloc, timeout=30)
        kept = {n: v for n, v in seen.headers.items() if n not in ("host", "connection")}
        connection.request(seen.method, parts.path + exchange.seen.target, headers=kept)
        answer = connection.getresponse()
        body = answer.read()
        exchange.start(answer.status, [p for p in answer.getheaders() if p[0].lower() != "connection"])
        exchange.write(body)
        connection.close()

    def close(self) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def exchange(self, handler: BaseHTTPRequestHandler) -> Exchange:
        parts = urlsplit(handler.path)
        query = tuple(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name.lower(): value for name, value in handler.headers.items()}
        return Exchange(
            handler, Seen(handler.command, parts.path, query, headers, handler.path), self._stopping
        )

    def __enter__(self) -> FaultServer:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()


def _answer(fault: str | Answer, options: Mapping[str, object]) -> Answer:
    return FAULTS[fault](**options) if isinstance(fault, str) else fault


def _key(address: str) -> tuple[str, Pairs]:
    parts = urlsplit(address)
    path = f"/{parts.netloc}{parts.path or '/'}" if parts.netloc else parts.path
    return path, tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


def _handler(server: FaultServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            try:
                server.answer(server.exchange(self))
            except OSError:
                self.close_connection = True

        do_GET = do_HEAD = do_POST = _answer  # noqa: N815 - the names http.server calls

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the requests are in `seen`."""

    return Handler
