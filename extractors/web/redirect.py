"""Redirects, followed by hand: each target is checked like a first request, and keys do not leave their host."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from contracts.document import Fetch
from contracts.errors import SourceRefused
from extractors.sites import site
from extractors.web.mapping import canonical, origin
from extractors.web.redact import Redactor
from extractors.web.wire import Call, Reply

# How the US Census answers a missing or a wrong key: a redirect to a page about it, not a 401.
_KEY_PAGES = {"missing_key": "the server says that no key was given", "invalid_key": "its value is not valid"}


def next_call(call: Call, reply: Reply, location: str, fetch: Fetch, redactor: Redactor) -> Call:
    """The request a redirect asks for; `SourceRefused` when it may not be made.

    Secrets go along only to the same scheme, host and port, or from http to https of the same host.
    """
    try:
        address = urljoin(call.url, location)
        _refuse_key_page(urlsplit(address).path, fetch)
        url = canonical(_without_parameters(address, fetch.secrets))
    except ValueError:
        raise SourceRefused(f"{call.url} redirects to something that is no web address") from None
    if fetch.same_site and site(url) != site(fetch.url):
        raise SourceRefused(
            f"{call.url} redirects to another publisher's site ({site(url)}): its text is not asked for"
        )
    if redactor.text(url) != url:
        raise SourceRefused(f"{call.url} redirects to an address that repeats a secret")
    method = "GET" if reply.status == 303 or (reply.status != 307 and call.method == "POST") else call.method
    moved = dataclasses.replace(call, url=url, method=method)
    if origin(url) in (origin(call.url), origin(call.url).replace("http://", "https://", 1)):
        return moved
    return dataclasses.replace(moved, secrets={}, secret_headers={})


def _refuse_key_page(path: str, fetch: Fetch) -> None:
    for page, reason in _KEY_PAGES.items():
        if page in path:
            names = [*fetch.secrets.values(), *fetch.secret_headers.values()]
            raise SourceRefused(f"needs {' and '.join(names) or 'a key'}: {reason}")


def _without_parameters(url: str, names: Collection[str]) -> str:
    """The URL without our secret parameters, which a server may repeat in Location; they are put on again by the wire."""
    parts = urlsplit(url)
    kept = (pair for pair in parts.query.split("&") if unquote(pair.partition("=")[0]) not in names)
    return urlunsplit(parts._replace(query="&".join(kept)))
