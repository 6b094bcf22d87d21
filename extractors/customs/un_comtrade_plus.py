"""UN Comtrade as people download it: CSV files of comtradeplus.un.org or of the API, brought in the inbox."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, BinaryIO

from contracts.document import Batch, Document, Inbox, Slice, Source, SourceInfo
from contracts.errors import SourceChanged
from extractors.customs import kept
from extractors.customs.comtrade_request import BASES, CAPS, FLOWS, level

if TYPE_CHECKING:
    from extractors.customs.comtrade_flows import Read

INFO = SourceInfo(
    source="un_comtrade_plus",
    title="UN Comtrade, files downloaded by hand",
    publisher="United Nations Statistics Division",
    homepage="https://comtradeplus.un.org/",
    licence="unknown",
    terms_url=None,
    cadence_days=365,
    lag_days=365,
    parser_version=f"2-{kept.digest()}",
    flow_bases=("CIF", "FOB", "RE_EXP"),
    currency="USD",
    country_codes="m49",
    note="As un_comtrade. A file speaks for every partner of a total only where its partners add up to its world row, "
    "else for the partners it has. Re-imports (RM), which are within imports, and ASEAN, the sum of its members, are left out.",
)
HEADER_BYTES = 16_384
MAX_BYTES = 200_000_000  # a download of 250,000 records is half of it; it is read in memory


def recognise(name: str, file: BinaryIO) -> Mapping[str, object]:
    """A CSV file of UN Comtrade by the names in its first line, whatever the file is called."""
    from extractors.customs.comtrade_csv import header

    first = file.readline(HEADER_BYTES)
    if not first.endswith(b"\n"):
        raise SourceChanged(f"{name}: the first line does not end within {HEADER_BYTES:,} bytes")
    return {"format": "comtrade_csv", "columns": len(header(first))}


def _body(document: Document) -> bytes:
    with document.open() as stream:
        return stream.read()


_LAST: list[tuple[Document, Read, tuple[str, ...]]] = []
"""The document read last and the names in it that are not known: its rows, slices and names are asked for in turn."""


def _read(document: Document) -> tuple[Read, tuple[str, ...]]:
    from extractors.customs.comtrade_csv import new_names, records
    from extractors.customs.comtrade_flows import read

    if not _LAST or _LAST[0][0] is not document:
        _LAST.clear()
        body, count = _body(document), itertools.count()
        figures = read(record for record, _ in zip(records(body), count, strict=False))
        if (found := next(count)) in CAPS.values():
            raise SourceChanged(f"{found} records, as many as a download may have: the rest was cut off")
        if not found:
            raise SourceChanged("a header and no record")
        _LAST.append((document, figures, new_names(body)))
    return _LAST[0][1:]


def parse(document: Document) -> Iterable[Batch]:
    """Rows of `trade_flow`. Raises `SourceChanged` naming the row that is wrong, or for a file cut at a known cap."""
    from contracts.datasets import rows

    return rows("trade_flow", _read(document)[0].rows())


def slices(document: Document) -> Iterator[Slice]:
    """What the file has: all partners of a total where they add up to its world row, else those named in it."""
    from extractors.customs.comtrade_flows import adds_up

    for key, cells in _read(document)[0].totals.items():
        reporter, flow, code, period, period_type = key
        partners = None if adds_up(cells) else tuple(one.partner for one in cells)
        for basis in BASES[flow]:
            yield Slice(
                reporter=reporter,
                flow=FLOWS[flow],
                flow_basis=basis,
                level=level(code),
                code_prefix=code,
                period=period,
                period_type=period_type,
                partners=partners,
            )


def new_columns(document: Document) -> tuple[str, ...]:
    """Names in the header that this parser does not know."""
    return _read(document)[1]


SOURCE = Source(
    info=INFO,
    parse=parse,
    slices=slices,
    new_columns=new_columns,
    inbox=Inbox(names=r".+\.csv", recognise=recognise, max_bytes=MAX_BYTES),
)
