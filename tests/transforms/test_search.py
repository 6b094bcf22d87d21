"""Search over the index of a release: what is found, in which order, and that no question does harm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.transforms.lake import VARIABLES, Lake, day
from transforms.project import run
from transforms.text.fold import PATH, folds
from transforms.text.normal import normalised
from warehouse.query import connect

FEED, PAGE = '{"kind": "feed", "feed": "wire"}', '{"kind": "page", "feed": "wire"}'
TITLES = {
    "both": "Transformers made in Vietnam sell out",
    "one": "Transformer prices rise again",
    "other": "Việt Nam's ports are busy; Vietnam waits",
    "simplified": "变压器价格上涨，越南工厂扩产",
    "traditional": "越南變壓器出口增加",
    "apart": "压器官与变化",
    "copper": "铜价上涨",
    "wide": "ＡＩ芯片 ﾒﾓﾘ 50%",
    "hostile": "<script>alert('x')</script> '; drop table marts.article; -- \x1b[31m \u202e",
}
LEAD = "Grid operators wait three years for switchgear"
BODY = "The queue is long.\n\nVietnam built a factory for turbines."


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    lake, folder = Lake(), tmp_path_factory.mktemp("search")
    feed = lake.document("feed", day(1), "news", scope=FEED)
    lake.add("news_item", feed, [_item(name, title) for name, title in TITLES.items()])
    page = lake.document("page", day(2), "news", scope=PAGE)
    text = {"title": "Waiting for power", "lead": LEAD, "body": BODY, "body_sha256": "1" * 64}
    lake.add("article_text", page, [{"language": "en", **_address("page"), **text}])
    rights = {"publisher": "Wire", "licence": "CC0", "text_use": "full", "listed": True}
    lake.rows["rights"] = [{"subject_kind": "feed", "subject": "wire", **rights}]
    database = lake.write(folder)
    results = run(database, folder / "dbt", VARIABLES, select="+search_index articles_obey_rights")
    ours = ("search", "article")
    assert [r.name for r in results if r.status == "fail" and any(word in r.name for word in ours)] == []
    return database


def _address(name: str) -> dict[str, Any]:
    return {"feed": "wire", "url": f"https://wire.example/{name}", "url_key": f"https://wire.example/{name}"}


def _item(name: str, title: str) -> dict[str, Any]:
    return {**_address(name), "title": title}


def found(release: Path, question: str) -> list[tuple[str, str]]:
    """Articles and the fields that matched, best first."""
    sql = "select url_key, fields from marts.search(?) order by score desc, url_key"
    with connect(release) as connection:
        rows = connection.execute(sql, [question]).fetchall()
    return [(key.removeprefix("https://wire.example/"), fields) for key, fields in rows]


def test_words_in_any_form_of_case_and_number(release: Path) -> None:
    assert found(release, "TRANSFORMERS") == found(release, "transformer")
    assert {name for name, _ in found(release, "transformer")} == {"both", "one"}


def test_the_article_with_all_words_comes_first(release: Path) -> None:
    names = [name for name, _ in found(release, "transformers Vietnam")]
    assert names[0] == "both"
    assert set(names) == {"both", "one", "other", "page"}


def test_a_title_says_more_than_a_text(release: Path) -> None:
    assert found(release, "Vietnam")[-1] == ("page", "body")
    assert found(release, "switchgear") == [("page", "lead")]


def test_accents_do_not_matter(release: Path) -> None:
    assert {name for name, _ in found(release, "viet nam")} == {"other"}
    assert found(release, "VIỆT") == [("other", "title")]


@pytest.mark.parametrize("question", ["变压器 越南", "變壓器 越南", "越南变压器"])
def test_chinese_in_both_scripts(release: Path, question: str) -> None:
    names = {name for name, _ in found(release, question)}
    assert {"simplified", "traditional"} <= names or question == "越南变压器"
    assert "apart" not in names


def test_a_word_without_blanks_is_found_whole_only(release: Path) -> None:
    assert [name for name, _ in found(release, "越南变压器")] == ["traditional"]


def test_one_character_alone_is_found(release: Path) -> None:
    assert found(release, "铜") == [("copper", "title")]


def test_wide_forms_are_plain_ones(release: Path) -> None:
    assert [found(release, word) for word in ("ai", "芯片", "メモリ", "50")] == [[("wide", "title")]] * 4


HOSTILE = [
    "' or 1=1 --",
    "'; drop table marts.article; --",
    '" % _ \\ \x00 \x1b[2J \u202e',
    "%",
    "(((((",
    "\ud7ff\uffff" * 50,
    "a" * 100_000,
    "变" * 5_000,
    " ".join(f"word{n}" for n in range(10_000)),
]


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_questions_are_only_words(release: Path, question: str) -> None:
    assert all(fields for _, fields in found(release, question))
    with connect(release) as connection:
        [[articles]] = connection.execute("select count(*) from marts.article").fetchall()
    assert articles == len(TITLES) + 1


def test_words_of_hostile_titles_are_found_as_words(release: Path) -> None:
    assert found(release, "alert drop table")[0] == ("hostile", "title")


def test_what_says_nothing_finds_nothing(release: Path) -> None:
    assert found(release, "the of and") == found(release, "") == found(release, "?!") == []


def test_the_table_of_characters_is_as_made() -> None:
    made = "character,folded\n" + "".join(f"{a},{b}\n" for a, b in folds())
    assert PATH.read_text("utf-8") == made


def test_index_and_identity_take_the_same_characters_for_equal() -> None:
    pairs = dict(folds())
    assert (pairs["變"], pairs["灣"], pairs["Ａ".lower()]) == ("变", "湾", "a")
    assert all(normalised(character) == folded for character, folded in pairs.items())


def test_the_index_is_in_the_order_of_its_words(release: Path) -> None:
    with duckdb.connect(str(release), read_only=True) as connection:
        rows = connection.execute("select token, article_number from staging.search_index").fetchall()
    assert rows == sorted(rows, key=lambda row: (row[0].encode(), row[1]))
