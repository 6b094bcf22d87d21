"""Run one phase in a process of its own, and die by SIGKILL at its n-th write when told to.

`python -m tests.kill.driver PHASE MARKS [n]`. The phase writes MARKS/<phase>.begin before its first step and
MARKS/<phase>.end after its last. With n, the process kills itself at the n-th call that changes files; without, it
writes the places of all such calls, in order, to MARKS/<phase>.writes.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

WRITES = {"write", "writelines", "replace", "rename", "fsync", "link", "symlink", "unlink", "rmdir", "mkdir"}
WRITES |= {"write_table", "close", "execute"}
OURS = f"{os.sep}warehouse{os.sep}"


class Killer:
    """Notes file-changing built-in calls made by the warehouse package or by what it calls; kills at the n-th."""

    def __init__(self, at: int | None) -> None:
        self.at, self.depth = at, 0
        self.places: list[str] = []

    def profile(self, frame: Any, event: str, argument: Any) -> None:
        ours = OURS in frame.f_code.co_filename
        if event == "call" and ours:
            self.depth += 1
        elif event == "return" and ours:
            self.depth -= 1
        elif event == "c_call" and self.depth > 0 and _changes_files(argument):
            code = frame.f_code
            self.places.append(f"{Path(code.co_filename).name}:{code.co_name}:{argument.__name__}")
            if len(self.places) == self.at:
                os.kill(os.getpid(), signal.SIGKILL)


def _changes_files(function: Any) -> bool:
    """By its name, and not the text method of the same name (`str.replace`)."""
    owner = getattr(function, "__self__", None)
    return getattr(function, "__name__", "") in WRITES and not isinstance(owner, str | bytes | datetime)


def _fetch() -> None:
    from extractors import ingest
    from extractors.registry import sources
    from extractors.web.session import Web
    from warehouse.home import home_root, open_home

    home = open_home(home_root(), "sample")
    for source in sources().values():
        with Web.from_env(os.environ) as web:
            ingest.fetch(home, source, web)


def _pack() -> None:
    from datetime import UTC, timedelta
    from unittest.mock import patch

    from extractors.registry import sources
    from warehouse.home import home_root, open_home
    from warehouse.pack import pack

    home, later = open_home(home_root()), datetime(2026, 11, 21, tzinfo=UTC) + timedelta(days=7)
    with patch("warehouse.pack.now", lambda: later):
        for source in sources():
            pack(home, source)


def _parse() -> None:
    from extractors import ingest
    from extractors.registry import sources
    from warehouse.home import home_root, open_home

    home = open_home(home_root())
    for source in sources().values():
        ingest.parse(home, source)


def _enrich() -> None:
    from transforms.text.identify import identify
    from warehouse.home import home_root, open_home

    identify(open_home(home_root()))


def _vintage() -> None:
    import shutil

    from warehouse import build, vintage
    from warehouse.home import home_root, open_home

    home = open_home(home_root())
    scratch = home.builds / "candidate" / "tmp"
    shutil.rmtree(home.builds, ignore_errors=True)
    scratch.mkdir(parents=True)
    vintage.make(home, build.freeze(home, "code"), scratch)


def _build() -> None:
    from extractors.registry import rights
    from transforms import refresh
    from warehouse.home import home_root, open_home

    made = refresh.build(open_home(home_root()), rights=rights())
    refresh.require_fit([*_as_rows(made.checks or [])])


def _as_rows(checks: list[dict[str, Any]]) -> list[dict[str, object]]:
    return [dict(check) for check in checks]


def _assemble() -> None:
    """A build whose models are a stand-in: what is written around them, in seconds."""
    from unittest.mock import patch

    from tests.cli import standin
    from transforms import refresh
    from warehouse.home import home_root, open_home

    with (
        patch("transforms.project.run", standin.transform),
        patch("transforms.dictionary.write", lambda database, target, results: results),
        patch("transforms.as_of.create", lambda database, target: None),
        patch("transforms.measures.create", lambda database, target: None),
    ):
        refresh.build(open_home(home_root()))


def _publish() -> None:
    from extractors.registry import rights
    from transforms import refresh
    from warehouse.home import home_root, open_home

    refresh.publish(open_home(home_root()), rights=rights())


def _take_in() -> None:
    from datetime import timedelta

    from contracts.clock import now
    from extractors import ingest
    from tests.inbox.tables import SOURCE
    from warehouse.home import home_root, open_home

    home = open_home(home_root())
    ingest.take_in(home, SOURCE, wall=lambda: now() + timedelta(minutes=5), sleep=lambda seconds: None)


PHASES: dict[str, Callable[[], None]] = {
    "fetch": _fetch,
    "take_in": _take_in,
    "pack": _pack,
    "parse": _parse,
    "enrich": _enrich,
    "vintage": _vintage,
    "assemble": _assemble,
    "build": _build,
    "publish": _publish,
}


def main(phase: str, marks: str, at: str | None = None) -> None:
    from contracts.errors import ChokepointError

    killer = Killer(int(at) if at else None)
    (Path(marks) / f"{phase}.begin").touch()
    sys.setprofile(killer.profile)
    try:
        PHASES[phase]()
    except ChokepointError as error:
        sys.setprofile(None)
        print(error, file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    sys.setprofile(None)
    (Path(marks) / f"{phase}.end").touch()
    (Path(marks) / f"{phase}.writes").write_text("\n".join(killer.places))


if __name__ == "__main__":
    main(*sys.argv[1:])
