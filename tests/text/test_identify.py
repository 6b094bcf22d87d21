"""From the lake to the lake: new news only, whatever its order, killed or not."""

from __future__ import annotations

import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.datasets import lake_schema
from contracts.errors import EnvironmentFault, Locked
from tests.text.newsroom import Read, cluster_of, day, edited, facts, kinds, publish, words
from tests.text.told import ENGLISH
from transforms.text import identify as module
from transforms.text.identify import SOURCE, identify
from warehouse import lake
from warehouse.home import Home, open_home
from warehouse.locks import lock

A, B, C, D = (f"https://{name}.example/story" for name in ("alpha", "beta", "gamma", "delta"))
TITLE = "Server exports reach a record high"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home", "sample")


def syndicated() -> list[Read]:
    text = words(1)
    return [
        Read(A, TITLE, None, day(0)),
        Read(A, TITLE, text, day(0.1)),
        Read(B, "Exports: a record", edited(text, 0.03), day(1)),
        Read(C, "Elsewhere", words(2), day(1)),
        Read(D, "Cut short", " ".join(text.split()[:100]), day(2)),
        Read("https://m.delta.example/other", "Something else again today", None, day(2)),
        Read("https://delta.example/third", "Something else again today", None, day(3)),
    ]


def test_copies_become_one_cluster(home: Home) -> None:
    publish(home, syndicated())
    report = identify(home)
    assert (report.articles, report.texts, report.months) == (6, 4, ("2026-11",))
    assert kinds(home) == {
        (A, B): "near_copy",
        (A, D): "cut_copy",
        (B, D): "cut_copy",
        ("https://m.delta.example/other", "https://delta.example/third"): "same_title",
    }
    assert cluster_of(home) == {
        A: A,
        B: A,
        D: A,
        "https://m.delta.example/other": "https://m.delta.example/other",
        "https://delta.example/third": "https://m.delta.example/other",
    }
    assert (report.edges, report.members) == (4, 5)


def test_an_empty_lake_is_nothing(home: Home) -> None:
    assert identify(home) == module.Report()
    assert lake.manifest(home, SOURCE) == []


def test_running_again_writes_nothing(home: Home) -> None:
    publish(home, syndicated())
    identify(home)
    before = lake.manifest(home, SOURCE)
    files = sorted(home.lake.rglob("*.parquet"))
    report = identify(home)
    assert (report.written, report.edges, report.members) == ((), 4, 5)
    assert lake.manifest(home, SOURCE) == before
    assert sorted(home.lake.rglob("*.parquet")) == files


def test_a_text_is_signed_once(home: Home) -> None:
    publish(home, syndicated()[:3])
    assert identify(home).texts == 2
    publish(home, [Read(C, "The same words elsewhere", words(1), day(2))])
    report = identify(home)
    assert (report.texts, report.articles) == (0, 1)
    assert cluster_of(home) == {A: A, B: A, C: A}


def test_no_text_and_no_title_is_kept(home: Home) -> None:
    publish(home, [Read(A, "Zanzibar quokka sesquipedalian title", words(1) + " xylophone", day(0))])
    identify(home)
    for path in home.lake.rglob(f"source={SOURCE}/**/*.parquet"):
        table = pq.ParquetFile(path).read()
        assert table.schema.equals(lake_schema(path.relative_to(home.lake).parts[0]))
        said = str(table.to_pylist()).lower()
        assert "quokka" not in said
        assert "xylophone" not in said


def test_a_late_article_that_was_first_gives_its_name(home: Home) -> None:
    publish(home, [Read(B, "Copy", words(1), day(3))])
    publish(home, [Read(C, "Copy of a copy", words(1), day(4))])
    identify(home)
    assert cluster_of(home) == {B: B, C: B}
    publish(home, [Read(A, "Original", words(1), day(1))])
    identify(home)
    assert cluster_of(home) == {A: A, B: A, C: A}


def test_clusters_reach_over_the_end_of_a_month(home: Home) -> None:
    publish(home, [Read(A, "One", words(1), day(28)), Read(B, "Two", words(1), day(31))])
    assert identify(home).months == ("2026-11", "2026-12")
    publish(home, [Read(C, "Three", words(1), day(33))])
    identify(home)
    assert cluster_of(home) == {A: A, B: A, C: A}


def test_a_month_long_past_is_left_alone(home: Home) -> None:
    publish(home, [Read(A, "One", words(1), day(0)), Read(B, "Two", words(1), day(1))])
    identify(home)
    publish(home, [Read(C, "Three", words(2), day(90)), Read(D, "Four", words(2), day(91))])
    assert identify(home).months == ("2027-01",)
    assert cluster_of(home) == {A: A, B: A, C: C, D: C}


def test_news_read_again_is_judged_anew(home: Home) -> None:
    publish(home, [Read(A, "One", words(1), day(0)), Read(B, "Two", words(1), day(1))])
    identify(home)
    documents = [name for part in lake.manifest(home, "news") for name in part.documents]
    lake.commit(home, "news", [], documents)
    publish(home, [Read(A, "One", words(1), day(0)), Read(B, "Two", words(5), day(1))])
    assert identify(home).texts == 1
    assert facts(home) == {"article_edge": [], "article_cluster": [], "article_story": []}


def test_other_rules_make_everything_anew(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(home, syndicated())
    identify(home)
    before = cluster_of(home)
    for name in ("identify", "facts", "edges"):
        monkeypatch.setattr(f"transforms.text.{name}.rules_version", lambda: "other")
    assert identify(home).texts == 4
    assert {part.parser_version for part in lake.manifest(home, SOURCE)} == {"other"}
    assert cluster_of(home) == before


def test_parts_of_an_older_shape_are_made_anew(home: Home) -> None:
    publish(home, syndicated())
    identify(home)
    note = home.lake / "manifest" / f"{SOURCE}.json"
    marks = {part.schema for part in lake.manifest(home, SOURCE)}
    text = note.read_text()
    for mark in marks:
        text = text.replace(mark, "0" * 12)
    note.write_text(text)
    assert identify(home).texts == 4
    assert {part.schema for part in lake.manifest(home, SOURCE)} == marks


@pytest.mark.parametrize("dataset", module.DATASETS)
def test_a_lost_part_is_made_again(home: Home, dataset: str) -> None:
    told = [
        Read(f"https://{outlet}.example/{number}", title, None, day(number / 10))
        for number, (_, outlet, _, title) in enumerate(ENGLISH[:4])
    ]
    publish(home, [*syndicated(), *told])
    identify(home)
    before, whole = lake.manifest(home, SOURCE), facts(home)
    (lost,) = (home.lake / part.path for part in before if part.dataset == dataset)
    lost.unlink()
    identify(home)
    assert lake.manifest(home, SOURCE) == before
    assert facts(home) == whole


def test_news_that_is_missing_is_said(home: Home) -> None:
    publish(home, syndicated())
    (lost,) = (
        home.lake / part.path for part in lake.manifest(home, "news") if part.dataset == "article_text"
    )
    lost.unlink()
    with pytest.raises(EnvironmentFault, match="missing in the lake"):
        identify(home)
    assert lake.manifest(home, SOURCE) == []


def test_small_parts_are_joined(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SMALL_PARTS", 3)
    for number, reading in enumerate(syndicated() * 2):
        publish(home, [reading], source=f"news{number}")
        identify(home)
    parts = lake.manifest(home, SOURCE)
    assert max(sum(part.dataset == name for part in parts) for name in module.DATASETS) <= 4
    whole = open_home(home.root.with_name("whole"), "sample")
    publish(whole, syndicated())
    identify(whole)
    assert facts(home) == facts(whole)


HOSTILE = ["", "word", "啊" * 100_000, "\x00\x1b[2J\u202e", "𝕏" * 50_000, "a" * 500_000, "' or 1=1; --"]


def test_hostile_texts_are_nobodys_copy(home: Home) -> None:
    readings = [
        Read(f"https://h{number}.example/' --", text[:60] or "untitled", text, day(number / 10))
        for number, text in enumerate(HOSTILE)
    ]
    publish(home, [*readings, *syndicated()])
    identify(home)
    assert set(cluster_of(home).values()) == {A, "https://m.delta.example/other"}


def test_one_run_at_a_time(home: Home) -> None:
    publish(home, syndicated())
    with lock(home, SOURCE), pytest.raises(Locked):
        identify(home)


ARTICLES = [
    Read(
        f"https://site{number % 5}.example/{number}", f"Title number {number % 4} of this week", body, day(at)
    )
    for number, (at, body) in enumerate(
        [(number * 1.3 % 11, edited(words(number % 3, 120), 0.02, number)) for number in range(9)]
        + [(number * 2.1 % 11, None) for number in range(5)]
        + [(2.5, " ".join(words(1, 120).split()[:60])), (36, words(1, 120)), (37, words(1, 120))]
    )
]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    home = open_home(tmp_path_factory.mktemp("whole") / "home", "sample")
    publish(home, ARTICLES)
    identify(home)
    found = facts(home)
    assert min(map(len, found.values())) > 5
    return found


@settings(max_examples=12, deadline=None)
@given(drawn=st.randoms(use_true_random=False), cuts=st.sets(st.integers(1, 20), max_size=3))
def test_any_order_split_and_repetition_give_the_same(whole, drawn: random.Random, cuts: set[int]) -> None:
    readings = ARTICLES + drawn.sample(ARTICLES, 4)
    drawn.shuffle(readings)
    with tempfile.TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home", "sample")
        edges = [0, *sorted(cuts), len(readings)]
        for number, (low, high) in enumerate(itertools.pairwise(edges)):
            publish(home, readings[low:high], source=f"news{number}")
            identify(home)
        assert facts(home) == whole


RUN = """
import sys
from tests.kill.driver import Killer
from transforms.text.identify import identify
from warehouse.home import open_home
from pathlib import Path
killer = Killer(int(sys.argv[2]) or None)
home = open_home(Path(sys.argv[1]))
sys.setprofile(killer.profile)
identify(home)
sys.setprofile(None)
print(len(killer.places))
"""


def run_killed(home: Home, at: int) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", RUN, str(home.root), str(at)]
    return subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_killed_at_a_write_and_run_again_gives_the_same(home: Home) -> None:
    publish(home, syndicated()[:3])
    identify(home)
    publish(home, syndicated()[3:], source="more")
    ready = home.root.with_name("ready")
    shutil.copytree(home.root, ready)
    writes = int(run_killed(home, 0).stdout)
    whole = facts(home)
    for at in sorted({1, writes, *random.Random(1).sample(range(1, writes + 1), 10)}):
        hurt = open_home(shutil.copytree(ready, home.root.with_name(f"hurt{at}")))
        assert run_killed(hurt, at).returncode == -signal.SIGKILL
        identify(hurt)
        assert facts(hurt) == whole
        assert not list(hurt.lake.rglob("*.part"))


SEEDS = ROOT.parent / "shared" / "seeds"


def test_articles_of_one_subject_are_all_different(home: Home) -> None:
    texts = sorted(SEEDS.glob("*.txt"))
    if not texts:
        pytest.skip("the five articles are not here: no folder ../shared/seeds")
    publish(
        home,
        [
            Read(f"https://site{number}.example/", path.name, path.read_text("utf-8"), day(number / 10))
            for number, path in enumerate(texts)
        ],
    )
    report = identify(home)
    assert report.articles == len(texts) == 5
    assert (report.edges, report.members) == (0, 0)
