"""What can be told of a file that was brought before it is opened: whether it is ready, and whether its kind and name will do."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass
from datetime import datetime
from unicodedata import normalize

from contracts.text import printable

QUIET_SECONDS = 60
UNFINISHED_SECONDS = 3600
LONGEST_NAME_BYTES = 180  # with a mark and `.reason.txt` it still is a file's name
UNFINISHED = (
    ".part",
    ".partial",
    ".crdownload",
    ".download",
    ".tmp",
    ".temp",
    ".filepart",
    ".opdownload",
    "~",
)


@dataclass(frozen=True)
class Waiting:
    """One entry of a source's inbox as it was at one look. `name` may hold anything a file system allows."""

    name: str
    stat: os.stat_result

    @property
    def shown(self) -> str:
        """The name, fit for a person."""
        return printable(self.name.encode("utf-8", "backslashreplace").decode(), 120)

    @property
    def regular(self) -> bool:
        return stat.S_ISREG(self.stat.st_mode)

    @property
    def mark(self) -> str:
        """What tells this entry, unread, from another of its name."""
        return f"{self.stat.st_ino:x}-{self.stat.st_mtime_ns:x}"[-24:]


def unready(entry: Waiting, earlier: Waiting | None, now: datetime) -> str | None:
    """Why an entry is left where it is for now, None when it may be judged; `earlier` is the look before."""
    if earlier is None or not same(entry.stat, earlier.stat):
        return "it is still being written"
    changed, at = entry.stat.st_mtime, now.timestamp()
    age = at - (changed if changed <= at else entry.stat.st_ctime)
    unfinished = entry.name.lower().endswith(UNFINISHED)
    wanted = UNFINISHED_SECONDS if unfinished else QUIET_SECONDS
    if age >= wanted:
        return None
    named = "its name is that of an unfinished download, and " if unfinished else ""
    return f"{named}it was changed less than {wanted} seconds ago"


def same(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether two looks saw one and the same, unchanged file."""
    names = ("st_dev", "st_ino", "st_mode", "st_nlink", "st_size", "st_mtime_ns")
    return all(getattr(one, name) == getattr(other, name) for name in names)


def fault(entry: Waiting, names: str, max_bytes: int) -> str | None:
    """Why an entry is refused by its name and kind alone, None when it may be opened."""
    return _kind_fault(entry) or _name_fault(entry.name, names) or _size_fault(entry.stat.st_size, max_bytes)


def _kind_fault(entry: Waiting) -> str | None:
    mode = entry.stat.st_mode
    if stat.S_ISLNK(mode):
        return "it is a link: bring the file itself"
    if stat.S_ISDIR(mode):
        return "it is a folder: bring the files themselves"
    if not stat.S_ISREG(mode):
        return "it is no file (a pipe, socket or device)"
    if entry.stat.st_nlink > 1:
        return "it has another name elsewhere (a hard link): bring a copy"
    return None


def _name_fault(name: str, names: str) -> str | None:
    if any("\udc80" <= c <= "\udcff" for c in name):
        return "its name is no UTF-8"
    if printable(name) != name or "\\" in name or "/" in name:
        return "its name holds control characters or path separators"
    if len(name.encode()) > LONGEST_NAME_BYTES:
        return f"its name is longer than {LONGEST_NAME_BYTES} bytes"
    if name.startswith("."):
        return "it is a hidden file"
    if name.lower().endswith(UNFINISHED):
        return "its name is that of an unfinished download or a temporary file"
    if not re.fullmatch(names, normalize("NFC", name), re.IGNORECASE):
        return f"its name is none that this source takes (it takes {names})"
    return None


def _size_fault(size: int, max_bytes: int) -> str | None:
    if size == 0:
        return "it is empty"
    return f"it has {size:,} bytes, more than the {max_bytes:,} taken" if size > max_bytes else None
