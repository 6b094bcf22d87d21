"""What a fetch run and a parse run tell their callers."""

from __future__ import annotations

from dataclasses import dataclass, field

from contracts.errors import SourceBusy, SourceChanged, SourceError, SourceGone, SourceRefused


@dataclass
class FetchReport:
    """What one run of a source brought: counts by outcome, and the faults with their URLs.

    `not_due` polls were not made, `backing_off` of them because they failed last time; `left` requests went over the budget, `alerts` are polled URLs that have failed for long.
    """

    source: str
    counts: dict[str, int] = field(default_factory=dict)
    faults: list[tuple[str, SourceError]] = field(default_factory=list)
    not_due: int = 0
    backing_off: int = 0
    left: int = 0
    alerts: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        return sum(self.counts.values())

    def waiting(self) -> list[str]:
        """What was not asked and what has failed for long, in words; empty when there is neither."""
        said = [f"{self.not_due} not due"] if self.not_due else []
        said += [f"{self.left} left for the next run"] if self.left else []
        return [*said, f"{len(self.alerts)} failing for long"] if self.alerts else said

    def count(self, outcome: str) -> None:
        self.counts[outcome] = self.counts.get(outcome, 0) + 1

    def raise_if_failed(self, tolerated_share: float) -> None:
        """Raise the gravest fault when more than the tolerated share of the requests failed.

        A poll that failed and is not yet due again has failed still: trying a run again must not turn it well.
        """
        failed, known = len(self.faults) + self.backing_off, self.asked + self.not_due
        if failed <= tolerated_share * known:
            return
        if not self.faults:
            raise SourceBusy(
                f"{self.source}: {failed} of {known} polls failed when last asked and are not yet due again"
            )
        url, worst = max(self.faults, key=lambda fault: _GRAVITY.index(type(fault[1])))
        raise type(worst)(
            f"{self.source}: {failed} of {known} requests failed; {url}: {worst}",
            retry_after=worst.retry_after,
        ) from None


_GRAVITY = [SourceGone, SourceBusy, SourceChanged, SourceRefused]


@dataclass
class ParseReport:
    """What one parse run did: documents by outcome, rows by dataset, refusals as (URL, reason)."""

    source: str
    outcomes: dict[str, int] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    refused: list[tuple[str, str]] = field(default_factory=list)
    written: list[str] = field(default_factory=list)

    @property
    def documents(self) -> int:
        return sum(self.outcomes.values())

    def raise_if_refused(self, tolerated_share: float) -> None:
        """Raise `SourceChanged` when more than the tolerated share of the documents was refused; all others count."""
        if len(self.refused) > tolerated_share * self.documents:
            url, reason = self.refused[0]
            raise SourceChanged(
                f"{self.source}: {len(self.refused)} of {self.documents} documents were refused and are in quarantine; "
                f"{url}: {reason}"
            )
