"""How often a host is asked: five seconds between feeds, half a minute once it says too often, and what a refusal weighs."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from benches.news_poll import feed_xml
from contracts.document import Fetch
from contracts.errors import SourceBusy
from extractors.web.session import Web
from tests.fault_server import FaultServer
from tests.web.conftest import Clock
from warehouse.polling import error_weight

Opened = Callable[..., Web]


def test_a_host_is_never_asked_twice_in_five_seconds(
    open_web: Opened,
    address: Callable[..., str],
    server: FaultServer,
    clock: Clock,
) -> None:
    server.good("/feed", feed_xml(1))
    session = open_web()
    for _ in range(3):
        session.fetch(Fetch("news", address("/feed"), spacing_seconds=5.0))
    assert clock.slept == [1.0, 5.0, 5.0]  # robots.txt is no feed: a second after it is enough


def test_after_a_429_without_a_time_half_a_minute_passes_and_the_feed_is_asked(
    open_web: Opened,
    address: Callable[..., str],
    server: FaultServer,
    clock: Clock,
) -> None:
    server.on("/busy", "429")
    server.good("/feed", feed_xml(1))
    session = open_web()
    busy = session.fetch(Fetch("news", address("/busy"), spacing_seconds=5.0))
    assert isinstance(busy.error, SourceBusy)
    assert session.fetch(Fetch("news", address("/feed"), spacing_seconds=5.0)).error is None
    assert session.fetch(Fetch("news", address("/feed", "other.example"), spacing_seconds=5.0)).error is None
    assert clock.slept == [1.0, 30.0, 1.0]


def test_the_waiting_of_a_host_that_wants_to_be_left_alone_weighs_nothing(
    open_web: Opened,
    address: Callable[..., str],
    server: FaultServer,
) -> None:
    server.on("/busy", "429", retry_after=600)
    session = open_web()
    busy, held = (session.fetch(Fetch("news", address(path))) for path in ("/busy", "/feed"))
    assert error_weight(busy.status, str(busy.error)) == 0.5
    assert (held.status, error_weight(held.status, str(held.error))) == (None, 0.0)


def test_a_name_that_does_not_resolve_now_weighs_a_quarter(
    monkeypatch: pytest.MonkeyPatch, open_web: Opened
) -> None:

    session = open_web()
    for code, words, weight in (
        (socket.EAI_AGAIN, "Temporary failure in name resolution", 0.25),
        (socket.EAI_NONAME, "Name or service not known", 1.0),
    ):

        def fail(*args: object, code: int = code, words: str = words, **more: object) -> None:
            raise socket.gaierror(code, words)

        monkeypatch.setattr(socket, "getaddrinfo", fail)
        answer = session.fetch(Fetch("news", f"https://lost{code}.example/feed".replace("-", "m")))
        assert answer.status is None
        assert error_weight(answer.status, str(answer.error)) == weight
