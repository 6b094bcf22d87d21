"""Processes by session: what a program forked, wherever it put it, is found and ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from types import FrameType

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
GRACE_SECONDS = 15.0


def end_once() -> None:
    """Turn the first Ctrl-C or SIGTERM into `KeyboardInterrupt` and heed no other: stopping is not to be stopped."""
    for sig in ENDINGS:
        signal.signal(sig, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    for sig in ENDINGS:
        signal.signal(sig, signal.SIG_IGN)
    os.write(2, b"stopping ...\n")
    raise KeyboardInterrupt


def living(leaders: Iterable[subprocess.Popen[bytes] | subprocess.Popen[str]]) -> list[int]:
    """The processes of these leaders' sessions: also those moved to other groups or left by their parents."""
    import psutil

    sessions = set()
    for leader in leaders:
        leader.poll()
        sessions.add(leader.pid)
    return [pid for pid in psutil.pids() if _session(pid) in sessions and not _is_dead(pid)]


def end(
    leaders: Iterable[subprocess.Popen[bytes] | subprocess.Popen[str]], grace: float = GRACE_SECONDS
) -> None:
    """Ask the leaders (started with `start_new_session`) to end, wait, then end whatever is left of their sessions."""
    all_leaders = list(leaders)
    for leader in all_leaders:
        if leader.poll() is None:
            leader.terminate()
    _wait(all_leaders, grace)
    for sig in (signal.SIGTERM, signal.SIGKILL):
        for pid in living(all_leaders):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, sig)
        _wait(all_leaders, grace / 3)


def _wait(leaders: list[subprocess.Popen[bytes] | subprocess.Popen[str]], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while living(leaders) and time.monotonic() < deadline:
        time.sleep(0.1)


def _session(pid: int) -> int | None:
    try:
        return os.getsid(pid)
    except (ProcessLookupError, PermissionError):
        return None


def _is_dead(pid: int) -> bool:
    import psutil

    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True
