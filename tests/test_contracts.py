from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from contracts.clock import http_date
from contracts.text import url_line


@pytest.fixture
def shanghai(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("shanghai")
@pytest.mark.parametrize("zone", ["", " -0000", " GMT", " +0000"])
def test_an_http_date_is_utc_wherever_we_run(zone: str) -> None:
    assert http_date(f"Sat, 21 Nov 2026 06:00:00{zone}") == datetime(2026, 11, 21, 6, tzinfo=UTC)


@pytest.mark.parametrize("text", [None, "", "soon", "Fri, 31 Dec 9999 23:59:59 -1200"])
def test_what_is_no_date_is_none(text: str | None) -> None:
    assert http_date(text) is None


@pytest.mark.parametrize(
    ("given", "line"),
    [
        (" https://a.example/a b\r\n", "https://a.example/a%20b"),
        ("https://a.example/x\r\nSet-Cookie: y", "https://a.example/xSet-Cookie:%20y"),
        ("https://a.example/\x1b[31m\u202e\x85.", "https://a.example/%1B[31m%E2%80%AE%C2%85."),
        ("https://a.example/铜?q=%20", "https://a.example/铜?q=%20"),
    ],
)
def test_a_url_is_one_line(given: str, line: str) -> None:
    assert url_line(given) == url_line(line) == line
