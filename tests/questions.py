"""docs/questions.md as data: its questions, how an answer is printed, and the command that prints them anew.

`python -m tests.questions` writes the answer of every question that runs on the sample into the page, from a fresh release of
the sample in a folder of its own; `python -m tests.questions path/to/warehouse.duckdb` from that one.
"""

from __future__ import annotations

import re
import sys
import tempfile
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from tests.sample_build import sample_release
from warehouse.query import Result, query

PAGE = Path(__file__).parents[1] / "docs" / "questions.md"
SAMPLE = "sample"
QUESTION = re.compile(
    r"### (?P<title>[^\n]+\?)\n\n"
    r"(?P<words>.+?)\n\n"
    r"Runs on: (?P<runs_on>sample|synthetic lake \(the sample has [^\n]+\))\n\n"
    r"```sql\n(?P<sql>.+?)\n```"
    r"(?:\n\n```text\n(?P<answer>.+?)\n```)?",
    re.DOTALL,
)


@dataclass(frozen=True)
class Question:
    """One question of the page; `answer` is what the page shows, None where it shows none."""

    title: str
    words: str
    runs_on: str
    sql: str
    answer: str | None

    @property
    def on_sample(self) -> bool:
        return self.runs_on == SAMPLE


def questions(page: str) -> list[Question]:
    """Every question of the page in its order; a heading of the third level that is none raises `ValueError`."""
    found = []
    for part in re.split(r"^(?=#{2,3} )", page, flags=re.MULTILINE):
        if part.startswith("### "):
            match = QUESTION.fullmatch(part.rstrip())
            if match is None:
                raise ValueError(f"not in the form of a question: {part.splitlines()[0]}")
            found.append(Question(**match.groupdict()))
    return found


def figures(result: Result) -> int:
    """How many numbers are in the rows; a year is a name, not a figure."""
    return sum(
        _is_number(value)
        for row in result.rows
        for name, value in zip(result.columns, row, strict=True)
        if name != "year"
    )


def printed(result: Result) -> str:
    """The rows as aligned text, numbers to the right with one number of decimals a column, NULL in words."""
    columns = [_column(name, [row[n] for row in result.rows]) for n, name in enumerate(result.columns)]
    return "\n".join("  ".join(line).rstrip() for line in zip(*columns, strict=True))


def _column(name: str, values: list[object]) -> list[str]:
    decimals = max((len(str(v).partition(".")[2]) for v in values if isinstance(v, float)), default=0)
    texts = [name, *(_text(value, decimals) for value in values)]
    width = max(map(len, texts))
    return [text.rjust(width) if any(map(_is_number, values)) else text.ljust(width) for text in texts]


def _text(value: object, decimals: int) -> str:
    if isinstance(value, float):
        return f"{value:.{decimals}f}"
    return "NULL" if value is None else str(value)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def rewritten(page: str, database: Path) -> str:
    """The page with the answers that the release in `database` gives to the questions that run on the sample."""

    def answered(match: re.Match[str]) -> str:
        if match["runs_on"] != SAMPLE:
            return match[0]
        asked = match[0].split("\n\n```text\n")[0]
        return f"{asked}\n\n```text\n{printed(query(database, match['sql']))}\n```"

    return QUESTION.sub(answered, page)


def main() -> None:
    """Write the answers into the page."""
    page = PAGE.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        database = Path(sys.argv[1]) if sys.argv[1:] else sample_release(Path(folder) / "home").database
        PAGE.write_text(rewritten(page, database), encoding="utf-8")


if __name__ == "__main__":
    main()
