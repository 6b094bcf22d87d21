"""A whole build over a synthetic lake, at two sizes: time, that of the cores, peak memory, and the ratio to a plain DuckDB aggregation.

Baseline: DuckDB reads the same Parquet parts into a table and sums value by partner, code and month.
`python -m benches.full_build [millions of flows] [thousands of articles]`; prints one line a size.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from contracts.datasets import OWN_SCHEMAS, lake_schema
from warehouse import lake
from warehouse.home import Home, open_home

MONTHS, PARTNERS = 40, 220
AT = datetime(2026, 11, 1, tzinfo=UTC)


def months() -> list[date]:
    return [date(2023 + n // 12, n % 12 + 1, 1) for n in range(MONTHS)]


def codes(connection: duckdb.DuckDBPyConnection, wanted: int) -> pa.Table:
    """HS6 codes: the baskets' own first, then invented ones of chapters 84, 85 and 90."""
    seed = Path("transforms/seeds/baskets/basket_member.csv")
    return connection.execute(
        f"""with own as (select distinct code from read_csv('{seed}', all_varchar = true) where level = 'HS6'),
        made as (select distinct chapter || lpad(cast(n as varchar), 4, '0') as code from range(1000, 9999) t(n), (values ('84'), ('85'), ('90')) c(chapter))
        select code from (select code, 0 as made from own union all select code, 1 from made where code not in (from own))
        order by made, hash(code) limit {wanted}"""
    ).to_arrow_table()


def flows(connection: duckdb.DuckDBPyConnection, month: date, document: str, vintage: int) -> pa.Table:
    """One month of imports: every partner by every code, one row in ten revised by the second vintage."""
    found = connection.execute(
        f"""select '{document}' as document_id, row_number() over () - 1 as row_number, 'USA' as reporter,
        s.code as partner_code, 'country' as partner_kind, 'schedule_c' as country_codes, 'import' as flow,
        'GEN_VAL' as flow_basis, 'HS6' as level, c.code, date '{month}' as period, 'M' as period_type,
        'reported' as status,
        cast(hash(s.code, c.code, '{month}', case when hash(c.code) % 10 = 0 then {vintage} else 0 end) % 1000000 as decimal(20, 2)) as value,
        'USD' as currency, cast(null as decimal(20, 2)) as duty, cast(null as decimal(20, 3)) as quantity_1,
        cast(null as varchar) as unit_1, cast(null as decimal(20, 3)) as quantity_2, cast(null as varchar) as unit_2
        from partner s cross join code c"""
    ).to_arrow_table()
    return whole(found, lake_schema("trade_flow"))


def document_row(document: str, source: str, at: datetime, rows: int, url: str) -> dict[str, object]:
    text = {
        "method": "GET",
        "scope": "{}",
        "via": "mirror:bench",
        "evidence": "synthetic",
        "parser_version": "1",
    }
    times = {"released_at": None, "retrieved_at": at, "archived_at": at}
    rest = {
        "status": 200,
        "content_type": None,
        "bytes": 1,
        "origin": None,
        "reason": None,
        "new_columns": None,
    }
    return {
        "document_id": document,
        "source": source,
        "url": url,
        "sha256": document,
        "outcome": "parsed",
        "rows": rows,
        **text,
        **times,
        **rest,
    }


def connected(millions: float, n_months: int) -> duckdb.DuckDBPyConnection:
    """Partners and codes that make so many million rows over that many months."""
    connection = duckdb.connect()
    schedule = "transforms/seeds/partner_schedule_c.csv"
    connection.execute(
        f"create table partner as select code from read_csv('{schedule}', all_varchar = true) "
        f"where regexp_matches(code, '^[1-9]\\d{{3}}$') order by code limit {PARTNERS}"
    ).fetchall()
    connection.register("code", codes(connection, round(millions * 1e6 / n_months / PARTNERS)))
    return connection


def fill_customs(home: Home, millions: float) -> int:
    connection, total = connected(millions, MONTHS), 0
    writer, notes = lake.PartWriter(home, "us_census_port", "1"), []
    for number, month in enumerate(months()):
        for vintage in range(2 if number >= MONTHS - 12 else 1):
            document = hashlib.sha256(f"{month}{vintage}".encode()).hexdigest()[:32]
            table = flows(connection, month, document, vintage)
            writer.add("trade_flow", table, [document])
            at = AT + timedelta(days=number + 31 * vintage)
            notes.append(
                document_row(document, "us_census_port", at, table.num_rows, f"https://bench.example/{month}")
            )
            writer.add("trade_scope", scope_row(document, month), [document])
            total += table.num_rows
    writer.add(
        "document",
        pa.Table.from_pylist(notes, schema=OWN_SCHEMAS["document"]),
        [str(n["document_id"]) for n in notes],
    )
    lake.commit(home, "us_census_port", writer.finish())
    return total


def scope_row(document: str, month: date) -> pa.Table:
    row = {
        "document_id": document,
        "row_number": 0,
        "reporter": "USA",
        "flow": "import",
        "flow_basis": "GEN_VAL",
        "level": "HS6",
        "code_prefix": "",
        "period": month,
        "period_type": "M",
        "partner_code": None,
        "complete": True,
    }
    return pa.Table.from_pylist([row], schema=lake_schema("trade_scope"))


def fill_news(home: Home, thousands: int) -> None:
    connection = duckdb.connect()
    writer = lake.PartWriter(home, "news", "1")
    for start in range(0, thousands, 50):
        size = min(50, thousands - start) * 1000
        made = connection.execute(
            f"""select md5('{start}' || n) as document_id, 0::bigint as row_number, 'feed' || n % 50 as feed,
            'https://bench.example/' || {start} || '/' || n as url, 'bench.example/' || {start} || '/' || n as url_key,
            cast(null as varchar) as canonical_url, 'Title ' || n as title, cast(null as varchar) as authors,
            timestamptz '2026-10-01' as published_at, 'meta' as published_source, 'en' as language,
            repeat('word ' || n || ' ', 120) as body, md5(n::varchar) as body_sha256 from range({size}) t(n)"""
        ).to_arrow_table()
        ids = made.column("document_id").to_pylist()
        writer.add("article_text", whole(made, lake_schema("article_text")), ids)
        named = zip(ids, made.column("url").to_pylist(), made.column("feed").to_pylist(), strict=True)
        notes = [
            {**document_row(i, "news", AT, 1, u), "scope": json.dumps({"kind": "page", "feed": feed})}
            for i, u, feed in named
        ]
        writer.add("document", pa.Table.from_pylist(notes, schema=OWN_SCHEMAS["document"]), ids)
    lake.commit(home, "news", writer.finish())


def whole(made: pa.Table, schema: pa.Schema) -> pa.Table:
    """The table in the schema's columns; those it lacks are NULL."""
    given = (
        made.column(field.name).cast(field.type) if field.name in made.column_names else None
        for field in schema
    )
    columns = [
        pa.nulls(made.num_rows, field.type) if column is None else column
        for field, column in zip(schema, given, strict=True)
    ]
    return pa.Table.from_arrays(columns, schema=schema)


BUILD = """
import datetime, resource, sys, time
from pathlib import Path
from contracts.rights import Rights
from transforms import refresh
from warehouse.home import open_home
home = open_home(Path(sys.argv[1]))
terms = ("bench", "bench", "https://bench.example/terms", datetime.date(2026, 1, 1), "full")
rights = [Rights("feed", f"feed{n}", *terms) for n in range(50)]
refresh.require_fit([dict(c) for c in refresh.build(home, rights=rights).checks or []])
print(time.process_time(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def timed_build(home: Home) -> tuple[float, float, float]:
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", BUILD, str(home.root)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    cpu, peak = done.stdout.split()[-2:]
    return time.perf_counter() - started, float(cpu), float(peak)


def timed_baseline(home: Home) -> float:
    parts = [
        str(home.lake / p.path) for p in lake.manifest(home, "us_census_port") if p.dataset == "trade_flow"
    ]
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, duckdb.connect(f"{folder}/b.duckdb") as connection:
        connection.execute("set threads = 2").fetchall()
        connection.execute("create table flow as select * from read_parquet(?)", [parts]).fetchall()
        connection.execute(
            "create table s as select partner_code, code, period, sum(value) as v from flow group by all"
        ).fetchall()
    return time.perf_counter() - started


def sizes() -> Iterator[tuple[float, int]]:
    top = float(sys.argv[1]) if len(sys.argv) > 1 else 2.0
    articles = int(sys.argv[2]) if len(sys.argv) > 2 else 50
    yield top / 2, articles // 2
    yield top, articles


def main() -> None:
    previous = None
    for millions, articles in sizes():
        root = Path(tempfile.mkdtemp(prefix="bench-", dir=os.environ.get("BENCH_DIR")))
        try:
            home = open_home(root / "home", "sample")
            raw = fill_customs(home, millions)
            fill_news(home, articles)
            baseline = timed_baseline(home)
            seconds, cpu, peak = timed_build(home)
        finally:
            shutil.rmtree(root)
        growth = f", {seconds / previous:.2f}x the half size" if previous else ""
        print(
            f"{millions:g} M flows ({raw / 1e6:.1f} M raw), {articles} k articles: build {seconds:.1f} s ({cpu:.1f} s of the cores), "
            f"peak {peak:.0f} MB, {seconds / baseline:.1f}x DuckDB load and sum ({baseline:.1f} s){growth}",
            flush=True,
        )
        previous = seconds


if __name__ == "__main__":
    main()
