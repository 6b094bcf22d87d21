"""A reader in a process of its own: what it returns and refuses, and how it ends when it does not."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psutil
import pytest

from contracts.errors import SourceChanged
from extractors import confined as module
from extractors.confined import confined

HERE = "tests.test_confined"
ROOT = Path(__file__).parents[1]


def lengths(data: bytes, about: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        "bytes": len(data),
        "about": dict(about),
        "process": os.getpid(),
        "key": os.environ.get("PLANTED_KEY"),
    }


def refuses(data: bytes, about: Mapping[str, str | None]) -> None:
    raise SourceChanged(f"not-a-page: {len(data)} bytes")


def fails(data: bytes, about: Mapping[str, str | None]) -> None:
    raise ZeroDivisionError


def stalls(data: bytes, about: Mapping[str, str | None]) -> None:
    time.sleep(60)


def spins_in_c(data: bytes, about: Mapping[str, str | None]) -> None:
    sum(range(10**12))


def dies(data: bytes, about: Mapping[str, str | None]) -> None:
    os._exit(9)


def swallows(data: bytes, about: Mapping[str, str | None]) -> int:
    return len(b"x" * 8_000_000_000)


def prints(data: bytes, about: Mapping[str, str | None]) -> str:
    print("a line that is no answer", flush=True)
    return "done"


def ask(name: str, data: bytes = b"", seconds: int = 20) -> Any:
    return confined(f"{HERE}:{name}", data, {"url": "https://a.example/\ud800"}, seconds=seconds)


def test_the_answer_comes_from_another_process_that_has_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLANTED_KEY", "secret")
    first, second = ask("lengths", b"x" * 3_000_000), ask("lengths", b"\n\n")
    assert (first["bytes"], second["bytes"]) == (3_000_000, 2)
    assert first["about"] == {"url": "https://a.example/\ud800"}
    assert first["process"] == second["process"] != os.getpid()
    assert first["key"] is None


def test_what_is_printed_is_no_answer() -> None:
    assert ask("prints") == "done"


@pytest.mark.parametrize(
    ("name", "seconds", "reason"),
    [
        ("refuses", 20, "not-a-page: 0 bytes"),
        ("fails", 20, r"unreadable: its reader failed \(ZeroDivisionError\)"),
        ("stalls", 1, "too-slow: not read within 1 s"),
        ("spins_in_c", 1, "too-slow: not read within 1 s"),
        ("dies", 20, "unreadable: its reader ended with 9"),
        ("swallows", 20, r"unreadable: its reader failed \(MemoryError\)"),
    ],
)
def test_whatever_a_reader_does_ends_with_a_reason_and_the_next_is_read(
    name: str, seconds: int, reason: str
) -> None:
    with pytest.raises(SourceChanged, match=reason):
        ask(name, seconds=seconds)
    assert ask("lengths", b"abc")["bytes"] == 3


def notes_and_dies(data: bytes, about: Mapping[str, str | None]) -> None:
    with Path(str(about["note"])).open("a") as note:
        note.write("read ")
    if about["how"] == "clock":
        time.sleep(60)
    if about["how"] == "memory":
        swallows(data, about)
    os._exit(9)


@pytest.mark.parametrize("how", ["exit", "clock", "memory"])
def test_what_ends_the_process_is_tried_once_and_remembered(how: str, tmp_path: Path) -> None:
    note, said = tmp_path / "note", set[str]()
    for _ in range(3):
        with pytest.raises(SourceChanged) as refusal:
            confined(f"{HERE}:notes_and_dies", b"<", {"note": str(note), "how": how}, seconds=2)
        said.add(str(refusal.value))
        assert ask("lengths", b"abc")["bytes"] == 3
    assert note.read_text() == "read "
    assert len(said) == 1
    with pytest.raises(SourceChanged):
        confined(f"{HERE}:notes_and_dies", b"<>", {"note": str(note), "how": how}, seconds=2)
    assert note.read_text() == "read read "  # other bytes are another question


def test_a_refusal_that_leaves_the_process_alive_is_not_remembered() -> None:
    before, remembered = ask("lengths")["process"], len(module._ENDED)
    for _ in range(2):
        with pytest.raises(SourceChanged, match="not-a-page"):
            ask("refuses")
    assert ask("lengths")["process"] == before
    assert len(module._ENDED) == remembered


def test_no_more_than_so_many_are_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_REMEMBERED", 2)
    monkeypatch.setattr(module, "_ENDED", {})
    for data in (b"1", b"2", b"3"):
        with pytest.raises(SourceChanged):
            ask("dies", data)
    assert len(module._ENDED) == 2


def test_a_process_ended_from_outside_is_replaced() -> None:
    before = ask("lengths")["process"]
    os.kill(before, 9)
    while module._KEPT[0].process.poll() is None:
        time.sleep(0.01)
    assert ask("lengths")["process"] != before


def test_a_process_that_ends_between_two_questions_is_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when that is seen only as the question is handed over."""
    before = ask("lengths")["process"]
    os.kill(before, 9)
    while module._KEPT[0].process.poll() is None:
        time.sleep(0.01)
    usable = module._Worker.usable
    monkeypatch.setattr(
        module._Worker, "usable", lambda worker: monkeypatch.setattr(module._Worker, "usable", usable) or True
    )
    assert ask("lengths", b"x" * 1_000_000)["process"] != before


def test_a_fork_asks_a_process_of_its_own() -> None:
    mine = ask("lengths")["process"]
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, str(ask("lengths")["process"]).encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert int(os.read(reading, 20)) not in (mine, os.getpid())
    assert ask("lengths")["process"] == mine


def test_the_process_ends_with_the_one_that_asked() -> None:
    """Also when that is killed."""
    code = (
        "import os; from extractors.confined import confined; "
        "print(confined('tests.test_confined:lengths', b'', {}, seconds=20)['process'], flush=True); os.kill(os.getpid(), 9)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    worker = int(ended.stdout)
    for _ in range(500):
        if not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.02)
    pytest.fail("the process is still there")
