"""Which sources a DAG runs: the modules of a folder that define one, told without importing them.

A DAG file is read every few seconds and importing every parser would cost seconds each time. The list changes only when a
module is added, which is a new version of the DAG anyway.
"""

from __future__ import annotations

from pathlib import Path

EXTRACTORS = Path(__file__).resolve().parents[2] / "extractors"
_DEFINES = "\nSOURCE = Source("


def sources_in(*folders: str) -> list[str]:
    """The ids of the sources in these folders of `extractors/`, in order of name."""
    modules = (path for folder in folders for path in (EXTRACTORS / folder).glob("*.py"))
    return sorted(path.stem for path in modules if _DEFINES in path.read_text("utf-8"))
