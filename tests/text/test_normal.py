from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.text.normal import MAX_CHARACTERS, by_characters, normalised, outlet, title_key

URL = "https://wire.example/a"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The “AI” boom — again", 'the "ai" boom - again'),
        ("Ｎｖｉｄｉａ\u3000ｃｈｉｐｓ", "Nvidia chips"),
        ("da\u00adta cen\u200btre", "data centre"),
        ("STRASSE\r\n\tﬁnal", "straße final"),
        ("伺服器出口創新高，臺灣電腦", "伺服器出口创新高 台湾电脑"),
        ("數據中心", "数据中心"),
        ("a\x00b\x07c", "a b c"),
    ],
)
def test_spellings_of_one_text_are_equal(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@given(st.text(max_size=200))
def test_a_normal_text_is_words_with_one_space_between(text: str) -> None:
    normal = normalised(text)
    assert normal == " ".join(normal.split())
    assert "  " not in normal


@given(st.text(alphabet="臺灣電腦數據中心出口創新高發展", max_size=20), st.integers(0, 20))
def test_a_cut_copy_reads_as_the_whole_does(text: str, cut: int) -> None:
    assert normalised(text).startswith(normalised(text[:cut]))


def test_text_beyond_the_limit_does_not_count() -> None:
    assert normalised("a" * (MAX_CHARACTERS + 5)) == "a" * MAX_CHARACTERS
    assert len(normalised("ﷺ" * MAX_CHARACTERS)) <= MAX_CHARACTERS


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", False),
        ("plain english", False),
        ("英伟达 h20 芯片出口恢复", True),
        ("データセンター投資が急増", True),
        ("데이터센터 투자가 급증했다", False),
        ("the word 芯片 means chip in a text that is otherwise in english", False),
    ],
)
def test_the_script_decides_words_or_characters(text: str, expected: bool) -> None:
    assert by_characters(text) is expected


def test_titles_are_known_by_outlet_and_words() -> None:
    key = title_key("https://m.wire.example/x", "China’s chip exports jump 20%")
    assert key == title_key("https://wire.example/y?id=5", "CHINA'S chip exports  jump 20%")
    assert key != title_key("https://other.example/y", "China's chip exports jump 20%")
    assert key != title_key("https://wire.example/y", "China's chip exports jump 30%")


@pytest.mark.parametrize("title", [None, "", "Live updates", "Week in review", "今日要闻", "\x00", "🎧"])
def test_a_short_title_names_no_article(title: str | None) -> None:
    assert title_key(URL, title) is None


@pytest.mark.parametrize(
    ("short", "enough"),
    [("Grid waits again", "Grid waits once again"), ("变压器交货期长", "变压器交货期变长")],
)
def test_how_long_a_title_must_be(short: str, enough: str) -> None:
    assert title_key("https://a.example/1", short) is None
    assert title_key("https://a.example/1", enough) is not None


def test_traditional_and_simplified_titles_are_one() -> None:
    assert (
        title_key(URL, "臺灣伺服器對美出口創新高") == title_key(URL, "台湾伺服器对美出口创新高") is not None
    )


@pytest.mark.parametrize("side", ["", "www.", "m.", "amp.", "m.amp."])
def test_side_doors_are_one_outlet(side: str) -> None:
    assert outlet(f"https://{side}wire.example/a?b") == "wire.example"


def test_keys_are_the_same_in_every_process() -> None:
    code = "from transforms.text.normal import title_key; print(title_key('https://a.example/', 'one two 三 four'))"
    said = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            cwd=Path(__file__).parents[2],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert said == {f"{title_key('https://a.example/', 'one two 三 four')}\n"}
