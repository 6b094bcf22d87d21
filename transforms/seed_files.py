"""Seeds are files that people edit: what is wrong with one is said with its name and line before dbt reads it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from contracts.errors import CheckFailed
from contracts.text import printable


def require_readable(project: Path) -> None:
    """Raise `CheckFailed` naming each CSV file below `project` that is no table, and the line that makes it none."""
    files = sorted(path for path in project.rglob("*.csv"))
    told = [f"{path.relative_to(project)}: {words}" for path in files for words in faults(path.read_bytes())]
    if told:
        raise CheckFailed("; ".join(told))


def faults(body: bytes) -> Iterator[str]:
    """The first thing that makes the bytes no table: UTF-8 (a byte order mark may stand before), comma, one header."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        yield f"line {_line(body, error.start)} is not UTF-8"
        return
    if "\0" in text:
        yield f"line {_line(body, body.index(0))} has a NUL character"
        return
    yield from _of_rows(text)


def _of_rows(text: str) -> Iterator[str]:
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(lines, [])
        if not header or len(set(header)) < len(header) or not all(header):
            yield "the first line is not a header of different names"
            return
        for row in lines:
            if row and len(row) != len(header):
                yield f"line {lines.line_num} has {len(row)} cells, not {len(header)}"
                return
    except csv.Error as error:
        yield f"line {lines.line_num}: {printable(str(error), 120)}"


def _line(body: bytes, place: int) -> int:
    return body.count(b"\n", 0, place) + 1
