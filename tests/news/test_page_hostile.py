"""Pages meant to do harm, or merely wrong in their bytes: read within bounds, in a process of their own where large."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.errors import SourceChanged
from extractors.confined import confined
from extractors.news import language, page
from extractors.news.datetext import stated_date
from extractors.news.outlets import families, family_of_name, family_of_site
from extractors.news.pageread import read_page
from extractors.news.source import parse
from tests.documents import Saved
from tests.news.documents import page_document, table
from tests.news.pages.corpus import PAGES, STORY, TEXTS
from tests.news.test_page import BODY, SENTENCES, html, json_ld, read, refusal

pytestmark = pytest.mark.usefixtures("two_feeds")
ABOUT = {"url": STORY, "seen": "2026-11-21T06:00:00Z", "publisher": "Test Outlet", "selector": None}
READER = "extractors.news.pageread:read_page"


def test_a_process_of_its_own_reads_the_same() -> None:
    for one in [one for one in PAGES if not one.refused][::12]:
        about = {**ABOUT, "url": one.url, "content_type": None, "mitigated": None}
        assert confined(READER, one.html, about, seconds=60) == read_page(one.html, about)
    with pytest.raises(SourceChanged, match=r"^empty: "):
        confined(READER, b"", ABOUT, seconds=60)


def test_only_what_could_stall_a_parser_is_sent_there(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[int] = []

    def record(function: str, data: bytes, about: dict[str, str | None], *, seconds: int) -> Any:
        sent.append(len(data))
        return read_page(data, about)

    monkeypatch.setattr(page, "confined", record)
    read(html())
    assert sent == []
    read(html("<br>".join(SENTENCES * 1_000)))
    read(html("".join(f"<p>{SENTENCES[n % 6]}</p><p></p><p></p>" for n in range(1_200))))
    assert len(sent) == 2


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE html PUBLIC "x" "http://127.0.0.1:9/x.dtd">',
        '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY l2 "&lol;&lol;&lol;&lol;">]>',
    ],
)
def test_entities_are_not_followed(doctype: str) -> None:
    row = read(
        html(f"<p>&x;&l2; {SENTENCES[0]}</p><p>{SENTENCES[1]}</p>").replace("<!DOCTYPE html>", doctype)
    )
    assert "root:" not in row["body"]
    assert "lollol" not in row["body"]
    assert row["body"].endswith(SENTENCES[1])


def test_control_characters_do_not_come_out() -> None:
    row = read(
        html(
            f"<p>\x00\x01\x1b[31m{SENTENCES[0]}\x7f</p><p>&#0;&#xd800;{SENTENCES[1]}</p>",
            title="A\x00B \x1b[2J C",
        )
    )
    assert not set(row["body"] + row["title"]) & set("\x00\x01\x1b\x7f")
    row["body"].encode()


@pytest.mark.parametrize(
    "script",
    ["[" * 400_000, ";" * 400_000 + "x", "<!-- " * 10_000, '{"@type": "NewsArticle", "author": ' + '{"name": ' * 5_000, "/*" * 200_000,
     '{"@graph": [' + '{"@type": "NewsArticle"},' * 15_000 + "{}]}", '{"@type": "NewsArticle", "datePublished": {"@value": ["2026"]}, "author": [[1, null, {"name": 3}]], "headline": 7}',
     '{"@type": {"a": 1}, "isAccessibleForFree": [], "wordCount": "1e9", "articleBody": {"x": 1}, "publisher": 3, "url": 4, "associatedMedia": [[]]}'],
    ids=["brackets", "semicolons", "openings", "nesting", "comments", "many", "types", "more types"],
)  # fmt: skip
def test_no_json_ld_stops_a_page_from_being_read(script: str) -> None:
    row = read(html(head=json_ld(script)))
    assert (row["body"], row["published_at"]) == (BODY, None)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "@id", "@type", "@value", "url"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
PROPERTIES = ("@type", "headline", "name", "author", "publisher", "datePublished", "dateModified", "url", "mainEntityOfPage", "mainEntity", "@graph",
              "articleBody", "text", "description", "isAccessibleForFree", "wordCount", "audio", "video", "associatedMedia", "inLanguage")  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from(PROPERTIES), JSON))
def test_whatever_json_ld_says_the_page_is_read_or_refused(stated: dict[str, Any]) -> None:
    data = {"@type": "NewsArticle"} | stated
    try:
        found = read_page(html(head=json_ld(json.dumps(data))).encode(), ABOUT)
    except SourceChanged:
        return
    assert found["body"]


def test_a_charset_that_is_declared_late_counts() -> None:
    late = html(
        f"<p>{''.join(TEXTS['servers_hant'].paragraphs)}</p>", head="<!--" + "x" * 30_000 + "-->", lang=""
    )
    data = (
        late.replace('<meta charset="utf-8">', "")
        .replace("</head>", '<meta charset="big5"></head>')
        .encode("big5")
    )
    [row] = table(
        parse(Saved(data, "news", STORY, scope={"kind": "page", "feed": "test_feed"})), "article_text"
    )
    assert row["body"] == "".join(TEXTS["servers_hant"].paragraphs)
    assert row["language"] == "zh"


@pytest.mark.parametrize(
    ("text", "at", "precision"),
    [
        ("2026-11-19T08:00:00Z", datetime(2026, 11, 19, 8, tzinfo=UTC), "second"),
        ("2026-11-19T08:00+08:00", datetime(2026, 11, 19, tzinfo=UTC), "minute"),
        ("2026-11-19 08:00:00", datetime(2026, 11, 19, tzinfo=UTC), "day"),
        ("2026-11-21 08:30 CST", datetime(2026, 11, 21, tzinfo=UTC), "day"),
        ("２０２６年１１月２１日０８：３０", datetime(2026, 11, 21, tzinfo=UTC), "day"),
        ("November 21, 2026 8:30 p.m. EST", datetime(2026, 11, 22, 1, 30, tzinfo=UTC), "minute"),
        ("25/11/2026", datetime(2026, 11, 25, tzinfo=UTC), "day"),
        ("2026-11", datetime(2026, 11, 1, tzinfo=UTC), "month"),
        ("November 2026", datetime(2026, 11, 1, tzinfo=UTC), "month"),
        ("03/04/2026", None, None),
        ("2026-02-30", None, None),
        ("2026", None, None),
        ("1764000000", None, None),
        ("yesterday", None, None),
        ("", None, None),
    ],
)
def test_a_date_is_as_exact_as_it_is_written(text: str, at: datetime | None, precision: str | None) -> None:
    stated = stated_date(text)
    assert (stated and stated.at, stated and stated.precision) == (at, precision)


def test_nobody_guesses_a_language_that_is_stated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_guessed", lambda text: pytest.fail("lingua was asked"))
    assert language.text_language(BODY, "en") == "en"
    assert language.text_language(TEXTS["transformers_zh"].paragraphs[0], None) == "zh"


@pytest.mark.parametrize("key", ["cables", "speicher_de", "pin_vi", "denchi_ja", "byeonapgi_ko"])
def test_a_language_that_nobody_states_is_told_by_the_text(key: str) -> None:
    text = TEXTS[key]
    assert language.text_language(" ".join(text.paragraphs), None) == text.language


def test_too_little_text_has_no_language() -> None:
    assert language.text_language("12 GW", None) is None


def test_outlets_stand_in_one_family_only() -> None:
    known = families()
    assert (
        family_of_site("https://www.caixinglobal.com/a")
        == family_of_site("https://finance.caixin.com/b")
        == "caixin"
    )
    assert family_of_site("https://news.outlet.example/a") == "outlet.example"
    assert (
        family_of_name("新华社"),
        family_of_name("the wall street journal"),
        family_of_name("news.cn"),
    ) == ("xinhua", "dow_jones", "xinhua")
    assert family_of_name("The Desert Ledger") is None
    assert set(known.by_name.values()) == set(known.by_site.values())


def test_a_page_too_slow_or_broken_is_refused_with_a_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def gives_up(function: str, data: bytes, about: object, *, seconds: int) -> Any:
        raise SourceChanged(f"too-slow: not read within {seconds} s")

    monkeypatch.setattr(page, "confined", gives_up)
    monkeypatch.setattr(page, "ORDINARY_BYTES", 10)
    assert refusal(html()) == "too-slow: not read within 60 s"
    assert list(parse(page_document(html(), key="headlines"))) == []
