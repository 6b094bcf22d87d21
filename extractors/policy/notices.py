"""The queries to the Federal Register as data: read strictly, and refused with the file and the key that is wrong."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from contracts.errors import EnvironmentFault

NOTICES_ENV = "CHOKEPOINT_NOTICES"
DEFAULT = Path(__file__).with_name("notices.toml")
TYPES = ("RULE", "PRORULE", "NOTICE", "PRESDOCU")
Span = tuple[date, date]
_REQUIRED, _OPTIONAL = ("key", "topic"), ("agency", "term", "types", "windows")
_NAME = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_WORDS = re.compile(r"\S(.*\S)?")
_SPAN = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)", re.ASCII)


@dataclass(frozen=True)
class Query:
    """One query. `windows` None: every quarter, by the source's own habit."""

    key: str
    topic: str
    agency: str | None
    term: str | None
    types: tuple[str, ...]
    windows: tuple[Span, ...] | None


def load(path: Path | None = None) -> tuple[Query, ...]:
    """Read `path`, else the file CHOKEPOINT_NOTICES names, else the one beside this module.

    Raises `EnvironmentFault` naming the file, the block and the key that is wrong.
    """
    chosen = path or Path(os.environ.get(NOTICES_ENV) or DEFAULT)
    try:
        content = tomllib.loads(chosen.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise EnvironmentFault(f"{chosen}: cannot be read as TOML: {error}") from None
    blocks = content.pop("notice", None)
    if content or not isinstance(blocks, list) or not blocks:
        raise EnvironmentFault(f"{chosen}: expected [[notice]] blocks and nothing else")
    queries = tuple(_Block(chosen, number, block).query() for number, block in enumerate(blocks, 1))
    keys = [query.key for query in queries]
    if twins := {key for key in keys if keys.count(key) > 1}:
        raise EnvironmentFault(f"{chosen}: key {', '.join(sorted(twins))} is there twice")
    _require_own_questions(chosen, queries)
    return queries


def _require_own_questions(path: Path, queries: Iterable[Query]) -> None:
    """The same question twice would be one address, asked once and kept for the first query alone."""
    seen: dict[object, str] = {}
    for query in queries:
        asked = query.agency, query.term, frozenset(query.types)
        if (twin := seen.setdefault(asked, query.key)) != query.key:
            raise EnvironmentFault(
                f"{path}: {query.key} asks the same as {twin}: the same agency, term and types"
            )


class _Block:
    """Reads one [[notice]] block."""

    def __init__(self, path: Path, number: int, block: object) -> None:
        self.block = block if isinstance(block, dict) else {}
        self.where = f"{path}: [[notice]] {number} ({self.block.get('key', 'no key')})"

    def query(self) -> Query:
        for name in self.block:
            if name not in _REQUIRED + _OPTIONAL:
                raise self._fault(name, f"is not a setting; there are {', '.join(_REQUIRED + _OPTIONAL)}")
        if not {"agency", "term", "types"} & self.block.keys():
            raise self._fault("agency", "or term or types must be named: nothing is asked for otherwise")
        return Query(
            key=self._matching("key", _NAME),
            topic=self._matching("topic", _NAME),
            agency=self._matching("agency", _SLUG) if "agency" in self.block else None,
            term=self._matching("term", _WORDS) if "term" in self.block else None,
            types=self._types(),
            windows=self._windows(),
        )

    def _matching(self, name: str, pattern: re.Pattern[str]) -> str:
        value = self.block.get(name)
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self._fault(name, f"is {value!r}, expected text like {pattern.pattern}")
        return value

    def _list(self, name: str) -> list[str]:
        value = self.block[name]
        if not isinstance(value, list) or not value or len({*map(str, value)}) != len(value):
            raise self._fault(name, "must be a list of texts, none twice")
        return [str(item) for item in value]

    def _types(self) -> tuple[str, ...]:
        if "types" not in self.block:
            return ()
        if wrong := [kind for kind in self._list("types") if kind not in TYPES]:
            raise self._fault("types", f"holds {', '.join(wrong)}; there are {', '.join(TYPES)}")
        return tuple(self._list("types"))

    def _windows(self) -> tuple[Span, ...] | None:
        if "windows" not in self.block:
            return None
        spans = sorted(self._span(text) for text in self._list("windows"))
        if any(later[0] <= earlier[1] for earlier, later in pairwise(spans)):
            raise self._fault("windows", "overlap: every day belongs to one window")
        return tuple(spans)

    def _span(self, text: str) -> Span:
        try:
            if found := _SPAN.fullmatch(text):
                first, last = date.fromisoformat(found[1]), date.fromisoformat(found[2])
                if first <= last:
                    return first, last
        except ValueError:
            pass
        raise self._fault("windows", f"holds {text!r}, expected a span like 2024-01-01..2024-03-31")

    def _fault(self, name: str, problem: str) -> EnvironmentFault:
        return EnvironmentFault(f"{self.where}: {name} {problem}")
