"""BACI (CEPII): every country's trade with every other by HS6 and year, reconciled, from files brought by hand.

One figure stands for what exporter and importer told UN Comtrade: import values freed of freight, both sides weighed by how
reliably they report. It is neither side's own, so any agency's figure goes before it. It is kept as the importer's import,
FOB; the exporter's side is the same figure and is not written a second time.
Values are thousand dollars, quantities tonnes (NA where there is none) [D]. Only flows above zero are there: that one is
absent means no trade or none that either side told. The newest year of a release is provisional. One file is one year
of one release in one edition of the HS, as its name says; figures of two releases are not to be mixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import IO, BinaryIO

from contracts.document import Batch, Document, Inbox, Slice, Source, SourceInfo
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import kept, months
from extractors.zipped import member, names

INFO = SourceInfo(
    source="baci",
    title="BACI, reconciled trade of all countries by HS6 and year, from files brought by hand",
    publisher="CEPII",
    homepage="https://www.cepii.fr/CEPII/en/bdd_modele/bdd_modele_item.asp?id=37",
    licence="Etalab Open Licence 2.0",
    terms_url=None,
    cadence_days=365,
    lag_days=400,
    parser_version=f"1-{kept.digest()}",
    flow_bases=("FOB",),
    currency="USD",
    scale=1000,
    country_codes="m49",
    note="Neither side's own figure: reconciled by CEPII from UN Comtrade, imports freed of freight (FOB). Reporter is the "
    "importer, partner the exporter. Importers that are no country of that year (groups, islands without a code) are left "
    "out. Taiwan is what the source calls Other Asia, nes. The newest year of a release is provisional.",
)
EDITIONS = {"92": "1992", "96": "1996", "02": "2002", "07": "2007", "12": "2012", "17": "2017", "22": "2022"}
MAX_BYTES = MAX_MEMBER_BYTES = 1_500_000_000
_PARTS = rf"BACI_HS({'|'.join(EDITIONS)})(?:_Y(\d{{4}}))?_V(\d{{4}}(?:0[1-9]|1[0-2]))[a-z]?"
_NAME = re.compile(rf"{_PARTS}\.(?:csv|zip)", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class _Named:
    """What a name states: edition of the HS (a year), version (`202501`), year of the figures (None: not stated)."""

    edition: str
    version: str
    year: int | None


def _named(name: str) -> _Named | None:
    found = _NAME.fullmatch(PurePosixPath(name).name)
    return (
        None if found is None else _Named(EDITIONS[found[1]], found[3], int(found[2]) if found[2] else None)
    )


def recognise(name: str, file: BinaryIO) -> Mapping[str, object]:
    """Edition, version and year, from the name of the file or of a zip's one table; `SourceChanged` for anything else."""
    whole = _named(name)
    if whole is None:
        raise SourceChanged(f"{printable(name, 60)!r} is no name like BACI_HS17_Y2023_V202501.csv (or .zip)")
    if file.read(2) == b"PK":
        file.seek(0)
        year = _year(whole, names(file))
    elif whole.year is None:
        raise SourceChanged("a CSV file's name states its year: BACI_HS17_Y2023_V202501.csv")
    else:
        year = whole.year
    return {"hs_edition": whole.edition, "version": whole.version, "year": year}


def _year(whole: _Named, held: tuple[str, ...]) -> int:
    """The one year in a zip: several of them are more rows than are read at a time."""
    found = [inside for inside in map(_named, held) if inside is not None and inside.year is not None]
    if len(found) != 1:
        raise SourceChanged(
            f"the zip holds the tables of {len(found)} years: unpack it and bring them one by one, as they are named"
        )
    (inside,) = found
    year = inside.year or 0
    if (inside.edition, inside.version) != (whole.edition, whole.version) or whole.year not in (None, year):
        raise SourceChanged(
            "the table in the zip is of another edition, version or year than the zip's name states"
        )
    return year


def _stated(document: Document) -> _Named:
    """What the scope says the file is; `SourceChanged` for another scope."""
    edition, version, year = (document.scope.get(name) for name in ("hs_edition", "version", "year"))
    if not (isinstance(edition, str) and isinstance(version, str) and isinstance(year, int)):
        raise SourceChanged("the scope kept with the file is not one of this source")
    return _Named(edition, version, year)


@contextmanager
def _table(document: Document) -> Iterator[IO[bytes]]:
    """The CSV, out of the zip or as it is."""
    stated = _stated(document)
    with document.open() as body:
        zipped = body.read(2) == b"PK"
    if not zipped:
        with document.open() as body:
            yield body
        return
    edition, options = stated.edition[2:], re.ASCII | re.IGNORECASE
    name = re.compile(rf"BACI_HS{edition}_Y{stated.year}_V{stated.version}[a-z]?\.csv", options)
    with member(document.open(), name, MAX_MEMBER_BYTES) as stream:
        yield stream


def parse(document: Document) -> Iterator[Batch]:
    """Rows of `trade_flow` in dollars, in the file's order. Raises `SourceChanged` saying what is wrong."""
    from contracts.datasets import checked
    from extractors.customs.baci_records import batches

    stated = _stated(document)
    with _table(document) as stream:
        for batch in batches(stream, stated.year or 0, stated.edition):
            yield "trade_flow", checked("trade_flow", batch)


def slices(document: Document) -> Iterator[Slice]:
    """Every importer of the year: all codes, all exporters."""
    from extractors.customs.baci_records import importers

    year = _stated(document).year or 0
    with _table(document) as stream:
        for reporter in importers(stream, year):
            yield Slice(reporter, "import", "FOB", "HS6", "", date(year, 1, 1), "CY")


def released_in(document: Document) -> datetime:
    """The end of the month that the version states, or the day the file was brought if that came first.

    The day is not stated; the month's end never claims that a figure was known before it was.
    """
    version = _stated(document).version
    after = months.shift(date(int(version[:4]), int(version[4:]), 1), 1)
    end = datetime.combine(after, time(), UTC) - timedelta(seconds=1)
    return min(end, document.retrieved_at)


SOURCE = Source(
    info=INFO,
    parse=parse,
    slices=slices,
    released_in=released_in,
    inbox=Inbox(names=_NAME.pattern, recognise=recognise, max_bytes=MAX_BYTES),
)
