"""Bytes to text: what the bytes prove, then what they declare, then a guess; never an exception."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

_DECLARED = re.compile(rb"""(?:encoding|charset)\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_HEADER = re.compile(r"""charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00", "utf-16-le"),
    (b"\x00<", "utf-16-be"),
)
_LATE = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_LATE_BYTES = 500_000
_WIDER = {
    **dict.fromkeys(("gb2312", "gbk", "x-gbk", "gb_2312-80"), "gb18030"),
    **dict.fromkeys(("big5", "big5-hkscs", "x-x-big5", "big5-tw"), "big5hkscs"),
    "iso-8859-1": "windows-1252",
    "shift_jis": "cp932",
    "sjis": "cp932",
    "euc-kr": "cp949",
}
_TOLERATED_SHARE = 0.01


def decode(data: bytes, content_type: str | None = None) -> str:
    """The text of a feed or page. Valid UTF-8 wins over any declaration; gb2312 is read as gb18030.

    A declared charset that fits but for a few broken bytes is kept, with U+FFFD for those.
    """
    for name in _proven(data):
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    declared = list(_declared(data, content_type))
    for name in declared:
        try:
            return data.decode(name)
        except UnicodeDecodeError:
            continue
    for name in ("utf-8", *declared, *_guessed(data)):
        text = data.decode(name, "replace")
        if text.count("\ufffd") <= len(text) * _TOLERATED_SHARE:
            return text
    return data.decode("utf-8", "replace")


def _proven(data: bytes) -> Iterator[str]:
    for mark, name in _BOMS:
        if data.startswith(mark):
            yield name
            return
    yield "utf-8"


def _declared(data: bytes, content_type: str | None) -> Iterator[str]:
    header = _HEADER.search(content_type or "")
    inside = _DECLARED.search(data[:2048]) or _LATE.search(data[:_LATE_BYTES])
    names = [header.group(1)] if header else []
    names += [inside.group(1).decode("ascii")] if inside else []
    for name in names:
        wide = _WIDER.get(name.lower(), name)
        if _is_text_codec(wide):
            yield wide


def _is_text_codec(name: str) -> bool:
    try:
        return codecs.lookup(name)._is_text_encoding
    except LookupError:
        return False


def _guessed(data: bytes) -> list[str]:
    from trafilatura.utils import detect_encoding

    guesses: list[str] = detect_encoding(data)
    return [_WIDER.get(name, name) for name in guesses]
