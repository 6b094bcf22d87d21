"""Damage, hostile answers and kills between two writes of the storage."""

from __future__ import annotations

import gzip
import os
import random
import shutil
import threading
from pathlib import Path
from typing import Any

import pytest

from contracts.errors import CheckFailed, EnvironmentFault
from extractors import ingest
from tests.conftest import make_answer
from tests.test_ingest import SOURCE, URLS, Script, run
from tests.warehouse.test_release import build
from warehouse import release as releases
from warehouse.archive import Archive
from warehouse.build import freeze
from warehouse.files import write_json
from warehouse.home import Home, open_home
from warehouse.locks import holder, lock
from warehouse.pack import pack
from warehouse.query import QueryFailed, query

FORGED = "https://a.example/x\r\nChokepoint-Released-At: 2036-01-01T00:00:00Z\nChokepoint-Origin: a ministry"


def test_a_url_with_line_breaks_forges_no_header(home: Home) -> None:
    capture = Archive(home.archive).store(make_answer(FORGED, b"one"))
    assert (capture.released_at, capture.origin) == (None, None)
    assert "Chokepoint-Origin" in capture.url


@pytest.mark.parametrize("tail", [b"", b"\0\0rest"])
def test_every_member_of_a_gzip_body_is_read(home: Home, tail: bytes) -> None:
    coded = gzip.compress(b"one ") + gzip.compress(b"two") + tail
    capture = Archive(home.archive).store(
        make_answer("https://a.example/x", coded, headers={"Content-Encoding": "gzip"})
    )
    assert capture.open().read() == b"one two"


def test_the_size_is_that_of_the_payload_whatever_blanks_the_headers_have(home: Home) -> None:
    headers = {"X-A": "value   ", "X-Empty": ""}
    assert (
        Archive(home.archive).store(make_answer("https://a.example/x", b"12345", headers=headers)).size == 5
    )


def test_any_damage_ends_as_one_error_or_leaves_the_document_as_it_was(home: Home) -> None:
    archive = Archive(home.archive)
    stored = archive.store(make_answer("https://a.example/x", bytes(range(256)) * 4))
    raw, dice = stored.path.read_bytes(), random.Random(7)
    for _ in range(400):
        place = dice.randrange(len(raw))
        hurt = dice.choice([raw[:place], raw[:place] + dice.randbytes(8) + raw[place + 8 :]])
        stored.path.write_bytes(hurt)
        try:
            (found,) = archive.captures("test")
            found.open().read()
        except CheckFailed:
            continue
        assert found == stored


def test_damage_within_a_pack_costs_one_document(home: Home) -> None:
    archive = Archive(home.archive)
    for number in range(3):
        archive.store(make_answer(f"https://a.example/{number}", os.urandom(500)))
    pack(home, "test")
    path = next(home.archive.rglob("pack-*.warc.gz"))
    second, raw = sorted(archive.index(path).values())[1], bytearray(path.read_bytes())
    raw[second + 20 : second + 60] = bytes(40)
    path.write_bytes(raw)
    told: list[str] = []
    assert len(archive.captures("test", damaged=lambda _, reason: told.append(reason))) == 2
    assert len(told) == 1


def test_a_damaged_file_is_left_loose_and_the_rest_is_packed(home: Home) -> None:
    archive = Archive(home.archive)
    hurt = [archive.store(make_answer(f"https://a.example/{n}", b"%d" % n * 99)) for n in range(3)][1]
    hurt.path.write_bytes(hurt.path.read_bytes()[:60])
    assert len(pack(home, "test")) == 1
    assert sorted(p.name.startswith("pack-") for p in home.archive.rglob("*.warc.gz")) == [False, True]
    assert hurt.path.exists()


def test_a_release_half_removed_is_no_release(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    remove = shutil.rmtree

    def killed(path: Path, **options: Any) -> None:
        if home.releases in path.parents and (path / "manifest.json").exists():
            (path / "manifest.json").unlink()
            raise KeyboardInterrupt
        remove(path, **options)

    for number in range(releases.KEEP):
        releases.publish(home, build(home, str(number)))
    monkeypatch.setattr("warehouse.release.shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        releases.publish(home, build(home, "last"))
    monkeypatch.undo()
    releases.publish(home, build(home, "more"))
    assert len(releases.releases(home)) == releases.KEEP
    assert list(home.releases.glob(".*")) == []


def test_a_part_that_is_gone_from_the_disk_is_named(home: Home) -> None:
    run(home, Script(u1=[make_answer(URLS[0], b"1.1")], u2=[make_answer(URLS[1], b"2")]))
    ingest.parse(home, SOURCE)
    next((home.lake / "fx_rate").rglob("*.parquet")).unlink()
    with pytest.raises(
        EnvironmentFault, match="missing in the lake: restore it, or run `chokepoint parse --all`"
    ):
        freeze(home, "code")
    ingest.parse(home, SOURCE, everything=True)
    freeze(home, "code")


def test_looking_who_holds_a_lock_takes_it_from_nobody(home: Home) -> None:
    done = threading.Event()

    def look() -> None:
        while not done.is_set():
            holder(home, "test")

    with lock(home, "test"):
        assert holder(home, "test") == os.getpid()
    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(300):
            with lock(home, "test"):
                pass
    finally:
        done.set()
        watcher.join()


def test_of_two_that_make_a_home_at_once_the_first_decides(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:

    def overtaken(path: Path, value: Any) -> None:
        monkeypatch.setattr("warehouse.home.write_json", write_json)
        open_home(tmp_path / "home", "live")
        write_json(path, value)

    monkeypatch.setattr("warehouse.home.write_json", overtaken)
    with pytest.raises(EnvironmentFault, match="holds live data"):
        open_home(tmp_path / "home", "sample")
    assert [p.name for p in (tmp_path / "home").iterdir()] == ["home.json"]


@pytest.mark.parametrize("text", ["{", "[]", '{"kind": "both"}'])
def test_a_home_that_does_not_say_what_it_is_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "home.json").write_text(text)
    with pytest.raises(EnvironmentFault, match="does not say live or sample"):
        open_home(tmp_path)


def test_a_query_leaves_nothing_on_the_disk_and_ends_at_its_memory(home: Home) -> None:
    release = releases.publish(home, build(home, "one"))
    wide = "select count(*) from (select i, repeat('x', 200) s from range(20000000) t(i) order by hash(i), s)"
    with pytest.raises(QueryFailed, match=r"(?i)memory"):
        query(release.database, f"{wide} where s > ''")
    assert not list(release.folder.glob("*.tmp"))


@pytest.mark.parametrize("sql", ["", " ; ", "-- nothing"])
def test_no_statement_is_an_error_in_words(home: Home, sql: str) -> None:
    with pytest.raises(QueryFailed, match="no statement"):
        query(releases.publish(home, build(home, "one")).database, sql)
