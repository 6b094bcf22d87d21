"""One warehouse of all real facts, built once, and a list of one made-up filer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.capex import figures
from tests.capex.answers import CIK


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> figures.Built:
    """Every filer's facts were read on two days."""
    folder = tmp_path_factory.mktemp("capex")
    lake = figures.lake_of([*figures.recorded(), *figures.quoted()], readings=2)
    return figures.build(folder, lake)


@pytest.fixture
def one_filer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "filers.toml"
    path.write_text(f'[[filer]]\ncompany_id = "example"\ncik = "{CIK}"\n')
    monkeypatch.setenv("CHOKEPOINT_FILERS", str(path))
