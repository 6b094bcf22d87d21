"""From the facts in the lake to the pairs of a month, and from all pairs to clusters and stories."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from contracts.datasets import lake_schema
from transforms.text.clusters import clusters, stories
from transforms.text.events import SAME_EVENT, same_events
from transforms.text.facts import EDGE, READING, SIGNATURE, Connection, scan
from transforms.text.normal import rules_version
from transforms.text.pairs import WINDOW_US, Ints, Pair, Slice, pairs
from transforms.text.signature import PERMUTATIONS
from warehouse.home import Home
from warehouse.lake import Part

if TYPE_CHECKING:
    import pyarrow as pa

CLUSTER, STORY = "article_cluster", "article_story"
_TITLES = """
    select place, seen_us, regexp_extract(url_key, '^https?://(?:(?:www|m|mobile|amp|wap)[.])*([^/?#]*)', 1) as host, title_terms
    from reading inner join near using (url_key)
    where title_terms is not null
    qualify row_number() over (partition by place order by seen_at, title_key) = 1
    order by place
"""


class Month(NamedTuple):
    """A calendar month, UTC."""

    year: int
    month: int

    @property
    def name(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def start_us(self) -> int:
        return round(datetime(self.year, self.month, 1, tzinfo=UTC).timestamp()) * 1_000_000

    def next(self) -> Month:
        return Month(self.year + self.month // 12, self.month % 12 + 1)


def month_of(at_us: int) -> Month:
    """The month a time lies in, microseconds since 1970."""
    day = datetime.fromtimestamp(at_us // 1_000_000, UTC)
    return Month(day.year, day.month)


def touched_months(times_us: Sequence[int]) -> set[Month]:
    """The months in which pairs may change when articles first seen at these times are new or changed.

    A pair lies in the month of its later article; a title's rarity reaches a week to either side of both.
    """
    days = np.unique(np.asarray(times_us, np.int64) // (24 * 3_600 * 1_000_000)) * (24 * 3_600 * 1_000_000)
    ends = ((int(day) - WINDOW_US, int(day) + 2 * WINDOW_US + WINDOW_US // 7) for day in days)
    return {month for low, high in ends for month in months(low, high)}


def months(low_us: int, high_us: int) -> Iterator[Month]:
    """The months from one time to another, both included."""
    month, last = month_of(low_us), month_of(high_us)
    while month <= last:
        yield month
        month = month.next()


class Articles:
    """All articles by the parts of readings and signatures that count; `first_seen` by url_key in a table."""

    def __init__(self, connection: Connection, home: Home, parts: Sequence[Part]) -> None:
        self.connection, self.home = connection, home
        self._texts = scan(home, parts, SIGNATURE, "body_sha256, shingles, signature")
        for sql in (
            f"create temp table reading as {scan(home, parts, READING, 'url_key, title_key, title_terms, body_sha256, seen_at')}",
            "create temp table article as "
            "select url_key, min(epoch_us(seen_at)) as seen_us from reading group by url_key",
        ):
            connection.execute(sql).fetchall()

    def span(self) -> tuple[int, int] | None:
        """The first and last first_seen, None without articles."""
        low, high = self.connection.sql("select min(seen_us), max(seen_us) from article").fetchall()[0]
        return None if low is None else (low, high)

    def edges(self, month: Month) -> pa.Table:
        """The pairs whose later article was first seen in this month, as `article_edge` in order."""
        import pyarrow as pa

        keys, part = self._slice(month.start_us - 2 * WINDOW_US, month.next().start_us + WINDOW_US)
        found = pairs(part, month.start_us, month.next().start_us)
        found = sorted([*found, *self._events(month, {pair[:2] for pair in found})])
        columns = {
            "a": keys.take(pa.array([pair.earlier for pair in found], pa.int64())),
            "b": keys.take(pa.array([pair.later for pair in found], pa.int64())),
            "kind": [pair.kind for pair in found],
            "score": [pair.score for pair in found],
            "rules_version": [rules_version()] * len(found),
        }
        return pa.table(columns, schema=lake_schema(EDGE)).sort_by([("a", "ascending"), ("b", "ascending")])

    def _events(self, month: Month, known: set[tuple[int, int]]) -> list[Pair]:
        """The pairs of the month that tell of one event and are not copies."""
        titles = self.connection.sql(_TITLES).to_arrow_table()
        told = same_events(self.connection, titles, month.start_us, month.next().start_us)
        return [
            Pair(one, other, SAME_EVENT, score) for one, other, score in told if (one, other) not in known
        ]

    def times(self, touched: list[str], before: Sequence[Part]) -> list[int]:
        """When these articles were first seen, now and by the parts of readings that were there before."""
        import pyarrow as pa

        self.connection.register("given", pa.table({"url_key": pa.array(touched, pa.string())}))
        earlier = scan(self.home, before, READING, "url_key, seen_at")
        rows = self.connection.sql(
            "select seen_us from article semi join given using (url_key) union select epoch_us(min(seen_at)) "
            f"from ({earlier}) semi join given using (url_key) group by url_key"
        ).fetchall()
        self.connection.unregister("given")
        return [row[0] for row in rows]

    def groups(self, parts: Sequence[Part]) -> dict[tuple[str, Month], pa.Table]:
        """All clusters and stories over the pairs in `parts`: by dataset and the month of the member first seen."""
        import pyarrow as pa

        edges = self.connection.sql(scan(self.home, parts, EDGE, "a, b, kind")).to_arrow_table()
        seen, rows = self._seen(edges), [tuple(row.values()) for row in edges.to_pylist()]
        copies = clusters(seen, ((a, b) for a, b, kind in rows if kind != SAME_EVENT))
        told = stories(seen, copies, ((a, b) for a, b, kind in rows if kind == SAME_EVENT))
        grouped: dict[tuple[str, Month], list[dict[str, object]]] = {}
        for dataset, name, members in ((CLUSTER, "cluster_id", copies), (STORY, "story_id", told)):
            for key, first, was_id in members:
                row = {"url_key": key, name: first, "was_id": was_id, "rules_version": rules_version()}
                grouped.setdefault((dataset, month_of(seen[first])), []).append(row)
        return {key: pa.Table.from_pylist(rows, schema=lake_schema(key[0])) for key, rows in grouped.items()}

    def _seen(self, edges: pa.Table) -> dict[str, int]:
        self.connection.register("given", edges)
        rows = self.connection.sql(
            "select url_key, seen_us from article where url_key in (select a from given union select b from given)"
        ).fetchall()
        self.connection.unregister("given")
        return dict(rows)

    def _slice(self, low_us: int, high_us: int) -> tuple[pa.Array, Slice]:
        run = self.connection
        run.execute(
            "create or replace temp table near as select url_key, seen_us, "
            "row_number() over (order by seen_us, url_key) - 1 as place "
            f"from article where seen_us >= {low_us} and seen_us < {high_us}"
        ).fetchall()
        articles = run.sql("select url_key, seen_us from near order by place").to_arrow_table()
        texts = run.sql(
            "with printed as (select distinct place, body_sha256 from reading inner join near using (url_key)), "
            f"text as ({self._texts}) select place, shingles, signature from printed "
            "inner join text using (body_sha256) where signature is not null order by place, body_sha256"
        ).to_arrow_table()
        titles = run.sql(
            "select distinct place, title_key from reading inner join near using (url_key) "
            "where title_key is not null order by place, title_key"
        ).to_arrow_table()
        signatures = np.frombuffer(b"".join(texts["signature"].to_pylist()), "<u4").reshape(-1, PERMUTATIONS)
        numbers = (articles["seen_us"], texts["place"], texts["shingles"])
        seen, owner, shingles = (_ints(column) for column in numbers)
        part = Slice(seen, owner, shingles, signatures, _ints(titles["place"]), _ints(titles["title_key"]))
        return articles["url_key"].combine_chunks(), part


def _ints(column: Any) -> Ints:
    found: Ints = column.to_numpy().astype(np.int64)
    return found
