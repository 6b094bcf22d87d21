"""Hostile bytes read in a process of their own, which the kernel ends when it takes too long or too much memory.

One such process is kept and asked again; the first question pays for its start (about a second), a later one well under
a millisecond. It has none of our environment, so no key; it ends when its questions do. Bytes that end it are tried once:
the same question again is answered from memory, so that a run which reads a feed twice waits for it once.
"""

from __future__ import annotations

import atexit
import hashlib
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
MAX_REMEMBERED = 1_000


def confined(function: str, data: bytes, about: Plain, *, seconds: int) -> Any:
    """What `function` (`module:name`, called with `data` and `about`) returns, as JSON carries it.

    Raises `SourceChanged` as the function does, and where it takes more than `seconds` of wall time (`too-slow:`), all
    the memory it may have, or its process down (`unreadable:`).
    """
    question = {"function": function, "about": dict(about), "seconds": seconds, "bytes": len(data)}
    line = json.dumps(question).encode() + b"\n"
    mark = hashlib.sha256(line + data).digest()
    with _LOCK:
        answer = _ENDED.get(mark) or _asked(line + data, seconds)
        if answer.get("ended"):
            _remember(mark, answer)
    if "refused" in answer:
        raise SourceChanged(answer["refused"])
    return answer["value"]


def _asked(question: bytes, seconds: int) -> dict[str, Any]:
    """The answer of the process; where it has none, the refusal that says so."""
    worker = _worker()
    if not worker.takes(question):  # it was ended from outside since it was last asked
        worker = _worker()
        worker.takes(question)
    answer, code = worker.answer()
    if answer is None:
        slow = code == -signal.SIGALRM
        said = (
            f"too-slow: not read within {seconds} s" if slow else f"unreadable: its reader ended with {code}"
        )
        return {"refused": said, "ended": True}
    if answer.get("ended"):
        _close()
    return answer


def _remember(mark: bytes, answer: dict[str, Any]) -> None:
    if len(_ENDED) >= MAX_REMEMBERED:
        del _ENDED[next(iter(_ENDED))]
    _ENDED[mark] = answer


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

    def takes(self, question: bytes) -> bool:
        """Hand it over; False where the process is not there any more."""
        assert self.process.stdin is not None
        try:
            self.process.stdin.write(question)
            self.process.stdin.flush()
        except BrokenPipeError:
            self.process.wait()
            return False
        return True

    def answer(self) -> tuple[dict[str, Any] | None, int | None]:
        """(the answer, None), or (None, how the process ended)."""
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return (json.loads(line), None) if line.endswith(b"\n") else (None, self.process.wait())

    def close(self) -> None:
        if self.owner == os.getpid():
            self.process.kill()
            self.process.communicate()


_LOCK = threading.Lock()
_KEPT: list[_Worker] = []
_ENDED: dict[bytes, dict[str, Any]] = {}
"""The questions that ended a process, and what was said of them."""


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
