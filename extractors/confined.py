"""Hostile bytes read in a process of their own, which the kernel ends when it takes too long or too much memory.

One such process is kept and asked again; the first question pays for its start (about a second), a later one well under
a millisecond. It has none of our environment, so no key; it ends when its questions do.
"""

from __future__ import annotations

import atexit
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import Any

from contracts.errors import SourceChanged

Plain = Mapping[str, str | None]
_PASSED = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "LANG", "SYSTEMROOT")
_STARTS = 2


def confined(function: str, data: bytes, about: Plain, *, seconds: int) -> Any:
    """What `function` (`module:name`, called with `data` and `about`) returns, as JSON carries it.

    Raises `SourceChanged` as the function does, and where it takes more than `seconds` of wall time (`too-slow:`), all
    the memory it may have, or its process down (`unreadable:`).
    """
    question = {"function": function, "about": dict(about), "seconds": seconds, "bytes": len(data)}
    with _LOCK:
        for _ in range(_STARTS):
            answer, code = _worker().ask(question, data)
            if answer is not None or code == -signal.SIGALRM:
                break
    if answer is None:
        slow = code == -signal.SIGALRM
        raise SourceChanged(
            f"too-slow: not read within {seconds} s" if slow else f"unreadable: its reader ended with {code}"
        )
    if "refused" in answer:
        raise SourceChanged(answer["refused"])
    return answer["value"]


class _Worker:
    """The process and the pipes to it; of use only in the process that started it."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        environment = {name: os.environ[name] for name in _PASSED if name in os.environ}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "extractors.confined_worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            start_new_session=True,
        )

    def usable(self) -> bool:
        return self.owner == os.getpid() and self.process.poll() is None

    def ask(self, question: Mapping[str, object], data: bytes) -> tuple[dict[str, Any] | None, int | None]:
        """(the answer, None), or (None, how the process ended)."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        try:
            self.process.stdin.write(json.dumps(question).encode() + b"\n" + data)
            self.process.stdin.flush()
            line = self.process.stdout.readline()
        except BrokenPipeError:
            line = b""
        return (json.loads(line), None) if line.endswith(b"\n") else (None, self.process.wait())

    def close(self) -> None:
        if self.owner == os.getpid():
            self.process.kill()
            self.process.communicate()


_LOCK = threading.Lock()
_KEPT: list[_Worker] = []


def _worker() -> _Worker:
    if not (_KEPT and _KEPT[0].usable()):
        _close()
        _KEPT.append(_Worker())
    return _KEPT[0]


@atexit.register
def _close() -> None:
    while _KEPT:
        _KEPT.pop().close()


def _forget() -> None:
    """A fork's child asks a process of its own."""
    global _LOCK
    _LOCK = threading.Lock()
    _KEPT.clear()


os.register_at_fork(after_in_child=_forget)
