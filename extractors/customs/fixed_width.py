"""Records of a fixed width as arrays: whole records in, digits checked, numbers out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

import numpy as np
import numpy.typing as npt

from contracts.errors import SourceChanged

CHUNK_BYTES = 16_000_000
MAX_AMOUNT = 10**13
_ZERO, _SPACE, _PADDING = 48, 32, 64
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]


def records(stream: IO[bytes], length: int) -> Iterator[tuple[int, Bytes]]:
    """Blocks of whole records, each with the number of records before it; shape (records, at least `length`).

    Lines end in LF or CRLF, perhaps after blanks, all in the same way; the last one need not. Raises `SourceChanged`
    with the number of the first record that has another length.
    """
    first = _read(stream, length + _PADDING)
    end = _ending(first, length)
    width, seen, rest = length + len(end), 0, first
    many = max(1, CHUNK_BYTES // width)
    while rest:
        block = rest + _read(stream, many * width - len(rest))
        block += end[len(block) % width - length :] if len(block) % width >= length else b""
        whole = len(block) // width
        found = np.frombuffer(block, np.uint8, whole * width).reshape(whole, width)
        wrong = np.flatnonzero((found[:, length:] != np.frombuffer(end, np.uint8)).any(axis=1))
        if wrong.size or len(block) % width:
            number = seen + (int(wrong[0]) if wrong.size else whole) + 1
            raise _another_length(number, length)
        yield seen, found
        seen += whole
        rest = stream.read(1) if whole == many else b""


def _ending(first: bytes, length: int) -> bytes:
    line, newline, _ = first.partition(b"\n")
    end = line[length:] + b"\n"
    if first and (len(line) < length or end.strip(b" \r") != b"\n" or (end != b"\n" and not newline)):
        raise _another_length(1, length)
    return end


def _another_length(number: int, length: int) -> SourceChanged:
    return SourceChanged(f"record {number} is not {length} characters long")


def _read(stream: IO[bytes], size: int) -> bytes:
    parts = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def refuse(wrong: Flags, seen: int, what: str) -> None:
    """Raise `SourceChanged` naming the first record where `wrong`."""
    if wrong.any():
        raise SourceChanged(f"record {seen + int(wrong.argmax()) + 1} {what}")


def require_digits(field: Bytes, seen: int, where: str) -> None:
    """Every character of these columns is a digit, else `SourceChanged`."""
    wrong = np.any(field - np.uint8(_ZERO) > 9, axis=1)
    refuse(wrong, seen, f"has something else than digits in {where}")


def require_same(field: Bytes, text: str, seen: int, what: str) -> None:
    """These columns read `text` in every record, else `SourceChanged`."""
    wrong = np.any(field != np.frombuffer(text.encode(), np.uint8), axis=1)
    refuse(wrong, seen, what)


def number(field: Bytes) -> Ints:
    """Up to fifteen digits to an integer; exact, since they fit a float's 53 bits at every partial sum."""
    powers = 10.0 ** np.arange(field.shape[1] - 1, -1, -1)
    whole: Ints = ((field - np.uint8(_ZERO)).astype(np.float64) @ powers).astype(np.int64)
    return whole


def amounts(field: Bytes, seen: int, what: str = "a value", unit: str = "dollars") -> Ints:
    """Digits with zeros or blanks in front to integers; a blank field is no number and refused, as is an absurd one."""
    if (field - np.uint8(_ZERO) > 9).any():
        blank = field == _SPACE
        inside = blank[:, 1:] & ~blank[:, :-1]
        wrong = (field - np.uint8(_ZERO) > 9) & ~blank
        refuse(wrong.any(axis=1) | inside.any(axis=1) | blank[:, -1], seen, f"has {what} that is no number")
        field = np.where(blank, np.uint8(_ZERO), field)
    found = number(field)
    refuse(found > MAX_AMOUNT, seen, f"has {what} above {MAX_AMOUNT:,} {unit}")
    return found


def reduced(keys: Ints, sums: Ints) -> tuple[Ints, Ints]:
    """Runs of one key added up; `sums` has a row a key, of one or several columns."""
    if not keys.size:
        return keys, sums
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[starts], np.add.reduceat(sums, starts, axis=0)


def merged(keys: Ints, sums: Ints) -> tuple[Ints, Ints]:
    """All rows of one key added up, in the keys' order."""
    order = np.argsort(keys, kind="stable")
    return reduced(keys[order], sums[order])
