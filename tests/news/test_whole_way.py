"""From asking to articles, by the real functions: what a site does over days."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts.document import Answer, Fetch, Validators
from extractors.web.session import Web
from tests.conftest import DAY
from tests.fault_server import FaultServer
from tests.news.documents import FEED_URL
from tests.news.site import HOUR, STORY, Outlet, day_of, marts, news, story
from tests.news.test_page_gone import GONE, PARKED
from warehouse import lake
from warehouse.home import Home


@pytest.mark.usefixtures("two_feeds")
def test_a_title_behind_a_304_that_lies_is_seen_a_day_later(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlet = Outlet(pages={FEED_URL: news(1, 2), STORY.format(1): story(1), STORY.format(2): story(2)})
    changed = news(1, 2, title="Outlet, renamed", named={1: "Story one, corrected"})
    for hours in (0, 1, 5, 25):
        outlet.at = DAY + hours * HOUR
        monkeypatch.setattr("warehouse.state.now", lambda: outlet.at)
        day_of(home, outlet, wall=lambda: outlet.at)
        outlet.pages[FEED_URL] = changed
        titles = {row["title"] for row in lake.read(home, "news", "news_item")}
        assert ("Story one, corrected" in titles) is (hours == 25)
    assert [known for url, known in outlet.asked if url == FEED_URL] == [False, True, True, False]
    found = marts(home, tmp_path, "marts.article", "staging.feed_event", "staging.article_version")
    [renamed] = found["staging.feed_event"]
    assert (renamed["event"], renamed["previous"], renamed["now"]) == (
        "title_changed",
        "Outlet",
        "Outlet, renamed",
    )
    assert renamed["happened_at"] == DAY + 25 * HOUR
    one = {row["url_key"]: row for row in found["marts.article"]}[STORY.format(1)]
    assert (one["title"], one["first_seen"]) == ("Story one, corrected", DAY)
    versions = [row for row in found["staging.article_version"] if row["url_key"] == STORY.format(1)]
    assert [(v["version"], v["changed_fields"]) for v in versions if v["kind"] == "feed"] == [
        (1, None),
        (2, "title"),
    ]


@pytest.mark.usefixtures("two_feeds")
def test_an_item_that_leaves_and_returns_is_the_same_article(home: Home, tmp_path: Path) -> None:
    outlet = Outlet(pages={STORY.format(n): story(n) for n in (1, 2, 3)})
    for hours, body in enumerate(
        (news(1, 2), news(2, 3), news(1, 2, 3), news(1, 2, 3, named={1: "New words"}))
    ):
        outlet.at, outlet.pages[FEED_URL] = DAY + hours * HOUR, body
        day_of(home, Blind(outlet), wall=lambda: outlet.at)
    assert {url: outlet.count(url) for url in map(STORY.format, (1, 2, 3))} == {
        STORY.format(1): 1,
        STORY.format(2): 1,
        STORY.format(3): 1,
    }
    found = marts(home, tmp_path, "marts.article", "staging.article_version", "staging.feed_event")
    articles = {row["url_key"]: row for row in found["marts.article"]}
    assert {key: row["first_seen"] for key, row in articles.items()} == {
        STORY.format(1): DAY,
        STORY.format(2): DAY,
        STORY.format(3): DAY + HOUR,
    }
    assert articles[STORY.format(1)]["title"] == "New words"
    spoken = [
        (row["version"], row["title"], row["known_from"], row["changed_fields"])
        for row in found["staging.article_version"]
        if row["url_key"] == STORY.format(1) and row["kind"] == "feed"
    ]
    assert spoken == [
        (1, "Story 1", DAY, None),
        (2, "New words", DAY + 3 * HOUR, "title"),
    ]
    assert found["staging.feed_event"] == []


@dataclass
class Blind:
    """The outlet without validators: every answer is a whole one."""

    outlet: Outlet

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        return self.outlet.fetch(fetch)


@pytest.mark.usefixtures("two_feeds")
def test_redirects_to_parked_domains_and_soft_404s_leave_headlines(home: Home, tmp_path: Path) -> None:
    """A page may not lead to another's site; a feed may, and what stands there is no feed."""
    lots = {**GONE, **PARKED}
    listing = news(*range(1, len(lots) + 3))
    with FaultServer() as server:
        server.good(FEED_URL, listing, "application/rss+xml")
        for number, body in enumerate(lots.values(), 1):
            server.good(STORY.format(number), body, "text/html; charset=utf-8")
        away, good = len(lots) + 1, len(lots) + 2
        server.on(STORY.format(away), "redirect", to="https://parking.example/lander?d=outlet.example")
        server.on(
            "https://other.example/rss", "redirect", to="https://parking.example/lander?d=other.example"
        )
        server.good("https://parking.example/lander", PARKED["by its owner"], "text/html")
        server.good(STORY.format(good), story(good), "text/html")
        with Web({"CHOKEPOINT_MIRROR": server.base}) as web:
            day_of(home, web)
        asked_away = [seen.query for seen in server.requests("https://parking.example/lander")]
    assert asked_away == [(("d", "other.example"),)]
    documents = lake.read(home, "news", "document")
    reasons = {row["url"]: row["reason"] for row in documents if row["outcome"] == "quarantined"}
    assert {url: reason.split(":")[0] for url, reason in reasons.items()} == {
        **{STORY.format(number): "error" for number in range(1, len(lots) + 1)},
        "https://other.example/rss": "not-a-feed",
    }
    log = {row["url"]: row for row in lake.read(home, "news", "fetch")}
    assert "another publisher's site" in log[STORY.format(away)]["reason"]
    assert {row["url"] for row in lake.read(home, "news", "article_text")} == {STORY.format(good)}
    found = marts(home, tmp_path, "marts.article", "marts.feed_health")
    assert {row["url_key"]: row["state"] for row in found["marts.article"]} == {
        **{STORY.format(number): "error" for number in range(1, len(lots) + 1)},
        STORY.format(away): "headline",
        STORY.format(good): "article",
    }
    assert {row["feed"]: row["state"] for row in found["marts.feed_health"] if row["state"]} == {
        "test_feed": "ok",
        "headlines": "not_a_feed",
    }
