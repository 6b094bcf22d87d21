"""Files brought to the inbox of a home, taken in, and what became of them."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from contracts.clock import now
from contracts.document import Source
from extractors import ingest
from extractors.ingest.inbox import InboxReport
from tests.inbox.tables import NAME, SOURCE
from warehouse.archive import Archive, Capture
from warehouse.home import Home

GOOD = b"rates of 2024\n1.1\n1.2\n"
LATER = timedelta(minutes=5)


def drop(home: Home, name: str, body: bytes = GOOD, side: str | None = None) -> Path:
    """A file in the inbox, its side file beside it."""
    path = home.inbox / NAME / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if side is not None:
        path.with_name(f"{name}.toml").write_text(side, encoding="utf-8")
    path.write_bytes(body)
    return path


def take(home: Home, source: Source = SOURCE, after: timedelta = LATER) -> InboxReport:
    """Take in what lies there, that long after now."""
    return ingest.take_in(home, source, wall=lambda: now() + after, sleep=lambda seconds: None)


def captures(home: Home) -> list[Capture]:
    """What the archive holds of it."""
    return Archive(home.archive).captures(NAME)


def names(folder: Path) -> list[str]:
    """The files of the source in one of the home's folders."""
    return sorted(path.name for path in (folder / NAME).iterdir()) if (folder / NAME).is_dir() else []


def reason(home: Home, name: str) -> str:
    """Why a file was refused."""
    return (home.inbox_refused / NAME / f"{name}.reason.txt").read_text()
