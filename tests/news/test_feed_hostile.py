"""Feeds built to stall or to swallow memory: read in a process of their own, refused with a reason, and others go on."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors import confined as confining
from extractors.confined import confined
from extractors.news import feed as reader
from extractors.news.feed import read_feed
from extractors.news.feed_block import Feed
from extractors.news.feedread import from_plain, plain, read_plain, read_text
from extractors.news.items import MAX_ITEMS
from extractors.news.listing import Selectors
from extractors.news.source import follow, parse
from tests.news.documents import FEED_URL, feed_document, item, rss, table
from tests.news.test_feed import ATOM, RDF
from tests.news.test_formats import LISTING, index, json_feed, sitemap, url

pytestmark = pytest.mark.usefixtures("two_feeds")
ABOUT = {"url": FEED_URL, "seen": "2026-11-21T06:00:00Z", "status": "200"}
LISTED = {"format": "listing", "item": "ul.news > li", "link": None, "title": None, "date": "time"}
GDELT = json.dumps(
    {"articles": [{"url": "https://a.example/1", "title": "T", "seendate": "20261120T081500Z"}]}
)
BODIES: dict[str, tuple[str, dict[str, str | None]]] = {
    "rss": (rss(item(1), item(2, date="2026-11-20"), item(3, link=""), item(4, title="变压器")), {}),
    "rdf": (RDF, {}),
    "atom": (ATOM, {}),
    "json": (
        json_feed({"url": "/1", "date_published": "2026-11-20T08:00:00.123Z", "title": "\ud83d\ude00"}),
        {},
    ),
    "sitemap": (sitemap(url(1), url(2)), {}),
    "index": (index(("https://a.example/news.xml", "2026-11-20"), ("https://a.example/b.xml", None)), {}),
    "listing": (LISTING, LISTED),
    "gdelt": (GDELT, {"format": "gdelt"}),
}
# feedparser looks for an address in this, in time that grows with the square of its length
STALLING = rss(f"<item><author>{'a.' * 300_000}@</author></item>")


@pytest.mark.parametrize("form", BODIES)
def test_a_process_of_its_own_reads_the_same(form: str) -> None:
    text, more = BODIES[form]
    about = ABOUT | more
    here = read_text(text, about)
    found = confined("extractors.news.feedread:read_plain", text.encode(), about, seconds=60)
    assert found == read_plain(text.encode(), about) == plain(here)
    assert from_plain(found) == here
    assert here.items or here.children


def test_only_what_could_stall_a_parser_is_sent_there(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []

    def record(function: str, data: bytes, about: Mapping[str, str | None], *, seconds: int) -> Any:
        sent.append(len(data))
        return read_plain(data, about)

    monkeypatch.setattr(reader, "confined", record)
    ordinary = rss(*(item(n, more="<author>a@b.example (A)</author>") for n in range(200)))
    read_feed(feed_document(ordinary))
    read_feed(feed_document(gzip.compress(sitemap(*map(url, range(200))).encode())))
    assert sent == []
    person = rss(item(more=f"<dc:creator>{'a.<!-- -->' * 200}</dc:creator>"))
    unusual: list[str | bytes] = [
        rss(item(), *("<!-- -->" * 9 for _ in range(9_000))),
        rss("<item/>" * 21_000),
        rss(item(title="x" * 5_000)),
        rss(item()).replace("<rss", '<!DOCTYPE rss [<!ENTITY a "b">]><rss', 1),
        rss(item(), declaration="")
        .replace("<rss", '<!DOCTYPE rss [<!ENTITY a "b">]><rss', 1)
        .encode("utf-16"),
        person,
        person.replace("dc:creator", "AUTHOR"),
        person.replace("</dc:creator>", ""),
        gzip.compress(sitemap(*map(url, range(2_000))).encode()),
    ]
    for number, body in enumerate(unusual, 1):
        read_feed(feed_document(body))
        assert len(sent) == number
    menu = LISTING.replace("</body>", "<br>" * 4_000 + "</body>")
    read_feed(feed_document(menu), listed())
    assert len(sent) == len(unusual) + 1


def listed() -> Feed:
    selectors = Selectors("ul.news > li", date="time")
    return Feed(
        "test_feed",
        FEED_URL,
        "Test",
        None,
        "en",
        ("t",),
        None,
        "unknown",
        "none",
        format="listing",
        listing=selectors,
    )


def test_a_feed_that_stalls_its_parser_is_refused_and_the_next_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reader, "MAX_SECONDS", 2)
    with pytest.raises(SourceChanged, match=r"^too-slow: not read within 2 s"):
        list(parse(feed_document(STALLING)))
    with pytest.raises(SourceChanged, match=r"^too-slow: "):
        list(follow(feed_document(STALLING)))
    large = rss(*(item(n, more=f"<description>{'word ' * 900}</description>") for n in range(5)))
    assert len(table(parse(feed_document(large)), "news_item")) == 5


def test_following_and_reading_a_feed_that_ends_its_reader_is_one_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[int] = []
    ask = confining._asked
    monkeypatch.setattr(
        confining, "_asked", lambda line, seconds: asked.append(seconds) or ask(line, seconds)
    )
    monkeypatch.setattr(reader, "MAX_SECONDS", 1)
    document = feed_document(STALLING.replace("a.", "b."))
    for read in (follow, parse, follow):
        with pytest.raises(SourceChanged, match=r"^too-slow: not read within 1 s"):
            list(read(document))
    assert asked == [1]


def test_a_feed_that_swallows_memory_is_refused_and_the_next_is_read() -> None:
    """Within what an XML parser allows an entity to grow."""
    entity = f'<!DOCTYPE rss [<!ENTITY a "{"x" * 100_000}">]>'
    hungry = f'<?xml version="1.0"?>{entity}<!--{" " * 14_000_000}-->' + rss(
        item(title="&a;" * 13_000), declaration=""
    )
    with pytest.raises(SourceChanged, match=r"^unreadable: "):
        list(parse(feed_document(hungry)))
    assert len(read_feed(feed_document(rss(item(title="x" * 5_000)))).items) == 1


def test_entries_over_the_cap_are_counted_and_not_read() -> None:
    body = json_feed().replace("[]", "[" + "{}," * 1_000_000 + "{}]")
    reading = read_feed(feed_document(body))
    assert (reading.refused, reading.over_cap) == ({"no link": MAX_ITEMS}, 1_000_001 - MAX_ITEMS)
    page = '<html><body><ul class="news">' + '<li><a href="/1">x</a>' * (MAX_ITEMS + 7)
    assert read_feed(feed_document(page), listed()).over_cap == 7
