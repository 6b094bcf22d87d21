"""A late source fault holds that document and no other; the rest is released, and what stood before it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.datasets import OWN_SCHEMAS, SCHEMAS
from tests.policy.models import snapshot
from tests.transforms.lake import API, START, Lake, day, query, table
from transforms import refresh
from warehouse import build as builds
from warehouse import lake as parts
from warehouse.home import Home
from warehouse.query import query as locked
from warehouse.release import current

pytestmark = [pytest.mark.slow]
TIMES = ((-1, 0), (0, 0), (0, 23), (1, 0), (2, 12), (3, 0), (4, 0))
"""Days and hours after the first document."""


def put(home: Home, lake: Lake, source: str = API) -> None:
    """Commit a hand-made lake's rows as one parse run of a source."""
    writer = parts.PartWriter(home, source, "1")
    for dataset in (*SCHEMAS, *OWN_SCHEMAS):
        rows = lake.rows[dataset]
        if rows:
            writer.add(dataset, table(dataset, rows), {str(row["document_id"]) for row in rows})
    parts.commit(home, source, writer.finish())


def exposed(home: Home) -> list[dict[str, object]]:
    release = current(home)
    assert release is not None
    return query(
        release.database,
        "select share from marts.exposure where basket_id = 'li_ion' and partner_definition = 'CHN' "
        "and period_type = 'M' and period = date '2024-01-01'",
    )


def restriction(home: Home, company: str = "ymtc") -> dict[str, object]:
    release = current(home)
    assert release is not None
    [row] = query(
        release.database,
        "select status, document_id from marts.vendor_restriction "
        f"where company_id = '{company}' and list_id = 'us_entity_list'",
    )
    return row


def test_a_blamed_document_is_held_and_the_rest_released(home: Home) -> None:
    good, listed = Lake(), Lake()
    good.trade("good", day(1), {"-": 100, "5700": 60}, partners=("-", "5700"))
    put(home, good)
    parties: list[dict[str, object]] = [{"name": f"Party {number}"} for number in range(20)]
    named: dict[str, object] = {"name": "Yangtze Memory Technologies Co., Ltd."}
    snapshot(listed, "whole", day(1), [*parties, named])
    put(home, listed, "us_csl")
    first = refresh.refresh(home)
    assert (first.outcome, first.held) == ("released", {})
    assert refresh.refresh(home).outcome == "nothing new"
    assert restriction(home) == {"status": "listed", "document_id": "whole"}
    part = {"status": "list not read", "document_id": None}
    assert restriction(home, "lenovo") == part, "21 parties are not the whole Screening List"

    late, torn = Lake(), Lake()
    late.trade("absurd", day(2), {"-": 50, "5700": 60}, partners=("-", "5700"))
    late.trade("other", day(2), {"-": 50, "5700": 10}, partners=("-", "5700"), code="850440")
    put(home, late)
    snapshot(torn, "torn", day(2), list(parties[:5]))
    put(home, torn, "us_csl")
    second = refresh.refresh(home)
    assert (second.outcome, sorted(second.held)) == ("released", ["absurd", "torn"])
    assert "rest_is_never_negative" in second.held["absurd"]
    assert "snapshots_are_whole" in second.held["torn"]
    assert restriction(home) == {"status": "listed", "document_id": "whole"}, "a list that lost its parties"
    assert exposed(home) == [{"share": 0.6}]
    release = current(home)
    assert release is not None
    hs6 = query(release.database, "select distinct hs6 from marts.trade_monthly order by hs6")
    assert [row["hs6"] for row in hs6] == ["850440", "850760"]

    again = refresh.build(home, release_holds=True)
    assert [c["status"] for c in again.checks or [] if c["status"] == "fail"] == []
    assert sorted(builds.holds(home)) == ["absurd", "torn"], "still wrong, so held anew"


def test_a_release_answers_from_what_was_known_at_a_time(home: Home) -> None:
    lake = Lake()
    whole: dict[str, int | None] = {"5700": 60, "4280": 40}
    for number, values in ((1, whole), (2, whole | {"5700": 70}), (3, whole), (4, {"4280": 40})):
        lake.trade(f"day {number}", day(number), values)
    lake.trade("late old file", day(9), {"5700": 55, "4280": 40}, released_at=day(0))
    put(home, lake)
    refresh.refresh(home)
    release = current(home)
    assert release is not None
    sql = (
        "select value_usd::double, share from marts.import_share_as_of(?) where partner = 'CHN' "
        "and basket_id = 'li_ion' and period_type = 'M'"
    )
    asked = [
        locked(release.database, sql, values=(START + timedelta(days=n, hours=h),)).rows for n, h in TIMES
    ]
    assert asked == [
        [],
        [(55, round(55 / 95, 12))],
        [(55, round(55 / 95, 12))],
        [(60, 0.6)],
        [(70, round(70 / 110, 12))],
        [(60, 0.6)],
        [],
    ]
    for mart in ("trade_monthly", "import_share", "exposure"):
        shown = f"select * from marts.{mart}{{}} order by all"
        now = locked(release.database, shown.format(""))
        then = locked(release.database, shown.format("_as_of(now())"))
        assert (now.columns, now.types, now.rows) == (then.columns, then.types, then.rows)
    words = (release.database.parent / "docs" / "dictionary.md").read_text(encoding="utf-8")
    assert "| marts.exposure_as_of(known_at) | marts.exposure as it would have been" in words
    assert "| marts.search(question) | Articles" in words
