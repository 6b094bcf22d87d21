"""JSON Feed, news sitemaps and listings come to the same items as RSS, and what is none of them is said to be none."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors.news import feed as feeds
from extractors.news.feed import MAX_BYTES, read_feed
from extractors.news.feeds import load_feeds
from extractors.news.items import MAX_ITEMS
from extractors.news.source import SOURCE, follow, parse
from tests.news.conftest import BLOCK, WriteFeeds
from tests.news.documents import FEED_URL, feed_document, item, rss, table

pytestmark = pytest.mark.usefixtures("two_feeds")

URLSET = (
    '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">'
)
LISTING = """<!DOCTYPE html><html lang="en"><head><title>Notices</title></head><body><ul class="news">
<li><a href="/notice/1">First notice</a> <time datetime="2026-11-20T08:00:00Z">today</time></li>
<li><a href="https://outlet.example/notice/2"><b>Second</b> notice</a> <time>2026-11-19</time></li>
<li>no link</li></ul><ol><li><a href="/other">Other</a></li></ol></body></html>"""


def json_feed(*items: dict[str, Any], **more: object) -> str:
    return json.dumps(
        {"version": "https://jsonfeed.org/version/1.1", "title": "Outlet", "items": items} | more
    )


def url(number: int, news: bool = True, date: str = "2026-11-20T08:00:00+08:00") -> str:
    tags = (
        "<news:news><news:publication><news:name>Outlet</news:name><news:language>en</news:language></news:publication>"
        f"<news:publication_date>{date}</news:publication_date><news:title>Story {number} &amp; more</news:title></news:news>"
    )
    return f"<url><loc>https://outlet.example/story/{number}</loc>{tags if news else ''}</url>"


def sitemap(*urls: str) -> str:
    return f"{URLSET}{''.join(urls)}</urlset>"


def index(*children: tuple[str, str | None]) -> str:
    parts = "".join(
        f"<sitemap><loc>{loc}</loc>{f'<lastmod>{at}</lastmod>' if at else ''}</sitemap>"
        for loc, at in children
    )
    return f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{parts}</sitemapindex>'


def test_a_json_feed() -> None:
    found = json_feed(
        {
            "id": 7,
            "url": "https://outlet.example/story/1?utm_source=feed",
            "title": "变压器出口",
            "content_text": "Text",
            "date_published": "2026-11-20T08:00:00+08:00",
            "date_modified": "2026-11-20T09:00:00Z",
            "authors": [{"name": "A"}, {"name": "B"}, {"name": "A"}],
            "attachments": [{"url": "/a.mp3", "mime_type": "audio/mpeg"}],
        },
        {"id": "8", "content_text": "no link"},
        language="zh-Hans",
    )
    reading = read_feed(feed_document(found))
    [story] = reading.items
    assert (reading.format, reading.channel_title, reading.language) == ("json", "Outlet", "zh-Hans")
    assert (story.url_key, story.guid, story.title) == ("https://outlet.example/story/1", "7", "变压器出口")
    assert story.published_at == datetime(2026, 11, 20, tzinfo=UTC)
    assert story.updated_at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    assert (story.authors, story.enclosure_url) == ("A; B", "https://outlet.example/a.mp3")
    assert reading.refused == {"no link": 1}


def test_json_as_careless_publishers_write_it() -> None:
    text = json_feed({"url": "https://outlet.example/a", "title": "TITLE"}).replace(
        "TITLE", "a\x0bb \\' c \\x d\t"
    )
    [story] = read_feed(feed_document(text)).items
    assert story.title == "a\x0bb ' c x d\t"


@pytest.mark.parametrize(
    "body",
    [
        '{"version": "2", "items": []}',
        '{"version": "https://jsonfeed.org/version/1", "items": [',
        "{" * 100_000,
        '{"items": ' + "[" * 100_000,
        "[]",
    ],
)
def test_other_json_is_no_feed(body: str) -> None:
    with pytest.raises(SourceChanged, match=r"^not-a-feed: the answer is neither"):
        read_feed(feed_document(body))


def test_a_json_feed_without_items_is_empty() -> None:
    [poll] = table(parse(feed_document(json_feed(items=None))), "feed_poll")
    assert (poll["state"], poll["format"]) == ("empty", "json")


def test_a_news_sitemap() -> None:
    reading = read_feed(feed_document(sitemap(url(1), url(2, news=False), url(3, date="2026-11-19"))))
    assert (reading.format, reading.channel_title, reading.language) == ("sitemap", "Outlet", "en")
    assert [(one.title, one.published_source) for one in reading.items] == [
        ("Story 1 & more", "feed"),
        ("Story 3 & more", "feed-day"),
    ]


def test_a_packed_sitemap_is_unpacked_within_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = gzip.compress(sitemap(*map(url, range(50))).encode())
    assert len(read_feed(feed_document(packed)).items) == 50
    monkeypatch.setattr(feeds, "MAX_BYTES", 10_000)
    with pytest.raises(SourceChanged, match=r"^too-large: the file unpacks to over 10,000 bytes"):
        read_feed(feed_document(gzip.compress(b" " * 1_000_000)))
    with pytest.raises(SourceChanged, match=r"^not-a-feed: .*begins like a gzip file"):
        read_feed(feed_document(b"\x1f\x8bnonsense"))


def test_a_sitemap_of_mere_pages_is_no_feed() -> None:
    with pytest.raises(SourceChanged, match=r"^not-a-feed: a sitemap of pages without news tags"):
        read_feed(feed_document(sitemap(url(1, news=False))))
    [poll] = table(parse(feed_document(sitemap())), "feed_poll")
    assert poll["state"] == "empty"


def test_an_index_leads_to_its_late_news_sitemaps_one_level_deep() -> None:
    children = [
        ("https://outlet.example/news-old.xml", "2026-10-01"),
        ("https://outlet.example/posts.xml", None),
    ]
    children += [
        ("https://outlet.example/news-1.xml", "2026-11-20T12:00:00Z"),
        ("https://outlet.example/news-2.xml.gz", None),
    ]
    document = feed_document(index(*children))
    assert list(parse(document)) == []
    asked = list(follow(document))
    assert [fetch.url for fetch in asked] == [
        "https://outlet.example/news-2.xml.gz",
        "https://outlet.example/news-1.xml",
    ]
    assert {fetch.scope["part"] for fetch in asked} == {True}
    assert all(fetch.same_site and fetch.every_seconds for fetch in asked)
    deeper = feed_document(index(*children), scope={"kind": "feed", "feed": "test_feed", "part": True})
    assert list(follow(deeper)) == []


def test_an_index_is_followed_also_where_no_page_may_be() -> None:
    document = feed_document(
        index(("https://other.example/news.xml", None)), key="headlines", url="https://other.example/rss"
    )
    assert [fetch.url for fetch in follow(document)] == ["https://other.example/news.xml"]
    part = {"kind": "feed", "feed": "headlines", "part": True}
    assert list(follow(feed_document(sitemap(url(1)), scope=part))) == []
    [poll] = table(parse(feed_document(sitemap(url(1)), scope=part)), "feed_poll")
    assert poll["part"] is True


def test_a_listing_by_its_selectors(write_feeds: WriteFeeds) -> None:
    selectors = {"format": '"listing"', "item_selector": '"ul.news > li"', "date_selector": '"time"'}
    feed = load_feeds(write_feeds(BLOCK | selectors))["test_feed"]
    reading = read_feed(feed_document(LISTING), feed)
    assert [(one.url, one.title, one.published_source) for one in reading.items] == [
        ("https://outlet.example/notice/1", "First notice", "feed"),
        ("https://outlet.example/notice/2", "Second notice", "feed-day"),
    ]
    assert reading.refused == {"no link": 1}
    assert [fetch.url for fetch in SOURCE.follow(feed_document(LISTING))] == [
        one.url for one in reading.items
    ]
    for changed in ("<html><body><ul><li>new look</li></ul></body></html>", rss(item())):
        with pytest.raises(SourceChanged, match=r"^not-a-feed: the selector 'ul.news > li' finds no item"):
            list(parse(feed_document(changed)))
    with pytest.raises(SourceChanged, match=r"^blocked: "):
        list(parse(feed_document("<html><title>Just a moment...</title></html>")))


@pytest.mark.parametrize(
    ("form", "body"), [("json", rss(item())), ("sitemap", rss(item())), ("feed", json_feed())]
)
def test_a_stated_format_is_the_only_one_read(write_feeds: WriteFeeds, form: str, body: str) -> None:
    feed = load_feeds(write_feeds(BLOCK | {"format": f'"{form}"'}))["test_feed"]
    with pytest.raises(SourceChanged, match=r"^not-a-feed: "):
        read_feed(feed_document(body), feed)


BOMB = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY n SYSTEM "http://127.0.0.1:9/x">]>'
)


@pytest.mark.parametrize("entity", ["&c;", "&f;", "&n;"])
def test_entities_of_a_sitemap_are_never_opened(entity: str) -> None:
    body = sitemap(url(1)).replace("?>", f"?>{BOMB}", 1).replace("Story 1", f"Story {entity}")
    [story] = read_feed(feed_document(body)).items
    assert "aaaa" not in story.title
    assert "root:" not in story.title


def test_a_packed_bomb_is_not_unpacked_beyond_the_cap() -> None:
    body = gzip.compress(b"<urlset>" + b" " * 150_000_000, 1)
    tracemalloc.start()
    try:
        with pytest.raises(SourceChanged, match=r"^too-large: the file unpacks to over"):
            read_feed(feed_document(body))
        assert tracemalloc.get_traced_memory()[1] < 4 * MAX_BYTES
    finally:
        tracemalloc.stop()


def test_fifty_thousand_items_of_any_format_end_at_the_cap() -> None:
    bodies = {
        "json": json_feed(*({"url": f"https://outlet.example/{n}"} for n in range(50_000))),
        "sitemap": sitemap(*(url(n) for n in range(50_000))),
    }
    for form, body in bodies.items():
        reading = read_feed(feed_document(body))
        assert (reading.format, len(reading.items), reading.over_cap) == (form, MAX_ITEMS, 50_000 - MAX_ITEMS)


@pytest.mark.parametrize(
    ("head", "seconds"),
    [
        ("<ttl>90</ttl>", 5400.0),
        ("<sy:updatePeriod> daily </sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>", 21600.0),
        ("<ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 3600.0),
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 3600.0),
        ("<ttl>soon</ttl>", None),
        ("", None),
    ],
)
def test_a_feed_says_how_long_to_leave_it_alone(head: str, seconds: float | None) -> None:
    document = feed_document(rss(item()).replace("<item>", f"{head}<item><ttl>7</ttl>"))
    [poll] = table(parse(document), "feed_poll")
    assert poll["wait_seconds"] == seconds
    assert SOURCE.wait_seconds(document) == (seconds or 0.0)


def test_a_page_is_no_poll() -> None:
    assert (
        SOURCE.wait_seconds(feed_document("x", url=FEED_URL, scope={"kind": "page", "feed": "test_feed"}))
        is None
    )
