"""robots.txt is obeyed, hosts are asked in their own time."""

from __future__ import annotations

import gzip
from collections.abc import Callable

import pytest

from contracts.document import Fetch
from contracts.errors import SourceBusy, SourceRefused
from extractors.web.pace import Pace
from extractors.web.robots import Robots
from extractors.web.session import Web
from tests.fault_server import FaultServer
from tests.web.conftest import Clock

RULES = b"User-agent: *\nDisallow: /private\nAllow: /private/open\nCrawl-delay: 2.5\n\nUser-agent: other\nDisallow: /\n"


def fetch(web: Web, url: str) -> object:
    return web.fetch(Fetch("test", url)).error


def test_what_is_disallowed_is_not_asked(server: FaultServer, web: Web) -> None:
    server.good("/news.example/robots.txt", RULES, "text/plain")
    for path in ("/a", "/private/a", "/private/open", "/?q=1"):
        server.good(f"/news.example{path}", b"{}")
    assert fetch(web, "https://news.example/a") is None
    assert fetch(web, "https://news.example/private/open") is None
    assert fetch(web, "https://news.example/?q=1") is None
    error = fetch(web, "https://news.example/private/a")
    assert isinstance(error, SourceRefused)
    assert "robots.txt of https://news.example disallows" in str(error)
    assert server.count("/news.example/private/a") == 0
    assert server.count("/news.example/robots.txt") == 1


def test_rules_for_us_by_name(server: FaultServer, web: Web) -> None:
    server.good("/news.example/robots.txt", b"User-agent: chokepoint\nDisallow: /\n\nUser-agent: *\nAllow: /")
    assert isinstance(fetch(web, "https://news.example/a"), SourceRefused)


MEANINGS = {401: SourceRefused, 403: SourceRefused, 404: None, 410: None, 400: None}
MEANINGS |= {429: SourceBusy, 500: SourceBusy, 503: SourceBusy}


@pytest.mark.parametrize(("status", "error"), MEANINGS.items())
def test_what_the_status_of_robots_txt_means(
    server: FaultServer, web: Web, status: int, error: type[Exception] | None
) -> None:
    server.on("/news.example/robots.txt", str(status))
    server.good("/news.example/a", b"{}")
    found = fetch(web, "https://news.example/a")
    assert found is None if error is None else isinstance(found, error)
    assert server.count("/news.example/a") == (error is None)


@pytest.mark.parametrize("fault", ["hang_up", "truncated", "redirect_loop"])
def test_a_host_that_cannot_say_is_not_asked(server: FaultServer, web: Web, fault: str) -> None:
    server.on("/news.example/robots.txt", fault)
    error = fetch(web, "https://news.example/a")
    assert isinstance(error, SourceBusy)
    assert "robots.txt could not be read" in str(error)
    assert server.count("/news.example/a") == 0


def test_robots_txt_is_read_coded_redirected_and_cut(server: FaultServer, web: Web) -> None:
    coded = gzip.compress(RULES, mtime=0)
    server.good("/zip.example/robots.txt", coded, "text/plain", headers=[("Content-Encoding", "gzip")])
    server.on("/away.example/robots.txt", "redirect", to="https://zip.example/robots.txt")
    server.good("/long.example/robots.txt", RULES + b"# filler\n" * 100_000, "text/plain")
    for host in ("zip", "away", "long"):
        assert isinstance(fetch(web, f"https://{host}.example/private/a"), SourceRefused)


def test_each_host_has_its_own_rules(server: FaultServer, web: Web) -> None:
    server.good("/news.example/robots.txt", b"User-agent: *\nDisallow: /")
    for url in ("https://news.example:8443/a", "https://www.news.example/a"):
        assert not isinstance(fetch(web, url), SourceRefused)
    assert isinstance(fetch(web, "https://news.example/a"), SourceRefused)


def test_a_redirect_into_what_is_disallowed_ends_there(server: FaultServer, web: Web) -> None:
    server.good("/other.example/robots.txt", RULES)
    server.on("/news.example/a", "redirect", to="https://other.example/private/a")
    answer = web.fetch(Fetch("test", "https://news.example/a"))
    assert isinstance(answer.error, SourceRefused)
    assert str(answer.error).startswith(
        "https://news.example/a redirects: robots.txt of https://other.example"
    )
    assert answer.status == 302
    assert server.count("/other.example/private/a") == 0


class Asked:
    """A robots.txt that answers from a list, the last one for ever."""

    def __init__(self, *answers: tuple[int, bytes] | SourceBusy) -> None:
        self.answers, self.times = answers, 0

    def __call__(self, url: str) -> tuple[int, bytes]:
        answer = self.answers[min(self.times, len(self.answers) - 1)]
        self.times += 1
        if isinstance(answer, SourceBusy):
            raise answer
        return answer


def test_rules_are_kept_an_hour_and_the_last_known_copy_outlives_a_failure(clock: Clock) -> None:
    asked = Asked((200, RULES), SourceBusy("down"), (503, b""), (404, b""))
    robots = Robots(asked, clock)
    assert robots.check("https://news.example/a") == 2.5
    clock.sleep(3599)
    robots.check("https://news.example/a")
    assert asked.times == 1
    for _ in range(2):
        clock.sleep(61)
        with pytest.raises(SourceRefused):
            robots.check("https://news.example/private/a")
    assert asked.times == 3
    clock.sleep(61)
    assert robots.check("https://news.example/private/a") == 0.0


def test_a_failure_is_asked_again_after_a_minute(clock: Clock) -> None:
    asked = Asked(SourceBusy("down"), (200, b""))
    robots = Robots(asked, clock)
    for _ in range(3):
        with pytest.raises(SourceBusy, match="down"):
            robots.check("https://news.example/a")
    assert asked.times == 1
    clock.sleep(61)
    robots.check("https://news.example/a")
    assert asked.times == 2


def test_one_host_is_asked_once_a_second_and_others_meanwhile(clock: Clock) -> None:
    pace = Pace(clock, clock.sleep)
    for host in ("a.example", "b.example", "a.example"):
        pace.wait(host)
    assert clock.slept == [1.0]
    clock.sleep(5)
    pace.wait("a.example")
    assert clock.slept == [1.0, 5]


@pytest.mark.parametrize(
    ("second", "slept"), [("data.api.example", [1.0, 1.0, 1.0]), ("other.example", [1.0, 1.0])]
)
def test_hosts_of_one_site_share_one_pace(
    server: FaultServer,
    open_web: Callable[..., Web],
    address: Callable[..., str],
    clock: Clock,
    second: str,
    slept: list[float],
) -> None:
    """Each host is asked for its robots.txt and a page: four requests, a second apart within a site."""
    server.good("/a", b"{}")
    web = open_web()
    for host in ("api.example", second):
        assert fetch(web, address("/a", host)) is None
    assert len(server.seen) == 4
    assert clock.slept == slept


def test_a_site_that_was_asked_too_often_is_left_alone_on_all_its_hosts(
    server: FaultServer, open_web: Callable[..., Web], address: Callable[..., str]
) -> None:
    server.on("/a", "too_fast")
    web = open_web()
    assert isinstance(fetch(web, address("/a")), SourceBusy)
    left = fetch(web, address("/b", "data.api.example"))
    assert isinstance(left, SourceBusy)
    assert "api.example asked to be left alone for another 600 s" in str(left)
    assert server.count("/b") == 0


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        ("no_such_file", None, ""),
        ("undeclared", SourceRefused, "set CHOKEPOINT_CONTACT"),
        ("too_fast", SourceBusy, "asked too often"),
    ],
)
def test_what_the_page_of_a_refused_robots_txt_means(
    server: FaultServer, web: Web, fault: str, error: type[Exception] | None, words: str
) -> None:
    server.on("/news.example/robots.txt", fault)
    server.good("/news.example/a", b"{}")
    found = fetch(web, "https://news.example/a")
    assert found is None if error is None else isinstance(found, error)
    assert words in str(found)
    assert server.count("/news.example/a") == (error is None)


@pytest.mark.parametrize(("delay", "slept"), [(0.5, 1.0), (2.5, 2.5), (120, 120), (900, 120)])
def test_crawl_delay_is_honoured_up_to_two_minutes(clock: Clock, delay: float, slept: float) -> None:
    pace = Pace(clock, clock.sleep)
    pace.wait("a.example", delay)
    pace.wait("a.example", delay)
    assert clock.slept == [slept]


def test_crawl_delay_of_robots_txt_spaces_a_session(
    server: FaultServer, open_web: Callable[..., Web], address: Callable[..., str], clock: Clock
) -> None:
    server.good("/robots.txt", RULES, "text/plain")
    server.good("/a", b"{}")
    web = open_web()
    for _ in range(2):
        assert fetch(web, address("/a")) is None
    assert clock.slept == [2.5, 2.5]


@pytest.mark.parametrize(("polite", "slept"), [("1", [1.0, 1.0]), ("0", []), ("", [])])
def test_a_mirror_is_asked_without_waiting_unless_told(
    server: FaultServer, clock: Clock, polite: str, slept: list[float]
) -> None:
    server.good("/news.example/a", b"{}")
    environ = {"CHOKEPOINT_MIRROR": server.base, "CHOKEPOINT_MIRROR_POLITE": polite}
    with Web(environ, clock=clock, sleep=clock.sleep, wall=clock.wall) as web:
        for _ in range(2):
            assert fetch(web, "https://news.example/a") is None
    assert clock.slept == slept
