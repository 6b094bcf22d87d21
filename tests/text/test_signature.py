from __future__ import annotations

import hashlib
import math
import random

import numpy as np
import pytest

from tests.text.newsroom import characters, edited, words
from transforms.text.signature import MIN_SHINGLES, minhash, shingles, signed


def estimate(one: str, other: str) -> float:
    left, right = signed(one).signature, signed(other).signature
    assert left is not None
    assert right is not None
    return float((left == right).mean())


def jaccard(one: str, other: str) -> float:
    def pieces(text: str) -> set[tuple[str, ...]]:
        parts = text.split()
        return {tuple(parts[at : at + 5]) for at in range(len(parts) - 4)}

    left, right = pieces(one), pieces(other)
    return len(left & right) / len(left | right)


def test_the_estimate_is_the_shared_part_of_word_shingles() -> None:
    errors = []
    for seed in range(60):
        text = words(seed)
        copy = edited(text, random.Random(seed).choice((0.01, 0.03, 0.05, 0.1)), seed)
        true = jaccard(text, copy)
        errors.append((estimate(text, copy) - true) / math.sqrt(true * (1 - true) / 128))
    assert abs(np.mean(errors)) < 0.5  # unbiased: four standard errors of sixty draws
    assert 0.7 < np.std(errors) < 1.35  # and as precise as 128 independent draws


def test_shingles_are_counted_exactly() -> None:
    text = "one two three four five one two three four five six"
    assert len(shingles(text, "words")) == 6  # of seven, one stands twice
    assert len(shingles("甲乙丙丁戊 甲乙丙丁戊", "characters")) == 5
    assert len(shingles("one two three four", "words")) == 0


def test_a_shingle_is_its_words_and_not_where_they_stand() -> None:
    common = "alpha beta gamma delta epsilon"
    one, other = shingles(f"x {common}", "words"), shingles(f"{common} y z", "words")
    assert len(np.intersect1d(one, other)) == 1


def test_chinese_is_compared_by_characters_in_either_script() -> None:
    traditional = "臺灣對美國出口伺服器創新高，數據中心需求強勁，電腦與電子產品年增百分之五十。" * 3
    traditional += characters(1)
    simplified = "台湾对美国出口伺服器创新高，数据中心需求强劲，电脑与电子产品年增百分之五十。" * 3
    simplified += characters(1)
    assert signed(traditional).kind == "characters"
    assert estimate(traditional, simplified) == 1.0


@pytest.mark.parametrize(
    "text", ["", "word", "\x00\x07\x1b", "啊" * 1_000_000, "x " * 2_500_000, "a" * 1_000_000]
)
def test_a_text_with_little_to_say_has_no_signature(text: str) -> None:
    assert signed(text).signature is None
    assert signed(text).shingles <= 1


def test_short_texts_have_no_signature() -> None:
    least = MIN_SHINGLES["words"]
    assert signed(words(1, least + 3)).signature is None
    assert signed(words(1, least + 4)).signature is not None


@pytest.mark.parametrize(("least", "between"), [(30, " "), (60, "")])
def test_how_much_a_text_must_say(least: int, between: str) -> None:
    """So many runs of five, of words or of characters."""
    made = [chr(0x4E00 + n) if not between else f"w{n}" for n in range(least + 4)]
    assert signed(between.join(made)).signature is not None
    assert signed(between.join(made)).shingles == least
    assert signed(between.join(made[:-1])).signature is None


def test_five_megabytes_have_one() -> None:
    text = words(1, 900_000)
    assert len(text) > 5_000_000
    found = signed(text).signature
    assert found is not None
    assert found.shape == (128,)
    assert found.dtype == np.uint32


def test_the_numbers_are_kept_for_years() -> None:
    found = signed(words(7)).signature
    assert found is not None
    assert hashlib.sha256(found.astype("<u4").tobytes()).hexdigest()[:16] == "8d8ec85cf1407397"


def test_the_order_of_blocks_makes_no_difference() -> None:
    hashes = shingles(words(3, 6_000), "words")
    parts = [minhash(piece) for piece in np.array_split(hashes, 7)]
    assert (minhash(hashes) == np.minimum.reduce(parts)).all()
