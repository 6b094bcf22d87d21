"""One warehouse of all real facts, built once; every filer's facts were read on two days."""

from __future__ import annotations

import pytest

from tests.capex import figures


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> figures.Built:
    folder = tmp_path_factory.mktemp("capex")
    lake = figures.lake_of([*figures.recorded(), *figures.quoted()], readings=2)
    return figures.build(folder, lake)
