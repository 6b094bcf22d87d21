"""Archived answers read into the lake, the refused ones put into quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from contracts.clock import stamp
from contracts.datasets import OWN_SCHEMAS, checked
from contracts.document import Batch, Document, Source
from contracts.errors import CheckFailed, SourceBusy, SourceChanged, SourceError
from extractors.provenance import document_row, scope_tables, source_row, tables
from extractors.report import ParseReport
from warehouse import lake, quarantine
from warehouse.archive import Archive, Capture
from warehouse.home import Home
from warehouse.locks import lock

if TYPE_CHECKING:
    import pyarrow as pa


def parse(home: Home, source: Source, *, everything: bool = False) -> ParseReport:
    """Read archived documents the source's parser has not dealt with (`everything`: all of them) into the lake.

    A document that is refused is quarantined with its reason; every other one counts. Parsing the same documents again
    writes no file. Raises `Locked`.
    """
    name = source.info.source
    report = ParseReport(name)
    with lock(home, name):
        lake.tidy(home, name)
        known = set() if everything else lake.documents(home, name, source.info.parser_version)
        captures = Archive(home.archive).captures(name, known, lambda p, why: _damaged(home, report, p, why))
        writer = lake.PartWriter(home, name, source.info.parser_version)
        try:
            _ParseRun(home, source, writer, report).read(captures)
            lake.carry(writer, {c.document_id for c in captures})
            parts = writer.finish()
        except BaseException:
            writer.abandon()
            raise
        before = {part.path for part in lake.manifest(home, name)}
        lake.commit(home, name, parts, (c.document_id for c in captures))
        report.written = sorted({part.path for part in parts} - before)
    return report


def _damaged(home: Home, report: ParseReport, path: Path, reason: str) -> None:
    quarantine.refuse_file(home, report.source, path, reason)
    report.refused.append((path.name, reason))


def read_document(source: Source, document: Document) -> Iterator[Batch]:
    """The batches of one document, checked against the dataset schemas; stores nothing. Raises `SourceChanged`."""
    for dataset, batch in source.parse(document):
        yield dataset, checked(dataset, batch)


def _require_released_after(capture: Capture, found: list[tuple[str, pa.Table]]) -> None:
    """A person may be wrong about a file's release: no figure is out before its period begins."""
    import pyarrow.compute as pc

    if capture.via != "inbox" or capture.released_at is None:
        return
    periods = [pc.max(table["period"]).as_py() for dataset, table in found if dataset == "trade_flow"]
    newest = max((period for period in periods if period is not None), default=None)
    if newest is not None and newest > capture.released_at.date():
        raise SourceChanged(
            f"its side file says that it was released on {capture.released_at:%Y-%m-%d}, and it has figures of "
            f"{newest:%Y-%m-%d}: bring it again with the day it was released, or without one"
        )


class _ParseRun:
    """Reads documents in order of time into one writer; remembers which URLs have answered with rows."""

    def __init__(self, home: Home, source: Source, writer: lake.PartWriter, report: ParseReport) -> None:
        self.home, self.source, self.writer, self.report = home, source, writer, report
        self.answered: dict[str, str] = {}

    def read(self, captures: list[Capture]) -> None:
        import pyarrow as pa

        name, version = self.source.info.source, self.source.info.parser_version
        for row in lake.read(self.home, name, "document", ["url", "rows", "retrieved_at"]):
            if row["rows"]:
                self._note_answer(row["url"], stamp(row["retrieved_at"]))
        notes = [self._read_one(capture) for capture in captures]
        if notes:
            table = pa.Table.from_pylist(notes, schema=OWN_SCHEMAS["document"])
            self.writer.add("document", table, [c.document_id for c in captures])
        info = pa.Table.from_pylist([source_row(self.source.info)], schema=OWN_SCHEMAS["source"])
        if notes or version not in {p.parser_version for p in lake.manifest(self.home, name)}:
            self.writer.add("source", info, ())

    def _note_answer(self, url: str, at: str) -> None:
        self.answered[url] = min(at, self.answered.get(url, at))

    def _read_one(self, capture: Capture) -> dict[str, object]:
        try:
            if capture.fault:
                raise SourceChanged(capture.fault)
            batches = list(read_document(self.source, capture))
            found = [*tables(capture, batches), *scope_tables(capture, self.source, batches)]
            rows = sum(table.num_rows for dataset, table in found if dataset != "trade_scope")
            if not rows and self._had_answered(capture):
                raise SourceChanged(f"answered {capture.status} with nothing where it had given rows before")
            _require_released_after(capture, found)
            added = ", ".join(self.source.new_columns(capture)) or None
            released = self._released(capture)
        except (SourceError, CheckFailed) as error:
            return self._refuse(capture, str(error), again=isinstance(error, SourceBusy))
        except Exception as error:  # whatever a document makes a parser do, the other documents go on
            return self._refuse(capture, f"the parser stopped: {type(error).__name__}: {error}")
        return self._accept(capture, found, rows, added) | {"released_at": released}

    def _released(self, capture: Capture) -> datetime | None:
        """When it was released: as archived with it, else as its own text states, if that is not of the future."""
        if capture.released_at is not None:
            return capture.released_at
        stated = self.source.released_in(capture)
        return stated if stated is not None and stated <= capture.retrieved_at else None

    def _had_answered(self, capture: Capture) -> bool:
        """An agency that gave figures and now gives none has changed; a page may well have lost its text."""
        earlier = self.answered.get(capture.url, "~") < stamp(capture.retrieved_at)
        return earlier and (capture.status == 204 or bool(self.source.info.flow_bases))

    def _refuse(self, capture: Capture, reason: str, *, again: bool = False) -> dict[str, object]:
        quarantine.refuse(self.home, capture, self.source.info.parser_version, reason, again=again)
        self.report.refused.append((capture.url, reason))
        return self._document_row(capture, "quarantined", 0, reason, None)

    def _accept(
        self, capture: Capture, found: list[tuple[str, pa.Table]], rows: int, added: str | None
    ) -> dict[str, object]:
        quarantine.accept(self.home, capture)
        for dataset, table in found:
            self.writer.add(dataset, table, [capture.document_id])
            self.report.rows[dataset] = self.report.rows.get(dataset, 0) + table.num_rows
        if rows:
            self._note_answer(capture.url, stamp(capture.retrieved_at))
        return self._document_row(capture, "parsed" if rows else "empty", rows, None, added)

    def _document_row(
        self, capture: Capture, outcome: str, rows: int, reason: str | None, added: str | None
    ) -> dict[str, object]:
        self.report.outcomes[outcome] = self.report.outcomes.get(outcome, 0) + 1
        read = {"outcome": outcome, "reason": reason, "rows": rows, "new_columns": added}
        return (
            document_row(capture, capture.size) | {"parser_version": self.source.info.parser_version} | read
        )
