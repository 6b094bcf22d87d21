"""The fixed-width records of the port files: bytes in, sums by HS6 and country out.

Layout (dporths6i.html, record length 230; the same positions for exports): commodity 1-6, cty_code 7-10, port_code
11-14, year 15-18, month 19-20, value_mo 21-35, six more monthly fields, then the same seven year to date. One record a
port, so a country's figure is the sum over its records. Read in chunks of whole records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

import numpy as np
import numpy.typing as npt

from contracts.errors import SourceChanged

RECORD_BYTES = 230
CHUNK_RECORDS = 65_536
MAX_VALUE = 10**13
_ZERO, _SPACE = 48, 32
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Sums:
    """Dollars by HS6 and country, ordered by both: three arrays of one length."""

    codes: Ints
    countries: Ints
    values: Ints


def sum_over_ports(stream: IO[bytes], period: str, kept: npt.NDArray[np.bool_]) -> Sums:
    """Sum `value_mo` by HS6 and country, for the codes where `kept[code]`.

    `period` is YYYYMM, which every record must bear. All records are checked, kept or not: length, digits, country
    codes, month. Raises `SourceChanged` with the record's number.
    """
    keys, values, seen = [], [], 0
    for records in _chunks(stream):
        head = np.ascontiguousarray(records[:, :35])
        _check(head, period, seen)
        key, value = _runs(head, kept, seen)
        keys.append(key)
        values.append(value)
        seen += len(records)
    if not seen:
        raise SourceChanged("the file has no record")
    return _merge(np.concatenate(keys), np.concatenate(values))


def _chunks(stream: IO[bytes]) -> Iterator[Bytes]:
    first = stream.read(RECORD_BYTES + 2)
    end = b"\r\n" if first[RECORD_BYTES:] == b"\r\n" else b"\n"
    width, seen, rest = RECORD_BYTES + len(end), 0, first
    while rest:
        block = rest + _read(stream, CHUNK_RECORDS * width - len(rest))
        if len(block) % width == RECORD_BYTES:
            block += end
        whole = len(block) // width
        records = np.frombuffer(block, np.uint8, whole * width).reshape(whole, width)
        wrong = np.flatnonzero((records[:, RECORD_BYTES:] != np.frombuffer(end, np.uint8)).any(axis=1))
        if wrong.size or len(block) % width:
            number = seen + (int(wrong[0]) if wrong.size else whole) + 1
            raise SourceChanged(f"record {number} is not {RECORD_BYTES} characters long")
        yield records
        seen += whole
        rest = stream.read(1) if whole == CHUNK_RECORDS else b""


def _read(stream: IO[bytes], size: int) -> bytes:
    parts = []
    while size > 0 and (part := stream.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _check(head: Bytes, period: str, seen: int) -> None:
    keys: Bytes = np.concatenate((head[:, :10], head[:, 14:20]), axis=1) - np.uint8(_ZERO)
    _refuse(np.any(keys > 9, axis=1), seen, "has something else than digits in commodity, country or month")
    _refuse((keys[:, 6:7] == 0).any(axis=1), seen, "has a partner code that is not a country")
    wanted = np.frombuffer(period.encode(), np.uint8) - np.uint8(_ZERO)
    _refuse((keys[:, 10:] != wanted).any(axis=1), seen, f"is of another month than {period}")


def _refuse(wrong: npt.NDArray[np.bool_], seen: int, what: str) -> None:
    if wrong.any():
        raise SourceChanged(f"record {seen + int(wrong.argmax()) + 1} {what}")


def _number(digits: Bytes) -> Ints:
    """Digits to integers; exact, since fifteen digits fit a float's 53 bits at every partial sum."""
    powers = 10.0 ** np.arange(digits.shape[1] - 1, -1, -1)
    whole: Ints = (digits.astype(np.float64) @ powers).astype(np.int64)
    return whole


def _values(field: Bytes, seen: int) -> Ints:
    """Fifteen characters to dollars: zeros or blanks in front, a blank field is no value and refused."""
    digits = field - np.uint8(_ZERO)
    if (digits > 9).any():
        blank = field == _SPACE
        inside = blank[:, 1:] & ~blank[:, :-1]
        wrong = (digits > 9) & ~blank
        _refuse(wrong.any(axis=1) | inside.any(axis=1) | blank[:, -1], seen, "has a value that is no number")
        digits = np.where(blank, np.uint8(0), digits)
    values = _number(digits)
    _refuse(values > MAX_VALUE, seen, f"has a value above {MAX_VALUE:,} dollars")
    return values


def _runs(head: Bytes, kept: npt.NDArray[np.bool_], seen: int) -> tuple[Ints, Ints]:
    """Sums over runs of one HS6 and country: the files are sorted, so runs are few, but need not be."""
    values = _values(head[:, 20:35], seen)
    digits = head[:, :10] - np.uint8(_ZERO)
    mask = kept[_number(digits[:, :6])]
    keys, values = _number(digits)[mask], values[mask]
    return _reduce(keys, values)


def _reduce(keys: Ints, values: Ints) -> tuple[Ints, Ints]:
    if not keys.size:
        return keys, values
    starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    return keys[starts], np.add.reduceat(values, starts)


def _merge(keys: Ints, values: Ints) -> Sums:
    if values.sum(dtype=np.float64) > 100 * MAX_VALUE:
        raise SourceChanged(f"the month adds up to more than {100 * MAX_VALUE:,} dollars")
    order = np.argsort(keys, kind="stable")
    keys, values = _reduce(keys[order], values[order])
    return Sums(keys // 10_000, keys % 10_000, values)
