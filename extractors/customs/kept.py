"""Which HS6 codes of a bulk file go to the lake; the archive keeps all of them, so widening is a new parse."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

PATH = Path(__file__).with_name("kept_codes.txt")


@cache
def kept_codes() -> tuple[str, ...]:
    """The kept prefixes (chapters) and codes, in the file's order."""
    lines = (line.split("#")[0].strip() for line in PATH.read_text("utf-8").splitlines())
    return tuple(line for line in lines if line)


def digest() -> str:
    """Eight hexadecimal digits that change with the list: what was read by another list is read again."""
    return hashlib.sha256("\n".join(kept_codes()).encode()).hexdigest()[:8]


def keeps(code: str) -> bool:
    """Whether an HS6 code is kept."""
    return code.startswith(kept_codes())
