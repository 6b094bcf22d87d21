"""Secrets removed from whatever leaves a session: URLs, headers, errors, bodies and log lines.

A secret is masked by as many asterisks as it has characters, so lengths, offsets and Content-Length stay true.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Mapping
from html import escape
from urllib.parse import quote, quote_plus

_ENDINGS = ("_KEY", "_TOKEN", "_PASSWORD", "_SECRET")
_LEAST = 8
_KEPT_IN_QUERIES = "!#$%&'()*+,/:;=?@[]~"
_LOGGERS = (
    "urllib3.connectionpool",
    "urllib3.connection",
    "urllib3.response",
    "urllib3.util.retry",
    "requests",
)


def secret_values(environ: Mapping[str, str], named: Iterable[str] = ()) -> frozenset[str]:
    """Values of the variables `named`, and of every variable that by its name holds a secret of 8+ characters."""
    by_name = {environ.get(name, "") for name in named}
    by_ending = {v for n, v in environ.items() if n.upper().endswith(_ENDINGS) and len(v) >= _LEAST}
    return frozenset(by_name | by_ending) - {""}


def _forms(value: str) -> set[str]:
    """The raw, percent-encoded and twice-encoded spellings of a value, and how JSON and HTML would repeat it."""
    once = {quote(value, safe=safe) for safe in ("", "/", _KEPT_IN_QUERIES)} | {quote_plus(value)}
    twice = {quote(form, safe="") for form in once}
    written = {value.replace(" ", "+"), escape(value), json.dumps(value)[1:-1], value.replace("/", "\\/")}
    return {value} | written | {spelt for form in once | twice for spelt in (form, _lower_hex(form))}


def _lower_hex(text: str) -> str:
    head, *rest = text.split("%")
    return "%".join([head, *(piece[:2].lower() + piece[2:] for piece in rest)])


class Redactor:
    """Masks a growing set of secrets in text and bytes."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._texts: tuple[str, ...] = ()
        self._bytes: tuple[bytes, ...] = ()
        self.add(values)

    def add(self, values: Iterable[str]) -> None:
        """Take further values."""
        forms = {form for value in values if value for form in _forms(value)}
        # Longest first: a short secret inside a longer one must not break it up.
        self._texts = tuple(sorted({*self._texts, *forms}, key=lambda form: (-len(form), form)))
        self._bytes = tuple(form.encode("utf-8", "surrogateescape") for form in self._texts)

    @property
    def reach(self) -> int:
        """Bytes that a secret may lie over the end of a chunk."""
        return max((len(form) for form in self._bytes), default=1) - 1

    def text(self, text: str) -> str:
        """The text with every form of every secret masked."""
        for form in self._texts:
            if form in text:
                text = text.replace(form, "*" * len(form))
        return text

    def data(self, data: bytes) -> bytes:
        """The bytes with every form of every secret masked; the length does not change."""
        for form in self._bytes:
            if form in data:
                data = data.replace(form, b"*" * len(form))
        return data


class ByteMask:
    """Masks a stream of bytes chunk by chunk, also where a secret straddles two chunks."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._tail = b""
        self.found = False

    def feed(self, chunk: bytes) -> bytes:
        """What may be handed on so far."""
        window = self._tail + chunk
        masked = self._redactor.data(window)
        self.found = self.found or masked != window
        cut = max(len(masked) - self._redactor.reach, 0)
        self._tail = masked[cut:]
        return masked[:cut]

    def finish(self) -> bytes:
        """What was held back."""
        tail, self._tail = self._tail, b""
        return tail


class SecretFilter(logging.Filter):
    """Masks secrets in log records: message, arguments and traceback."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask the record in place; never drops one."""
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            message = f"{record.msg} {record.args}"
        masked = self._redactor.text(message)
        if masked != message:
            record.msg, record.args = masked, ()
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redactor.text(record.exc_text)
        return True

    def attach(self) -> None:
        """Filter what the HTTP libraries log (their debug lines hold whole URLs) and what the root's handlers get."""
        for target in _targets():
            target.addFilter(self)

    def detach(self) -> None:
        """Undo `attach`."""
        for target in _targets():
            target.removeFilter(self)


def _targets() -> list[logging.Filterer]:
    return [*(logging.getLogger(name) for name in _LOGGERS), *logging.getLogger().handlers]
