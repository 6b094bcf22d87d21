"""A snapshot that lost its parties is put on hold, and the restrictions of the one before stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.policy.models import snapshot
from tests.transforms.lake import Lake, day, query
from tests.transforms.test_refresh import put
from transforms import refresh
from warehouse.home import Home
from warehouse.release import current

pytestmark = [pytest.mark.slow]


def _restriction(home: Home, company: str = "ymtc") -> dict[str, Any]:
    release = current(home)
    assert release is not None
    [row] = query(
        release.database,
        "select status, document_id from marts.vendor_restriction "
        f"where company_id = '{company}' and list_id = 'us_entity_list'",
    )
    return row


def test_a_truncated_snapshot_is_held_and_the_rest_released(home: Home) -> None:
    parties: list[dict[str, object]] = [{"name": f"Party {number}"} for number in range(20)]
    named: dict[str, object] = {"name": "Yangtze Memory Technologies Co., Ltd."}
    lake = Lake()
    snapshot(lake, "whole", day(1), [*parties, named])
    put(home, lake, "us_csl")
    assert refresh.refresh(home).held == {}
    assert _restriction(home) == {"status": "listed", "document_id": "whole"}
    part = {"status": "list not read", "document_id": None}
    assert _restriction(home, "lenovo") == part, "21 parties are not the whole Screening List"

    torn = Lake()
    snapshot(torn, "torn", day(2), list(parties[:5]))
    put(home, torn, "us_csl")
    second = refresh.refresh(home)
    assert (second.outcome, list(second.held)) == ("released", ["torn"])
    assert "snapshots_are_whole" in second.held["torn"]
    assert _restriction(home) == {"status": "listed", "document_id": "whole"}
