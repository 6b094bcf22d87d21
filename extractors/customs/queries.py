"""The customs queries as data: read, checked word by word, and refused with the file and key that is wrong."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, NoReturn

from contracts.errors import EnvironmentFault
from extractors.customs import months
from extractors.customs.schedule_c import partner_kind

DEFAULT = Path(__file__).with_name("queries.toml")
FLOW_BASES = {"import": ("GEN_VAL", "CON_VAL"), "export": ("TOT_EXP", "DOM_EXP", "RE_EXP")}
LEVELS = {"HS2": 2, "HS4": 4, "HS6": 6, "HS10": 10}
SPANS = ("M", "YTD")
Range = tuple[date, date]


@dataclass(frozen=True)
class PortQuery:
    """Port files to ask for. `codes` None: every kept code; `months` None: the newest `recent_months`."""

    flows: tuple[str, ...]
    months: tuple[date, ...] | None
    recent_months: int
    codes: tuple[str, ...] | None


@dataclass(frozen=True)
class ApiQuery:
    """API tables to ask for: one request for each list of codes and each time range.

    `partners` None: every partner, with its world and group rows; `times` None: the newest `years` calendar years.
    """

    key: str
    flow: str
    level: str
    requests: tuple[tuple[str, ...], ...]
    bases: tuple[str, ...]
    spans: tuple[str, ...]
    partners: tuple[str, ...] | None
    times: tuple[Range, ...] | None
    years: int
    duty: bool
    quantities: bool


@dataclass(frozen=True)
class Queries:
    """All customs queries; `port` None and an empty `api` ask for nothing."""

    port: PortQuery | None
    api: tuple[ApiQuery, ...]


def load(path: Path | None = None) -> Queries:
    """Read `path`, else the file CHOKEPOINT_QUERIES names, else the default beside this module.

    Raises `EnvironmentFault` naming the file and the key that is wrong.
    """
    root = _read(path)
    port, api = root.take("us_census_port", None), root.take("us_census_api", [])
    if not isinstance(api, list):
        root.fail("us_census_api", "must be an array of tables ([[us_census_api]])")
    read = tuple(_api(Table(f"{root.where}: us_census_api[{i}]", t)) for i, t in enumerate(api))
    return Queries(_port(Table(f"{root.where}: us_census_port", port)) if port is not None else None, read)


def section(source: str, default: Mapping[str, object]) -> Table | None:
    """What one source is to be asked, to be taken key by key.

    Its table in the file that CHOKEPOINT_QUERIES names, None where that has none; without such a file `default`, which
    the source's own module holds. Raises `EnvironmentFault` naming the file and what is wrong.
    """
    if not os.environ.get("CHOKEPOINT_QUERIES"):
        return Table(source, default)
    root = _read()
    found = root.take(source, None)
    return None if found is None else Table(f"{root.where}: {source}", found)


def _read(path: Path | None = None) -> Table:
    """The whole file; every table in it must be of a module here."""
    chosen = path or Path(os.environ.get("CHOKEPOINT_QUERIES") or DEFAULT)
    try:
        root = Table(chosen.name, tomllib.loads(chosen.read_text("utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EnvironmentFault(f"{chosen}: cannot be read as TOML: {error}") from None
    known = {path.stem for path in DEFAULT.parent.glob("*.py")}
    for key in root.values.keys() - known:
        root.fail(key, "is not a known key: there is no such source")
    return root


class Table:
    """One TOML table being read: what is taken is checked, what is left over is a mistake."""

    def __init__(self, where: str, values: object) -> None:
        self.where = where
        if not isinstance(values, Mapping):
            raise EnvironmentFault(f"{where}: must be a table")
        self.values: dict[str, Any] = dict(values)

    def fail(self, key: str, why: str) -> NoReturn:
        raise EnvironmentFault(f"{self.where}: {key} {why}")

    def take(self, key: str, default: object = ...) -> Any:
        if key not in self.values and default is ...:
            self.fail(key, "is missing")
        return self.values.pop(key, default)

    def finish(self) -> None:
        for key in self.values:
            self.fail(key, "is not a known key")

    def words(self, key: str, allowed: tuple[str, ...] | re.Pattern[str], default: object = ...) -> Any:
        """A list of texts without repeats, each allowed; the default when the key is absent."""
        found = self.take(key, default)
        if found is default:
            return default
        if not isinstance(found, list) or not found or len({*map(str, found)}) != len(found):
            self.fail(key, "must be a list of texts, none twice")
        for word in found:
            self._allow(key, word, allowed)
        return tuple(found)

    def word(self, key: str, allowed: tuple[str, ...] | re.Pattern[str]) -> str:
        found = self.take(key)
        self._allow(key, found, allowed)
        return str(found)

    def _allow(self, key: str, word: object, allowed: tuple[str, ...] | re.Pattern[str]) -> None:
        if isinstance(allowed, tuple):
            fits, said = word in allowed, "one of " + ", ".join(allowed)
        else:
            fits, said = isinstance(word, str) and bool(allowed.fullmatch(word)), f"like {allowed.pattern}"
        if not fits:
            self.fail(key, f"holds {word!r}, which is not {said}")

    def count(self, key: str, default: int, most: int) -> int:
        found = self.take(key, default)
        if type(found) is not int or not 1 <= found <= most:
            self.fail(key, f"must be a whole number from 1 to {most}")
        return found

    def flag(self, key: str) -> bool:
        found = self.take(key, False)
        if not isinstance(found, bool):
            self.fail(key, "must be true or false")
        return found


_HS6 = re.compile(r"\d{6}", re.ASCII)
_KEY = re.compile(r"[a-z0-9_]+", re.ASCII)
_RANGE = re.compile(rf"{months.MONTH.pattern}(\.\.{months.MONTH.pattern})?", re.ASCII)
_ANY = re.compile(r"\S+")


def _port(table: Table) -> PortQuery:
    listed = table.words("months", months.MONTH, None)
    query = PortQuery(
        flows=table.words("flows", tuple(FLOW_BASES)),
        months=tuple(months.month(m) for m in listed) if listed else None,
        recent_months=table.count("recent_months", 16, 400),
        codes=table.words("codes", _HS6, None),
    )
    table.finish()
    return query


def _api(table: Table) -> ApiQuery:
    flow, level = table.word("flow", tuple(FLOW_BASES)), table.word("level", tuple(LEVELS))
    query = ApiQuery(
        key=table.word("key", _KEY),
        flow=flow,
        level=level,
        requests=_requests(table, LEVELS[level]),
        bases=table.words("bases", FLOW_BASES[flow]),
        spans=table.words("spans", SPANS),
        partners=_partners(table),
        times=_times(table),
        years=table.count("years", 2, 30),
        duty=table.flag("duty"),
        quantities=table.flag("quantities"),
    )
    table.finish()
    if query.duty and "CON_VAL" not in query.bases:
        table.fail("duty", "goes with the basis CON_VAL only")
    if query.quantities and level != "HS10":
        table.fail("quantities", "exist at level HS10 only")
    return query


def _requests(table: Table, digits: int) -> tuple[tuple[str, ...], ...]:
    lists = table.take("requests")
    code = re.compile(rf"\d{{{digits}}}|\d{{2,{digits - 1}}}\*" if digits > 2 else r"\d\d", re.ASCII)
    if not isinstance(lists, list) or not lists:
        table.fail("requests", "must be a list of lists of codes, one request each")
    return tuple(Table(table.where, {"requests": codes}).words("requests", code) for codes in lists)


def _partners(table: Table) -> tuple[str, ...] | None:
    from contracts.errors import SourceChanged

    named: tuple[str, ...] | None = table.words("partners", _ANY, None)
    try:
        _ = [partner_kind(code) for code in named or ()]
    except SourceChanged as error:
        table.fail("partners", f"is wrong: {error}")
    return named


def _times(table: Table) -> tuple[Range, ...] | None:
    listed: tuple[str, ...] | None = table.words("times", _RANGE, None)
    if listed is None:
        return None
    ends = [(months.month(t[:7]), months.month(t[-7:])) for t in listed]
    for first, last in ends:
        if last < first:
            table.fail("times", f"ends before it begins: {months.label(first)}..{months.label(last)}")
    return tuple(ends)
