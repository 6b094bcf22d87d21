"""The flows of one year of BACI, streamed: CSV blocks become `trade_flow` batches, and only kept codes stay."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from typing import IO

import numpy as np
import pyarrow as pa  # noqa: TID253 - a parser is loaded by tasks, never when a DAG file is read
import pyarrow.compute as pc  # noqa: TID253 - as above
import pyarrow.csv as pa_csv  # noqa: TID253 - as above

from contracts.datasets import BATCH_ROWS, SCHEMAS
from contracts.errors import SourceChanged
from contracts.schemas.columns import MONEY
from contracts.text import printable
from extractors.customs import kept, m49

HEADER = ["t", "i", "j", "k", "v", "q"]
LARGE = ("156", "276", "392", "842")
"""Exporters (China, Germany, Japan, USA) without which a year is not whole."""
OTHER_AREAS = {
    "16": "ASM", "86": "IOT", "162": "CXR", "166": "CCK", "260": "ATF", "316": "GUM", "574": "NFK", "612": "PCN",
    "697": "", "711": "", "849": "",
}  # fmt: skip
"""Codes of BACI's list that UN Comtrade's list of reporters lacks; three are groups of countries or islands."""
BLOCK_BYTES = 4 * 1024 * 1024
MISSING = ("NA", "")
_QUANTITY = pa.decimal128(20, 3)
_AREA, _CODE = r"^\d{1,3}$", r"^\d{1,6}$"
_AMOUNT = r"^\d{1,12}(\.\d{1,12})?([eE][+-]?\d{1,2})?$"
_MOST_THOUSANDS, _MOST_TONNES = 1e12, 1e14


class _Watched(io.RawIOBase):
    """A stream that remembers the last byte it gave."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.last = b""

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.last = data[-1:] or self.last
        return data


def batches(stream: IO[bytes], year: int, edition: str) -> Iterator[pa.RecordBatch]:
    """Rows of `trade_flow` of one year, in the file's order.

    Raises `SourceChanged` for another header, a row that is none, a flow that comes twice, a file that is cut off.
    """
    period = date(year, 1, 1)
    names, seen, exporters = _Importers(period), list[np.ndarray](), set[str]()
    for block in _blocks(stream, HEADER):
        _require_each(block, str(year))
        exporters.update(pc.unique(block.column("i")).to_pylist())
        lines = _wanted(block, names)
        seen.append(_keys(lines))
        flows = _flows(lines, names, period, edition)
        yield from (flows.slice(at, BATCH_ROWS) for at in range(0, flows.num_rows, BATCH_ROWS))
    if not seen:
        raise SourceChanged(f"{year}: no row below the header")
    if lacking := [code for code in LARGE if code not in exporters]:
        raise SourceChanged(
            f"{year}: nothing from exporters {', '.join(lacking)}: the file is cut off or a selection"
        )
    keys = np.concatenate(seen)
    if not len(keys):
        raise SourceChanged(f"{year}: no row lies in a chapter or code that is kept")
    if len(np.unique(keys)) != len(keys):
        raise SourceChanged(f"{year}: an exporter, importer and product comes twice")


def importers(stream: IO[bytes], year: int) -> list[str]:
    """The reporters (ISO alpha-3) of all rows of a year, kept or not."""
    codes = set[str]()
    for block in _blocks(stream, ["j"]):
        codes.update(pc.unique(block.column("j")).to_pylist())
    names = _Importers(date(year, 1, 1))
    return sorted({names[code] for code in codes} - {""})


def _blocks(stream: IO[bytes], wanted: list[str]) -> Iterator[pa.RecordBatch]:
    """Columns as text without the blanks that pad them."""
    watched = _Watched(stream)
    options = pa_csv.ConvertOptions(
        include_columns=HEADER, column_types=dict.fromkeys(HEADER, pa.string()), strings_can_be_null=False
    )
    read = pa_csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False)
    try:
        with pa_csv.open_csv(watched, read, convert_options=options) as reader:
            for block in reader:
                yield pa.RecordBatch.from_arrays(
                    [pc.utf8_trim_whitespace(block.column(name)) for name in wanted], names=wanted
                )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise SourceChanged(f"no table t,i,j,k,v,q: {printable(str(error), 160)}") from None
    if watched.last != b"\n":
        raise SourceChanged("the last row has no end: the file is cut off")


class _Importers(dict[str, str]):
    """ISO alpha-3 by code, in one period; empty for what is no country then. `SourceChanged` for an unknown code."""

    def __init__(self, period: date) -> None:
        super().__init__()
        self._first, self._last = period, period.replace(month=12, day=31)

    def __missing__(self, code: str) -> str:
        found = m49.reporters().get(code)
        if found is None and code not in OTHER_AREAS:
            raise SourceChanged(f"importer {printable(code, 12)} is in no list of areas")
        if found is None:
            name = OTHER_AREAS[code]
        else:
            name = found.name if found.first <= self._last and self._first <= found.last else ""
        self[code] = name
        return name


def _require_each(block: pa.RecordBatch, year: str) -> None:
    for name, pattern in (("t", f"^{year}$"), ("i", _AREA), ("j", _AREA), ("k", _CODE), ("v", _AMOUNT)):
        column = block.column(name)
        wrong = column.filter(pc.invert(pc.match_substring_regex(column, pattern)))
        if len(wrong):
            raise SourceChanged(f"{name} holds {printable(wrong[0].as_py(), 30)!r} in the file of {year}")


def _wanted(block: pa.RecordBatch, names: _Importers) -> pa.RecordBatch:
    """The rows of kept codes, six digits again, whose importer is a country."""
    code = pc.utf8_lpad(block.column("k"), 6, "0")
    lines = block.set_column(block.schema.get_field_index("k"), "k", code)
    lines = lines.filter(pc.match_substring_regex(code, f"^({'|'.join(kept.kept_codes())})"))
    codes = pc.unique(lines.column("j")).to_pylist()
    countries = pa.array([area for area in codes if names[area]], pa.string())
    return lines.filter(pc.is_in(lines.column("j"), countries))


def _keys(lines: pa.RecordBatch) -> np.ndarray:
    """Exporter, importer and product of each row as one number."""
    i, j, k = (pc.cast(lines.column(name), pa.int64()).to_numpy() for name in ("i", "j", "k"))
    keys: np.ndarray = (i * 1_000 + j) * 1_000_000 + k
    return keys


def _flows(lines: pa.RecordBatch, names: _Importers, period: date, edition: str) -> pa.RecordBatch:
    rows = lines.num_rows
    tonnes = _tonnes(lines)
    coded = lines.column("j").dictionary_encode()
    known = {
        "reporter": pa.array([names[code] for code in coded.dictionary.to_pylist()], pa.string()).take(
            coded.indices
        ),
        "partner_code": lines.column("i"),
        "code": lines.column("k"),
        "value": _scaled(lines.column("v"), 1000, _MOST_THOUSANDS, MONEY),
        "quantity_1": tonnes,
        "unit_1": pc.if_else(pc.is_valid(tonnes), pa.scalar("t"), pa.scalar(None, pa.string())),
    }
    same = {
        "partner_kind": "country", "country_codes": "m49", "flow": "import", "flow_basis": "FOB", "level": "HS6",
        "period": period, "period_type": "CY", "status": "reported", "currency": "USD", "hs_edition": edition,
    }  # fmt: skip
    schema = SCHEMAS["trade_flow"]
    return pa.RecordBatch.from_arrays(
        [known.get(f.name, pa.repeat(pa.scalar(same.get(f.name), f.type), rows)) for f in schema],
        schema=schema,
    )


def _tonnes(lines: pa.RecordBatch) -> pa.Array:
    column = lines.column("q")
    told = pc.if_else(pc.is_in(column, pa.array(MISSING)), pa.scalar(None, pa.string()), column)
    wrong = told.filter(pc.fill_null(pc.invert(pc.match_substring_regex(told, _AMOUNT)), False))
    if len(wrong):
        raise SourceChanged(f"q holds {printable(wrong[0].as_py(), 30)!r}")
    return _scaled(told, 1, _MOST_TONNES, _QUANTITY)


def _scaled(column: pa.Array, scale: int, most: float, kind: pa.DataType) -> pa.Array:
    """Texts as decimals, also where R wrote them with an exponent (1e+05)."""
    numbers = pc.multiply(pc.cast(column, pa.float64()), float(scale))
    if pc.any(pc.greater(numbers, most * scale)).as_py():
        raise SourceChanged("an amount is beyond all trade")
    return pc.cast(pc.round(numbers, kind.scale), kind)
