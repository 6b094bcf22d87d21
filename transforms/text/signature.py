"""MinHash signatures of texts: 128 numbers whose share of equals estimates how many 5-shingles two texts share.

Own arithmetic instead of a library: the numbers are kept for years, so they must not depend on a library's version,
and with numpy over whole texts it is several times as fast (`benches/news_clusters.py`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from transforms.text.normal import by_characters, normalised

Words64 = NDArray[np.uint64]
Signature = NDArray[np.uint32]

PERMUTATIONS = 128
SHINGLE = 5
MIN_SHINGLES = {"words": 30, "characters": 60}
"""Below these a text has no signature: chance and boilerplate would decide."""

_BASE = np.uint64(0x9E3779B97F4A7C15)
_INVERSE = np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64))
_SEED = 0x5EED0F7E575
_ROWS = 2_048


class SignedText(NamedTuple):
    """`kind` words | characters; `shingles` distinct ones; `signature` (128,) uint32, None for a short text."""

    kind: str
    shingles: int
    signature: Signature | None


def signed(text: str) -> SignedText:
    """The signature of a text as a publisher wrote it. The same on every machine."""
    normal = normalised(text)
    kind = "characters" if by_characters(normal) else "words"
    hashes = shingles(normal, kind)
    enough = len(hashes) >= MIN_SHINGLES[kind]
    return SignedText(kind, len(hashes), minhash(hashes) if enough else None)


def shingles(normal: str, kind: str) -> Words64:
    """The distinct hashes of a normalised text's runs of five words or five characters, sorted."""
    text = normal.replace(" ", "") if kind == "characters" else normal
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    starts, ends = _runs(codes, kind)
    if not len(starts):
        return np.empty(0, np.uint64)
    powers, inverses = _powers(1 << max(15, len(codes).bit_length()))
    sums = np.zeros(len(codes) + 1, np.uint64)
    np.cumsum(_mixed(codes.astype(np.uint64)) * powers[: len(codes)], out=sums[1:])
    return np.unique(_mixed((sums[ends] - sums[starts]) * inverses[starts]))


def minhash(hashes: Words64) -> Signature:
    """(128,) uint32: of each permutation the least value over the hashes, of which there is at least one."""
    factors, offsets = _permutations()
    least = np.full(PERMUTATIONS, np.iinfo(np.uint64).max, np.uint64)
    for start in range(0, len(hashes), _ROWS):
        values = hashes[start : start + _ROWS, None] * factors
        values += offsets
        np.minimum(least, values.min(axis=0), out=least)
    return (least >> np.uint64(32)).astype(np.uint32)


def _runs(codes: NDArray[np.uint32], kind: str) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each shingle starts and ends. Words stand with one space between them, so five of them are one piece."""
    if kind == "characters":
        starts = np.arange(max(0, len(codes) - SHINGLE + 1))
        return starts, starts + SHINGLE
    spaces = np.flatnonzero(codes == ord(" "))
    starts = np.concatenate(([0], spaces + 1))
    ends = np.concatenate((spaces, [len(codes)]))
    return starts[: max(0, len(starts) - SHINGLE + 1)], ends[SHINGLE - 1 :]


@lru_cache(maxsize=2)
def _powers(size: int) -> tuple[Words64, Words64]:
    """Powers of an odd base and of its inverse modulo 2^64: the hash of any piece from one running sum."""
    return _geometric(_BASE, size), _geometric(_INVERSE, size)


def _geometric(ratio: np.uint64, size: int) -> Words64:
    found = np.full(size, ratio, np.uint64)
    found[0] = 1
    return np.cumprod(found, dtype=np.uint64)


@lru_cache(maxsize=1)
def _permutations() -> tuple[Words64, Words64]:
    """Multiply-add modulo 2^64 with odd factors, high bits kept (Dietzfelbinger's universal hashing)."""
    drawn = _mixed(np.arange(_SEED, _SEED + 2 * PERMUTATIONS, dtype=np.uint64))
    return drawn[:PERMUTATIONS] | np.uint64(1), drawn[PERMUTATIONS:]


def _mixed(values: Words64) -> Words64:
    """Steele's splitmix64 finaliser: every bit of the input moves every bit of the output."""
    mixed = values + np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Words64 = mixed ^ (mixed >> np.uint64(31))
    return found
