"""`chokepoint doctor`: its exit codes, what it never shows, and that it changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli import standin
from tests.cli.conftest import Prompt
from tests.cli.doctor.conftest import PLANTED, RATES, failed, found
from tests.fault_server import FaultServer
from warehouse.home import Home
from warehouse.locks import lock


def test_a_fit_machine_ends_with_0(prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOKEPOINT_CONTACT", "me@example.org")
    said = prompt("doctor", "--json")
    assert (said.code, said.envelope["ok"], said.envelope["kind"]) == (0, True, "live")
    assert failed(said) == []
    for check in said.envelope["data"]["checks"]:
        assert set(check) == {"name", "state", "found", "advice"}
        assert check["state"] in ("ok", "warn", "skipped")
        assert check["found"]
    names = list(found(said))
    assert names[:3] == ["python", "packages", "duckdb"]
    assert {"settings", "feeds", "customs queries", "filers", "notices", "contact", "mirror"} <= set(names)
    assert {"home", "writing", "locking", "one disk", "room", "clock", "release", "locks"} <= set(names)
    assert names[-4:] == ["drafts", "quarantine", "holds", "dags"]
    assert sum(said.envelope["data"]["counts"].values()) == len(names)


def test_words_show_every_check_and_what_to_do(prompt: Prompt, live_home: Home) -> None:
    said = prompt("doctor")
    lines = said.out.splitlines()
    assert lines[0].split() == ["check", "state", "found"]
    assert any(line.split()[:2] == ["contact", "warn"] for line in lines)
    assert any(line.startswith("contact: set CHOKEPOINT_CONTACT") for line in lines)
    assert "warning: to look at: contact" in said.err


def test_no_home_yet_fails_nothing_and_makes_none(prompt: Prompt, world: Path) -> None:
    said = prompt("doctor", "--json")
    assert (said.code, said.envelope["kind"]) == (0, None)
    assert found(said)["home"]["state"] == "skipped"
    assert not (world / "home").exists()


def test_a_fault_here_ends_with_3(prompt: Prompt, live_home: Home) -> None:
    (live_home.root / "home.json").write_text("{")
    said = prompt("doctor", "--json")
    assert (said.code, failed(said)) == (3, ["home"])
    assert said.envelope["errors"][0]["message"] == "failed here: home"


def test_a_lock_is_shown_with_its_holder(prompt: Prompt, live_home: Home) -> None:
    with lock(live_home, "rates"):
        said = prompt("doctor", "--json")
    assert said.code == 0
    assert "held by process " in found(said)["lock rates"]["found"]


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--json"), ("doctor", "--online", "--json")])
def test_a_planted_key_appears_nowhere(
    prompt: Prompt,
    probed: FaultServer,
    world: Path,
    one_dag_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
) -> None:
    monkeypatch.setenv(standin.KEY, PLANTED)
    monkeypatch.setenv("CHOKEPOINT_FEEDS", f"/nowhere/{PLANTED}")
    monkeypatch.setenv("CHOKEPOINT_HOME", str(world / "sample"))
    (one_dag_file / "leaky.py").write_text(f"import os; raise ValueError(os.environ['{standin.KEY}'])\n")
    probed.good("https://keyed.example/table", f"<html> {PLANTED}".encode(), "text/plain")
    said = prompt(*words)
    assert said.code == 3
    assert "leaky.py: ValueError: ***" in said.out
    assert PLANTED not in said.out + said.err
    assert "*" * len(PLANTED) not in said.out
    written = [path for path in world.rglob("*") if path.is_file() and path.name != "leaky.py"]
    assert not [path for path in written if PLANTED.encode() in path.read_bytes()]
    assert not (world / "sample").exists()


def test_a_fault_here_goes_before_one_of_a_source(
    prompt: Prompt, probed: FaultServer, one_dag_file: Path
) -> None:
    probed.on(RATES, "404")
    (one_dag_file / "broken.py").write_text("import nothing_like_this\n")
    said = prompt("doctor", "--online", "--json")
    assert (said.code, failed(said)) == (3, ["dags", "online rates"])


@pytest.mark.parametrize(
    ("words", "message"),
    [(("rates",), "with --online only"), (("--online", "nowhere"), "no source 'nowhere'")],
)
def test_a_bad_argument_ends_with_2(
    prompt: Prompt, probed: FaultServer, words: tuple[str, ...], message: str
) -> None:
    said = prompt("doctor", *words, "--json")
    assert said.code == 2
    assert message in said.envelope["errors"][0]["message"]


def test_it_changes_nothing_in_a_home(prompt: Prompt, live_home: Home, probed: FaultServer) -> None:
    def listing() -> list[tuple[Any, ...]]:
        return sorted((p, p.stat().st_size) for p in live_home.root.rglob("*"))

    before = listing()
    prompt("doctor", "--online", "--json")
    assert listing() == before
