"""Read DAG files as Airflow would and say which do not read: `python -m dags.support.readable FOLDER AIRFLOW_HOME`.

The last line on stdout is JSON, the error by file name, empty where it reads well.
"""

from __future__ import annotations

import importlib.util
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dags.support import airflow_home


def unreadable(folder: Path) -> dict[str, str]:
    """Why each DAG file of a folder cannot be imported, in one line; empty where it can be."""
    return {path.name: _fault(path) for path in sorted(folder.glob("*.py")) if path.name != "__init__.py"}


def _fault(path: Path) -> str:
    spec = importlib.util.spec_from_file_location(f"chokepoint_dag_{path.stem}", path)
    if spec is None or spec.loader is None:
        return "it is no Python file"
    try:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))
    except (Exception, SystemExit) as error:  # whatever a DAG file does when it is read
        return f"{type(error).__name__}: {error}"[:1000]
    return ""


def surroundings(folder: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """The environment to read them in: Airflow settings of our own only, its home in `folder`."""
    kept = {name: value for name, value in environ.items() if not name.startswith("AIRFLOW__")}
    return {**kept, **airflow_home.settings(folder)}


def main(words: Sequence[str]) -> int:
    """Exit code 0 when every file reads, 1 when one does not or airflow is missing."""
    folder, home = map(Path, words)
    settings = surroundings(home, os.environ)
    os.environ.clear()
    os.environ.update(settings)
    if importlib.util.find_spec("airflow") is None:
        print("apache-airflow is not installed", file=sys.stderr)
        return 1
    found = unreadable(folder)
    print(json.dumps(found))
    return int(any(found.values()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
