"""Language by script: certain for Chinese, Japanese and Korean, silent for the rest."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")
_KANA = re.compile(r"[\u3040-\u30ff]+")
_HANGUL = re.compile(r"[\uac00-\ud7af]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_EAST_ASIAN_SHARE = 0.2
_KANA_SHARE = 0.1
_SAMPLE_CHARACTERS = 4000


def letters(text: str) -> int:
    """How many letters of any script a text has."""
    return _count(_LETTERS, text)


def script_language(text: str) -> str | None:
    """zh, ja or ko when at least a fifth of the letters are of their scripts, else None."""
    sample = text[:_SAMPLE_CHARACTERS]
    if sample.isascii():
        return None
    han, kana, hangul = (_count(script, sample) for script in (_HAN, _KANA, _HANGUL))
    east_asian = han + kana + hangul
    if not east_asian or east_asian < _EAST_ASIAN_SHARE * letters(sample):
        return None
    if hangul > han + kana:
        return "ko"
    return "ja" if kana > _KANA_SHARE * east_asian else "zh"


def _count(runs: re.Pattern[str], text: str) -> int:
    return sum(map(len, runs.findall(text)))


def declared_language(tag: str | None) -> str | None:
    """The ISO 639-1 code of a language tag (`zh-Hant` -> `zh`), None when it is not one."""
    code = re.match(r"\s*([A-Za-z]{2})(?:[-_]|\s*$)", tag or "")
    return code.group(1).lower() if code else None
