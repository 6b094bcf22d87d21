"""Where the fields of the detail files stand, read from `census_layouts.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("census_layouts.toml")


@dataclass(frozen=True)
class Layout:
    """A record's fields as slices of its characters, and its length without the line's end."""

    fields: Mapping[str, slice]
    length: int


@cache
def layout(name: str) -> Layout:
    """The layout of IMP_DETL, EXP_DETL or CONCORD."""
    table = tomllib.loads(PATH.read_text("utf-8"))[name]
    fields = {field: slice(first - 1, last) for field, (first, last) in table.items()}
    return Layout(fields, max(field.stop for field in fields.values()))
