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
    return sorted(_definitions(folders))


def asked_in(*folders: str) -> list[str]:
    """Those of them that are asked: the others have no probe, their files are only brought."""
    return sorted(name for name, said in _definitions(folders).items() if "    probe=" in said)


def brought_in(*folders: str) -> list[str]:
    """Those of them whose files people bring."""
    return sorted(name for name, said in _definitions(folders).items() if "    inbox=" in said)


def _definitions(folders: tuple[str, ...]) -> dict[str, str]:
    """The text of each source's definition, to its end, by id."""
    modules = [path for folder in folders for path in (EXTRACTORS / folder).glob("*.py")]
    texts = {path.stem: path.read_text("utf-8").partition(_DEFINES)[2] for path in modules}
    return {name: text.partition("\n)\n")[0] for name, text in texts.items() if text}
