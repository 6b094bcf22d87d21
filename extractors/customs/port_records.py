"""The fixed-width records of the port files: bytes in, sums by HS6 and country out.

Layout (dporths6i.html, dporths6e.html, record length 230; the same positions for both): commodity 1-6, cty_code 7-10,
port_code 11-14, year 15-18, month 19-20, value_mo 21-35, six more monthly fields, then the same seven year to date. One
record a port, so a country's figure is the sum over its records. Read in chunks of whole records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

import numpy as np

from contracts.errors import SourceChanged
from extractors.customs.fixed_width import (
    MAX_AMOUNT,
    Bytes,
    Flags,
    Ints,
    amounts,
    merged,
    number,
    records,
    reduced,
    refuse,
    require_digits,
    require_same,
)

RECORD_BYTES = 230


@dataclass(frozen=True)
class Sums:
    """Dollars by HS6 and country, ordered by both: three arrays of one length."""

    codes: Ints
    countries: Ints
    values: Ints


def sum_over_ports(stream: IO[bytes], period: str, kept: Flags) -> Sums:
    """Sum `value_mo` by HS6 and country, for the codes where `kept[code]`.

    `period` is YYYYMM, which every record must bear. All records are checked, kept or not: length, digits, country
    codes, month. Raises `SourceChanged` with the record's number.
    """
    keys, values = [], []
    for seen, block in records(stream, RECORD_BYTES):
        head = np.ascontiguousarray(block[:, :35])
        _check(head, period, seen)
        key, value = _runs(head, kept, seen)
        keys.append(key)
        values.append(value)
    if not keys:
        raise SourceChanged("the file has no record")
    return _merge(np.concatenate(keys), np.concatenate(values))


def _check(head: Bytes, period: str, seen: int) -> None:
    keys: Bytes = np.concatenate((head[:, :10], head[:, 14:20]), axis=1)
    require_digits(keys, seen, "commodity, country or month")
    refuse(head[:, 6] == ord("0"), seen, "has a partner code that is not a country")
    require_same(keys[:, 10:], period, seen, f"is of another month than {period}")


def _runs(head: Bytes, kept: Flags, seen: int) -> tuple[Ints, Ints]:
    """Sums over runs of one HS6 and country: the files are sorted, so runs are few, but need not be."""
    values = amounts(head[:, 20:35], seen)
    mask = kept[number(head[:, :6])]
    return reduced(number(head[:, :10])[mask], values[mask])


def _merge(keys: Ints, values: Ints) -> Sums:
    if values.sum(dtype=np.float64) > 100 * MAX_AMOUNT:
        raise SourceChanged(f"the month adds up to more than {100 * MAX_AMOUNT:,} dollars")
    keys, values = merged(keys, values)
    return Sums(keys // 10_000, keys % 10_000, values)
