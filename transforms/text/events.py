"""Which articles of a stretch of time tell of one event, by their headlines alone: pairs of different outlets in three days.

A term weighs the more the fewer headlines of the week before it have it, so what an article's headline weighs hangs on
earlier articles only. Numbers, periods and directions that contradict each other part two headlines, however like.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from transforms.text.headline import DIRECTION, KIND_BITS, NUMBER, PAIR, PERIOD, WORD
from transforms.text.pairs import WINDOW_US

if TYPE_CHECKING:
    import pyarrow as pa

    from transforms.text.facts import Connection

SAME_EVENT = "same_event"
NEIGHBOUR_US = 3 * 24 * 3_600 * 1_000_000
LIKENESS = 0.65
SHARED_LEAST = 6
"""Twice the words and numbers plus the pairs of characters that two headlines have in common, at least."""
RARE_TERMS = 5
"""Two headlines meet by two of this many weightiest terms of the later one."""
NEIGHBOURS = 8
"""By a term, a headline meets this many headlines before it: a flood of one subject costs no square."""
PRIOR_TITLES = 1_000
"""So many headlines are taken as read: few headlines are no evidence of what is common."""
_KIND = (1 << KIND_BITS) - 1

_WEIGHED = """
    create or replace temp table weighed as
    with titled as (
        select place, count(*) over (
            order by seen_us range between {window} preceding and current row
        ) as titles
        from (select distinct place, seen_us from term) as article
    )
    select
        place, seen_us, host, term, kind,
        cast(round(1000 * ln(({prior} + titles) / count(*) over (
            partition by term order by seen_us range between {window} preceding and current row
        ))) as bigint) as weight,
        row_number() over (partition by term order by place) as turn
    from term inner join titled using (place)
"""
_FOUND = """
    with telling as (
        select * from weighed where kind in ({word}, {pair}, {number})
    ),
    rare as (
        select place, seen_us, host, term, turn
        from telling where seen_us >= {start} and seen_us < {end}
        qualify row_number() over (partition by place order by weight desc, term) <= {rare}
    ),
    met as (
        select earlier.place as one, rare.place as other
        from rare cross join (select unnest(range(1, {neighbours} + 1)) as back) as step
        inner join telling as earlier on rare.term = earlier.term and earlier.turn = rare.turn - step.back
        where rare.seen_us - earlier.seen_us <= {near} and rare.host <> earlier.host
        group by earlier.place, rare.place
        having count(*) >= 2
    ),
    size as (
        select place, sum(weight * weight) filter (where kind in ({word}, {pair}, {number})) as norm,
            count(*) filter (where kind = {number}) as numbers, count(*) filter (where kind = {period}) as periods,
            count(*) filter (where kind = {direction}) as directions
        from weighed group by place
    ),
    common as (
        select met.one, met.other,
            coalesce(sum(a.weight * b.weight) filter (where a.kind in ({word}, {pair}, {number})), 0) as dot,
            coalesce(sum(case when a.kind in ({word}, {number}) then 2 when a.kind = {pair} then 1 else 0 end), 0) as shared,
            count(*) filter (where a.kind = {number}) as numbers, count(*) filter (where a.kind = {period}) as periods,
            count(*) filter (where a.kind = {direction}) as directions
        from met inner join weighed as a on met.one = a.place
        inner join weighed as b on met.other = b.place and a.term = b.term
        group by met.one, met.other
    )
    select common.one, common.other, round(common.dot / sqrt(one.norm * other.norm), 4) as score
    from common inner join size as one on common.one = one.place inner join size as other on common.other = other.place
    where common.shared >= {shared} and round(common.dot / sqrt(one.norm * other.norm), 4) >= {likeness}
        and common.numbers >= least(one.numbers, other.numbers)
        and common.periods >= least(one.periods, other.periods)
        and common.directions >= least(one.directions, other.directions)
    order by common.one, common.other
"""


class Told(NamedTuple):
    """Two articles of one event, the earlier first; `score` is the likeness of their headlines, 0-1."""

    earlier: int
    later: int
    score: float


def same_events(connection: Connection, titles: pa.Table, start_us: int, end_us: int) -> list[Told]:
    """The pairs whose later article was first seen in [start, end), in order.

    `titles` (place, seen_us, host, title_terms): an article each, `place` in (first_seen, url_key) order, from ten days
    before `start` on.
    """
    reach = (start_us - NEIGHBOUR_US - WINDOW_US, end_us)
    connection.register("given", _exploded(titles.filter(_within(titles["seen_us"], *reach))))
    connection.execute("create or replace temp table term as select * from given").fetchall()
    connection.unregister("given")
    connection.execute(_WEIGHED.format(window=WINDOW_US, prior=PRIOR_TITLES)).fetchall()
    asked = _FOUND.format(
        word=WORD, pair=PAIR, number=NUMBER, period=PERIOD, direction=DIRECTION, start=start_us, end=end_us,
        rare=RARE_TERMS, neighbours=NEIGHBOURS, near=NEIGHBOUR_US, shared=SHARED_LEAST, likeness=LIKENESS,
    )  # fmt: skip
    told = [Told(*row) for row in connection.sql(asked).fetchall()]
    terms = dict(zip(titles["place"].to_pylist(), titles["title_terms"].to_pylist(), strict=True))
    return [pair for pair in told if not _one_form(_words(terms[pair.earlier]), _words(terms[pair.later]))]


def _words(packed: bytes) -> list[int]:
    return [term for term in np.frombuffer(packed, "<i8").tolist() if term & _KIND in (WORD, PAIR, NUMBER)]


def _one_form(one: list[int], other: list[int]) -> bool:
    """Whether two headlines are one form filled in twice: the same up to one place, where each has something else."""
    shorter = min(len(one), len(other))
    begin = next((at for at in range(shorter) if one[at] != other[at]), shorter)
    end = next((at for at in range(shorter - begin) if one[-1 - at] != other[-1 - at]), shorter - begin)
    left, right = one[begin : len(one) - end], other[begin : len(other) - end]
    return bool(left and right) and not set(left) & set(right)


def _within(seen_us: Any, low: int, high: int) -> Any:
    import pyarrow.compute as pc

    return pc.and_(pc.greater_equal(seen_us, low), pc.less(seen_us, high))


def _exploded(titles: pa.Table) -> pa.Table:
    """A row a term."""
    import pyarrow as pa

    packed = titles["title_terms"].to_pylist()
    terms = np.frombuffer(b"".join(packed), "<i8").astype(np.int64)
    owner = np.repeat(np.arange(len(packed)), [len(one) // 8 for one in packed])
    rows = titles.drop_columns("title_terms").take(pa.array(owner))
    kinds = terms & _KIND
    return rows.append_column("term", pa.array(terms)).append_column("kind", pa.array(kinds))
