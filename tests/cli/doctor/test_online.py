"""The check-up online: every source's smallest question, and what its answer comes to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from tests.cli.conftest import Prompt
from tests.cli.doctor.conftest import ITEMS, RATES, failed, found, free_port
from tests.fault_server import FaultServer


def test_online_every_source_answers(prompt: Prompt, probed: FaultServer, world: Path) -> None:
    said = prompt("doctor", "--online", "--json")
    assert said.code == 0
    assert {name: check["state"] for name, check in found(said).items() if name.startswith("online")} == {
        "online keyed": "ok",
        "online papers": "ok",
        "online rates": "ok",
        "online clock": "skipped",
    }
    assert "fx_rate 2 rows" in found(said)["online rates"]["found"]
    assert "asking rates" in said.err
    assert not (world / "home").exists()


@pytest.mark.parametrize("fault", ["html", "404", "403", "503", "hang_up", "truncated"])
def test_online_a_source_that_fails_ends_with_7(prompt: Prompt, probed: FaultServer, fault: str) -> None:
    probed.on(RATES, fault)
    said = prompt("doctor", "--online", "--json")
    assert (said.code, failed(said)) == (7, ["online rates"])
    assert RATES in found(said)["online rates"]["found"]
    assert found(said)["online rates"]["advice"]
    assert found(said)["online papers"]["state"] == "ok"
    error = {"error": "ProbeFailed", "exit_code": 7}
    assert error.items() <= said.envelope["errors"][0].items()


def test_a_mirror_that_is_gone_fails_here_and_at_every_source(
    prompt: Prompt, probed: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHOKEPOINT_MIRROR", f"http://127.0.0.1:{free_port()}")
    said = prompt("doctor", "--online", "rates", "--json")
    assert (said.code, failed(said)) == (3, ["mirror", "online rates"])


def test_the_sources_named_alone_are_asked(prompt: Prompt, probed: FaultServer) -> None:
    said = prompt("doctor", "--online", "rates", "--json")
    assert [name for name in found(said) if name.startswith("online")] == ["online rates", "online clock"]
    assert probed.count(ITEMS) == 0


@pytest.mark.parametrize(("minutes", "state"), [(0, "ok"), (-30, "warn"), (30, "warn")])
def test_a_clock_far_from_the_servers_is_to_look_at(
    prompt: Prompt, probed: FaultServer, minutes: int, state: str
) -> None:
    said_at = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    probed.good(RATES, b"1.5", "text/plain", headers=[("Date", said_at)])
    said = prompt("doctor", "--online", "--json")
    assert (said.code, found(said)["online clock"]["state"]) == (0, state)


def test_hostile_answers_are_harmless(prompt: Prompt, probed: FaultServer) -> None:
    probed.good(RATES, "<html> \x1b[31m \u202e [bold]x".encode(), "text/plain")
    for words in (("doctor", "--online"), ("doctor", "--online", "--json")):
        said = prompt(*words)
        assert said.code == 7
        assert all(line.isprintable() for line in (said.out + said.err).splitlines())
