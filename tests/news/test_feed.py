"""Feeds as they come: formats, charsets, identities, dates, and what is refused."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest

from contracts.errors import SourceChanged
from extractors.news.feed import MAX_BYTES, MAX_ITEMS, read_feed
from extractors.news.language import title_language
from extractors.news.source import parse
from tests.news.conftest import BLOCK, HEADLINES, WriteFeeds
from tests.news.documents import feed_document, item, rss, table

pytestmark = pytest.mark.usefixtures("two_feeds")

RSS_091 = """<?xml version="1.0"?><!DOCTYPE rss SYSTEM "rss-0.91.dtd"><rss version="0.91"><channel><title>Old</title>
<item><title>One</title><link>https://outlet.example/1</link></item></channel></rss>"""
RDF = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://outlet.example">
<title>Old</title></channel><item rdf:about="https://outlet.example/1"><title>One</title>
<link>https://outlet.example/1</link><dc:date>2026-11-20T08:00:00+09:00</dc:date></item></rdf:RDF>"""
ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>Atom</title><id>x</id>
<entry><title>One</title><id>tag:1</id><link href="../1"/><updated>2026-11-20T08:00:00Z</updated>
<author><name>A</name></author><author><name>B</name></author></entry></feed>"""


def read_one(body: str | bytes, **more: object) -> dict[str, object]:
    [row] = table(parse(feed_document(body, **more)), "news_item")
    return row


@pytest.mark.parametrize(
    ("body", "published_at", "source"),
    [
        (RSS_091, None, None),
        (RDF, datetime(2026, 11, 19, 23, tzinfo=UTC), "feed"),
        (ATOM, datetime(2026, 11, 20, 8, tzinfo=UTC), "feed-updated"),
        (rss(item()), datetime(2026, 11, 20, 8, tzinfo=UTC), "feed"),
        (rss(item(date="2026-11-20")), datetime(2026, 11, 20, tzinfo=UTC), "feed-day"),
        (rss(item(date="2026-11-20 08:00:00")), datetime(2026, 11, 20, 8, tzinfo=UTC), "feed-day"),
        (rss(item(date="2026-11-20 23:30:00.0")), datetime(2026, 11, 20, 23, 30, tzinfo=UTC), "feed-day"),
        (rss(item(date="Fri, 20 Nov 2026 08:00:00 CST")), datetime(2026, 11, 20, 8, tzinfo=UTC), "feed-day"),
        (rss(item(date="Fri, 20 Nov 2026 08:00:00 +0800")), datetime(2026, 11, 20, 0, tzinfo=UTC), "feed"),
        (rss(item(date="yesterday")), None, None),
        (rss(item(date=None)), None, None),
    ],
)
def test_formats_and_dates(body: str, published_at: datetime | None, source: str | None) -> None:
    row = read_one(body)
    assert (row["published_at"], row["published_source"]) == (published_at, source)
    assert str(row["url"]).startswith("https://outlet.example/")


def test_an_atom_entry_keeps_its_authors_and_its_relative_link() -> None:
    row = read_one(ATOM)
    assert (row["authors"], row["url"], row["guid"]) == ("A; B", "https://outlet.example/1", "tag:1")


CHINESE = "数据中心变压器出口增长三成，订单排至2028年，企业称交货期拉长"
TRADITIONAL = "資料中心帶動變壓器出口成長三成，訂單排至2028年，業者表示交期拉長"


@pytest.mark.parametrize(
    ("charset", "declared", "content_type", "title"),
    [
        ("gb18030", "gb18030", "text/xml", CHINESE),
        ("gb18030", "gb2312", "text/xml; charset=gb2312", CHINESE + "𠮷"),
        ("gb18030", None, "text/xml", CHINESE),
        ("gb18030", "utf-8", "text/xml; charset=utf-8", CHINESE),
        ("big5", None, "application/rss+xml", TRADITIONAL),
        ("big5", "big5", "text/xml", TRADITIONAL),
        ("utf-8", "gb2312", "text/xml; charset=gb2312", CHINESE),
        ("utf-8-sig", "utf-8", "text/xml", CHINESE),
        ("utf-16", "utf-16", "text/xml", CHINESE),
        ("windows-1252", "iso-8859-1", "text/xml", "Übersicht – “Märkte” in Köln"),
    ],
)
def test_charsets_declared_falsely_or_not_at_all(
    charset: str, declared: str | None, content_type: str, title: str
) -> None:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    body = rss(*(item(n, title=title) for n in range(5)), declaration=declaration).encode(charset)
    document = feed_document(body, headers={"content-type": content_type})
    assert {row["title"] for row in table(parse(document), "news_item")} == {title}


def test_one_broken_byte_costs_one_character() -> None:
    body = (
        rss(item(title="Exports of caf\u00e9 tables " + "rise " * 40))
        .encode()
        .replace("\u00e9".encode(), b"\xe9")
    )
    assert str(read_one(body)["title"]).startswith("Exports of caf\ufffd tables")


def test_a_guid_is_no_identity() -> None:
    same = rss(*(item(n, more="<guid>always-the-same</guid>") for n in range(10)))
    rows = table(parse(feed_document(same)), "news_item")
    assert len({row["url_key"] for row in rows}) == 10
    assert read_one(rss(item(more="<guid isPermaLink='true'></guid>")))["guid"] is None


def test_links_are_made_whole_against_the_feed() -> None:
    rows = table(
        parse(
            feed_document(rss(item(1, link="/a"), item(2, link="b?id=2"), item(3, link="//cdn.example/c")))
        ),
        "news_item",
    )
    assert [row["url"] for row in rows] == [
        "https://outlet.example/a",
        "https://outlet.example/news/b?id=2",
        "https://cdn.example/c",
    ]


def test_an_episode_keeps_its_file_and_may_have_no_page() -> None:
    file = '<enclosure url="/ep1.mp3" type="audio/mpeg" length="1"/>'
    with_page, without = table(
        parse(feed_document(rss(item(1, more=file), item(2, link="", more=file)))), "news_item"
    )
    assert (with_page["enclosure_url"], with_page["enclosure_type"]) == (
        "https://outlet.example/ep1.mp3",
        "audio/mpeg",
    )
    assert with_page["url"] == "https://outlet.example/story/1"
    assert without["url"] == "https://outlet.example/ep1.mp3"


def test_nested_cdata_is_read_as_its_text() -> None:
    nested = "<![CDATA[Chips <![CDATA[and]]]]><![CDATA[> batteries]]>"
    body = rss(f"<item><title>{nested}</title><link>https://outlet.example/1</link></item>")
    assert read_one(body)["title"] == "Chips <![CDATA[and]]> batteries"


def test_the_item_is_what_is_refused() -> None:
    body = rss(
        item(1),
        item(2, link=""),
        item(3, link=""),
        item(4, link="javascript:alert(1)"),
        item(5, link="https://outlet.example/" + "a" * 3000),
        item(6, date="Thu, 20 Nov 2098 08:00:00 GMT"),
        item(7, date="Thu, 01 Jan 1970 00:00:00 GMT"),
    )
    batches = list(parse(feed_document(body)))
    assert [row["title"] for row in table(batches, "news_item")] == ["Story 1"]
    [poll] = table(batches, "feed_poll")
    assert (poll["state"], poll["items"], poll["refused_items"]) == ("ok", 1, 6)
    assert poll["reason"] == (
        "1 items refused: date 1970-01-01 is before 1995 or after the poll; "
        "1 items refused: date 2098-11-20 is before 1995 or after the poll; "
        "1 items refused: link is no http(s) address; 1 items refused: link too long; 2 items refused: no link"
    )


def test_fifty_thousand_items_are_cut_at_the_cap_and_counted() -> None:
    [poll] = table(parse(feed_document(rss(*(item(n) for n in range(50_000))))), "feed_poll")
    assert poll["items"] == MAX_ITEMS
    assert poll["reason"] == "48,000 items over the cap of 2,000 not read"


def test_a_body_over_the_cap_is_quarantined() -> None:
    with pytest.raises(SourceChanged, match=r"^too-large: the body is over 15,000,000 bytes"):
        list(parse(feed_document(b"<rss>" + b" " * MAX_BYTES)))


def test_entity_bombs_end() -> None:
    laughs = '<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    bomb = f'<?xml version="1.0"?><!DOCTYPE rss [{laughs}]>' + rss(item(title="&i;"), declaration="")
    square = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "{"x" * 50_000}">]>' + rss(
        item(title="&a;" * 50_000), declaration=""
    )
    for body in (bomb, square):
        [row] = table(parse(feed_document(body)), "news_item")
        assert len(row["title"]) <= 1000


def test_text_no_column_can_hold_is_taken_out() -> None:
    hostile = "a&#xD800;b&#56320;&#xdfff;c&#x110000;&#99999999999999999999;&#0;d\x00"
    title = str(read_one(rss(item(title=hostile)))["title"])
    assert re.sub(r"\W", "", title) == "abcd"
    assert "\x00" not in title


def test_without_the_right_to_the_text_only_headline_and_link_are_kept(write_feeds: WriteFeeds) -> None:
    body = rss(item(more="<description>The first paragraph of the article.</description>"))
    assert read_one(body)["summary"] == "The first paragraph of the article."
    write_feeds(HEADLINES, BLOCK | {"text": '"none"'})
    for key in ("headlines", "test_feed", "no_longer_listed"):
        row = read_one(body, scope={"kind": "feed", "feed": key})
        assert (row["title"], row["url"], row["summary"]) == (
            "Story 1",
            "https://outlet.example/story/1",
            None,
        )


def test_the_reason_of_a_refusal_quotes_only_who_may_be_quoted() -> None:
    body = "The first paragraph of the article."
    for key, quoted in (("test_feed", True), ("headlines", False), ("no_longer_listed", False)):
        with pytest.raises(SourceChanged, match=r"^not-a-feed: the answer is neither") as fault:
            list(parse(feed_document(body, key=key)))
        assert (body in str(fault.value)) is quoted


def test_the_feed_itself_is_described_while_it_is_listed() -> None:
    [feed] = table(parse(feed_document(rss(item()))), "feed")
    assert feed == {
        "feed": "test_feed",
        "url": "https://outlet.example/news/feed.xml",
        "publisher": "Test Outlet",
        "country": "USA",
        "language": "en",
        "topics": "trade",
        "licence": "CC BY 4.0",
        "text_use": "full",
        "terms_url": "https://outlet.example/terms",
        "reviewed_on": date(2026, 11, 1),
        "cadence_days": 1.0,
    }
    dropped = list(parse(feed_document(rss(item()), key="no_longer_listed")))
    assert [name for name, _ in dropped] == ["feed_poll", "news_item"]


@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("数据中心出口增长", "zh"),
        ("データセンター向け変圧器の輸出が増加", "ja"),
        ("데이터센터 변압기 수출 증가", "ko"),
        ("Exports", "en"),
    ],
)
def test_the_script_decides_the_language_of_a_title(title: str, language: str) -> None:
    assert read_one(rss(item(title=title)))["language"] == language


@pytest.mark.parametrize(
    ("title", "stated", "language"),
    [
        ("日米半導体規制強化", "ja", "ja"),
        ("半導體出口管制", "ko", "ko"),
        ("半導體出口管制", "en", "zh"),
        ("반도체 수출 규제", "ja", "ko"),
        ("Grid prices", "ja", "ja"),
        ("Grid prices", None, None),
        ("变压器", None, "zh"),
    ],
)
def test_characters_alone_are_of_the_language_that_is_stated(
    title: str, stated: str | None, language: str | None
) -> None:
    assert title_language(title, stated) == language


def test_a_feed_without_dates_has_no_newest_item() -> None:
    reading = read_feed(feed_document(rss(item(date=None))))
    assert reading.newest_at is None
