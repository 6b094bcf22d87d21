"""One member of a zip, opened only after its stated size and ratio were found sane."""

from __future__ import annotations

import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import IO, BinaryIO, TypeAlias, cast

from contracts.errors import SourceChanged
from contracts.text import printable

MAX_RATIO = 200
_LOCAL = struct.Struct("<4s5H3I2H")  # the local file header, APPNOTE.TXT 4.3.7
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError)
_UNREADABLE = (*_BROKEN, NotImplementedError, RuntimeError, ValueError, OSError)


@contextmanager
def member(body: BinaryIO, name: re.Pattern[str], max_bytes: int) -> Iterator[IO[bytes]]:
    """Stream the one member whose file name matches `name`, whatever folder it stands in.

    The pattern decides about case. Raises `SourceChanged` for a body that is no whole zip, for none or several matching
    members, and for a member that states more than `max_bytes` or inflates more than 200-fold; zipfile never reads
    beyond the stated size and checks the CRC, so what is stated here holds.
    """
    with members(body) as opened, opened(name, max_bytes) as stream:
        yield stream


Opener: TypeAlias = Callable[[re.Pattern[str], int], AbstractContextManager[IO[bytes]]]


@contextmanager
def members(body: BinaryIO) -> Iterator[Opener]:
    """Several members of one zip, each opened by name and largest size as `member` does, one after the other."""
    with body, _opened(body) as archive:

        @contextmanager
        def opened(name: re.Pattern[str], max_bytes: int) -> Iterator[IO[bytes]]:
            info = _the_one(archive, name)
            _require_sane(info, max_bytes)
            with _begun(archive, info) as stream:
                try:
                    yield stream
                except _BROKEN as error:
                    raise _torn(error) from None

        yield opened


def names(body: BinaryIO) -> tuple[str, ...]:
    """The names of a zip's members, folders included; `SourceChanged` for a body that is no whole zip."""
    with body, _opened(body) as archive:
        return tuple(archive.namelist())


def _torn(error: Exception) -> SourceChanged:
    return SourceChanged(f"not a whole zip: {printable(str(error), 120)}")


def _opened(body: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(_seekable(body))
    except _UNREADABLE as error:
        raise _torn(error) from None


def _begun(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> IO[bytes]:
    try:
        return archive.open(info)
    except _UNREADABLE as error:
        raise _torn(error) from None


def _seekable(body: BinaryIO) -> BinaryIO:
    if body.seekable():
        return body
    spool = cast(BinaryIO, TemporaryFile())  # noqa: SIM115 - lives as long as the archive opened on it
    shutil.copyfileobj(body, spool)
    spool.seek(0)
    return spool


def _the_one(archive: zipfile.ZipFile, name: re.Pattern[str]) -> zipfile.ZipInfo:
    found = [i for i in archive.infolist() if name.fullmatch(PurePosixPath(i.filename).name)]
    if len(found) != 1:
        held = printable(", ".join(archive.namelist()[:8]), 200)
        raise SourceChanged(f"{len(found)} members match {name.pattern}; the zip holds: {held or 'nothing'}")
    return found[0]


def _require_sane(info: zipfile.ZipInfo, max_bytes: int) -> None:
    if info.flag_bits & 1 or info.compress_type not in _METHODS:
        raise SourceChanged("the member is encrypted or packed by another method than deflate")
    if info.file_size > max_bytes:
        raise SourceChanged(f"the member states {info.file_size:,} bytes, more than {max_bytes:,}")
    if info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise SourceChanged(
            f"the member inflates more than {MAX_RATIO}-fold: {info.compress_size:,} to {info.file_size:,}"
        )


def beginning(start: bytes, name: re.Pattern[str], max_bytes: int) -> bytes:
    """The first decoded bytes, at most `max_bytes`, of the member that `name` matches; `start` is the zip's beginning.

    Raises `SourceChanged` when it is no zip or no such member begins in it.
    """
    at, seen = 0, list[str]()
    while start[at : at + 4] == b"PK\x03\x04" and len(start) >= at + _LOCAL.size:
        _, _, flags, method, _, _, _, packed, _, name_bytes, extra_bytes = _LOCAL.unpack_from(start, at)
        named = start[at + _LOCAL.size : at + _LOCAL.size + name_bytes].decode("utf-8", "replace")
        at += _LOCAL.size + name_bytes + extra_bytes
        if name.fullmatch(PurePosixPath(named).name):
            return _unpacked(start[at:], flags, method, max_bytes)
        seen.append(named)
        at += packed
    held = printable(", ".join(seen), 200)
    raise SourceChanged(
        f"no member matches {name.pattern} in the first {len(start):,} bytes: {held or 'no zip'}"
    )


def _unpacked(packed: bytes, flags: int, method: int, max_bytes: int) -> bytes:
    if flags & 1 or method not in _METHODS:
        raise SourceChanged("the member is encrypted or packed by another method than deflate")
    if method == zipfile.ZIP_STORED:
        return packed[:max_bytes]
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, max_bytes)
    except zlib.error as error:
        raise _torn(error) from None
