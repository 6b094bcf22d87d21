"""Stand-ins every area uses: a home, and answers made by hand."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings

from contracts.document import Answer, Fetch
from contracts.errors import SourceError
from tests.fault_server import FaultServer
from warehouse.home import Home, open_home

settings.register_profile("untimed", deadline=None)  # a loaded machine is no failure
settings.load_profile("untimed")
DAY = datetime(2026, 11, 21, 6, tzinfo=UTC)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests first: the last to begin would keep one worker long after the others have ended."""
    slow = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: item.path not in slow)


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes by their argument's name: an archive's bytes hold the second it was made, and workers must agree."""
    return argname if isinstance(val, bytes) else None


@pytest.fixture
def server() -> Iterator[FaultServer]:
    """A web server that can show every fault, on loopback."""
    with FaultServer() as running:
        yield running


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home", "sample")


def make_answer(
    url: str,
    body: bytes | None,
    *,
    source: str = "test",
    status: int | None = 200,
    at: datetime = DAY,
    headers: dict[str, str] | None = None,
    scope: dict[str, object] | None = None,
    error: SourceError | None = None,
    token: str | None = None,
) -> Answer:
    """A synthetic answer, as `Web.fetch` gives it."""
    return Answer(
        Fetch(source, url, scope=scope or {}, token=token),
        status,
        tuple((headers or {"Content-Type": "text/plain"}).items()),
        None if body is None else io.BytesIO(body),
        len(body or b""),
        at,
        "mirror:test",
        "synthetic",
        None,
        error,
        0.0,
    )
