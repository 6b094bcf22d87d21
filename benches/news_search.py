"""The index of a release's articles built and asked: `python -m benches.news_search [thousands of articles] [folder]`.

Made-up articles, one in five with a text that may be used: titles of 10 words, leads of 30, texts of 500, drawn from
40,000 words with a few very common; one in ten in Chinese. Prints seconds a model, bytes of the index, seconds a question,
and beside them seconds of processor, which others that use the machine do not change.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from pathlib import Path

import duckdb

from tests.transforms.lake import VARIABLES, Lake
from transforms.project import run
from warehouse.query import connect

QUESTIONS = ("transformers Vietnam", "w1 w2 w3", "变压器 越南", "铜", "w17 w170 w1700")
_WORDS = "list_aggregate(list_transform(range({n}), lambda x: {word}), 'string_agg', ' ')"
_LATIN = "'w' || floor(pow(random(), 4) * 40000)::int"
_HAN = "chr(19968 + floor(pow(random(), 3) * 5000)::int)"
_ROWS = """
    select 'd' || n % 500 as document_id, n as row_number, 'feed' || n % 50 as feed,
        'https://site' || n % 300 || '.example/' || n as url, url as url_key,
        case when n % 10 = 0 then replace({han}, ' ', '') else {title} end as title,
        case when n % 5 = 0 then {lead} end as lead, case when n % 5 = 0 then {body} end as body, md5(n::varchar) as body_sha256
    from range({size}) as t(n)
"""


def fill(database: Path, thousands: int) -> None:
    """The lake's tables: empty ones, then articles and their documents."""
    latin = {
        name: _WORDS.format(n=n, word=_LATIN) for name, n in (("title", 10), ("lead", 30), ("body", 500))
    }
    made = _ROWS.format(han=_WORDS.format(n=20, word=_HAN), size=thousands * 1000, **latin)
    with duckdb.connect(str(database)) as connection:
        connection.execute("select setseed(0.5)").fetchall()
        connection.execute(f"insert into lake.article_text by name ({made})").fetchall()
        connection.execute(
            """insert into lake.document by name
            select document_id, 'news' as source, '{"kind": "page", "feed": "' || min(feed) || '"}' as scope, 'parsed' as outcome,
                'direct' as via, 'synthetic' as evidence, timestamptz '2026-11-01' as retrieved_at
            from lake.article_text group by document_id"""
        ).fetchall()
        connection.execute(
            """insert into lake.rights by name
            select 'feed' as subject_kind, 'feed' || n as subject, 'P' as publisher, 'CC0' as licence, 'full' as text_use,
                true as listed from range(50) as t(n)"""
        ).fetchall()


def seconds_by_model(target: Path) -> dict[str, float]:
    """What dbt says each model took."""
    results = json.loads((target / "run_results.json").read_text("utf-8"))["results"]
    models = (r for r in results if r["unique_id"].startswith("model."))
    return {r["unique_id"].rpartition(".")[2]: round(r["execution_time"], 1) for r in models}


def processor() -> float:
    """Seconds on a processor so far, of all threads."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print one line a measure."""
    thousands = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
        folder = Path(name)
        database = Lake().write(folder)
        fill(database, thousands)
        before = database.stat().st_size
        begun = processor()
        run(database, folder / "dbt", VARIABLES, select="+search_index")
        models = seconds_by_model(folder / "dbt")
        print(
            f"{thousands} k articles: {models}; {processor() - begun:.0f} s of processor in all", flush=True
        )
        with connect(database) as connection:
            [[rows, blocks]] = connection.execute(
                """select (select count(*) from staging.search_index), count(distinct block_id)
                from pragma_storage_info('staging.search_index') where persistent"""
            ).fetchall()
            size = blocks * 262_144 / 1e6
            print(
                f"index: {rows / 1e6:.1f} M rows, {size:.0f} MB (file {(database.stat().st_size - before) / 1e6:.0f} MB more)"
            )
            for question in QUESTIONS:
                started, begun = time.perf_counter(), processor()
                found = connection.execute(
                    "select url_key, count(*) over () from marts.search(?) order by score desc limit 20",
                    [question],
                ).fetchall()
                print(
                    f"{question!r}: {found[0][1] if found else 0} articles, {time.perf_counter() - started:.2f} s "
                    f"({processor() - begun:.2f} s of processor)"
                )


if __name__ == "__main__":
    main()
