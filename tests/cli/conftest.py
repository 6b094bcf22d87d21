"""Runs commands in this process and holds what they say against golden files."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from cli.main import main
from tests.cli import standin
from warehouse.home import Home, open_home

GOLDEN = Path(__file__).parent / "golden"
WRITE = "CHOKEPOINT_GOLDEN"  # set to `write` to make the golden files again
_MASKS = (
    (re.compile(r"\b\d{4}\.\d{2}\.\d{2}-[0-9a-f]{12}\b"), "<release>"),
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{20}\.parquet\b"), "<part>.parquet"),
    (re.compile(r"\b[0-9a-f]{12}\b"), "<build>"),
    (re.compile(r"\bpack-[0-9a-f]{16}\b"), "<pack>"),
    (re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z"), "<time>"),
    (re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}\b"), "<minute>"),
    (re.compile(r"127\.0\.0\.1:\d+"), "<address>"),
    (re.compile(rf"\b{os.getpid()}\b"), "<pid>"),
)


@dataclass(frozen=True)
class Said:
    """What a command came to."""

    code: int
    out: str
    err: str

    @property
    def envelope(self) -> dict[str, Any]:
        return dict(json.loads(self.out))


class Prompt:
    """A prompt in an environment of its own."""

    def __init__(self, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
        self.capsys, self.folder = capsys, folder

    def __call__(self, *words: str) -> Said:
        self.capsys.readouterr()
        code = main(words)
        shown = self.capsys.readouterr()
        return Said(code, shown.out, shown.err)

    def hold_golden(self, command: str, case: str, said: Said) -> None:
        """Compare exit code, stdout (parsed when JSON) and stderr with the golden file, volatile values masked."""
        seen = {
            "exit": said.code,
            "stdout": self._stdout(said.out),
            "stderr": self._mask(said.err).splitlines(),
        }
        path = GOLDEN / f"{command.replace(' ', '_')}.json"
        known = json.loads(path.read_text("utf-8")) if path.exists() else {}
        if os.environ.get(WRITE) == "write":
            text = json.dumps({**known, case: seen}, indent=1, sort_keys=True) + "\n"
            path.write_text(text, encoding="utf-8")
            return
        assert case in known, f"no golden answer for {command}, {case}: run with {WRITE}=write and read it"
        assert seen == known[case]

    def _stdout(self, text: str) -> Any:
        return self._masked(json.loads(text)) if text.startswith("{") else self._mask(text).splitlines()

    def _masked(self, value: Any) -> Any:
        """JSON with its volatile leaves masked."""
        match value:
            case str():
                return self._mask(value)
            case list():
                return [self._masked(item) for item in value]
            case dict():
                return {self._mask(name): self._masked(item) for name, item in value.items()}
        return "<pid>" if value == os.getpid() else value

    def _mask(self, text: str) -> str:
        masked = text.replace(str(self.folder), "<folder>")
        for pattern, name in _MASKS:
            masked = pattern.sub(name, masked)
        return masked


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """An environment with nothing in it: no home, stand-in sources and web, no colours."""
    for name in [n for n in os.environ if n.startswith("CHOKEPOINT_") and n != WRITE]:
        monkeypatch.delenv(name)
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", standin.KEY):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CHOKEPOINT_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("extractors.registry.sources", lambda: MappingProxyType(standin.SOURCES))
    monkeypatch.setattr("extractors.web.session.Web.from_env", lambda environ: standin.StandInWeb())
    return tmp_path


def down(monkeypatch: pytest.MonkeyPatch, *urls: str) -> None:
    """These URLs do not answer."""
    left = {url: body for url, body in standin.ANSWERS.items() if url not in urls}
    monkeypatch.setattr("extractors.web.session.Web.from_env", lambda environ: standin.StandInWeb(left))


@pytest.fixture
def fast_build(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The lake becomes a release at once: no dbt."""
    monkeypatch.setattr("transforms.project.run", standin.transform)
    monkeypatch.setattr("transforms.as_of.create", lambda database, target: None)
    monkeypatch.setattr("transforms.measures.create", lambda database, target: None)
    monkeypatch.setattr("transforms.dictionary.write", lambda database, target, results: results)
    return


@pytest.fixture
def prompt(world: Path, capsys: pytest.CaptureFixture[str]) -> Prompt:
    return Prompt(capsys, world)


@pytest.fixture
def live_home(world: Path) -> Home:
    """An empty live home."""
    return open_home(world / "home", "live")
