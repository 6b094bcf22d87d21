"""Copies of one text as clusters: a function of the set of articles and pairs, whatever order they came in.

Articles stand in the order (first_seen, url_key). Pairs are taken in the order of their later, then their earlier
article, as they would have come to be in that order; a pair joins the clusters of its two articles if all members of
the joined cluster were first seen within seven days. The id is the first member. So an article first seen after all
others changes nothing but by joining, and where it joins two clusters the later one's id becomes an alias.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from transforms.text.pairs import WINDOW_US


class Member(NamedTuple):
    """`was_id`: it had been the id of a cluster, if only its own, that has since been joined to this one."""

    url_key: str
    cluster_id: str
    was_id: bool


def clusters(seen_us: Mapping[str, int], edges: Iterable[tuple[str, str]]) -> list[Member]:
    """The members of all clusters of two and more, by url_key. `seen_us` gives first_seen of every article named.

    An id that ever stood is an article's, so it is always found among the members; an article not there stands alone.
    """
    pairs = list(edges)
    order = sorted({key for pair in pairs for key in pair}, key=lambda key: (seen_us[key], key))
    place = {key: number for number, key in enumerate(order)}
    forest = _Forest([seen_us[key] for key in order])
    for later, earlier in sorted({_placed(place[a], place[b]) for a, b in pairs if a != b}):
        forest.join(earlier, later)
    found = ((key, forest.first(number)) for number, key in enumerate(order))
    return sorted(
        Member(key, order[first], place[key] in forest.were_ids)
        for key, first in found
        if forest.size[first] > 1
    )


def _placed(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one > other else (other, one)


class _Forest:
    """Clusters by their first member; articles are numbers in order of time."""

    def __init__(self, seen_us: list[int]) -> None:
        self.seen_us = seen_us
        self.parent, self.last = list(range(len(seen_us))), list(range(len(seen_us)))
        self.size = [1] * len(seen_us)
        self.were_ids: set[int] = set()

    def first(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def join(self, earlier: int, later: int) -> None:
        first, second = sorted((self.first(earlier), self.first(later)))
        last = max(self.last[first], self.last[second])
        if first == second or self.seen_us[last] - self.seen_us[first] > WINDOW_US:
            return
        if second != later:
            self.were_ids.add(second)
        self.parent[second], self.last[first] = first, last
        self.size[first] += self.size[second]
