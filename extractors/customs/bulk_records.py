"""The records of the detail files: bytes in, sums by commodity and country out.

One record a district, rate provision and sub-code of a country (imports), or a district and kind of export: a country's
figure is their sum. Only the monthly fields are read; those to date are another measure and never added to a month.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO

import numpy as np

from contracts.errors import SourceChanged
from extractors.customs.bulk_layout import Layout, layout
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

COUNTRIES = 10_000


@dataclass(frozen=True)
class Detail:
    """Which fields of a detail file are read: the first `totals` of them are dollars and summed over all commodities.

    `kind` is the field that says whether an export is domestic (1) or foreign (2), None for imports.
    """

    member: str
    measures: tuple[str, ...]
    totals: int
    kind: str | None = None

    @property
    def layout(self) -> Layout:
        return layout(self.member)


DETAIL = {
    "import": Detail(
        "IMP_DETL",
        (
            *("gen_val_mo", "con_val_mo", "gen_cif_mo", "cal_dut_mo"),
            *("gen_qy1_mo", "gen_qy2_mo", "con_qy1_mo", "con_qy2_mo"),
        ),
        totals=4,
    ),
    "export": Detail("EXP_DETL", ("all_val_mo", "qty_1_mo", "qty_2_mo"), totals=1, kind="domestic_foreign"),
}


@dataclass(frozen=True)
class Sums:
    """Monthly sums, a row each, a column a measure, ordered by what they are sums of.

    `kinds` is 0 for imports, else 1 or 2; `codes` ten digits, 0 for all commodities together.
    """

    kinds: Ints
    codes: Ints
    countries: Ints
    sums: Ints


def sum_over_districts(stream: IO[bytes], flow: str, period: str, kept: Flags) -> tuple[Sums, Sums]:
    """Sums of the commodities whose first six digits are kept, and of all commodities (their dollars only).

    `period` is YYYYMM, which every record must bear. All records are checked, kept or not: length, digits, country
    codes, month. Raises `SourceChanged` with the record's number.
    """
    detail, found, all_goods = DETAIL[flow], list[tuple[Ints, Ints]](), _Totals()
    for seen, block in records(stream, detail.layout.length):
        keys = _keys(block, detail, period, seen)
        dollars = _measured(block, detail, detail.measures[: detail.totals], seen)
        all_goods.add(keys, dollars, seen)
        mask = kept[keys // (10_000 * COUNTRIES) % 1_000_000]
        rest = _measured(block[mask], detail, detail.measures[detail.totals :], seen)
        found.append(reduced(keys[mask], np.concatenate((dollars[mask], rest), axis=1)))
    if not found:
        raise SourceChanged("the file has no record")
    keys, sums = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return _split(*merged(keys, sums)), all_goods.sums()


def _keys(block: Bytes, detail: Detail, period: str, seen: int) -> Ints:
    """One number a record: kind of export, commodity and country; year and month checked."""
    fields = detail.layout.fields
    named = [detail.kind] if detail.kind else []
    columns = [block[:, fields[name]] for name in (*named, "commodity", "cty_code")]
    key = np.concatenate(columns, axis=1)
    require_digits(key, seen, "commodity or country")
    refuse(key[:, -4] == ord("0"), seen, "has a partner code that is not a country")
    if detail.kind:
        refuse(~np.isin(key[:, 0], (ord("1"), ord("2"))), seen, "is neither a domestic nor a foreign export")
    month = np.concatenate([block[:, fields[name]] for name in ("year", "month")], axis=1)
    require_same(month, period, seen, f"is of another month than {period}")
    return number(key)


def _measured(block: Bytes, detail: Detail, names: Sequence[str], seen: int) -> Ints:
    """The measures of these names, a column each."""
    fields = detail.layout.fields
    columns = [amounts(np.ascontiguousarray(block[:, fields[n]]), seen, n, "units") for n in names]
    return np.stack(columns, axis=1) if columns else np.empty((len(block), 0), np.int64)


def _split(keys: Ints, sums: Ints) -> Sums:
    codes, countries = keys // COUNTRIES, keys % COUNTRIES
    return Sums(codes // 10**10, codes % 10**10, countries, sums)


class _Totals:
    """Dollars of all commodities by kind and country, added up block by block."""

    def __init__(self) -> None:
        self._parts: list[tuple[Ints, Ints]] = []
        self._whole = 0.0

    def add(self, keys: Ints, dollars: Ints, seen: int) -> None:
        self._whole += float(dollars.sum(dtype=np.float64))
        if self._whole > 100 * MAX_AMOUNT:
            raise SourceChanged(
                f"the month adds up to more than {100 * MAX_AMOUNT:,} dollars after {seen} records"
            )
        wide = 10**10 * COUNTRIES
        self._parts.append(merged(keys // wide * wide + keys % COUNTRIES, dollars))

    def sums(self) -> Sums:
        keys, sums = (np.concatenate(parts) for parts in zip(*self._parts, strict=True))
        return _split(*merged(keys, sums))


def units(stream: IO[bytes], kept: Flags) -> dict[int, tuple[str | None, str | None]]:
    """Units of the two quantities by commodity, from CONCORD; None where it states none.

    A commodity that comes twice with other units has none that is known. Raises `SourceChanged` for another shape.
    """
    found: dict[int, tuple[str | None, str | None]] = {}
    for line, code in _commodities(stream):
        if not kept[code // 10_000]:
            continue
        stated = _unit(line, "unit_qy1"), _unit(line, "unit_qy2")
        found[code] = stated if found.get(code, stated) == stated else (None, None)
    return found


def _commodities(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    fields = layout("CONCORD").fields
    number_of_lines = 0
    for number_of_lines, line in enumerate(stream, 1):
        code = line[fields["commodity"]]
        if len(code) != 10 or not code.isdigit() or len(line) < fields["description"].start + 2:
            raise SourceChanged(
                f"CONCORD line {number_of_lines} does not begin with a commodity of ten digits"
            )
        yield line, int(code)
    if not number_of_lines:
        raise SourceChanged("CONCORD has no line")


def _unit(line: bytes, field: str) -> str | None:
    text = line[layout("CONCORD").fields[field]].strip()
    if not text.isascii():
        raise SourceChanged(f"CONCORD has a unit that is no word: {text!r}")
    return None if text in (b"", b"-", b"X", b"x") else text.decode()
