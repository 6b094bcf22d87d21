"""A seed that a person broke is named with the line, and nothing is built."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.errors import CheckFailed
from transforms import project, seed_files

GOOD = 'id,claim\na,"one, two"\nb,\n'


@pytest.mark.parametrize(
    "body", [GOOD.encode(), GOOD.encode("utf-8-sig"), GOOD.replace("\n", "\r\n").encode(), b"id\n"]
)
def test_a_table_has_no_fault(body: bytes) -> None:
    assert list(seed_files.faults(body)) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the first line is not a header of different names"),
        (b"\n1,2\n", "the first line is not a header of different names"),
        (b"id,id\na,b\n", "the first line is not a header of different names"),
        (b"id,\na,b\n", "the first line is not a header of different names"),
        ("id,claim\na,Z\u00fcrich\n".encode("latin-1"), "line 2 is not UTF-8"),
        (GOOD.encode("utf-16"), "line 1 is not UTF-8"),
        (b"id,claim\na,b\nc,d\0e\n", "line 3 has a NUL character"),
        (b"id,claim\na\n", "line 2 has 1 cells, not 2"),
        (b"id,claim\na,one, two\n", "line 2 has 3 cells, not 2"),
        (b'id,claim\na,"never closed\n', "line 2: unexpected end of data"),
        (b"id,claim\na," + b"x" * 200_000 + b"\n", "line 2: field larger than field limit (131072)"),
        (b"<html><body>404, not found</body></html>\n<p>a</p>\n", "line 2 has 1 cells, not 2"),
    ],
)
def test_the_first_fault_is_told_with_its_line(body: bytes, words: str) -> None:
    assert list(seed_files.faults(body)) == [words]


def test_nothing_is_built_over_a_broken_seed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "seeds").mkdir()
    for name in ("one", "two"):
        (tmp_path / "seeds" / f"{name}.csv").write_bytes(b"id,claim\na\n")
    monkeypatch.setattr(project, "PROJECT", tmp_path)
    with pytest.raises(CheckFailed, match=r"seeds/one.csv: line 2 has 1 cells, not 2; seeds/two.csv: line 2"):
        project.run(tmp_path / "warehouse.duckdb", tmp_path / "dbt", {})
    assert not (tmp_path / "dbt").exists()
