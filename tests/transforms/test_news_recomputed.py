"""The news marts against plain Python over the same rows: drawn lakes, the rows of a lake in any order."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from pathlib import Path

import pytest

from tests.transforms.lake import VARIABLES, Lake, day, query
from tests.transforms.newsaddress import door, site
from tests.transforms.newsdesk import KEPT, Desk, Row
from transforms.project import run
from transforms.text.clusters import clusters, stories

HOSTS = ("alpha.example", "tech.beta.com.cn", "m.gamma.co.uk")
PATHS = (
    "/1", "/amp/1", "/1/amp", "/1.html", "/1/", "/2?id=5", "/2?amp=1&id=5", "/2?id=5&outputType=amp", "/2.amp.html",
    "/2.html", "/3", "/4", "/5", "/6",
)  # fmt: skip
TITLES = ("Grid", "GRID!", "Chips rise", "Việt Nam's ports", "铜价上涨", "—", "Chips")
BODIES = ("One.\n\nTwo.", "One.\n\nTwo.\n\nThree.", "Two.\n\nOne.", "", "One.\n\nOne.\n\n铜价")
STATES = (None, "article", "live", "paywall")
REASONS = (
    "consent: a wall", "paywall: nothing free", "too-slow: over 60 s", "error: 404 as 200", "listing: a list",
    "empty: a shell", "blocked: a challenge",
)  # fmt: skip
MEDIA = (
    (None, None),
    (None, None),
    ("e.mp3", "audio/mpeg"),
    ("e.mp4", "video/mp4"),
    ("e.png", "image/png"),
    ("e", None),
)
FAMILIES = {"alpha.example": "greek", "gamma.co.uk": "greek"}
DAYS = {0: 20, 1: 3, 2: 8}


def drawn_lake(seed: int, days: int) -> Lake:
    """Polls, pages, walls and groups of about forty addresses; times and words often equal, the more the fewer days."""
    drawn, lake = random.Random(seed), Lake()
    keys = [f"https://{host}{path}" for host in HOSTS for path in drawn.sample(PATHS, 9)]
    keys += [f"https://{door}.{HOSTS[0]}{path}" for door in ("m", "amp.m") for path in ("/1", "/3", "/4")]
    for number in range(90):
        at = day(drawn.randrange(days)) + timedelta(hours=6 * drawn.randrange(3))
        said = drawn.choice([None, None, at - timedelta(days=3)])
        kind = drawn.choice(["feed", "page", "page", "wall", "nothing"])
        feed, key = drawn.choice(["wire", "wire", "desk", "desk", "bare"]), drawn.choice(keys)
        scope = {"kind": "feed" if kind == "feed" else "page", "feed": feed}
        scope |= {} if kind == "feed" else {"url_key": key}
        wall = {"outcome": "quarantined", "reason": drawn.choice(REASONS)} if kind == "wall" else {}
        wall |= {"outcome": "empty"} if kind == "nothing" else {}
        name = lake.document(
            f"d{drawn.randrange(10**6)}-{number}",
            at,
            "news",
            scope=json.dumps(scope),
            released_at=said,
            **wall,
        )
        if kind == "feed":
            lake.add("news_item", name, [item(drawn, feed, drawn.choice(keys)) for _ in range(4)])
            lake.add("feed", name, [described(feed, number)] if feed != "bare" else [])
        elif kind == "page":
            lake.add("article_text", name, [page(drawn, feed, key, keys)])
    lake.rows["rights"] = [
        {
            "subject_kind": "feed",
            "subject": feed,
            "publisher": feed,
            "licence": "CC0",
            "text_use": "full",
            "listed": True,
        }
        for feed in ("wire", "desk", "bare")
    ]
    group(drawn, lake, keys)
    for rows in lake.rows.values():
        drawn.shuffle(rows)
    return lake


def described(feed: str, number: int) -> Row:
    said = {
        "url": f"https://{feed}.example/rss",
        "publisher": f"{feed.title()} {number % 3}",
        "language": "en",
        "licence": "CC0",
    }
    return {"feed": feed, "text_use": "full", **said}


def item(drawn: random.Random, feed: str, key: str) -> Row:
    at = drawn.choice([None, day(drawn.randrange(20))])
    source = drawn.choice(["feed", "feed-day", "feed-updated", "feed-updated-day"]) if at else None
    media, kind = drawn.choice(MEDIA)
    return {
        "feed": feed, "url": f"{key}#{feed}", "url_key": key, "title": drawn.choice(TITLES),
        "summary": drawn.choice([None, "A summary of chips."]), "authors": drawn.choice([None, "Ann"]),
        "published_at": at, "published_source": source, "language": drawn.choice([None, "en", "zh"]),
        "enclosure_url": media, "enclosure_type": kind,
    }  # fmt: skip


def page(drawn: random.Random, feed: str, key: str, keys: list[str]) -> Row:
    at, changed = (drawn.choice([None, day(drawn.randrange(20))]) for _ in range(2))
    body, outlet = drawn.choice(BODIES), drawn.choice([site(key), site(key), "house"])
    media, kind = drawn.choice(MEDIA)
    own = drawn.choice([None, None, drawn.choice(keys), f"{key}/own", f"http://{key.split('/')[2]}/own#top"])
    return {
        "feed": feed, "url": key, "url_key": key, "canonical_url": own, "title": drawn.choice([None, *TITLES]),
        "authors": drawn.choice([None, "Bo"]), "published_at": at, "published_source": "json-ld" if at else None,
        "published_precision": "second" if at else None,
        "published_confidence": drawn.choice(["high", "low"]) if at else None, "modified_at": changed,
        "modified_precision": "day" if changed else None, "language": drawn.choice([None, "en"]),
        "lead": drawn.choice([None, "A lead."]), "body": body, "body_sha256": f"{BODIES.index(body):064}",
        "body_partial": drawn.choice([None, True, False]), "page_state": drawn.choice(STATES), "outlet": outlet,
        "outlet_family": drawn.choice([None, FAMILIES.get(outlet, outlet), "another"]),
        "syndication_note": drawn.choice([None, "Source: CNBC", "(AP)"]), "syndication_outlet": drawn.choice([None, "cnbc", "ap"]),
        "enclosure_url": media, "enclosure_type": kind,
    }  # fmt: skip


def group(drawn: random.Random, lake: Lake, keys: list[str]) -> None:
    """Clusters and stories over addresses, some of which no document of this lake names."""
    held = [f"https://held.example/{number}" for number in range(6)]
    seen = Desk(lake.rows).first_seen() | {key: day(drawn.randrange(20)) for key in held}
    known = [key for key in keys if key in seen] + held
    pairs = [tuple(drawn.sample(known, 2)) for _ in range(90)]
    micros = {key: round(at.timestamp() * 1e6) for key, at in seen.items()}
    copies = clusters(micros, [(a, b) for a, b in pairs[:30]])
    told = stories(micros, copies, [(a, b) for a, b in pairs[30:]])
    for dataset, name, members in (
        ("article_cluster", "cluster_id", copies),
        ("article_story", "story_id", told),
    ):
        lake.rows[dataset] = [
            {"url_key": m.url_key, name: m.group_id, "was_id": m.was_id, "rules_version": "1"}
            for m in members
        ]


@pytest.fixture(scope="module", params=DAYS)
def news(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Path]:
    lake, folder = drawn_lake(request.param, DAYS[request.param]), tmp_path_factory.mktemp("drawn")
    database = lake.write(folder)
    results = run(
        database, folder / "dbt", VARIABLES, select="+search_index +story +story_alias articles_obey_rights"
    )
    ours = ("search", "article", "story")
    assert [r.name for r in results if r.status == "fail" and any(word in r.name for word in ours)] == []
    return Desk(lake.rows), database


def test_versions_and_what_they_changed(news: tuple[Desk, Path]) -> None:
    desk, database = news
    names = (
        "known_from",
        "known_to",
        "changed_fields",
        "characters_added",
        "characters_removed",
        "document_id",
    )
    said = sorted({"title", "summary", "lead", *KEPT})
    rows = query(database, "select * from staging.article_version")
    found = {
        (r["url_key"], r["kind"], r["feed"], r["version"]): [r[n] for n in (*names, *said)] for r in rows
    }
    assert len(found) == len(rows)
    assert found == {
        (v.url_key, v.kind, v.feed, v.number): [
            v.known_from, v.known_to, v.changed, v.added, v.removed, v.document_id, *(v.said[name] for name in said)
        ]
        for v in desk.versions()
    }  # fmt: skip


def test_addresses_of_an_article(news: tuple[Desk, Path]) -> None:
    desk, database = news
    rows = query(database, "select url_key, first_seen, address, article_key from staging.article_address")
    found = {r["url_key"]: (r["first_seen"], r["address"], r["article_key"]) for r in rows}
    seen, place = desk.first_seen(), desk.addresses()
    assert found == {
        key: (seen[key], place[door(key)], article) for key, article in desk.articles_of().items()
    }
    assert len(set(desk.articles_of().values())) < len(rows)


def test_articles(news: tuple[Desk, Path]) -> None:
    desk, database = news
    made = desk.articles()
    names = sorted(next(iter(made.values())))
    rows = query(database, "select * from marts.article")
    assert len(rows) == len(made)
    for row in rows:
        assert {name: row[name] for name in names} == {name: made[row["url_key"]][name] for name in names}


def test_identity_and_former_ids(news: tuple[Desk, Path]) -> None:
    desk, database = news
    rows = query(database, "select * from staging.article_identity")
    assert {r["url_key"]: (r["cluster_id"], r["story_id"]) for r in rows} == desk.identity()
    aliases = query(database, "select * from staging.story_alias")
    assert {r["alias_id"]: r["story_id"] for r in aliases} == desk.aliases() != {}


def test_stories(news: tuple[Desk, Path]) -> None:
    desk, database = news
    made = desk.stories()
    names = sorted(next(iter(made.values())))
    rows = query(database, "select * from marts.story")
    assert {r["story_id"]: {name: r[name] for name in names} for r in rows} == made
    assert max(row["n_articles"] for row in rows) > 2


LOOSE = {
    "a story that is not there": "select story_id from marts.article where story_id not in (select story_id from marts.story) or story_id is null",
    "a story of other size": """select story.story_id from marts.story left join (
        select story_id, count(*) as articles, count(distinct cluster_id) as clusters from marts.article group by story_id
        ) as told on story.story_id = told.story_id where (n_articles, n_clusters) is distinct from (articles, clusters)""",
    "a cluster that is not there": """select article.url_key from marts.article left join marts.article as first
        on article.cluster_id = first.url_key where first.cluster_id is distinct from article.cluster_id""",
    "a cluster in two stories": "select cluster_id from marts.article group by 1 having count(distinct story_id) > 1",
    "an alias to nowhere": """select alias_id from staging.story_alias
        where story_id not in (select story_id from marts.story) or alias_id in (select story_id from marts.story)""",
    "an address of no article": "select url_key from staging.article_address where article_key not in (select url_key from marts.article)",
    "an id that no article has": "select url_key from staging.article_identity where story_id not in (select url_key from marts.article)",
    "an article not to be found": "select url_key from marts.article except select url_key from staging.search_article",
    "a word of no article": "select token from staging.search_index where article_number not in (select article_number from staging.search_article)",
    "no outlet": "select url_key from marts.article where outlet is null or outlet = ''",
}  # fmt: skip


@pytest.mark.parametrize("fault", LOOSE)
def test_every_id_leads_somewhere(news: tuple[Desk, Path], fault: str) -> None:
    assert query(news[1], LOOSE[fault]) == []
