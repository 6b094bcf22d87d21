from __future__ import annotations

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from contracts.errors import EnvironmentFault, Locked
from warehouse.files import point, read_json, write_json
from warehouse.home import Home, open_home, wanted_kind
from warehouse.locks import holder, lock


def test_a_home_has_one_kind_for_life(tmp_path: Path) -> None:
    open_home(tmp_path / "h", "sample")
    assert open_home(tmp_path / "h").kind == "sample"
    with pytest.raises(EnvironmentFault, match="holds sample data"):
        open_home(tmp_path / "h", "live")


def test_no_home_says_so(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="no home at"):
        open_home(tmp_path / "h")
    assert not (tmp_path / "h").exists()


def test_a_mirror_brings_samples() -> None:
    assert wanted_kind({"CHOKEPOINT_MIRROR": "http://127.0.0.1:1"}) == "sample"
    assert wanted_kind({}) == "live"


def _hold(home: Home, ready: str) -> None:
    with lock(home, "test"):
        Path(ready).touch()
        time.sleep(60)


def test_a_lock_names_its_holder_and_dies_with_it(home: Home, tmp_path: Path) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_hold, args=(home, str(tmp_path / "ready")))
    process.start()
    while not (tmp_path / "ready").exists():
        time.sleep(0.02)
    with pytest.raises(Locked, match=f"process {process.pid}"), lock(home, "test"):
        pass
    assert holder(home, "test") == process.pid
    os.kill(process.pid or 0, signal.SIGKILL)
    process.join()
    with lock(home, "test", wait_seconds=5):
        assert holder(home, "test") == os.getpid()
    assert holder(home, "test") is None


def test_json_and_links_are_replaced_whole(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", {"x": 1})
    write_json(tmp_path / "a.json", {"x": "中"})
    assert read_json(tmp_path / "a.json") == {"x": "中"}
    assert read_json(tmp_path / "none.json", 7) == 7
    (tmp_path / "one").mkdir()
    (tmp_path / "two").mkdir()
    point(tmp_path / "current", "one")
    point(tmp_path / "current", "two")
    assert (tmp_path / "current").resolve() == tmp_path / "two"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "current", "one", "two"]
