"""How a build grows with history: all of it, and the day after when one new month has arrived.

A source publishes a month at a time; of the newest 40 months it has published five versions, of the older ones the last is
here. Baseline: DuckDB reads the same raw parts into a table and sums value by partner, code and month.
`python -m benches.growth [millions of latest flows ...] [--articles THOUSANDS]`; 1, 5 and 20 by default. Prints one line a
size: seconds, peak memory, parts, each mart's own time, and both builds against the baseline of the same lake.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benches.full_build import (
    AT,
    connected,
    document_row,
    fill_news,
    flows,
    scope_row,
    timed_baseline,
)
from contracts.datasets import DERIVED_SCHEMAS, OWN_SCHEMAS
from warehouse import lake
from warehouse.home import Home, open_home

SOURCE, MONTHS, REVISED_MONTHS, VINTAGES = "us_census_port", 178, 40, 5

BUILD = """
import datetime, json, resource, sys, time
from pathlib import Path
from contracts.rights import Rights
from transforms import refresh
from warehouse import vintage
from warehouse.home import open_home
home, made, make = open_home(Path(sys.argv[1])), [], vintage.make
def timed(*arguments):
    started = time.perf_counter()
    found = make(*arguments)
    made.append(time.perf_counter() - started)
    return found
vintage.make = timed
terms = ("bench", "bench", "https://bench.example/terms", datetime.date(2026, 1, 1), "full")
rights = [Rights("feed", f"feed{n}", *terms) for n in range(50)]
started = time.perf_counter()
refresh.require_fit([dict(c) for c in refresh.build(home, rights=rights).checks or []])
spent = {"seconds": time.perf_counter() - started, "cpu_seconds": time.process_time()}
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
said = {**spent, "vintage_seconds": sum(made), "peak_mb": peak}
started = time.perf_counter()
refresh.publish(home, rights=rights)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({**said, "publish_seconds": time.perf_counter() - started, "publish_peak_mb": peak}))
"""


@dataclass(frozen=True)
class Built:
    """One build: its seconds and those of its vintage step, of both cores too, its peak memory, the parts made; its release."""

    seconds: float
    cpu_seconds: float
    vintage_seconds: float
    peak_mb: float
    parts_made: int
    publish_seconds: float
    publish_peak_mb: float


def month(number: int) -> date:
    return date(2012 + number // 12, number % 12 + 1, 1)


def vintages(number: int) -> Iterable[int]:
    """Which versions of a month are in the archive."""
    return range(VINTAGES) if number >= MONTHS - REVISED_MONTHS else (VINTAGES - 1,)


def publish(
    home: Home, connection: duckdb.DuckDBPyConnection, release: int, told: list[tuple[int, int]]
) -> int:
    """One parse run with what the source published on one day: (month, version) pairs. Gives the rows."""
    writer, notes, rows = lake.PartWriter(home, SOURCE, "1"), [], 0
    for number, vintage in told:
        document = hashlib.sha256(f"{number} {vintage}".encode()).hexdigest()[:32]
        table = flows(connection, month(number), document, vintage)
        writer.add("trade_flow", table, [document])
        writer.add("trade_scope", scope_row(document, month(number)), [document])
        at, url = AT + timedelta(days=release), f"https://bench.example/{number}"
        notes.append(document_row(document, SOURCE, at, table.num_rows, url))
        rows += table.num_rows
    ids = [str(note["document_id"]) for note in notes]
    writer.add("document", pa.Table.from_pylist(notes, schema=OWN_SCHEMAS["document"]), ids)
    lake.commit(home, SOURCE, writer.finish())
    return rows


def fill(home: Home, connection: duckdb.DuckDBPyConnection) -> int:
    days: dict[int, list[tuple[int, int]]] = {}
    for number in range(MONTHS):
        for vintage in vintages(number):
            days.setdefault(number + vintage, []).append((number, vintage))
    return sum(publish(home, connection, release, told) for release, told in sorted(days.items()))


def vintage_parts(home: Home) -> set[Path]:
    return {path for dataset in DERIVED_SCHEMAS for path in (home.lake / dataset).rglob("*.parquet")}


def build(home: Home) -> Built:
    before = vintage_parts(home)
    command = [sys.executable, "-c", BUILD, str(home.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return Built(**said, parts_made=len(vintage_parts(home) - before))


def slowest(home: Home, shown: int = 8) -> str:
    """The steps of the models that took longest in the last build."""
    return _listed(times(home)[:shown])


def marts(home: Home) -> str:
    """How long each mart took in the last build; a view takes nothing here."""
    made = {path.stem for path in Path("transforms/models/marts").glob("*.sql")}
    return _listed([one for one in times(home) if one[1] in made])


def times(home: Home) -> list[tuple[float, str]]:
    """Seconds and name of every step of the last build, the longest first."""
    [path] = home.builds.glob("*/dbt/run_results.json")
    results = json.loads(path.read_text(encoding="utf-8"))["results"]
    return sorted(((r["execution_time"], r["unique_id"].split(".")[2]) for r in results), reverse=True)


def _listed(found: list[tuple[float, str]]) -> str:
    return ", ".join(f"{name} {seconds:.1f}" for seconds, name in found)


def measure(millions: float, articles: int) -> None:
    root = Path(tempfile.mkdtemp(prefix="bench-", dir=os.environ.get("BENCH_DIR")))
    try:
        home, connection = open_home(root / "home", "sample"), connected(millions, MONTHS)
        raw = fill(home, connection)
        if articles:
            fill_news(home, articles)
        baseline = timed_baseline(home)
        whole = build(home)
        print(
            report(f"{millions:g} M flows ({raw / 1e6:.1f} M raw), everything", whole, baseline), flush=True
        )
        print(f"  slowest: {slowest(home)}; files in the lake: {files(home)}", flush=True)
        print(f"  marts: {marts(home)}", flush=True)
        publish(home, connection, MONTHS + VINTAGES, [(MONTHS, 0)])
        daily = build(home)
        print(report("  one new month", daily, baseline), flush=True)
        print(f"  {daily.seconds / whole.seconds:.2f} of the whole; slowest: {slowest(home)}", flush=True)
        print(f"  marts: {marts(home)}", flush=True)
    finally:
        shutil.rmtree(root)


def files(home: Home) -> int:
    return sum(1 for path in home.lake.rglob("*") if path.is_file())


def report(what: str, built: Built, baseline: float) -> str:
    return (
        f"{what}: {built.seconds:.1f} s (vintages {built.vintage_seconds:.1f} s; {built.cpu_seconds:.1f} s of the cores), peak {built.peak_mb:.0f} MB, "
        f"{built.parts_made} parts made, {built.seconds / baseline:.1f}x DuckDB load and sum ({baseline:.1f} s); "
        f"releasing it {built.publish_seconds:.1f} s, peak {built.publish_peak_mb:.0f} MB"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("millions", type=float, nargs="*", default=[1.0, 5.0, 20.0])
    parser.add_argument("--articles", type=int, default=0, metavar="THOUSANDS")
    asked = parser.parse_args()
    for millions in asked.millions:
        measure(millions, asked.articles)


if __name__ == "__main__":
    main()
