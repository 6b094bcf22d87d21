"""Whose page it is, as far as an address can say: one publisher's hosts share a site."""

from __future__ import annotations

from urllib.parse import urlsplit

_SHARED_LABELS = frozenset({"ac", "co", "com", "edu", "gov", "go", "net", "ne", "or", "org"})


def site(url: str) -> str:
    """The part of a host that is registered: `news.example.com` and `example.com` are `example.com`.

    The last two labels, three below a country's shared label (`gov.uk`, `com.cn`); a numeric host is its own site, an
    address without a host is "".
    """
    host = (urlsplit(url).hostname or "").rstrip(".")
    labels = host.split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    shared = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SHARED_LABELS
    return ".".join(labels[-3 if shared else -2 :])
