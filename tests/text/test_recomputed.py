"""Clusters, stories and the pairs they are made of against plain Python over every two articles, from the definitions."""

from __future__ import annotations

import math
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import combinations

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.text.newsroom import characters, edited, words
from tests.text.told import ENGLISH
from transforms.text.clusters import Member, clusters, stories
from transforms.text.events import same_events
from transforms.text.headline import DIRECTION, KIND_BITS, NUMBER, PAIR, PERIOD, WORD, title_terms
from transforms.text.pairs import Slice, pairs
from transforms.text.signature import signed

DAY = 24 * 3_600 * 1_000_000
Links = list[tuple[str, str]]
KEYS = st.sampled_from("abcdefgh")
SEEN = st.fixed_dictionaries({key: st.integers(0, 20).map(lambda n: n * DAY) for key in "abcdefgh"})
LINKS = st.lists(st.tuples(KEYS, KEYS), max_size=14)


def grouped(
    seen: Mapping[str, int], links: Links, span: int, begin: list[set[str]]
) -> tuple[list[set[str]], set[str]]:
    """Groups after every link in the order in which it would have come to be, and the ids that stood and fell."""
    order = sorted(seen, key=lambda key: (seen[key], key))
    groups, fallen = [*begin, *({key} for key in order if not any(key in group for group in begin))], set()
    in_order = {tuple(sorted((order.index(a), order.index(b)), reverse=True)) for a, b in links if a != b}
    for later, earlier in sorted(in_order):
        one, other = (next(g for g in groups if order[at] in g) for at in (earlier, later))
        both = one | other
        if one is other or max(seen[k] for k in both) - min(seen[k] for k in both) > span:
            continue
        _, second = sorted((min(one, key=order.index), min(other, key=order.index)), key=order.index)
        fallen |= {second} - {order[later]}
        groups = [g for g in groups if g is not one and g is not other] + [both]
    return groups, fallen


def members(seen: Mapping[str, int], groups: list[set[str]], fallen: set[str]) -> list[Member]:
    return sorted(
        Member(key, min(group, key=lambda one: (seen[one], one)), key in fallen)
        for group in groups
        for key in group
    )


@settings(max_examples=300, deadline=None)
@given(SEEN, LINKS, LINKS)
def test_clusters_and_stories_are_what_comes_of_one_pair_after_the_other(seen, copies, told) -> None:
    groups, fallen = grouped(seen, copies, 7 * DAY, [])
    several = [group for group in groups if len(group) > 1]
    found = clusters(seen, copies)
    assert found == members(seen, several, fallen)
    wider, fallen = grouped(seen, told, 14 * DAY, several)
    joined = [group for group in wider if group not in several and len(group) > 1]
    assert stories(seen, found, told) == members(seen, joined, fallen)


def test_a_joined_cluster_that_ends_earlier_does_not_shorten_a_story() -> None:
    seen = {key: day * DAY for key, day in {"a": 0, "b": 10, "c": 13, "d": 14, "e": 17}.items()}
    found = clusters(seen, [("b", "e")])
    told = stories(seen, found, [("b", "c"), ("a", "d"), ("b", "d")])
    assert {m.url_key: m.group_id for m in told} == {"a": "a", "d": "a", "b": "b", "c": "b", "e": "b"}


def newsstand(seed: int) -> list[tuple[int, str | None, int | None]]:
    """Articles as (time, text, title): copies of five texts, edited and cut, and few titles."""
    drawn = random.Random(seed)
    texts = [words(n, 150) for n in range(3)] + [characters(n, 300) for n in range(2)]
    made = []
    for number in range(45):
        text = drawn.choice(texts)
        text = edited(text, drawn.choice([0, 0.02, 0.06, 0.1]), number) if " " in text else text
        text = text[: round(len(text) * drawn.choice([1, 1, 0.7, 0.5, 0.3, 0.15]))]
        body = drawn.choice([None, text, text, text])
        made.append((drawn.randrange(30) * DAY // 2, body, drawn.choice([None, 1, 2, 3, 4, 5, 6, 7])))
    return sorted(made, key=lambda article: article[0])


def compared(made: list[tuple[int, str | None, int | None]]) -> Iterator[tuple[int, int, str, float | None]]:
    """Every two articles within a week, by the strongest rule that holds."""
    said = [None if text is None else signed(text) for _, text, _ in made]
    titles = defaultdict(list)
    for number, (_, _, title) in enumerate(made):
        titles[title].append(number)

    def column(number: int) -> bool:
        at, _, title = made[number]
        return sum(abs(made[other][0] - at) <= 7 * DAY for other in titles[title]) - 1 > 3

    for one, other in combinations(range(len(made)), 2):
        if made[other][0] - made[one][0] > 7 * DAY:
            continue
        left, right = said[one], said[other]
        if left is None or right is None or left.signature is None or right.signature is None:
            alike = None
        else:
            same = left.signature == right.signature
            share = same.mean()
            small, large = sorted((left.shingles, right.shingles))
            inside = min(1.0, share / (1 + share) * (small + large) / small)
            cut = inside if inside >= 0.8 and large <= 5 * small else 0.0
            met = (same[0::2] & same[1::2]).any()
            alike = max(share, cut)
            if met and share >= 0.5:
                yield one, other, "near_copy", round(float(share), 4)
                continue
            if met and cut:
                yield one, other, "cut_copy", round(float(cut), 4)
                continue
        titled = made[one][2] is not None and made[one][2] == made[other][2]
        strange = alike is not None and round(float(alike), 4) < 0.2
        if titled and not strange and not column(one) and not column(other):
            yield one, other, "same_title", None if alike is None else round(float(alike), 4)


@pytest.mark.parametrize("seed", range(8))
def test_copies_and_titles_are_those_of_every_two_articles(seed: int) -> None:
    made = newsstand(seed)
    kept = [(n, signed(text)) for n, (_, text, _) in enumerate(made) if text is not None]
    kept = [(n, said) for n, said in kept if said.signature is not None]
    titled = [(n, title) for n, (_, _, title) in enumerate(made) if title is not None]
    part = Slice(
        np.array([at for at, _, _ in made]),
        np.array([n for n, _ in kept]),
        np.array([said.shingles for _, said in kept]),
        np.array([said.signature for _, said in kept]),
        np.array([n for n, _ in titled]),
        np.array([title for _, title in titled]),
    )
    found = [tuple(pair) for pair in pairs(part, 0, 60 * DAY)]
    assert found == list(compared(made))
    assert {kind for _, _, kind, _ in found} == {"near_copy", "cut_copy", "same_title"}


def headlines(seed: int) -> list[tuple[int, str, bytes]]:
    """Headlines as (time, host, terms), each event's told by few outlets within days, some with a word put in or left out."""
    drawn, made = random.Random(seed), []
    for _, outlet, _, title in ENGLISH * 3:
        pieces = title.split()
        if drawn.random() < 0.6:
            pieces.insert(
                drawn.randrange(len(pieces)), drawn.choice(["Nvidia", "grid", "7", "rise", "Q2", "May"])
            )
        if drawn.random() < 0.4:
            pieces.pop(drawn.randrange(len(pieces)))
        terms = title_terms(" ".join(pieces))
        if terms is not None:
            made.append((drawn.randrange(40) * DAY // 4, drawn.choice([outlet, "a", "b"]), terms))
    return sorted(made)


def told(made: list[tuple[int, str, bytes]]) -> Iterator[tuple[int, int, float]]:
    """Every two headlines of different hosts within three days that tell of one event."""
    terms = [np.frombuffer(packed, "<i8").tolist() for _, _, packed in made]

    def kinds(number: int, *wanted: int) -> list[int]:
        return [term for term in terms[number] if term % (1 << KIND_BITS) in wanted]

    def weights(number: int) -> dict[int, int]:
        at = made[number][0]
        week = [n for n, (seen, _, _) in enumerate(made) if at - 7 * DAY <= seen <= at]
        return {
            term: round(1000 * math.log((1000 + len(week)) / sum(term in terms[n] for n in week)))
            for term in kinds(number, WORD, PAIR, NUMBER)
        }

    weighed = [weights(number) for number in range(len(made))]
    for one, other in combinations(range(len(made)), 2):
        if made[other][0] - made[one][0] > 3 * DAY or made[one][1] == made[other][1]:
            continue
        left, right = weighed[one], weighed[other]
        rarest = sorted(right, key=lambda term: (-right[term], term))[:5]
        near = [t for t in rarest if t in left and sum(t in w for w in weighed[one:other]) <= 8]
        common = left.keys() & right.keys()
        size = sum(1 if term % (1 << KIND_BITS) == PAIR else 2 for term in common)
        norms = sum(w * w for w in left.values()) * sum(w * w for w in right.values())
        score = round(sum(left[t] * right[t] for t in common) / math.sqrt(norms), 4) if norms else 0
        agree = all(
            len(set(kinds(one, kind)) & set(kinds(other, kind)))
            >= min(len(kinds(one, kind)), len(kinds(other, kind)))
            for kind in (NUMBER, PERIOD, DIRECTION)
        )
        form = one_form(kinds(one, WORD, PAIR, NUMBER), kinds(other, WORD, PAIR, NUMBER))
        if len(near) >= 2 and size >= 6 and score >= 0.65 and agree and not form:
            yield one, other, score


def one_form(one: list[int], other: list[int]) -> bool:
    """Whether a beginning and an end in common leave each something that the other lacks."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return bool(one) and bool(other) and not set(one) & set(other)


@pytest.mark.parametrize("seed", range(6))
def test_events_are_those_of_every_two_headlines(seed: int) -> None:
    made = headlines(seed)
    titles = pa.table({
        "place": pa.array(range(len(made)), pa.int64()),
        "seen_us": pa.array([at for at, _, _ in made], pa.int64()),
        "host": [host for _, host, _ in made],
        "title_terms": pa.array([packed for _, _, packed in made], pa.binary()),
    })  # fmt: skip
    with duckdb.connect() as connection:
        found = [tuple(pair) for pair in same_events(connection, titles, 0, 60 * DAY)]
    assert found == list(told(made))
    assert len(found) > 10
