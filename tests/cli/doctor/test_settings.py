"""What the check-up finds of settings, lists, contact, mirror and keys."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import pytest

from cli.checkup import configured
from contracts.checkup import Check
from tests.cli import standin
from tests.cli.conftest import Prompt
from tests.cli.doctor.conftest import PLANTED, ROOT, failed, found, free_port
from tests.fault_server import FaultServer
from warehouse.home import Home


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("CHOKEPOINT_HOEM", "CHOKEPOINT_HOME"),
        ("chokepoint_feeds", "CHOKEPOINT_FEEDS"),
        ("CHOKEPOINT_ZZZQ", ""),
    ],
)
def test_a_misspelt_setting_is_told_with_the_nearest(
    prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch, name: str, nearest: str
) -> None:
    monkeypatch.setenv(name, "x")
    check = found(prompt("doctor", "--json"))["settings"]
    assert check["state"] == "warn"
    assert check["found"].startswith(f"{name} is not known")
    assert (f"is {nearest} meant?" in check["found"]) == bool(nearest)


def test_every_setting_of_the_project_is_known_and_documented() -> None:
    folders = ("cli", "contracts", "dags", "extractors", "transforms", "warehouse")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    read = [path.read_text("utf-8") for path in paths if path != Path(configured.__file__)]
    name = re.compile(r"CHOKEPOINT_[A-Z_]*[A-Z]")
    assert set(name.findall("\n".join(read))) == configured.KNOWN
    assert set(name.findall((ROOT / ".env.example").read_text("utf-8"))) == configured.KNOWN


@pytest.mark.parametrize("variable", configured.LISTS)
@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "No such file"), ("[[", "TOML"), ("other = 1", "other")],
    ids=["none", "torn", "odd"],
)
def test_a_list_that_cannot_be_read_fails(
    prompt: Prompt,
    world: Path,
    monkeypatch: pytest.MonkeyPatch,
    variable: str,
    content: str | None,
    words: str,
) -> None:
    path = world / "list.toml"
    if content is not None:
        path.write_text(content)
    monkeypatch.setenv(variable, str(path))
    said = prompt("doctor", "--json")
    label = configured.LISTS[variable][0]
    assert (said.code, failed(said)) == (3, [label])
    assert "list.toml" in found(said)[label]["found"]
    assert words in found(said)[label]["found"] or "expected [[" in found(said)[label]["found"]


def test_a_list_that_can_be_read_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    feeds = {"CHOKEPOINT_FEEDS": str(ROOT / "samples" / "feeds.toml")}
    said = configured.named_list(feeds, "CHOKEPOINT_FEEDS")
    assert (said.state, said.found.partition(" ")[0]) == ("ok", "9")
    for variable in configured.LISTS:
        assert configured.named_list({}, variable).found.endswith("in the list shipped")


def test_a_contact_that_fits_in_no_header_fails(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOKEPOINT_CONTACT", "mé@example.org")
    assert failed(prompt("doctor", "--json")) == ["contact"]


@pytest.mark.parametrize(
    ("base", "words"),
    [
        ("127.0.0.1:1", "must be a URL"),
        ("ftp://127.0.0.1", "must be a URL"),
        ("http://127.0.0.1:99999", "must be a URL"),
        ("http://127.0.0.1:{free}", "nothing answers at 127.0.0.1:"),
        ("http://no.such.host.invalid:80", "nothing answers at no.such.host.invalid:80"),
    ],
)
def test_a_mirror_that_cannot_be_asked_fails(base: str, words: str) -> None:
    environ = {"CHOKEPOINT_MIRROR": base.format(free=free_port())}
    checks = {check.name: check for check in configured.configured(environ, ())}
    assert checks["mirror"].state == "fail"
    assert words in checks["mirror"].found


def test_a_mirror_here_is_fit_and_its_password_is_not_shown(server: FaultServer) -> None:
    port = server.base.rpartition(":")[2]
    said = configured.mirror({"CHOKEPOINT_MIRROR": f"http://me:{PLANTED.replace('/', '')}@127.0.0.1:{port}"})
    assert said == Check("mirror", "ok", f"recordings from 127.0.0.1:{port} stand in for the web")
    odd = {"CHOKEPOINT_MIRROR": server.base, "CHOKEPOINT_MIRROR_POLITE": "yes"}
    assert configured.mirror(odd).state == "warn"
    assert configured.mirror({}).state == "skipped"


def test_a_mirror_on_another_machine_is_to_look_at(
    server: FaultServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = int(server.base.rpartition(":")[2])
    real = socket.create_connection

    def elsewhere(address: tuple[str, int], timeout: float) -> socket.socket:
        return real(("127.0.0.1", port), timeout=timeout)

    monkeypatch.setattr("socket.create_connection", elsewhere)
    said = configured.mirror({"CHOKEPOINT_MIRROR": "http://mirror.example:80"})
    assert (said.state, said.found) == ("warn", "mirror.example:80 is not this machine")


@pytest.mark.parametrize(
    ("environ", "state", "words"),
    [
        ({}, "skipped", "STANDIN_KEY is not set: this source is not asked"),
        (
            {"CHOKEPOINT_MIRROR": "http://127.0.0.1:1"},
            "skipped",
            "STANDIN_KEY is not set: a mirror needs none",
        ),
        ({"STANDIN_KEY": PLANTED}, "ok", "STANDIN_KEY is set"),
        (
            {"STANDIN_KEY": f"{PLANTED}\n"},
            "warn",
            "STANDIN_KEY is set, with blanks or unusual characters in it",
        ),
        (
            {"STANDIN_KEY": f"“{PLANTED}”"},
            "warn",
            "STANDIN_KEY is set, with blanks or unusual characters in it",
        ),
    ],
)
def test_of_a_key_only_its_presence_is_told(environ: dict[str, str], state: str, words: str) -> None:
    said = configured.key(environ, standin.SOURCES["keyed"])
    assert (said.name, said.state, said.found) == ("key keyed", state, words)
    assert PLANTED not in said.advice
