"""Made detail files of US trade, field by field as the Bureau's record layouts have them."""

from __future__ import annotations

from collections.abc import Iterable

from extractors.customs import us_census_bulk
from tests.documents import Saved
from tests.zips import zipped

BASE = "https://www.census.gov/trade/downloads/2025/Merch"
TO_DATE = "000000099999999"
UNITS = {
    "8471500150": ("NO", ""),
    "8507600030": ("NO", "KG"),
    "8504230080": ("X", ""),
    "8473301180": ("NO", ""),
}


def imported(
    code: str,
    country: str,
    gen: int | str = 0,
    con: int | str = 0,
    duty: int = 0,
    cif: int = 0,
    gen_quantities: tuple[int, int] = (0, 0),
    con_quantities: tuple[int, int] = (0, 0),
    month: str = "202506",
    where: str = "  2704",
    rate: str = "61",
) -> bytes:
    """A record of IMP_DETL; `where` is sub-code, district of entry and of unlading. To date everything is nines."""
    con_fields = [*con_quantities, con, 7, duty, 11, con]
    gen_fields = [*gen_quantities, gen, 13, cif]
    monthly = [1, *con_fields, *gen_fields, *[17] * 9]
    return (f"{code}{country}{where}{rate}{month}" + _fields(monthly) + TO_DATE * 22).encode()


def exported(
    code: str,
    country: str,
    value: int | str,
    kind: str = "1",
    quantities: tuple[int, int] = (0, 0),
    month: str = "202506",
    district: str = "27",
) -> bytes:
    """A record of EXP_DETL."""
    monthly = [1, *quantities, value, *[17] * 6]
    return (f"{kind}{code}{country}{district}{month}" + _fields(monthly) + TO_DATE * 10).encode()


def _fields(values: Iterable[int | str]) -> str:
    return "".join(f"{v:015d}" if isinstance(v, int) else v for v in values)


def concord(units: dict[str, tuple[str, str]] = UNITS) -> bytes:
    """CONCORD.TXT: commodity, long and short description, units, classes."""
    lines = [
        f"{code}{'A made thing':150}{'THING':50}{first:3}{second:3}{'75220':5}{'21300':5}{'334111':6}1{'04':2}"
        for code, (first, second) in units.items()
    ]
    return "".join(line + "\r\n" for line in lines).encode()


def bulk_file(
    records: Iterable[bytes],
    flow: str = "import",
    end: bytes = b"\r\n",
    units: dict[str, tuple[str, str]] = UNITS,
    names: tuple[str, str] | None = None,
) -> Saved:
    """The file of 2025-06 as it would be fetched."""
    detail, folder = ("IMP_DETL.TXT", "im_m/IMDB") if flow == "import" else ("EXP_DETL.TXT", "ex_m/EXDB")
    first, second = names or ("CONCORD.TXT", detail)
    content = {
        first: concord(units),
        "COUNTRY.TXT": b"5700 China\r\n",
        second: b"".join(record + end for record in records),
        "HSDESC.STR": b"",
    }
    scope = {"flow": flow, "period": "2025-06", "partners": "all", "complete": True}
    url = f"{BASE}/{folder}2506.ZIP"
    return Saved(zipped(content), source="us_census_bulk", url=url, scope=scope)


def read(document: Saved) -> list[dict]:
    """The rows of a file."""
    return [row for _, batch in us_census_bulk.parse(document) for row in batch.to_pylist()]


def cells(document: Saved, level: str, basis: str, column: str = "value") -> dict[tuple[str, str], object]:
    """(code, country) -> that column, of one level and basis."""
    chosen = (row for row in read(document) if (row["level"], row["flow_basis"]) == (level, basis))
    return {(row["code"], row["partner_code"]): row[column] for row in chosen}


GOOD = imported("8507600030", "5700", 1)
