"""The Census API's answer as columns: a JSON array of arrays, header first, every cell a text or null."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa  # noqa: TID253 - a parser is loaded by tasks, never when a DAG file is read
import pyarrow.compute as pc  # noqa: TID253 - as above

from contracts.errors import SourceChanged
from contracts.text import printable

_SHIPPING = [f"{way}_{what}" for way in ("AIR", "VES", "CNT") for what in ("VAL", "WGT", "CHA")]
_AMOUNTS = [
    *(
        "GEN_VAL",
        "CON_VAL",
        "ALL_VAL",
        "CAL_DUT",
        "DUT_VAL",
        "GEN_CHA",
        "GEN_CIF",
        "CON_CHA",
        "CON_CIF",
        "CC",
    ),
    *(f"{stem}{n}" for stem in ("GEN_QY", "CON_QY", "QTY_") for n in (1, 2)),
    *_SHIPPING,
]
_FLAGS = [f"{stem}{n}" for stem in ("GEN_QY", "CON_QY", "QTY_") for n in (1, 2)]
KNOWN = frozenset(
    [
        *("CTY_CODE", "CTY_NAME", "CTY_SUBCODE", "COMM_LVL", "SUMMARY_LVL", "SUMMARY_LVL2", "DISTRICT"),
        *("DIST_NAME", "RP", "DF", "time", "YEAR", "MONTH", "LAST_UPDATE", "UNIT_QY1", "UNIT_QY2"),
        *(f"{way}_COMMODITY{text}" for way in "IE" for text in ("", "_SDESC", "_LDESC")),
        *(f"{name}_{span}" for name in _AMOUNTS for span in ("MO", "YR")),
        *(f"{name}_{span}_FLAG" for name in _FLAGS for span in ("MO", "YR")),
        *(f"{name}_FLAG" for name in _FLAGS),
    ]
)


@dataclass(frozen=True)
class Table:
    """Columns of text by name, each name once; `rows` long."""

    columns: Mapping[str, pa.Array]
    rows: int

    def need(self, name: str) -> pa.Array:
        """A column without a null; `SourceChanged` when it is not there or has one."""
        if name not in self.columns:
            raise SourceChanged(f"column {name} is missing; there are: {', '.join(self.columns)}")
        if self.columns[name].null_count:
            raise SourceChanged(f"column {name} has {self.columns[name].null_count} empty cells")
        return self.columns[name]

    def where(self, mask: pa.Array) -> Table:
        """The rows where `mask` is true."""
        kept = {name: column.filter(mask) for name, column in self.columns.items()}
        return Table(kept, int(pc.sum(mask).as_py() or 0))


def table(body: bytes) -> Table:
    """Decode an answer. Predicate columns come back a second time: a repeated column must repeat its cells.

    Raises `SourceChanged` with what stands there instead (an HTML page, an error text, a ragged row).
    """
    grid = _grid(body)
    names = grid[0]
    if not all(isinstance(name, str) and name for name in names):
        raise SourceChanged("the first row is not a header of names")
    ragged = next((i for i, row in enumerate(grid) if len(row) != len(names)), None)
    if ragged is not None:
        raise SourceChanged(f"row {ragged} has {len(grid[ragged])} cells under {len(names)} names")
    columns: dict[str, pa.Array] = {}
    cells = zip(*grid[1:], strict=True) if len(grid) > 1 else ((),) * len(names)
    for name, column in zip(names, map(_texts, cells), strict=True):
        if not columns.setdefault(name, column).equals(column):
            raise SourceChanged(f"column {printable(name, 40)} comes twice and its cells differ")
    return Table(columns, len(grid) - 1)


def _grid(body: bytes) -> list[list[Any]]:
    start = body[:200].lstrip().lower()
    if start.startswith((b"<!doctype", b"<html", b"<")):
        raise SourceChanged("an HTML page instead of a table: is the key missing or wrong?")
    try:
        grid = json.loads(body)
    except (ValueError, RecursionError):
        said = printable(body[:160].decode("utf-8", "replace"))
        raise SourceChanged(f"not JSON: {said!r}") from None
    if not isinstance(grid, list) or not grid or not all(isinstance(row, list) for row in grid):
        raise SourceChanged("not an array of arrays with a header")
    return grid


def _texts(cells: Sequence[Any]) -> pa.Array:
    try:
        return pa.array(cells, pa.string())
    except (pa.ArrowInvalid, pa.ArrowTypeError, UnicodeEncodeError):
        raise SourceChanged("a cell is neither a text nor null") from None


def new_names(body: bytes) -> tuple[str, ...]:
    """Header names this parser does not know, in their order; empty when there is no header to read."""
    text = body[:65_536].decode("utf-8", "replace").lstrip().removeprefix("[").lstrip()
    try:
        names, _ = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return ()
    listed = names if isinstance(names, list) else []
    return tuple(dict.fromkeys(n for n in listed if isinstance(n, str) and n not in KNOWN))


def translated(column: pa.Array, meaning: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """Each distinct text read once by `meaning`, which may raise `SourceChanged`."""
    coded = column.dictionary_encode()
    meanings = [meaning(text) for text in coded.dictionary.to_pylist()]
    return pa.array(meanings, kind).take(coded.indices)


def whole_numbers(name: str, column: pa.Array) -> pa.Array:
    """Texts of whole numbers as int64, null or empty as null; `SourceChanged` for any other text."""
    filled = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    fits = pc.match_substring_regex(filled, r"^-?[0-9]{1,15}$")
    if pc.any(pc.invert(fits)).as_py():
        wrong = filled.filter(pc.invert(fits))[0].as_py()
        raise SourceChanged(f"column {name} holds {printable(wrong, 30)!r}, which is no whole number")
    return filled.cast(pa.int64())
