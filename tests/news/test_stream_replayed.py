"""Four polls of three outlets: asked again and read in any order they come to the same rows, articles and stories."""

from __future__ import annotations

import itertools
import random
import shutil
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.document import Answer, Fetch, Validators
from extractors import ingest
from extractors.news.source import SOURCE
from tests.conftest import DAY, make_answer
from tests.news.conftest import BLOCK, WriteFeeds
from tests.news.documents import item, rss
from tests.news.site import HOUR, day_of, files, held, marts
from tests.news.test_page_gone import GONE
from tests.text.newsroom import edited, words
from tests.text.told import ENGLISH
from transforms.text.identify import identify
from warehouse.home import Home, open_home

OUTLETS = ("alder", "birch", "cedar")
EVENT = {told[1]: told[3] for told in ENGLISH if told[0] == "plant-texas"}
PRINTED = {name: [words(seed, 120) for seed in (n, n + 10, n + 20)] for n, name in enumerate(OUTLETS)}


# What each outlet's pages say at each poll: birch prints alder's first text, cedar cuts it, alder corrects its second.
BODIES = {
    "alder": lambda poll: [
        PRINTED["alder"][0],
        PRINTED["alder"][1] if poll < 2 else edited(PRINTED["alder"][1], 0.05),
        "",
    ],
    "birch": lambda poll: [PRINTED["alder"][0], PRINTED["birch"][1], PRINTED["birch"][2]],
    "cedar": lambda poll: [
        " ".join(PRINTED["alder"][0].split()[:80]),
        PRINTED["cedar"][1],
        PRINTED["cedar"][2],
    ],
}


SHOWN = ((1, 2), (1, 2, 3), (2, 3), (1, 2, 3))


@dataclass
class Replay:
    """What the outlets answer at one poll, always the same."""

    poll: int

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        outlet, number = fetch.url.removeprefix("https://").split(".example/")
        at = DAY + self.poll * timedelta(days=1) + OUTLETS.index(outlet) * HOUR
        body = feed_of(outlet, self.poll) if number == "feed" else page_of(outlet, self.poll, int(number))
        made = make_answer(fetch.url, body, at=at, headers={"Content-Type": "text/html; charset=utf-8"})
        return replace(made, fetch=fetch)


def feed_of(outlet: str, poll: int) -> bytes:
    changed = {
        "more": f"<atom:updated xmlns:atom='http://www.w3.org/2005/Atom'>2026-11-2{poll}T05:00:00Z</atom:updated>"
    }
    items = (
        item(n, title=title_of(outlet, n), link=f"https://{outlet}.example/{n}", **changed if n == 2 else {})
        for n in SHOWN[poll]
    )
    return rss(*items, title=outlet.title()).encode()


def title_of(outlet: str, number: int) -> str:
    return EVENT[outlet] if number == 3 else f"{outlet.title()} tells of matter number {number}"


def page_of(outlet: str, poll: int, number: int) -> bytes:
    said = BODIES[outlet](poll)[number - 1]
    if not said:
        return GONE["taken down"]
    paragraphs = "".join(
        f"<p>{' '.join(said.split()[at : at + 30])}.</p>" for at in range(0, len(said.split()), 30)
    )
    title = title_of(outlet, number)
    return f"<html><head><title>{title}</title></head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>".encode()


@pytest.fixture
def outlets(write_feeds: WriteFeeds) -> None:
    write_feeds(*(BLOCK | {"key": f'"{name}"', "url": f'"https://{name}.example/feed"'} for name in OUTLETS))


def streamed(home: Home) -> Home:
    for poll in range(len(SHOWN)):
        day_of(home, Replay(poll))
    return home


@pytest.mark.usefixtures("outlets")
def test_a_stream_of_snapshots_replayed_adds_no_row(home: Home) -> None:
    streamed(home)
    before, written = held(home), files(home)
    assert min(len(before[name]) for name in ("article_text", "article_cluster", "article_story")) >= 2
    for _ in range(2):
        streamed(home)
        assert held(home) == before
    now = files(home)
    assert {path: now.get(path) for path in written if "/fetch/" not in path} == {
        path: body for path, body in now.items() if "/fetch/" not in path
    }


@pytest.mark.usefixtures("outlets")
@pytest.mark.parametrize("seed", range(4))
def test_documents_read_in_any_order_give_the_same_rows_and_groups(
    home: Home, tmp_path: Path, seed: int
) -> None:
    first = streamed(open_home(tmp_path / "first", "sample"))
    expected, found = held(first), held(shuffled(first, home, seed))
    for one in (expected, found):
        del one["article_reading"]  # an article heard of earlier than was known is noted again
    assert found == expected
    assert min(len(expected[name]) for name in ("article_text", "article_cluster", "article_story")) >= 2


@pytest.mark.usefixtures("outlets")
def test_documents_read_in_any_order_give_the_same_articles_and_stories(home: Home, tmp_path: Path) -> None:
    names = ("marts.article", "marts.story", "staging.article_version", "staging.feed_event")
    first = streamed(open_home(tmp_path / "first", "sample"))
    shuffled(first, home, 11)
    expected, found = marts(first, tmp_path / "one", *names), marts(home, tmp_path / "other", *names)
    assert found == expected
    articles = {row["url_key"]: row for row in expected["marts.article"]}
    assert len(articles) == 9
    copies = {key for key, row in articles.items() if row["cluster_id"] == "https://alder.example/1"}
    assert copies == {f"https://{name}.example/1" for name in OUTLETS}
    [told] = [row for row in expected["marts.story"] if row["n_clusters"] > 1]
    assert told["story_id"] == "https://alder.example/3"
    assert told["n_articles"] == told["n_clusters"] == told["n_outlets"]
    assert articles["https://alder.example/3"]["state"] == "error"
    assert articles["https://alder.example/2"]["versions"] > 1


def shuffled(first: Home, home: Home, seed: int) -> Home:
    """The documents of a home, kept in another in another order, read and identified in up to four slices."""
    drawn = random.Random(seed)
    kept = sorted(path for path in first.archive.rglob("*.warc.gz"))
    drawn.shuffle(kept)
    cuts = sorted(drawn.sample(range(1, len(kept)), seed % 4))
    for low, high in itertools.pairwise([0, *cuts, len(kept)]):
        for path in kept[low:high]:
            target = home.archive / path.relative_to(first.archive)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
        ingest.parse(home, SOURCE)
        identify(home)
    return home
