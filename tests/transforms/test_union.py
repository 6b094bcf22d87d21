"""A union and its members: told by one answer as a whole and by another in parts, neither passes for zero."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.transforms.lake import VARIABLES, Lake, day, query
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
