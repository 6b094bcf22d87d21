"""One writer at a time for a source or the warehouse: flock, so a killed holder leaves no lock behind."""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from typing import TextIO

from contracts.errors import EnvironmentFault, Locked
from warehouse.home import Home

WAREHOUSE = "warehouse"
LOOK_SECONDS = 0.5  # longer than `holder` keeps a lock while it looks


@contextlib.contextmanager
def lock(home: Home, name: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold the lock `name` (a source id or `warehouse`); `Locked` names the holder's process id."""
    with _opened(home, name) as handle:
        _acquire(handle.fileno(), time.monotonic() + max(wait_seconds, LOOK_SECONDS), name, handle.name)
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        try:
            yield
        finally:
            handle.truncate(0)
            handle.flush()
            fcntl.flock(handle, fcntl.LOCK_UN)


def _opened(home: Home, name: str) -> TextIO:
    try:
        home.locks.mkdir(parents=True, exist_ok=True)
        return (home.locks / f"{name}.lock").open("a+")
    except OSError as error:
        raise EnvironmentFault(f"cannot write below the home {home.root}: {error.strerror}") from None


def holder(home: Home, name: str) -> int | None:
    """The process id that holds the lock, None when nobody does."""
    path = home.locks / f"{name}.lock"
    try:
        with path.open() as handle:
            fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return int(path.read_text() or 0)
    return None


def _acquire(handle: int, deadline: float, name: str, path: str) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                with open(path) as note:
                    pid = note.read() or "unknown"
                raise Locked(f"{name} is locked by process {pid}: wait for it, or stop it") from None
            time.sleep(0.05)
        else:
            return
