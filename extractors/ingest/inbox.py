"""Files that people brought, taken into the archive as documents: each is archived first and moved then.

What ends a file: it is archived (`inbox.done/`), refused with a reason (`inbox.refused/`), or left because it is young,
growing or unfinished. A kill at any moment changes nothing of that: the document of a file is a function of the file.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO
from unicodedata import normalize
from urllib.parse import quote

from contracts.clock import now
from contracts.document import Answer, Fetch, Inbox, Source
from contracts.errors import ChokepointError, EnvironmentFault, SourceChanged
from contracts.text import printable
from extractors.ingest.sidefile import MAX_BYTES, Stated, stated
from warehouse import inbox as files
from warehouse.archive import Archive
from warehouse.brought import Waiting, fault, unready
from warehouse.files import sweep
from warehouse.home import Home, sweep_drafts
from warehouse.locks import lock

BETWEEN_LOOKS_SECONDS = 1.0


@dataclass
class InboxReport:
    """What became of the files of one source. Pairs are (name, document id), (name, why) and (name, reason).

    `known` names files whose document was there already, `faults` what the system would not let us do.
    """

    source: str
    taken: list[tuple[str, str]] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    left: list[tuple[str, str]] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    faults: list[tuple[str, ChokepointError]] = field(default_factory=list)

    def raise_if_not_well(self) -> None:
        """Raise what the system refused, else `SourceChanged` when a file was refused; every other file was dealt with."""
        if self.faults:
            name, error = self.faults[0]
            raise type(error)(f"{self.source}: inbox: {name}: {error}")
        if self.refused:
            name, reason = self.refused[0]
            raise SourceChanged(
                f"{self.source}: files refused and moved to inbox.refused/{self.source}: {len(self.refused)}; "
                f"{name}: {reason}"
            )


def address(source: str, name: str) -> str:
    """The logical URL of a file that was brought."""
    return f"urn:inbox:{source}:{quote(normalize('NFC', name), safe='')}"


def take_in(
    home: Home,
    source: Source,
    wall: Callable[[], datetime] = now,
    sleep: Callable[[float], None] = time.sleep,
) -> InboxReport:
    """Archive what lies ready in the source's inbox and move it; see the module. `wall` and `sleep` are for tests.

    One file's trouble stops no other: read the report or call `raise_if_not_well`. Raises `Locked`, and
    `EnvironmentFault` when the folder itself cannot be used.
    """
    report = InboxReport(source.info.source)
    if source.inbox is None:
        return report
    with lock(home, report.source), files.folder(home.inbox, report.source) as handle:
        sweep_drafts(home)
        sweep(home.archive / report.source)
        taker = _Taker(home, source, source.inbox, handle, report, wall)
        taker.finish_moves()
        earlier = files.look(handle)
        if earlier:
            sleep(BETWEEN_LOOKS_SECONDS)
            taker.take_all(earlier, files.look(handle))
    return report


class _Taker:
    """One look through one source's inbox, under its lock."""

    def __init__(
        self,
        home: Home,
        source: Source,
        inbox: Inbox,
        handle: int,
        report: InboxReport,
        wall: Callable[[], datetime],
    ) -> None:
        self.home, self.source, self.inbox, self.handle = home, source, inbox, handle
        self.report, self.wall, self.archive = report, wall, Archive(home.archive, wall)
        self.done, self.refused = files.ends(home, report.source)

    def finish_moves(self) -> None:
        with files.said_by_system(f"cannot finish a move in {self.home.inbox}"):
            files.finish(self.home, self.report.source, self.handle)

    def take_all(self, earlier: Mapping[str, Waiting], entries: Mapping[str, Waiting]) -> None:
        for name, entry in entries.items():
            if _is_side(entry) and name.removesuffix(files.SIDE) in entries:
                continue
            try:
                with files.said_by_system("the system refused"):
                    self._take(entry, earlier, entries.get(name + files.SIDE))
            except ChokepointError as error:
                self.report.faults.append((entry.shown, error))

    def _take(self, entry: Waiting, earlier: Mapping[str, Waiting], side: Waiting | None) -> None:
        why = unready(entry, earlier.get(entry.name), self.wall())
        if side is not None and why is None:
            why = unready(side, earlier.get(side.name), self.wall())
        if _is_side(entry) and why is None:
            why = f"the file it speaks of, {entry.shown.removesuffix(files.SIDE)}, is not there"
        if why is not None:
            self.report.left.append((entry.shown, why))
            return
        try:
            if reason := fault(entry, self.inbox.names, self.inbox.max_bytes):
                self._refuse(entry, entry.mark, reason)
            else:
                self._read(entry, side)
        except files.StillWritten:
            self.report.left.append((entry.shown, "it is still being written"))

    def _read(self, entry: Waiting, side: Waiting | None) -> None:
        copy, digest = files.copied(self.home, self.handle, entry)
        with copy:
            try:
                said = stated(self._side_bytes(side), self.home.kind, self.wall())
                scope = self._recognise(entry.name, copy)
            except SourceChanged as error:
                self._refuse(entry, digest[:12], str(error))
                return
            self._keep(entry, copy, digest, scope, said)

    def _side_bytes(self, side: Waiting | None) -> bytes | None:
        if side is None:
            return None
        if not side.regular or side.stat.st_nlink > 1:
            raise SourceChanged("its side file (.toml) is a link or no file")
        if side.stat.st_size > MAX_BYTES:
            raise SourceChanged(f"its side file (.toml) is longer than {MAX_BYTES:,} bytes")
        with files.copied(self.home, self.handle, side)[0] as copy:
            return copy.read()

    def _recognise(self, name: str, copy: BinaryIO) -> dict[str, Any]:
        """The scope, as it will be read back; whatever a file makes the recogniser do refuses that file only."""
        try:
            scope = self.inbox.recognise(normalize("NFC", name), copy)
            return dict(json.loads(json.dumps(dict(scope), allow_nan=False)))
        except (SourceChanged, EnvironmentFault):
            raise
        except Exception as error:
            said = printable(f"{type(error).__name__}: {error}", 300)
            raise SourceChanged(f"what recognises it stopped: {said}") from None

    def _keep(self, entry: Waiting, copy: BinaryIO, digest: str, scope: dict[str, Any], said: Stated) -> None:
        answer = Answer(
            fetch=Fetch(self.report.source, address(self.report.source, entry.name), scope=scope),
            status=200,
            headers=(),
            body=copy,
            size=entry.stat.st_size,
            retrieved_at=said.retrieved_at or self.wall(),
            via="inbox",
            evidence=said.evidence,
            origin=said.origin,
            error=None,
            seconds=0.0,
        )
        capture, new = self.archive.store_brought(answer, said.released_at, said.retrieved_at)
        self.done.take(self.handle, entry, digest[:12])
        self.report.taken.append((entry.shown, capture.document_id))
        if not new:
            self.report.known.append(entry.shown)

    def _refuse(self, entry: Waiting, mark: str, reason: str) -> None:
        said = printable(reason, 1000)
        self.refused.take(self.handle, entry, mark, said)
        self.report.refused.append((entry.shown, said))


def _is_side(entry: Waiting) -> bool:
    return entry.name.endswith(files.SIDE) and entry.regular
