"""The identity of a basket: its version and the hash of its list."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def basket_hash(version: str, members: Iterable[tuple[str, str]]) -> str:
    """SHA-256 (hex) of the version and the sorted members; a member is (level, code), e.g. ("HS6", "850760").

    A changed list is a new version with a new hash, never an edit: the seed test recomputes every hash.
    """
    lines = [version, *sorted(f"{level}:{code}" for level, code in members)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
