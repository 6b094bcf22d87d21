"""A fault server, a session pointed at it as a mirror, and one that reaches it as if it were the open web."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from extractors.web.session import Web
from tests.fault_server import FaultServer

NAMES = ("api.example", "data.api.example", "other.example")


class Clock:
    """Seconds that pass only when slept."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds

    def wall(self) -> datetime:
        return datetime(2026, 11, 21, 6, tzinfo=UTC) + timedelta(seconds=self.seconds - 1000.0)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def web(server: FaultServer) -> Iterator[Web]:
    with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as session:
        yield session


@pytest.fixture
def open_web(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Web]]:
    """Makes direct sessions for which the hosts in NAMES lead to loopback (use `address`)."""
    real = socket.getaddrinfo

    def look_up(host: str, *args: object, **kwargs: object) -> object:
        return real("127.0.0.1" if host in NAMES else host, *args, **kwargs)  # type: ignore[arg-type]

    class Anywhere(tuple[str, int]):
        def __eq__(self, other: object) -> bool:
            return isinstance(other, tuple) and other[0] in NAMES

        __hash__ = tuple.__hash__

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    made: list[Web] = []

    def make(environ: dict[str, str] | None = None) -> Web:
        session = Web(environ or {}, clock=clock, sleep=clock.sleep, wall=clock.wall)
        session._wire._adapter.private = Anywhere(("", 0))
        made.append(session)
        return session

    yield make
    for session in made:
        session.close()


@pytest.fixture
def address(server: FaultServer) -> Callable[..., str]:
    """The open-web URL of a path on the fault server."""
    port = server.base.rpartition(":")[2]
    return lambda path, host="api.example": f"http://{host}:{port}{path}"
