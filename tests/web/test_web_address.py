"""The address rule: only public addresses are called, however they are spelt or reached."""

from __future__ import annotations

import socket

import pytest

from contracts.document import Fetch
from contracts.errors import SourceRefused
from extractors.web.address import is_public, is_public_name
from extractors.web.mapping import canonical
from extractors.web.session import Web
from tests.fault_server import FaultServer

PUBLIC = ["8.8.8.8", "1.1.1.1", "148.129.75.1", "2606:4700:4700::1111", "64:ff9b::808:808", "2002:808:808::1"]
PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.127.255.254",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "fe80::1",
    "fe80::1%eth0",
    "fc00::1",
    "fd12:3456::1",
    "ff02::1",
    "2001:db8::1",
    "3fff::1",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::808:808",
    "2002:7f00:1::",
    "2002:c0a8:101::1",
    "100::1",
    "4000::1",
    "not an address",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_may_be_called(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_no_other_address_may_be_called(address: str) -> None:
    assert not is_public(address)


NEVER = ["localhost", "LOCALHOST.", "a.localhost", "db.internal", "printer.local", "127.1", "10.1"]
SPELT = ["0x7f000001", "2130706433", "[::1]", "::1", "169.254.169.254"]


@pytest.mark.parametrize("host", [*NEVER, *SPELT])
def test_names_that_are_never_public(host: str) -> None:
    assert not is_public_name(host)


@pytest.mark.parametrize(
    "host", ["api.census.gov", "8.8.8.8", "local.example", "3com.example", "xn--fiq228c.example"]
)
def test_names_that_may_be_public(host: str) -> None:
    assert is_public_name(host)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://files.example/a",
        "file:///etc/passwd",
        "mailto:someone@news.example",
        "javascript:alert(1)",
        "/relative",
        "",
        "https://",
        "https://user:word@news.example/",
        "https://user@news.example/",
        "https://../etc",
        "https://a..b/",
        "https://[::1]/",
        "https://[fe80::1%25eth0]/",
        "http://127.0.0.1:8080/",
        "http://2130706433/",
        "https://news.example:99999/",
        "https://news.example:port/",
        "https://bad host/",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(SourceRefused):
        canonical(url)


def test_one_spelling_for_one_address() -> None:
    spellings = ["HTTPS://News.Example:443/a b?q=é#part", "https://news.example/a%20b?q=%C3%A9"]
    assert {canonical(url) for url in spellings} == {"https://news.example/a%20b?q=%C3%A9"}
    assert canonical("https://news.example") == "https://news.example/"
    assert canonical("http://news.example:8080/x") == "http://news.example:8080/x"


def test_a_name_that_resolves_to_loopback_is_not_connected_to(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = server.base.rpartition(":")[2]
    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", lambda host, *a, **k: real("127.0.0.1", *a, **k))
    with Web.from_env({}) as web:
        answer = web.fetch(Fetch("news", f"http://rebound.example:{port}/"))
    assert isinstance(answer.error, SourceRefused)
    assert "rebound.example" in str(answer.error)
    assert "private" in str(answer.error)
    assert answer.status is None
    assert server.seen == []


def test_the_mirror_is_the_only_private_address(server: FaultServer, web: Web) -> None:
    server.good("/news.example/a", b"{}")
    assert web.fetch(Fetch("news", "https://news.example/a")).error is None
    asked = len(server.seen)
    for url in (server.base + "/news.example/a", "http://localhost/a", "http://192.168.0.1/"):
        assert isinstance(web.fetch(Fetch("news", url)).error, SourceRefused)
    assert len(server.seen) == asked


def test_a_mixed_answer_of_the_name_server_leads_to_the_public_address_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from extractors.web.adapter import GuardedAdapter

    entries = [(2, 1, 6, "", ("10.0.0.1", 80)), (2, 1, 6, "", ("8.8.8.8", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: entries)
    pool = GuardedAdapter().poolmanager.connection_from_url("http://news.example/")
    assert pool.ConnectionCls("news.example", 80)._permitted() == ["8.8.8.8"]
