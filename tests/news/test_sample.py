"""The sample's news: what each record becomes, what is asked again on the second day, and that it can be rebuilt."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.errors import SourceChanged
from contracts.text import csv_cell, printable
from extractors.news.feeds import load_feeds
from extractors.news.source import SOURCE
from samples.news import build
from tests.documents import Saved
from tests.news.documents import SAMPLES, recorded

pytestmark = pytest.mark.usefixtures("sample_feeds")

CORRECTED = "https://gridline.example/analysis/direct-share-is-half-the-story"
SYNDICATED = "https://harbourwire.example/2026/11/20/battery-imports-lean-on-one-supplier"


def parsed(day: int) -> tuple[dict[str, list[dict[str, Any]]], dict[str, str]]:
    """Rows by dataset and reasons by feed of one day's records."""
    rows: dict[str, list[dict[str, Any]]] = {}
    reasons: dict[str, str] = {}
    for document in recorded(day):
        try:
            for dataset, batch in SOURCE.parse(document):
                rows.setdefault(dataset, []).extend(batch.to_pylist())
        except SourceChanged as reason:
            reasons[str(document.scope["feed"])] = str(reason)
    return rows, reasons


def pages(day: int) -> dict[str, Saved]:
    return {document.url: document for document in recorded(day) if document.scope["kind"] == "page"}


@pytest.mark.parametrize("day", [1, 2])
def test_every_feed_is_polled_and_ends_in_its_state(day: int) -> None:
    rows, reasons = parsed(day)
    states = {poll["feed"]: poll["state"] for poll in rows["feed_poll"]}
    assert states == {
        "harbour_wire": "ok",
        "gridline_review": "ok",
        "chanye_guancha": "ok",
        "straits_ledger": "ok",
        "compute_hour": "ok",
        "wire_digest": "ok",
        "headline_post": "ok",
        "frozen_bulletin": "stale",
    }
    assert list(reasons) == ["old_terminal"]
    assert reasons["old_terminal"].startswith("not-a-feed: the answer is an HTML page")
    assert states.keys() | reasons.keys() == load_feeds().keys()
    assert {feed["feed"] for feed in rows["feed"]} == states.keys()


def test_items_and_articles_of_the_first_day() -> None:
    rows, _ = parsed(1)
    items, articles = rows["news_item"], rows["article_text"]
    assert len(items) == 19
    assert len({item["url_key"] for item in items}) == 18
    assert len(articles) == 14
    assert {article["language"] for article in articles} == {"en", "zh"}
    by_key: dict[str, set[str]] = {}
    for item in items:
        by_key.setdefault(item["url_key"], set()).add(item["feed"])
    assert {key: feeds for key, feeds in by_key.items() if len(feeds) > 1} == {
        SYNDICATED: {"harbour_wire", "wire_digest"}
    }


def test_every_item_of_the_text_has_its_article() -> None:
    rows, _ = parsed(1)
    titles = {item["url_key"]: item["title"] for item in rows["news_item"]}
    hostile = "https://wiredigest.example/p/10483-contest-entry"
    for article in rows["article_text"]:
        assert article["url_key"] == hostile or article["title"] == titles[article["url_key"]]
        assert not article["body"].startswith(article["title"])
        for chrome in ("cookie", "Accept all", "invented outlet", "weekly letter", "相关阅读", "虚构"):
            assert chrome not in article["body"]


def test_chinese_text_survives_gb18030() -> None:
    rows, _ = parsed(1)
    [article] = [row for row in rows["article_text"] if row["title"].startswith("算力中心带火变压器")]
    assert "企业负责人𠮷田介绍" in article["body"]
    assert "€6.1万亿" in article["body"]
    assert article["authors"] == "沈一舟"


def test_dates_of_a_feed_without_dates_come_from_its_pages() -> None:
    rows, _ = parsed(1)
    assert {item["published_at"] for item in rows["news_item"] if item["feed"] == "straits_ledger"} == {None}
    sources = {row["published_source"] for row in rows["article_text"] if row["feed"] == "straits_ledger"}
    assert sources == {"json-ld", "url"}


def test_the_episode_keeps_its_file() -> None:
    rows, _ = parsed(1)
    [episode] = [item for item in rows["news_item"] if item["enclosure_url"]]
    assert (episode["feed"], episode["enclosure_type"]) == ("compute_hour", "audio/mpeg")


def test_pages_of_unknown_terms_are_not_recorded_and_give_no_summary() -> None:
    rows, _ = parsed(1)
    for day in (1, 2):
        assert not [url for url in pages(day) if "headlinepost" in url or "frozenbulletin" in url]
    assert {
        item["summary"] for item in rows["news_item"] if item["feed"] in ("headline_post", "frozen_bulletin")
    } == {None}


def test_the_second_day_asks_for_the_new_and_the_changed_page_only() -> None:
    tokens: dict[str, str | None] = {}
    asked: dict[int, set[str]] = {}
    for day in (1, 2):
        feeds = [document for document in recorded(day) if document.scope["feed"] != "old_terminal"]
        fetches = [fetch for document in feeds for fetch in SOURCE.follow(document)]
        asked[day] = {fetch.url for fetch in fetches if tokens.get(fetch.url) != fetch.token}
        tokens |= {fetch.url: fetch.token for fetch in fetches}
        assert asked[day] == pages(day).keys()
    assert len(asked[2]) == 2
    assert CORRECTED in asked[2]


def test_the_corrected_page_says_eleven_per_cent() -> None:
    bodies = []
    for day in (1, 2):
        rows, _ = parsed(day)
        bodies += [row["body"] for row in rows["article_text"] if row["url_key"] == CORRECTED]
    before, after = bodies
    assert "roughly 12% by value" in before
    assert "roughly 11% by value" in after
    assert "Correction, 21 November" in after


def test_hostile_titles_arrive_as_written_and_leave_harmless() -> None:
    rows, _ = parsed(1)
    titles = [item["title"] for item in rows["news_item"] if item["feed"] == "wire_digest"]
    [contest] = [title for title in titles if "PWNED" in title]
    [formula] = [title for title in titles if "calc" in title]
    assert {"\x1b", "\u202e", "\n"} <= set(contest)
    assert printable(contest) == "[bold]PWNED[/bold] [31mred[0m txt.exe second line <script>alert(1)</script>"
    assert formula.startswith("=cmd|")
    assert csv_cell(formula) == "'" + formula


def test_every_record_says_it_is_synthetic() -> None:
    assert {document.evidence for day in (1, 2) for document in recorded(day)} == {"synthetic"}


def test_the_recordings_are_what_the_texts_give(tmp_path: Path) -> None:
    for path in build(tmp_path):
        assert path.read_bytes() == (SAMPLES / path.relative_to(tmp_path)).read_bytes()


DAMAGE = [
    b"<",
    b">",
    b"&#xD800;",
    b"]]>",
    b"<![CDATA[",
    b"\x00",
    b"\xff\xfe",
    b"<item>",
    b"</channel>",
    b"<!DOCTYPE x [",
]
DAMAGE += [
    b"<link rel=canonical href='http://[::'>",
    b"<link href='//[::1'/>",
    b"xml:base='::'",
    b"<pubDate>99999</pubDate>",
]
DAMAGE += [
    b'<script type=\'application/ld+json\'>{"@type": [[]], "datePublished": "2026"}</script>',
    b"\xf0\x9f",
]


@settings(max_examples=60)
@given(st.data())
def test_a_damaged_record_is_read_or_refused_with_a_reason(data: st.DataObject) -> None:
    document = data.draw(st.sampled_from(recorded(1)))
    body = document.body
    for _ in range(data.draw(st.integers(1, 6))):
        at, cut = data.draw(st.integers(0, len(body))), data.draw(st.integers(0, 60))
        body = body[:at] + data.draw(st.sampled_from(DAMAGE)) + body[at + cut :]
    try:
        outcome, *_ = (name for name, _ in SOURCE.parse(replace(document, body=body)))
    except SourceChanged as reason:
        outcome = str(reason)
    assert re.match(r"feed_poll$|article_text$|[a-z-]+: \S", outcome)
