"""Releases obey rights: nothing of a text that may not be used is in any byte of one, headline and link are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from contracts.datasets import SCHEMAS, WORDS
from contracts.errors import CheckFailed
from contracts.rights import Rights, TextUse
from extractors import ingest, registry
from extractors.news.source import SOURCE
from tests.conftest import make_answer
from tests.news.documents import FEED_URL, PAGE_URL, item, rss
from tests.transforms.lake import VARIABLES, Lake, Row, day, query
from tests.transforms.test_refresh import put
from transforms import refresh
from transforms.project import run
from warehouse import carry
from warehouse.archive import Archive
from warehouse.build import candidate, freeze
from warehouse.home import Home
from warehouse.query import connect
from warehouse.release import Release, current

SUMMARY, BODY, ANSWER = "ponderous ocelots convene", "seventeen velvet anvils", "marmalade lighthouse keepers"
HEADLINE = "Transformers are sold out until spring"
TERMS = ("A licence", "https://outlet.example/terms", date(2026, 11, 1))
FEED = """
[[feed]]
key = "outlet"
url = "https://outlet.example/news/feed.xml"
publisher = "The Outlet"
country = "USA"
language = "en"
topics = ["trade"]
cadence = "unknown"
"""
FULL = 'licence = "CC BY 4.0"\nterms_url = "https://outlet.example/terms"\nreviewed_on = 2026-11-01\ntext = "full"\n'
NONE = 'licence = "CC BY 4.0"\ntext = "none"\n'
OTHER = FEED.replace("outlet", "another") + NONE
Listed = Callable[[str], None]


@pytest.fixture
def listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Listed:
    """Writes the list of feeds and puts it in use."""
    versions = iter(range(9))

    def write(text: str) -> None:
        path = tmp_path / f"feeds{next(versions)}.toml"
        path.write_text(text, encoding="utf-8")
        monkeypatch.setenv("CHOKEPOINT_FEEDS", str(path))

    return write


def archive(home: Home) -> None:
    """A feed with a summary, the page it leads to, and an answer of the feed that was no feed."""
    more = f"<description>{SUMMARY}</description>"
    body = rss(item(title=HEADLINE, link=PAGE_URL, more=more)).encode()
    words = "".join(f"<p>The {BODY} of the county wait for copper, paragraph {n}.</p>" for n in range(20))
    page = f"<html><body><article><h1>{HEADLINE}</h1>{words}</article></body></html>".encode()
    scope: dict[str, object] = {"feed": "outlet"}
    keep = Archive(home.archive)
    keep.store(make_answer(FEED_URL, body, source="news", scope={**scope, "kind": "feed"}))
    keep.store(make_answer(PAGE_URL, page, source="news", scope={**scope, "kind": "page"}))
    late = {"source": "news", "scope": {**scope, "kind": "feed"}, "at": day(330)}
    keep.store(make_answer(FEED_URL, ANSWER.encode(), **late))  # type: ignore[arg-type]


def released(home: Home) -> Release:
    assert refresh.refresh(home, rights=registry.rights()).outcome == "released"
    return current(home) or pytest.fail("no release")


def found(release: Release, phrase: str) -> set[str]:
    """Where in a release a phrase is: columns of the database and of Parquet files, and files that show its bytes."""
    places = set(_in_database(release.database, phrase))
    for path in (path for path in release.folder.rglob("*") if path.is_file()):
        if phrase.encode() in path.read_bytes():
            places.add(path.name)
        if path.suffix == ".parquet":
            columns = pq.read_table(path).to_pydict().items()
            places |= {f"{path.name}:{name}" for name, cells in columns if phrase in str(cells)}
    return places


def sought(database: Path, question: str) -> list[str]:
    """The addresses a search finds."""
    with connect(database) as connection:
        rows = connection.execute("select url from marts.search(?) order by score desc, url", [question])
        return [url for (url,) in rows.fetchall()]


def _in_database(path: Path, phrase: str) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
        for schema, table, column in tables:
            test = f'select count(*) from {schema}."{table}" where contains(cast("{column}" as varchar), ?)'
            if connection.execute(test, [phrase]).fetchall()[0][0]:
                yield f"{schema}.{table}.{column}"


def planted(dataset: str, column: str, phrase: str) -> Row:
    """A row of a dataset with a phrase in one column, and what its schema requires in the others."""
    row: Row = {column: phrase}
    for entry in SCHEMAS[dataset]:
        if not entry.nullable and entry.name != column:
            is_day = str(entry.type).startswith("date")
            row[entry.name] = date(2026, 1, 2) if is_day else f"https://a.example/{column}"
    return row


def sown() -> tuple[Lake, dict[str, str]]:
    """A document of a publisher without rights for each column of words, and the phrase in each."""
    lake, phrases = Lake(), {}
    for number, (dataset, columns) in enumerate(sorted(WORDS.items())):
        for column in sorted(columns):
            name = lake.document(f"{dataset} {column}", day(number), f"publisher of {dataset}")
            phrases[f"{dataset}.{column}"] = phrase = f"planted in the {column} of {dataset}"
            lake.add(dataset, name, [planted(dataset, column, phrase)])
    return lake, phrases


@pytest.mark.slow
def test_words_are_in_a_release_only_while_the_rights_allow_it(home: Home, listed: Listed) -> None:
    archive(home)
    listed(FEED + FULL)
    ingest.parse(home, SOURCE)
    refresh.build(home, rights=registry.rights())
    listed(FEED + NONE)
    with pytest.raises(CheckFailed, match="may hold words of outlet, whose rights have changed since"):
        refresh.publish(home, rights=registry.rights())
    assert current(home) is None
    listed(FEED + FULL)
    release = refresh.publish(home, rights=registry.rights())
    assert "staging.article_version.summary" in found(release, SUMMARY)
    assert "staging.article_version.body" in found(release, BODY)
    assert "meta.document.reason" in found(release, ANSWER)
    assert [sought(release.database, phrase) for phrase in (HEADLINE, BODY)] == [[PAGE_URL]] * 2

    lake, phrases = sown()
    put(home, lake, "sown")
    # the lake still holds the words: they were read while they might be
    for text, from_nothing in ((FEED + NONE, True), (OTHER, False)):
        listed(text)
        release = released(home)
        assert carry.took_over(release.folder) is not from_nothing, "a copy of the file would hold the bytes"
        places = {phrase: found(release, phrase) for phrase in (SUMMARY, BODY, ANSWER)}
        assert places == {SUMMARY: set(), BODY: set(), ANSWER: set()}
        assert found(release, HEADLINE) >= {"staging.article_version.title", "marts.article.csv"}
        asked = f"select publisher, url, text_use, has_text from marts.article where url = '{PAGE_URL}'"
        [article] = query(release.database, asked)
        assert article == {"publisher": "The Outlet", "url": PAGE_URL, "text_use": "none", "has_text": False}
        columns = {place: found(release, phrase) for place, phrase in phrases.items()}
        assert columns == {place: set() for place in phrases}, "no column of words reaches a release"
    [gone] = query(
        release.database, "select text_use, listed, may_release from meta.rights where subject = 'outlet'"
    )
    assert gone == {"text_use": "none", "listed": False, "may_release": "headline and link"}


def poll(lake: Lake, number: int, feed: str) -> None:
    """A poll of a feed with one item, the same article in every feed."""
    name = lake.document(feed, day(number), "news", scope=f'{{"kind": "feed", "feed": "{feed}"}}')
    address = {"url": "https://a.example/1", "url_key": "https://a.example/1"}
    words = {"title": "A headline", "summary": f"Words of {feed}"}
    lake.add("news_item", name, [{"feed": feed, **address, **words}])


def feeds(**uses: TextUse) -> list[Rights]:
    return [Rights("feed", feed, feed.title(), *TERMS, use) for feed, use in uses.items()]


def test_of_feeds_that_name_an_article_only_those_with_the_right_show_their_words(home: Home) -> None:
    lake = Lake()
    for number, feed in enumerate(("open", "closed", "unlisted")):
        poll(lake, number, feed)
    put(home, lake, "news")
    whole = Rights(
        "source", "news", "The source of every feed", *TERMS, "full"
    )  # says nothing of a feed's words
    made = candidate(home, freeze(home, "code", [*feeds(open="full", closed="none"), whole]))
    run(made.database, made.folder / "dbt", VARIABLES, select="+article")
    shown = query(made.database, "select feed, title, summary from staging.article_version order by feed")
    assert [tuple(row.values()) for row in shown] == [
        ("closed", "A headline", None),
        ("open", "A headline", "Words of open"),
        ("unlisted", "A headline", None),
    ]
    [told] = query(made.database, "select text_use, feeds from marts.article")
    assert told == {"text_use": "full", "feeds": "closed; open; unlisted"}


def test_what_may_not_be_kept_cannot_be_searched(home: Home) -> None:
    lake = Lake()
    for number, feed in enumerate(("open", "closed")):
        name = lake.document(feed, day(number), "news", scope=f'{{"kind": "page", "feed": "{feed}"}}')
        address = {"url": f"https://a.example/{feed}", "url_key": f"https://a.example/{feed}"}
        words = {"title": f"Headline {feed}", "lead": SUMMARY, "body": BODY, "body_sha256": str(number) * 64}
        lake.add("article_text", name, [{"feed": feed, **address, **words}])
    put(home, lake, "news")
    made = candidate(home, freeze(home, "code", feeds(open="full", closed="none")))
    run(made.database, made.folder / "dbt", VARIABLES, select="+search_index")
    assert {phrase: sought(made.database, phrase) for phrase in ("headline", SUMMARY, BODY)} == {
        "headline": ["https://a.example/closed", "https://a.example/open"],
        SUMMARY: ["https://a.example/open"],
        BODY: ["https://a.example/open"],
    }
    held = query(
        made.database,
        """select token, in_title, in_lead, in_body
        from staging.search_index inner join staging.search_article using (article_number)
        where url_key = 'https://a.example/closed' order by token""",
    )
    assert [tuple(row.values()) for row in held] == [
        ("closed", True, False, False),
        ("headline", True, False, False),
    ]


def test_a_reason_without_rights_keeps_what_happened_and_no_word_of_the_answer(home: Home) -> None:
    reasons = {
        "not-a-feed: it is an HTML page ('Seventeen anvils'); look for": "not-a-feed: it is an HTML page",
        "the parser stopped: ValueError: seventeen: anvils\nin a row": "the parser stopped: ValueError",
        "news_item: a value has another type than documented: 'anvils'": "news_item: a value has another type",
        "empty: the page is empty or no HTML": "empty: the page is empty or no HTML",
    }
    lake = Lake()
    for feed in ("open", "closed"):
        for number, reason in enumerate(reasons):
            scope = f'{{"kind": "feed", "feed": "{feed}"}}'
            lake.document(f"{feed} {number}", day(number), "news", scope=scope, reason=reason)
    put(home, lake, "news")
    made = candidate(home, freeze(home, "code", feeds(open="full", closed="none")))
    run(made.database, made.folder / "dbt", VARIABLES, select="+meta_document")
    told = query(made.database, "select reason from meta.document order by document_id")
    assert [row["reason"] for row in told] == [*reasons.values(), *reasons]


def test_words_that_slip_through_fail_the_build_and_blame_no_document(tmp_path: Path) -> None:
    lake = Lake()  # its tables are not the views that a build makes: nothing takes the words out
    poll(lake, 1, "closed")
    lake.rows["rights"] = [vars(one) for one in feeds(closed="none")]
    database = lake.write(tmp_path)
    results = run(database, tmp_path / "dbt", VARIABLES, select="+article_version")
    held = {
        r.name: (r.status, r.blames) for r in results if r.name.startswith("releases_obey_rights_article")
    }
    assert held == {
        "releases_obey_rights_article_version_feed__summary": ("fail", ()),
        "releases_obey_rights_article_version_feed__body": ("pass", ()),
        "releases_obey_rights_article_version_feed__lead": ("pass", ()),
        "releases_obey_rights_article_version_feed__syndication_note": ("pass", ()),
    }


def test_a_claim_to_words_that_nothing_backs_counts_for_nothing() -> None:
    licence, terms_url, reviewed_on = TERMS
    whole = Rights("source", "s", "P", licence, terms_url, reviewed_on, "full")
    assert whole.backed() is whole
    for lacking in (
        Rights("source", "s", "P", "unknown", terms_url, reviewed_on, "full"),
        Rights("source", "s", "P", "", terms_url, reviewed_on, "full"),
        Rights("source", "s", "P", licence, None, reviewed_on, "full"),
        Rights("source", "s", "P", licence, terms_url, None, "full"),
    ):
        assert lacking.fault
        assert (lacking.backed().text_use, lacking.backed().note) == ("none", lacking.fault)
