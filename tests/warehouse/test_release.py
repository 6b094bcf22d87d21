from __future__ import annotations

import csv
import multiprocessing
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from contracts.errors import CheckFailed, EnvironmentFault
from contracts.text import csv_cell
from warehouse import carry, export
from warehouse import release as releases
from warehouse.build import Candidate, candidate, freeze, last_candidate, seal
from warehouse.files import write_json
from warehouse.home import Home
from warehouse.query import QueryFailed, query

HOSTILE = [
    "[bold]x[/bold]",
    "\x1b[31mred",
    "\u202egnp.exe",
    "two\nlines",
    "=cmd|' /C calc'!A0",
    "-1+1",
    "@SUM(A1)",
    "中文",
]


def build(
    home: Home,
    mark: str,
    rows: int = 2,
    checks: list[dict[str, Any]] | None = None,
    taken: str | None = None,
) -> Candidate:
    """A complete candidate with one mart of as many rows as documents, as a refresh leaves it, and a seed's table.

    `taken` is the release that it says it took tables from.
    """
    made = candidate(home, {**freeze(home, mark)})
    with duckdb.connect(str(made.database)) as connection:
        for statement in (
            "create schema marts",
            "create schema meta",
            f"create table marts.figure as select i as n, 'row ' || i as label from range({rows}) t(i)",
            "create table marts.definition as select 'always there' as words",
            "comment on table marts.figure is 'a table'",
            "comment on column marts.figure.n is 'a number, unit 1'",
            f"create table meta.build as select '{made.build_id}' as build_id",
            f"create table meta.document as select 'd' || i as document_id from range({rows}) t(i)",
        ):
            connection.execute(statement).fetchall()
    seal(made)
    write_json(made.folder / carry.NAME, {"carried_from": taken, "marks": []})
    made.finish(checks or [{"name": "fine", "status": "pass"}])
    return made


def test_a_release_is_complete_and_described(home: Home) -> None:
    release = releases.publish(home, build(home, "one"))
    assert releases.current(home) == releases.Release(release.folder.resolve())
    files = release.manifest["files"]
    assert {
        "warehouse.duckdb",
        "parquet/marts.figure.parquet",
        "csv/marts.figure.csv",
        "docs/dictionary.md",
    } <= set(files)
    assert release.manifest["tables"]["marts.figure"] == {"rows": 2}
    assert (
        pq.read_schema(release.folder / "parquet/marts.figure.parquet").metadata[b"n"] == b"a number, unit 1"
    )
    assert query(release.database, "select count(*) from duckdb_views() where not internal").rows == [(0,)]


def test_the_files_of_a_table_that_is_as_it_was_are_those_of_the_release_before(home: Home) -> None:
    first = releases.publish(home, build(home, "one"))
    made = build(home, "two")
    marks = [
        carry.Mark("marts.figure", "", "hash", "hash", carried=True, waits=False),
        carry.Mark("marts.definition", "", "hash", "hash", carried=False, waits=True),
    ]
    write_json(made.folder / "marks.json", {"carried_from": first.name, "marks": marks})
    second = releases.publish(home, made)
    for kind in ("parquet", "csv"):
        for table, is_linked in (("figure", True), ("definition", False)):
            one, other = (release.folder / kind / f"marts.{table}.{kind}" for release in (first, second))
            assert one.samefile(other) == is_linked
            assert one.read_bytes() == other.read_bytes()
    assert set(second.manifest["files"]) == set(first.manifest["files"])
    name = "parquet/marts.figure.parquet"
    assert second.manifest["files"][name] == first.manifest["files"][name]


def test_a_table_larger_than_a_spreadsheet_is_parquet_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MAX_SHEET_ROWS", 2)
    release = releases.publish(home, build(home, "one", rows=3))
    assert "csv/marts.definition.csv" in release.manifest["files"]
    assert "csv/marts.figure.csv" not in release.manifest["files"]
    held = pq.read_table(release.folder / "parquet/marts.figure.parquet").column("n").to_pylist()
    assert sorted(held) == [0, 1, 2]


def test_the_file_is_written_in_the_format_older_readers_open(home: Home) -> None:
    made = build(home, "one")
    tags = query(made.database, "select tags from duckdb_databases() where not internal").rows[0][0]
    assert tags["storage_version"].startswith("v1.2")


def test_a_failed_or_incomplete_build_is_never_released(home: Home) -> None:
    good = releases.publish(home, build(home, "one"))
    with pytest.raises(CheckFailed, match="sums"):
        releases.publish(home, build(home, "two", checks=[{"name": "sums", "status": "fail"}]))
    (build(home, "three").folder / "checks.json").unlink()
    with pytest.raises(CheckFailed, match="not complete"):
        releases.publish(home, last_candidate(home) or pytest.fail("no candidate"))
    assert releases.current(home) == releases.Release(good.folder.resolve())


def test_an_empty_build_is_released_but_does_not_take_a_good_ones_place(home: Home) -> None:
    good = releases.publish(home, build(home, "one"))
    releases.publish(home, build(home, "two", rows=0))
    assert releases.current(home) == releases.Release(good.folder.resolve())


def test_publishing_the_same_build_twice_changes_nothing(home: Home) -> None:
    made = build(home, "one")
    first = releases.publish(home, made)
    assert releases.publish(home, made) == first
    assert len(releases.releases(home)) == 1


@pytest.mark.parametrize("note", [None, b"{"], ids=["as it was", "damaged"])
def test_a_build_that_made_every_table_takes_the_place_of_one_that_took_some(
    home: Home, note: bytes | None
) -> None:
    doubted = releases.publish(home, build(home, "x", taken="2026.11.22-0123456789ab"))
    if note:
        (doubted.folder / carry.NAME).write_bytes(note)
    made = build(home, "x")
    anew = releases.publish(home, made)
    assert anew.build_id == doubted.build_id
    assert anew.name != doubted.name
    assert releases.latest(home) == anew
    assert releases.current(home) == releases.Release(anew.folder.resolve())
    for again in (made, build(home, "x", taken="2026.11.22-0123456789ab")):
        assert releases.publish(home, again) == anew
    assert releases.rollback(home).name == doubted.name


def test_rollback_pins_until_unpinned(home: Home) -> None:
    first = releases.publish(home, build(home, "one"))
    releases.publish(home, build(home, "two"))
    assert releases.rollback(home).name == first.name
    third = releases.publish(home, build(home, "three"))
    assert (releases.current(home) or third).name == first.name
    assert releases.pinned(home) == first.name
    assert releases.unpin(home).name == third.name
    assert (releases.current(home) or first).name == third.name


def test_a_build_that_comes_back_is_the_latest_again(home: Home) -> None:
    first = releases.publish(home, build(home, "x"))
    second = releases.publish(home, build(home, "y"))
    assert releases.publish(home, build(home, "x")).name == first.name
    assert (releases.latest(home) or second).name == first.name
    assert releases.rollback(home).name == second.name
    assert releases.unpin(home).name == first.name


def test_nothing_to_go_back_to_says_so(home: Home) -> None:
    releases.publish(home, build(home, "one"))
    with pytest.raises(EnvironmentFault, match="no older release"):
        releases.rollback(home)
    with pytest.raises(EnvironmentFault, match="no release 'x'"):
        releases.rollback(home, "x")


def test_old_releases_go_but_never_the_pinned_or_the_current(home: Home) -> None:
    first = releases.publish(home, build(home, "0"))
    releases.publish(home, build(home, "1"))
    releases.rollback(home, first.name)
    for number in range(2, releases.KEEP + 4):
        releases.publish(home, build(home, str(number)))
    names = [r.name for r in releases.releases(home)]
    assert first.name in names
    assert len(names) == releases.KEEP + 1


def test_hostile_text_reaches_the_csv_harmless(home: Home) -> None:
    made = build(home, "one")
    with duckdb.connect(str(made.database)) as connection:
        connection.execute("create table marts.title as select unnest(?) as title", [HOSTILE]).fetchall()
    release = releases.publish(home, made)
    with (release.folder / "csv/marts.title.csv").open(newline="", encoding="utf-8") as handle:
        cells = {row["title"] for row in csv.DictReader(handle)}
    assert cells == {csv_cell(text) for text in HOSTILE}


@pytest.mark.parametrize(
    "sql",
    [
        "create table marts.x (a int)",
        "select * from read_csv('/etc/passwd')",
        "copy marts.figure to '/tmp/out.csv'",
        "install httpfs",
        "set enable_external_access = true",
        "attach '/tmp/other.duckdb'",
    ],
)
def test_a_readers_sql_can_read_the_release_and_nothing_else(home: Home, sql: str) -> None:
    release = releases.publish(home, build(home, "one"))
    with pytest.raises(QueryFailed):
        query(release.database, sql)


def _read_on(current: Path, pipe: Connection) -> None:
    """Hold one connection open over every swap; answer with what it sees, and what a fresh one sees."""
    kept = duckdb.connect(str(current.resolve() / "warehouse.duckdb"), read_only=True)
    while pipe.recv() == "look":
        old = kept.execute("select build_id, (select sum(n) from marts.figure) from meta.build").fetchall()[0]
        with duckdb.connect(str(current.resolve() / "warehouse.duckdb"), read_only=True) as fresh:
            new = fresh.execute("select build_id from meta.build").fetchall()[0][0]
        pipe.send((old, new))
    kept.close()


def test_an_open_reader_is_undisturbed_by_two_swaps_and_sees_three_builds_on_reopening(home: Home) -> None:
    ids = [releases.publish(home, build(home, "one")).build_id]
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    reader = context.Process(target=_read_on, args=(home.current, theirs))
    reader.start()
    seen = []
    for mark in ("two", "three", None):
        pipe.send("look")
        seen.append(pipe.recv())
        if mark:
            ids.append(releases.publish(home, build(home, mark, rows=9)).build_id)
            time.sleep(0.01)
    pipe.send("stop")
    reader.join(30)
    assert [old for old, _ in seen] == [(ids[0], 1)] * 3
    assert [new for _, new in seen] == ids
    assert len(set(ids)) == 3
    assert reader.exitcode == 0
