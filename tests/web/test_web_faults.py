"""Whatever a server does ends in an Answer whose error has a type and says what happened."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from contracts.document import Fetch, Validators
from contracts.errors import SourceBusy, SourceChanged, SourceError, SourceGone, SourceRefused
from extractors.sites import site
from extractors.web.session import Web
from tests.fault_server import FaultServer
from tests.faults import Answer
from tests.web.conftest import Clock

URL = "https://api.example/data?time=2024-03"
ROWS = b'[["A","B"],["1","2"]]'

BEYOND_THE_CALENDAR = (("Retry-After", "Fri, 31 Dec 9999 23:59:59 -1200"),)

CASES: list[tuple[str, dict[str, object], type[SourceError], str, int]] = [
    # fault, options, error, words of its message, requests made
    ("429", {}, SourceBusy, "fewer requests (429)", 1),
    ("429", {"retry_after": 7}, SourceBusy, "try later (in 7 s)", 2),
    ("429", {"retry_after": 3600}, SourceBusy, "try later (in 3600 s)", 1),
    ("500", {}, SourceBusy, "failed (500)", 2),
    ("502", {}, SourceBusy, "failed (502)", 2),
    ("503", {}, SourceBusy, "failed (503)", 2),
    ("503", {"retry_after": 600}, SourceBusy, "in 600 s", 1),
    ("503", {"headers": BEYOND_THE_CALENDAR}, SourceBusy, "failed (503)", 2),
    ("400", {}, SourceChanged, "unexpected status 400", 1),
    ("401", {}, SourceRefused, "asks for a key (401)", 1),
    ("403", {}, SourceRefused, "refuses us (403)", 1),
    ("403", {"retry_after": 60}, SourceBusy, "for now (403); try later (in 60 s)", 1),
    ("412", {}, SourceRefused, "(412)", 1),
    ("no_such_file", {}, SourceGone, "not there (403", 1),
    ("undeclared", {}, SourceRefused, "set CHOKEPOINT_CONTACT", 1),
    ("too_fast", {}, SourceBusy, "asked too often (403); try later (in 600 s)", 1),
    ("file_unavailable", {}, SourceBusy, "failed (503)", 2),
    ("file_unavailable", {"retry_after": 600}, SourceBusy, "in 600 s", 1),
    ("404", {}, SourceGone, "not there (404)", 1),
    ("410", {}, SourceGone, "not there (410)", 1),
    ("redirect", {"to": "/moved", "status": 301}, SourceGone, "https://api.example/moved", 1),
    ("redirect_loop", {}, SourceChanged, "more than 5 redirects", 6),
    ("redirect_private", {}, SourceRefused, "169.254.169.254 is not a public host", 1),
    ("truncated", {}, SourceBusy, "Content-Length says 71 bytes, 21 came", 2),
    ("too_long", {}, SourceBusy, "Content-Length says 16 bytes, 21 came", 2),
    ("broken_chunk", {}, SourceBusy, "torn", 2),
    ("torn_gzip", {}, SourceBusy, "the gzip body breaks off", 2),
    ("gzip_bomb", {}, SourceChanged, "gzip bomb", 1),
    ("two_codings", {}, SourceChanged, "coded as gzip, identity", 1),
    ("endless", {}, SourceChanged, "larger than the 200,000 bytes allowed", 1),
    ("drip", {}, SourceBusy, "too slow", 1),
    ("drip_headers", {}, SourceBusy, "took longer than", 1),
    ("cut_headers", {}, SourceBusy, "ended within the headers", 2),
    ("silent", {}, SourceBusy, "did not answer within 0.4 s", 1),
    ("hang_up", {}, SourceBusy, "could not be reached", 2),
    ("garbage", {}, SourceBusy, "could not be reached", 2),
]


@pytest.mark.parametrize(("fault", "options", "error", "words", "requests"), CASES)
def test_each_fault_ends_in_a_typed_error(
    server: FaultServer,
    web: Web,
    fault: str,
    options: dict[str, object],
    error: type[SourceError],
    words: str,
    requests: int,
) -> None:
    server.on("/api.example/data", fault, **options)
    answer = web.fetch(Fetch("test", URL, max_bytes=200_000, timeout=(0.4, 0.4)))
    assert type(answer.error) is error
    assert words in str(answer.error)
    assert "api.example" in str(answer.error) or "mirror" in str(answer.error)
    assert server.count("/api.example/data") == requests
    assert answer.error.__context__ is None


@pytest.mark.parametrize("fault", ["html", "wrong_charset", "changed_shape"])
def test_what_only_a_parser_can_judge_is_handed_on(server: FaultServer, web: Web, fault: str) -> None:
    server.on("/api.example/data", fault)
    answer = web.fetch(Fetch("test", URL))
    assert (answer.status, answer.error) == (200, None)
    assert answer.body is not None
    assert len(answer.body.read()) == answer.size > 0


def test_a_redirect_to_a_page_gives_the_page(server: FaultServer, web: Web) -> None:
    server.on("/api.example/data", "redirect_html")
    answer = web.fetch(Fetch("test", URL))
    assert (answer.status, answer.error) == (200, None)
    assert dict(answer.headers)["Content-Type"].startswith("text/html")


def test_a_redirect_to_another_publishers_site_is_refused_where_the_text_is_meant(
    server: FaultServer, web: Web
) -> None:
    server.on("/api.example/data", "redirect", to="https://pages.api.example/story")
    server.good("/pages.api.example/story", ROWS)
    assert web.fetch(Fetch("test", URL, same_site=True)).error is None
    server.on("/api.example/data", "redirect", to="https://another.example/story")
    answer = web.fetch(Fetch("test", URL, same_site=True))
    assert isinstance(answer.error, SourceRefused)
    assert "another publisher's site (another.example)" in str(answer.error)
    assert server.count("/another.example/story") == 0


@pytest.mark.parametrize(
    ("url", "registered"),
    [
        ("https://news.example.com/a", "example.com"),
        ("https://example.com", "example.com"),
        ("https://www.gov.uk/x", "www.gov.uk"),
        ("https://www.customs.gov.cn/x", "customs.gov.cn"),
        ("https://sub.news.co.uk./x", "news.co.uk"),
        ("https://localhost/x", "localhost"),
        ("https://127.0.0.1:8000/x", "127.0.0.1"),
        ("https://[::1]/x", "::1"),
        ("nothing", ""),
    ],
)
def test_a_site_is_what_is_registered(url: str, registered: str) -> None:
    assert site(url) == registered


def test_no_content_and_accepted_are_no_errors(server: FaultServer, web: Web) -> None:
    server.on("/api.example/none", "204")
    server.good("/api.example/later", b"{}", status=202)
    none, later = (web.fetch(Fetch("test", f"https://api.example/{p}")) for p in ("none", "later"))
    assert (none.status, none.body, none.size, none.error) == (204, None, 0, None)
    assert (later.status, later.size, later.error) == (202, 2, None)


@pytest.mark.parametrize(
    ("fault", "kept"), [("truncated", ROWS), ("too_long", ROWS), ("broken_chunk", ROWS), ("403", b"failed")]
)
def test_the_bytes_of_a_bad_answer_are_kept(server: FaultServer, web: Web, fault: str, kept: bytes) -> None:
    server.on("/api.example/data", fault)
    answer = web.fetch(Fetch("test", URL))
    assert answer.error is not None
    assert answer.body is not None
    assert answer.body.read() == kept
    assert answer.size == len(kept)


def test_a_body_over_the_cap_is_kept_up_to_the_cap(server: FaultServer, web: Web) -> None:
    server.good("/api.example/data", bytes(range(256)) * 10)
    answer = web.fetch(Fetch("test", URL, max_bytes=1000))
    assert isinstance(answer.error, SourceChanged)
    assert answer.body is not None
    assert answer.body.read() == (bytes(range(256)) * 10)[:1000]
    exact = web.fetch(Fetch("test", URL, max_bytes=2560))
    assert (exact.error, exact.size) == (None, 2560)


def partial(content_range: str | None) -> Answer:
    said = [("Content-Range", content_range)] if content_range else []
    return lambda x: x.send(206, ROWS[:10], [("Content-Type", "text/plain"), *said])


def test_a_part_that_was_asked_for_is_an_answer(server: FaultServer, web: Web) -> None:
    server.on("/api.example/data", partial("bytes 0-9/21"))
    answer = web.fetch(Fetch("test", URL, headers={"Range": "bytes=0-9"}))
    assert (answer.status, answer.error, answer.size) == (206, None, 10)
    sent = server.requests("/api.example/data")[-1].headers
    assert (sent["range"], sent["accept-encoding"]) == ("bytes=0-9", "identity")


@pytest.mark.parametrize(
    ("asked", "given", "words"),
    [
        ({}, "bytes 0-9/21", "unexpected status 206"),
        ({"Range": "bytes=0-9"}, "bytes 11-20/21", "asked for bytes=0-9, answered bytes=11-20/21"),
        ({"Range": "bytes=0-9"}, None, "asked for bytes=0-9, answered no range"),
    ],
)
def test_a_part_that_was_not_asked_for_is_none(
    server: FaultServer, web: Web, asked: dict[str, str], given: str | None, words: str
) -> None:
    server.on("/api.example/data", partial(given))
    answer = web.fetch(Fetch("test", URL, headers=asked))
    assert isinstance(answer.error, SourceChanged)
    assert words in str(answer.error)


def test_the_whole_in_place_of_a_part_is_an_answer(server: FaultServer, web: Web) -> None:
    server.good("/api.example/data", ROWS)
    answer = web.fetch(Fetch("test", URL, headers={"Range": "bytes=0-9"}))
    assert (answer.status, answer.error, answer.size) == (200, None, len(ROWS))


def test_a_gzip_body_is_handed_on_as_received(server: FaultServer, web: Web) -> None:
    coded = gzip.compress(ROWS, mtime=0) + gzip.compress(b"more", mtime=0)
    server.good("/api.example/data", coded, headers=[("Content-Encoding", "gzip")])
    answer = web.fetch(Fetch("test", URL))
    assert answer.error is None
    assert answer.body is not None
    assert answer.body.read() == coded
    assert ("Content-Encoding", "gzip") in answer.headers


@pytest.mark.parametrize(
    ("coding", "words"),
    [("gzip", "is said to be gzip and is not"), ("br", "coded as br"), ("gzip, gzip", "coded as")],
)
def test_codings_that_cannot_be_undone(server: FaultServer, web: Web, coding: str, words: str) -> None:
    server.good("/api.example/data", ROWS, headers=[("Content-Encoding", coding)])
    answer = web.fetch(Fetch("test", URL))
    assert isinstance(answer.error, SourceChanged)
    assert words in str(answer.error)
    assert answer.size == len(ROWS)


def test_a_second_try_mends_what_passes(server: FaultServer, web: Web) -> None:
    from tests.faults import FAULTS, good

    for fault in ("503", "truncated", "hang_up"):
        server.queue("/api.example/data", FAULTS[fault](), good(ROWS))
        answer = web.fetch(Fetch("test", URL))
        assert (answer.error, answer.size) == (None, len(ROWS))


def test_validators_are_sent_and_304_is_no_error(server: FaultServer, web: Web) -> None:
    server.on("/api.example/data", lambda x: x.start(304, [("ETag", '"a"')]))
    validators = Validators(etag='"a"', last_modified="Sat, 21 Nov 2026 06:00:00 GMT")
    answer = web.fetch(Fetch("test", URL), validators)
    assert (answer.status, answer.body, answer.error) == (304, None, None)
    sent = server.requests("/api.example/data")[-1].headers
    assert (sent["if-none-match"], sent["if-modified-since"]) == ('"a"', "Sat, 21 Nov 2026 06:00:00 GMT")


def test_304_without_validators_is_a_contradiction(server: FaultServer, web: Web) -> None:
    server.on("/api.example/data", lambda x: x.start(304))
    forbidden = web.fetch(Fetch("test", URL, unchanged_ok=False), Validators(etag='"a"'))
    assert isinstance(forbidden.error, SourceChanged)
    assert "if-none-match" not in server.requests("/api.example/data")[-1].headers


def test_retry_after_as_a_date(
    server: FaultServer, open_web: Callable[..., Web], address: Callable[..., str]
) -> None:
    server.good("/data", b"slow down", status=429, headers=[("Retry-After", "Sat, 21 Nov 2026 07:00:00 GMT")])
    answer = open_web().fetch(Fetch("test", address("/data")))
    assert isinstance(answer.error, SourceBusy)
    assert answer.error.retry_after == 3599.0  # a second passed between robots.txt and this
    assert answer.body is not None
    assert answer.body.read() == b"slow down"


def test_a_host_that_asked_for_rest_is_not_asked_again(
    server: FaultServer, open_web: Callable[..., Web], address: Callable[..., str], clock: Clock
) -> None:
    server.on("/data", "429", retry_after=600)
    server.good("/other", b"{}")
    web = open_web()
    web.fetch(Fetch("test", address("/data")))
    asked = len(server.seen)
    answer = web.fetch(Fetch("test", address("/other")))
    assert isinstance(answer.error, SourceBusy)
    assert answer.error.retry_after == 600.0
    assert (answer.status, len(server.seen)) == (None, asked)
    clock.sleep(601)
    assert web.fetch(Fetch("test", address("/other"))).error is None


def test_answers_say_who_asked_and_how_they_came(
    server: FaultServer, open_web: Callable[..., Web], address: Callable[..., str], clock: Clock
) -> None:
    server.good("/data", ROWS, headers=[("X-Two", "1"), ("X-Two", "2"), ("Memento-Datetime", "ignored")])
    answer = open_web({"CHOKEPOINT_CONTACT": "desk@chokepoint.example"}).fetch(
        Fetch("test", address("/data"), headers={"Accept": "application/json", "User-Agent": "someone else"})
    )
    assert (answer.via, answer.evidence, answer.origin) == ("direct", "live", None)
    assert answer.retrieved_at == clock.wall()
    assert [value for name, value in answer.headers if name == "X-Two"] == ["1", "2"]
    sent = server.requests("/data")[0].headers
    assert sent["user-agent"].startswith("chokepoint/")
    assert sent["user-agent"].endswith(" desk@chokepoint.example")
    assert sent["accept"] == "application/json"
    assert "cookie" not in sent


def test_nothing_of_the_environment_changes_the_way(
    server: FaultServer, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    server.good("/api.example/data", ROWS, headers=[("Set-Cookie", "a=b")])
    assert web.fetch(Fetch("test", URL)).error is None
    web.fetch(Fetch("test", URL))
    assert "cookie" not in server.requests("/api.example/data")[-1].headers


def test_a_head_request_has_no_body(server: FaultServer, web: Web) -> None:
    server.good("/api.example/data", ROWS)
    answer = web.fetch(Fetch("test", URL, method="HEAD"))
    assert (answer.status, answer.body, answer.error) == (200, None, None)
    assert dict(answer.headers)["Content-Length"] == str(len(ROWS))


def test_a_mirror_that_is_not_there_is_busy() -> None:
    with Web.from_env({"CHOKEPOINT_MIRROR": "http://127.0.0.1:9"}) as web:
        answer = web.fetch(Fetch("test", URL))
    assert isinstance(answer.error, SourceBusy)
    assert "the mirror" in str(answer.error)
    assert (answer.via, answer.evidence) == ("mirror:unnamed", "synthetic")


def test_a_redirect_in_raw_utf8_is_followed(server: FaultServer, web: Web) -> None:
    server.on(
        "/api.example/data", lambda x: x.send(301, b"", [("Location", "/新闻".encode().decode("latin-1"))])
    )
    server.good("/api.example/%E6%96%B0%E9%97%BB", ROWS)
    assert web.fetch(Fetch("test", URL)).error is None
