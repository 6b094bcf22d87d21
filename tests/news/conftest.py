"""A list of two feeds, one whose text may be used and one whose terms are unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.news.documents import SAMPLES

BLOCK = {
    "key": '"test_feed"',
    "url": '"https://outlet.example/news/feed.xml"',
    "publisher": '"Test Outlet"',
    "country": '"USA"',
    "language": '"en"',
    "topics": '["trade"]',
    "cadence": '"1 day"',
    "licence": '"CC BY 4.0"',
    "terms_url": '"https://outlet.example/terms"',
    "reviewed_on": "2026-11-01",
    "text": '"full"',
}
HEADLINES = BLOCK | {
    "key": '"headlines"',
    "url": '"https://other.example/rss"',
    "licence": '"unknown"',
    "text": '"none"',
}
LEFT_OUT = {
    "key": '"forbidden"',
    "url": '"https://forbidden.example/rss"',
    "publisher": '"Forbidden Times"',
    "reason": '"Its terms forbid mining"',
}
WriteFeeds = Callable[..., Path]


def block(settings: dict[str, str], kind: str = "feed") -> str:
    return f"[[{kind}]]\n" + "".join(f"{name} = {value}\n" for name, value in settings.items())


@pytest.fixture
def write_feeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WriteFeeds:
    """Writes a list of feeds from blocks and makes it the one in use."""

    def write(*blocks: dict[str, str], left_out: Iterable[dict[str, str]] = ()) -> Path:
        path = tmp_path / f"feeds-{len(list(tmp_path.iterdir()))}.toml"
        out = (block(settings, "left_out") for settings in left_out)
        path.write_text("\n".join([*map(block, blocks), *out]), encoding="utf-8")
        monkeypatch.setenv("CHOKEPOINT_FEEDS", str(path))
        return path

    return write


@pytest.fixture
def two_feeds(write_feeds: WriteFeeds) -> Path:
    return write_feeds(BLOCK, HEADLINES)


@pytest.fixture
def sample_feeds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHOKEPOINT_FEEDS", str(SAMPLES / "feeds.toml"))
