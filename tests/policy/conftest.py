"""What the tests of policy share: their models, compiled once."""

from __future__ import annotations

import pytest

from tests.policy.models import Models, compile_models


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Models:
    return compile_models(tmp_path_factory.mktemp("policy"))
