"""Article pages: body, date with its source, language, and the ways a page has no article."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors.news.page import MAX_BYTES
from extractors.news.source import parse
from tests.news.conftest import BLOCK, HEADLINES, WriteFeeds
from tests.news.documents import PAGE_URL, page_document, table

pytestmark = pytest.mark.usefixtures("two_feeds")

SENTENCES = (
    "Importers of backup batteries said on Friday that deliveries had slipped by five weeks.",
    "The share bought from a single country fell to 59% in 2025 after 69% a year earlier.",
    "Two makers in Poland and Korea now supply about a third of what one developer installs.",
    "Customs brokers expect the mix to change only when new plants open in the second half of 2027.",
    "Until then the duty is paid at the port and passed on to the operators of the halls.",
    "A unit of more than 100 megavolt-amperes ordered today is quoted at over two years.",
)
BODY = "\n".join(SENTENCES)
CHINESE_BODY = (
    "行业协会的统计显示，前三季度全国变压器出口额达612.4亿元，同比增长38.6%，单价也上涨了两成左右。"
    "订单最集中的是大型产品，交货期由去年的四十周拉长到约六十周，部分企业的排产已到2028年上半年。"
)


def html(body: str = "", head: str = "", lang: str = ' lang="en"', title: str = "Deliveries slip") -> str:
    text = body or "".join(f"<p>{sentence}</p>" for sentence in SENTENCES)
    return (
        f'<!DOCTYPE html><html{lang}><head><meta charset="utf-8"><title>{title}</title>{head}</head><body>'
        '<div id="cookie-banner">We use cookies. Accept all cookies.</div>'
        '<nav><a href="/">Home</a><a href="/chips">Chips</a></nav>'
        f"<main><article><h1>{title}</h1>{text}</article></main>"
        '<aside><a href="/other">Other stories you may like</a></aside><footer>All rights reserved</footer></body></html>'
    )


def read(body: str | bytes, **more: Any) -> dict[str, Any]:
    [row] = table(parse(page_document(body, **more)), "article_text")
    return row


def refusal(body: str | bytes, **more: Any) -> str:
    with pytest.raises(SourceChanged) as fault:
        list(parse(page_document(body, **more)))
    return str(fault.value)


def test_the_body_is_the_article_and_nothing_around_it() -> None:
    row = read(html())
    assert row["body"] == BODY
    assert row["body_sha256"] == hashlib.sha256(BODY.encode()).hexdigest()
    assert (row["title"], row["feed"], row["url"]) == ("Deliveries slip", "test_feed", PAGE_URL)
    assert row["url_key"] == PAGE_URL


def test_the_key_the_feed_gave_stays_the_key() -> None:
    scope = {"kind": "page", "feed": "test_feed", "url_key": "https://outlet.example/given"}
    assert read(html(), scope=scope)["url_key"] == "https://outlet.example/given"


def json_ld(text: str) -> str:
    return f'<script type="application/ld+json">{text}</script>'


ARTICLE = '{"@type": "NewsArticle", "datePublished": "%s"}'
META = '<meta property="article:published_time" content="2026-11-18T10:00:00+01:00">'
DATED_URL = "https://outlet.example/2026/11/17/story"


@pytest.mark.parametrize(
    ("head", "url", "published_at", "source"),
    [
        (
            json_ld(ARTICLE % "2026-11-19T08:00:00Z") + META,
            DATED_URL,
            datetime(2026, 11, 19, 8, tzinfo=UTC),
            "json-ld",
        ),
        (json_ld(ARTICLE % "2026-11-19"), DATED_URL, datetime(2026, 11, 19, tzinfo=UTC), "json-ld"),
        (
            json_ld(
                '{"@graph": [{"@type": "WebPage", "datePublished": "2020-01-01"}, %s]}'
                % (ARTICLE % "2026-11-19T08:00:00Z")
            ),
            PAGE_URL,
            datetime(2026, 11, 19, 8, tzinfo=UTC),
            "json-ld",
        ),
        (json_ld("[1, {broken") + META, DATED_URL, datetime(2026, 11, 18, 9, tzinfo=UTC), "meta"),
        (json_ld("[" * 100_000) + META, PAGE_URL, datetime(2026, 11, 18, 9, tzinfo=UTC), "meta"),
        (
            json_ld(ARTICLE % "2098-01-01T00:00:00Z") + META,
            PAGE_URL,
            datetime(2026, 11, 18, 9, tzinfo=UTC),
            "meta",
        ),
        (json_ld('{"@type": "Organization", "datePublished": "2026-11-19"}'), PAGE_URL, None, None),
        (
            '<meta name="pubdate" content="2026-11-18 10:00">',
            PAGE_URL,
            datetime(2026, 11, 18, tzinfo=UTC),
            "meta",
        ),
        ('<meta property="article:modified_time" content="2026-11-18T10:00:00Z">', PAGE_URL, None, None),
        ("", DATED_URL, datetime(2026, 11, 17, tzinfo=UTC), "url"),
        ("", "https://outlet.example/20261117/a.html", datetime(2026, 11, 17, tzinfo=UTC), "url"),
        ("", "https://outlet.example/2026/99/17/story", None, None),
        ("", PAGE_URL, None, None),
    ],
)
def test_a_date_is_stated_by_the_page_or_absent(
    head: str, url: str, published_at: datetime | None, source: str | None
) -> None:
    row = read(html(head=head, body="".join(f"<p>On 3 May 2024: {text}</p>" for text in SENTENCES)), url=url)
    assert (row["published_at"], row["published_source"]) == (published_at, source)
    exact = published_at is not None and published_at.hour != 0
    assert row["published_precision"] == (None if source is None else "second" if exact else "day")


@pytest.mark.parametrize(
    ("body", "lang", "language"),
    [
        (f"<p>{CHINESE_BODY}</p>" * 2, ' lang="en"', "zh"),
        ("<p>データセンター向けの変圧器の輸出は前年から三割増えたと業界団体が発表した。</p>" * 4, "", "ja"),
        ("<p>데이터센터용 변압기 수출이 지난해보다 30% 늘었다고 협회가 밝혔다.</p>" * 4, "", "ko"),
        ("", ' lang="de-DE"', "de"),
        ("", "", "en"),
        ("", ' lang="zh"', "zh"),
    ],
)
def test_the_script_then_the_page_then_the_feed_names_the_language(
    body: str, lang: str, language: str
) -> None:
    assert read(html(body, lang=lang))["language"] == language


@pytest.mark.parametrize("declared", ["gb2312", "gb18030", "utf-8"])
def test_a_gb18030_page_is_read_whatever_it_declares(declared: str) -> None:
    page = html(f"<p>{CHINESE_BODY}吉野家的𠮷字。</p>", title="变压器").replace(
        'charset="utf-8"', f'charset="{declared}"'
    )
    row = read(page.encode("gb18030"))
    assert row["body"] == CHINESE_BODY + "吉野家的𠮷字。"
    assert row["title"] == "变压器"


def test_a_selector_takes_the_place_of_the_general_reader(write_feeds: WriteFeeds) -> None:
    write_feeds(BLOCK | {"selector": '"div.story"'}, HEADLINES)
    parts = "".join(f"<p>{text}</p>" for text in SENTENCES[:5])
    page = html(f'<div class="story">{parts}<ul><li><p>{SENTENCES[5]}</p></li></ul></div><p>Not this.</p>')
    assert read(page)["body"] == BODY
    assert refusal(html()).startswith("no-match: the selector 'div.story' finds nothing")


def test_a_canonical_address_is_kept_when_it_is_one() -> None:
    link = '<link rel="canonical" href="{}">'
    assert read(html(head=link.format("/a?b=1")))["canonical_url"] == "https://outlet.example/a?b=1"
    for wrong in ("javascript:alert(1)", "http://[::1", "//[x"):
        assert read(html(head=link.format(wrong)))["canonical_url"] is None


def test_a_front_page_is_no_articles_address_and_the_first_address_counts() -> None:
    link = '<link rel="canonical" href="{}">'
    assert read(html(head=link.format("https://outlet.example/")))["canonical_url"] is None
    assert (
        read(html(head=link.format("/a") + link.format("/b")))["canonical_url"] == "https://outlet.example/a"
    )


def test_no_text_is_kept_once_the_terms_are_unknown() -> None:
    assert list(parse(page_document(html(), key="headlines"))) == []
    assert list(parse(page_document(html(), key="no_longer_listed"))) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("", "empty: the page is empty"),
        (b"\x00\x00\x00", "empty: the page is empty"),
        (html("<p>Short.</p>").replace("cookie", "x"), "empty: "),
        ("<html><body><p>We use cookies to give you the best experience. Accept all cookies or manage your choices "
         "before you continue to the site.</p></body></html>", "consent: "),
        ("<html><body><article><p>The battery market turned this week.</p><p>Already a subscriber? Sign in to continue "
         "reading this article and all our others.</p></article></body></html>", "paywall: "),
        ('<html><body><div id="root"></div><noscript>Enable JavaScript to run this app.</noscript></body></html>',
         "empty: 0 letters of text; the page looks like a page that a script builds"),
        ('<html><head><title>Just a moment...</title></head><body><div class="cf-chl-widget"></div></body></html>',
         "blocked: the answer is a block or challenge page"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20, "empty: "),
    ],
)  # fmt: skip
def test_a_page_without_an_article_says_why(body: str | bytes, reason: str) -> None:
    assert reason in refusal(body)


def test_a_challenge_known_by_its_header_is_one() -> None:
    document = page_document(
        "<html><body><p>One moment.</p></body></html>", headers={"cf-mitigated": "challenge"}
    )
    with pytest.raises(SourceChanged, match=r"^blocked: .*cf-mitigated: challenge"):
        list(parse(document))


CONSENT = "Publishers must ask for consent before they set cookies, and readers may accept or reject them. "


def test_an_article_about_consent_is_one() -> None:
    """Because it says so, or because no wall is as long."""
    said = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Ask first"}</script>'
    short, long = (
        f"<h1>Ask first</h1><p>{CONSENT * 3}</p>",
        "".join(f"<p>{n}. {CONSENT * 3}</p>" for n in range(25)),
    )
    page = "<html><head><title>Ask first</title>{}</head><body><article>{}</article></body></html>"
    assert refusal(page.format("", short)).startswith("consent: ")
    assert read(page.format(said, short))["page_state"] == "article"
    assert read(page.format("", f"<h1>Ask first</h1>{long}"))["page_state"] == "article"


BIG = "word, " * (MAX_BYTES // 6 - 1000)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<p>" + b"x" * MAX_BYTES, "too-large: the body is over 5,000,000 bytes"),
        (html("<i>x</i>" * 40_000), "too-large: the page has"),
        (
            html("<p " + " ".join(f'a{n}="{n}"' for n in range(40_000)) + ">x</p>"),
            "too-large: the page has a tag of over",
        ),
        (html("<p class='" + "a " * 1_000_000 + "'>x</p>"), "too-large: the page has a tag of over"),
        (html("<div>" * 50_000), "empty: "),
        (html("<b><i>" * 25_000), "empty: "),
        (html("<table><tr><td>" * 15_000), "empty: "),
        (html("<!--" * 50_000), "empty: "),
        (html("< " * 50_000), "empty: "),
    ],
    ids=["size", "tags", "attributes", "attribute", "nested", "unclosed", "tables", "comments", "signs"],
)
def test_a_page_built_to_be_slow_ends_with_a_reason(body: str | bytes, reason: str) -> None:
    assert refusal(body).startswith(reason)


@pytest.mark.parametrize(
    "body",
    [
        html(f"<p>{BIG}</p>"),
        html("".join(f"<p>{SENTENCES[n % 6]}</p>" for n in range(20_000))),
        html("<br>".join(SENTENCES * 2_000)),
        html(title="a " * 1_000_000),
        html("&#x41;" * 500_000),
    ],
    ids=["text", "paragraphs", "breaks", "title", "references"],
)
def test_a_large_honest_page_is_read(body: str) -> None:
    row = read(body)
    assert len(row["body"]) >= len(BODY)
    assert len(row["title"]) <= 1000
