"""The parts of `lake/trade_flow_vintage`: made once, only where something changed, and removed when nobody needs them."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.datasets import DERIVED_SCHEMAS
from tests.transforms.lake import Lake, table
from tests.warehouse.told import KEYS, PERIODS, Told, at, by_the_rules, several
from warehouse import build as builds
from warehouse import lake as parts
from warehouse import vintage
from warehouse.home import Home, open_home

SOURCE = "us_census_api"


def put(home: Home, told: Iterable[Told], source: str = SOURCE) -> None:
    """Commit documents as one parse run of a source."""
    lake = Lake()
    for one in told:
        outcome = "parsed" if one.values or one.status == 200 else "empty"
        changes: dict[str, Any] = {"released_at": one.released, "status": one.status, "outcome": outcome}
        lake.document(one.name, one.retrieved, source, **changes)
        lake.add("trade_flow", one.name, one.flows())
        lake.add("trade_scope", one.name, one.scopes())
    writer = parts.PartWriter(home, source, "1")
    for dataset, rows in lake.rows.items():
        if rows:
            writer.add(dataset, table(dataset, rows), {str(row["document_id"]) for row in rows})
    parts.commit(home, source, writer.finish(), (one.name for one in told))


def make(home: Home) -> dict[str, list[str]]:
    """Bring the vintage parts up to what is in the lake and not on hold."""
    shutil.rmtree(home.builds, ignore_errors=True)
    scratch = home.builds / "x" / "tmp"
    scratch.mkdir(parents=True)
    return vintage.make(home, builds.freeze(home, "code"), scratch)


def files(home: Home) -> dict[str, int]:
    """Every part worked out, with the time it was written."""
    found = (path for name in DERIVED_SCHEMAS for path in (home.lake / name).rglob("*"))
    return {str(path.relative_to(home.lake)): path.stat().st_mtime_ns for path in found if path.is_file()}


def rows(paths: dict[str, list[str]], dataset: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'").fetchall()
        named = paths.get(dataset)
        if not named:
            return []
        return connection.execute(
            "select * from read_parquet(?, hive_partitioning = false) order by all", [named]
        ).fetchall()


def observations(paths: dict[str, list[str]]) -> list[tuple[Any, ...]]:
    names = DERIVED_SCHEMAS["trade_flow_vintage"].names
    wanted = ("period", "code", "partner_code", "value", "document_id", "known_from", "known_to", "withdrawn")
    places = [names.index(name) for name in wanted]
    found = ([row[place] for place in places] for row in rows(paths, "trade_flow_vintage"))
    told = ((*r[:3], int(r[3]), r[4], _utc(r[5]), _utc(r[6]), r[7]) for r in found)
    return sorted(told, key=repr)


def _utc(time: Any) -> Any:
    return time and time.astimezone(UTC)


def whole(name: str, number: int, values: dict[str, int], periods: tuple[date, ...] = PERIODS) -> Told:
    """A complete document about one code for every partner."""
    told = {
        key: values[key[2]] for key in KEYS if key[0] in periods and key[1] == "850760" and key[2] in values
    }
    return Told(name, at(number), None, 200, True, "850760", periods, None, told)


def test_the_columns_are_those_declared(home: Home) -> None:
    put(home, [whole("d1", 1, {"5700": 1})])
    paths = make(home)
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'").fetchall()
        for dataset, schema in DERIVED_SCHEMAS.items():
            found = connection.execute(f"from read_parquet('{paths[dataset][0]}', hive_partitioning = false)")
            made = found.to_arrow_table().schema
            assert [(field.name, str(field.type)) for field in made] == [
                (field.name, str(field.type)) for field in schema
            ]


def test_a_part_that_is_there_is_not_made_again(home: Home) -> None:
    put(home, [whole("d1", 1, {"5700": 1})])
    make(home)
    before = files(home)
    assert len(before) == len(PERIODS) * len(DERIVED_SCHEMAS)
    make(home)
    assert files(home) == before


def test_a_new_document_makes_the_parts_of_its_periods_only(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, [whole("d1", 1, {"5700": 1})])
    put(home, [whole("port", 1, {"5700": 1})], "us_census_port")
    make(home)
    before, asked = files(home), list[list[vintage.Wanted]]()
    put(home, [whole("d2", 2, {"5700": 2}, PERIODS[1:])])
    real = vintage._make_group

    def noted(connection: Any, home: Home, group: list[vintage.Wanted], scratch: Path) -> None:
        asked.append(group)
        real(connection, home, group, scratch)

    monkeypatch.setattr(vintage, "_make_group", noted)
    make(home)
    after = files(home)
    assert [(one.source, one.period) for group in asked for one in group] == [(SOURCE, PERIODS[1])]
    kept = {path: time for path, time in before.items() if after.get(path) == time}
    assert len(after) == len(before)
    assert len(kept) == len(before) - len(DERIVED_SCHEMAS)


def test_a_document_that_leaves_a_period_out_touches_it(home: Home) -> None:
    put(home, [whole("d1", 1, {"5700": 1})])
    put(home, [Told("d2", at(2), None, 200, True, "850760", PERIODS, None, {})])
    assert [row[6:] for row in observations(make(home))] == [(at(2), True)] * len(PERIODS)


def test_a_document_on_hold_is_not_there_and_can_come_back(home: Home) -> None:
    first, wrong = whole("d1", 1, {"5700": 1}), whole("d2", 2, {"5700": 9}, PERIODS[:1])
    put(home, [first, wrong])
    builds.hold(home, {"d2": "absurd"})
    assert observations(make(home)) == by_the_rules([first])
    builds.release_holds(home)
    assert observations(make(home)) == by_the_rules([first, wrong])


def test_a_torn_part_is_made_again(home: Home) -> None:
    put(home, [whole("d1", 1, {"5700": 1})])
    paths = make(home)
    expected = {dataset: rows(paths, dataset) for dataset in DERIVED_SCHEMAS}
    for path in (
        *(Path(p) for named in paths.values() for p in named),
        *home.lake.rglob(f"{vintage.INDEX}/*/*"),
    ):
        path.write_bytes(path.read_bytes()[:-9])
    again = make(home)
    assert again == paths
    assert {dataset: rows(again, dataset) for dataset in DERIVED_SCHEMAS} == expected


def test_what_nobody_needs_is_removed_and_nothing_else(home: Home) -> None:
    put(home, [whole("d1", 1, {"5700": 1})])
    make(home)
    raw = {path for path in home.lake.rglob("*.parquet") if "vintage" not in str(path)}
    first = files(home)
    put(home, [whole("d2", 2, {"5700": 2})])
    stray = home.lake / "trade_flow_vintage" / "source=gone" / "period=2020-01-01" / "old.parquet"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(b"a part of a source that has left")
    paths = make(home)
    assert not stray.parent.exists()
    named = {str(Path(path).relative_to(home.lake)) for found in paths.values() for path in found}
    assert set(files(home)) == named
    assert named.isdisjoint(first)
    derived = (*DERIVED_SCHEMAS, vintage.INDEX)
    assert {path for path in raw if path.relative_to(home.lake).parts[0] not in derived} <= set(
        home.lake.rglob("*.parquet")
    )


def test_without_figures_of_trade_there_is_nothing(home: Home) -> None:
    assert make(home) == {}


def test_periods_are_worked_on_a_few_at_a_time(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home, [whole("d1", 1, {"5700": 1, "5830": 2}), whole("d2", 2, {"5700": 2})])
    expected = observations(make(home))
    shutil.rmtree(home.lake / "trade_flow_vintage")
    monkeypatch.setattr(vintage, "GROUP_ROWS", 1)
    assert observations(make(home)) == expected
    assert len(list(vintage._groups([vintage.Wanted("s", period, "", 2) for period in PERIODS]))) == 2


def _apart(folder: str, name: str) -> Home:
    return open_home(Path(folder) / name, "sample")


@settings(max_examples=15, deadline=None)
@given(told=several((200, 200, 200, 204)), dice=st.randoms(use_true_random=False))
def test_made_in_many_steps_it_is_as_made_at_once(told: tuple[Told, ...], dice: Any) -> None:
    with TemporaryDirectory() as folder:
        steps, once = _apart(folder, "steps"), _apart(folder, "once")
        arriving = dice.sample(told, len(told))
        for one in arriving:
            put(steps, [one])
            if dice.random() < 0.3:
                put(steps, [dice.choice(arriving[: arriving.index(one) + 1])])
            held = dice.sample(told, dice.randrange(len(told) + 1))
            builds.release_holds(steps)
            builds.hold(steps, {each.name: "a test" for each in held})
            make(steps)
        put(once, told)
        builds.hold(once, {each.name: "a test" for each in held})
        in_steps, at_once = make(steps), make(once)
        for dataset in DERIVED_SCHEMAS:
            assert rows(in_steps, dataset) == rows(at_once, dataset)
        assert observations(in_steps) == by_the_rules(each for each in told if each not in held)
