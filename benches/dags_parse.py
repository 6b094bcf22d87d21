"""What the files in dags/ cost to parse beyond `import airflow.sdk`, which any DAG file pays (budget 0.3 s).

Baseline: that import, in the same process. Best of three.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
TIMED = """
import runpy, sys, time
started = time.perf_counter()
import airflow.sdk
imported = time.perf_counter()
for path in sys.argv[1:]:
    runpy.run_path(path)
print(imported - started, time.perf_counter() - imported)
"""


def seconds(files: list[str], home: str) -> tuple[float, float]:
    """What a fresh process needs to import airflow.sdk, and then to run the files."""
    env = {
        **os.environ,
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", TIMED, *files]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    imported, parsed = done.stdout.split()[-2:]
    return float(imported), float(parsed)


def main() -> None:
    files = sorted(str(path) for path in (ROOT / "dags").glob("*.py") if path.name != "__init__.py")
    with tempfile.TemporaryDirectory() as home:
        runs = [seconds(files, home) for _ in range(3)]
    imported, parsed = (min(times) for times in zip(*runs, strict=True))
    print(
        f"{len(files)} DAG files: {parsed:.2f} s beyond import airflow.sdk (budget 0.3 s), "
        f"{parsed / imported:.2f} of the {imported:.2f} s of that import"
    )


if __name__ == "__main__":
    main()
