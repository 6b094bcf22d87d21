"""Feeds as odd publishers write them: what can be read is right, and what cannot is absent."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.document import Answer, Fetch, Validators
from extractors import ingest
from extractors.news.charset import decode
from extractors.news.feed import read_feed
from extractors.news.feeds import load_feeds
from extractors.news.items import Item, Reading
from extractors.news.source import SOURCE, follow, plan_for
from tests.conftest import make_answer
from tests.documents import AT
from tests.news.documents import FEED_URL, feed_document, item, rss
from tests.news.test_feed_hostile import listed
from tests.news.test_formats import LISTING, index, sitemap, url
from warehouse import lake
from warehouse.feedstate import feed_states
from warehouse.home import Home

pytestmark = pytest.mark.usefixtures("two_feeds")
VERSION = "https://jsonfeed.org/version/1"
MORNING = datetime(2026, 11, 20, 8, tzinfo=UTC)
DAY = datetime(2026, 11, 20, tzinfo=UTC)


def read(body: str | bytes) -> Reading:
    return read_feed(feed_document(body))


def one(body: str | bytes) -> Item:
    [found] = read(body).items
    return found


@pytest.mark.parametrize(
    ("written", "at", "source"),
    [
        ("2026年11月20日 08:00", DAY, "feed-day"),
        ("2026/11/20 08:00", DAY, "feed-day"),
        ("20/11/2026 08:00", DAY, "feed-day"),
        ("11/12/2026", None, None),
        ("20-Nov-2026 08:00:00", DAY, "feed-day"),
        ("Nov 20, 2026 08:00 PM", DAY, "feed-day"),
        ("Fri, 20 Nov 2026 3:00 AM EST", MORNING, "feed"),
        ("Fri, 20 Nov 2026 08:00:00 +9900", MORNING, "feed-day"),
        ("Fr, 20 Nov 2026 09:00:00 +0100", MORNING, "feed"),
        ("2026-11-20T08:00:00+00:00", MORNING, "feed"),
        ("2026-11-20T24:00:00Z", datetime(2026, 11, 21, tzinfo=UTC), "feed"),
        ("Fri, 31 Feb 2026 08:00:00 GMT", None, None),
        ("1763625600", None, None),
        ("2026-W47-5", None, None),
        ("November 2026", None, None),
        ("20 novembre 2026", None, None),
        ("пт, 20 ноя 2026 08:00:00 +0300", None, None),
        ("금, 20 11월 2026", None, None),
        ("vor 3 Stunden", None, None),
        ("0000-00-00", None, None),
    ],
)
def test_a_date_is_right_or_absent(written: str, at: datetime | None, source: str | None) -> None:
    found = one(rss(item(date=written)))
    assert (found.published_at, found.published_source) == (at, source)


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("https://user:word@outlet.example/a", "https://outlet.example/a"),
        ("//cdn.example/a", "https://cdn.example/a"),
        ("?id=5", f"{FEED_URL}?id=5"),
        ("https://outlet.example/a b", "https://outlet.example/a%20b"),
        ("https://outlet.example\\@other.example/a", None),
        ("javascript:alert(1)", None),
        ("data:text/html,a", None),
        ("mailto:a@b.example", None),
        ("ftp://outlet.example/a", None),
        ("https://[bad/a", None),
    ],
)
def test_a_link_is_an_address_without_a_login_or_none(link: str, address: str | None) -> None:
    reading = read(rss(item(link=link)))
    assert [found.url for found in reading.items] == ([address] if address else [])
    assert dict(reading.refused) == ({} if address else {"link is no http(s) address": 1})


def test_names_of_characters_in_rss_091() -> None:
    head = '<?xml version="1.0"?><!DOCTYPE rss SYSTEM "http://127.0.0.1:9/rss-0.91.dtd">'
    body = rss(item(title="Caf&eacute; &amp; th&eacute;&nosuchname;"), declaration=head)
    assert one(body).title.startswith("Café & thé")


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("&lt;b&gt;Chips&lt;/b&gt; &amp;amp; batteries", "Chips & batteries"),
        ("AT&amp;amp;T&amp;#8217;s plan", "AT&T’s plan"),
        ("Output &lt; 5 GW, &lt;unknown&gt; kept", "Output < 5 GW, <unknown> kept"),
        ("R&amp;D at S&amp;P", "R&D at S&P"),
    ],
)
def test_a_title_escaped_twice_is_read_as_text(given: str, title: str) -> None:
    assert one(rss(item(title=given))).title == title


def test_atom_with_bases_and_many_links() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://b.example/dir/"><title>t</title><entry xml:base="sub/">'
        '<title type="html">X &amp;amp; Y</title><id>urn:1</id><link rel="related" href="https://other.example/"/>'
        '<link rel="self" href="self"/><link rel="alternate" href="p1"/><link rel="enclosure" href="e.mp3" type="audio/mpeg"/>'
        "<updated>2026-11-20T08:00:00Z</updated></entry></feed>"
    )
    found = one(body)
    assert (found.url, found.enclosure_url) == (
        "https://b.example/dir/sub/p1",
        "https://b.example/dir/sub/e.mp3",
    )
    assert (found.title, found.published_source) == ("X & Y", "feed-updated")


def test_a_picture_is_no_article_and_a_film_is() -> None:
    picture = '<enclosure url="https://outlet.example/a.jpg" type="image/jpeg"/>'
    film = '<media:content xmlns:media="http://search.yahoo.com/mrss/" url="/a.mp4" type="video/mp4"/>'
    reading = read(rss(item(1, link="", more=picture), item(2, link="", more=film), item(3, more=film)))
    assert [found.url for found in reading.items] == [
        "https://outlet.example/a.mp4",
        "https://outlet.example/story/3",
    ]
    assert {found.enclosure_url for found in reading.items} == {"https://outlet.example/a.mp4"}
    assert reading.refused == {"no link": 1}


def test_a_bad_file_costs_no_article() -> None:
    bad = '<enclosure url="https://[bad/x.mp3" type="audio/mpeg"/>'
    assert one(rss(item(more=bad))).enclosure_url is None


def test_json_feeds_with_nulls_and_nonsense() -> None:
    entries: list[Any] = [
        {
            "id": None,
            "url": None,
            "external_url": "https://outlet.example/e",
            "title": None,
            "author": {"name": None},
        },
        {
            "id": "https://outlet.example/id",
            "url": 5,
            "date_published": 5,
            "attachments": [{"url": None}, None],
        },
        {"id": "tag:1", "content_text": "no address"},
        None,
        5,
        [],
    ]
    reading = read(json.dumps({"version": VERSION, "title": None, "items": entries}))
    assert [found.url for found in reading.items] == ["https://outlet.example/e", "https://outlet.example/id"]
    assert reading.refused == {"no link": 4}


def test_a_news_sitemap_without_a_date_and_with_markup_in_a_title() -> None:
    body = sitemap(
        "<url><loc> <![CDATA[https://outlet.example/1?a=1&b=2]]> </loc>"
        "<news:news><news:title>T<b>x</b> &amp; y</news:title></news:news></url>"
    )
    found = one(body)
    assert (found.url, found.title, found.published_at) == (
        "https://outlet.example/1?a=1&b=2",
        "Tx & y",
        None,
    )


def test_an_index_leads_neither_to_itself_nor_to_another_site() -> None:
    children = [
        (FEED_URL, None),
        ("https://other.example/news.xml", None),
        ("https://outlet.example/n.xml", None),
    ]
    assert [fetch.url for fetch in follow(feed_document(index(*children)))] == [
        "https://outlet.example/n.xml"
    ]


@pytest.mark.filterwarnings("error")
def test_a_listing_may_be_xhtml_with_a_base_and_a_feed_is_no_listing() -> None:
    page = '<?xml version="1.0" encoding="utf-8"?>' + LISTING.replace(
        "<head>", '<head><base href="/archive/"/>'
    )
    reading = read_feed(feed_document(page.replace('href="/notice/1"', 'href="notice/1"')), listed())
    assert reading.items[0].url == "https://outlet.example/archive/notice/1"
    with pytest.raises(Exception, match=r"^not-a-feed: the selector"):
        read_feed(feed_document(rss(item())), listed())


def test_a_list_of_gdelt_gives_no_date_of_publication() -> None:
    feed = replace(listed(), format="gdelt", listing=None)
    article = {
        "url": "https://outlet.example/1",
        "title": "T \\' x",
        "seendate": "20261120T080000Z",
        "language": "English",
    }
    body = json.dumps({"articles": [article, {"title": "no link"}, None]}).replace("\\\\'", "\\'")
    reading = read_feed(feed_document(body), feed)
    [found] = reading.items
    assert (found.title, found.published_at, reading.newest_at) == ("T ' x", None, MORNING)
    assert reading.refused == {"no link": 2}
    assert read_feed(feed_document("{}"), feed).items == ()
    for other in ("Your query was too short or too long.", '{"articles": "none"}', "[]", ""):
        with pytest.raises(Exception, match=r"^not-a-feed: "):
            read_feed(feed_document(other), feed)


def test_a_feed_in_parts_is_as_well_as_its_best_part(home: Home) -> None:
    """The index is asked, then its parts; one has not been written to for years."""
    parts = {"a": MORNING, "b": datetime(2017, 12, 5, tzinfo=UTC)}
    bodies = {
        f"https://outlet.example/news-{name}.xml": sitemap(url(1, date=at.isoformat()))
        for name, at in parts.items()
    }
    bodies[FEED_URL] = index(*((address, None) for address in bodies))

    class Site:
        def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
            body = bodies.get(fetch.url, "<html></html>").encode()
            return replace(make_answer(fetch.url, body, source="news", at=AT), fetch=fetch)

    plan = list(plan_for(load_feeds(), ["test_feed"]))
    ingest.fetch(home, SOURCE, Site(), plan=plan)
    ingest.parse(home, SOURCE)
    polls = {row["url"]: row["state"] for row in _polls(home)}
    assert sorted(polls.values()) == ["ok", "stale"]
    [state] = feed_states(home, "news", {}).values()
    assert state.state == "ok"


def _polls(home: Home) -> list[dict[str, Any]]:
    urls = {
        row["document_id"]: row["url"] for row in lake.each(home, "news", "document", ["document_id", "url"])
    }
    return [row | {"url": urls[row["document_id"]]} for row in lake.each(home, "news", "feed_poll")]


def test_what_only_the_wider_set_has_is_read_where_gb2312_is_declared() -> None:
    name = "朱镕基"
    assert decode(name.encode("gb18030"), "text/xml; charset=gb2312") == name


def test_a_packed_sitemap_of_a_feed_without_the_right_to_text_leads_to_no_page() -> None:
    own = sitemap(url(1)).replace("outlet.example", "other.example").encode()
    asked = {"url": "https://other.example/news.xml.gz", "scope": {"kind": "feed", "feed": "headlines"}}
    document = feed_document(gzip.compress(own), **asked)
    assert len(read_feed(document).items) == 1
    assert list(follow(document)) == []


def test_an_update_that_lies_in_the_future_refuses_its_item() -> None:
    entry = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title><entry><title>X</title><id>1</id><link href="/1"/>'
        "<published>2026-11-20T08:00:00Z</published><updated>2098-11-20T08:00:00Z</updated></entry></feed>"
    )
    assert read(entry).refused == {"date 2098-11-20 is before 1995 or after the poll": 1}
