"""Files that people bring: what lies in `inbox/<source>/`, looked at and opened without trust, and moved whole.

A file ends in `inbox.done/<source>/` (its bytes are in the archive) or in `inbox.refused/<source>/` with the reason beside
it; the three folders lie on one disk. All goes by handles of folders that are no links, so nothing leads outside.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from contracts.errors import EnvironmentFault
from contracts.text import printable
from warehouse.brought import LONGEST_NAME_BYTES, Waiting, same
from warehouse.home import Home

SIDE, REASON = ".toml", ".reason.txt"
SPOOL_BYTES, CHUNK = 8_000_000, 1 << 20

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@contextlib.contextmanager
def said_by_system(what: str) -> Iterator[None]:
    """What the system refuses ends as `EnvironmentFault` in words."""
    try:
        yield
    except OSError as error:
        raise EnvironmentFault(f"{what}: {error.strerror or error}") from None


@contextlib.contextmanager
def folder(root: Path, source: str) -> Iterator[int]:
    """A handle of `root/<source>`, made when it is absent; `EnvironmentFault` when either is a link or no folder."""
    outer = inner = -1
    try:
        with said_by_system(f"{root / source} must be a folder that this user may use, and no link"):
            with contextlib.suppress(FileExistsError):
                root.mkdir()
            outer = os.open(root, _FOLDER)
            with contextlib.suppress(FileExistsError):
                os.mkdir(source, dir_fd=outer)
            inner = os.open(source, _FOLDER, dir_fd=outer)
        yield inner
    finally:
        for handle in (inner, outer):
            if handle >= 0:
                os.close(handle)


def look(handle: int) -> dict[str, Waiting]:
    """What lies in a folder now, by name; links are not followed."""
    found = {}
    for name in sorted(os.listdir(handle)):
        with contextlib.suppress(FileNotFoundError):
            found[name] = Waiting(name, os.stat(name, dir_fd=handle, follow_symlinks=False))
    return found


class StillWritten(Exception):
    """A file is no longer the one that was looked at."""


def copied(home: Home, handle: int, entry: Waiting) -> tuple[BinaryIO, str]:
    """A private copy of a waiting file and its SHA-256, so that nobody changes what is judged and kept.

    Raises `StillWritten` when it is another file by now, or changed while it was read; `OSError`.
    """
    opened = os.open(entry.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=handle)
    with os.fdopen(opened, "rb") as file:
        if not same(os.fstat(opened), entry.stat):
            raise StillWritten
        copy = SpooledTemporaryFile(max_size=SPOOL_BYTES, dir=str(home.root))  # noqa: SIM115 - handed to the caller
        digest, size = hashlib.sha256(), 0
        while (chunk := file.read(CHUNK)) and size <= entry.stat.st_size:
            digest.update(chunk)
            copy.write(chunk)
            size += len(chunk)
        if size != entry.stat.st_size or not same(os.fstat(opened), entry.stat):
            raise StillWritten
    copy.seek(0)
    return cast(BinaryIO, copy), digest.hexdigest()


@dataclass(frozen=True)
class Place:
    """A source's folder of one of the two ends: `inbox.done` or `inbox.refused`."""

    root: Path
    source: str

    def take(self, handle: int, entry: Waiting, mark: str, reason: str | None = None) -> str:
        """Move an entry of the inbox here, with its side file, the reason beside it; gives its name here.

        Nothing is overwritten: a taken name gets `mark` in front. Killed anywhere, `finish` and taking it again come to
        the same. Reason first, then the entry in one step, its side file having two names meanwhile. Raises `StillWritten`
        when something else took the entry's place since it was looked at: that stays in the inbox.
        """
        side = entry.name + SIDE
        with (
            folder(self.root, self.source) as here,
            said_by_system(f"cannot move {entry.shown} to {self.root.name}"),
        ):
            if not _is_still(handle, entry.name, entry):
                raise StillWritten
            there = set(os.listdir(here))
            text = f"{reason}\n".encode() if reason else None
            name = next(n for n in _names(entry.name, mark) if _free(n, there, here, text))
            if text is not None and name + REASON not in there:
                _write_whole(here, name + REASON, text)
            has_side = _is_file(handle, side)
            if has_side:
                os.link(side, name + SIDE, src_dir_fd=handle, dst_dir_fd=here, follow_symlinks=False)
            os.rename(entry.name, name, src_dir_fd=handle, dst_dir_fd=here)
            if not _is_still(here, name, entry):
                _put_back(here, name, handle, entry.name)
                raise StillWritten
            if has_side:
                os.unlink(side, dir_fd=handle)
            os.fsync(here)
            os.fsync(handle)
        return name


def ends(home: Home, source: str) -> tuple[Place, Place]:
    """Where a source's files go: (done, refused)."""
    return Place(home.inbox_done, source), Place(home.inbox_refused, source)


def finish(home: Home, source: str, handle: int) -> None:
    """Bring to its end, or undo, the move that a killed process left half done: a side file with two names."""
    for entry in look(handle).values():
        if not (entry.name.endswith(SIDE) and entry.regular and entry.stat.st_nlink == 2):
            continue
        for place in ends(home, source):
            with folder(place.root, source) as here:
                for name, other in look(here).items():
                    if other.stat.st_ino == entry.stat.st_ino and name.endswith(SIDE):
                        moved = name.removesuffix(SIDE) in os.listdir(here)
                        os.unlink(entry.name if moved else name, dir_fd=handle if moved else here)


def _names(name: str, mark: str) -> Iterator[str]:
    """What an entry may be called where it goes: its own name where that is fit, else and then with its mark in front."""
    fit = "".join(
        c if printable(c) == c and c not in "\\/" else "_" for c in name.encode("utf-8", "replace").decode()
    )
    cut = fit.encode()[-LONGEST_NAME_BYTES:].decode("utf-8", "ignore")
    if cut == name:
        yield name
    yield f"{mark}.{cut}"
    yield from (f"{mark}.{number}.{cut}" for number in range(2, 1_000_000))


def _free(name: str, there: set[str], here: int, reason: bytes | None) -> bool:
    """Whether an entry may take that name; a reason that stands there alone was left by a killed move of the same."""
    if name in there or name + SIDE in there:
        return False
    return name + REASON not in there or (reason is not None and _bytes(here, name + REASON) == reason)


def _bytes(here: int, name: str) -> bytes:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=here)
    with os.fdopen(handle, "rb") as file:
        return file.read(10_000)


def _write_whole(here: int, name: str, text: bytes) -> None:
    part = f".{name}.part"
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o666, dir_fd=here)
    with os.fdopen(handle, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.rename(part, name, src_dir_fd=here, dst_dir_fd=here)


def _is_still(handle: int, name: str, entry: Waiting) -> bool:
    """Whether what has that name is the entry that was looked at, unchanged."""
    try:
        return same(os.stat(name, dir_fd=handle, follow_symlinks=False), entry.stat)
    except FileNotFoundError:
        return False


def _put_back(here: int, name: str, handle: int, own_name: str) -> None:
    """Move what took an entry's place at the last moment back to the inbox, beside what may have come there since."""
    free = own_name if own_name not in os.listdir(handle) else f"again-{os.urandom(4).hex()}-{name}"
    os.rename(name, free, src_dir_fd=here, dst_dir_fd=handle)
    for suffix in (SIDE, REASON):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name + suffix, dir_fd=here)


def _is_file(handle: int, name: str) -> bool:
    try:
        return stat.S_ISREG(os.stat(name, dir_fd=handle, follow_symlinks=False).st_mode)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.ENAMETOOLONG):
            return False
        raise


def waiting(home: Home, source: str) -> list[Waiting]:
    """The entries of a source's inbox now, side files of others left out; empty when there is no folder. Changes nothing."""
    found = _looked_at(home.inbox / source)
    return [e for n, e in found.items() if not (n.endswith(SIDE) and n.removesuffix(SIDE) in found)]


def refused(home: Home, source: str) -> dict[str, str]:
    """The files of a source that were refused and are there still, with the reasons. Changes nothing."""
    place = home.inbox_refused / source
    names = sorted(_looked_at(place))
    told = {name.removesuffix(REASON): place / name for name in names if name.endswith(REASON)}
    return {name: _told(path) for name, path in told.items() if name in names}


def _told(path: Path) -> str:
    with said_by_system(f"cannot read {path}"):
        return printable(path.read_text("utf-8", "replace")[:2000])


def strays(home: Home, known: set[str]) -> list[str]:
    """What lies in `inbox/` and is no folder of a source that takes files: nobody will ever read it."""
    return sorted(
        entry.shown
        for name, entry in _looked_at(home.inbox).items()
        if name not in known or not stat.S_ISDIR(entry.stat.st_mode)
    )


def _looked_at(path: Path) -> dict[str, Waiting]:
    try:
        handle = os.open(path, _FOLDER)
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise EnvironmentFault(f"cannot look into {path}: {error.strerror}") from None
    try:
        return look(handle)
    finally:
        os.close(handle)
