"""A thousand feeds polled and read, one in ten failing: `python -m benches.news_poll [feeds]`.

Every feed is a host of its own on a loopback server, with a robots.txt and fifty items; the failing tenth shows ten ways to
fail. Requests and parsing take the time they take; waits between requests to one host are counted, not waited; a silent
host costs its whole time-out. What is measured must stay below an hour.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from contracts.document import Fetch
from extractors import ingest
from extractors.news.feeds import FEEDS_ENV, load_feeds
from extractors.news.source import SOURCE, plan_for
from extractors.report import FetchReport, ParseReport
from extractors.web.session import Web
from tests.fault_server import FaultServer
from warehouse.home import Home, open_home

FEEDS, ITEMS = 1_000, 50
FAULTS = ("404", "410", "500", "503", "429", "403", "truncated", "html", "hang_up", "silent")
PATIENCE = (0.2, 0.2)
BUDGET_SECONDS = 3_600.0
HEAD = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Feed {0}</title><ttl>60</ttl>'
)
ITEM = (
    "<item><title>Story {1} of feed {0}</title><link>https://feed{0}.example/story/{1}</link><guid>{0}-{1}</guid>"
    "<description>{2}</description><pubDate>Fri, 20 Nov 2026 08:{1:02}:00 GMT</pubDate></item>"
)
BLOCK = """[[feed]]
key = "feed{0}"
url = "https://feed{0}.example/rss"
publisher = "Feed {0}"
country = "unknown"
language = "en"
topics = ["bench"]
cadence = "1 day"
licence = "unknown"
text = "none"
"""


class Clock:
    """Real seconds, and those that would have been slept."""

    def __init__(self) -> None:
        self.slept = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.slept

    def sleep(self, seconds: float) -> None:
        self.slept += seconds


@dataclass(frozen=True)
class Round:
    """One run over all feeds: what it brought and what it took, in seconds."""

    fetched: FetchReport
    parsed: ParseReport
    asking: float
    slept: float
    parsing: float
    requests: int


def feed_xml(number: int, items: int = ITEMS) -> bytes:
    text = "A sentence of some length about transformers, tariffs and the halls they stand in. " * 3
    parts = [HEAD.format(number), *(ITEM.format(number, n, text) for n in range(items)), "</channel></rss>"]
    return "".join(parts).encode()


@contextmanager
def world(feeds: int, folder: Path) -> Iterator[FaultServer]:
    """A list of feeds and a server that answers them, one in ten badly."""
    path, before = folder / "feeds.toml", os.environ.get(FEEDS_ENV)
    path.write_text("\n".join(BLOCK.format(number) for number in range(feeds)), encoding="utf-8")
    os.environ[FEEDS_ENV] = str(path)
    try:
        with FaultServer() as server:
            for number in range(feeds):
                address = f"/feed{number}.example/rss"
                if number % 10:
                    server.good(address, feed_xml(number), "application/rss+xml")
                else:
                    server.on(address, FAULTS[number // 10 % len(FAULTS)])
            yield server
    finally:
        if before is None:
            del os.environ[FEEDS_ENV]
        else:
            os.environ[FEEDS_ENV] = before


def poll(home: Home, server: FaultServer) -> Round:
    """Ask every feed politely and read what came."""
    clock, before = Clock(), len(server.seen)
    environ = {"CHOKEPOINT_MIRROR": server.base, "CHOKEPOINT_MIRROR_POLITE": "1"}
    started = time.monotonic()
    with Web(environ, clock=clock, sleep=clock.sleep) as web:
        plan: list[Fetch] = [replace(fetch, timeout=PATIENCE) for fetch in plan_for(load_feeds())]
        fetched = ingest.fetch(home, SOURCE, web, plan=plan, clock=clock)
    asked = time.monotonic()
    parsed = ingest.parse(home, SOURCE)
    ended = time.monotonic()
    return Round(fetched, parsed, asked - started, clock.slept, ended - asked, len(server.seen) - before)


def main(feeds: int = FEEDS) -> int:
    """Exit code 1 when a round would take more than the hour."""
    slow = 0
    silent = len(range(10 * FAULTS.index("silent"), feeds, 10 * len(FAULTS)))
    with tempfile.TemporaryDirectory() as name, world(feeds, Path(name)) as server:
        home = open_home(Path(name) / "home", "sample")
        for number in (1, 2):
            done = poll(home, server)
            timeouts = silent * (Fetch("news", "https://x.example/").timeout[1] - PATIENCE[1])
            total = done.asking + done.slept + done.parsing + timeouts
            print(f"round {number}: {feeds:,} feeds, {done.requests:,} requests: {done.fetched.counts}")
            print(f"  parsed {done.parsed.outcomes}, rows {done.parsed.rows}")
            print(
                f"  asking {done.asking:.1f} s, waits {done.slept:.0f} s, time-outs {timeouts:.0f} s, "
                f"parsing {done.parsing:.1f} s: {total:.0f} s of {BUDGET_SECONDS:.0f} s"
            )
            slow += total > BUDGET_SECONDS
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(
        f"CPU {used.ru_utime + used.ru_stime:.0f} s (server included), peak memory {used.ru_maxrss / 1024:.0f} MB"
    )
    return 1 if slow else 0


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
