"""Text in a form in which copies are equal: one spelling of every character, one script of Chinese, no punctuation."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from functools import lru_cache
from importlib.metadata import version

MAX_CHARACTERS = 500_000
"""A text is compared by its beginning of this length; no article is longer."""
MIN_TITLE_WORDS, MIN_TITLE_CHARACTERS = 4, 8
CJK_SHARE = 0.2

_CJK = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_HAN = ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x323B0))
_INVISIBLE = dict.fromkeys((0xAD, 0xFEFF, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x2065)))
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_SIDE_DOORS = re.compile(r"https?://(?:(?:www|m|mobile|amp|wap)\.)*([^/?#]*)")


@lru_cache(maxsize=1)
def rules_version() -> str:
    """The version of all rules of identity, the tables of traditional Chinese included."""
    return f"2-opencc{version('opencc')}"


def normalised(text: str) -> str:
    """Words in lower case with one space between them: NFKC, invisible characters out, Chinese in simplified characters.

    At most 500,000 characters. Punctuation and control characters only part words.
    """
    text = text[:MAX_CHARACTERS]
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)[:MAX_CHARACTERS].translate(_INVISIBLE)
        text = text.translate(_simplified()) if _CJK.search(text) else text
    return _BETWEEN_WORDS.sub(" ", text.casefold()).strip()[:MAX_CHARACTERS]


def by_characters(normal: str) -> bool:
    """Whether a normalised text is written without spaces (Chinese, Japanese) and its characters are what to compare."""
    if normal.isascii():
        return False
    letters = len(normal) - normal.count(" ")
    return letters > 0 and len(_CJK.findall(normal)) >= CJK_SHARE * letters


def title_key(url_key: str, title: str | None) -> int | None:
    """A title at its outlet as 64 bits, signed; None for none, or one too short to mean one article ("Live updates")."""
    normal = normalised(title or "")
    if by_characters(normal):
        long_enough = len(normal.replace(" ", "")) >= MIN_TITLE_CHARACTERS
    else:
        long_enough = normal.count(" ") + 1 >= MIN_TITLE_WORDS
    if not long_enough:
        return None
    said = f"{outlet(url_key)}\n{normal}".encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "little", signed=True)


def outlet(url_key: str) -> str:
    """The host of a normalised URL without the names of its side doors (m., amp.)."""
    found = _SIDE_DOORS.match(url_key)
    return found[1] if found else ""


@lru_cache(maxsize=1)
def _simplified() -> dict[int, int]:
    """Traditional -> simplified, character by character.

    Without context, so that a cut copy reads as the whole does; and the converter, which is C++, never sees a text from
    outside.
    """
    from opencc import OpenCC

    han = [chr(code) for low, high in _HAN for code in range(low, high)]
    plain = OpenCC("t2s").convert("\n".join(han)).split("\n")
    pairs = zip(han, plain, strict=True)
    return {ord(old): ord(new) for old, new in pairs if old != new and len(new) == 1}
