"""Hostile text, secrets and faults: what reaches stdout, stderr and the log."""

from __future__ import annotations

import csv
import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from cli.envelope import Reply, Unexpected
from cli.main import app, main
from cli.status import Stale
from contracts.errors import CheckFailed, EnvironmentFault, Locked, SourceBusy
from tests.cli import standin
from tests.cli.conftest import Prompt
from warehouse.home import Home

PLANTED = "s3cr+t/planted=key"


def harmless(text: str) -> bool:
    return text.isprintable() or all(line.isprintable() for line in text.split("\n"))


def cells(text: str) -> list[str]:
    return [row[0] for row in csv.reader(io.StringIO(text))][1:]


@pytest.fixture
def titled(live_home: Home) -> Home:
    """A release with hostile titles."""
    assert standin.publish(live_home, "titles") is not None
    return live_home


def test_a_table_shows_hostile_titles_as_text(prompt: Prompt, titled: Home) -> None:
    said = prompt("sql", "select title from marts.article")
    assert harmless(said.out)
    assert "[bold]x[/bold]" in said.out
    assert "two lines" in said.out
    assert "\u202e" not in said.out


def test_a_csv_holds_no_cell_that_runs(prompt: Prompt, titled: Home) -> None:
    said = prompt("sql", "select title from marts.article", "--format", "csv")
    assert harmless(said.out)
    assert len(cells(said.out)) == len(standin.HOSTILE)
    assert not [cell for cell in cells(said.out) if cell.startswith(("=", "+", "-", "@"))]


def test_hostile_column_names_and_nested_values_are_harmless_in_csv(prompt: Prompt, titled: Home) -> None:
    said = prompt(
        "sql", """select ['\u202ex', '=1'] as "=cmd", -1.50::decimal(4,2) as n""", "--format", "csv"
    )
    assert harmless(said.out)
    assert said.out.splitlines() == ["'=cmd,n", '"[""x"", ""=1""]",-1.50']


def test_json_escapes_and_keeps_every_character(prompt: Prompt, titled: Home) -> None:
    said = prompt("sql", "select title from marts.article", "--json")
    assert harmless(said.out)
    assert [row[0] for row in said.envelope["data"]["rows"]] == standin.HOSTILE


def test_a_read_page_and_its_refusal_are_harmless(prompt: Prompt, world: Path) -> None:
    (world / "titles.json").write_bytes(standin.ANSWERS["https://papers.example/feed"])
    assert harmless(prompt("read", "papers", "titles.json").out)
    (world / "page.txt").write_text("<html> \x1b[31m \u202e", encoding="utf-8")
    refused = prompt("read", "rates", "page.txt")
    assert (refused.code, harmless(refused.err)) == (5, True)


def test_a_hostile_argument_is_harmless(prompt: Prompt, titled: Home) -> None:
    for words in (("fetch", "[bold]\x1b[31m\u202e"), ("sql", "select '\x1b[31m'::int"), ("x\x1b[31my",)):
        said = prompt(*words)
        assert said.code in (1, 2)
        assert harmless(said.err)


def test_log_lines_are_harmless(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    def plan(window: object) -> list[object]:
        logging.getLogger("library").warning("title %s", "\x1b[31m\u202e[bold]\nERROR forged")
        return []

    monkeypatch.setattr("cli.ingest.chosen", plan)
    said = prompt("sources")
    assert harmless(said.err)
    assert "WARNING library: title [31m[bold] ERROR forged" in said.err.splitlines()


@pytest.mark.parametrize("words", [("sources",), ("sources", "--json")])
def test_a_fault_of_ours_ends_in_words_and_shows_no_secret(
    words: tuple[str, ...], prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: object) -> object:
        raise ZeroDivisionError(f"key={PLANTED}")

    monkeypatch.setenv(standin.KEY, PLANTED)
    monkeypatch.setattr("cli.ingest.chosen", broken)
    said = prompt(*words)
    assert said.code == 1
    assert "Traceback" in said.err
    assert "a fault of chokepoint" in said.err
    assert PLANTED not in said.out + said.err
    if "--json" in words:
        assert said.envelope["errors"][0]["error"] == Unexpected.__name__


def test_errors_and_progress_show_no_secret(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(standin.KEY, PLANTED)
    monkeypatch.setattr(
        "extractors.web.session.Web.from_env",
        lambda environ: standin.StandInWeb({f"https://x.example/{PLANTED}": b"1"}),
    )
    leaky = standin.Fetch("rates", f"https://x.example/?{PLANTED}")
    source = standin.Source(standin.info("rates"), standin.parse_rates, lambda window: [leaky])
    monkeypatch.setattr("extractors.registry.sources", lambda: {"rates": source})
    for words in (("fetch", "rates"), ("fetch", "rates", "--json"), ("sources",), ("status",)):
        said = prompt(*words)
        assert PLANTED not in said.out + said.err


def test_a_full_disk_or_a_closed_folder_is_the_environment(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(name: object) -> object:
        raise OSError(28, "No space left on device", "/somewhere")

    monkeypatch.setattr("cli.ingest.chosen", full)
    said = prompt("sources", "--json")
    assert said.code == 3
    assert said.envelope["errors"][0]["message"] == "the system refused /somewhere: No space left on device"


def test_exit_codes_have_an_order() -> None:
    answer = Reply("run", False)
    for error, code in (
        (Exception, 0),
        (Unexpected("x"), 1),
        (Stale("x"), 4),
        (CheckFailed("x"), 5),
        (SourceBusy("x"), 7),
        (Locked("x"), 6),
        (EnvironmentFault("x"), 3),
    ):
        if not isinstance(error, type):
            answer.errors.append(error)
        assert answer.exit_code == code


def test_every_command_has_an_example_near_the_top_of_its_help(prompt: Prompt) -> None:
    names = [command.callback.__name__ for command in app.registered_commands if command.callback]
    assert len(names) == 19
    for words in (*([name] for name in names), ["state", "rebuild"], []):
        said = prompt(*words, "--help")
        assert said.code == 0
        example = said.out.partition("For example:\n")[2].splitlines()[0].strip()
        assert example.startswith(("chokepoint " + " ".join(words)).strip())


def test_it_runs_as_a_module_too(world: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "cli", "status", "--json"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "no home at" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_ctrl_c_ends_with_130(prompt: Prompt, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(name: object) -> object:
        raise KeyboardInterrupt

    monkeypatch.setattr("cli.ingest.chosen", interrupted)
    assert main(["sources"]) == 130
