"""One live pass of all DAGs, without a scheduler: `make run`."""

from __future__ import annotations

import os
import sys

from contracts.errors import ChokepointError
from dags.support import airflow_home, sessions
from dags.support.passes import run_pass
from warehouse import release as releases
from warehouse.home import Home, home_root, open_home, wanted_kind


def main() -> int:
    """Exit code 0 when every DAG succeeded, 1 when one did not, else the error's own."""
    sessions.end_once()
    try:
        home = open_home(home_root(), wanted_kind())
        done = _run(home)
    except KeyboardInterrupt:
        print("stopped; what was fetched is kept", flush=True)
        return 1
    except ChokepointError as error:
        print(f"make run: {error}", file=sys.stderr)
        return error.exit_code
    shown = releases.current(home)
    print(f"current release: {shown.database if shown else 'none yet'}")
    return 0 if done else 1


def _run(home: Home) -> bool:
    """The pass has an Airflow home of its own: its runs and bells stay away from a scheduler's."""
    folder = home.root / "airflow-once"
    airflow_home.make_folder(folder)
    log = folder / "run.log"
    log.unlink(missing_ok=True)
    print(f"home {home.root} ({home.kind}); Airflow's own output goes to {log}", flush=True)
    env = airflow_home.environment(folder, {**os.environ, "CHOKEPOINT_HOME": str(home.root)})
    done = run_pass(env, log, lambda line: print(line, flush=True))
    if not done:
        print(f"a step failed: what it said stands above, the rest in {log}", file=sys.stderr)
    return done


if __name__ == "__main__":
    sys.exit(main())
