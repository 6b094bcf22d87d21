"""`chokepoint news search`: what it finds in a release, and what it says where there is nothing to search."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.cli import standin
from tests.cli.conftest import Prompt
from tests.transforms.lake import VARIABLES, Lake, day
from transforms.project import run
from warehouse import release as releases
from warehouse.build import candidate, freeze, seal
from warehouse.home import Home

TITLES = {
    1: "Transformers made in Vietnam sell out",
    5: "Transformer prices rise",
    9: "越南變壓器出口增加",
    12: "T\x1b[31mransformer\u202e alert </script>",
}


def built(folder: Path, titles: dict[int, str]) -> Path:
    lake = Lake()
    for number, title in titles.items():
        name = lake.document(f"feed {number}", day(number), "news", scope='{"kind": "feed", "feed": "wire"}')
        url = f"https://wire.example/{number}"
        lake.add(
            "news_item",
            name,
            [{"feed": "wire", "url": url, "url_key": url, "title": title, "language": "en"}],
        )
    database = lake.write(folder)
    run(database, folder / "dbt", VARIABLES, select="+search_index", checks=False)
    return database


@pytest.fixture(scope="module")
def with_news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("news"), TITLES)


@pytest.fixture(scope="module")
def without_news(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("none"), {})


def released(home: Home, database: Path) -> None:
    made = candidate(home, freeze(home, "code"))
    shutil.copyfile(database, made.database)
    seal(made)
    made.finish([])
    releases.publish(home, made)


@pytest.fixture
def searched(prompt: Prompt, live_home: Home, with_news: Path) -> Prompt:
    released(live_home, with_news)
    return prompt


def urls(prompt: Prompt, *words: str) -> list[str]:
    said = prompt("news", "search", *words, "--json")
    assert said.code == 0
    return [row["url"].removeprefix("https://wire.example/") for row in said.envelope["data"]["articles"]]


def test_search(searched: Prompt) -> None:
    said = searched("news", "search", "transformers Vietnam", "--json")
    searched.hold_golden("news search", "normal", said)
    searched.hold_golden(
        "news search", "normal in words", searched("news", "search", "transformers", "Vietnam")
    )
    searched.hold_golden("news search", "in Chinese", searched("news", "search", "变压器 越南", "--json"))
    searched.hold_golden("news search", "nothing found", searched("news", "search", "zinc"))


def test_days_and_number(searched: Prompt) -> None:
    assert urls(searched, "transformer") != []
    assert urls(searched, "transformer", "--from", "2026-01-02", "--to", "2026-01-02") == ["1"]
    assert urls(searched, "transformer", "--from", "2026-01-03", "--to", "9999-12-31") == ["5"]
    assert urls(searched, "transformer", "--to", "2026-01-01") == []
    assert len(urls(searched, "transformer", "--limit", "1")) == 1


HOSTILE = (
    "'; drop table marts.article; -- alert",
    "50% \x1b[2J alert",
    'alert" or ""="',
    "alert " + "w " * 10_000,
)


@pytest.mark.parametrize("question", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_questions(searched: Prompt, question: str) -> None:
    assert urls(searched, question) == ["12"]
    shown = searched("news", "search", question)
    assert "\x1b" not in shown.out
    assert "\u202e" not in shown.out


@pytest.mark.parametrize(
    "words",
    [("",), (" ' % \x07",), ("x", "--from", "2026-01-02", "--to", "2026-01-01"), ("x", "--limit", "0"), ()],
)
def test_usage(searched: Prompt, words: tuple[str, ...]) -> None:
    assert searched("news", "search", *words).code == 2


def test_no_word(searched: Prompt) -> None:
    searched.hold_golden("news search", "bad argument", searched("news", "search", "--json", "%"))


def test_where_there_is_nothing_to_search(prompt: Prompt, live_home: Home, without_news: Path) -> None:
    prompt.hold_golden("news search", "no release", prompt("news", "search", "x", "--json"))
    released(live_home, without_news)
    prompt.hold_golden("news search", "no news", prompt("news", "search", "x", "--json"))
    standin.publish(live_home, "unsearchable")
    prompt.hold_golden("news search", "no index", prompt("news", "search", "x", "--json"))
