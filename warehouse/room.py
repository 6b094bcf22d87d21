"""How much room a home has left, against what a build needs."""

from __future__ import annotations

import contextlib
import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from contracts.checkup import Check, size
from warehouse.home import Home
from warehouse.release import latest

LEAST_ROOM_BYTES = 1_000_000_000
LEAST_FILES = 10_000


@dataclass(frozen=True)
class Room:
    """Bytes and files left on the device of a home; `free_files` None where the file system does not count them."""

    free_bytes: int
    home_bytes: int
    release_bytes: int
    free_files: int | None

    @property
    def wanted_bytes(self) -> int:
        """What a build needs: its own database and exports, and as much again for DuckDB to spill."""
        return max(2 * self.release_bytes, LEAST_ROOM_BYTES)


def measure(folder: Path, home: Home | None) -> Room:
    """Look how much room there is, and how much the home and its newest release take."""
    newest, disk = latest(home) if home else None, os.statvfs(folder)
    return Room(
        free_bytes=shutil.disk_usage(folder).free,
        home_bytes=_taken(home.root) if home else 0,
        release_bytes=_taken(newest.folder) if newest else 0,
        free_files=disk.f_favail if disk.f_files else None,
    )


def _taken(root: Path) -> int:
    """Bytes on disk below a folder, a file of several names counted once; what vanishes meanwhile counts nothing."""
    seen: dict[tuple[int, int], int] = {}
    for folder, _, names in os.walk(root):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                found = os.lstat(os.path.join(folder, name))
                seen[found.st_dev, found.st_ino] = found.st_blocks * 512
    return sum(seen.values())


def room(found: Room) -> Check:
    """Hold the room against what a build needs: twice the newest release, at least 1 GB, and some thousand files."""
    words = (
        f"{size(found.free_bytes)} free; the home takes {size(found.home_bytes)}; a build needs "
        f"{size(found.wanted_bytes)} (twice the newest release, at least 1 GB)"
    )
    scarce = found.free_files is not None and found.free_files < LEAST_FILES
    if scarce:
        words += f"; only {found.free_files:,} more files fit on the disk"
    advice = "free some of the disk, or move the home to a larger one"
    if 2 * found.free_bytes < found.wanted_bytes or (scarce and 10 * (found.free_files or 0) < LEAST_FILES):
        return Check("room", "fail", words, advice)
    return Check("room", "warn" if scarce or found.free_bytes < found.wanted_bytes else "ok", words, advice)
