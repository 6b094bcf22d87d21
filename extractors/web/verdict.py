"""What a status means, and who must act."""

from __future__ import annotations

from datetime import datetime

from contracts.clock import http_date
from contracts.errors import SourceBusy, SourceChanged, SourceError, SourceGone, SourceRefused
from contracts.text import printable
from extractors.web.blockpage import TOO_FAST_SECONDS, no_such_file, too_fast, undeclared
from extractors.web.wire import REDIRECTS, Reply

PAUSE_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 24 * 3600.0
_BUSY = {408: "timed out", 409: "is in conflict", 425: "asks to come later", 429: "asks for fewer requests"}
_REFUSED = {
    401: "asks for a key",
    403: "refuses us",
    412: "refuses this kind of client",
    451: "may not answer",
}


def retry_after(reply: Reply, now: datetime) -> float | None:
    """Seconds a reply asks us to wait (both forms of Retry-After, at most a day), None when it does not say.

    A page that says we asked too often and not for how long to stay away: ten minutes.
    """
    stated = (reply.header("retry-after") or "").strip()
    if stated.isascii() and stated.isdigit():
        return min(float(stated), LONGEST_WAIT_SECONDS)
    moment = http_date(stated)
    if moment is None:
        return TOO_FAST_SECONDS if too_fast(reply) else None
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT_SECONDS)


def second_try_after(reply: Reply, now: datetime) -> float | None:
    """Seconds after which a second try may help, None when none will."""
    wait = retry_after(reply, now)
    if reply.status == 429:
        return wait
    if reply.again or (reply.status or 0) >= 500:
        return PAUSE_SECONDS if wait is None else wait
    return None


def verdict(
    reply: Reply, where: str, conditional: bool, now: datetime, part: str | None = None
) -> SourceError | None:
    """The error a reply amounts to, None when it may be used; `where` names the URL, `conditional` that validators went.

    `part` is the Range header that went (`bytes=0-4095`): then 206 is an answer, if it begins where it was asked to.
    """
    fault = reply.fault
    if fault is not None and (reply.status is None or reply.status in REDIRECTS):
        return fault
    if reply.status == 206 and part is not None:
        error: SourceError | None = _of_part(reply, where, part)
    elif told := told_by_page(reply, where):
        error = told
    else:
        error = _of_status(reply.status or 0, where, conditional, retry_after(reply, now))
    if error is None and fault is not None:
        return type(fault)(f"{where}: {fault}")
    return error


def told_by_page(reply: Reply, where: str) -> SourceError | None:
    """The error that the body of a 403 amounts to, None when it says nothing known."""
    if no_such_file(reply):
        return SourceGone(f"{where}: not there (403, as a file store says it of what it does not have)")
    if undeclared(reply):
        return SourceRefused(
            f"{where}: the server refuses clients that do not say who they are (403); set CHOKEPOINT_CONTACT "
            "to an e-mail address, which the User-Agent then names"
        )
    if too_fast(reply):
        return SourceBusy(
            f"{where}: the server says it was asked too often (403); try later (in {TOO_FAST_SECONDS:.0f} s)",
            retry_after=TOO_FAST_SECONDS,
        )
    return None


def _of_part(reply: Reply, where: str, part: str) -> SourceError | None:
    stated = (reply.header("content-range") or "").replace("bytes ", "bytes=", 1)
    if stated.partition("-")[0] == part.partition("-")[0]:
        return None
    return SourceChanged(f"{where}: asked for {part}, answered {printable(stated, 60) or 'no range'} (206)")


def _of_status(status: int, where: str, conditional: bool, wait: float | None) -> SourceError | None:
    asked = f" (in {wait:.0f} s)" if wait is not None else ""
    if status in _BUSY:
        return SourceBusy(
            f"{where}: the server {_BUSY[status]} ({status}); try later{asked}", retry_after=wait
        )
    if status >= 500:
        return SourceBusy(f"{where}: the server failed ({status}); try later{asked}", retry_after=wait)
    if status in (404, 410):
        return SourceGone(f"{where}: not there ({status}): not yet published, or withdrawn")
    if status in _REFUSED and wait:
        return SourceBusy(
            f"{where}: the server {_REFUSED[status]} for now ({status}); try later{asked}", retry_after=wait
        )
    if status in _REFUSED:
        return SourceRefused(f"{where}: the server {_REFUSED[status]} ({status}); check key and terms of use")
    if status == 304:
        return None if conditional else SourceChanged(f"{where}: 304, though nothing was asked conditionally")
    if status == 206 or not 200 <= status < 300:
        return SourceChanged(f"{where}: unexpected status {status}: the request or the service has changed")
    return None
