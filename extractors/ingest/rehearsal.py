"""What a run would ask, said before it asks: the same way through the requests as a run, with no request made."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from urllib.parse import urlsplit

from contracts.clock import now
from contracts.document import Fetch, Source, Window
from extractors.ingest.walk import Walk
from extractors.report import FetchReport
from warehouse.archive import Capture
from warehouse.home import Home
from warehouse.state import as_it_stands

Standing = Literal["new", "missing", "due", "again"]
STANDINGS: tuple[Standing, ...] = ("new", "missing", "due", "again")
"""Never answered: `new` should just have come out, else `missing`. Answered: `due` since its token is another now, `again`
since it is asked for whenever it is planned."""


@dataclass
class Outlook:
    """What one run of a source would ask: (standing, URL) a request, in order.

    `settled` requests are not made, nor those `not_due`. `max_bytes` is the most the answers may have. `leads_on`: answers
    may lead to more requests, which nobody knows before. robots.txt, redirects and retries are not counted.
    """

    source: str
    requests: list[tuple[Standing, str]] = field(default_factory=list)
    settled: int = 0
    not_due: int = 0
    max_bytes: int = 0
    leads_on: bool = False

    @property
    def standings(self) -> dict[str, int]:
        """How many requests stand how, all four named."""
        found = Counter(standing for standing, _ in self.requests)
        return {standing: found[standing] for standing in STANDINGS}

    @property
    def hosts(self) -> dict[str, int]:
        """Requests by host."""
        return dict(sorted(Counter(urlsplit(url).hostname or "" for _, url in self.requests).items()))


def rehearse(
    home: Home,
    source: Source,
    window: Window = Window(),  # noqa: B008 - frozen
    plan: Iterable[Fetch] | None = None,
    wall: Callable[[], datetime] = now,
) -> Outlook:
    """What `fetch` with the same arguments would ask now. Makes no request, takes no lock, writes nothing.

    The home need not be there yet: then nothing has answered. Raises `EnvironmentFault` as the plan does.
    """
    outlook = Outlook(source.info.source, leads_on=source.leads_on)
    walk = _Rehearsal(home, source, outlook, wall)
    walk.go(plan if plan is not None else source.plan(window))
    outlook.not_due = walk.report.not_due
    return outlook


class _Rehearsal(Walk):
    """A run that notes what it would ask. What settled and waiting answers lead to is known, and taken as a run does."""

    def __init__(self, home: Home, source: Source, outlook: Outlook, wall: Callable[[], datetime]) -> None:
        state = as_it_stands(home, source.info.source, source.wait_seconds)
        super().__init__(home, source, state, FetchReport(source.info.source), wall, time.monotonic)
        self.outlook, self.ends = outlook, None
        self.left = set[tuple[str, str]]()

    def _ask(self, request: Fetch) -> Capture | None:
        self.outlook.requests.append((self._standing(request), request.url))
        self.outlook.max_bytes += request.max_bytes
        return None

    def _leave_settled(self, request: Fetch) -> None:
        if (request.method, request.url) not in self.left:
            self.left.add((request.method, request.url))
            self.outlook.settled += 1

    def _standing(self, request: Fetch) -> Standing:
        last = self.state.urls.get(request.url)
        if last is None or not self.same_question(request, last):
            return "new" if request.is_new else "missing"
        return "again" if request.token is None else "due"
