"""Which HS6 codes of a bulk file go to the lake; the archive keeps all of them, so widening is a new parse."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

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


def mask(prefixes: Iterable[str] | None = None) -> npt.NDArray[np.bool_]:
    """One flag for each of the million HS6 codes: whether it is kept, or begins with one of `prefixes`."""
    import numpy as np

    wanted = np.zeros(1_000_000, dtype=np.bool_)
    for prefix in kept_codes() if prefixes is None else prefixes:
        low = int(prefix.ljust(6, "0"))
        wanted[low : low + 10 ** (6 - len(prefix))] = True
    return wanted
