"""A late source fault holds that document and no other; the rest is released."""

from __future__ import annotations

import pytest

from contracts.datasets import OWN_SCHEMAS, SCHEMAS
from tests.transforms.lake import API, Lake, day, query, table
from transforms import refresh
from warehouse import build as builds
from warehouse import lake as parts
from warehouse.home import Home
from warehouse.release import current

pytestmark = [pytest.mark.slow]


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


def test_a_blamed_document_is_held_and_the_rest_released(home: Home) -> None:
    good = Lake()
    good.trade("good", day(1), {"-": 100, "5700": 60}, partners=("-", "5700"))
    put(home, good)
    first = refresh.refresh(home)
    assert (first.outcome, first.held) == ("released", {})
    assert refresh.refresh(home).outcome == "nothing new"

    late = Lake()
    late.trade("absurd", day(2), {"-": 50, "5700": 60}, partners=("-", "5700"))
    late.trade("other", day(2), {"-": 50, "5700": 10}, partners=("-", "5700"), code="850440")
    put(home, late)
    second = refresh.refresh(home)
    assert (second.outcome, list(second.held)) == ("released", ["absurd"])
    assert exposed(home) == [{"share": 0.6}]
    release = current(home)
    assert release is not None
    hs6 = query(release.database, "select distinct hs6 from marts.trade_monthly order by hs6")
    assert [row["hs6"] for row in hs6] == ["850440", "850760"]

    again = refresh.build(home, release_holds=True)
    assert [c["status"] for c in again.checks or [] if c["status"] == "fail"] == []
    assert list(builds.holds(home)) == ["absurd"], "still wrong, so held anew"
