"""Made Comext bulk files and their list: the figures are invented."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable

import py7zr

from contracts.document import Window
from extractors.customs import eurostat_bulk as source
from extractors.customs.comext_codes import MEMBERS
from extractors.customs.comext_records import HEADER
from tests.documents import Saved

QUERIES = """
[eurostat_bulk]
recent_months = 1
"""


def line(
    reporter: str, partner: str, product: str, period: str, value: str, *, trade: str = "E", flow: str = "1",
    procedure: str = "1", unit: str = "NO_SU", kilograms: str = "10", pieces: str = "0",
) -> str:  # fmt: skip
    """One record of the file."""
    classes = ["77831", "2720", "2720", "521", "312120", "16"]
    amounts = [value, value, kilograms, pieces]
    return ",".join([reporter, partner, trade, product, *classes, flow, procedure, unit, period, *amounts])


def packed(
    period: str, lines: Iterable[str], header: str = ",".join(HEADER), name: str | None = None
) -> bytes:
    """The 7z archive of a period."""
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w") as archive:
        text = "".join(f"{row}\n" for row in (header, *lines))
        archive.writestr(text.encode(), name or f"full_v2_{period}.dat")
    return out.getvalue()


def listing(*periods: str, changed: str = "2026-11-15T11:00:00") -> bytes:
    """The list of files as JSON."""
    items = [
        {
            "name": f"full_v2_{period}.7z",
            "type": "FILE",
            "size": 1,
            "lastModified": changed,
            "downloadLink": "x",
        }
        for period in periods
    ]
    return json.dumps({"items": items}).encode()


def lines(period: str) -> list[str]:
    """Two lines of every member, and one of trade within the Union."""
    rows = [line(m, "CN", "85076000", period, "70", unit="NAR", pieces="2") for m in MEMBERS]
    rows += [line(m, "US", "85076000", period, "30", unit="NAR", pieces="1") for m in MEMBERS]
    return [*rows, line("DE", "FR", "85076000", period, "5", trade="I", unit="NAR", pieces="1")]


def answers() -> Iterable[Saved]:
    """The list, as planned and as probed, and the file it leads to."""
    from tests.recorded import sample_queries

    with sample_queries(source.INFO.source):
        (fetch,) = source.plan(Window())
    newest = str(fetch.scope["to"]).replace("-", "")
    body = listing(newest, f"{newest[:4]}52", "200201")
    yield Saved(body, source=fetch.source, url=fetch.url, scope=fetch.scope)
    url = f"{source.FILES}?file=comext%2FCOMEXT_DATA%2FPRODUCTS%2Ffull_v2_{newest}.7z"
    yield Saved(packed(newest, lines(newest)), source=fetch.source, url=url, scope={"period": newest})
