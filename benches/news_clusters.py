"""A day's articles clustered into all that came before: `python -m benches.news_clusters [stored] [folder]`.

A made-up past is put into a lake as titles and signatures, drawn as MinHash would give them (lengths as in news, 5 % edited
and 2 % cut copies), and identified. Then a day of 5,000 texts comes (word frequencies as in news, a fifth Chinese, the same
copies), and a process of its own signs and identifies it: peak memory, seconds, and those on a processor, which the budget is
held against because others may use the machine. Beside it, the pairs of its month against DuckDB joining the same bands, and
which planted copies are found. With a folder, the lake stays there, and a lake already there is used.
"""

from __future__ import annotations

import hashlib
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from contracts.datasets import lake_schema
from tests.text.newsroom import edited
from transforms.text.edges import Articles, month_of
from transforms.text.facts import SIGNATURE, prepare, texts_name
from transforms.text.identify import SOURCE, identify
from transforms.text.normal import rules_version
from transforms.text.pairs import WINDOW_US, Slice, pairs
from transforms.text.signature import PERMUTATIONS, signed
from warehouse import lake
from warehouse.home import Home, open_home

STORED, A_DAY, PLANTED = 1_000_000, 5_000, 400
SECONDS_BUDGET, BYTES_BUDGET = 20, 4 * 2**30
START = datetime(2026, 1, 1, tzinfo=UTC)
BATCH = 5_000


class Press:
    """Writes texts: Zipf words in English, Zipf characters in Chinese; some are copies of the last thousand."""

    def __init__(self, seed: int) -> None:
        self.drawn = np.random.default_rng(seed)
        ranks = 1 / np.arange(1, 60_001) ** 0.9
        self.words = np.array([f"w{n:x}" for n in range(60_000)])
        self.word_odds = np.cumsum(ranks / ranks.sum())
        self.signs = np.array([chr(0x4E00 + n) for n in range(4_000)])
        self.sign_odds = np.cumsum(ranks[:4_000] / ranks[:4_000].sum())
        self.last: list[str] = []

    def text(self) -> str:
        """A text or, in one of fourteen, a copy."""
        luck = self.drawn.random()
        old = self.last[self.drawn.integers(len(self.last))] if self.last and luck < 0.07 else None
        if old is None:
            made = self.english() if self.drawn.random() < 0.8 else self.chinese()
        elif luck < 0.05 and " " in old:
            made = edited(old, 0.04, int(self.drawn.integers(2**31)))
        else:
            made = old[: len(old) * 6 // 10]
        self.last = [*self.last[-999:], made]
        return made

    def titles(self, count: int) -> list[str]:
        """So many of eight words."""
        drawn = self.words[np.searchsorted(self.word_odds, self.drawn.random((count, 8)))]
        return [" ".join(words)[:60] for words in drawn]

    def english(self) -> str:
        length = int(np.clip(self.drawn.lognormal(6, 0.6), 40, 5_000))
        return " ".join(self.words[np.searchsorted(self.word_odds, self.drawn.random(length))])

    def chinese(self) -> str:
        length = int(np.clip(self.drawn.lognormal(6.7, 0.6), 80, 8_000))
        return "".join(self.signs[np.searchsorted(self.sign_odds, self.drawn.random(length))])


def publish(home: Home, first: int, count: int) -> None:
    """Articles number `first` and on, 5,000 a day, a document each with its text, as one parse run."""
    press, writer = Press(first), lake.PartWriter(home, "news", "1")
    for numbers in _batches(first, count):
        bodies = [press.text() for _ in numbers]
        titles = [" ".join(body.split()[:8])[:60] for body in bodies]
        shas = [hashlib.sha256(body.encode()).hexdigest() for body in bodies]
        _add(writer, numbers, titles, bodies, shas)
    lake.commit(home, "news", writer.finish())


def store(home: Home, count: int) -> None:
    """The past: so many articles, 50,000 a parse run, their texts signed already and not kept."""
    drawn, press, rules = np.random.default_rng(0), Press(0), rules_version()
    for first in range(0, count, 10 * A_DAY):
        writer, signer = lake.PartWriter(home, "news", "1"), lake.PartWriter(home, SOURCE, rules)
        for numbers in _batches(first, min(10 * A_DAY, count - first)):
            shas = [f"{number:064x}" for number in numbers]
            _add(writer, numbers, press.titles(len(numbers)), [""] * len(numbers), shas)
            shingles, signatures = drawn_signatures(drawn, len(numbers))
            signer.add(SIGNATURE, _signed(shas, shingles, signatures), [texts_name(set(shas))])
        lake.commit(home, "news", writer.finish())
        lake.commit(home, SOURCE, signer.finish())


def drawn_signatures(drawn: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(count,) numbers of shingles and (count, 128) signatures, without texts.

    A text's number in each place is the least of as many uniform ones as it has shingles; a copy has its original's with
    the probability that is their likeness: .7 for an edited one, .6 for the first 60 %.
    """
    shingles = np.clip(drawn.lognormal(6, 0.6, count), 60, 8_000).astype(np.int64)
    least = -np.expm1(np.log1p(-drawn.random((count, PERMUTATIONS))) / shingles[:, None])
    signatures = (least * 2**32).astype(np.uint32)
    luck = drawn.random(count)
    for copy in np.flatnonzero(luck[1:] < 0.07) + 1:
        original = drawn.integers(max(0, copy - 1_000), copy)
        likeness = 0.7 if luck[copy] < 0.05 else 0.6
        same = drawn.random(PERMUTATIONS) < likeness
        signatures[copy] = np.where(same, signatures[original], signatures[copy])
        shingles[copy] = max(60, shingles[original] if likeness == 0.7 else shingles[original] * 6 // 10)
    return shingles, signatures


def _signed(shas: list[str], shingles: np.ndarray, signatures: np.ndarray) -> pa.Table:
    columns = {
        "body_sha256": shas,
        "rules_version": [rules_version()] * len(shas),
        "shingle_kind": ["words"] * len(shas),
        "shingles": shingles,
        "signature": [row.tobytes() for row in signatures.astype("<u4")],
    }
    schema = lake_schema(SIGNATURE)
    return pa.table({name: columns[name] for name in schema.names}, schema=schema)


def _batches(first: int, count: int) -> Iterator[range]:
    for start in range(first, first + count, BATCH):
        yield range(start, min(start + BATCH, first + count))


def _add(
    writer: lake.PartWriter, numbers: range, titles: list[str], bodies: list[str], shas: list[str]
) -> None:
    n, ids = len(numbers), [f"{number:032x}" for number in numbers]
    urls = [f"https://site{number % 97}.example/2026/story-{number:x}" for number in numbers]
    times = [START + timedelta(seconds=number * 86_400 / A_DAY) for number in numbers]
    made: dict[str, dict[str, object]] = {
        "article_text": {
            "document_id": ids, "row_number": [0] * n, "feed": ["wire"] * n, "url": urls, "url_key": urls,
            "title": titles, "body": bodies, "body_sha256": shas,
        },
        "document": {
            "document_id": ids, "source": ["news"] * n, "url": urls, "method": ["GET"] * n, "status": [200] * n,
            "bytes": [1] * n, "sha256": shas, "scope": ["{}"] * n, "via": ["mirror:bench"] * n,
            "evidence": ["synthetic"] * n, "retrieved_at": times, "archived_at": times, "parser_version": ["1"] * n,
            "outcome": ["parsed"] * n, "rows": [1] * n,
        },
    }  # fmt: skip
    for dataset, columns in made.items():
        schema = lake_schema(dataset)
        nulls = {name: pa.nulls(n, schema.field(name).type) for name in schema.names}
        table = pa.table({name: columns.get(name, nulls[name]) for name in schema.names}, schema=schema)
        writer.add(dataset, table, ids)


def measured(home: Home) -> tuple[float, float, int, str]:
    """Seconds, of those on a processor, peak bytes and report of `identify` in a process of its own, imports included."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "benches.news_clusters", "--identify", str(home.root)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return time.perf_counter() - begun, float(said[2]), int(said[1]), said[0]


def against_duckdb(home: Home, last: int) -> None:
    """The pairs of the last month: ours, measured and all, and DuckDB joining the same bands without measuring."""
    at_us = round((START + timedelta(days=last / A_DAY)).timestamp()) * 1_000_000
    month = month_of(at_us)
    with duckdb.connect() as connection:
        prepare(connection)
        _, part = Articles(connection, home, lake.manifest(home, SOURCE))._slice(
            month.start_us - 2 * WINDOW_US, month.next().start_us + WINDOW_US
        )
    ours, our_seconds = _timed(lambda: len(pairs(part, month.start_us, month.next().start_us)))
    theirs, their_seconds = _timed(lambda: duckdb_candidates(part, month.start_us, month.next().start_us))
    print(
        f"news_clusters pairs of a month ({len(part.owner):,} texts): ours {our_seconds:.1f} s ({ours:,} pairs), "
        f"DuckDB joining the same bands {their_seconds:.1f} s ({theirs:,} candidates), "
        f"ratio {our_seconds / their_seconds:.2f}",
        flush=True,
    )


def duckdb_candidates(part: Slice, start_us: int, end_us: int) -> int:
    """How many pairs of texts agree in a band, by a join in DuckDB."""
    bands = np.ascontiguousarray(part.signature).view(np.uint64)
    columns = {
        "number": np.repeat(np.arange(bands.shape[1], dtype=np.int16), len(bands)),
        "key": bands.T.ravel(),
        "text": np.tile(np.arange(len(bands), dtype=np.int32), bands.shape[1]),
        "seen": np.tile(part.seen_us[part.owner], bands.shape[1]),
    }
    with duckdb.connect() as connection:
        connection.register("band", pa.table(columns))
        row = connection.execute(
            f"""
            select count(distinct (a.text, b.text))
            from band as a inner join band as b on a.number = b.number and a.key = b.key and a.text < b.text
            where b.seen - a.seen <= {WINDOW_US} and b.seen >= {start_us} and b.seen < {end_us}
            """
        ).fetchall()[0]
    return int(row[0])


def _timed(run: Callable[[], int]) -> tuple[int, float]:
    begun = time.perf_counter()
    return run(), time.perf_counter() - begun


def planted() -> None:
    """Which copies are found: the share of 400, and pairs found that are none."""
    press = Press(1)
    english, chinese = ([write() for _ in range(PLANTED)] for write in (press.english, press.chinese))
    boilerplate = " ".join(press.words[press.drawn.integers(0, 60_000, 200)])
    changes: dict[str, tuple[list[str], Callable[[str], str]]] = {
        "2 % of words edited": (english, lambda text: edited(text, 0.02)),
        "5 % of words edited": (english, lambda text: edited(text, 0.05)),
        "10 % of words edited": (english, lambda text: edited(text, 0.1)),
        "first 60 %": (english, lambda text: text[: len(text) * 6 // 10]),
        "first 30 %": (english, lambda text: text[: len(text) * 3 // 10]),
        "200 words of boilerplate added": (english, lambda text: f"{text} {boilerplate}"),
        "Chinese, first 60 %": (chinese, lambda text: text[: len(text) * 6 // 10]),
        "Chinese, simplified to traditional": (chinese, _traditional()),
    }
    for name, (texts, change) in changes.items():
        found = {pair[:2] for pair in _pairs_of([*texts, *map(change, texts)])}
        true = {(n, n + PLANTED) for n in range(PLANTED)}
        copies = {pair for pair in found if pair[0] >= PLANTED and "boilerplate" in name}
        precision = len(found & true) / max(1, len(found - copies))
        print(
            f"news_clusters planted, {name}: recall {len(found & true) / PLANTED:.3f}, precision {precision:.3f}"
            + (f"; {len(copies)} pairs of two with the same boilerplate" if copies else "")
        )


def _pairs_of(texts: list[str]) -> list[tuple[int, int]]:
    made = [(n, *signed(text)) for n, text in enumerate(texts)]
    kept = [(n, count, signature) for n, _, count, signature in made if signature is not None]
    owner, shingles = (np.array([row[at] for row in kept], np.int64) for at in (0, 1))
    none, matrix = np.empty(0, np.int64), np.array([row[2] for row in kept], np.uint32)
    part = Slice(np.zeros(len(texts), np.int64), owner, shingles, matrix, none, none)
    return [(pair.earlier, pair.later) for pair in pairs(part, 0, 1)]


def _traditional() -> Callable[[str], str]:
    from opencc import OpenCC

    converter = OpenCC("s2t")
    return lambda text: str(converter.convert(text))


def main(stored: int, folder: Path) -> None:
    """Print one line a finding."""
    home = open_home(folder, "sample")
    if not lake.manifest(home, "news"):
        begun = time.process_time()
        store(home, stored)
        print(
            f"news_clusters {stored:,} made in {time.process_time() - begun:.0f} s of processor", flush=True
        )
        seconds, cpu, peak, _ = measured(home)
        print(
            f"news_clusters {stored:,} signed texts from nothing: {seconds:.0f} s ({cpu:.0f} s of processor), {peak / 2**30:.2f} GiB",
            flush=True,
        )
    had = sum(part.rows for part in lake.manifest(home, "news") if part.dataset == "article_text")
    publish(home, had, A_DAY)
    seconds, cpu, peak, report = measured(home)
    verdict = "within" if cpu <= SECONDS_BUDGET and peak <= BYTES_BUDGET else "OVER"
    print(
        f"news_clusters a day of {A_DAY:,} into {had:,}: {seconds:.1f} s ({cpu:.1f} s of processor), {peak / 2**30:.2f} GiB, budget "
        f"{SECONDS_BUDGET} s, {BYTES_BUDGET / 2**30:.0f} GiB: {verdict}; {report}",
        flush=True,
    )
    against_duckdb(home, had + A_DAY - 1)
    planted()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--identify"]:
        found = identify(open_home(Path(sys.argv[2])))
        print(f"{found.texts:,} texts signed, {found.edges:,} edges, {found.members:,} members of clusters")
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)
        print(time.process_time())
    elif len(sys.argv) > 2:
        main(int(sys.argv[1]), Path(sys.argv[2]))
    else:
        with tempfile.TemporaryDirectory() as folder:
            main(int(sys.argv[1]) if len(sys.argv) > 1 else STORED, Path(folder) / "home")
