"""What the check-up finds of the DAG files, read in a process of their own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from cli.checkup import dagfiles
from tests.cli.doctor.conftest import ROOT


def test_our_dag_files_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    folder = dagfiles.dags_folder()
    assert folder == ROOT / "dags"
    said = dagfiles.dag_files(folder)
    assert said.state == "ok", said.found
    assert re.fullmatch(r"\d files read in \d+\.\d s", said.found)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("def broken(:\n", "other.py: SyntaxError: "),
        ("import nothing_like_this\n", "other.py: ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("raise SystemExit(5)\n", "other.py: SystemExit: 5"),
        ("raise ValueError('two\\nlines \\x1b[31m')\n", "other.py: ValueError: two lines [31m"),
        ("import os; os._exit(9)\n", "the reader ended with 9: it said nothing"),
    ],
)
def test_a_broken_dag_file_fails_in_one_line(one_dag_file: Path, content: str, words: str) -> None:
    (one_dag_file / "other.py").write_text(content)
    said = dagfiles.dag_files(one_dag_file)
    assert said.state == "fail"
    assert said.found.startswith(words)
    assert said.found.isprintable()


def test_what_a_dag_file_prints_is_not_taken_for_the_answer(one_dag_file: Path) -> None:
    (one_dag_file / "other.py").write_text("print('{}')\n")
    assert dagfiles.dag_files(one_dag_file).found.startswith("2 files read")


def test_a_dag_file_that_never_ends_is_stopped(one_dag_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (one_dag_file / "other.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setattr("cli.checkup.dagfiles.MOST_SECONDS", 1)
    assert dagfiles.dag_files(one_dag_file).found == "not read within 1 s"


def test_without_airflow_it_says_how_to_install(one_dag_file: Path, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class No:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.split('.')[0] == 'airflow':\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, No())\n"
    )
    said = dagfiles.dag_files(one_dag_file, {"PYTHONPATH": str(tmp_path)})
    assert said.state == "fail"
    assert "airflow" in said.found
    assert said.advice == dagfiles.INSTALL
    assert dagfiles.dag_files(None).state == "fail"
    assert dagfiles.dag_files(tmp_path / "none").found == f"no DAG file in {tmp_path / 'none'}"


def test_the_reader_keeps_airflow_in_a_folder_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "d.py").write_text(
        "import os\nprint(sorted(n for n in os.environ if n.startswith('AIRFLOW')))\nprint(os.environ['AIRFLOW_HOME'])\n"
    )
    home = tmp_path / "own"
    done = subprocess.run(
        [sys.executable, "-m", "dags.support.readable", str(tmp_path), str(home)],
        cwd=ROOT,
        env={"AIRFLOW__CORE__STRANGE": "1", "AIRFLOW_HOME": "/nowhere"},
        capture_output=True,
        text=True,
        check=True,
    )
    names, where, answer = done.stdout.splitlines()
    assert "AIRFLOW__CORE__STRANGE" not in names
    assert (where, answer) == (str(home), '{"d.py": ""}')
