"""The sources a DAG runs are those that the folder defines, told without importing them."""

from __future__ import annotations

from dags.support.sources import sources_in
from extractors import registry


def test_the_folder_says_what_the_registry_finds() -> None:
    customs = [
        name
        for name, source in registry.sources().items()
        if source.parse.__module__.startswith("extractors.customs.")
    ]
    assert sources_in("customs") == customs
    assert "us_census_port" in customs


def test_other_modules_of_the_folder_are_none() -> None:
    assert "queries" not in sources_in("customs")
    assert sources_in("web") == []
