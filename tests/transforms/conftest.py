"""What the tests of the trade marts share: their models, compiled once."""

from __future__ import annotations

import pytest

from tests.transforms.models import Compiled, compiled

MARTS = (
    *("trade_monthly", "import_share", "exposure", "revision", "source_coverage", "trade_monthly_spliced"),
    *("rerouting", "exposure_interval", "substitution_link"),
    *("tariff_collected", "unit_value", "dependency"),
)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    return compiled(tmp_path_factory.mktemp("models"), " ".join(f"+{mart}" for mart in MARTS))
