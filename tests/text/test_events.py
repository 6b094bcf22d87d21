"""Headlines of one event: none falsely joined in a set of our own, and what comes of the rest, whatever the order."""

from __future__ import annotations

import itertools
import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.text.newsroom import Read, day, facts, kinds, publish, story_of, words
from tests.text.told import CHINESE, ENGLISH, Headline
from transforms.text.headline import title_terms
from transforms.text.identify import identify
from warehouse.home import Home, open_home

TOLD = sorted([*ENGLISH, *CHINESE], key=lambda told: (told[2], told[1], told[3]))
ADDRESS = {told: f"https://{told[1]}.example/{number}" for number, told in enumerate(TOLD)}
EVENT = {ADDRESS[told]: told[0] for told in TOLD}


def read(told: Headline, body: str | None = None) -> Read:
    return Read(ADDRESS[told], told[3], body, day(told[2]))


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = open_home(tmp_path_factory.mktemp("told") / "home", "sample")
    publish(home, map(read, TOLD))
    identify(home)
    return home


def b_cubed(found: dict[str, str]) -> tuple[float, float]:
    """Precision and recall: of each article's companions, how many are right, and of the right ones, how many are there."""
    made = {key: found.get(key, key) for key in EVENT}
    precision = recall = 0.0
    for key in EVENT:
        here = {other for other in EVENT if made[other] == made[key]}
        right = {other for other in EVENT if EVENT[other] == EVENT[key]}
        precision += len(here & right) / len(here) / len(EVENT)
        recall += len(here & right) / len(right) / len(EVENT)
    return precision, recall


def test_the_set_is_large_enough() -> None:
    told_more_than_once = {event for event in EVENT.values() if list(EVENT.values()).count(event) > 1}
    assert len(TOLD) >= 60
    assert len(told_more_than_once) >= 20


def test_no_two_events_are_one_story_and_most_of_each_is_found(whole: Home) -> None:
    wrong = [(a, b) for a, b in kinds(whole) if EVENT[a] != EVENT[b]]
    assert not wrong
    precision, recall = b_cubed(story_of(whole))
    assert precision == pytest.approx(1)
    assert recall > 0.9
    assert 2 * precision * recall / (precision + recall) > 0.95


def test_a_day_told_at_once_is_one_story_still(home: Home) -> None:
    told = [told for told in TOLD if told[0] == "taiwan-quake"]
    publish(home, [Read(ADDRESS[one], one[3], None, day(1)) for one in told])
    identify(home)
    assert set(story_of(home)) == {ADDRESS[one] for one in told}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Osprey cuts 900 jobs at its Larkhaven server plant", "Osprey adds 900 jobs at its Larkhaven server plant"),
        ("Osprey Q2 server shipments at Larkhaven plant double", "Osprey Q3 server shipments at Larkhaven plant double"),
        ("Osprey loses 40 racks in Larkhaven server fire", "Osprey loses 90 racks in Larkhaven server fire"),
        ("Gallium exporters await Larkhaven licence ruling", "Antimony exporters await Larkhaven licence ruling"),
        ("Larkhaven live updates: Osprey server fire", "Live updates: Osprey server fire in Larkhaven"),
    ],
)  # fmt: skip
def test_what_parts_two_headlines(home: Home, one: str, other: str) -> None:
    readings = [
        Read("https://alder.example/1", one, None, day(1)),
        Read("https://birch.example/2", other, None, day(1.2)),
    ]
    publish(home, readings)
    identify(home)
    assert kinds(home) == {}


def test_one_outlet_and_more_than_three_days_make_no_event(home: Home) -> None:
    title = "Earthquake forces Larkhaven chip fabs to evacuate staff"
    again = "Larkhaven chip fabs evacuate staff: earthquake"
    publish(
        home,
        [
            Read("https://alder.example/1", title, None, day(1)),
            Read("https://m.alder.example/2", again, None, day(1.2)),
            Read("https://birch.example/3", again, None, day(4.3)),
        ],
    )
    identify(home)
    assert kinds(home) == {}


def test_traditional_and_simplified_headlines_are_one_story(home: Home) -> None:
    publish(
        home,
        [
            Read("https://alder.example/1", "岚芯科技合肥晶圆厂动工", None, day(1)),
            Read("https://birch.example/2", "合肥：嵐芯科技晶圓廠動工", None, day(1.5)),
        ],
    )
    identify(home)
    assert list(kinds(home).values()) == ["same_event"]


def test_copies_stay_copies_and_a_story_takes_whole_clusters(home: Home) -> None:
    quake = [told for told in TOLD if told[0] == "taiwan-quake"]
    copy = Read(
        "https://gorse.example/copy", "A title of its own altogether", words(1), day(quake[-1][2] + 4)
    )
    publish(home, [*map(read, quake[:-1]), read(quake[-1], words(1)), copy])
    identify(home)
    assert kinds(home)[ADDRESS[quake[-1]], copy.url] == "near_copy"
    assert set(story_of(home)) == {*(ADDRESS[told] for told in quake), copy.url}
    assert set(story_of(home).values()) == {ADDRESS[quake[0]]}


def test_a_late_article_that_joins_two_stories_makes_an_alias(home: Home) -> None:
    first = "Larkhaven dockworkers strike over cranes without drivers"
    second = "Ports minister Harrow calls emergency talks with shippers"
    bridge = "Larkhaven dockworkers strike over cranes without drivers: ports minister Harrow calls emergency talks with shippers"
    one, other, late = (f"https://{name}.example/" for name in ("alder", "birch", "cedar"))
    publish(home, [Read(one, first, None, day(1)), Read(other, second, None, day(1.1))])
    identify(home)
    assert story_of(home) == {}
    publish(home, [Read(late, bridge, None, day(1.2))], source="later")
    identify(home)
    assert story_of(home) == dict.fromkeys((one, other, late), one)
    aliases = [row for row in facts(home)["article_story"] if "'was_id': True" in str(row)]
    assert len(aliases) == 1
    assert other in str(aliases[0])


SOME = [told for told in TOLD if told[2] < 2.7]


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[tuple[object, ...]]]:
    home = open_home(tmp_path_factory.mktemp("some") / "home", "sample")
    publish(home, map(read, SOME))
    identify(home)
    found = facts(home)
    assert len(found["article_story"]) > 10
    return found


@settings(max_examples=8, deadline=None)
@given(drawn=st.randoms(use_true_random=False), cuts=st.sets(st.integers(1, 25), max_size=3))
def test_any_order_split_and_repetition_give_the_same_stories(
    some, drawn: random.Random, cuts: set[int]
) -> None:
    readings = [read(told) for told in SOME + drawn.sample(SOME, 4)]
    drawn.shuffle(readings)
    with tempfile.TemporaryDirectory() as folder:
        home = open_home(Path(folder) / "home", "sample")
        for number, (low, high) in enumerate(itertools.pairwise([0, *sorted(cuts), len(readings)])):
            publish(home, readings[low:high], source=f"news{number}")
            identify(home)
        assert facts(home) == some


@given(st.text(max_size=200))
def test_any_title_has_terms_or_none(title: str) -> None:
    packed = title_terms(title)
    assert packed is None or len(packed) % 8 == 0 < len(packed)
