"""A table that grows is, after every release, what it would be if it were made from nothing."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.errors import CheckFailed
from tests.transforms.lake import API, PORT, VARIABLES, Lake, day, month, table
from tests.transforms.test_as_of import Told, examples, lake_of
from tests.transforms.test_refresh import put
from transforms import project
from warehouse import build as builds
from warehouse import carry
from warehouse import lake as parts
from warehouse.home import Home, open_home

BY_CELL = ("stg_trade_version", "stg_trade_cell", "stg_trade_month_partner")
BY_PERIOD = ("stg_trade_period_partner", "stg_basket_partner")
GROWN = (*BY_CELL, *BY_PERIOD, "revision")
BESIDE = ("stg_trade_flow", "stg_trade_latest", "stg_basket", "stg_trade_period", "stg_trade_scope")


@dataclass(frozen=True)
class Built:
    """A build of some models: what the next may take over, and how many parts or cells were made of each grown table."""

    before: carry.Before
    made: dict[str, int]

    def rows(self, table: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.before.database), read_only=True) as connection:
            connection.execute("set search_path = 'staging,marts'").fetchall()
            return connection.execute(f"select * from {table} order by all").fetchall()


def build(home: Home, folder: Path, name: str, taken: carry.Before | None = None) -> Built:
    made = builds.candidate(home, builds.freeze(home, "code"), taken)
    select = " ".join(f"+{one}" for one in (*GROWN, *BESIDE))
    variables = {**VARIABLES, "carry": True}
    project.run(made.database, made.folder / "dbt", variables, select, checks=False)
    marks = tuple(carry.Mark(*row) for row in carry.note(made.database, "code", taken)["marks"])
    found = _made(made.database)
    builds.seal(made)
    database = shutil.move(made.database, folder / f"{name}.duckdb")
    return Built(carry.Before(name, Path(database), marks), found)


def _made(database: Path) -> dict[str, int]:
    """How much of each table was made again, where it grew."""
    with duckdb.connect(str(database), read_only=True) as connection:
        tables = connection.sql(
            "select table_name from duckdb_tables() where table_name like 'made_of_%'"
        ).fetchall()
        return {
            name.removeprefix("made_of_"): int(
                connection.sql(f"select count(*) from lake.{name}").fetchall()[0][0]
            )
            for (name,) in tables
        }


def same_tables(one: Built, other: Built) -> None:
    for name in (*GROWN, *BESIDE):
        assert one.rows(name) == other.rows(name), name


def made_of_one_month(built: Built, first_day: str) -> dict[str, int]:
    """The month's part, its cell, its answers (the month, the year to date), and the baskets these are in.

    No month was revised: each is looked at again, since a month without rows may be one never looked at.
    """
    with duckdb.connect(str(built.before.database), read_only=True) as connection:
        baskets = f"select count(*) from staging.stg_basket where period = date '{first_day}'"
        number = int(connection.sql(baskets).fetchall()[0][0])
    months = built.rows("stg_trade_part")
    return {
        **dict.fromkeys(BY_CELL, 1),
        "stg_trade_period_partner": 2,
        "stg_basket_partner": number,
        "revision": len(months),
    }


def _figures(*months: int, value: int = 60, later: int = 0) -> Lake:
    lake = Lake()
    for number in months:
        values = {"-": 100, "5700": value, "4280": 100 - value}
        lake.trade(f"{number} {value}", day(number + later), values, period=month(2024, number))
    return lake


@pytest.mark.slow
def test_a_new_month_makes_its_own_rows_and_no_other(home: Home, tmp_path: Path) -> None:
    put(home, _figures(1, 2, 3))
    first = build(home, tmp_path, "first")
    assert first.made == {}
    put(home, _figures(4))
    second = build(home, tmp_path, "second", first.before)
    assert second.made == made_of_one_month(second, "2024-04-01")
    assert len(second.rows("stg_trade_month_partner")) == 8
    same_tables(second, build(home, tmp_path, "alone"))


@pytest.mark.slow
def test_a_revised_month_is_made_again(home: Home, tmp_path: Path) -> None:
    put(home, _figures(1, 2, 3))
    first = build(home, tmp_path, "first")
    put(home, _figures(2, value=70, later=9))
    second = build(home, tmp_path, "second", first.before)
    assert set(second.made) == set(GROWN)
    assert {second.made[table] for table in BY_CELL} == {1}
    assert second.made["stg_trade_period_partner"] == 4, "February, the quarter, and two years to date"
    same_tables(second, build(home, tmp_path, "alone"))
    builds.hold(home, {"2 70": "a fault"})
    third = build(home, tmp_path, "third", second.before)
    assert [row[1:] for row in third.rows("stg_trade_month_partner")] == [
        row[1:] for row in first.rows("stg_trade_month_partner")
    ]
    same_tables(third, first)


@pytest.mark.slow
def test_a_new_source_numbers_anew_and_everything_is_made(home: Home, tmp_path: Path) -> None:
    put(home, _figures(1, 2))
    first = build(home, tmp_path, "first")
    other = Lake()
    other.trade("port", day(3), {"5700": 1}, period=month(2024, 1), source=PORT)
    put(home, other, PORT)
    second = build(home, tmp_path, "second", first.before)
    assert second.made == {}
    same_tables(second, build(home, tmp_path, "alone"))


def _long(
    first: int, months: Iterable[int], code: str, source: str = API, currency: str = "USD", value: int = 60
) -> list[Lake]:
    """A document a month, counted from January 2023, with weights; China's share grows."""
    found = []
    for number in months:
        lake = Lake()
        when = month(2023 + number // 12, number % 12 + 1)
        values = {"-": 200 + number, "5700": value + number, "4280": 100}
        lake.trade(
            f"{source} {code} {number}", day(first + number), values, code=code, period=when, source=source
        )
        for row in lake.rows["trade_flow"]:
            row |= {"currency": currency, "quantity_1": row["value"] * 2, "unit_1": "KG"}
        found.append(lake)
    return found


def _rates(name: str, at: int, days: Iterable[date]) -> Lake:
    lake = Lake()
    rows = [{"base": "EUR", "quote": "USD", "rate_date": one, "rate": Decimal("1.1")} for one in days]
    lake.add("fx_rate", lake.document(name, day(at), "ecb_fx"), rows)
    return lake


def _read_again(home: Home, lakes: Iterable[Lake]) -> None:
    """What a newer parser makes of documents that are there, each in a part of its own."""
    for lake in lakes:
        writer = parts.PartWriter(home, API, "2")
        [document] = (str(row["document_id"]) for row in lake.rows["document"])
        for dataset in ("document", "trade_flow", "trade_scope"):
            writer.add(dataset, table(dataset, lake.rows[dataset]), {document})
        parts.commit(home, API, writer.finish(), [document])


@pytest.mark.slow
def test_a_long_history_changes_in_what_was_said_what_is_known_in_dollars_and_who_answers(
    home: Home, tmp_path: Path
) -> None:
    """Years and trailing years keep months that did not change; a month that is gone takes them along; a rate comes late."""
    two = [lake for code in ("847150", "847330") for lake in _long(10, range(15), code)]
    preferred = _long(10, [3], "850760")
    for lake in [*two, *preferred]:
        put(home, lake)
    for lake in _long(10, range(13), "850760", PORT, "EUR"):
        put(home, lake, PORT)
    days = [date(2022, 12, 28) + timedelta(days=4 * number) for number in range(100)]
    put(home, _rates("early", 1, days[:50]), "ecb_fx")
    first = build(home, tmp_path, "first")

    [again] = _long(10, [4], "847150", value=90)
    [emptied] = _long(10, [1], "847330")
    emptied.rows["trade_flow"] = [row for row in emptied.rows["trade_flow"] if row["partner_code"] == "-"]
    lost = [*_long(10, [2], "847330"), *_long(10, [3], "850760")]
    for lake in lost:
        lake.rows["trade_flow"] = [{**row, "code": "847160"} for row in lake.rows["trade_flow"]]
    _read_again(home, [again, emptied, *lost])
    put(home, _rates("late", 90, days[50:]), "ecb_fx")
    second = build(home, tmp_path, "second", first.before)
    assert set(second.made) == set(GROWN)

    for lake in _long(60, [5], "850760"):
        put(home, lake)
    third = build(home, tmp_path, "third", second.before)
    assert set(third.made) == set(GROWN)
    same_tables(third, build(home, tmp_path, "alone"))


@pytest.mark.slow
def test_a_model_that_makes_rows_of_what_was_kept_stops_the_build(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied = Path(shutil.copytree(project.PROJECT, tmp_path / "transforms"))
    monkeypatch.setattr(project, "PROJECT", copied)
    model = copied / "models" / "staging" / "stg_trade_month_partner.sql"
    beside = "union all select cell_id, 'ROW', 0, 0, 0, data_vintage, evidence_rank from {{ ref('stg_trade_cell') }}"
    model.write_text(f"{model.read_text(encoding='utf-8')}\n{beside}\n", encoding="utf-8")
    put(home, _figures(1, 2))
    first = build(home, tmp_path, "first")
    put(home, _figures(3))
    with pytest.raises(CheckFailed, match="stg_trade_month_partner made rows of keys that were kept"):
        build(home, tmp_path, "second", first.before)


@pytest.mark.slow
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    told=examples,
    cuts=st.lists(st.integers(0, 6), min_size=1, max_size=2),
    held=st.none() | st.integers(0, 5),
)
def test_any_way_to_a_lake_gives_the_same_tables(
    told: tuple[Told, ...], cuts: list[int], held: int | None
) -> None:
    with TemporaryDirectory() as folder:
        home, taken, start = open_home(Path(folder) / "home", "sample"), None, 0
        for number, cut in enumerate([*sorted(cuts), len(told)]):
            _put(home, told[start:cut])
            start = max(start, cut)
            built = build(home, Path(folder), f"{number}", taken)
            taken = built.before
        if held is not None:
            builds.hold(home, {f"d{held}": "a fault"})
            built = build(home, Path(folder), "held", taken)
        same_tables(built, build(home, Path(folder), "alone"))


def _put(home: Home, told: tuple[Told, ...]) -> None:
    for source in sorted({document.source for document in told}):
        put(home, lake_of(tuple(one for one in told if one.source == source)), source)
