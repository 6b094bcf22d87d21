"""In whose turn requests go: site by site, so that no wait for one publisher holds up another."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from contracts.document import Fetch
from extractors.sites import site


class Turns:
    """Requests in waiting: one of each site in turn, those of one site in the order they came."""

    def __init__(self, requests: Iterable[Fetch] = ()) -> None:
        self._sites: dict[str, deque[Fetch]] = {}
        self.extend(requests)

    def extend(self, requests: Iterable[Fetch]) -> None:
        for request in requests:
            self._sites.setdefault(site(request.url), deque()).append(request)

    def __bool__(self) -> bool:
        return bool(self._sites)

    def __len__(self) -> int:
        return sum(map(len, self._sites.values()))

    def next(self) -> Fetch:
        """The next request; its site goes to the end of the row. `StopIteration` when none is left."""
        place = next(iter(self._sites))
        waiting = self._sites.pop(place)
        request = waiting.popleft()
        if waiting:
            self._sites[place] = waiting
        return request
