"""What is asked of UN Comtrade: one request as a value, its address, and how it is cut when an answer would be too long."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from contracts.errors import SourceChanged
from extractors.customs import months

BASE = "https://comtradeapi.un.org"
PATHS = {"get": "/data/v1/get", "preview": "/public/v1/preview"}
CAPS = {"get": 100_000, "preview": 500}
LONGEST_URL = 2_000
FLOWS = {"M": "import", "X": "export", "RX": "export"}
BASES = {"M": ("CIF", "FOB"), "X": ("FOB",), "RX": ("RE_EXP",)}
FREQUENCIES = {"A": "CY", "M": "M"}
PERIOD = {"A": re.compile(r"[12]\d{3}", re.ASCII), "M": re.compile(r"[12]\d{3}(0[1-9]|1[0-2])", re.ASCII)}
CODE = re.compile(r"TOTAL|\d{2}|\d{4}|\d{6}", re.ASCII)
_LISTS = ("reporters", "periods", "flows", "codes")
_PARAMETERS = dict(zip(_LISTS, ("reporterCode", "period", "flowCode", "cmdCode"), strict=True))


def level(code: str) -> str:
    """The level of a commodity code."""
    return "TOTAL" if code == "TOTAL" else f"HS{len(code)}"


def span(frequency: str, period: str) -> tuple[date, date]:
    """First and last day of `2022` (A) or `202207` (M); `ValueError` for anything else."""
    if not PERIOD[frequency].fullmatch(period):
        raise ValueError(f"{period!r} is not a period of frequency {frequency}")
    if frequency == "A":
        return date(int(period), 1, 1), date(int(period), 12, 31)
    first = date(int(period[:4]), int(period[4:]), 1)
    return first, date.fromordinal(months.shift(first, 1).toordinal() - 1)


@dataclass(frozen=True)
class Asked:
    """One request for data. `access` is get (a key) or preview (none); `partners` None: every partner and the world."""

    access: str
    frequency: str
    reporters: tuple[str, ...]
    periods: tuple[str, ...]
    flows: tuple[str, ...]
    codes: tuple[str, ...]
    partners: tuple[str, ...] | None

    @property
    def cap(self) -> int:
        """Records at which an answer is cut without a word."""
        return CAPS[self.access]

    def url(self) -> str:
        """The address, without a key; breakdowns by second partner, procedure and transport are pinned to totals."""
        asked = {name: ",".join(getattr(self, own)) for own, name in _PARAMETERS.items()}
        if self.partners is not None:
            asked["partnerCode"] = ",".join(self.partners)
        pinned = {"partner2Code": "0", "customsCode": "C00", "motCode": "0"}
        rest = {"maxRecords": str(self.cap), "format": "JSON", "includeDesc": "TRUE"}
        query = urlencode(asked | pinned | rest, safe=",")
        return f"{BASE}{PATHS[self.access]}/C/{self.frequency}/HS?{query}"

    def scope(self) -> dict[str, object]:
        """The request as it is archived with its answer."""
        lists = {name: list(getattr(self, name)) for name in _LISTS}
        partners = "all" if self.partners is None else list(self.partners)
        return {"access": self.access, "frequency": self.frequency, **lists, "partners": partners}

    def halves(self) -> tuple[Asked, ...]:
        """Two requests that together ask the same: by period, else reporter, code or flow; none where one cell is left."""
        for name in ("periods", "reporters", "codes", "flows"):
            listed = getattr(self, name)
            if len(listed) > 1:
                middle = (len(listed) + 1) // 2
                return tuple(_with(self, name, part) for part in (listed[:middle], listed[middle:]))
        return ()


def _with(asked: Asked, name: str, part: tuple[str, ...]) -> Asked:
    changed: dict[str, Any] = {name: part}
    return replace(asked, **changed)


def from_scope(scope: Mapping[str, object]) -> Asked:
    """The request back from its scope; `SourceChanged` when it is none of this source."""
    try:
        lists = {name: _texts(scope[name]) for name in _LISTS}
        partners = None if scope["partners"] == "all" else _texts(scope["partners"])
        access, frequency = str(scope["access"]), str(scope["frequency"])
    except (KeyError, TypeError) as error:
        raise SourceChanged(f"the scope kept with the answer is not one of this source: {error}") from None
    return _checked(Asked(access, frequency, **lists, partners=partners))


def from_url(url: str) -> Asked | None:
    """The request back from an address that names all of it, None for any other."""
    parts = urlsplit(url)
    query = {name.lower(): values[-1] for name, values in parse_qs(parts.query).items()}
    found = re.fullmatch(r"(.*)/C/([AM])/HS", parts.path)
    access = next((a for a, path in PATHS.items() if found and found[1] == path), None)
    lists = {own: query.get(name.lower(), "") for own, name in _PARAMETERS.items()}
    if found is None or access is None or not all(lists.values()):
        return None
    partners = tuple(query["partnercode"].split(",")) if query.get("partnercode") else None
    split = {name: tuple(text.split(",")) for name, text in lists.items()}
    return _checked(Asked(access, found[2], **split, partners=partners))


def _texts(values: object) -> tuple[str, ...]:
    if not isinstance(values, list | tuple):
        raise TypeError(f"{values!r} is not a list")
    return tuple(str(value) for value in values)


def _checked(asked: Asked) -> Asked:
    fits = (
        asked.access in PATHS
        and asked.frequency in FREQUENCIES
        and all(getattr(asked, name) for name in _LISTS)
        and all(PERIOD[asked.frequency].fullmatch(period) for period in asked.periods)
        and all(CODE.fullmatch(code) for code in asked.codes)
        and all(flow in FLOWS for flow in asked.flows)
    )
    if not fits:
        raise SourceChanged("the request is not one this source makes: lists of periods, codes and flows")
    return asked
