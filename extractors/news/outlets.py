"""Outlet families: one publisher under several sites and names."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from extractors.sites import site

_FILE = Path(__file__).with_name("outlets.toml")
_WORD = re.compile(r"\w+")


class Families(NamedTuple):
    """Family keys by site, and by name folded to its words in lower case."""

    by_site: dict[str, str]
    by_name: dict[str, str]


@lru_cache(maxsize=1)
def families() -> Families:
    """The table of families (`outlets.toml`)."""
    by_site: dict[str, str] = {}
    by_name: dict[str, str] = {}
    for key, family in tomllib.loads(_FILE.read_text(encoding="utf-8")).items():
        by_site |= dict.fromkeys(family["sites"], key)
        by_name |= {_folded(name): key for name in (family["name"], *family["names"])}
    return Families(by_site, by_name)


def family_of_site(url: str) -> str:
    """The family of the site an address belongs to; the site itself where it is in none."""
    host = site(url)
    return families().by_site.get(host, host)


def family_of_name(name: str) -> str | None:
    """The family an outlet's name or address belongs to; None where it is not known."""
    known = families()
    return known.by_name.get(_folded(name)) or known.by_site.get(name.strip().lower().removeprefix("www."))


def _folded(name: str) -> str:
    return " ".join(_WORD.findall(name.lower()))
