"""The socket under every request: checked as it connects, shut when time is up, read to its very end."""

from __future__ import annotations

import http.client
import socket
import threading
from types import TracebackType
from typing import Any

import urllib3.connection
from requests.adapters import HTTPAdapter  # noqa: TID253 - loaded only when a session is made
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from contracts.errors import SourceRefused
from extractors.web.address import is_public


class Deadline:
    """Shuts the socket of the running exchange after some seconds: no slow drip outlives it."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.expired = False
        self.socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.expired = True
        if self.socket is not None:
            try:
                # Not SSLSocket.shutdown: that drops the TLS state under the thread that is reading.
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
            except OSError:
                self.socket = None


class GuardedAdapter(HTTPAdapter):
    """requests' adapter over guarded connections. `private`: the one host and port that may be private."""

    def __init__(self, private: tuple[str, int] | None = None) -> None:
        self.deadline: Deadline | None = None
        self.private = private
        super().__init__(pool_connections=4, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let the pools make our connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self)


class _Lines:
    """Reads lines and remembers the last one."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.last = stream, b""

    def readline(self, limit: int = -1) -> bytes:
        self.last = self.stream.readline(limit)
        return self.last

    def close(self) -> None:
        self.stream.close()


class _WholeResponse(http.client.HTTPResponse):
    """Notices headers that break off, and reads past Content-Length to the end of a connection that will close."""

    def begin(self) -> None:
        lines = _Lines(self.fp)
        self.fp = lines  # type: ignore[assignment]
        try:
            super().begin()
        finally:
            self.fp = lines.stream
        if lines.last.strip(b"\r\n") or not lines.last:
            raise http.client.RemoteDisconnected("the connection ended within the headers")
        if self.will_close and self.length:
            self.length = None


class _Guard(urllib3.connection.HTTPConnection):
    owner: GuardedAdapter
    response_class = _WholeResponse

    def _new_conn(self) -> socket.socket:
        """Connect to an address that was itself checked: a second look-up could answer otherwise."""
        name, failure = self._dns_host, None
        try:
            for address in self._permitted():
                self._dns_host = address
                try:
                    return super()._new_conn()
                except (NewConnectionError, ConnectTimeoutError) as error:
                    failure = error
        finally:
            self._dns_host = name
        raise failure or NewConnectionError(self, "the name has no address")

    def _permitted(self) -> list[str]:
        host = self._dns_host.strip("[]")
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except (socket.gaierror, UnicodeError) as error:
            raise NameResolutionError(host, self, socket.gaierror(str(error))) from None
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if (self.host, self.port) == self.owner.private:
            return addresses
        public = [address for address in addresses if is_public(address)]
        if addresses and not public:
            raise SourceRefused(f"{self.host} is a private or reserved address, which may not be called")
        return public

    def request(self, *args: Any, **kwargs: Any) -> None:
        super().request(*args, **kwargs)
        if self.owner.deadline is not None:
            self.owner.deadline.socket = self.sock


def _pools(adapter: GuardedAdapter) -> dict[str, type[HTTPConnectionPool]]:
    """Pool classes whose connections know their adapter (the pools' keys leave no other way in)."""

    class Plain(_Guard):
        owner = adapter

    class Secure(_Guard, urllib3.connection.HTTPSConnection):
        owner = adapter

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    return {"http": PlainPool, "https": SecurePool}
