"""Writes one rebuilt answer of the sample as a WARC file; the same figures give the same bytes."""

from __future__ import annotations

import io
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from contracts.document import Answer, Fetch
from warehouse.archive import Archive


def keep(target: Path, fetch: Fetch, content_type: str, origin: str, body: bytes, at: datetime) -> None:
    """Put `body` into the file `target` as the answer to `fetch` at a moment, evidence `rebuilt`."""
    headers = (("Content-Type", content_type), ("Content-Length", str(len(body))))
    stream = io.BytesIO(body)
    answer = Answer(fetch, 200, headers, stream, len(body), at, "direct", "rebuilt", origin, None, 0.0)
    with tempfile.TemporaryDirectory() as scratch:
        capture = Archive(Path(scratch), lambda: at).store(answer)
        shutil.copyfile(capture.path, target)
