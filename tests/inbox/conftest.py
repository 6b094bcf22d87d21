"""What the tests of the inbox share."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.home import Home, open_home


@pytest.fixture
def live(tmp_path: Path) -> Home:
    """An empty live home."""
    return open_home(tmp_path / "live", "live")
