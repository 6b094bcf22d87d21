"""The process behind `confined`: one question a line with its bytes, one answer a line, each within its limits."""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from importlib import import_module
from typing import Any, BinaryIO

from contracts.errors import SourceChanged

MAX_MEMORY_BYTES = 2_000_000_000
_ROOM_TO_SAY_SO_BYTES = 100_000_000


def main() -> None:
    """Answer until there are no more questions, or no more memory. What the readers print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit(MAX_MEMORY_BYTES)
    while line := sys.stdin.buffer.readline():
        answer, spent = _answer(json.loads(line), sys.stdin.buffer)
        answers.write(answer + b"\n")
        answers.flush()
        if spent:
            break


def _limit(soft_bytes: int) -> None:
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (soft_bytes, MAX_MEMORY_BYTES + _ROOM_TO_SAY_SO_BYTES))


def _answer(question: dict[str, Any], stream: BinaryIO) -> tuple[bytes, bool]:
    """The answer as JSON, and whether the memory is spent. The alarm is not caught: it ends the process, in C code too."""
    data, spent = stream.read(question["bytes"]), False
    module, _, name = question["function"].partition(":")
    function = getattr(import_module(module), name)
    signal.alarm(question["seconds"])
    try:
        return json.dumps({"value": function(data, question["about"])}).encode(), spent
    except SourceChanged as reason:
        refused = str(reason)
    except MemoryError:
        _limit(MAX_MEMORY_BYTES + _ROOM_TO_SAY_SO_BYTES)
        refused, spent = "unreadable: its reader failed (MemoryError)", True
    except Exception as error:
        refused = f"unreadable: its reader failed ({type(error).__name__})"
    finally:
        signal.alarm(0)
    return json.dumps({"refused": refused, "ended": spent}).encode(), spent


if __name__ == "__main__":
    main()
