"""The Census Bureau's zips, port files and detail files: torn, damaged, locked and bombs; and streams that do not seek."""

from __future__ import annotations

import io
import struct
import zipfile
from types import ModuleType
from typing import Any, NamedTuple

import pytest

from contracts.errors import SourceChanged
from extractors.customs import us_census_bulk, us_census_port
from tests.customs.answers import packed, port_file, record
from tests.customs.bulk import bulk_file, concord, imported
from tests.documents import Saved
from tests.zips import zipped

CENTRAL = b"PK\x01\x02"


class Kind(NamedTuple):
    """A source, a file of it, the content of one whose records are 3 MB of nothing, and its cap that is lowered."""

    source: ModuleType
    whole: Saved
    bomb: bytes
    cap: str

    def read(self, body: bytes) -> list[dict[str, Any]]:
        return self.rows(Saved(body, scope=self.whole.scope))

    def rows(self, document: Saved) -> list[dict[str, Any]]:
        return [row for _, batch in self.source.parse(document) for row in batch.to_pylist()]


KINDS = {
    "port": Kind(
        us_census_port,
        port_file([record("850760", "5700", value) for value in range(500)]),
        packed(b"0" * 3_000_000),
        "MAX_MEMBER_BYTES",
    ),
    "detail": Kind(
        us_census_bulk,
        bulk_file([imported("8507600030", "5700", value) for value in range(500)]),
        zipped({"CONCORD.TXT": concord(), "IMP_DETL.TXT": b"0" * 3_000_000}),
        "MAX_CONCORD_BYTES",
    ),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def test_torn_zip_and_page_instead_of_a_zip(kind: Kind) -> None:
    body = kind.whole.body
    for size in (0, 1, 40, len(body) // 2, len(body) - 1):
        with pytest.raises(SourceChanged, match="not a whole zip"):
            kind.read(body[:size])
    with pytest.raises(SourceChanged, match="not a whole zip"):
        kind.read(b"<!DOCTYPE html><title>502 Bad Gateway</title>")


def test_damaged_member_fails_its_checksum(kind: Kind) -> None:
    body = kind.whole.body
    at = len(body) // 2
    with pytest.raises(SourceChanged):
        kind.read(body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :])


def test_zip_bomb_is_refused_before_it_is_opened(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(zipfile.ZipFile, "open", _unless({"CONCORD.TXT"}))
        with pytest.raises(SourceChanged, match="inflates more than 200-fold"):
            kind.read(kind.bomb)
    monkeypatch.setattr(zipfile.ZipFile, "open", _unless(set()))
    monkeypatch.setattr(kind.source, kind.cap, 100)
    with pytest.raises(SourceChanged, match="more than 100"):
        kind.read(kind.whole.body)


def _unless(allowed: set[str]) -> Any:
    """`ZipFile.open` that lets only these members be opened."""
    opened = zipfile.ZipFile.open

    def opens(archive: zipfile.ZipFile, member: Any, *more: Any, **settings: Any) -> Any:
        name = getattr(member, "filename", member)
        assert name in allowed, f"{name} was opened"
        return opened(archive, member, *more, **settings)

    return opens


def test_encrypted_members_are_refused(kind: Kind) -> None:
    body = bytearray(kind.whole.body)
    at = body.find(CENTRAL)
    while at >= 0:
        body[at + 8 : at + 10] = struct.pack("<H", 1)
        at = body.find(CENTRAL, at + 1)
    with pytest.raises(SourceChanged, match="encrypted"):
        kind.read(bytes(body))


def test_a_stream_that_cannot_seek_is_read_all_the_same(kind: Kind) -> None:
    class OneWay(io.BytesIO):
        def seekable(self) -> bool:
            return False

    class Document(Saved):
        def open(self) -> io.BytesIO:
            return OneWay(self.body)

    whole = kind.whole
    assert kind.rows(Document(whole.body, scope=whole.scope)) == kind.rows(whole) != []
