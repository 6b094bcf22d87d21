"""A Census API request and what its answer speaks for: the URL is made from a query, the scope is read from the URL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

from extractors.customs import months
from extractors.customs.queries import ApiQuery, Range

BASE = "https://api.census.gov/data/timeseries/intltrade"
COMMODITY = {"import": "I_COMMODITY", "export": "E_COMMODITY"}
SUFFIX = {"M": "_MO", "YTD": "_YR"}
QUANTITIES = {"GEN_VAL": "GEN_QY", "CON_VAL": "CON_QY", "TOT_EXP": "QTY_"}
_TIME = re.compile(rf"(?:from )?({months.MONTH.pattern})(?: to ({months.MONTH.pattern}))?")


@dataclass(frozen=True)
class Asked:
    """What a request asked for; `codes` may end in `*`, `partners` None is every partner."""

    flow: str
    level: str
    columns: tuple[str, ...]
    codes: tuple[str, ...]
    first: date
    last: date
    bases: tuple[str, ...]
    spans: tuple[str, ...]
    partners: tuple[str, ...] | None

    def covers(self, code: str) -> bool:
        """Whether the request asked for that commodity code."""
        return any(code == c or (c.endswith("*") and code.startswith(c[:-1])) for c in self.codes)

    def scope(self) -> dict[str, object]:
        """The same as JSON, archived with the answer."""
        return {
            "flow": self.flow,
            "level": self.level,
            "columns": list(self.columns),
            "codes": list(self.codes),
            "from": months.label(self.first),
            "to": months.label(self.last),
            "bases": list(self.bases),
            "spans": list(self.spans),
            "partners": list(self.partners) if self.partners is not None else "all",
            "complete": True,
        }


def url(query: ApiQuery, codes: tuple[str, ...], time: Range) -> str:
    """The request for one list of codes and one range of months, without the key."""
    pairs = [("get", ",".join(_columns(query)))]
    pairs += [(COMMODITY[query.flow], code) for code in codes]
    pairs += [("COMM_LVL", query.level)]
    pairs += [("CTY_CODE", code) for code in query.partners or ()]
    first, last = months.label(time[0]), months.label(time[1])
    pairs += [("time", first if first == last else f"from {first} to {last}")]
    return f"{BASE}/{query.flow}s/hs?{urlencode(pairs, quote_via=quote, safe=',*')}"


def _columns(query: ApiQuery) -> list[str]:
    columns = ["CTY_CODE", "CTY_NAME"]
    for span in query.spans:
        suffix = SUFFIX[span]
        for basis in query.bases:
            if query.flow == "import" or f"ALL_VAL{suffix}" not in columns:
                columns.append((basis if query.flow == "import" else "ALL_VAL") + suffix)
        columns += [f"CAL_DUT{suffix}"] if query.duty else []
        if query.quantities:
            stems = dict.fromkeys(QUANTITIES.get(basis, "QTY_") for basis in query.bases)
            columns += [f"{stem}{n}{suffix}" for stem in stems for n in (1, 2)]
    columns += ["DF"] if {"DOM_EXP", "RE_EXP"} & set(query.bases) else []
    return columns + (["UNIT_QY1", "UNIT_QY2"] if query.quantities else [])


def asked_in(address: str) -> Asked | None:
    """What a request URL asked for; None for another address or one that leaves level, codes or time open."""
    parts = urlsplit(address)
    path = re.fullmatch(r"/data/timeseries/intltrade/(import|export)s/hs", parts.path)
    if not path:
        return None
    pairs = parse_qsl(parts.query)
    values: dict[str, tuple[str, ...]] = {n: tuple(v for k, v in pairs if k == n) for n, _ in pairs}
    flow = path[1]
    columns = tuple(",".join(values.get("get", ())).split(","))
    codes, level = values.get(COMMODITY[flow], ()), values.get("COMM_LVL", ())
    time = _TIME.fullmatch(values.get("time", ("",))[0])
    if not (codes and len(level) == 1 and time):
        return None
    return Asked(
        flow=flow,
        level=level[0],
        columns=columns,
        codes=codes,
        first=months.month(time[1]),
        last=months.month(time[4] or time[1]),
        bases=_bases(flow, columns),
        spans=tuple(s for s, end in SUFFIX.items() if any(c.endswith(f"_VAL{end}") for c in columns)),
        partners=values.get("CTY_CODE"),
    )


def _bases(flow: str, columns: tuple[str, ...]) -> tuple[str, ...]:
    if flow == "import":
        return tuple(b for b in ("GEN_VAL", "CON_VAL") if any(c.startswith(f"{b}_") for c in columns))
    return ("TOT_EXP", "DOM_EXP", "RE_EXP") if "DF" in columns else ("TOT_EXP",)


def from_scope(scope: Mapping[str, Any]) -> Asked:
    """The inverse of `Asked.scope`; `KeyError`, `TypeError` or `ValueError` for another mapping."""
    named = scope["partners"]
    return Asked(
        flow=str(scope["flow"]),
        level=str(scope["level"]),
        columns=tuple(scope["columns"]),
        codes=tuple(scope["codes"]),
        first=months.month(scope["from"]),
        last=months.month(scope["to"]),
        bases=tuple(scope["bases"]),
        spans=tuple(scope["spans"]),
        partners=None if named == "all" else tuple(named),
    )
