"""What the tests of the trade marts share: their models, compiled once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.transforms.lake import Lake
from tests.transforms.models import Ask, Compiled, compiled

MARTS = (
    *("trade_monthly", "import_share", "exposure", "revision", "source_coverage", "trade_monthly_spliced"),
    *("rerouting", "exposure_interval", "substitution_link"),
    *("tariff_collected", "unit_value", "dependency"),
)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compiled(tmp_path_factory.mktemp("models"), " ".join(f"+{mart}" for mart in MARTS))


@pytest.fixture(scope="module")
def ask(request: pytest.FixtureRequest, models: Compiled) -> Ask:
    """What a query finds over a lake in the marts that the module names (ASKED)."""
    marts = models.only(*request.module.ASKED)

    def ask(lake: Lake, sql: str) -> list[tuple[Any, ...]]:
        with marts.build(lake) as connection:
            return connection.execute(sql).fetchall()

    return ask
