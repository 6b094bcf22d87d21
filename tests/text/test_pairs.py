"""What counts as a copy: the shares measured on real articles, and the cases that must not count."""

from __future__ import annotations

import numpy as np
import pytest

from tests.text.newsroom import characters, edited, words
from transforms.text.pairs import NEIGHBOURS, WINDOW_US, Pair, Slice, pairs
from transforms.text.signature import PERMUTATIONS, signed

DAY = WINDOW_US // 7
ARTICLES = 60


def slice_of(articles: list[tuple[float, str | None, int | None]]) -> Slice:
    """Articles as (day, text, title), in order of time."""
    owner, shingles, signatures, titled, title = [], [], [], [], []
    for number, (_, text, key) in enumerate(articles):
        found = signed(text or "")
        if found.signature is not None:
            owner.append(number)
            shingles.append(found.shingles)
            signatures.append(found.signature)
        if key is not None:
            titled.append(number)
            title.append(key)
    numbers = [np.array(column, np.int64) for column in (owner, shingles, titled, title)]
    seen = np.array([round(day * DAY) for day, *_ in articles], np.int64)
    matrix = np.array(signatures, np.uint32).reshape(-1, PERMUTATIONS)
    return Slice(seen, numbers[0], numbers[1], matrix, numbers[2], numbers[3])


def found(articles: list[tuple[float, str | None, int | None]]) -> list[Pair]:
    return pairs(slice_of(articles), 0, 100 * DAY)


def copies(change) -> dict[tuple[int, int], Pair]:
    """Sixty articles and, as the next sixty, their copies: the pairs found."""
    texts = [words(seed, 250 + 10 * seed) for seed in range(ARTICLES)]
    made = [(0.0, text, None) for text in texts] + [(1.0, change(text), None) for text in texts]
    return {pair[:2]: pair for pair in found(made)}


@pytest.mark.parametrize(
    ("name", "change", "least_share"),
    [
        ("2 % edited", lambda text: edited(text, 0.02), 1.0),
        ("5 % edited", lambda text: edited(text, 0.05), 0.98),
        ("first 60 %", lambda text: " ".join(text.split()[: len(text.split()) * 6 // 10]), 0.98),
        ("first 30 %", lambda text: " ".join(text.split()[: len(text.split()) * 3 // 10]), 0.8),
        ("200 words of boilerplate", lambda text: f"{text} {words(999, 200)}", 0.98),
    ],
)
def test_copies_are_found_and_nothing_else(name, change, least_share) -> None:
    pairs_found = copies(change)
    true = {(number, number + ARTICLES) for number in range(ARTICLES)}
    boilerplate = {pair for pair in pairs_found if pair[0] >= ARTICLES}
    assert len(true & set(pairs_found)) >= least_share * ARTICLES, name
    assert set(pairs_found) - true - boilerplate == set()
    assert len(boilerplate) <= (60 if "boilerplate" in name else 0)  # 200 of 450 words are the same there


def test_a_text_half_rewritten_is_another() -> None:
    assert copies(lambda text: edited(text, 0.3)) == {}


def test_a_cut_copy_says_how_much_of_it_is_inside() -> None:
    text = words(1, 600)
    (pair,) = found([(0, text, None), (1, " ".join(text.split()[:240]), None)])
    assert pair.kind == "cut_copy"
    assert pair.score == pytest.approx(1, abs=0.15)
    assert found([(0, text, None), (1, " ".join(text.split()[:60]), None)]) == []  # a tenth is a quotation


def test_copies_a_week_apart_and_more_are_not_paired() -> None:
    text = words(1)
    assert [pair[:3] for pair in found([(0, text, None), (7, text, None)])] == [(0, 1, "near_copy")]
    assert found([(0, text, None), (7.001, text, None)]) == []


def test_chinese_copies_are_found() -> None:
    text = characters(1)
    assert [
        pair[:3] for pair in found([(0, text, None), (1, text[:300], None), (2, characters(2), None)])
    ] == [(0, 1, "near_copy")]


def test_a_title_decides_where_a_text_is_missing() -> None:
    text = words(1)
    assert found([(0, None, 5), (1, text, 5)]) == [Pair(0, 1, "same_title", None)]
    assert found([(0, None, 5), (1, None, 6)]) == []
    assert found([(0, None, 5), (7.001, None, 5)]) == []


def test_texts_that_are_strangers_speak_against_a_title() -> None:
    assert found([(0, words(1), 5), (1, words(2), 5)]) == []
    (pair,) = found([(0, words(1), 5), (1, edited(words(1), 0.12), 5)])
    assert pair.kind == "same_title"
    assert 0.2 <= pair.score < 0.5


def test_a_daily_title_is_a_column() -> None:
    assert found([(day, None, 5) for day in range(10)]) == []
    assert len(found([(day, None, 5) for day in range(3)])) == 3


def test_text_is_said_before_title() -> None:
    assert found([(0, words(1), 5), (1, words(1), 5)]) == [Pair(0, 1, "near_copy", 1.0)]


def test_a_flood_of_one_page_costs_no_square() -> None:
    flood = [(number / 1_000, words(1), None) for number in range(400)]
    pairs_found = found(flood)
    assert len(pairs_found) <= 400 * NEIGHBOURS
    assert {pair.later for pair in pairs_found} == set(range(1, 400))


def test_where_a_slice_begins_makes_no_difference() -> None:
    texts = [words(seed % 9) for seed in range(60)]
    made = [(number / 2, text, number % 5 or None) for number, text in enumerate(texts)]
    whole = set(pairs(slice_of(made), 16 * DAY, 20 * DAY))
    cut = [article for article in made if 2 <= article[0] < 27]
    shift = next(number for number, article in enumerate(made) if article[0] >= 2)
    part = {
        Pair(pair.earlier + shift, pair.later + shift, *pair[2:])
        for pair in pairs(slice_of(cut), 16 * DAY, 20 * DAY)
    }
    assert part == whole
    assert whole


def test_no_articles_have_no_pairs() -> None:
    assert found([]) == []
    assert found([(0, "", None), (1, "one word", None)]) == []
