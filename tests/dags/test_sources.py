"""The sources a DAG runs are those that the folder defines, told without importing them."""

from __future__ import annotations

from dags.support.sources import asked_in, brought_in, sources_in
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


def test_who_is_asked_and_who_is_brought_is_told_as_the_registry_knows_it() -> None:
    customs = {name: registry.source(name) for name in sources_in("customs")}
    assert asked_in("customs") == [name for name, source in customs.items() if source.probe]
    assert brought_in("customs") == [name for name, source in customs.items() if source.inbox]
    assert sorted({*asked_in("customs"), *brought_in("customs")}) == sources_in("customs")
