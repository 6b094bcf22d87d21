"""In which order a run asks, and what it need not ask: the same whether it asks or only says what it would."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime

from contracts.document import Fetch, Source
from contracts.errors import CheckFailed, EnvironmentFault
from extractors.report import FetchReport
from extractors.sites import site
from extractors.turns import Turns
from warehouse import quarantine
from warehouse.archive import Archive, Capture
from warehouse.home import Home
from warehouse.state import SourceState, UrlState, scope_mark


class Walk(ABC):
    """One way through a source's requests. `clock` gives seconds."""

    def __init__(
        self,
        home: Home,
        source: Source,
        state: SourceState,
        report: FetchReport,
        wall: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self.home, self.source, self.state, self.report = home, source, state, report
        self.archive = Archive(home.archive)
        self.to_ask_again = quarantine.to_ask_again(home, source.info.source)
        self.wall, self.clock = wall, clock
        self.seen, self.followed = set[tuple[str, str]](), Counter[str]()
        minutes = source.budget.minutes
        self.ends = None if minutes is None else clock() + 60 * minutes

    def go(self, plan: Iterable[Fetch]) -> None:
        """Take every request in its turn, and what answers lead to after the planned ones."""
        planned, led_to = Turns(sorted(plan, key=self.state.last_polled)), Turns()
        while planned or led_to:
            if self.ends is not None and self.clock() >= self.ends:
                self.report.left += len(planned) + len(led_to)
                return
            first = bool(planned)
            led_to.extend(self._turn((planned if first else led_to).next(), first))

    def _turn(self, request: Fetch, planned: bool) -> list[Fetch]:
        """What a request leads to, asked now or, where there is no need to ask, by its last answer."""
        if (request.method, request.url) in self.seen:
            return []
        if self._settled(request):
            self._leave_settled(request)
            return self._follow_last(request) if request.follow_settled else []
        self.seen.add((request.method, request.url))
        if self._not_due(request):
            self.report.not_due += 1
            self.report.backing_off += self.state.failing(request)
            return self._follow_last(request) if request.every_seconds else []
        if not planned and not self._within_budget(request):
            return []
        return self._follow(self._ask(request))

    def _not_due(self, request: Fetch) -> bool:
        """Only the world is asked at a pace: recordings are ready whenever they are read."""
        if request.every_seconds is None or request.at_once or self.home.kind != "live":
            return False
        due = self.state.due_at(request)
        return due is not None and self.wall() < due

    def _within_budget(self, request: Fetch) -> bool:
        limit = self.source.budget.followed_per_site
        if limit is not None and self.followed[site(request.url)] >= limit:
            self.report.left += 1
            return False
        self.followed[site(request.url)] += 1
        return True

    def _settled(self, request: Fetch) -> bool:
        last = self.state.urls.get(request.url)
        if request.token is None or last is None or not self.same_question(request, last):
            return False
        return request.token in (last.token or "").split() and last.document_id not in self.to_ask_again

    def same_question(self, request: Fetch, last: UrlState | None) -> bool:
        """Whether the last answer of an address was to this request: a table under another scope is another question."""
        by_address = request.token is not None and not request.scoped
        return by_address or (last is not None and last.scope == scope_mark(request.scope))

    def _leave_settled(self, request: Fetch) -> None:  # noqa: B027 - a run has nothing to do there
        """A request that its token settles is not made."""

    @abstractmethod
    def _ask(self, request: Fetch) -> Capture | None:
        """Make a request; the document it left, None where it left none that may be followed."""

    def _follow_last(self, request: Fetch) -> list[Fetch]:
        """What the last answer of a request leads to."""
        last = self.state.urls.get(request.url)
        return self._follow(self._find(request.source, last.document_id)) if last else []

    def _find(self, source: str, document_id: str) -> Capture | None:
        try:
            return self.archive.find(source, document_id)
        except CheckFailed:
            return None  # parsing names the damaged file

    def _follow(self, capture: Capture | None) -> list[Fetch]:
        """What an answer leads to. A document its own parser would refuse leads nowhere: parsing says why."""
        try:
            return list(self.source.follow(capture)) if capture else []
        except EnvironmentFault:
            raise
        except Exception:  # whatever a document makes its reader do, the other requests go on
            return []
