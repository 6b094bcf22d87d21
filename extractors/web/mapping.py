"""Logical URLs, and where a mirror answers for them.

`CHOKEPOINT_MIRROR=<base>` sends `https://host[:port]/path?query` to `<base>/host[:port]/path?query`. Everything that
decides uses the logical URL; only the socket differs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from contracts.document import Evidence
from contracts.errors import EnvironmentFault, SourceRefused
from contracts.text import printable
from extractors.web.address import is_public_name

LOGICAL_URL = "X-Chokepoint-URL"
EVIDENCE, ORIGIN, MIRROR = "X-Chokepoint-Evidence", "X-Chokepoint-Origin", "X-Chokepoint-Mirror"
MEMENTO = "Memento-Datetime"
MIRROR_HEADERS = frozenset(name.lower() for name in (EVIDENCE, ORIGIN, MIRROR, MEMENTO))
_PROXY_HEADERS = ("proxy-authenticate", "proxy-authorization", "proxy-connection")
HOP_BY_HOP = frozenset(
    ("connection", "keep-alive", "te", "trailer", "trailers", "transfer-encoding", "upgrade", *_PROXY_HEADERS)
)
DEFAULT_PORTS = {"http": 80, "https": 443}
_HOST = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\]")
_REAL: Mapping[str, Evidence] = {"live": "recorded", "recorded": "recorded", "rebuilt": "rebuilt"}


def canonical(url: str) -> str:
    """The URL as it is asked: encoded, without fragment, host in lower case, default port dropped.

    Raises `SourceRefused` when it is not http(s), names a user or a host that may not be called.
    """
    from requests import PreparedRequest
    from requests.exceptions import RequestException

    prepared = PreparedRequest()
    try:
        prepared.prepare_url(url, None)
        parts = urlsplit(prepared.url or "")
        host, port = (parts.hostname or "").lower(), parts.port
    except (RequestException, ValueError, UnicodeError):
        raise SourceRefused(f"not a web address: {printable(url, 200)}") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise SourceRefused(f"only http and https are followed, not {printable(url, 200)}")
    if parts.username is not None or parts.password is not None:
        raise SourceRefused(f"the address of {printable(host, 200)} names a user or a password")
    bracketed = f"[{host}]" if ":" in host else host
    if not _HOST.fullmatch(bracketed) or not is_public_name(host):
        raise SourceRefused(f"{printable(host, 200)} is not a public host, which alone may be called")
    netloc = bracketed if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{bracketed}:{port}"
    return urlunsplit((parts.scheme, netloc, parts.path or "/", parts.query, ""))


def origin(url: str) -> str:
    """Scheme, host and port of a canonical URL: what shares robots.txt and secrets."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def with_query(url: str, pairs: Mapping[str, str]) -> str:
    """The URL with further query pairs at its end."""
    added = "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in pairs.items())
    parts = urlsplit(url)
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, added)))))


@dataclass(frozen=True)
class MirrorBase:
    """The base of a mirror and the one address of our own net that may be called."""

    base: str
    host: str
    port: int

    @classmethod
    def parse(cls, base: str) -> MirrorBase:
        """Read `CHOKEPOINT_MIRROR`; `EnvironmentFault` when it is no http(s) URL."""
        parts = urlsplit(base.strip())
        try:
            port = parts.port
        except ValueError:
            port = -1
        if parts.scheme not in DEFAULT_PORTS or not parts.hostname or port == -1 or parts.query:
            raise EnvironmentFault(
                f"CHOKEPOINT_MIRROR must be a URL such as http://127.0.0.1:8899, not {printable(base, 200)}"
            )
        return cls(base.strip().rstrip("/"), parts.hostname, port or DEFAULT_PORTS[parts.scheme])

    def address(self, logical: str) -> str:
        """Where the mirror answers for a canonical logical URL."""
        parts = urlsplit(logical)
        query = f"?{parts.query}" if parts.query else ""
        return f"{self.base}/{parts.netloc}{parts.path}{query}"


def provenance(headers: Mapping[str, str]) -> tuple[str, Evidence, str | None]:
    """`via`, `evidence` and `origin` of a mirror's answer, from headers with lower-case names.

    What is said nowhere is synthetic, and nothing a mirror repeats is live.
    """
    name = printable(unquote(headers.get(MIRROR.lower(), "")), 100) or "unnamed"
    evidence = _REAL.get(headers.get(EVIDENCE.lower(), ""), "synthetic")
    stated = headers.get(ORIGIN.lower())
    return f"mirror:{name}", evidence, printable(unquote(stated), 2000) if stated else None


def header_text(text: str) -> str:
    """Text as an ASCII header value; `urllib.parse.unquote` is the inverse."""
    return quote(text, safe=" !\"#$&'()*+,/:;<=>?@[]^`{|}~")


Key = tuple[str, str, tuple[str, ...], tuple[tuple[str, str], ...]]


def match_key(method: str, url: str) -> Key:
    """What two requests for the same thing share: method, host, path and decoded query pairs in any order."""
    from requests.utils import requote_uri

    parts = urlsplit(requote_uri(url))
    port = parts.port
    host = (parts.hostname or "").rstrip(".").lower()
    if port not in (None, DEFAULT_PORTS.get(parts.scheme)):
        host = f"{host}:{port}"
    path = tuple(unquote(step, encoding="latin-1") for step in (parts.path or "/").split("/"))
    pairs = parse_qsl(parts.query, keep_blank_values=True, encoding="latin-1")
    return method.upper(), host, path, tuple(sorted(pairs))
