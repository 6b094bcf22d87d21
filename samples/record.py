"""Writes rebuilt answers of the sample as WARC files; the same figures give the same bytes."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path

from contracts.document import Answer, Fetch
from warehouse.archive import Archive

DAYS = {"day1": datetime(2026, 11, 21, 6, tzinfo=UTC), "day2": datetime(2026, 11, 22, 6, tzinfo=UTC)}
Recording = tuple[str, Fetch, str, str, bytes]  # name, request, content type, origin, body


def keep(target: Path, fetch: Fetch, content_type: str, origin: str, body: bytes, at: datetime) -> None:
    """Put `body` into the file `target` as the answer to `fetch` at a moment, evidence `rebuilt`."""
    headers = (("Content-Type", content_type), ("Content-Length", str(len(body))))
    stream = io.BytesIO(body)
    answer = Answer(fetch, 200, headers, stream, len(body), at, "direct", "rebuilt", origin, None, 0.0)
    with tempfile.TemporaryDirectory() as scratch:
        capture = Archive(Path(scratch), lambda: at).store(answer)
        shutil.copyfile(capture.path, target)


def keep_days(
    target: Path,
    patterns: Iterable[str],
    recordings: Callable[[str], Iterable[Recording]],
    say: Callable[[str], None],
) -> None:
    """Replace the records of those names below `target`/day1 and /day2 by what `recordings` gives for a day."""
    for day, at in DAYS.items():
        folder = target / day
        folder.mkdir(parents=True, exist_ok=True)
        for old in (path for pattern in patterns for path in folder.glob(pattern)):
            old.unlink()
        for name, fetch, kind, origin, body in recordings(day):
            keep(folder / f"{name}.warc.gz", fetch, kind, origin, body, at)
            say(f"{day}/{name}: {len(body):,} bytes")
