"""Zip files made for tests."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

WRITTEN = (2025, 8, 5, 8, 30, 0)


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of these members: the same bytes whenever it is made, so that every worker names its tests alike."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, WRITTEN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return out.getvalue()
