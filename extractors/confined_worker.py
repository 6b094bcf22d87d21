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


def main() -> None:
    """Answer until there are no more questions. What the readers print goes nowhere."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if sys.platform == "linux":
        resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    while line := sys.stdin.buffer.readline():
        answers.write(json.dumps(_answer(json.loads(line), sys.stdin.buffer)).encode() + b"\n")
        answers.flush()


def _answer(question: dict[str, Any], stream: BinaryIO) -> dict[str, object]:
    """The alarm is not caught: it ends the process wherever it is, in C code too."""
    data = stream.read(question["bytes"])
    module, _, name = question["function"].partition(":")
    function = getattr(import_module(module), name)
    signal.alarm(question["seconds"])
    try:
        return {"value": function(data, question["about"])}
    except SourceChanged as reason:
        return {"refused": str(reason)}
    except (Exception, MemoryError) as error:
        return {"refused": f"unreadable: its reader failed ({type(error).__name__})"}
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    main()
