"""A manifest is parsed once a process, and again for all that a parse can see."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from dbt.contracts.graph.manifest import Manifest

from tests.transforms.lake import VARIABLES, Lake, query
from transforms import parsed, project

GIVEN = {"home_kind": "sample", "build_id": "one", "built_at": "then", "as_of_time": ""}


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[Mapping[str, object]]:
    """The variables of every parse, from none kept."""
    monkeypatch.setattr(parsed, "_kept", {})
    return []


def _manifest(seen: list[Mapping[str, object]], name: str, **changes: object) -> Manifest:
    def parse(variables: Mapping[str, object]) -> Manifest:
        seen.append(variables)
        return Manifest()

    return parsed.manifest(name, GIVEN | changes, parse)


def test_a_build_of_another_moment_parses_nothing(seen: list[Mapping[str, object]]) -> None:
    first = _manifest(seen, "files")
    other = {"build_id": "two", "built_at": "now", "as_of_time": "now"}
    second = _manifest(seen, "files", **other)
    assert seen == [{"home_kind": "sample"}]
    assert first is not second, "a run writes into its own"


def test_other_files_and_other_variables_are_parsed(seen: list[Mapping[str, object]]) -> None:
    for name, kind in (("files", "sample"), ("changed", "sample"), ("files", "live"), ("files", "sample")):
        _manifest(seen, name, home_kind=kind)
    assert [variables["home_kind"] for variables in seen] == ["sample", "sample", "live"]


@pytest.mark.parametrize("name", ["a.sql", "a.yml", "a.csv", "a.md", "more/a.sql"])
def test_a_changed_an_added_and_a_renamed_file_are_other_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    states = [project.digest()]
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    for text in ("one", "two"):
        path.write_text(text, encoding="utf-8")
        states.append(project.digest())
    path.rename(path.with_stem("b"))
    states.append(project.digest())
    assert len(set(states)) == 4


def test_the_models_of_a_build_see_its_own_moment(tmp_path: Path) -> None:
    database = Lake().write(tmp_path)
    for name in ("one", "two"):
        moment = {"build_id": name}
        project.run(database, tmp_path / name, VARIABLES | moment, select="meta_build")
        assert [row["build_id"] for row in query(database, "select build_id from meta.build")] == [name]
