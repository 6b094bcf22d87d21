"""What a build takes over from the release before is what it would have made."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contracts.errors import EnvironmentFault
from tests.released import assert_same_release
from tests.transforms.lake import Lake, day
from tests.transforms.test_refresh import put
from transforms import project, refresh
from warehouse import carry
from warehouse.files import read_json, sha256_file, write_json
from warehouse.home import Home, open_home
from warehouse.release import current

ADDRESS = "https://house.example/"
TRADE = {"staging.stg_trade_version", "staging.stg_basket_partner", "marts.exposure", "marts.revision"}
NEWS = {"staging.article_version", "marts.article", "staging.search_index"}


def trade(number: int, share: int) -> Lake:
    lake = Lake()
    lake.trade(f"trade {number}", day(number), {"5700": share, "4280": 100 - share})
    return lake


def news(number: int) -> Lake:
    lake, url = Lake(), f"{ADDRESS}{number}"
    item = {"feed": "f", "url": url, "url_key": url, "title": f"Grid {number}", "summary": "words"}
    lake.add("news_item", lake.document(f"news {number}", day(number), "news", scope='{"feed": "f"}'), [item])
    return lake


def marks(home: Home) -> dict[str, Any]:
    release = current(home)
    assert release is not None
    return dict(read_json(release.folder / carry.NAME))


def carried(home: Home) -> set[str]:
    return set(carry.carried(marks(home)))


@pytest.fixture
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows here are made up to be right, and checks take half the time."""
    monkeypatch.setattr(project, "run", functools.partial(project.run, checks=False))


@pytest.mark.slow
@pytest.mark.usefixtures("unchecked")
def test_what_is_made_of_the_same_is_carried_over_and_the_rest_made(home: Home, tmp_path: Path) -> None:
    put(home, trade(1, 60))
    put(home, news(1), "news")
    refresh.refresh(home)
    assert carried(home) == set()

    put(home, news(2), "news")
    refresh.refresh(home)
    assert carried(home) >= TRADE
    assert not carried(home) & NEWS

    put(home, trade(3, 70))
    refresh.refresh(home)
    assert carried(home) >= NEWS
    assert not carried(home) & TRADE
    assert_files_are_their_tables(home)

    alone = open_home(tmp_path / "alone", "sample")
    for lake, source in ((trade(1, 60), None), (news(1), "news"), (news(2), "news"), (trade(3, 70), None)):
        put(alone, lake, *([source] if source else ()))
    refresh.refresh(alone)
    assert_same_release(home, alone)


def assert_files_are_their_tables(home: Home) -> None:
    """Files of tables that were taken over are those of the release before; of no other table."""
    release = current(home)
    assert release is not None
    linked = set()
    with duckdb.connect(str(release.database), read_only=True) as connection:
        for path in (release.folder / "parquet").iterdir():
            halves = f"from {path.stem}", f"from read_parquet('{path}')"
            for left, right in (halves, halves[::-1]):
                assert not connection.execute(f"({left}) except all ({right}) limit 3").fetchall(), path.stem
            linked |= {path.stem} if path.stat().st_nlink > 1 else set()
    assert linked == {name for name in carried(home) if name.startswith(("marts.", "meta."))}


def marked(release: Path) -> None:
    """A release of one marked dataset, made with the transform code "code" and no rights."""
    database = release / "warehouse.duckdb"
    with duckdb.connect(str(database)) as connection:
        connection.execute("create schema lake").fetchall()
        carry.open_marks(connection, "warehouse", {"document": "mark"}, None)
    write_json(release / carry.NAME, carry.note(database, "code", None))
    files = {"warehouse.duckdb": {"sha256": sha256_file(database)}}
    write_json(release / "manifest.json", {"files": files})
    write_json(release / "inputs.json", {"rights": []})


@pytest.mark.parametrize(
    "damaged",
    [b'{"made_with": {"co', b"", b"[]", b"\xff\xfe", b'"text"'],
    ids=["truncated", "empty", "a list", "no UTF-8", "a text"],
)
def test_a_note_that_cannot_be_read_carries_nothing_over(tmp_path: Path, damaged: bytes) -> None:
    marked(tmp_path)
    (tmp_path / carry.NAME).write_bytes(damaged)
    assert carry.before(tmp_path, "code") is None


@pytest.mark.parametrize("marks", [5, None, [["a", "b"]], [["a", 1, None, "x"]], ["text"]], ids=repr)
def test_marks_of_another_shape_carry_nothing_over(tmp_path: Path, marks: object) -> None:
    marked(tmp_path)
    write_json(tmp_path / carry.NAME, {**read_json(tmp_path / carry.NAME), "marks": marks})
    assert carry.before(tmp_path, "code") is None


@pytest.mark.parametrize("damage", [b"no database", None], ids=["another file", "gone"])
def test_a_file_that_is_not_the_released_one_carries_nothing_over(
    tmp_path: Path, damage: bytes | None
) -> None:
    marked(tmp_path)
    (tmp_path / "warehouse.duckdb").unlink()
    if damage:
        (tmp_path / "warehouse.duckdb").write_bytes(damage)
    assert carry.before(tmp_path, "code") is None


def test_a_block_that_has_changed_since_carries_nothing_over(tmp_path: Path) -> None:
    marked(tmp_path)
    assert carry.before(tmp_path, "code") is not None
    database = tmp_path / "warehouse.duckdb"
    whole = database.read_bytes()
    database.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
    assert carry.before(tmp_path, "code") is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told_and_no_half_copy_stays(tmp_path: Path) -> None:
    marked(tmp_path)
    found, made = carry.before(tmp_path, "code"), tmp_path / "made.duckdb"
    assert found is not None
    made.symlink_to("/dev/full")
    with pytest.raises(EnvironmentFault, match=r"made.duckdb cannot be made from .*: No space left"):
        carry.start_from(found, made)
    assert not made.is_symlink()
    assert found.database.is_file()


@pytest.mark.parametrize("manifest", [b"{", b"[]", b'{"files": {}}', b'{"files": 5}', None], ids=repr)
def test_a_manifest_without_the_digest_carries_nothing_over(tmp_path: Path, manifest: bytes | None) -> None:
    marked(tmp_path)
    (tmp_path / "manifest.json").unlink()
    if manifest is not None:
        (tmp_path / "manifest.json").write_bytes(manifest)
    assert carry.before(tmp_path, "code") is None


@pytest.mark.parametrize("inputs", [b"{", b"[]", b"{}", b'{"rights": 5}', b'{"rights": [5]}', None], ids=repr)
def test_inputs_that_tell_of_no_rights_carry_nothing_over(tmp_path: Path, inputs: bytes | None) -> None:
    marked(tmp_path)
    (tmp_path / "inputs.json").unlink()
    if inputs is not None:
        (tmp_path / "inputs.json").write_bytes(inputs)
    assert carry.before(tmp_path, "code") is None


def test_a_release_with_words_that_are_allowed_no_more_carries_nothing_over(tmp_path: Path) -> None:
    marked(tmp_path)
    a, b = ({"subject_kind": "feed", "subject": name, "text_use": "full"} for name in "ab")
    write_json(tmp_path / "inputs.json", {"rights": [a]})
    for allowed, taken in (([a], True), ([a, b], True), ([], False), ([b, {**a, "text_use": "none"}], False)):
        assert (carry.before(tmp_path, "code", allowed) is not None) is taken


def test_other_code_or_other_tools_carry_nothing_over(tmp_path: Path) -> None:
    assert carry.before(tmp_path, "code") is None
    marked(tmp_path)
    found = carry.before(tmp_path, "code")
    assert found is not None
    assert found.marks == (("lake.document", "", "mark", "mark", False, False),)
    assert carry.before(tmp_path, "other") is None
    note = read_json(tmp_path / carry.NAME)
    write_json(tmp_path / carry.NAME, {**note, "made_with": {**note["made_with"], "duckdb": "0"}})
    assert carry.before(tmp_path, "code") is None
