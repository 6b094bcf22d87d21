"""Refused documents: a note a person can act on, beside the bytes the archive keeps."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

from contracts.clock import now, stamp
from contracts.text import printable
from warehouse.archive import Capture
from warehouse.files import read_json, write_json
from warehouse.home import Home


@dataclass(frozen=True)
class Refusal:
    """One refused document: why, and where its bytes are. `again`: its source only asked to be left alone for a while."""

    document_id: str
    source: str
    url: str
    retrieved_at: str
    parser_version: str
    reason: str
    archive: str
    again: bool = False


def refuse(home: Home, capture: Capture, parser_version: str, reason: str, *, again: bool = False) -> None:
    """Note a refused document; the same refusal again changes nothing."""
    note = Refusal(
        document_id=capture.document_id,
        source=capture.source,
        url=printable(capture.url),
        retrieved_at=stamp(capture.retrieved_at),
        parser_version=parser_version,
        reason=printable(reason, 2_000),
        archive=str(capture.path.relative_to(home.root)),
        again=again,
    )
    write_json(home.quarantine / capture.source / f"{capture.document_id}.json", asdict(note))


def refuse_file(home: Home, source: str, path: Path, reason: str) -> None:
    """Note an archive file that cannot be read at all."""
    archived = str(path.relative_to(home.root))
    note = Refusal(path.name, source, "", stamp(now()), "", printable(reason, 2_000), archived)
    write_json(home.quarantine / source / f"{path.name}.json", asdict(note))


def accept(home: Home, capture: Capture) -> None:
    """Forget a refusal: a later parser read the document."""
    (home.quarantine / capture.source / f"{capture.document_id}.json").unlink(missing_ok=True)


def to_ask_again(home: Home, source: str) -> frozenset[str]:
    """Ids of the source's refused documents that settle nothing: in them it asked to be left alone for a while."""
    notes = (read_json(path) for path in sorted((home.quarantine / source).glob("*.json")))
    return frozenset(note["document_id"] for note in notes if note.get("again"))


def refusals(home: Home) -> list[Refusal]:
    """All refused documents, by source and time retrieved."""
    notes = (read_json(path) for path in sorted(home.quarantine.glob("*/*.json")))
    return sorted(
        (Refusal(**note) for note in notes), key=lambda r: (r.source, r.retrieved_at, r.document_id)
    )
