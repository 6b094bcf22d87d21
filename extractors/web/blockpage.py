"""What a refusal means when its status alone does not say: the few words of a 403's body that tell who must act."""

from __future__ import annotations

import re

from extractors.web.body import decoded_start
from extractors.web.wire import Reply

TOO_FAST_SECONDS = 600.0
_LOOK_BYTES = 4096
# An S3 store that lists nothing to strangers says AccessDenied of a file it does not have.
_NO_SUCH_FILE = re.compile(rb"<Error>\s*<Code>(AccessDenied|NoSuchKey)</Code>")
_TOO_FAST = re.compile(
    rb"request rate (has )?(threshold )?exceeded|exceeded [^<]{0,40}(traffic limit|request)", re.I
)
_UNDECLARED = re.compile(rb"undeclared automated tool", re.I)


def no_such_file(reply: Reply) -> bool:
    """A 403 that stands for a file that is not there."""
    return reply.status == 403 and _NO_SUCH_FILE.search(_start(reply)) is not None


def undeclared(reply: Reply) -> bool:
    """A 403 that asks who we are: the User-Agent has no contact."""
    return reply.status == 403 and _UNDECLARED.search(_start(reply)) is not None


def too_fast(reply: Reply) -> bool:
    """A 403 that says we asked too often; a page that asks who we are may bear the same title."""
    return reply.status == 403 and not undeclared(reply) and _TOO_FAST.search(_start(reply)) is not None


def _start(reply: Reply) -> bytes:
    if reply.body is None:
        return b""
    reply.body.seek(0)
    start = decoded_start(reply.body, (reply.header("content-encoding") or "").strip().lower(), _LOOK_BYTES)
    reply.body.seek(0)
    return start
