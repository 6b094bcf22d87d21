"""One member of a 7z archive, unpacked to a scratch file only after its stated size and memory need were found sane."""

from __future__ import annotations

import lzma
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from contracts.errors import SourceChanged
from contracts.text import printable

MAX_DICTIONARY_BYTES = 256 * 1024 * 1024
_LZMA, _LZMA2 = b"\x03\x01\x01", b"!"


@contextmanager
def member(body: BinaryIO, name: re.Pattern[str], max_bytes: int) -> Iterator[Path]:
    """The path of the one member whose file name matches `name`, for as long as the block lasts.

    The pattern decides about case. `body` is seekable. Raises `SourceChanged` for a body that is no whole archive or an
    encrypted one, for none or several matching members, and for a member over `max_bytes`, stated or real, or whose
    unpacking would need a dictionary of over 256 MB.
    """
    with body, TemporaryDirectory(prefix="chokepoint-") as scratch:
        yield _unpacked(body, name, max_bytes, Path(scratch))


def _unpacked(body: BinaryIO, name: re.Pattern[str], max_bytes: int, scratch: Path) -> Path:
    import py7zr

    try:
        with py7zr.SevenZipFile(body, max_extract_size=max_bytes) as archive:
            wanted = _the_one(archive, name)
            _require_sane(archive, wanted, max_bytes)
            archive.extract(path=scratch, targets=[wanted.filename])
    except SourceChanged:
        raise
    except (py7zr.exceptions.ArchiveError, lzma.LZMAError, EOFError, OSError, ValueError) as error:
        raise _torn(error) from None
    except Exception as error:  # py7zr reads a damaged directory with whatever error comes
        raise _torn(error) from None
    found = scratch / str(wanted.filename)
    if not found.is_file() or found.is_symlink():
        raise SourceChanged(f"{printable(wanted.filename, 80)} is no plain file")
    return found


def _torn(error: Exception) -> SourceChanged:
    return SourceChanged(f"not a whole 7z archive: {printable(f'{type(error).__name__}: {error}', 120)}")


def _the_one(archive: Any, name: re.Pattern[str]) -> Any:
    files = [entry for entry in archive.list() if not entry.is_directory]
    found = [entry for entry in files if name.fullmatch(PurePosixPath(entry.filename).name)]
    if len(found) != 1:
        held = printable(", ".join(entry.filename for entry in files[:8]), 200)
        raise SourceChanged(
            f"{len(found)} members match {name.pattern}; the archive holds: {held or 'nothing'}"
        )
    return found[0]


def _require_sane(archive: Any, wanted: Any, max_bytes: int) -> None:
    if archive.needs_password():
        raise SourceChanged("the archive is encrypted")
    if wanted.uncompressed > max_bytes:
        raise SourceChanged(
            f"{printable(wanted.filename, 80)} states {wanted.uncompressed:,} bytes, over the {max_bytes:,} allowed"
        )
    need = max(
        (
            _dictionary(coder)
            for folder in archive.header.main_streams.unpackinfo.folders
            for coder in folder.coders
        ),
        default=0,
    )
    if need > MAX_DICTIONARY_BYTES:
        raise SourceChanged(
            f"unpacking needs {need:,} bytes of memory, over the {MAX_DICTIONARY_BYTES:,} allowed"
        )


def _dictionary(coder: dict[str, Any]) -> int:
    """Bytes of memory that a coder of the archive asks for, as its properties say."""
    properties = coder["properties"] or b""
    if coder["method"] == _LZMA2 and len(properties) == 1:
        return (2 | (properties[0] & 1)) << (properties[0] // 2 + 11)
    if coder["method"] == _LZMA and len(properties) >= 5:
        return int.from_bytes(properties[1:5], "little")
    return 0
