"""The feeds of a site, found politely and written as blocks that the strict reader takes and nobody can write into."""

from __future__ import annotations

import io
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.document import Answer, Fetch
from contracts.errors import SourceBusy, SourceChanged, SourceGone
from extractors.news.discover import MAX_REQUESTS, USUAL, Found, discover
from extractors.news.feed import read_feed
from extractors.news.feed_text import feed_blocks
from extractors.news.feeds import load_feeds
from extractors.news.page import ORDINARY_BYTES, ORDINARY_TAGS
from tests.conftest import make_answer
from tests.news.documents import feed_document, item, rss
from tests.news.test_formats import index, json_feed, sitemap, url

SITE = "https://outlet.example"
FRONT = """<!DOCTYPE html><html lang="zh-Hans"><head><title>Outlet</title>
<link rel="alternate" type="application/rss+xml" href="/news/rss" title="News">
<link rel="alternate" type="application/atom+xml" href="//other.example/atom">
<link rel="alternate" hreflang="en" href="/en/"><link rel="stylesheet" href="/a.css">
<link rel="alternate" type="application/rss+xml" href="javascript:alert(1)"></head><body></body></html>"""
ROBOTS = f"User-agent: *\nDisallow: /x\nSitemap: {SITE}/posts.xml\nSitemap: {SITE}/news.xml\nSitemap: https://cdn.example/news.xml"


class Site:
    """Answers from a table; anything else is not there."""

    def __init__(self, **pages: str) -> None:
        self.pages = {f"{SITE}{path}": body for path, body in pages.items()}
        self.asked: list[str] = []

    def fetch(self, fetch: Fetch) -> Answer:
        self.asked.append(fetch.url)
        assert fetch.spacing_seconds == 5
        body = self.pages.get(fetch.url)
        if body is None:
            return make_answer(fetch.url, None, status=404, error=SourceGone("not there (404)"))
        answer = make_answer(fetch.url, body.encode(), source="news")
        return Answer(**{**answer.__dict__, "fetch": fetch, "body": io.BytesIO(body.encode())})


def test_the_feeds_of_a_site() -> None:
    same = rss(item(1))
    web = Site(
        **{
            "/": FRONT,
            "/robots.txt": ROBOTS,
            "/news/rss": same,
            "/rss.xml": same,
            "/news.xml": sitemap(url(7)),
        },
        **{
            "/posts.xml": sitemap(url(1, news=False)),
            "/feed.json": json_feed({"url": f"{SITE}/b"}, language="de"),
        },
    )
    said: dict[str, str] = {}
    found = discover(web, f"{SITE}/", said.__setitem__)
    assert [(one.url, one.reading.format) for one in found] == [
        (f"{SITE}/news/rss", "rss"),
        (f"{SITE}/news.xml", "sitemap"),
        (f"{SITE}/feed.json", "json"),
    ]
    assert said[f"{SITE}/posts.xml"].startswith("not-a-feed: a sitemap of pages")
    assert said["https://other.example/atom"] == "not there (404)"
    assert "https://cdn.example/news.xml" not in web.asked
    assert len(web.asked) == len(set(web.asked)) <= MAX_REQUESTS


def test_an_address_that_is_a_feed_is_taken_at_its_word() -> None:
    web = Site(**{"/any": rss(item())})
    assert [one.url for one in discover(web, f"{SITE}/any")] == [f"{SITE}/any"]
    assert web.asked == [f"{SITE}/any"]


def test_an_index_counts_where_it_names_news() -> None:
    named, other = index((f"{SITE}/news-1.xml", None)), index((f"{SITE}/posts-1.xml", None))
    pages = {"/": "<html></html>", "/robots.txt": f"Sitemap: {SITE}/a.xml\nSitemap: {SITE}/b.xml"}
    [found] = discover(Site(**pages, **{"/a.xml": other, "/b.xml": named}), f"{SITE}/")
    assert found.url == f"{SITE}/b.xml"


def test_a_page_of_a_thousand_links_costs_sixteen_requests() -> None:
    links = "".join(f'<link rel="alternate" type="application/rss+xml" href="/{n}">' for n in range(1000))
    robots = "\n".join(f"Sitemap: {SITE}/s{n}.xml" for n in range(1000))
    web = Site(**{"/": f"<html><head>{links}</head></html>", "/robots.txt": robots})
    assert discover(web, f"{SITE}/") == []
    assert web.asked == [
        f"{SITE}{path}"
        for path in (
            "/",
            "/robots.txt",
            *(f"/{n}" for n in range(8)),
            *(f"/s{n}.xml" for n in range(4)),
            *USUAL[: MAX_REQUESTS - 14],
        )
    ]


def test_sitemaps_named_as_news_come_first() -> None:
    names = ["a", "b", "c", "d", "e", "News-today"]
    robots = "\n".join(f"Sitemap: {SITE}/{name}.xml" for name in names)
    web = Site(**{"/": "<html></html>", "/robots.txt": robots})
    discover(web, f"{SITE}/")
    assert [url for url in web.asked if url.endswith(".xml")][:4] == [
        f"{SITE}/{name}.xml" for name in ("News-today", "a", "b", "c")
    ]


def test_an_address_that_is_asked_is_not_asked_again() -> None:
    web = Site(**{"/feed": "<html></html>"})
    assert discover(web, f"{SITE}/feed") == []
    assert web.asked.count(f"{SITE}/feed") == 1


def test_a_page_that_could_stall_is_read_apart_and_costs_only_its_links(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[int] = []

    def gives_up(function: str, data: bytes, about: object, *, seconds: int) -> None:
        sent.append(len(data))
        raise SourceChanged("too-slow: not read within 60 s")

    monkeypatch.setattr("extractors.news.discover.confined", gives_up)
    said: dict[str, str] = {}
    for large in ("<br>" * (ORDINARY_TAGS + 1), "x" * (ORDINARY_BYTES + 1)):
        web = Site(**{"/": f"<html>{large}</html>", "/feed.json": json_feed({"url": f"{SITE}/b"})})
        assert [one.url for one in discover(web, f"{SITE}/", said.__setitem__)] == [f"{SITE}/feed.json"]
        assert said[f"{SITE}/"] == "too-slow: not read within 60 s"
    assert len(sent) == 2


def test_a_site_that_does_not_answer_says_so() -> None:
    class Down:
        def fetch(self, fetch: Fetch) -> Answer:
            return make_answer(fetch.url, None, status=503, error=SourceBusy("the server failed (503)"))

    with pytest.raises(SourceBusy, match="503"):
        discover(Down(), f"{SITE}/")


def written(path: Path, found: list[Found], monkeypatch: pytest.MonkeyPatch) -> Path:
    path.write_text("\n".join(text for _, _, text in feed_blocks(found)), encoding="utf-8")
    monkeypatch.setenv("CHOKEPOINT_FEEDS", str(path))
    return path


def found_feed(title: str, address: str = f"{SITE}/rss", language: str | None = None) -> Found:
    escaped = title.replace("&", "&amp;").replace("<", "&lt;")
    return Found(address, read_feed(feed_document(rss(item(title="变压器"), title=escaped))), language)


def test_blocks_are_ready_for_the_list_and_claim_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [
        found_feed("Outlet News"),
        found_feed("Outlet News", f"{SITE}/b"),
        found_feed("", "https://2x.example/"),
    ]
    feeds = load_feeds(written(tmp_path / "f.toml", found, monkeypatch))
    assert list(feeds) == ["outlet_outlet_news", "outlet_outlet_news_2", "feed_2x"]
    first = feeds["outlet_outlet_news"]
    assert (first.text, first.licence, first.language, first.publisher) == (
        "none",
        "unknown",
        "zh",
        "Outlet News",
    )
    assert feeds["feed_2x"].publisher == "2x.example"
    [(key, _, text)] = feed_blocks(found[:1], taken={"outlet_outlet_news"})
    assert key == "outlet_outlet_news_2"
    assert text.startswith('# rss, 1 items, newest 2026-11-20; calls itself "Outlet News"\n[[feed]]\n')


def test_a_language_nobody_states_is_marked() -> None:
    feed = Found(f"{SITE}/rss", read_feed(feed_document(rss(item()))))
    [(_, _, text)] = feed_blocks([feed])
    assert 'language = "en" # not stated: look' in text
    assert 'language = "fr"\n' in feed_blocks([Found(feed.url, feed.reading, "fr-CA")])[0][2]


HOSTILE = [
    '"\n[[feed]]\nlicence = "CC0"\n#',
    'x" # \\',
    "'''",
    '"""',
    "\\u0022",
    "\x7f\x00\x1b[2J",
    "\u2028[[left_out]]",
    "𝔘\u202e",
]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)), st.sampled_from([*HOSTILE, "a b", "路"]))
def test_no_title_and_no_address_writes_toml_of_its_own(title: str, path: str) -> None:
    reading = read_feed(feed_document(rss(item(), title="T")))
    object.__setattr__(reading, "channel_title", title)
    for _, _, text in feed_blocks([Found(f"{SITE}/{path}", reading)]):
        [block] = tomllib.loads(text)["feed"]
        assert (block["licence"], block["text"], list(tomllib.loads(text))) == ("unknown", "none", ["feed"])
        assert len(text.split("\n")) == 12
        assert not set("\x00\x1b\x7f\u2028\u202e") & set(text)


def test_the_usual_addresses_are_few() -> None:
    assert len(USUAL) < MAX_REQUESTS
