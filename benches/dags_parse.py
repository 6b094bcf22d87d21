"""What the files in dags/ cost to parse beyond `import airflow.sdk`, which any DAG file pays (budget 0.3 s).

Baseline: a process that imports airflow.sdk. Best of three runs each, in turn.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
BASELINE = "import airflow.sdk"
OURS = BASELINE + "\nfor path in sys.argv[1:]: runpy.run_path(path)"
TIMED = "import runpy, sys, time\nstarted = time.perf_counter()\n{}\nprint(time.perf_counter() - started)"


def seconds(code: str, files: list[str], home: str) -> float:
    """The time a fresh process needs for `code`, by its own clock."""
    env = {
        **os.environ,
        "AIRFLOW_HOME": home,
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-c", TIMED.format(code), *files]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=True)
    return float(done.stdout.split()[-1])


def main() -> None:
    files = sorted(str(path) for path in (ROOT / "dags").glob("*.py") if path.name != "__init__.py")
    with tempfile.TemporaryDirectory() as home:
        seconds(BASELINE, [], home)
        pairs = [(seconds(BASELINE, [], home), seconds(OURS, files, home)) for _ in range(3)]
    baseline, ours = (min(times) for times in zip(*pairs, strict=True))
    print(
        f"{len(files)} DAG files: {ours - baseline:.2f} s beyond import airflow.sdk ({baseline:.2f} s), "
        f"{ours / baseline:.2f}x (budget 0.3 s)"
    )


if __name__ == "__main__":
    main()
