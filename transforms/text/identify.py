"""Articles that are the same by text or title or tell of one event: from the news in the lake to groups in the lake.

One run is one commit: killed anywhere, the next run comes to the same. What a run finds depends on the news in the
lake alone. Another version of the rules, news that was read again, or a part that is lost, makes all of it anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from contracts.datasets import lake_schema
from transforms.text.edges import CLUSTER, STORY, Articles, Month, months, touched_months
from transforms.text.facts import (
    EDGE,
    NEWS,
    READING,
    SIGNATURE,
    Connection,
    prepare,
    readings,
    sign,
    unsigned,
)
from transforms.text.normal import rules_version
from warehouse import lake
from warehouse.home import Home
from warehouse.lake import Part, PartWriter
from warehouse.locks import lock

SOURCE = "text_identity"
DATASETS = (READING, SIGNATURE, EDGE, CLUSTER, STORY)
SMALL_ROWS, SMALL_PARTS = 20_000, 32
"""So many parts smaller than this are joined to one: an hourly run would leave thousands to open."""
MEMORY_LIMIT = "1500MB"


@dataclass(frozen=True)
class Report:
    """What a run did, and how many edges, members of clusters and members of wider stories there are now.

    `articles` with something new, `texts` signed, `months` whose pairs were found anew, parts `written`.
    """

    articles: int = 0
    texts: int = 0
    months: tuple[str, ...] = ()
    edges: int = 0
    members: int = 0
    told: int = 0
    written: tuple[str, ...] = ()

    @property
    def rows(self) -> dict[str, int]:
        """Rows by dataset of what builds are made over."""
        return {CLUSTER: self.members, STORY: self.told}


def identify(home: Home) -> Report:
    """Bring readings, signatures, edges, clusters and stories up to the news in the lake. Nothing new: nothing is written.

    Raises `Locked`, and `EnvironmentFault` when a part of the news is missing or was written for another schema.
    """
    with lock(home, SOURCE):
        lake.tidy(home, SOURCE)
        run = _Run(home)
        return run.report() if run.nothing_new else run.work()


class _Run:
    """One run: what is there, what of it still counts, and what is new."""

    def __init__(self, home: Home) -> None:
        self.home, self.rules = home, rules_version()
        kept = lake.manifests(home)
        self.own = kept.pop(SOURCE, [])
        news = [part for parts in kept.values() for part in parts]
        self.inputs = [part for part in news if part.dataset in NEWS]
        self.documents = [part for part in news if part.dataset == "document"]
        valid = [part for part in self.own if self._is_current(part)]
        read = {name for part in valid if part.dataset == READING for name in part.documents}
        self.anew = len(valid) < len(self.own) or not read <= {part.path for part in self.inputs}
        self.known = [p for p in valid if p.dataset == SIGNATURE or not self.anew]
        self.fresh = self.inputs if self.anew else [part for part in self.inputs if part.path not in read]
        self.gone = {name for part in self.own if part not in self.known for name in part.documents}

    @property
    def nothing_new(self) -> bool:
        return not self.fresh and not self.anew

    def report(self) -> Report:
        """Of a run with nothing to do."""
        edges, members, told = (_rows(self.own, name) for name in (EDGE, CLUSTER, STORY))
        return Report(edges=edges, members=members, told=told)

    def work(self) -> Report:
        lake.require_files(self.home, self.fresh)
        lake.require_schema(self.fresh, {name: lake.schema_mark(lake_schema(name)) for name in NEWS})
        with _connected() as connection:
            prepare(connection)
            facts, new, texts = self._facts(connection)
            if not new and not self.anew:
                return self.report()
            articles = Articles(connection, self.home, [*self._left(), *facts])
            stale = self._stale(articles, new)
            self.gone |= {_edges_of(month) for month in stale}
            edges = [part for month in stale for part in self._edges(articles, month)]
            groups = self._groups(articles, [*self._left(), *edges])
        lake.commit(self.home, SOURCE, [*facts, *edges, *groups], self.gone)
        return self._done(new, texts, stale)

    def _facts(self, connection: Connection) -> tuple[list[Part], list[str], int]:
        """New readings and signatures as parts that do not count yet, the articles touched, and how many texts."""
        held = {document for part in self.fresh for document in part.documents}
        documents = [part for part in self.documents if not held.isdisjoint(part.documents)]
        lake.require_files(self.home, documents)
        found = readings(connection, self.home, [*self.fresh, *documents], self.known)
        wanted = unsigned(connection, self.home, self.fresh, self.known)
        with _writing(self.home, self.rules) as (writer, parts):
            if found.num_rows:
                writer.add(READING, found, [part.path for part in self.fresh])
                self._join_small(writer, READING)
            if wanted:
                sign(self.home, self.fresh, wanted, writer)
                self._join_small(writer, SIGNATURE)
        return parts, found["url_key"].unique().to_pylist(), len(wanted)

    def _join_small(self, writer: PartWriter, dataset: str) -> None:
        import pyarrow.parquet as pq

        small = [part for part in self.known if part.dataset == dataset and part.rows < SMALL_ROWS]
        if len(small) < SMALL_PARTS:
            return
        for part in small:
            writer.add(dataset, pq.ParquetFile(self.home.lake / part.path).read(), part.documents)
            self.gone |= set(part.documents)

    def _left(self) -> list[Part]:
        """The parts there before that still count."""
        return [part for part in self.known if self.gone.isdisjoint(part.documents)]

    def _stale(self, articles: Articles, new: list[str]) -> list[Month]:
        span = articles.span()
        if span is None:
            return []
        every = list(months(*span))
        if self.anew:
            return every
        touched = touched_months(articles.times(new, self.known))
        return [month for month in every if month in touched]

    def _edges(self, articles: Articles, month: Month) -> list[Part]:
        found = articles.edges(month)
        with _writing(self.home, self.rules) as (writer, parts):
            if found.num_rows:
                writer.add(EDGE, found, [_edges_of(month)])
        return parts

    def _groups(self, articles: Articles, parts: list[Part]) -> list[Part]:
        old = (part for part in self.own if part.dataset in (CLUSTER, STORY))
        self.gone |= {name for part in old for name in part.documents}
        made: list[Part] = []
        for (dataset, month), found in sorted(articles.groups(parts).items(), key=lambda item: item[0]):
            with _writing(self.home, self.rules) as (writer, written):
                writer.add(dataset, found, [f"{dataset} {month.name}"])
            made += written
        return made

    def _done(self, new: list[str], texts: int, stale: list[Month]) -> Report:
        before, now = {part.path for part in self.own}, lake.manifest(self.home, SOURCE)
        written = tuple(part.path for part in now if part.path not in before)
        names = tuple(month.name for month in stale)
        edges, members, told = (_rows(now, name) for name in (EDGE, CLUSTER, STORY))
        return Report(len(new), texts, names, edges, members, told, written)

    def _is_current(self, part: Part) -> bool:
        mark = lake.schema_mark(lake_schema(part.dataset)) if part.dataset in DATASETS else None
        there = (self.home.lake / part.path).is_file()
        return there and part.parser_version == self.rules and part.schema == mark


def _edges_of(month: Month) -> str:
    return f"edges {month.name}"


def _rows(parts: Iterable[Part], dataset: str) -> int:
    return sum(part.rows for part in parts if part.dataset == dataset)


@contextmanager
def _writing(home: Home, rules: str) -> Iterator[tuple[PartWriter, list[Part]]]:
    """A writer and the list that its parts are in after the block."""
    writer, parts = PartWriter(home, SOURCE, rules), list[Part]()
    try:
        yield writer, parts
        parts += writer.finish()
    except BaseException:
        writer.abandon()
        raise


@contextmanager
def _connected() -> Iterator[Connection]:
    import duckdb

    with tempfile.TemporaryDirectory() as spill, duckdb.connect() as connection:
        for setting, value in (("memory_limit", MEMORY_LIMIT), ("temp_directory", spill)):
            connection.execute(f"set {setting} = '{value}'").fetchall()
        yield connection
