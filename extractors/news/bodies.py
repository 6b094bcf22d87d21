"""What an answer's body is: read within a cap, told apart from block pages, its text made storable."""

from __future__ import annotations

import re
from typing import overload

from contracts.document import Document
from contracts.errors import SourceChanged

_LOOK_BYTES = 20_000
_BLOCKS = re.compile(
    r"cf-chl|challenge-platform|just a moment\.\.\.|attention required! \| cloudflare|checking your browser"
    r"|<code>\s*accessdenied|<error>\s*accessdenied|access\s*denied</|_incapsula_resource|px-captcha|g-recaptcha"
    r"|hcaptcha|verify(?:ing)? (?:that )?you are (?:a )?human|ddos-guard|unusual traffic",
    re.IGNORECASE,
)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ACT = "read its terms and robots.txt, then ask the publisher, slow down or remove the feed"


def read_body(document: Document, cap_bytes: int) -> bytes:
    """The decoded body; `SourceChanged` when it is longer than the cap."""
    with document.open() as stream:
        data = stream.read(cap_bytes + 1)
    if len(data) > cap_bytes:
        raise SourceChanged(f"too-large: the body is over {cap_bytes:,} bytes")
    return data


def blocked_by(text: str, mark: str | None) -> str | None:
    """Why this is a page that keeps programs out, with what to do; None when it is not one.

    `mark` is the answer's `cf-mitigated` header.
    """
    found = _BLOCKS.search(text[:_LOOK_BYTES])
    if mark is None and found is None:
        return None
    shown = f"cf-mitigated: {mark}" if mark else found.group(0).strip() if found else ""
    return f"blocked: the answer is a block or challenge page ({shown!r}); {_ACT}"


@overload
def storable(text: str, limit: int | None = None) -> str: ...
@overload
def storable(text: None, limit: int | None = None) -> None: ...
def storable(text: str | None, limit: int | None = None) -> str | None:
    """The text without what no UTF-8 column can hold (NUL, lone surrogates), cut to `limit` characters."""
    if text is None:
        return None
    cut = text[:limit]
    return _UNSTORABLE.sub("", cut) if not cut.isascii() or "\0" in cut else cut
