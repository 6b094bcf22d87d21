"""The rules that keep the folders apart, held by reading the source."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OURS = ("contracts", "warehouse", "extractors", "transforms", "dags", "plugins", "cli", "dashboard")
MAY_IMPORT = {
    "contracts": set(),
    "warehouse": {"contracts"},
    "extractors": {"contracts"},
    "transforms": {"contracts", "warehouse"},
    "cli": {"contracts", "warehouse", "extractors", "transforms"},
    "dags": {"contracts", "warehouse", "extractors", "transforms"},
}
AIRFLOW_FOLDERS = {"dags", "plugins"}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module


def modules(folder: str) -> list[Path]:
    return sorted((ROOT / folder).rglob("*.py"))


def tracked(*patterns: str) -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    return [ROOT / name for name in names.split() if (ROOT / name).is_file()]


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_point_one_way(folder: str) -> None:
    for path in modules(folder):
        allowed = MAY_IMPORT[folder] | {folder}
        if path.parent == ROOT / "extractors" / "ingest":
            allowed = allowed | {"warehouse"}
        ours = {name.split(".")[0] for name in imports(path)} & set(OURS)
        assert ours <= allowed, f"{path.relative_to(ROOT)} imports {sorted(ours - allowed)}"


def test_only_the_dags_and_plugins_import_airflow() -> None:
    for folder in set(MAY_IMPORT) - AIRFLOW_FOLDERS:
        for path in modules(folder):
            assert "airflow" not in {name.split(".")[0] for name in imports(path)}, path


def test_modules_are_short_and_say_what_they_are() -> None:
    for path in (p for folder in MAY_IMPORT for p in modules(folder)):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 300, f"{path.relative_to(ROOT)} has more than 300 lines"
        assert ast.get_docstring(ast.parse(text)), f"{path.relative_to(ROOT)} does not say what it is"


def test_no_file_names_a_registry_or_a_machine_path() -> None:
    words = [
        "python" + "hosted",
        "pypi.org" + "/simple",
        "registry." + "npmjs",
        "deb." + "debian",
        "/opt/" + "pypi",
    ]
    words += ["/work" + "/", "/root" + "/", "bash" + "_jobs"]
    for path in tracked():
        text = path.read_bytes().decode("utf-8", errors="ignore")
        found = [word for word in words if word in text]
        assert not found, f"{path.relative_to(ROOT)} holds {found}"


def test_nothing_is_left_to_do() -> None:
    marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X ", "raise Not" + "ImplementedError"]
    for path in tracked("*.py", "*.sql", "*.yml", "*.toml", "*.md"):
        text = path.read_text(encoding="utf-8")
        assert not [mark for mark in marks if mark in text], path.relative_to(ROOT)
