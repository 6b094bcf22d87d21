"""Two recorded days through the real DAGs, offline, in a home of kind `sample`: `make demo`."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from contracts.errors import CheckFailed, ChokepointError, EnvironmentFault
from contracts.text import printable
from dags.support import airflow_home, sessions
from dags.support.components import tail
from dags.support.outcome import (
    Outcome,
    headlines_without_figure,
    require_difference,
    require_everything,
)
from dags.support.passes import run_pass
from dags.support.shown import closing_tables
from extractors.web.mirror import serve
from warehouse.home import Home, open_home
from warehouse.locks import lock

SAMPLES = airflow_home.ROOT / "samples"
LOCK = "demo"
NARROWEST = 110
LAIN_SECONDS = 3600


@dataclass(frozen=True)
class Day:
    """A day of the demonstration: what it is called, and the moment the mirror stands at."""

    name: str
    at: datetime


DAYS = (
    Day("day 1", datetime(2026, 11, 21, 12, tzinfo=UTC)),
    Day("day 2", datetime(2026, 11, 22, 12, tzinfo=UTC)),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when both days brought what they must, else the error's own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=Path(".chokepoint-sample"), help="made anew each time")
    given = parser.parse_args(arguments)
    console = Console(highlight=False, markup=False, soft_wrap=True)
    sessions.end_once()
    try:
        Demo(given.home.absolute(), console).run()
    except KeyboardInterrupt:
        console.print("sample: stopped; nothing is left running")
        return 1
    except ChokepointError as error:
        console.print(f"sample: FAILED: {error}")
        return error.exit_code
    return 0


class Demo:
    """One demonstration in one home."""

    def __init__(self, root: Path, console: Console) -> None:
        self.root, self.console, self.started = root, console, time.monotonic()
        self.log = root / "airflow.log"

    def run(self) -> None:
        """Both days, their checks, and the closing tables."""
        home = fresh_home(self.root)
        with lock(home, LOCK):
            empty(home)
            self.tell(f"home {self.root}, made anew; Airflow's own output goes to {self.log}")
            if number := bring(SAMPLES / "inbox", home):
                self.tell(f"{number} files lie in the inbox, as a person brings them")
            before, after = (self.one_day(home, day) for day in DAYS)
            require_difference(before, after)
            self.show(home, before, after)

    def one_day(self, home: Home, day: Day) -> Outcome:
        """All DAGs against the mirror as it stood on that day, and what they made."""
        self.tell(f"{day.name}: recordings as of {day.at:%Y-%m-%d} served on loopback")
        folder = home.root / "airflow"
        airflow_home.make_folder(folder)
        with serve(SAMPLES, at=day.at) as mirror:
            env = airflow_home.environment(folder, environ(home, mirror.base))
            done = run_pass(env, self.log, lambda line: self.tell(f"{day.name}: {line}"))
        if not done:
            raise CheckFailed(
                f"a step of {day.name} failed (see above); {self.log} ends:\n{printable_lines(tail(self.log, 25))}"
            )
        outcome = Outcome.of(home)
        require_everything(outcome, day.name)
        self.tell(f"{day.name}: release {outcome.release}")
        return outcome

    def show(self, home: Home, before: Outcome, after: Outcome) -> None:
        """The closing tables, and where to look next."""
        wide = Console(width=max(NARROWEST, self.console.width), highlight=False, markup=False)
        for table in closing_tables(before, after):
            wide.print()
            wide.print(table)
        silent = headlines_without_figure(after)
        if silent:
            self.tell(f"no figures in these recordings for {len(silent)} more headlines: {'; '.join(silent)}")
        shown = os.path.relpath(self.root)
        self.tell(
            f"done in {time.monotonic() - self.started:.0f} s; the warehouse: {shown}/current/warehouse.duckdb"
        )
        self.tell(
            f'ask it: CHOKEPOINT_HOME={shown} .venv/bin/chokepoint sql "select label, period, value, unit from marts.headline order by position"'
        )

    def tell(self, text: str) -> None:
        """A progress line; every one says that this is the sample."""
        self.console.print(f"sample | {time.monotonic() - self.started:5.1f} s | {text}")


def fresh_home(root: Path) -> Home:
    """The sample home at `root`; `EnvironmentFault` when what is there is anything else than a sample home."""
    if root.is_dir() and not (root / "home.json").exists() and any(root.iterdir()):
        raise EnvironmentFault(
            f"{root} is no home of this project: it is left alone; name another with --home"
        )
    return open_home(root, "sample")


def empty(home: Home) -> None:
    """Remove everything a sample home holds but its own note and its locks; call it under the lock."""
    if home.kind != "sample":
        raise EnvironmentFault(f"{home.root} holds {home.kind} data: it is left alone")
    for child in home.root.iterdir():
        if child.name in ("home.json", home.locks.name):
            continue
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(child)
        else:
            child.unlink()


def bring(folder: Path, home: Home) -> int:
    """Put the sample's files, with their side files, into the inbox as if they had lain there; how many there are."""
    files = sorted(path for path in folder.glob("*/*") if path.is_file())
    for path in files:
        place = home.inbox / path.parent.name / path.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        os.utime(place, (time.time() - LAIN_SECONDS,) * 2)
    return sum(path.suffix != ".toml" for path in files)


def environ(home: Home, mirror: str) -> dict[str, str]:
    """The caller's environment without its own settings for this project: the sample needs no key."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHOKEPOINT_")}
    return {
        **kept,
        "CHOKEPOINT_HOME": str(home.root),
        "CHOKEPOINT_MIRROR": mirror,
        "CHOKEPOINT_FEEDS": str(SAMPLES / "feeds.toml"),
        "CHOKEPOINT_FILERS": str(SAMPLES / "filers.toml"),
        "CHOKEPOINT_QUERIES": str(SAMPLES / "queries.toml"),
        "CHOKEPOINT_NOTICES": str(SAMPLES / "notices.toml"),
    }


def printable_lines(text: str) -> str:
    """Log lines fit for a terminal."""
    return "\n".join(printable(line, 300) for line in text.splitlines())


if __name__ == "__main__":
    sys.exit(main())
