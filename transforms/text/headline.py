"""What a headline says of an event: its words as hashes, without those that any headline may have.

The last three bits of a hash say what it is of: a word, a pair of Chinese characters, a number, a period, a direction.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from functools import lru_cache

import numpy as np

from transforms.text.headline_words import (
    COLUMNS,
    DIRECTIONS,
    HAN_COLUMNS,
    HAN_EMPTY,
    MONTHS,
    PLAIN,
    QUARTERS,
)
from transforms.text.normal import normalised

WORD, PAIR, NUMBER, PERIOD, DIRECTION = range(5)
KIND_BITS = 3

_PIECES = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]+|[^\\W\u3400-\u4dbf\u4e00-\u9fff]+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
_EMPTY = re.compile("|".join(sorted(map(re.escape, HAN_EMPTY), key=lambda word: (-len(word), word))))
_QUARTER = re.compile("第?([一二三四1234])季[度报]?")
_ENGLISH_QUARTER = re.compile(r"\b(first|second|third|fourth) quarter(?:ly)?\b")


def title_terms(title: str | None) -> bytes | None:
    """The distinct terms of a title in its order, little-endian int64; None for none, and for the title of a column."""
    normal = normalised(title or "")
    if _names_a_column(normal):
        return None
    found = list(dict.fromkeys(_hashed(kind, text) for kind, text in _terms(normal)))
    return np.asarray(found, "<i8").tobytes() if found else None


def _names_a_column(normal: str) -> bool:
    return any(name in normal for name in HAN_COLUMNS) or any(
        f" {name} " in f" {normal} " for name in COLUMNS
    )


def _terms(normal: str) -> Iterator[tuple[int, str]]:
    for found in _QUARTER.finditer(normal):
        yield PERIOD, QUARTERS[found[1]]
    for found in _ENGLISH_QUARTER.finditer(normal):
        yield PERIOD, QUARTERS[found[1]]
    left = _ENGLISH_QUARTER.sub(" ", _QUARTER.sub(" ", normal))
    for piece in _PIECES.findall(left):
        yield from _han(piece) if _HAN.match(piece) else _word(piece)


def _word(piece: str) -> Iterator[tuple[int, str]]:
    if piece[0].isdigit():
        yield NUMBER, re.match(r"\d+", piece)[0].lstrip("0") or "0"  # type: ignore[index]
        return
    word = _singular(piece)
    if re.fullmatch(r"q[1-4]", word):
        yield PERIOD, word
    elif word in MONTHS:
        yield PERIOD, MONTHS[word]
    elif word in DIRECTIONS:
        yield DIRECTION, DIRECTIONS[word]
    elif len(word) > 1 and word not in PLAIN:
        yield WORD, word


def _singular(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    return (
        word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
    )


def _han(run: str) -> Iterator[tuple[int, str]]:
    for word, way in DIRECTIONS.items():
        if _HAN.match(word) and word in run:
            yield DIRECTION, way
    for piece in _EMPTY.split(run):
        yield from ((PAIR, piece[at : at + 2]) for at in range(max(len(piece) - 1, bool(piece))))


@lru_cache(maxsize=65_536)
def _hashed(kind: int, text: str) -> int:
    digest = hashlib.blake2b(f"{kind} {text}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little", signed=True) >> KIND_BITS << KIND_BITS | kind
