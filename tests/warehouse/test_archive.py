from __future__ import annotations

import gzip
from datetime import timedelta

import pytest

from contracts.errors import CheckFailed, SourceBusy
from tests.conftest import DAY, make_answer
from warehouse.archive import Archive, index_path
from warehouse.home import Home
from warehouse.pack import pack


def test_the_same_answer_stored_twice_is_one_document(home: Home) -> None:
    archive = Archive(home.archive)
    first = archive.store(make_answer("https://a.example/x", b"one"))
    before = first.path.stat().st_mtime_ns
    assert archive.store(make_answer("https://a.example/x", b"one")) == first
    assert first.path.stat().st_mtime_ns == before
    assert [c.document_id for c in archive.captures("test")] == [first.document_id]


def test_another_body_time_or_status_is_another_document(home: Home) -> None:
    archive = Archive(home.archive)
    url = "https://a.example/x"
    answers = [
        make_answer(url, b"one"),
        make_answer(url, b"two"),
        make_answer(url, b"one", at=DAY + timedelta(seconds=1)),
        make_answer(url, b"one", status=202),
    ]
    assert len({archive.store(answer).document_id for answer in answers}) == 4


def test_a_gzip_coded_body_reads_back_decoded_and_keeps_its_bytes(home: Home) -> None:
    coded = gzip.compress("中文 text".encode() * 1000)
    headers = {"Content-Encoding": "gzip", "Content-Length": str(len(coded))}
    capture = Archive(home.archive).store(make_answer("https://a.example/x", coded, headers=headers))
    assert capture.open().read() == gzip.decompress(coded)
    assert capture.size == len(coded)


def test_an_empty_answer_reads_back_empty(home: Home) -> None:
    capture = Archive(home.archive).store(make_answer("https://a.example/x", None, status=204, headers={}))
    assert (capture.status, capture.size, capture.open().read()) == (204, 0, b"")


def test_scope_origin_and_fault_survive_in_any_script(home: Home) -> None:
    answer = make_answer(
        "https://a.example/x", b"b", scope={"铜": ["é", 1]}, error=SourceBusy("torn: 1 of 9 字节")
    )
    capture = Archive(home.archive).store(answer)
    assert capture.scope == {"铜": ["é", 1]}
    assert capture.fault == "torn: 1 of 9 字节"


@pytest.mark.parametrize("damage", ["cut", "flip"])
def test_damaged_bytes_are_never_read_as_a_document(home: Home, damage: str) -> None:
    capture = Archive(home.archive).store(make_answer("https://a.example/x", bytes(range(256)) * 40))
    raw = capture.path.read_bytes()
    half = len(raw) // 2
    capture.path.write_bytes(
        raw[:half] if damage == "cut" else raw[:half] + bytes([raw[half] ^ 1]) + raw[half + 1 :]
    )
    with pytest.raises(CheckFailed, match="the archive is damaged"):
        capture.open()


def test_a_revisit_is_no_document(home: Home) -> None:
    archive = Archive(home.archive)
    kept = archive.store(make_answer("https://a.example/x", b"one"))
    archive.store_revisit(
        make_answer("https://a.example/x", None, status=304, at=DAY + timedelta(hours=1)), kept.document_id
    )
    assert archive.captures("test") == [kept]
    assert len(list(home.archive.rglob("*.warc.gz"))) == 2


def test_packing_a_closed_day_keeps_every_document_and_is_repeatable(home: Home) -> None:
    archive = Archive(home.archive)
    for number in range(5):
        archive.store(make_answer(f"https://a.example/{number}", b"body %d" % number * 100))
    archive.store_revisit(make_answer("https://a.example/0", None, status=304, at=DAY), "x")
    bodies = {c.document_id: c.open().read() for c in archive.captures("test")}
    assert len(pack(home, "test")) == 1
    assert pack(home, "test") == []
    assert len(list(home.archive.rglob("*.warc.gz"))) == 1
    packed = archive.captures("test")
    assert {c.document_id: c.open().read() for c in packed} == bodies
    found = archive.find("test", packed[3].document_id)
    assert found == packed[3]


def test_a_pack_killed_before_its_index_or_before_the_loose_files_went_loses_nothing(home: Home) -> None:
    archive = Archive(home.archive)
    captures = [archive.store(make_answer(f"https://a.example/{n}", b"%d" % n)) for n in range(3)]
    loose = {c.path: c.path.read_bytes() for c in captures}
    pack(home, "test")
    made = next(home.archive.rglob("pack-*.warc.gz"))
    for path, raw in loose.items():
        path.write_bytes(raw)
    assert len(archive.captures("test")) == 3
    index_path(made).unlink()
    assert len(archive.captures("test")) == 3
    pack(home, "test")
    assert len(archive.captures("test")) == 3
    assert len(list(home.archive.rglob("*.warc.gz"))) == 1


def test_today_is_not_packed(home: Home) -> None:
    from contracts.clock import now

    Archive(home.archive).store(make_answer("https://a.example/x", b"one", at=now()))
    assert pack(home, "test") == []
