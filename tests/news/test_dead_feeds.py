"""Feeds that answer and are dead: each ends in the state, or the reason, that says so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from contracts.errors import SourceChanged
from extractors.news.source import parse
from tests.news.documents import feed_document, item, rss, table

pytestmark = pytest.mark.usefixtures("two_feeds")

SHELL = '<!DOCTYPE html><html><head><script src="/app.js"></script></head><body><div id="app"></div></body></html>'
HOME = "<html><head><title>Home</title></head><body><nav>News</nav><a href='/a'>A story</a></body></html>"
CHALLENGE = (
    '<!DOCTYPE html><html lang="en-US"><head><title>Just a moment...</title></head>'
    '<body><script src="/cdn-cgi/challenge-platform/h/b/orchestrate/chl_page/v1"></script></body></html>'
)
FORBIDDEN = "<html><head><title>Attention Required! | Cloudflare</title></head><body>Sorry, you have been blocked</body></html>"
DENIED = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>'
NO_ITEMS = rss(title="HuffPost")


@pytest.mark.parametrize(
    ("dates", "state"),
    [
        (["Tue, 05 Dec 2017 10:00:00 GMT", "Wed, 03 Jan 2018 10:00:00 GMT"], "stale"),
        (["2025-06-05"], "stale"),
        (["Thu, 27 Apr 2023 15:06:38 GMT"], "stale"),
        (["Mon, 15 Sep 2025 12:00:00 +0000"], "stale"),
        (["Tue, 10 Nov 2026 05:59:00 GMT"], "stale"),
        (["Wed, 11 Nov 2026 06:01:00 GMT"], "ok"),
        (["Tue, 05 Dec 2017 10:00:00 GMT", "Fri, 20 Nov 2026 10:00:00 GMT"], "ok"),
        ([None, None], "ok"),
    ],
    ids=[
        "xinhua",
        "peoples-daily",
        "cnn",
        "semianalysis",
        "eleven-days",
        "under-ten-days",
        "one-new",
        "china-daily-no-dates",
    ],
)
def test_the_newest_item_decides_whether_a_valid_feed_is_alive(dates: list[str | None], state: str) -> None:
    body = rss(*(item(number, date=date) for number, date in enumerate(dates)))
    [poll] = table(parse(feed_document(body)), "feed_poll")
    assert poll["state"] == state
    assert (poll["reason"] is None) == (state == "ok")


def test_a_feed_of_no_items_is_empty_not_broken() -> None:
    [poll] = table(parse(feed_document(NO_ITEMS)), "feed_poll")
    assert (poll["state"], poll["items"], poll["channel_title"]) == ("empty", 0, "HuffPost")


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        (SHELL, 200, "not-a-feed: the answer is an HTML page"),
        (HOME, 200, "not-a-feed: the answer is an HTML page"),
        (
            "Error: no feed by that name.",
            200,
            "not-a-feed: the answer is neither RSS, RDF, Atom, JSON Feed nor sitemap ('Error: no feed",
        ),
        ('{"code": 404, "msg": "not found"}', 200, "not-a-feed: the answer is neither"),
        ("", 202, "not-a-feed: the answer (HTTP 202) has no body"),
        ("  \n", 200, "not-a-feed: the answer (HTTP 200) has no body"),
        (CHALLENGE, 200, "blocked: the answer is a block or challenge page"),
        (FORBIDDEN, 200, "blocked: the answer is a block or challenge page"),
        (DENIED, 200, "blocked: the answer is a block or challenge page"),
        (bytes(range(256)), 200, "not-a-feed:"),
    ],
    ids=["36kr", "the-paper", "dw", "cls", "pbs", "blank", "politico", "commerce", "wsj", "binary"],
)
def test_what_is_no_feed_is_quarantined_with_what_to_do(body: str | bytes, status: int, reason: str) -> None:
    with pytest.raises(SourceChanged) as fault:
        list(parse(feed_document(body, status=status)))
    assert str(fault.value).startswith(reason)
    assert "look for a new address" in str(fault.value) or "ask the publisher" in str(fault.value)


def test_a_challenge_known_by_its_header_is_a_block() -> None:
    document = feed_document("<html></html>", headers={"cf-mitigated": "challenge"})
    with pytest.raises(SourceChanged, match=r"^blocked: .*cf-mitigated: challenge"):
        list(parse(document))


def test_a_hostile_start_is_shown_harmless() -> None:
    with pytest.raises(SourceChanged) as fault:
        list(parse(feed_document("\x1b[31m\u202ered\n[bold]x")))
    assert not set("\x1b\u202e\n") & set(str(fault.value))


def test_no_content_holds_nothing() -> None:
    assert list(parse(feed_document("", status=204))) == []


def test_a_document_of_no_known_kind_is_refused() -> None:
    with pytest.raises(SourceChanged, match=r"^unknown-kind: "):
        list(parse(feed_document(rss(item()), scope={"kind": "sitemap", "feed": "test_feed"})))


@pytest.mark.parametrize(("seconds", "state"), [(0, "ok"), (1, "stale")])
def test_a_feed_is_stale_once_its_newest_item_is_older_than_the_limit(seconds: int, state: str) -> None:
    polled_at = datetime(2026, 11, 30, 8, 0, seconds, tzinfo=UTC)
    document = feed_document(rss(item(date="Fri, 20 Nov 2026 08:00:00 GMT")), retrieved_at=polled_at)
    [poll] = table(parse(document), "feed_poll")
    assert poll["state"] == state
