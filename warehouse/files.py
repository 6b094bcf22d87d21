"""Writes that are whole or absent: temp -> fsync -> rename -> fsync of the folder."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4


def sync_folder(folder: Path) -> None:
    """Make a rename inside `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Yield a `.part` path beside `path`; it becomes `path` in one step when the block ends well."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        yield part
        with part.open("rb") as handle:
            os.fsync(handle.fileno())
        os.replace(part, path)
        sync_folder(path.parent)
    finally:
        part.unlink(missing_ok=True)


def write_json(path: Path, value: Any) -> None:
    """Replace `path` by the JSON of `value`, keys sorted, in one step."""
    with whole_file(path) as part:
        part.write_text(
            json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def read_json(path: Path, default: Any = None) -> Any:
    """The JSON in `path`, `default` when there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return default


def point(link: Path, target: str) -> None:
    """Make `link` a symbolic link to `target` (relative), replacing an older one in one step."""
    part = link.with_name(f".{link.name}.{uuid4().hex[:8]}.part")
    os.symlink(target, part)
    os.replace(part, link)
    sync_folder(link.parent)


def sha256_file(path: Path) -> str:
    """The SHA-256 of a file's bytes, hexadecimal."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sync_tree(folder: Path) -> None:
    """Make every file and folder below `folder` survive a power cut."""
    for path, _, names in os.walk(folder):
        for name in names:
            with open(os.path.join(path, name), "rb") as handle:
                os.fsync(handle.fileno())
        sync_folder(Path(path))


def sweep(folder: Path, name: str = "") -> None:
    """Remove what a killed writer left unfinished below `folder`, of files `name...` only; call it under their lock."""
    for part in folder.rglob(f".{name}*.part"):
        if part.is_file() or part.is_symlink():
            part.unlink(missing_ok=True)
