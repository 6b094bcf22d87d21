"""The recorded mirror: what it matches, what it says of it, and what it will not serve."""

from __future__ import annotations

import gzip
import logging
import urllib.error
import urllib.request
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.document import Answer, Fetch, Validators
from contracts.errors import EnvironmentFault, SourceGone
from extractors.web.mapping import MirrorBase, header_text, match_key, provenance
from extractors.web.mirror import serve
from extractors.web.recordings import Recordings
from extractors.web.session import Web
from tests.warcs import write_warc

URL = "https://api.example/data?get=A,B&time=2024-03"
ROWS = b'[["A","B"],["1","2"]]'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "day1"
    made.mkdir()
    return made


def ask(
    folder: Path, fetch: Fetch | str, validators: Validators | None = None, at: datetime | None = None
) -> Answer:
    request = fetch if isinstance(fetch, Fetch) else Fetch("test", fetch)
    with serve(folder, at=at) as mirror, Web.from_env({"CHOKEPOINT_MIRROR": mirror.base}) as web:
        return web.fetch(request, validators)


def body(answer: Answer) -> bytes:
    assert answer.error is None, answer.error
    assert answer.body is not None
    return answer.body.read()


def test_an_answer_comes_back_with_its_provenance(folder: Path) -> None:
    origin = "Pull of 2024-05, 34 % of rows, a café's copy"
    write_warc(folder / "deep" / "a.warc.gz", URL, ROWS, evidence="rebuilt", origin=header_text(origin))
    answer = ask(folder, URL)
    assert body(answer) == ROWS
    assert (answer.via, answer.evidence, answer.origin) == ("mirror:day1", "rebuilt", origin)
    assert answer.retrieved_at == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert answer.headers == (("Content-Type", "application/json"), ("Content-Length", str(len(ROWS))))


@pytest.mark.parametrize(
    ("stored", "given"), [("live", "recorded"), ("recorded", "recorded"), (None, "synthetic")]
)
def test_nothing_recorded_is_live_and_nothing_unsaid_is_real(
    folder: Path, stored: str | None, given: str
) -> None:
    write_warc(folder / "a.warc.gz", URL, ROWS, evidence=stored)
    assert ask(folder, URL).evidence == given
    assert provenance({"x-chokepoint-evidence": "live"})[1] == "recorded"
    assert provenance({"x-chokepoint-evidence": "certain"})[1] == "synthetic"


@pytest.mark.parametrize(
    "same",
    [
        "https://api.example/data?time=2024-03&get=A,B",
        "https://api.example/data?time=2024%2D03&get=A%2CB",
        "https://API.example:443/data?get=A,B&time=2024-03#part",
    ],
)
def test_the_same_question_in_another_spelling_matches(folder: Path, same: str) -> None:
    write_warc(folder / "a.warc.gz", URL, ROWS)
    assert body(ask(folder, same)) == ROWS


@pytest.mark.parametrize(
    "other",
    [
        "https://api.example/data?get=A,B",
        "https://api.example/data?get=A,B&time=2024-03&time=2024-03",
        "https://api.example/data?get=A,B&time=2024-04",
        "https://api.example/data/?get=A,B&time=2024-03",
        "https://api.example:8443/data?get=A,B&time=2024-03",
        "https://www.api.example/data?get=A,B&time=2024-03",
        "http://api.example/data?get=A,B&time=2024-03",
    ],
)
def test_another_question_is_a_miss(folder: Path, other: str) -> None:
    write_warc(folder / "a.warc.gz", URL, ROWS)
    answer = ask(folder, other)
    assert isinstance(answer.error, SourceGone)
    assert answer.status == 404


def test_another_method_is_a_miss(folder: Path) -> None:
    write_warc(folder / "a.warc.gz", URL, ROWS, method="POST")
    assert isinstance(ask(folder, URL).error, SourceGone)
    assert body(ask(folder, Fetch("test", URL, method="POST"))) == ROWS


def test_paths_and_bytes_that_are_not_ascii_match() -> None:
    assert match_key("get", "https://a.example/新闻?q=新") == match_key(
        "GET", "https://a.example/%E6%96%B0%E9%97%BB?q=%e6%96%b0"
    )
    assert match_key("GET", "https://a.example/a%2Fb") != match_key("GET", "https://a.example/a/b")
    assert match_key("GET", "https://a.example/?q=%D0%C2") != match_key("GET", "https://a.example/?q=%D0%C3")


def test_http_and_https_are_told_apart(folder: Path) -> None:
    path = folder / "a.warc.gz"
    secure = "https://news.example/a"
    write_warc(
        path, "http://news.example/a", b"", status="301 Moved Permanently", headers=[("Location", secure)]
    )
    write_warc(path, secure, b"page")
    assert body(ask(folder, "http://news.example/a")) == b"page"


def test_the_newest_answer_up_to_a_date(folder: Path) -> None:
    for day, text in (("2026-11-22", b"second"), ("2026-11-21", b"first"), ("2026-11-23", b"third")):
        write_warc(folder / f"{day}.warc.gz", URL, text, at=f"{day}T06:00:00Z")
    assert body(ask(folder, URL)) == b"third"
    assert body(ask(folder, URL, at=datetime(2026, 11, 22, 6, tzinfo=UTC))) == b"second"
    assert body(ask(folder, URL, at=datetime(2026, 11, 22, 5, 59, tzinfo=UTC))) == b"first"
    assert isinstance(ask(folder, URL, at=datetime(2026, 11, 20, tzinfo=UTC)).error, SourceGone)


def test_the_later_of_two_at_one_time_answers(folder: Path) -> None:
    write_warc(folder / "a.warc.gz", URL, b"first")
    write_warc(folder / "a.warc.gz", URL, b"later")
    assert body(ask(folder, URL)) == b"later"


def test_a_gzip_body_makes_the_round_trip_undecoded(folder: Path) -> None:
    coded = gzip.compress(ROWS * 1000, mtime=0)
    write_warc(
        folder / "a.warc.gz", URL, coded, headers=[("Content-Encoding", "gzip"), ("X-A", "1"), ("X-A", "2")]
    )
    answer = ask(folder, URL)
    assert body(answer) == coded
    assert [pair for pair in answer.headers if pair[0] == "X-A"] == [("X-A", "1"), ("X-A", "2")]


def test_a_large_body_and_an_empty_one(folder: Path) -> None:
    large = bytes(range(256)) * 20_000
    write_warc(folder / "a.warc.gz", URL, large)
    write_warc(folder / "a.warc.gz", "https://api.example/none", b"", status="204 No Content", headers=[])
    assert body(ask(folder, URL)) == large
    none = ask(folder, "https://api.example/none")
    assert (none.status, none.error, none.size) == (204, None, 0)


@pytest.mark.parametrize(
    ("validators", "status"),
    [
        (Validators(etag='"v1"'), 304),
        (Validators(etag='W/"v1"'), 304),
        (Validators(etag='"v0"'), 200),
        (Validators(last_modified="Fri, 20 Nov 2026 00:00:00 GMT"), 304),
        (Validators(last_modified="Thu, 19 Nov 2026 00:00:00 GMT"), 200),
        (Validators(etag='"v0"', last_modified="Fri, 20 Nov 2026 00:00:00 GMT"), 200),
    ],
)
def test_unchanged_answers(folder: Path, validators: Validators, status: int) -> None:
    headers = [("ETag", '"v1"'), ("Last-Modified", "Fri, 20 Nov 2026 00:00:00 GMT")]
    write_warc(folder / "a.warc.gz", URL, ROWS, headers=headers)
    answer = ask(folder, URL, validators)
    assert (answer.status, answer.error) == (status, None)
    assert answer.size == (0 if status == 304 else len(ROWS))


def test_headers_of_the_connection_and_of_other_mirrors_are_not_replayed(folder: Path) -> None:
    recorded = [
        ("Connection", "keep-alive"),
        ("Transfer-Encoding", "identity"),
        ("X-Chokepoint-Evidence", "live"),
    ]
    write_warc(folder / "a.warc.gz", URL, ROWS, headers=[*recorded, ("X-Kept", "yes")], evidence="rebuilt")
    answer = ask(folder, URL)
    assert answer.evidence == "rebuilt"
    assert {name for name, _ in answer.headers} == {"X-Kept", "Content-Length"}


def test_a_torn_record_is_left_out_with_a_warning(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_warc(folder / "a.warc.gz", URL, ROWS)
    write_warc(folder / "b.warc.gz", URL, ROWS, at="2026-11-22T06:00:00Z", content_length=100)
    cut = write_warc(folder / "c.warc.gz", URL, ROWS * 5000, at="2026-11-23T06:00:00Z")
    cut.write_bytes(cut.read_bytes()[:-60])
    (folder / "d.warc.gz").write_bytes(b"\x1f\x8b not gzip at all")
    with caplog.at_level(logging.WARNING):
        assert body(ask(folder, URL)) == ROWS
    assert "b.warc.gz" in caplog.text
    assert "Content-Length says 100 bytes, the record has 21" in caplog.text
    assert "c.warc.gz" in caplog.text
    assert "d.warc.gz cannot be read beyond byte 0" in caplog.text


def test_records_behind_a_damaged_one_are_missed_aloud(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = "https://api.example/other"
    write_warc(folder / "a.warc.gz", other, ROWS)
    end = (folder / "a.warc.gz").stat().st_size
    (folder / "a.warc.gz").write_bytes((folder / "a.warc.gz").read_bytes() + b"\x1f\x8b\x08damaged")
    write_warc(folder / "a.warc.gz", URL, ROWS)
    recordings = Recordings(folder)
    assert recordings.find("GET", other) is not None
    assert recordings.find("GET", URL) is None
    assert f"a.warc.gz cannot be read beyond byte {end}" in caplog.text


def test_whole_files_are_read_without_a_word(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    for n in range(3):
        write_warc(folder / "a.warc.gz", f"{URL}&n={n}", ROWS * n)
    Recordings(folder)
    assert caplog.text == ""


def test_only_loopback_and_only_folders(folder: Path) -> None:
    for host in ("0.0.0.0", "192.168.0.1", "mirror.example", "::"):
        with pytest.raises(EnvironmentFault, match="loopback"):
            serve(folder, host=host)
    with pytest.raises(EnvironmentFault, match="not a folder"):
        serve(folder / "nothing")
    with serve(folder) as mirror, pytest.raises(EnvironmentFault, match="cannot serve"):
        serve(folder, port=int(mirror.base.rpartition(":")[2]))


def test_an_empty_folder_is_served_with_a_warning(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    assert isinstance(ask(folder, URL).error, SourceGone)
    assert "holds no recorded answer" in caplog.text


def test_a_person_may_ask_by_path_alone(folder: Path) -> None:
    write_warc(folder / "a.warc.gz", URL, ROWS)
    with serve(folder) as mirror:
        with urllib.request.urlopen(f"{mirror.base}/api.example/data?get=A,B&time=2024-03") as answer:
            assert answer.read() == ROWS
            assert answer.headers["Memento-Datetime"] == "Sat, 21 Nov 2026 06:00:00 GMT"
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{mirror.base}/")


def test_other_records_are_passed_over(folder: Path) -> None:
    from warcio.warcwriter import WARCWriter

    with (folder / "a.warc.gz").open("wb") as handle:
        writer = WARCWriter(handle, gzip=True)
        writer.write_record(writer.create_warcinfo_record("a.warc.gz", {"software": "test"}))
    write_warc(folder / "a.warc.gz", URL, ROWS)
    found = Recordings(folder).find("GET", URL)
    assert found is not None
    assert b"".join(found.pieces()) == ROWS


@pytest.mark.parametrize(
    "base", ["ftp://127.0.0.1", "127.0.0.1:80", "http://", "http://host:port", "http://h/?a=b"]
)
def test_a_mirror_base_that_is_none(base: str) -> None:
    with pytest.raises(EnvironmentFault, match="CHOKEPOINT_MIRROR must be a URL"):
        Web.from_env({"CHOKEPOINT_MIRROR": base})


def test_where_a_mirror_is_asked() -> None:
    base = MirrorBase.parse("http://127.0.0.1:8899/prefix/")
    assert base.address("https://a.example:8443/p?q=1") == "http://127.0.0.1:8899/prefix/a.example:8443/p?q=1"
    assert (base.host, base.port) == ("127.0.0.1", 8899)
