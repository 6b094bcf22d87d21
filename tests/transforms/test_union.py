"""A union and its members: told by one answer as a whole and by another in parts, neither passes for zero."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.transforms.lake import VARIABLES, Lake, day, month, query
from tests.transforms.models import Compiled
from transforms.project import run


def test_a_union_that_some_answers_give_in_members_is_unknown(tmp_path: Path) -> None:
    lake = Lake()
    period = date(2024, 1, 1)
    named = ("-", "5700", "0003")
    lake.trade(
        "union", day(1), {"-": 100, "5700": 60, "0003": 30}, partners=named, code="847150", period=period
    )
    for code in ("847180", "847330"):
        lake.trade(code, day(1), {"5700": 60, "4280": 40}, code=code, period=period)
    for number in (1, 2, 3):
        month = date(2024, number, 1)
        asked = {"code": "850760", "period": month}
        if number == 1:
            lake.trade("first", day(1), {"-": 100, "5700": 60, "0003": 30}, partners=named, **asked)
        else:
            lake.trade(f"month {number}", day(1), {"5700": 60, "4280": 40}, **asked)
    database = lake.write(tmp_path)
    run(database, tmp_path / "dbt", VARIABLES, select="+import_share", checks=False)
    for basket, period_type in (("fed3", "M"), ("li_ion", "Q")):
        found = query(
            database,
            "select partner, value_usd, share from marts.import_share "
            f"where basket_id = '{basket}' and period_type = '{period_type}'",
        )
        assert {row["partner"]: row["value_usd"] for row in found} == {
            "CHN": 180,
            "DEU": None,
            "EU27": None,
            "ROW": 120,
        }
        assert {row["partner"]: row["share"] for row in found} == {
            "CHN": 0.6,
            "DEU": None,
            "EU27": None,
            "ROW": 0.4,
        }


@pytest.mark.parametrize(("year", "partners"), [(2019, {"CHN", "ROW"}), (2021, {"CHN", "EU27", "ROW"})])
def test_the_union_of_27_is_none_while_it_had_28_members(
    models: Compiled, year: int, partners: set[str]
) -> None:
    lake, named = Lake(), ("-", "5700", "0003", "4280")
    period = date(year, 6, 1)
    lake.trade("union", day(1), {"-": 100, "5700": 60, "0003": 30}, partners=named, period=period)
    with models.only("trade_monthly", "import_share").build(lake) as connection:
        monthly = connection.execute("select partner, value::integer from marts.trade_monthly").fetchall()
        assert {partner for partner, _ in monthly} == partners
        assert sum(value for _, value in monthly) == 100
        sent = connection.execute(
            "select partner, value_usd::integer from staging.stg_trade_period_partner"
        ).fetchall()
    assert dict(sent) == ({"CHN": 60, "DEU": 0} if year == 2019 else {"CHN": 60, "EU27": 30})


MEXICO, SWITZERLAND = "2010", "4419"
NAMED = ("-", "5700", "0003", "4280", MEXICO, SWITZERLAND)


def told(models: Compiled, lake: Lake) -> dict[tuple[date, str], dict[str, Any]]:
    """What each partner sent, by month and code."""
    found: dict[tuple[date, str], dict[str, Any]] = {}
    with models.build(lake) as connection:
        rows = connection.execute(
            "select period, code, partner, value_usd::integer from staging.stg_trade_period_partner "
            "inner join staging.stg_trade_period using (answer_id) where period_type = 'M'"
        )
        for period, code, partner, value in rows.fetchall():
            found.setdefault((period, code), {})[partner] = value
    return found


def test_a_country_is_inside_a_union_from_the_day_it_joins_to_the_day_it_leaves(
    models: Compiled, tmp_path: Path
) -> None:
    """Until now no country has joined or left the union of 27: Switzerland does here, for one month."""
    database = Path(shutil.copy(models.database, tmp_path))
    with duckdb.connect(str(database)) as connection:
        joined = "insert into staging.country_group values ('EU27', 'CHE', '2024-03-01', '2024-03-01')"
        connection.execute(joined).fetchall()
    lake, whole = Lake(), {"-": 100, "5700": 60, "0003": 20}
    for n in (2, 3, 4):
        given = {"partners": NAMED, "period": month(2024, n)}
        lake.trade(f"sent {n}", day(n), whole | {SWITZERLAND: 10}, code="850760", **given)
        lake.trade(f"absent {n}", day(n), whole, code="847150", **given)
    found = told(replace(models, database=database), lake)
    union = {"CHN": 60, "EU27": 20, "MEX": 0}
    for n in (2, 4):
        assert found[month(2024, n), "850760"] == union | {"CHE": 10}
        assert found[month(2024, n), "847150"] == union | {"CHE": 0}, "named and not there"
    assert found[month(2024, 3), "850760"] == found[month(2024, 3), "847150"] == union


def test_a_code_of_a_union_is_unknown_where_the_source_calls_it_a_country(models: Compiled) -> None:
    lake = Lake()
    lake.trade("union", day(1), {"-": 100, "5700": 60, "0003": 30}, partners=("-", "5700", "0003"))
    for row in lake.rows["trade_flow"]:
        row["partner_kind"] = "country" if row["partner_code"] == "0003" else row["partner_kind"]
    assert list(told(models, lake).values()) == [{"CHN": 60, "schedule_c:0003": 30}]
