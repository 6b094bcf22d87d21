"""Writes the table of characters that search takes for another one: `python -m transforms.text.fold`."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from transforms.text.normal import normalised

PATH = Path(__file__).parent.parent / "seeds" / "search_fold.csv"
_LAST = 0x32000


def folds() -> Iterator[tuple[str, str]]:
    """Letters and digits, lower case as search has them, with the single one that `normalised` makes of each."""
    for character in map(chr, range(0x80, _LAST)):
        if unicodedata.category(character)[0] not in "LN" or character != character.lower():
            continue
        folded = normalised(character)
        if len(folded) == 1 and folded != character and _alphabet(folded) == _alphabet(character):
            yield character, folded


def _alphabet(character: str) -> bool:
    """Whether words of it are pairs of characters."""
    name = unicodedata.name(character, "")
    return any(part in name for part in ("CJK", "HIRAGANA", "KATAKANA"))


def main() -> None:
    """Write the seed."""
    with PATH.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(("character", "folded"))
        out.writerows(folds())


if __name__ == "__main__":
    main()
