"""Which articles of a stretch of time are copies of each other: found by locality-sensitive hashing, then measured.

Articles stand in (first_seen, url_key) order and are known by their place in it. Every answer is a function of the
articles alone, not of the order in which they came here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.text.signature import PERMUTATIONS

WINDOW_US = 7 * 24 * 3_600 * 1_000_000
NEAR_COPY, CUT_COPY, SAME_TITLE = "near_copy", "cut_copy", "same_title"
NEAR_SHARE = 0.5
CUT_SHARE, CUT_LEAST_SIZE = 0.8, 0.2
STRANGERS = 0.2
"""Two texts below this have nothing to do with each other, whatever their titles."""
TITLE_MOST = 3
"""A title that an outlet gave to more other articles within a week names a column, not an article."""
ROWS_A_BAND = 2
NEIGHBOURS = 16
"""In a band, a text is held against this many texts before it: a flood of pages of one make costs no square."""
_CHUNK = 65_536

Ints = NDArray[np.int64]


class Slice(NamedTuple):
    """Articles and their texts and titles.

    `seen_us` (articles,) microseconds, ascending. A text: its article in `owner` (texts,) ascending, `shingles` (texts,),
    `signature` (texts, 128) uint32. A title: `titled` (titles,) its article, `title` (titles,) its key.
    """

    seen_us: Ints
    owner: Ints
    shingles: Ints
    signature: NDArray[np.uint32]
    titled: Ints
    title: Ints


class Pair(NamedTuple):
    """Two articles, the earlier first; `score` is a share 0-1, None where the title alone speaks."""

    earlier: int
    later: int
    kind: str
    score: float | None


def pairs(part: Slice, start_us: int, end_us: int) -> list[Pair]:
    """The pairs within seven days whose later article was first seen in [start, end), each once, in order.

    The slice must reach fourteen days before `start` and seven after `end`. A pair's kind is the strongest that holds:
    near_copy (score: estimated Jaccard), cut_copy (share of the shorter text inside the longer), same_title.
    """
    found: dict[tuple[int, int], Pair] = {}
    for pair in (*_copies(part, start_us, end_us), *_same_titles(part, start_us, end_us)):
        known = found.get(pair[:2])
        if known is None or _strength(pair) > _strength(known):
            found[pair[:2]] = pair
    return [found[key] for key in sorted(found)]


def _strength(pair: Pair) -> tuple[int, float]:
    return (SAME_TITLE, CUT_COPY, NEAR_COPY).index(pair.kind), pair.score or 0.0


def _copies(part: Slice, start_us: int, end_us: int) -> Iterator[Pair]:
    one, other = _candidates(part, start_us, end_us)
    for begin in range(0, len(one), _CHUNK):
        left, right = one[begin : begin + _CHUNK], other[begin : begin + _CHUNK]
        share, inside = _likeness(part, left, right)
        near, cut = share >= NEAR_SHARE, inside > 0
        for at in np.flatnonzero(near | cut):
            kind, score = (NEAR_COPY, share[at]) if near[at] else (CUT_COPY, inside[at])
            yield Pair(int(part.owner[left[at]]), int(part.owner[right[at]]), kind, round(float(score), 4))


def _candidates(part: Slice, start_us: int, end_us: int) -> tuple[Ints, Ints]:
    """Texts that agree in a band; the earlier article's first, each pair once, in order."""
    texts, seen = len(part.owner), part.seen_us[part.owner]
    wanted = (seen >= start_us) & (seen < end_us)
    codes = np.empty(0, np.int64)
    for band in range(0, PERMUTATIONS, ROWS_A_BAND):
        fresh = [codes]
        for one, other in _agreeing(part.signature[:, band : band + ROWS_A_BAND]):
            keep = (
                wanted[other]
                & (seen[other] - seen[one] <= WINDOW_US)
                & (part.owner[one] != part.owner[other])
            )
            fresh.append(one[keep] * texts + other[keep])
        codes = np.unique(np.concatenate(fresh))
    return codes // max(texts, 1), codes % max(texts, 1)


def _agreeing(rows: NDArray[np.uint32]) -> Iterator[tuple[Ints, Ints]]:
    """Pairs of texts with equal rows, each with at most its 16 nearest before it."""
    keys = np.ascontiguousarray(rows).view(np.uint64).ravel()
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    at = np.arange(1, len(keys))
    for distance in range(1, NEIGHBOURS + 1):
        at = at[at >= distance]
        at = at[keys[at] == keys[at - distance]]
        if not len(at):
            return
        yield order[at - distance], order[at]


def _likeness(part: Slice, one: Ints, other: Ints) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Estimated Jaccard, and the share of the shorter text inside the longer where that makes it a cut copy, else 0."""
    share = (part.signature[one] == part.signature[other]).mean(axis=1)
    sizes = np.stack((part.shingles[one], part.shingles[other]))
    small, large = sizes.min(axis=0), sizes.max(axis=0)
    common = share / (1 + share) * (small + large)
    inside = np.minimum(1.0, common / small)
    cut = (inside >= CUT_SHARE) & (small >= CUT_LEAST_SIZE * large)
    return share, np.where(cut, inside, 0.0)


def _same_titles(part: Slice, start_us: int, end_us: int) -> Iterator[Pair]:
    order = np.lexsort((part.titled, part.title))
    articles, keys = part.titled[order], part.title[order]
    for group in np.split(articles, np.flatnonzero(np.diff(keys)) + 1):
        if len(group) > 1:
            yield from _one_title(part, np.unique(group), start_us, end_us)


def _one_title(part: Slice, group: Ints, start_us: int, end_us: int) -> Iterator[Pair]:
    seen = part.seen_us[group]
    first = np.searchsorted(seen, seen - WINDOW_US, side="left")
    last = np.searchsorted(seen, seen + WINDOW_US, side="right")
    rare = last - first - 1 <= TITLE_MOST
    for later in np.flatnonzero(rare & (seen >= start_us) & (seen < end_us)):
        for earlier in range(first[later], later):
            score = _text_share(part, int(group[earlier]), int(group[later]))
            if rare[earlier] and (score is None or score >= STRANGERS):
                yield Pair(int(group[earlier]), int(group[later]), SAME_TITLE, score)


def _text_share(part: Slice, one: int, other: int) -> float | None:
    """The likeness of the most alike texts of two articles, None where one has none to compare."""
    left, right = (np.arange(*np.searchsorted(part.owner, (a, a + 1))) for a in (one, other))
    if not len(left) or not len(right):
        return None
    share, inside = _likeness(part, np.repeat(left, len(right)), np.tile(right, len(left)))
    return round(float(max(share.max(), inside.max())), 4)
