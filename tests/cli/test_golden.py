"""Every command: its JSON and exit code with nothing there, normally, with a bad argument and in a locked home."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli import standin
from tests.cli.conftest import Prompt
from warehouse.home import Home
from warehouse.locks import WAREHOUSE, lock

pytestmark = pytest.mark.usefixtures("fast_build")

PLAIN: dict[str, tuple[str, ...]] = {
    "sources": ("sources",),
    "fetch": ("fetch", "rates", "--from", "2026-01", "--to", "2026-02"),
    "parse": ("parse",),
    "enrich": ("enrich",),
    "pack": ("pack", "rates"),
    "state rebuild": ("state", "rebuild", "rates"),
    "read": ("read", "rates", "saved.txt"),
    "build": ("build",),
    "check": ("check",),
    "publish": ("publish",),
    "rollback": ("rollback",),
    "run": ("run",),
    "status": ("status", "--quarantine"),
    "alert": ("alert",),
    "sql": ("sql", "select * from marts.headline"),
    "record": ("record", "rates", "recordings"),
}
BAD: dict[str, tuple[str, ...]] = {
    "sources": ("sources", "--all"),
    "fetch": ("fetch", "rates", "--from", "2026-01-05"),
    "parse": ("parse", "nowhere"),
    "enrich": ("enrich", "it"),
    "pack": ("pack", "nowhere"),
    "state rebuild": ("state", "rebuild", "nowhere"),
    "read": ("read", "rates", "saved.txt", "--scope", "[1]"),
    "build": ("build", "it"),
    "check": ("check", "it"),
    "publish": ("publish", "it"),
    "rollback": ("rollback", "2020.01.01-000000000000"),
    "run": ("run", "it"),
    "status": ("status", "it"),
    "alert": ("alert", "nothing"),
    "sql": ("sql", "selec 1"),
    "record": ("record", "rates", "recordings", "--from", "2026-02", "--to", "2026-01"),
}
READS_ONLY = ("sources", "read", "check", "status", "alert", "sql")


def saved(world: Path) -> None:
    (world / "saved.txt").write_text("1.5 1.6", encoding="utf-8")


def fetched(prompt: Prompt, world: Path) -> None:
    assert prompt("fetch", "rates", "--from", "2026-01", "--to", "2026-03").code == 0
    assert prompt("fetch", "papers").code == 0


def parsed(prompt: Prompt, world: Path) -> None:
    fetched(prompt, world)
    assert prompt("parse").code == 5  # March is a page, not rates


def built(prompt: Prompt, world: Path) -> None:
    parsed(prompt, world)
    assert prompt("build").code == 0


def released(prompt: Prompt, world: Path) -> None:
    built(prompt, world)
    assert prompt("publish").code == 0


def released_twice(prompt: Prompt, world: Path) -> None:
    released(prompt, world)
    assert prompt("fetch", "rates", "--from", "2026-02").code == 0
    assert prompt("fetch", "rates", "--from", "2026-01", "--to", "2026-01").code == 0
    assert prompt("parse", "rates", "--all").code == 5
    home = Home(world / "home", "live")
    assert standin.publish(home, "another") is not None


def nothing(prompt: Prompt, world: Path) -> None:
    """The bare world is enough."""


BEFORE: dict[str, Callable[[Prompt, Path], None]] = {
    "parse": fetched,
    "enrich": parsed,
    "pack": fetched,
    "state rebuild": fetched,
    "read": lambda prompt, world: saved(world),
    "build": parsed,
    "check": built,
    "publish": built,
    "rollback": released_twice,
    "status": released,
    "alert": released,
    "sql": released,
}


@contextlib.contextmanager
def every_lock(home: Home) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for name in (*standin.SOURCES, "text_identity", WAREHOUSE):
            stack.enter_context(lock(home, name))
        yield


@pytest.mark.parametrize("command", PLAIN)
def test_nothing_there(command: str, prompt: Prompt, world: Path) -> None:
    prompt.hold_golden(command, "nothing there", prompt(*PLAIN[command], "--json"))


@pytest.mark.parametrize("command", PLAIN)
def test_normal(command: str, prompt: Prompt, world: Path) -> None:
    BEFORE.get(command, nothing)(prompt, world)
    prompt.hold_golden(command, "normal", prompt(*PLAIN[command], "--json"))


@pytest.mark.parametrize("command", PLAIN)
def test_normal_in_words(command: str, prompt: Prompt, world: Path) -> None:
    BEFORE.get(command, nothing)(prompt, world)
    prompt.hold_golden(command, "normal in words", prompt(*PLAIN[command]))


@pytest.mark.parametrize("command", BAD)
def test_bad_argument(command: str, prompt: Prompt, world: Path) -> None:
    BEFORE.get(command, nothing)(prompt, world)
    said = prompt(*BAD[command], "--json")
    assert said.code in (1, 2, 3)
    assert not said.envelope["ok"]
    prompt.hold_golden(command, "bad argument", said)


@pytest.mark.parametrize("command", PLAIN)
def test_locked_home(command: str, prompt: Prompt, world: Path, live_home: Home) -> None:
    BEFORE.get(command, nothing)(prompt, world)
    with every_lock(live_home):
        said = prompt(*PLAIN[command], "--json")
    assert (said.code == 6) == (command not in READS_ONLY)
    prompt.hold_golden(command, "locked home", said)
