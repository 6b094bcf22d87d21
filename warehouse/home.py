"""The home: one folder that holds all data, of one kind for life."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from contracts.errors import EnvironmentFault
from warehouse.files import read_json, write_json

KINDS = ("live", "sample")


@dataclass(frozen=True)
class Home:
    """Paths below one root. `kind` is `live` (the world's own answers) or `sample` (recordings), written once."""

    root: Path
    kind: str

    @property
    def archive(self) -> Path:
        return self.root / "archive"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def state(self) -> Path:
        return self.root / "state"

    @property
    def locks(self) -> Path:
        return self.root / "locks"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def inbox(self) -> Path:
        return self.root / "inbox"

    @property
    def builds(self) -> Path:
        return self.root / "builds"

    @property
    def releases(self) -> Path:
        return self.root / "releases"

    @property
    def current(self) -> Path:
        return self.root / "current"


def home_root(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder CHOKEPOINT_HOME names, `./.chokepoint` when it names none."""
    return Path(environ.get("CHOKEPOINT_HOME") or ".chokepoint").absolute()


def open_home(root: Path, kind: str | None = None) -> Home:
    """Open the home at `root`; with `kind`, make it when it is not there.

    Raises `EnvironmentFault` when it is not there and no kind is given, when it is of another kind, or not writable.
    """
    note = read_json(root / "home.json")
    if note is None:
        if kind is None:
            raise EnvironmentFault(f"no home at {root}: fetch something first, or set CHOKEPOINT_HOME")
        return _make(root, kind)
    if kind is not None and note["kind"] != kind:
        raise EnvironmentFault(
            f"the home {root} holds {note['kind']} data and this run would bring {kind} data: "
            "set CHOKEPOINT_HOME to another folder, or CHOKEPOINT_MIRROR to fit the home"
        )
    return Home(root, note["kind"])


def _make(root: Path, kind: str) -> Home:
    if kind not in KINDS:
        raise EnvironmentFault(f"a home is {' or '.join(KINDS)}, not {kind!r}")
    try:
        root.mkdir(parents=True, exist_ok=True)
        write_json(root / "home.json", {"kind": kind, "layout": 1})
    except OSError as error:
        raise EnvironmentFault(f"cannot write the home {root}: {error.strerror}") from None
    return Home(root, kind)


def wanted_kind(environ: Mapping[str, str] = os.environ) -> str:
    """What a fetch would bring: recordings when a mirror is set, else the world's own answers."""
    return "sample" if environ.get("CHOKEPOINT_MIRROR") else "live"
