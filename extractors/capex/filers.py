"""The list of filers: one block each in a TOML file, and the concepts that are kept of what they report."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from contracts.errors import EnvironmentFault

FILERS_ENV = "CHOKEPOINT_FILERS"
DEFAULT_FILERS = Path(__file__).with_name("filers.toml")
CONCEPTS = Path(__file__).with_name("concepts.toml")
_FORMS = {
    "company_id": ("[a-z][a-z0-9_]*", "lower-case letters, digits and _"),
    "cik": ("[0-9]{10}", "ten digits"),
}


def load_filers(path: Path | None = None) -> Mapping[str, str]:
    """Company id by CIK (ten digits), in the file's order: `path`, else what CHOKEPOINT_FILERS names, else the built-in list.

    Raises `EnvironmentFault` naming the file, the block and the key that is wrong.
    """
    chosen = path or Path(os.environ.get(FILERS_ENV) or DEFAULT_FILERS)
    try:
        return _load(chosen, chosen.stat().st_mtime_ns)
    except OSError as error:
        raise EnvironmentFault(f"{chosen}: cannot be read as the list of filers: {error.strerror}") from None


@lru_cache(maxsize=8)
def _load(path: Path, _modified: int) -> Mapping[str, str]:
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise EnvironmentFault(f"{path}: not valid TOML: {error}") from None
    blocks = content.pop("filer", None)
    if content or not isinstance(blocks, list) or not blocks:
        raise EnvironmentFault(f"{path}: expected [[filer]] blocks and nothing else")
    filers: dict[str, str] = {}
    for number, block in enumerate(blocks, 1):
        where = f"{path}: [[filer]] {number}"
        company_id, cik = _read(where, block)
        if cik in filers or company_id in filers.values():
            raise EnvironmentFault(f"{where}: {company_id} or {cik} is listed twice")
        filers[cik] = company_id
    return MappingProxyType(filers)


def _read(where: str, block: object) -> tuple[str, str]:
    if not isinstance(block, dict) or set(block) != set(_FORMS):
        raise EnvironmentFault(f"{where}: must have {' and '.join(_FORMS)} and nothing else")
    for name, (pattern, expected) in _FORMS.items():
        if not isinstance(block[name], str) or not re.fullmatch(pattern, block[name]):
            raise EnvironmentFault(f"{where}: {name} is {block[name]!r}, expected {expected}")
    return block["company_id"], block["cik"]


@cache
def kept_concepts() -> Mapping[str, Mapping[str, str]]:
    """What each kept concept means, by taxonomy and name."""
    return MappingProxyType(tomllib.loads(CONCEPTS.read_text("utf-8")))
