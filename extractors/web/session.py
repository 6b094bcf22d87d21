"""One polite session: every request of the project goes through `Web.fetch`.

Importing this module loads requests: a DAG file imports it inside its tasks.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from importlib.metadata import version
from types import TracebackType

from contracts.clock import http_date, now
from contracts.document import Answer, Evidence, Fetch, Validators
from contracts.errors import (
    EnvironmentFault,
    SourceBusy,
    SourceChanged,
    SourceError,
    SourceGone,
    SourceRefused,
)
from contracts.text import printable
from extractors.sites import site
from extractors.web.body import decoded_start
from extractors.web.mapping import MEMENTO, MirrorBase, canonical, provenance
from extractors.web.pace import SPACING_SECONDS, Pace
from extractors.web.redact import Redactor, SecretFilter, secret_values
from extractors.web.redirect import next_call
from extractors.web.robots import AGENT, READ_BYTES, Robots
from extractors.web.verdict import retry_after, second_try_after, told_by_page, verdict
from extractors.web.wire import Call, Reply, Wire

MAX_REDIRECTS = 5
SHORT_WAIT_SECONDS = 10.0


class Web:
    """Asks for documents, politely and never with a surprise: whatever a server does ends in an `Answer`.

    One for a thread. `clock` and `sleep` count seconds, `wall` tells the time; tests give their own.
    """

    def __init__(
        self,
        environ: Mapping[str, str],
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        wall: Callable[[], datetime] = now,
    ) -> None:
        base = environ.get("CHOKEPOINT_MIRROR", "").strip()
        self._environ, self._clock, self._wall = environ, clock, wall
        self._mirror = MirrorBase.parse(base) if base else None
        polite = self._mirror is None or environ.get("CHOKEPOINT_MIRROR_POLITE") == "1"
        self._redactor = Redactor(secret_values(environ))
        self._wire = Wire(user_agent(environ), self._mirror, self._redactor)
        self._pace = Pace(clock, sleep, SPACING_SECONDS if polite else 0.0)
        self._robots = Robots(self._ask_robots, clock)
        self._filter = SecretFilter(self._redactor)
        self._filter.attach()

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Web:
        """A session by CHOKEPOINT_MIRROR, CHOKEPOINT_MIRROR_POLITE, CHOKEPOINT_CONTACT; `EnvironmentFault` if unfit."""
        return cls(environ)

    def __enter__(self) -> Web:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close connections and leave the loggers as they were."""
        self._wire.close()
        self._filter.detach()

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        """Ask for one thing. Never raises for what a server does: `Answer.error` holds the typed error.

        `validators` are sent only where the fetch allows it. A key that is not set is an answer without a request.
        """
        started, reply, error = self._clock(), Reply(None), None
        self._redactor.add(secret_values(self._environ, _variables(fetch)))
        conditions = _conditions(validators) if fetch.unchanged_ok else {}
        try:
            reply, call = self._chase(self._first_call(fetch, conditions), fetch)
            where = printable(call.url, 300)
            error = verdict(reply, where, bool(conditions), self._wall(), fetch.headers.get("Range"))
        except SourceError as refusal:
            error = refusal
        return self._answer(fetch, reply, self._masked(error), self._clock() - started)

    def _first_call(self, fetch: Fetch, conditions: Mapping[str, str]) -> Call:
        """`SourceRefused` for want of a key, or when the fetch itself shows a secret."""
        if self._mirror is None:
            for name in _variables(fetch):
                if not self._environ.get(name):
                    raise SourceRefused(f"needs {name}: set it in the environment")
        shown = repr((fetch.url, dict(fetch.headers)))
        if self._redactor.text(shown) != shown:
            raise SourceRefused("the URL or a header of the request shows a secret: name it under secrets")
        return Call(
            method=fetch.method.upper(),
            url=canonical(fetch.url),
            headers={**fetch.headers, **conditions},
            secrets=self._values(fetch.secrets),
            secret_headers=self._values(fetch.secret_headers),
            max_bytes=fetch.max_bytes,
            timeout=fetch.timeout,
        )

    def _values(self, variables: Mapping[str, str]) -> dict[str, str]:
        if self._mirror is not None:
            return {}
        return {name: self._environ[variable] for name, variable in variables.items()}

    def _chase(self, call: Call, fetch: Fetch, obey: bool = True) -> tuple[Reply, Call]:
        """Follow redirects by hand: the last reply and the request it answers. `obey`: robots.txt of every host."""
        delay, hops = self._crawl_delay(call, obey), 0
        while True:
            reply = self._exchange(call, delay, fetch.spacing_seconds)
            if reply.location is None:
                return reply, call
            try:
                if (hops := hops + 1) > MAX_REDIRECTS:
                    raise SourceChanged(
                        f"{call.url}: more than {MAX_REDIRECTS} redirects, which lead nowhere"
                    )
                onward = next_call(call, reply, reply.location, fetch, self._redactor)
                delay = self._crawl_delay(onward, obey)
            except SourceError as error:
                return dataclasses.replace(reply, fault=_on_the_way(error, call)), call
            call = onward

    def _crawl_delay(self, call: Call, obey: bool) -> float:
        return self._robots.check(call.url) if obey else 0.0

    def _exchange(self, call: Call, crawl_delay: float, own: float) -> Reply:
        """One request, in its turn, with a second try where an early one may help."""
        place = site(call.url)
        if (rest := self._pace.held(place)) > SHORT_WAIT_SECONDS:
            raise SourceBusy(f"{place} asked to be left alone for another {rest:.0f} s", retry_after=rest)
        reply = self._send(call, place, crawl_delay, own)
        pause = second_try_after(reply, self._wall())
        if pause is not None and pause <= SHORT_WAIT_SECONDS:
            if reply.body is not None:
                reply.body.close()
            self._pace.pause(pause)
            reply = self._send(call, place, crawl_delay, own)
        wait = retry_after(reply, self._wall())
        if wait is not None and reply.status in (403, 429, 503):
            self._pace.hold(place, wait)
        elif reply.status == 429:
            self._pace.slow_down(place)
        return reply

    def _send(self, call: Call, place: str, crawl_delay: float, own: float) -> Reply:
        self._pace.wait(place, crawl_delay, own)
        return self._wire.send(call)

    def _ask_robots(self, url: str) -> tuple[int, bytes]:
        call = Call("GET", url, max_bytes=READ_BYTES)
        reply, _ = self._chase(call, Fetch(source="robots", url=url), obey=False)
        cut_off = isinstance(reply.fault, SourceChanged) and reply.status == 200
        if reply.status is None or (reply.fault is not None and not cut_off):
            raise reply.fault or SourceBusy(f"{url} could not be read")
        told = told_by_page(reply, url)
        if told is not None and not isinstance(told, SourceGone):
            raise told
        if reply.body is None or told is not None:
            return 404 if told else reply.status, b""
        with reply.body as body:
            return reply.status, decoded_start(body, reply.header("content-encoding") or "", READ_BYTES)

    def _masked(self, error: SourceError | None) -> SourceError | None:
        """The error without secrets and without a chain, which could hold them."""
        if error is None:
            return None
        return type(error)(self._redactor.text(str(error)), retry_after=error.retry_after)

    def _answer(self, fetch: Fetch, reply: Reply, error: SourceError | None, seconds: float) -> Answer:
        via, evidence, stated = self._provenance(reply)
        shown = self._redactor.text(fetch.url)
        headers = {name: self._redactor.text(value) for name, value in fetch.headers.items()}
        return Answer(
            fetch=dataclasses.replace(fetch, url=shown, headers=headers),
            status=reply.status,
            headers=reply.headers,
            body=reply.body,
            size=reply.size,
            retrieved_at=http_date(reply.mirror_headers.get(MEMENTO.lower())) or self._wall(),
            via=via,
            evidence=evidence,
            origin=stated,
            error=error,
            seconds=seconds,
        )

    def _provenance(self, reply: Reply) -> tuple[str, Evidence, str | None]:
        return ("direct", "live", None) if self._mirror is None else provenance(reply.mirror_headers)


def _on_the_way(error: SourceError, call: Call) -> SourceError:
    """The error of a redirect, naming the address that gave it; a missing key stays a plain "needs KEY"."""
    if str(error).startswith(("needs ", call.url)):
        return error
    return type(error)(f"{call.url} redirects: {error}", retry_after=error.retry_after)


def _variables(fetch: Fetch) -> list[str]:
    return [*fetch.secrets.values(), *fetch.secret_headers.values()]


def _conditions(validators: Validators | None) -> dict[str, str]:
    if validators is None:
        return {}
    stated = {"If-None-Match": validators.etag, "If-Modified-Since": validators.last_modified}
    return {name: value for name, value in stated.items() if value}


def user_agent(environ: Mapping[str, str]) -> str:
    """How we name ourselves to a server; `EnvironmentFault` when CHOKEPOINT_CONTACT does not fit in a header."""
    contact = environ.get("CHOKEPOINT_CONTACT", "").strip()
    if not contact.isascii() or not contact.isprintable():
        raise EnvironmentFault("CHOKEPOINT_CONTACT must be a plain ASCII address or URL")
    return (
        f"{AGENT}/{version('chokepoint')} {contact}".rstrip()
    )  # bare: the SEC turns away contacts in brackets
