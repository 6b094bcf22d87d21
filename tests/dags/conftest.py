"""An Airflow of the tests' own: its home is set before anything imports airflow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from dags.support import airflow_home


@pytest.fixture(scope="session")
def own_airflow(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Settings of a temporary Airflow home, in this process's environment while the session lasts."""
    before = dict(os.environ)
    folder = tmp_path_factory.mktemp("airflow")
    os.environ.update(airflow_home.settings(folder))
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture(scope="session")
def bag(own_airflow: None) -> Any:
    """All DAG files as Airflow reads them."""
    from airflow.dag_processing.dagbag import DagBag

    return DagBag(str(airflow_home.DAGS), bundle_path=airflow_home.DAGS, bundle_name="dags-folder")
