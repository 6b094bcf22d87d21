"""`chokepoint inbox`, `chokepoint read` of a brought file, and `--dry-run`: what they say and that they keep to it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import MappingProxyType

import pytest

from tests.cli import standin
from tests.cli.conftest import Prompt, down
from tests.inbox.tables import NAME, SOURCE
from warehouse.archive import Archive
from warehouse.home import Home

GOOD = b"rates of 2024\n1.1\n1.2\n"
Drop = Callable[..., Path]


@pytest.fixture
def drop(live_home: Home, monkeypatch: pytest.MonkeyPatch) -> Drop:
    """Put a file that has lain an hour into the inbox of a source that takes files."""
    sources = MappingProxyType({**standin.SOURCES, NAME: SOURCE})
    monkeypatch.setattr("extractors.registry.sources", lambda: sources)

    def put(name: str, body: bytes = GOOD) -> Path:
        path = live_home.inbox / NAME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        os.utime(path, (time.time() - 3600,) * 2)
        return path

    return put


def everything(root: Path) -> dict[str, int]:
    return {str(path): path.stat().st_mtime_ns for path in root.rglob("*")}


def test_files_are_listed_taken_and_read(prompt: Prompt, drop: Drop, live_home: Home) -> None:
    drop("a.csv")
    drop("b.csv", b"something else")
    os.utime(drop("young.csv"))
    (live_home.inbox / "tabels").mkdir()
    listed = prompt("inbox", "list", "--json")
    (row,) = listed.envelope["data"]["sources"]
    assert [file["name"] for file in row["waiting"]] == ["a.csv", "b.csv", "young.csv"]
    assert (row["refused"], listed.envelope["data"]["unknown"]) == ([], ["tabels"])
    assert any("inbox/tabels is no folder" in warning for warning in listed.envelope["warnings"])

    taken = prompt("inbox", "take", "--json")
    assert taken.code == 5
    (row,) = taken.envelope["data"]["sources"]
    (document,) = Archive(live_home.archive).captures(NAME)
    assert row["taken"] == [{"name": "a.csv", "document_id": document.document_id}]
    assert [file["name"] for file in row["refused"]] == ["b.csv"]
    assert [file["name"] for file in row["left"]] == ["young.csv"]
    assert prompt("parse", NAME, "--json").envelope["data"][0]["rows"] == {"fx_rate": 2}
    again = prompt("inbox", "list", "--json").envelope["data"]["sources"][0]
    assert [file["name"] for file in again["waiting"]] == ["young.csv"]
    assert again["refused"][0]["reason"].startswith("the first line must be")


def test_status_and_doctor_mention_what_waits_and_what_was_refused(prompt: Prompt, drop: Drop) -> None:
    drop("b.csv", b"something else")
    prompt("inbox", "take")
    drop("a.csv")
    status = prompt("status", "--json")
    row = next(row for row in status.envelope["data"]["sources"] if row["source"] == NAME)
    assert (row["inbox_waiting"], row["inbox_refused"]) == (1, 1)
    assert any("tables: files refused: 1" in warning for warning in status.envelope["warnings"])
    assert "tables: files in the inbox: 1" in prompt("status").out
    checks = {c["name"]: c for c in prompt("doctor", "--json").envelope["data"]["checks"]}
    assert checks["inbox"]["found"] == "waiting: 1 of tables; refused: 1 of tables"
    assert checks["inbox"]["advice"] == "why: `chokepoint inbox list`"


def test_a_source_that_takes_no_files_is_told(prompt: Prompt, drop: Drop) -> None:
    for words in (("inbox", "list", "rates"), ("inbox", "take", "rates")):
        said = prompt(*words, "--json")
        assert said.code == 2
        assert "rates takes no files" in said.envelope["errors"][0]["message"]


def test_fetching_what_is_brought_asks_nothing_and_says_why(prompt: Prompt, drop: Drop) -> None:
    said = prompt("fetch", NAME, "--json")
    assert (said.code, said.envelope["data"]["asked"]) == (0, 0)
    assert "is brought by hand" in said.envelope["warnings"][0]


def test_a_file_is_read_as_the_source_recognises_it(prompt: Prompt, drop: Drop, tmp_path: Path) -> None:
    (tmp_path / "mine.csv").write_bytes(GOOD)
    said = prompt("read", NAME, "mine.csv", "--json").envelope["data"]
    assert said[0]["url"] == "urn:inbox:tables:mine.csv"
    assert [row["rate_date"] for row in said[0]["rows"]["fx_rate"]] == ["2024-01-01"] * 2
    (tmp_path / "mine.csv").write_bytes(b"else")
    assert prompt("read", NAME, "mine.csv", "--json").code == 5


def test_an_archived_file_is_read_from_its_record(prompt: Prompt, drop: Drop, live_home: Home) -> None:
    drop("a.csv")
    prompt("inbox", "take")
    (document,) = Archive(live_home.archive).captures(NAME)
    (said,) = prompt("read", NAME, str(document.path), "--json").envelope["data"]
    assert (said["url"], len(said["rows"]["fx_rate"])) == ("urn:inbox:tables:a.csv", 2)


def test_run_takes_in_what_was_brought(
    prompt: Prompt, drop: Drop, fast_build: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop("a.csv")
    data = prompt("run", "--json").envelope["data"]
    assert [file["name"] for file in data["brought"][0]["taken"]] == ["a.csv"]
    assert {"source": NAME, "rows": {"fx_rate": 2}}.items() <= next(
        row for row in data["parsed"] if row["source"] == NAME
    ).items()


def test_a_dry_run_makes_no_home_and_asks_nobody(
    prompt: Prompt, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(environ: object) -> None:
        raise AssertionError("the web was asked for")

    monkeypatch.setattr("extractors.web.session.Web.from_env", fail)
    for words in (("fetch", "rates", "--from", "2026-01", "--to", "2026-03"), ("run",)):
        said = prompt(*words, "--dry-run", "--json")
        assert said.code == 0
        assert not (world / "home").exists()
    assert {row["source"]: row["requests"] for row in said.envelope["data"]} == {"papers": 1, "rates": 1}
    assert "keyed needs STANDIN_KEY: skipped" in said.envelope["warnings"]


def test_a_dry_run_says_what_the_run_then_asks(
    prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ("fetch", "rates", "--from", "2026-01", "--to", "2026-03")
    down(monkeypatch, "https://rates.example/2026-02")
    (before,) = prompt(*words, "--dry-run", "--json").envelope["data"]
    assert before["standings"] == {"new": 0, "missing": 3, "due": 0, "again": 0}
    assert before["hosts"] == {"rates.example": 3}
    assert before["max_bytes"] == 45_000_000
    assert prompt(*words, "--json").envelope["data"]["asked"] == 3
    kept = everything(live_home.root)
    (after,) = prompt(*words, "--dry-run", "--json").envelope["data"]
    assert after["standings"] == {"new": 0, "missing": 1, "due": 0, "again": 2}
    assert everything(live_home.root) == kept
    shown = prompt(*words, "--dry-run").out
    assert "requests: 3; robots.txt of each host, redirects and retries are not counted" in shown


def test_a_dry_run_needs_the_home_the_run_would_need(prompt: Prompt, live_home: Home) -> None:
    os.environ["CHOKEPOINT_MIRROR"] = "http://127.0.0.1:9"
    try:
        assert prompt("fetch", "rates", "--dry-run", "--json").code == 3
    finally:
        del os.environ["CHOKEPOINT_MIRROR"]
