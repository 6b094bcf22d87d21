"""Join a closed day's WARC files into one: gzip members concatenate, and each record is verified before a file goes."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date
from pathlib import Path

from contracts.clock import now
from contracts.errors import CheckFailed
from warehouse.archive import Archive, index_path
from warehouse.files import sweep, sync_folder, whole_file, write_json
from warehouse.home import Home
from warehouse.locks import lock
from warehouse.warc import records


def pack(home: Home, source: str) -> list[str]:
    """Pack every day before today (UTC) that has loose files; gives the names of the packs made. Raises `Locked`.

    Killed anywhere, a second run comes to the same archive: loose files go only when pack and index are complete.
    """
    with lock(home, source):
        root = home.archive / source
        sweep(root, "pack-")
        closed = (folder for folder in sorted(root.glob("????-??-??")) if _is_closed(folder))
        made = [_pack_day(Archive(home.archive), folder) for folder in closed]
        return [path.name for path in made if path is not None]


def _is_closed(folder: Path) -> bool:
    return date.fromisoformat(folder.name) < now().date()


def _pack_day(archive: Archive, folder: Path) -> Path | None:
    for orphan in folder.glob("pack-*.warc.gz"):
        if not index_path(orphan).exists():
            orphan.unlink()
    loose = sorted(p for p in folder.glob("*.warc.gz") if not p.name.startswith("pack-"))
    packed = {record for path in folder.glob("pack-*.warc.gz") for record in archive.index(path)}
    fresh = [path for path in loose if path.name.removesuffix(".warc.gz") not in packed and _is_whole(path)]
    target = _join(fresh) if fresh else None
    for path in loose:
        if path in fresh or path.name.removesuffix(".warc.gz") in packed:
            path.unlink()
    sync_folder(folder)
    return target


def _is_whole(path: Path) -> bool:
    """A damaged file stays as it is, under its own name, for a person to restore."""
    try:
        return len(list(records(path))) == 1
    except CheckFailed:
        return False


def _join(paths: list[Path]) -> Path:
    seed = "\n".join(path.name for path in paths).encode()
    target = paths[0].with_name(f"pack-{hashlib.sha256(seed).hexdigest()[:16]}.warc.gz")
    with whole_file(target) as part, part.open("wb") as joined:
        for path in paths:
            with path.open("rb") as handle:
                shutil.copyfileobj(handle, joined)
    offsets = {}
    for (record, offset), path in zip(records(target), paths, strict=True):
        _require_same(record, path)
        offsets[path.name.removesuffix(".warc.gz")] = offset
    write_json(index_path(target), offsets)
    return target


def _require_same(joined: tuple[str, bytes, str], path: Path) -> None:
    (loose, _), *rest = records(path)
    if rest or loose != joined:
        raise CheckFailed(f"{path}: its record did not survive packing; the loose file is kept")
