"""Releases: complete before the swap, never written again, one link that says which is current."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import Any

from contracts.clock import now, stamp
from contracts.errors import CheckFailed, EnvironmentFault
from warehouse import carry
from warehouse.build import Candidate
from warehouse.export import export_tables
from warehouse.files import point, read_json, sync_folder, sync_tree, write_json
from warehouse.home import Home
from warehouse.query import query

KEEP = 5
_NAME = re.compile(r"\d{4}\.\d{2}\.\d{2}(\.\d+)?-[0-9a-f]{12}")


@dataclass(frozen=True)
class Release:
    """One released folder."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def build_id(self) -> str:
        return self.name.rpartition("-")[2]

    @property
    def database(self) -> Path:
        return self.folder / "warehouse.duckdb"

    @property
    def manifest(self) -> dict[str, Any]:
        return dict(read_json(self.folder / "manifest.json"))


def releases(home: Home) -> list[Release]:
    """All complete releases in the order they were published, last last.

    A build that comes back (its inputs are again what they once were) is the release it was, published anew.
    """
    if not home.releases.is_dir():
        return []
    named = (Release(p) for p in home.releases.iterdir() if _NAME.fullmatch(p.name))
    noted = ((release, read_json(release.folder / "manifest.json")) for release in named)
    ages = {release: str(note["released_at"]) for release, note in noted if note}
    turns = {name: turn for turn, name in enumerate(read_json(_turns_path(home), []), start=1)}
    return sorted(ages, key=lambda release: (turns.get(release.name, 0), ages[release], release.name))


def current(home: Home) -> Release | None:
    """The release that readers open, None before the first. Resolve once and keep the result."""
    try:
        return Release(Path(os.path.realpath(home.current, strict=True)))
    except FileNotFoundError:
        return None


def latest(home: Home) -> Release | None:
    """The release published last, current or not."""
    found = releases(home)
    return found[-1] if found else None


def before(home: Home, release: Release) -> Release | None:
    """The release published before this one, None where there is none."""
    known = releases(home)
    names = [one.name for one in known]
    older = known[: names.index(release.name)] if release.name in names else []
    return older[-1] if older else None


def released_documents(home: Home) -> set[str]:
    """The documents behind the current release."""
    release = current(home)
    if release is None:
        return set()
    return {row[0] for row in query(release.database, "select document_id from meta.document").rows}


def pinned(home: Home) -> str | None:
    """The release a rollback pinned, None when publishing moves `current`."""
    name = read_json(home.state / "pin.json", {}).get("release")
    return None if name is None else str(name)


def publish(home: Home, made: Candidate, *, unpin: bool = False) -> Release:
    """Release a complete candidate whose checks passed and make it current, unless a rollback pinned another.

    Call it under the warehouse lock. Raises `CheckFailed`; publishing the same build again changes nothing but `current`,
    unless it took nothing over and the release did.
    """
    failed = [c["name"] for c in made.checks or [] if c["status"] == "fail"]
    if made.checks is None or failed:
        raise CheckFailed(
            f"build {made.build_id} is not fit for release: {', '.join(failed) or 'it is not complete'}"
        )
    if unpin:
        (home.state / "pin.json").unlink(missing_ok=True)
    release = _find(home, made) or _make(home, made)
    others = [known.name for known in releases(home) if known.name != release.name]
    write_json(_turns_path(home), [*others, release.name])
    if pinned(home) is None and not _would_empty(home, release):
        point(home.current, f"releases/{release.name}")
    _retire(home)
    return release


def rollback(home: Home, to: str | None = None) -> Release:
    """Make an older release current and pin it until `publish --unpin`; the one before the current by default."""
    known, shown = releases(home), current(home)
    names = [release.name for release in known]
    older = before(home, shown) if shown else None
    wanted = next((r for r in known if r.name == to), None) if to else older
    if wanted is None:
        there_are = f"no release {to!r}; there are: {', '.join(names) or 'none'}"
        raise EnvironmentFault(there_are if to else "there is no older release to go back to")
    write_json(home.state / "pin.json", {"release": wanted.name})
    point(home.current, f"releases/{wanted.name}")
    return wanted


def unpin(home: Home) -> Release:
    """Undo a rollback: the newest release is current again."""
    newest = latest(home)
    if newest is None:
        raise EnvironmentFault("there is no release yet: run `chokepoint build` and `chokepoint publish`")
    (home.state / "pin.json").unlink(missing_ok=True)
    point(home.current, f"releases/{newest.name}")
    return newest


def _turns_path(home: Home) -> Path:
    """The names of releases in the order they were published; without it their own times say."""
    return home.state / "published.json"


def _find(home: Home, made: Candidate) -> Release | None:
    """The release that this build already is.

    One that took tables over is not that of a build that made all of them: such a build is the way out of a release in doubt.
    """
    same = [release for release in releases(home) if release.build_id == made.build_id]
    anew = [release for release in same if not carry.took_over(release.folder)]
    found = anew or (same if made.marks.get("carried_from") else [])
    return found[-1] if found else None


def _make(home: Home, made: Candidate) -> Release:
    at = now()
    home.releases.mkdir(exist_ok=True)
    name = _free_name(home, f"{at:%Y.%m.%d}", made.build_id)
    part = home.releases / f".{name}.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    os.link(made.database, part / "warehouse.duckdb")
    manifest = export_tables(part, *_like(home, made))
    write_json(part / "inputs.json", made.inputs)
    write_json(part / "checks.json", made.checks)
    write_json(part / carry.NAME, made.marks)
    head = {"release": name, "build_id": made.build_id, "kind": home.kind, "released_at": stamp(at)}
    write_json(part / "manifest.json", {**head, **manifest})
    sync_tree(part)
    part.rename(home.releases / name)
    sync_folder(home.releases)
    return Release(home.releases / name)


def _free_name(home: Home, day: str, build_id: str) -> str:
    """The day and the build's id, with a number between them where that release is there and keeps its name."""
    names = (f"{day}{turn}-{build_id}" for turn in chain([""], (f".{number}" for number in count(2))))
    return next(name for name in names if not (home.releases / name).exists())


def _like(home: Home, made: Candidate) -> tuple[Path | None, list[str]]:
    """The folder of the release that tables were taken over from, if it is still there, and which tables are as there."""
    older = home.releases / str(made.marks.get("carried_from"))
    there = older.is_dir()
    return (older, carry.carried(made.marks)) if there else (None, [])


def _would_empty(home: Home, release: Release) -> bool:
    """An empty lake builds green; it never takes a good release's place. Some marts have rows without a single document."""
    before = current(home)
    return before is not None and _documents(release) == 0 < _documents(before)


def _documents(release: Release) -> int:
    tables: dict[str, dict[str, int]] = release.manifest["tables"]
    return tables.get("meta.document", {}).get("rows", 0)


def _retire(home: Home) -> None:
    """Remove what is neither current, pinned nor among the newest; an open reader keeps its file.

    A release loses its name first: killed in between, no half of it is taken for one.
    """
    for link in home.root.glob(".current.*.part"):
        link.unlink(missing_ok=True)
    for part in home.releases.glob(".*.part"):
        shutil.rmtree(part, ignore_errors=True)
    shown = current(home)
    safe = {shown.name if shown else None, pinned(home)}
    for release in releases(home)[:-KEEP]:
        if release.name not in safe:
            gone = release.folder.with_name(f".{release.name}.part")
            release.folder.rename(gone)
            shutil.rmtree(gone)
