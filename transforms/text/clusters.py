"""Copies of one text as clusters, and clusters that tell of one event as stories: functions of the set, whatever its order.

Articles stand in the order (first_seen, url_key). Pairs are taken in the order of their later, then their earlier
article, as they would have come to be in that order; a pair joins the clusters of its two articles if all members of
the joined cluster were first seen within seven days. The id is the first member. So an article first seen after all
others changes nothing but by joining, and where it joins two clusters the later one's id becomes an alias.

Stories are made of whole clusters in the same way, within fourteen days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from transforms.text.pairs import WINDOW_US

STORY_US = 2 * WINDOW_US
Links = Iterable[tuple[str, str]]


class Member(NamedTuple):
    """`was_id`: it had been the id of a cluster or story, if only its own, that has since been joined to this one."""

    url_key: str
    group_id: str
    was_id: bool


def clusters(seen_us: Mapping[str, int], copies: Links) -> list[Member]:
    """The members of all clusters of two and more, by url_key. `seen_us` gives first_seen of every article named.

    An id that ever stood is an article's, so it is always found among the members; an article not there stands alone.
    """
    pairs = list(copies)
    order = _ordered(seen_us, {key for pair in pairs for key in pair})
    forest = _Forest([seen_us[key] for key in order], WINDOW_US)
    forest.link(order, pairs)
    return sorted(forest.members(order))


def stories(seen_us: Mapping[str, int], found: Iterable[Member], told: Links) -> list[Member]:
    """The members of all stories of two clusters and more, by url_key; a cluster not among `found` is its one article.

    `told` are pairs of articles that tell of one event.
    """
    pairs, in_cluster = list(told), {member.url_key: member.group_id for member in found}
    order = _ordered(seen_us, {key for pair in pairs for key in pair} | set(in_cluster))
    forest = _Forest([seen_us[key] for key in order], STORY_US)
    forest.put_together(order, in_cluster)
    forest.link(order, pairs)
    whole: dict[str, set[str]] = {}
    members = list(forest.members(order))
    for member in members:
        whole.setdefault(member.group_id, set()).add(in_cluster.get(member.url_key, member.url_key))
    return sorted(member for member in members if len(whole[member.group_id]) > 1)


def _ordered(seen_us: Mapping[str, int], keys: Iterable[str]) -> list[str]:
    return sorted(keys, key=lambda key: (seen_us[key], key))


def _placed(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one > other else (other, one)


class _Forest:
    """Groups by their first member; articles are numbers in order of time."""

    def __init__(self, seen_us: list[int], span_us: int) -> None:
        self.seen_us, self.span_us = seen_us, span_us
        self.parent, self.last = list(range(len(seen_us))), list(range(len(seen_us)))
        self.size = [1] * len(seen_us)
        self.were_ids: set[int] = set()

    def link(self, order: list[str], pairs: Links) -> None:
        """Join the articles of pairs, as they would have come in order of time."""
        place = {key: number for number, key in enumerate(order)}
        for later, earlier in sorted({_placed(place[a], place[b]) for a, b in pairs if a != b}):
            self.join(earlier, later)

    def put_together(self, order: list[str], group_of: Mapping[str, str]) -> None:
        """Begin with groups: members that were joined elsewhere and are no news here."""
        place = {key: number for number, key in enumerate(order)}
        for number, key in enumerate(order):
            first = place[group_of.get(key, key)]
            if first != number:
                self.parent[number], self.last[first] = first, number
                self.size[first] += 1

    def members(self, order: list[str]) -> Iterator[Member]:
        """Members of groups of two and more."""
        for number, key in enumerate(order):
            first = self.first(number)
            if self.size[first] > 1:
                yield Member(key, order[first], number in self.were_ids)

    def first(self, number: int) -> int:
        while self.parent[number] != number:
            self.parent[number] = self.parent[self.parent[number]]
            number = self.parent[number]
        return number

    def join(self, earlier: int, later: int) -> None:
        first, second = sorted((self.first(earlier), self.first(later)))
        last = max(self.last[first], self.last[second])
        if first == second or self.seen_us[last] - self.seen_us[first] > self.span_us:
            return
        if second != later:
            self.were_ids.add(second)
        self.parent[second], self.last[first] = first, last
        self.size[first] += self.size[second]
