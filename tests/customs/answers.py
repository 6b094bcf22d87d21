"""Synthetic answers of the customs sources."""

from __future__ import annotations

import json
from collections.abc import Iterable

from tests.documents import Saved
from tests.zips import zipped

IMPORTS = "https://api.census.gov/data/timeseries/intltrade/imports/hs"
EXPORTS = "https://api.census.gov/data/timeseries/intltrade/exports/hs"
PORT = "https://www.census.gov/trade/downloads/2025/Port"


def api(url: str, header: list[str], *rows: list[str | None], status: int = 200) -> Saved:
    """An API answer: header and rows as they would come back for that URL."""
    return Saved(json.dumps([header, *rows]).encode(), source="us_census_api", url=url, status=status)


def record(code: str, country: str, value: int | str, month: str = "202506", port: str = "2704") -> bytes:
    """One record of a port file; the fields behind the value are zero."""
    field = f"{value:015d}" if isinstance(value, int) else value
    return f"{code}{country}{port}{month}{field}{'0' * 195}".encode()


def packed(content: bytes, name: str = "PORTHS6MM2506.TXT") -> bytes:
    return zipped({"COUNTRY.TXT": b"5700 China\n", name: content})


def port_file(
    records: Iterable[bytes],
    name: str = "PORTHS6MM2506.TXT",
    end: bytes = b"\r\n",
    codes: object = "all",
    flow: str = "import",
) -> Saved:
    """A port file of 2025-06 as it would be fetched."""
    scope = {
        "flow": flow,
        "level": "HS6",
        "codes": codes,
        "period": "2025-06",
        "partners": "all",
        "complete": True,
    }
    content = b"".join(r + end for r in records)
    url = f"{PORT}/im_hs6_m/PORTHS6MM2506.ZIP"
    return Saved(packed(content, name), source="us_census_port", url=url, scope=scope)
