"""What a check of a build found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class CheckResult:
    """One check: `status` is pass | warn | fail | skip (another failed first).

    `blames` are the documents a source fault is seen in.
    """

    name: str
    kind: str
    status: str
    failures: int
    message: str
    severity: str
    blames: tuple[str, ...] = ()
