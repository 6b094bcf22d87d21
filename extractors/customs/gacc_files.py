"""Files saved from China's query site: the CSV it offers, and the page of its table.

The page puts `td` inside `div` inside `tr`, which a tree would move about: its cells are read in the order they stand.
Long texts are cut in the page and whole in `title`. It says how many rows the query found, which must be there.
"""

from __future__ import annotations

import csv
import io
import re
from typing import BinaryIO

from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs.gacc_columns import NAMES, PARTNER_BY_REGIME, Header, header

CSV_CAP = 10_000
FEED_CHARACTERS = HEAD_BYTES = 65_536
_COUNT = re.compile(r"A total of\s*([\d,]+)\s*data queries", re.IGNORECASE)


def text(body: bytes) -> str:
    """The file's text: UTF-8, with or without its mark, else GBK; `SourceChanged` for anything else."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise SourceChanged("the file is neither UTF-8 nor GBK")


def is_page(said: str) -> bool:
    """Whether a text is a saved page and no table of commas."""
    return said.lstrip().startswith("<")


def table(said: str) -> tuple[Header, list[list[str]]]:
    """The CSV's header and rows, each without the empty field behind its last comma.

    Raises `SourceChanged` for a file that ends within a row or is cut at the most rows the site gives.
    """
    try:
        found = [row for row in csv.reader(io.StringIO(said, newline=""), strict=True) if row]
    except csv.Error as error:
        raise SourceChanged(f"no whole CSV: {printable(str(error), 80)}") from None
    if len(found) < 2:
        raise SourceChanged("the file has no row below a header")
    open_ended = [n for n, row in enumerate(found) if row[-1] != ""]
    if open_ended:
        raise SourceChanged(
            f"row {open_ended[0]} does not end with a comma as the site's files do: is it whole?"
        )
    if len(found) - 1 == CSV_CAP:
        raise SourceChanged(
            f"exactly {CSV_CAP:,} rows, the most a download has: split the query and ask again"
        )
    return header(found[0][:-1]), [row[:-1] for row in found[1:]]


def page(said: str) -> tuple[Header, list[list[str]], bool]:
    """The page's header, its rows, and whether it states how many the query found.

    Raises `SourceChanged` for a torn page, a page without a row (an error, a challenge), and a count that differs.
    """
    seen = _Cells()
    for start in range(0, len(said), FEED_CHARACTERS):
        seen.feed(said[start : start + FEED_CHARACTERS])
    rows = seen.rows()
    if not rows:
        raise SourceChanged(
            "the page has no row of a table: an error or a challenge of the site, not its answer"
        )
    if said.lower().rfind("</table") < said.lower().rfind("<tr"):
        raise SourceChanged("the page ends within its table")
    head = Header(PARTNER_BY_REGIME, None)
    if any(cell in NAMES for cell in rows[0]):
        head, rows = header(rows[0]), rows[1:]
    counts = {int(n.replace(",", "")) for n in _COUNT.findall(seen.outside())}
    if counts and counts != {len(rows)}:
        raise SourceChanged(
            f"the page says the query found {sorted(counts)} rows and has {len(rows)}: save all of them"
        )
    return head, rows, bool(counts)


class _Cells:
    """What an HTML reader tells, tag by tag: `div.th-line` and `th` are cells, a `tr` begins a row."""

    def __init__(self) -> None:
        from lxml import etree

        self._found: list[list[str]] = [[]]
        self._outside: list[str] = []
        self._cell: list[str] | None = None
        self._tag = self._title = ""
        self._parser = etree.HTMLParser(target=self)

    def feed(self, piece: str) -> None:
        self._parser.feed(piece)

    def rows(self) -> list[list[str]]:
        """All rows with a cell, in order; ends the reading."""
        self._parser.close()
        return [row for row in self._found if row]

    def outside(self) -> str:
        """The words that stand in no cell, in one line."""
        return " ".join(" ".join(self._outside).split())

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "tr":
            self._found.append([])
        elif tag == "th" or (tag == "div" and "th-line" in attributes.get("class", "").split()):
            self._cell, self._tag, self._title = [], tag, attributes.get("title", "").strip()

    def data(self, words: str) -> None:
        (self._outside if self._cell is None else self._cell).append(words)

    def end(self, tag: str) -> None:
        if self._cell is not None and tag == self._tag:
            self._found[-1].append(self._title or " ".join("".join(self._cell).split()))
            self._cell = None

    def close(self) -> None:
        """Nothing is left to do at the end of a page."""


def read(body: bytes) -> tuple[Header, list[list[str]], bool]:
    """Header, rows, and whether these are known to be all rows of the query: a page must say how many there are."""
    said = text(body)
    return page(said) if is_page(said) else (*table(said), True)


def head(file: BinaryIO, max_bytes: int) -> Header:
    """The header of a file, from its beginning where it is a CSV; `SourceChanged` where it is neither CSV nor page."""
    start = file.read(HEAD_BYTES)
    if len(start) == HEAD_BYTES:
        start = start[: start.rfind(b"\n") + 1]  # no byte of a GBK character is a line feed
    said = text(start)
    if not is_page(said):
        first = next(csv.reader(io.StringIO(said, newline="")), [])
        return header(first[:-1] if first and not first[-1] else first)
    file.seek(0)
    return page(text(file.read(max_bytes)))[0]
