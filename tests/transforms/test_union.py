"""A union and its members: told by one answer as a whole and by another in parts, neither passes for zero."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.transforms.lake import VARIABLES, Lake, day, query
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
    run(database, tmp_path / "dbt", VARIABLES)
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
