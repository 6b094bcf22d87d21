"""What a check-up finds: one thing looked at, how it stands, and what to do about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from contracts.errors import ChokepointError

State = Literal["ok", "warn", "fail", "skipped"]


@dataclass(frozen=True)
class Check:
    """`found` is what is there, in words; `advice` what to do about it, empty where there is nothing to do."""

    name: str
    state: State
    found: str
    advice: str = ""


def looked(name: str, look: Callable[[], Check], advice: str = "") -> Check:
    """What `look` finds; whatever it raises is a failed check, so that one fault never hides the other findings."""
    try:
        return look()
    except ChokepointError as error:
        return Check(name, "fail", str(error), advice)
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        return Check(name, "fail", f"the system refused{where}: {error.strerror or error}", advice)
    except Exception as error:  # a broken installation may raise anything, and that is what is looked for
        return Check(name, "fail", f"the check stopped: {type(error).__name__}: {error}", advice)


def listed(words: list[str], most: int = 5) -> str:
    """The first `most` of the words, and how many more there are."""
    more = f" and {len(words) - most} more" if len(words) > most else ""
    return ", ".join(words[:most]) + more


def size(count: float) -> str:
    """Bytes in words a person compares, decimal."""
    if count < 1e6:
        return f"{count:,.0f} bytes"
    return f"{count / 1e9:,.1f} GB" if count >= 1e9 else f"{count / 1e6:,.1f} MB"
