"""One request over the wire and what came back, whatever that was."""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

from contracts.errors import SourceBusy, SourceChanged, SourceError, SourceRefused
from contracts.text import printable
from extractors.web.adapter import Deadline, GuardedAdapter
from extractors.web.body import CHUNK_BYTES, Spool
from extractors.web.mapping import HOP_BY_HOP, LOGICAL_URL, MIRROR_HEADERS, MirrorBase, with_query
from extractors.web.redact import Redactor

if TYPE_CHECKING:
    from requests import PreparedRequest, Response

SLOWEST_BYTES_PER_SECOND = 250_000
REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True)
class Call:
    """One request: a canonical logical URL, and secrets that are put on here and nowhere else."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    secret_headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    max_bytes: int = 15_000_000
    timeout: tuple[float, float] = (10.0, 30.0)

    @property
    def most_seconds(self) -> float:
        """Wall time after which the exchange is ended: the time-outs, and a full body at a slow line's speed."""
        return sum(self.timeout) + self.max_bytes / SLOWEST_BYTES_PER_SECOND


@dataclass(frozen=True)
class Reply:
    """What one request brought. `fault` is why it cannot be used, `again` whether an early second try may help."""

    status: int | None
    headers: tuple[tuple[str, str], ...] = ()
    body: BinaryIO | None = None
    size: int = 0
    fault: SourceError | None = None
    again: bool = False
    mirror_headers: Mapping[str, str] = field(default_factory=dict)
    location: str | None = field(
        default=None, repr=False
    )  # where a redirect leads, as it came: may hold a secret

    def header(self, name: str) -> str | None:
        """The first header of that name (given in lower case)."""
        return next((value for key, value in self.headers if key.lower() == name), None)


class Wire:
    """Sends calls, straight or through a mirror. Not for several threads at once."""

    def __init__(self, agent: str, mirror: MirrorBase | None, redactor: Redactor) -> None:
        self._agent, self._mirror, self._redactor = agent, mirror, redactor
        self._adapter = GuardedAdapter((mirror.host, mirror.port) if mirror else None)

    def close(self) -> None:
        """Close the connections."""
        self._adapter.close()

    def send(self, call: Call) -> Reply:
        """Send one request; redirects are not followed and no answer raises."""
        import requests
        import urllib3

        with Deadline(call.most_seconds) as deadline:
            self._adapter.deadline = deadline
            try:
                # The adapter alone: a session would follow Location, keep cookies and read proxies and netrc.
                response = self._adapter.send(
                    self._prepare(call), stream=True, timeout=call.timeout, verify=True, proxies={}
                )
                with response:
                    return self._read(call, response, deadline)
            except SourceRefused as error:
                return Reply(None, fault=error)
            except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
                return self._unreachable(call, error, deadline)

    def _prepare(self, call: Call) -> PreparedRequest:
        import requests

        headers = {
            **call.headers,
            "User-Agent": self._agent,
            "Accept-Encoding": "identity" if "Range" in call.headers else "gzip",  # half a gzip is no gzip
            "Connection": "close",
        }
        if self._mirror is None:
            address, headers = with_query(call.url, call.secrets), {**headers, **call.secret_headers}
        else:
            address, headers = self._mirror.address(call.url), {**headers, LOGICAL_URL: call.url}
        prepared = requests.Request(call.method, address, headers={"Accept": "*/*", **headers}).prepare()
        prepared.url = address
        return prepared

    def _unreachable(self, call: Call, error: Exception, deadline: Deadline) -> Reply:
        import requests

        host = urlsplit(call.url).netloc if self._mirror is None else f"{self._mirror.base} (the mirror)"
        if _caused_by(error, ssl.SSLCertVerificationError):
            return Reply(None, fault=SourceRefused(f"the certificate of {host} is not valid"))
        if deadline.expired:
            return Reply(
                None, fault=SourceBusy(f"{host} took longer than {deadline.seconds:.0f} s to answer")
            )
        if isinstance(error, requests.ReadTimeout):
            return Reply(None, fault=SourceBusy(f"{host} did not answer within {call.timeout[1]:g} s"))
        reason = printable(self._redactor.text(str(_root(error)) or type(error).__name__), 200)
        return Reply(None, fault=SourceBusy(f"{host} could not be reached: {reason}"), again=True)

    def _read(self, call: Call, response: Response, deadline: Deadline) -> Reply:
        headers = self._headers(response)
        described = {name.lower(): value for name, value in headers}
        status, own = response.status_code, {}
        if self._mirror is not None:
            own = {name: value for name, value in described.items() if name in MIRROR_HEADERS}
            headers = tuple(pair for pair in headers if pair[0].lower() not in MIRROR_HEADERS)
        location = response.raw.headers.get("location")
        if status in REDIRECTS and location:
            return Reply(status, headers, mirror_headers=own, location=_utf8(str(location)))
        stated = [value for name, value in headers if name.lower() == "content-encoding"]
        coding = ", ".join(stated).strip().lower()
        spool = Spool(call.max_bytes, coding, self._redactor)
        fault = _receive(spool, response, deadline, _declared(call, response, described))
        if fault is None and coding not in ("", "identity", "gzip") and spool.size:
            fault = SourceChanged(f"the body is coded as {printable(coding, 40)}, which was not asked for")
        body, size, uncoded = spool.finish()
        headers = _uncoded(headers, size) if uncoded else headers
        torn = isinstance(fault, SourceBusy) and not deadline.expired
        nothing = size == 0 and (status in (204, 304) or call.method == "HEAD")
        return Reply(status, headers, None if nothing else body, size, fault, torn, own)

    def _headers(self, response: Response) -> tuple[tuple[str, str], ...]:
        """As received, in order and with repeats, on one line each, without those of the connection."""
        pairs = response.raw.headers.items()
        unfolded = ((str(name), re.sub(r"\s*[\r\n]+\s*", " ", str(value))) for name, value in pairs)
        return tuple(
            (name, self._redactor.text(value)) for name, value in unfolded if name.lower() not in HOP_BY_HOP
        )


def _utf8(value: str) -> str:
    """A header value that was UTF-8 on the wire, where http.client takes Latin-1."""
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return value


def _receive(
    spool: Spool, response: Response, deadline: Deadline, declared: int | None
) -> SourceError | None:
    """Fill the spool; the reason why the body may not be used, None when it is whole."""
    import urllib3

    broken = ""
    try:
        for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
            spool.write(chunk)
    except SourceChanged as error:
        return error
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        partial = getattr(_root(error), "partial", b"")
        if isinstance(partial, bytes) and partial:
            spool.write(partial)
        broken = "it stopped" if "timed out" in str(error) else "the connection broke"
    return _completeness(spool, deadline, declared, broken)


def _completeness(spool: Spool, deadline: Deadline, declared: int | None, broken: str) -> SourceError | None:
    if deadline.expired:
        return SourceBusy(f"too slow: {spool.size:,} bytes in {deadline.seconds:.0f} s, then ended by us")
    if declared is not None and spool.received != declared:
        return SourceBusy(f"torn: Content-Length says {declared:,} bytes, {spool.received:,} came; ask again")
    if broken and declared is None:
        return SourceBusy(f"torn: {broken} after {spool.received:,} bytes; ask again")
    try:
        spool.check_whole()
    except SourceBusy as error:
        return error
    return None


def _declared(call: Call, response: Response, described: Mapping[str, str]) -> int | None:
    if call.method == "HEAD" or response.status_code in (204, 304) or response.raw.chunked:
        return None
    length = described.get("content-length", "")
    return int(length) if length.isascii() and length.isdigit() else None


def _uncoded(headers: tuple[tuple[str, str], ...], size: int) -> tuple[tuple[str, str], ...]:
    kept = [pair for pair in headers if pair[0].lower() not in ("content-encoding", "content-length")]
    return (*kept, ("Content-Length", str(size)))


def _chain(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        inner = next((a for a in error.args if isinstance(a, BaseException)), None)
        error = (
            getattr(error, "reason", None)
            if isinstance(getattr(error, "reason", None), BaseException)
            else (inner or error.__cause__ or error.__context__)
        )
    return found


def _root(error: BaseException) -> BaseException:
    return _chain(error)[-1]


def _caused_by(error: BaseException, kind: type[BaseException]) -> bool:
    return any(isinstance(cause, kind) for cause in _chain(error))
