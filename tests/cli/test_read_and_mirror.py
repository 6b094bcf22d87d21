"""What read, record and mirror do beyond their golden answers."""

from __future__ import annotations

import gzip
import io
import json
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from extractors.web.recordings import Recordings
from tests.cli import standin
from tests.cli.conftest import Prompt, Said, down
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.locks import WAREHOUSE, lock

ROOT = Path(__file__).parents[2]
JANUARY = "https://rates.example/2026-01"


def warc(path: Path, body: bytes, coding: str | None = None) -> Path:
    """A WARC file of two responses: one to another URL, and this."""
    with path.open("wb") as handle:
        writer = WARCWriter(handle, gzip=True, warc_version="WARC/1.1")
        for url, payload in (("https://rates.example/other", b"9.9"), (JANUARY, body)):
            headers = [("Content-Type", "text/plain")]
            if coding and url == JANUARY:
                headers.append(("Content-Encoding", coding))
            record = writer.create_warc_record(
                url,
                "response",
                payload=io.BytesIO(payload),
                length=len(payload),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
            )
            writer.write_record(record)
    return path


def read_rates(said_out: str) -> list[str]:
    documents = json.loads(said_out)["data"]
    return [row["rate"] for document in documents for row in document["rows"]["fx_rate"]]


def test_any_warc_is_read_record_by_record(prompt: Prompt, world: Path) -> None:
    file = str(warc(world / "two.warc.gz", b"1.5 1.6"))
    assert len(read_rates(prompt("read", "rates", file, "--json").out)) == 3
    assert read_rates(prompt("read", "rates", file, "--url", JANUARY, "--json").out) == [
        "1.50000000",
        "1.60000000",
    ]
    assert prompt("read", "rates", file, "--url", "https://rates.example/none").code == 3


def test_a_record_is_decoded_as_the_server_coded_it(prompt: Prompt, world: Path) -> None:
    file = str(warc(world / "coded.warc.gz", gzip.compress(b"1.5"), "gzip"))
    assert read_rates(prompt("read", "rates", file, "--url", JANUARY, "--json").out) == ["1.50000000"]


def test_a_torn_warc_is_refused(prompt: Prompt, world: Path) -> None:
    whole = warc(world / "whole.warc.gz", b"1.5 " * 50_000).read_bytes()
    (world / "torn.warc.gz").write_bytes(whole[:-200])
    said = prompt("read", "rates", "torn.warc.gz", "--url", JANUARY)
    assert said.code in (3, 7)
    assert said.out == ""


def test_a_saved_body_gets_the_scope_its_source_plans(prompt: Prompt, world: Path) -> None:
    from cli.saved import documents

    (world / "body.txt").write_text("1.5", encoding="utf-8")
    source, file = standin.SOURCES["rates"], world / "body.txt"
    assert [d.scope for d in documents(source, file, JANUARY, None)] == [{"month": 1}]
    assert [d.scope for d in documents(source, file, JANUARY, {"month": 7})] == [{"month": 7}]
    assert [d.scope for d in documents(source, file, None, None)] == [{}]


def test_reading_stores_nothing(prompt: Prompt, world: Path) -> None:
    (world / "body.txt").write_text("1.5", encoding="utf-8")
    assert prompt("read", "rates", "body.txt").code == 0
    assert sorted(path.name for path in world.iterdir()) == ["body.txt"]


def test_a_recording_says_what_it_is_and_a_mirror_serves_it(prompt: Prompt, world: Path) -> None:
    assert prompt("record", "rates", "kept").code == 0
    capture = Archive(world / "kept").captures("rates")[0]
    assert (capture.evidence, capture.via) == ("recorded", "direct")
    assert capture.origin == f"{JANUARY} retrieved 2026-11-21T06:00:00Z"
    found = Recordings(world / "kept").find("GET", JANUARY)
    assert found is not None
    assert b"".join(found.pieces()) == standin.ANSWERS[JANUARY]


def test_a_recording_of_a_recording_is_refused(
    prompt: Prompt, world: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = standin.StandInWeb(evidence="synthetic")
    monkeypatch.setattr("extractors.web.session.Web.from_env", lambda environ: web)
    assert prompt("record", "rates", "kept").code == 3
    assert not list(world.glob("kept/**/*.warc.gz"))
    monkeypatch.setenv("CHOKEPOINT_MIRROR", "http://127.0.0.1:1")
    assert "unset CHOKEPOINT_MIRROR" in prompt("record", "rates", "kept").err


def test_a_lost_answer_is_told_and_the_others_are_recorded(
    prompt: Prompt, monkeypatch: pytest.MonkeyPatch
) -> None:
    down(monkeypatch, JANUARY)
    said = prompt("record", "rates", "kept", "--from", "2026-01", "--to", "2026-02", "--json")
    assert said.code == 7
    assert said.envelope["data"]["counts"] == {"busy": 1, "recorded": 1}


def serve_once(folder: Path) -> Said:
    """Start a mirror, read one answer, interrupt it."""
    command = [sys.executable, "-m", "cli", "mirror", str(folder), "--port", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        with urllib.request.urlopen(f"{first.strip()}/rates.example/2026-01") as answer:
            assert answer.read() == standin.ANSWERS[JANUARY]
            assert answer.headers["X-Chokepoint-Evidence"] == "recorded"
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()
    return Said(process.returncode, first + out, err)


def test_a_mirror_serves_until_it_is_interrupted(prompt: Prompt, world: Path) -> None:
    assert prompt("record", "rates", "kept").code == 0
    prompt.hold_golden("mirror", "normal in words", serve_once(world / "kept"))


def test_a_mirror_needs_no_home_and_no_lock(prompt: Prompt, world: Path, live_home: Home) -> None:
    assert prompt("record", "rates", "kept").code == 0
    with lock(live_home, "rates"), lock(live_home, WAREHOUSE):
        prompt.hold_golden("mirror", "locked home", serve_once(world / "kept"))


def test_what_a_mirror_cannot_serve(prompt: Prompt, world: Path) -> None:
    prompt.hold_golden("mirror", "nothing there", prompt("mirror", "nowhere"))
    prompt.hold_golden("mirror", "bad argument", prompt("mirror", "nowhere", "--at", "yesterday"))
    prompt.hold_golden("mirror", "bad port", prompt("mirror", "nowhere", "--port", "70000"))
