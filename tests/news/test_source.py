"""What the news source asks for, and what a feed leads to."""

from __future__ import annotations

import gzip
from datetime import date

import pytest

from contracts.document import Fetch, Window
from contracts.errors import EnvironmentFault, SourceChanged
from extractors.news.feeds import load_feeds
from extractors.news.source import SOURCE, plan_for
from tests.news.documents import feed_document, item, page_document, rss
from tests.news.test_formats import index

pytestmark = pytest.mark.usefixtures("two_feeds")


def follow(*items: str, key: str = "test_feed") -> list[Fetch]:
    return list(SOURCE.follow(feed_document(rss(*items), key=key)))


def test_one_request_a_feed_whatever_the_window() -> None:
    for window in (Window(), Window(date(2026, 1, 1), date(2026, 2, 1))):
        asked = list(SOURCE.plan(window))
        assert [fetch.url for fetch in asked] == [
            "https://outlet.example/news/feed.xml",
            "https://other.example/rss",
        ]
        assert [fetch.scope for fetch in asked] == [
            {"kind": "feed", "feed": "test_feed"},
            {"kind": "feed", "feed": "headlines"},
        ]
        assert {fetch.token for fetch in asked} == {None}


def test_one_feed_may_be_asked_alone() -> None:
    [fetch] = plan_for(load_feeds(), ["headlines"])
    assert fetch.scope["feed"] == "headlines"
    with pytest.raises(EnvironmentFault, match="no feed nosuch; the list has: test_feed, headlines"):
        list(plan_for(load_feeds(), ["nosuch"]))


def test_only_feeds_that_somebody_chose_are_asked_at_once() -> None:
    assert [fetch.at_once for fetch in SOURCE.plan(Window())] == [False, False]
    assert [fetch.at_once for fetch in plan_for(load_feeds(), ["headlines", "test_feed"])] == [True, True]


def test_a_packed_index_of_a_feed_without_text_leads_to_its_parts() -> None:
    body = gzip.compress(index(("https://other.example/news-1.xml", None)).encode())
    document = feed_document(body, key="headlines", url="https://other.example/rss")
    [part] = SOURCE.follow(document)
    assert part.url == "https://other.example/news-1.xml"


def test_a_feed_leads_to_its_pages_each_once() -> None:
    first, second = follow(
        item(1, link="https://outlet.example/a?utm_source=rss"),
        item(2),
        item(3, link="https://outlet.example/a?utm_source=x"),
    )
    assert first.url == "https://outlet.example/a?utm_source=rss"
    assert first.scope == {
        "kind": "page",
        "feed": "test_feed",
        "url_key": "https://outlet.example/a",
        "title": "Story 1",
        "published_at": "2026-11-20T08:00:00Z",
        "published_source": "feed",
    }
    assert second.scope["title"] == "Story 2"


def test_no_page_is_asked_for_where_the_text_may_not_be_used() -> None:
    assert follow(item(1), key="headlines") == []
    assert follow(item(1), key="not_listed") == []
    assert list(SOURCE.follow(page_document("<html></html>"))) == []


def test_a_page_on_another_publishers_site_is_not_asked_for() -> None:
    asked = follow(
        item(1, link="https://another.example/a"),
        item(2, link="https://outlet.example.another.example/a"),
        item(3, link="https://pages.outlet.example/a"),
    )
    assert [(fetch.url, fetch.same_site) for fetch in asked] == [("https://pages.outlet.example/a", True)]


def test_a_file_of_an_episode_is_not_a_page() -> None:
    assert (
        follow(item(1, link="", more='<enclosure url="https://outlet.example/1.mp3" type="audio/mpeg"/>'))
        == []
    )


def tokens(*items: str) -> list[str | None]:
    return [fetch.token for fetch in follow(*items)]


def test_a_changed_item_has_another_token_and_an_unchanged_one_has_not() -> None:
    assert tokens(item(1)) == tokens(item(1, title="Another headline")) == ["2026-11-20T08:00:00Z"]
    assert tokens(item(1)) == tokens(item(1, date="Fri, 20 Nov 2026 16:00:00 +0800"))
    assert tokens(item(1)) != tokens(item(1, date="Fri, 20 Nov 2026 09:00:00 GMT"))
    assert (
        tokens(item(1, date=None))
        == tokens(item(1, date=None))
        != tokens(item(1, date=None, title="Corrected"))
    )
    summary = "<description>Other words</description>"
    assert tokens(item(1, date=None)) != tokens(item(1, date=None, more=summary))


def test_an_update_counts_before_the_publication() -> None:
    def entry(updated: str) -> str:
        return (
            '<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>One</title>'
            f'<link href="/1"/><published>2026-11-19T08:00:00Z</published><updated>{updated}</updated></entry></feed>'
        )

    found = [
        fetch.token
        for at in ("20T08", "21T05")
        for fetch in SOURCE.follow(feed_document(entry(f"2026-11-{at}:00:00Z")))
    ]
    assert found == ["2026-11-20T08:00:00Z", "2026-11-21T05:00:00Z"]


def test_what_is_no_feed_leads_nowhere_and_says_so() -> None:
    with pytest.raises(SourceChanged, match=r"^not-a-feed: "):
        list(SOURCE.follow(feed_document("<html></html>")))
