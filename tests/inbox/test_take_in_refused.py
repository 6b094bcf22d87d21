"""Files that people bring and that are refused, each for a reason, and nothing beside them."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from tests.inbox.bringing import GOOD, captures, drop, names, reason, take
from tests.inbox.tables import NAME, SOURCE
from warehouse import inbox as files
from warehouse.home import Home


def hard_link(path: Path) -> None:
    outside = path.parents[2] / "outside.csv"
    outside.write_bytes(GOOD)
    os.link(outside, path)


def symlink(path: Path) -> None:
    outside = path.parents[2] / "outside.csv"
    outside.write_bytes(GOOD)
    path.symlink_to(outside)


def listening(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as waiting:
        os.chdir(path.parent)
        waiting.bind(path.name)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (symlink, "it is a link"),
        (lambda path: path.symlink_to("/nowhere"), "it is a link"),
        (hard_link, "another name elsewhere"),
        (os.mkfifo, "no file (a pipe, socket or device)"),
        (listening, "no file (a pipe, socket or device)"),
        (lambda path: path.mkdir(), "it is a folder"),
        (lambda path: path.write_bytes(b""), "it is empty"),
        (lambda path: path.write_bytes(b"1" * 1001), "1,001 bytes, more than the 1,000 taken"),
        (lambda path: path.write_bytes(b"<html>"), "the first line must be"),
        (lambda path: path.write_bytes(b"crash\n"), "what recognises it stopped: KeyError"),
    ],
)
def test_what_is_no_file_of_the_source_is_refused(
    live: Home, make: Callable[[Path], None], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drop(live, "good.csv").with_name("odd.csv")
    monkeypatch.chdir(live.root)
    make(path)
    report = take(live, after=timedelta(hours=2))
    assert [name for name, _ in report.taken] == ["good.csv"]
    assert [name for name, _ in report.refused] == ["odd.csv"]
    assert why in reason(live, "odd.csv")
    assert os.path.lexists(live.inbox_refused / NAME / "odd.csv")
    assert names(live.inbox) == []
    assert len(captures(live)) == 1
    outside = live.root / "outside.csv"
    assert not outside.exists() or outside.read_bytes() == GOOD


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (b".hidden.csv", "hidden"),
        (b"a.csv.crdownload", "unfinished download"),
        (b"a.csv~", "unfinished download"),
        (b"a\nb.csv", "control characters"),
        (b"a\x1b[2J.csv", "control characters"),
        (b"..\\a.csv", "path separators"),
        ("a\u202egpj.csv".encode(), "control characters"),
        (b"a\xff.csv", "no UTF-8"),
        (b"a" * 200 + b".csv", "longer than 180 bytes"),
        (b"a" * 251 + b".csv", "longer than 180 bytes"),
        (b"a.xlsx", "none that this source takes"),
        (b"a.csv.reason.txt", "none that this source takes"),
    ],
)
def test_an_odd_name_is_refused_under_a_name_that_is_fit(live: Home, name: bytes, why: str) -> None:
    drop(live, "good.csv")
    path = os.path.join(os.fsencode(live.inbox / NAME), name)
    with open(path, "wb") as file:
        file.write(GOOD)
    report = take(live, after=timedelta(hours=2))
    assert len(report.refused) == len(report.taken) == 1
    (kept,) = [
        entry for entry in names(live.inbox_refused) if f"{entry}.reason.txt" in names(live.inbox_refused)
    ]
    assert (live.inbox_refused / NAME / kept).read_bytes() == GOOD
    assert why in reason(live, kept)
    assert kept.isprintable()
    assert names(live.inbox) == []


def test_a_side_file_that_is_a_link_refuses_the_file(live: Home, tmp_path: Path) -> None:
    (tmp_path / "elsewhere.toml").write_text("released_at = 2024-01-01")
    path = drop(live, "a.csv")
    path.with_name("a.csv.toml").symlink_to(tmp_path / "elsewhere.toml")
    take(live)
    assert "its side file (.toml) is a link" in reason(live, "a.csv")
    assert captures(live) == []
    take(live)
    assert names(live.inbox) == []
    assert (tmp_path / "elsewhere.toml").read_text() == "released_at = 2024-01-01"


def test_refusing_twice_keeps_both(live: Home) -> None:
    for body in (b"one", b"two", b"two"):
        drop(live, "a.csv", body)
        take(live)
    kept = names(live.inbox_refused)
    assert len(kept) == 6
    assert sorted((live.inbox_refused / NAME / n).read_bytes() for n in kept if n.endswith(".csv")) == [
        b"one",
        b"two",
        b"two",
    ]


def test_a_file_called_like_a_reason_is_not_overwritten(live: Home) -> None:
    drop(live, "a.csv.reason.txt", b"mine")
    take(live)
    drop(live, "a.csv", b"bad")
    take(live)
    assert (live.inbox_refused / NAME / "a.csv.reason.txt").read_bytes() == b"mine"
    assert set(files.refused(live, NAME)) == {
        "a.csv.reason.txt",
        next(n for n in names(live.inbox_refused) if n.endswith(".a.csv")),
    }


def test_a_scope_that_is_no_json_refuses_the_file(live: Home) -> None:
    assert SOURCE.inbox is not None
    odd = replace(SOURCE, inbox=replace(SOURCE.inbox, recognise=lambda name, file: {"at": {1, 2}}))
    drop(live, "a.csv")
    assert "what recognises it stopped: TypeError" in take(live, odd).refused[0][1]
