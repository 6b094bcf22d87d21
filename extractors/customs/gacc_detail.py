"""China's exports and imports by eight-digit code, partner and month, as a person saved them from the query site.

The site cannot be asked by a program: files are brought by hand, see `gacc_names` for what their names must say.
Regimes and provinces are added up, so a file broken out by them must hold all of them. A file that names the codes it
asked for is whole under them: then six digits, and with every code the total, are added up too.
A partner `142` is China itself: goods that come back. Without partners a file is of the world.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import BinaryIO
from urllib.parse import unquote

from contracts.document import Batch, Document, Inbox, Slice, Source, SourceInfo
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import gacc_columns, gacc_files, gacc_names, kept
from extractors.customs.gacc_columns import Header, Line
from extractors.customs.gacc_names import Asked
from extractors.customs.gacc_sums import Sum, sums

INFO = SourceInfo(
    source="gacc_detail",
    title="China's customs statistics by eight-digit code, partner and month",
    publisher="General Administration of Customs of the People's Republic of China",
    homepage="http://stats.customs.gov.cn/",
    licence="unknown",
    terms_url=None,
    cadence_days=31,
    lag_days=20,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("FOB", "CIF"),
    currency="USD",
    country_codes="gacc",
    note="Files saved by hand. A file in RMB gives rows in CNY. Six digits and the total are sums of its lines.",
)
BASIS = {"export": "FOB", "import": "CIF"}
WORLD = "world"
MAX_BYTES = 200_000_000


@dataclass(frozen=True)
class Read:
    """One file: what it answers, its lines, their level (HS8 ...), and whether it holds all rows of its query."""

    asked: Asked
    lines: tuple[Line, ...]
    level: str
    whole: bool


def recognise(name: str, file: BinaryIO) -> Mapping[str, object]:
    """What the file answers, from its name and its header; `SourceChanged` where flow or currency cannot be told."""
    head = gacc_files.head(file, MAX_BYTES)
    asked = gacc_names.asked(name, head.currency)
    _require_every_part(asked, head)
    return asked.scope()


def _require_every_part(asked: Asked, head: Header) -> None:
    """Rows of some regimes or provinces add up to no total: the name must say that all were asked for."""
    parts = [name for name in ("regime", "province") if name in head.columns]
    if parts and asked.codes is None and asked.partner is None:
        raise SourceChanged(
            f"broken out by {' and '.join(parts)}, and the name does not say that every one was asked for: "
            "put all, the codes (hs85) or the query (e502201901) into it"
        )


def read(document: Document) -> Read:
    """The file read and held against what it says it answers; `SourceChanged` with what contradicts."""
    with document.open() as stream:
        body = stream.read(MAX_BYTES + 1)
    head, rows, whole = gacc_files.read(body)
    name = unquote(document.url.rpartition(":")[2].rpartition("/")[2])
    asked = gacc_names.from_scope(document.scope) if document.scope else gacc_names.asked(name, head.currency)
    if head.currency not in (None, asked.currency):
        raise SourceChanged(f"the header says {head.currency}, the file was taken for {asked.currency}")
    _require_every_part(asked, head)
    lines = tuple(gacc_columns.lines(rows, head.columns))
    _require_asked(asked, lines)
    lengths = {len(line.code) for line in lines}
    if len(lengths) != 1:
        raise SourceChanged(f"codes of {', '.join(map(str, sorted(lengths)))} digits stand in one file")
    return Read(asked, lines, f"HS{lengths.pop()}", whole)


def _require_asked(asked: Asked, lines: tuple[Line, ...]) -> None:
    for n, line in enumerate(lines, 1):
        if asked.period not in (None, line.period):
            raise SourceChanged(f"row {n} is of {line.period:%Y-%m}, the file of {asked.period:%Y-%m}")
        if asked.partner is not None and line.partner not in (None, asked.partner):
            raise SourceChanged(
                f"row {n} is of partner {printable(str(line.partner), 9)}, the file of {asked.partner}"
            )
        if asked.codes is not None and not line.code.startswith(asked.codes):
            raise SourceChanged(f"row {n}: {line.code} is not under the codes the file names")


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow`, one a month, code and partner, in the file's currency. Raises `SourceChanged`."""
    from contracts.datasets import rows

    yield from rows("trade_flow", _flows(read(document)))


def _levels(found: Read) -> dict[str, Callable[[str], str]]:
    """What a file gives a level of: its own, and what its lines add up to where it is whole under the codes it names."""
    levels: dict[str, Callable[[str], str]] = {found.level: lambda code: code}
    claimed = _claimed(found)
    if found.level == "HS8" and claimed and all(len(prefix) <= 6 for prefix in claimed):
        levels["HS6"] = lambda code: code[:6]
    if claimed == ("",):
        levels["TOTAL"] = lambda code: "TOTAL"
    return levels


def _claimed(found: Read) -> tuple[str, ...]:
    """The codes under which the file has every row, empty where that is not known."""
    return (found.asked.codes or ()) if found.whole else ()


def _flows(found: Read) -> Iterator[dict[str, object]]:
    for level, code in _levels(found).items():
        for total in sums(found.lines, code, found.asked.partner or WORLD):
            if level == "TOTAL" or kept.keeps(total.code):
                yield _flow(found.asked, level, total)


def _flow(asked: Asked, level: str, total: Sum) -> dict[str, object]:
    first, second = (quantity or (None, None) for quantity in total.quantities)
    return {
        "reporter": "CHN",
        "partner_code": total.partner,
        "partner_kind": "world" if total.partner == WORLD else "country",
        "country_codes": "gacc",
        "flow": asked.flow,
        "flow_basis": BASIS[asked.flow],
        "level": level,
        "code": total.code,
        "period": total.period,
        "period_type": "M",
        "status": "blank" if total.value is None else "reported",
        "value": total.value,
        "currency": asked.currency,
        "quantity_1": first[0],
        "unit_1": first[1],
        "quantity_2": second[0],
        "unit_2": second[1],
    }


def slices(document: Document) -> Iterator[Slice]:
    """The file's months at every level: whole under the codes it names, else speaking for no code it does not have."""
    found = read(document)
    flow = found.asked.flow
    partners, claimed = _partners(found), _claimed(found)
    for period in sorted({line.period for line in found.lines}):
        for level in _levels(found):
            prefixes = ("TOTAL",) if level == "TOTAL" else _kept_under(claimed)
            for prefix in prefixes if claimed else ("",):
                yield Slice("CHN", flow, BASIS[flow], level, prefix, period, "M", partners, bool(claimed))


def _partners(found: Read) -> tuple[str, ...] | None:
    """None where every partner was asked for and each has its rows."""
    named = {line.partner or found.asked.partner or WORLD for line in found.lines}
    broken_out = found.lines[0].partner is not None
    every = found.asked.every_partner and found.asked.partner is None and broken_out
    return None if every else tuple(sorted(named))


def _kept_under(prefixes: tuple[str, ...]) -> tuple[str, ...]:
    """The parts of these prefixes that go to the lake."""
    inside = [code for code in kept.kept_codes() if code.startswith(prefixes)]
    return tuple(dict.fromkeys([*(p for p in prefixes if kept.keeps(p)), *inside]))


SOURCE = Source(
    info=INFO,
    parse=parse,
    slices=slices,
    inbox=Inbox(names=r".+\.(csv|txt|html?)", recognise=recognise, max_bytes=MAX_BYTES),
    plain_http=True,
)
