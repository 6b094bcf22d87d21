"""A key is on the wire and nowhere else."""

from __future__ import annotations

import gzip
import io
import logging
from collections.abc import Callable
from urllib.parse import quote

import pytest

from contracts.document import Answer, Fetch
from contracts.errors import EnvironmentFault, SourceBusy, SourceGone, SourceRefused
from extractors.web.redact import ByteMask, Redactor, SecretFilter, secret_values
from extractors.web.session import Web
from tests.fault_server import FaultServer
from tests.faults import Answer as Reaction
from tests.faults import Exchange

KEY = "pl4nted/k3y+of our=own"
ENVIRON = {"CENSUS_API_KEY": KEY}
SPELLINGS = [KEY, quote(KEY, safe=""), quote(quote(KEY, safe=""), safe=""), quote(KEY), KEY.replace(" ", "+")]
SPELLINGS += [quote(KEY, safe="").replace("%2F", "%2f").replace("%3D", "%3d").replace("%2B", "%2b")]

Address = Callable[..., str]
OpenWeb = Callable[..., Web]


def keyed(url: str, **more: object) -> Fetch:
    return Fetch("us_census_api", url, secrets={"key": "CENSUS_API_KEY"}, **more)  # type: ignore[arg-type]


def everything(answer: Answer) -> str:
    """All that an answer shows, its decoded body included."""
    raw = b"" if answer.body is None else answer.body.read()
    plain = gzip.decompress(raw) if raw.startswith(b"\x1f\x8b") else raw
    return "\n".join([repr(answer), str(answer.error), repr(answer.headers), plain.decode(), repr(raw)])


def echo(status: int = 200, pad: int = 0, coded: bool = False) -> Reaction:
    """A server that repeats what it was asked, in every spelling, after `pad` bytes."""

    def answer(x: Exchange) -> None:
        body = b"." * pad + "|".join([x.seen.target, *SPELLINGS]).encode()
        body = gzip.compress(body, mtime=0) if coded else body
        coding = [("Content-Encoding", "gzip")] if coded else []
        x.send(status, body, [("X-Echo", x.seen.target), ("X-Key", KEY), *coding])

    return answer


@pytest.mark.parametrize("status", [200, 403, 404, 429, 500])
@pytest.mark.parametrize("coded", [False, True])
def test_a_planted_key_is_nowhere_in_an_answer_or_a_log(
    server: FaultServer,
    open_web: OpenWeb,
    address: Address,
    caplog: pytest.LogCaptureFixture,
    status: int,
    coded: bool,
) -> None:
    server.on("/data", echo(status, coded=coded))
    with caplog.at_level(logging.DEBUG):
        answer = open_web(ENVIRON).fetch(keyed(address("/data?get=A")))
    sent = server.requests("/data")[0]
    assert sent.query == (("get", "A"), ("key", KEY))
    shown = everything(answer) + caplog.text + repr([r.__dict__ for r in caplog.records])
    assert "api.example" in caplog.text
    assert "****" in shown
    for spelling in SPELLINGS:
        assert spelling not in shown


@pytest.mark.parametrize("coded", [False, True])
def test_a_redacted_body_still_fits_its_headers(
    server: FaultServer, open_web: OpenWeb, address: Address, coded: bool
) -> None:
    server.on("/data", echo(coded=coded))
    answer = open_web(ENVIRON).fetch(keyed(address("/data")))
    headers = {name.lower(): value for name, value in answer.headers}
    assert answer.error is None
    assert answer.body is not None
    assert len(answer.body.read()) == answer.size == int(headers["content-length"])
    assert "content-encoding" not in headers


@pytest.mark.parametrize("before", [65_536 - len(KEY) + n for n in (0, 1, 5, len(KEY) - 1)])
@pytest.mark.parametrize("coded", [False, True])
def test_a_key_that_straddles_two_chunks(
    server: FaultServer, open_web: OpenWeb, address: Address, before: int, coded: bool
) -> None:
    body = b"." * before + KEY.encode() + b"." * 100_000
    sent = gzip.compress(body, mtime=0) if coded else body
    server.good("/data", sent, headers=[("Content-Encoding", "gzip")] if coded else [])
    answer = open_web(ENVIRON).fetch(keyed(address("/data")))
    assert answer.body is not None
    assert answer.body.read() == body.replace(KEY.encode(), b"*" * len(KEY))


@pytest.mark.parametrize("size", range(1, 40))
def test_a_stream_is_masked_whatever_its_chunks(size: int) -> None:
    text = b"a" + KEY.encode() + b"b" + KEY.encode() + KEY.encode()[:5] + b"end" + quote(KEY).encode()
    mask = ByteMask(Redactor([KEY]))
    given = b"".join(mask.feed(text[i : i + size]) for i in range(0, len(text), size)) + mask.finish()
    assert given == Redactor([KEY]).data(text)
    assert len(given) == len(text)
    assert KEY.encode() not in given
    assert mask.found


def test_a_body_without_a_key_is_left_as_it_came(
    server: FaultServer, open_web: OpenWeb, address: Address
) -> None:
    coded = gzip.compress(b'[["A"],["1"]]' * 10_000, mtime=0)
    server.good("/data", coded, headers=[("Content-Encoding", "gzip")])
    answer = open_web(ENVIRON).fetch(keyed(address("/data")))
    assert answer.body is not None
    assert answer.body.read() == coded


def test_a_missing_key_is_said_without_a_request(
    server: FaultServer, open_web: OpenWeb, address: Address
) -> None:
    for environ in ({}, {"CENSUS_API_KEY": ""}):
        answer = open_web(environ).fetch(keyed(address("/data")))
        assert isinstance(answer.error, SourceRefused)
        assert str(answer.error).startswith("needs CENSUS_API_KEY")
        assert (answer.status, answer.body) == (None, None)
    header = Fetch("test", address("/data"), secret_headers={"X-Key": "OTHER_KEY"})
    assert str(open_web({}).fetch(header).error).startswith("needs OTHER_KEY")
    assert server.seen == []


@pytest.mark.parametrize("page", ["missing_key", "invalid_key"])
def test_a_redirect_to_a_page_about_keys(
    server: FaultServer, open_web: OpenWeb, address: Address, page: str
) -> None:
    server.on("/data", "redirect", to=f"https://api.census.example/data/{page}.html")
    answer = open_web(ENVIRON).fetch(keyed(address("/data")))
    assert isinstance(answer.error, SourceRefused)
    assert str(answer.error).startswith("needs CENSUS_API_KEY")
    assert answer.status == 302


def test_through_a_mirror_no_key_is_needed_and_none_is_sent(server: FaultServer) -> None:
    server.good("/api.example/data", b"{}")
    url = "https://api.example/data?get=A"
    fetch = Fetch("t", url, secrets={"key": "CENSUS_API_KEY"}, secret_headers={"X-Key": "CENSUS_API_KEY"})
    for environ in ({}, ENVIRON):
        with Web.from_env({"CHOKEPOINT_MIRROR": server.base, **environ}) as web:
            assert web.fetch(fetch).error is None
    for seen in server.requests("/api.example/data"):
        assert seen.query == (("get", "A"),)
        assert seen.headers["x-chokepoint-url"] == url
        assert "x-key" not in seen.headers


def test_secrets_stay_with_their_host(server: FaultServer, open_web: OpenWeb, address: Address) -> None:
    fetch = keyed(address("/a?get=A"), secret_headers={"X-Key": "CENSUS_API_KEY"})
    server.on("/a", "redirect", to="/b?get=A&key=" + quote(KEY, safe=""))
    server.on("/b", "redirect", to=address("/c?get=A&key=" + quote(KEY, safe=""), host="other.example"))
    server.on("/c", "redirect", to=address("/d?get=A"))
    server.good("/d", b"{}")
    assert open_web(ENVIRON).fetch(fetch).error is None
    for path, has_key in (("/a", True), ("/b", True), ("/c", False), ("/d", False)):
        seen = server.requests(path)[0]
        assert (("key", KEY) in seen.query, "x-key" in seen.headers) == (has_key, has_key), path
        assert len(seen.query) == 1 + has_key


def test_a_redirect_that_hides_the_key_elsewhere_is_refused(
    server: FaultServer, open_web: OpenWeb, address: Address
) -> None:
    server.on("/a", "redirect", to=address("/leak/" + quote(KEY, safe=""), host="other.example"))
    answer = open_web(ENVIRON).fetch(keyed(address("/a")))
    assert isinstance(answer.error, SourceRefused)
    assert "repeats a secret" in str(answer.error)
    assert all(not seen.path.startswith("/leak") for seen in server.seen)
    assert quote(KEY, safe="") not in everything(answer)


def test_a_key_written_into_a_url_is_refused_and_not_shown(
    server: FaultServer, open_web: OpenWeb, address: Address
) -> None:
    for fetch in (
        Fetch("t", address(f"/a?key={quote(KEY, safe='')}")),
        Fetch("t", address("/a"), headers={"X-Key": KEY}),
    ):
        answer = open_web(ENVIRON).fetch(fetch)
        assert isinstance(answer.error, SourceRefused)
        assert not any(spelling in everything(answer) for spelling in SPELLINGS)
    assert server.seen == []


def test_an_unreachable_host_does_not_show_the_key(
    open_web: OpenWeb, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = open_web(ENVIRON).fetch(keyed("http://api.example:9/data"))
    assert isinstance(answer.error, SourceBusy)
    assert not any(spelling in everything(answer) + caplog.text for spelling in SPELLINGS)


def test_which_variables_hold_secrets() -> None:
    environ = {
        "CENSUS_API_KEY": "short",
        "MY_TOKEN": "12345678",
        "DB_PASSWORD": "a password",
        "AN_APP_SECRET": "secretsecret",
        "TINY_KEY": "1234567",
        "KEYBOARD": "not a secret",
    }
    generic = {"12345678", "a password", "secretsecret"}
    assert secret_values(environ) == generic
    assert secret_values(environ, ["CENSUS_API_KEY", "UNSET"]) == {*generic, "short"}


def test_a_longer_secret_is_masked_whole() -> None:
    assert Redactor(["abcdefgh", "abcdefghijkl"]).text("x abcdefghijkl abcdefgh") == "x ************ ********"


def test_log_records_are_masked_whatever_carries_the_key() -> None:
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(SecretFilter(Redactor([KEY])))
    logger = logging.getLogger("test.secrets")
    logger.addHandler(handler)
    try:
        logger.error("asked %s", f"https://a.example/?key={quote(KEY, safe='')}")
        logger.error("bad %d arguments", KEY)
        try:
            raise ValueError(KEY)
        except ValueError:
            logger.exception("failed")
    finally:
        logger.removeHandler(handler)
    written = stream.getvalue()
    assert "ValueError" in written
    assert not any(spelling in written for spelling in SPELLINGS)


def test_closing_leaves_the_loggers_as_they_were() -> None:
    logger = logging.getLogger("urllib3.connectionpool")
    before = list(logger.filters)
    with Web.from_env(ENVIRON):
        assert len(logger.filters) == len(before) + 1
    assert logger.filters == before


@pytest.mark.parametrize("contact", ["bad\r\nX-Injected: 1", "名字", "tab\there"])
def test_a_contact_that_cannot_be_a_header(contact: str) -> None:
    with pytest.raises(EnvironmentFault, match="CHOKEPOINT_CONTACT"):
        Web.from_env({"CHOKEPOINT_CONTACT": contact})


def test_a_missing_page_with_a_key_names_the_page_only(
    server: FaultServer, open_web: OpenWeb, address: Address
) -> None:
    server.on("/gone", "404")
    answer = open_web(ENVIRON).fetch(keyed(address("/gone?get=A")))
    assert isinstance(answer.error, SourceGone)
    assert address("/gone?get=A") in str(answer.error)
