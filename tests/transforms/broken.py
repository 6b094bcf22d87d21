"""Rows that a check of the data lets pass, and changes to them that it must find: `broken_rows.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Rows = Mapping[str, list[dict[str, Any]]]
"""By relation: a model or seed by its name, a source as lake.<name>."""


@dataclass(frozen=True)
class Case:
    """Rows that hold, and breaks of them."""

    holds: Rows
    breaks: list[dict[str, Any]]

    def broken_by(self, change: Mapping[str, Any]) -> Rows:
        """The rows with other values in one of them, or with a copy of it that has other values."""
        rows, number = list(self.holds[change["in"]]), change.get("row", 0)
        if "add" in change:
            rows.append(rows[number] | change["add"])
        else:
            rows[number] = rows[number] | change["set"]
        return {**self.holds, change["in"]: rows}


def cases() -> dict[str, Case]:
    """By check."""
    text = Path(__file__).with_name("broken_rows.yml").read_text(encoding="utf-8")
    return {name: Case(**case) for name, case in yaml.safe_load(text).items()}
