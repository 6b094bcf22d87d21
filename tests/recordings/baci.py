"""Made BACI files in the documented columns: the figures are invented."""

from __future__ import annotations

from collections.abc import Iterable

from tests.documents import Saved
from tests.zips import zipped

QUERIES = ""
YEAR = 2023
NAME = f"BACI_HS17_Y{YEAR}_V202501"
SCOPE = {"hs_edition": "2017", "version": "202501", "year": YEAR}
LARGE = ("156", "276", "392", "842")


def row(
    exporter: str, importer: str, code: str, value: str, tonnes: str = "          NA", year: int = YEAR
) -> str:
    """One flow as the file has it, its amounts padded with blanks."""
    return f"{year},{exporter},{importer},{code},{value:>12},{tonnes}"


def file(*rows: str, header: str = "t,i,j,k,v,q", large: bool = True) -> bytes:
    """A whole file; with `large` each large exporter has a flow of a good that is not kept."""
    others = [row(code, "36", "10121", "1.5") for code in LARGE] if large else []
    return ("\n".join([header, *others, *rows]) + "\n").encode()


def packed(body: bytes, *names: str) -> bytes:
    """A zip with the same table under each name, beside the list of countries."""
    tables = dict.fromkeys(names or (f"{NAME}.csv",), body)
    return zipped({"country_codes_V202501.csv": b"country_code\n156\n", **tables})


def answers() -> Iterable[Saved]:
    """One year of three goods between five countries."""
    areas = ("156", "276", "392", "490", "842")
    rows = [
        row(exporter, importer, code, f"{1000 + n}.5", "     12.125")
        for n, code in enumerate(("847150", "850760", "854232"))
        for exporter in areas
        for importer in areas
        if exporter != importer
    ]
    url = f"urn:inbox:baci:{NAME}.csv"
    yield Saved(file(*rows, large=False), source="baci", url=url, scope=SCOPE, via="inbox")
