"""A body as it arrives: undecoded, to a spool, under caps, with secrets masked."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from contracts.errors import SourceBusy, SourceChanged
from extractors.web.redact import ByteMask, Redactor

CHUNK_BYTES = 64 * 1024
MEMORY_BYTES = 2_000_000
MAX_RATIO = 200
RATIO_COUNTS_FROM_BYTES = 8_000_000
DECODED_PER_MAX_BYTES = 10
_PIECE_BYTES = 1 << 20
_GZIP = 16 + zlib.MAX_WBITS


class Gunzip:
    """gzip undone piece by piece, several members in a row included; `complete` once every member ended."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self.complete = False

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Decoded pieces of at most 1 MiB; `zlib.error` when it is no gzip. Bytes after the last member count for nothing."""
        while data:
            if self._member.eof:
                if not data.startswith(b"\x1f"):
                    return
                self._member = zlib.decompressobj(_GZIP)
            self.complete = False
            yield self._member.decompress(data, _PIECE_BYTES)
            data = self._member.unconsumed_tail or self._member.unused_data
            self.complete = self._member.eof


class Spool:
    """Takes a body chunk by chunk; keeps at most `max_bytes` of it, as received.

    `size` is what is kept, `received` what came. A gzip-coded body is decoded beside, to count and to look for secrets.
    """

    def __init__(self, max_bytes: int, coding: str, redactor: Redactor) -> None:
        self._max_bytes, self._redactor = max_bytes, redactor
        self._file = _new_file()
        self._mask = ByteMask(redactor)
        self._gunzip = Gunzip() if coding == "gzip" else None
        self._decoded = 0
        self.size = self.received = 0

    def write(self, chunk: bytes) -> None:
        """Take a chunk; `SourceChanged` when a cap is passed or gzip is not gzip (what came before is kept)."""
        self.received += len(chunk)
        kept = chunk[: self._max_bytes - self.size]
        self.size += len(kept)
        if self._gunzip is None:
            self._file.write(self._mask.feed(kept))
        else:
            self._file.write(kept)
            self._look_inside(self._gunzip, kept)
        if len(kept) < len(chunk):
            raise SourceChanged(f"the body is larger than the {self._max_bytes:,} bytes allowed")

    def _look_inside(self, gunzip: Gunzip, chunk: bytes) -> None:
        try:
            for piece in gunzip.feed(chunk):
                self._decoded += len(piece)
                self._mask.feed(piece)
                if self._is_bomb():
                    raise SourceChanged(
                        f"the body unpacks to more than {self._decoded:,} bytes from {self.size:,}: refused as a gzip bomb"
                    )
        except zlib.error as error:
            raise SourceChanged(f"the body is said to be gzip and is not: {error}") from None

    def _is_bomb(self) -> bool:
        steep = self._decoded > RATIO_COUNTS_FROM_BYTES and self._decoded > MAX_RATIO * self.size
        return steep or self._decoded > DECODED_PER_MAX_BYTES * self._max_bytes

    def check_whole(self) -> None:
        """`SourceBusy` when a gzip body stopped before its end."""
        if self._gunzip is not None and self.size and not self._gunzip.complete:
            raise SourceBusy(f"the gzip body breaks off after {self.size:,} bytes")

    def finish(self) -> tuple[BinaryIO, int, bool]:
        """The body at offset 0, its size, and whether it had to be stored uncoded because it held a secret."""
        if self._gunzip is None:
            self._file.write(self._mask.finish())
        elif self._mask.found:
            self._store_uncoded()
        self._file.seek(0)
        return cast(BinaryIO, self._file), self.size, self._gunzip is not None and self._mask.found

    def _store_uncoded(self) -> None:
        coded, self._file = self._file, _new_file()
        coded.seek(0)
        mask, gunzip, self.size = ByteMask(self._redactor), Gunzip(), 0
        with coded:
            for piece in _pieces(gunzip, cast(BinaryIO, coded)):
                self.size += self._file.write(mask.feed(piece))
            self.size += self._file.write(mask.finish())


def _pieces(gunzip: Gunzip, coded: BinaryIO) -> Iterator[bytes]:
    """What can be decoded of a body, which may be torn or a bomb; caps were checked while it came."""
    try:
        while chunk := coded.read(CHUNK_BYTES):
            yield from gunzip.feed(chunk)
    except zlib.error:
        return


def decoded_start(body: BinaryIO, coding: str, limit: int) -> bytes:
    """The first `limit` bytes of a body, gzip undone."""
    if coding != "gzip":
        return body.read(limit)
    start = bytearray()
    for piece in _pieces(Gunzip(), body):
        start += piece
        if len(start) >= limit:
            break
    return bytes(start[:limit])


def _new_file() -> SpooledTemporaryFile[bytes]:
    return SpooledTemporaryFile(max_size=MEMORY_BYTES)
