"""Hostile text made harmless where it leaves: terminals, logs, CSV cells."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import quote

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_PLAIN_URL = re.compile("[!-~]+")  # printable ASCII without blanks, as nearly every URL is
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def printable(text: str, limit: int | None = None) -> str:
    """One line without control, bidirectional, zero-width or unassigned characters; cut to `limit` characters."""
    spaced = "".join(" " if c in "\r\n\t\x0b\x0c\x85\u2028\u2029" else c for c in text)
    shown = "".join(c for c in spaced if unicodedata.category(c) not in _HIDDEN)
    return shown if limit is None or len(shown) <= limit else shown[: limit - 1] + "…"


def url_line(url: str) -> str:
    """A URL on one line: line breaks and tabs dropped as browsers do, blanks and control characters percent-encoded."""
    if _PLAIN_URL.fullmatch(url):
        return url
    kept = (c for c in url.strip() if c not in "\t\r\n")
    return "".join(
        quote(c) if c.isspace() or unicodedata.category(c) in _HIDDEN - {"Cs"} else c for c in kept
    )


def csv_cell(value: object) -> object:
    """A cell a spreadsheet will not run: text is made printable, and a leading formula sign is quoted with '."""
    if not isinstance(value, str):
        return value
    shown = printable(value)
    return "'" + shown if shown.startswith(_FORMULA) else shown
