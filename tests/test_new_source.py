"""The README's worked example of a new source, taken as it stands: one file and its recordings make a source."""

from __future__ import annotations

import inspect
import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib import import_module, invalidate_caches
from pathlib import Path

import pytest

import extractors.customs
import tests.recordings
from cli.main import main
from contracts.document import Window
from contracts.errors import SourceChanged
from extractors import registry
from tests import test_source_contract as contract
from tests.documents import Saved

README = Path(__file__).parents[1] / "README.md"
NAME = "example_office"


def blocks() -> tuple[str, str]:
    """The module and its recordings, out of the README."""
    module, recordings = re.findall(r"<details>.*?```python\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    return module, recordings


@pytest.fixture(scope="module", autouse=True)
def example(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Both files put beside those that are there, and taken away again."""
    folder = tmp_path_factory.mktemp("example")
    packages = (extractors.customs, tests.recordings)
    with pytest.MonkeyPatch.context() as patch:
        for package, text in zip(packages, blocks(), strict=True):
            place = folder / package.__name__
            place.mkdir()
            (place / f"{NAME}.py").write_text(text, "utf-8")
            patch.setattr(package, "__path__", [*package.__path__, str(place)])
        _forget()
        yield
    _forget()


def _forget() -> None:
    invalidate_caches()
    registry.sources.cache_clear()
    contract.good.cache_clear()
    for package in (extractors.customs, tests.recordings):
        sys.modules.pop(f"{package.__name__}.{NAME}", None)
        vars(package).pop(NAME, None)


def checks() -> list[str]:
    return [
        name
        for name, _ in inspect.getmembers(contract.TestSource, inspect.isfunction)
        if name.startswith("test_")
    ]


@pytest.mark.parametrize("check", checks())
def test_keeps_to_what_every_source_must(check: str) -> None:
    function = getattr(contract.TestSource(), check)
    marks = [mark for mark in getattr(function, "pytestmark", ()) if mark.name == "parametrize"]
    if not marks:
        function(name=NAME)
    for mark in marks:
        parameter, values = mark.args
        for value in values:
            function(name=NAME, **{parameter: value})


def test_reads_what_it_shows() -> None:
    source = registry.source(NAME)
    found = [
        (row["partner_code"], row["status"], row["value"] and int(row["value"]))
        for _, batch in source.parse(contract.good(NAME))
        for row in batch.to_pylist()
    ]
    assert found == [("CN", "reported", 1200), ("VN", "suppressed", None), ("*", "reported", 1500)]
    assert len(list(source.plan(Window()))) == 3


@pytest.mark.parametrize("body", [b"country,hs6,value_usd\n", b"country,hs6,value_usd\nCN,850760,12\n"])
def test_refuses_a_file_that_is_cut_off(body: bytes) -> None:
    assert "cut off" in str(
        contract.outcome(registry.source(NAME), Saved(body, source=NAME, scope={"month": "2026-01"}))
    )


def test_the_command_of_the_readme_prints_what_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    [command] = re.findall(rf"`chokepoint (read {NAME} [^`]*)`", README.read_text("utf-8"))
    monkeypatch.chdir(tmp_path)
    [saved] = {answer.body for answer in import_module(f"tests.recordings.{NAME}").answers()}
    (tmp_path / "saved.csv").write_bytes(saved)
    words = shlex.split(command)
    assert main([*words, "--json"]) == 0
    [document] = json.loads(capsys.readouterr().out)["data"]
    assert {(row["period"], row["value"]) for row in document["rows"]["trade_flow"]} == {
        ("2026-01-01", value) for value in ("1200.00", None, "1500.00")
    }
    assert main(words[: words.index("--scope")]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "'month' is missing" in said
    assert '--scope \'{"month": "20' in said


@pytest.mark.parametrize("value", ["-5", "1_000", "１２００", "NaN", " 12"])
def test_refuses_a_value_that_is_no_number_of_dollars(value: str) -> None:
    body = f"country,hs6,value_usd\nCN,850760,{value}\n*,850760,1500\n".encode()
    with pytest.raises(SourceChanged, match="is not country, code, value"):
        list(registry.source(NAME).parse(Saved(body, source=NAME, scope={"month": "2026-01"})))


def test_is_as_well_kept_as_the_rest(tmp_path: Path) -> None:
    for text in blocks():
        path = tmp_path / f"{NAME}.py"
        path.write_text(text, "utf-8")
        settings = ["--config", str(README.parent / "pyproject.toml"), str(path)]
        assert (
            subprocess.run([sys.executable, "-m", "ruff", "check", "-q", *settings], check=False).returncode
            == 0
        )
        assert (
            subprocess.run(
                [sys.executable, "-m", "ruff", "format", "--check", *settings], check=False
            ).returncode
            == 0
        )
