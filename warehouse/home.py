"""The home: one folder that holds all data, of one kind for life."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

from contracts.errors import EnvironmentFault
from warehouse.files import read_json, sync_folder, write_json

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
    def inbox_done(self) -> Path:
        return self.root / "inbox.done"

    @property
    def inbox_refused(self) -> Path:
        return self.root / "inbox.refused"

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
    found = _kind(root)
    if found is None:
        if kind is None:
            raise EnvironmentFault(f"no home at {root}: fetch something first, or set CHOKEPOINT_HOME")
        _make(root, kind)
        found = _kind(root)
    if found is None or (kind is not None and found != kind):
        raise EnvironmentFault(
            f"the home {root} holds {found} data and this run would bring {kind} data: "
            "set CHOKEPOINT_HOME to another folder, or CHOKEPOINT_MIRROR to fit the home"
        )
    return Home(root, found)


def _kind(root: Path) -> str | None:
    """What `home.json` says, None when there is none."""
    try:
        note = read_json(root / "home.json")
    except ValueError:
        note = {}
    except OSError as error:
        raise EnvironmentFault(f"cannot read the home {root}: {error.strerror}") from None
    if note is not None and (not isinstance(note, dict) or note.get("kind") not in KINDS):
        raise EnvironmentFault(f"{root / 'home.json'} does not say {' or '.join(KINDS)}: is this a home?")
    return None if note is None else str(note["kind"])


def _make(root: Path, kind: str) -> None:
    """Write `home.json` unless another process is first: a home never changes its kind."""
    if kind not in KINDS:
        raise EnvironmentFault(f"a home is {' or '.join(KINDS)}, not {kind!r}")
    try:
        root.mkdir(parents=True, exist_ok=True)
        draft = root / f".home.{uuid4().hex[:8]}.part"
        try:
            write_json(draft, {"kind": kind, "layout": 1})
            with contextlib.suppress(
                FileExistsError, FileNotFoundError
            ):  # made, or made and swept, by another
                os.link(draft, root / "home.json")
        finally:
            draft.unlink(missing_ok=True)
        sync_folder(root)
    except OSError as error:
        raise EnvironmentFault(f"cannot write the home {root}: {error.strerror}") from None


def sweep_drafts(home: Home) -> None:
    """Remove what a process killed while it made this home left behind."""
    for draft in home.root.glob(".*home.*.part"):
        draft.unlink(missing_ok=True)


def wanted_kind(environ: Mapping[str, str] = os.environ) -> str:
    """What a fetch would bring: recordings when a mirror is set, else the world's own answers."""
    return "sample" if environ.get("CHOKEPOINT_MIRROR") else "live"
