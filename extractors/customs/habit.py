"""When an agency releases and revises its periods, and what that makes worth asking today: pure functions over dates.

A source says its habit once and lets it judge what it plans:

    HABIT = Habit(INFO.lag_days, revised=4, revised_in={7: 40, 8: 40})

    def plan(window):
        wanted = HABIT.wanted(window, now().date(), recent=16)
        for period in wanted.periods:
            yield wanted.judged(Fetch(...), [period])

A release is named after the newest period it brings. A period is asked for until it has answered, and again for each
release that may have revised it: that release is the request's token, so an answer settles it. Agencies are late, and an
expected day is no release: each release is looked for again some days later, which is part of the token. A period that an
explicit window or list names is always asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from contracts.document import Fetch, Window
from extractors.customs import months

LOOKS_AFTER_DAYS = (0, 1, 2, 4, 8, 16)


@dataclass(frozen=True)
class Habit:
    """How a source releases its periods.

    A release is out `lag_days` after the end of the newest period it brings. It may revise that many of the periods before
    (`revised`; `revised_in` says otherwise for releases that come out in a calendar month, 1-12). `period_months`: the
    length of a period (1, 3, 12). `looks_after_days`: when what a release touches is asked for, counted from its day.
    """

    lag_days: int
    revised: int = 0
    revised_in: Mapping[int, int] = field(default_factory=dict)
    period_months: int = 1
    looks_after_days: tuple[int, ...] = LOOKS_AFTER_DAYS

    def newest(self, today: date) -> date:
        """The first day of the newest period that should be out."""
        seen = months.newest_expected(today, self.lag_days)
        index = seen.year * 12 + seen.month  # months of whole periods end with one divisible by the length
        last = index - index % self.period_months
        return months.shift(date(1, 1, 1), last - self.period_months - 12)

    def out_on(self, period: date) -> date:
        """The day on which the release that is named after a period should be out."""
        return months.shift(period, self.period_months) + timedelta(days=self.lag_days)

    def latest_release(self, period: date, today: date) -> date | None:
        """The newest release that brought or may have revised a period; None while the period should not be out."""
        release = self.newest(today)
        while release >= period:
            reach = self.revised_in.get(self.out_on(release).month, self.revised)
            if self.distance(period, release) <= reach or release == period:
                return release
            release = months.shift(release, -self.period_months)
        return None

    def distance(self, period: date, later: date) -> int:
        """How many periods lie between two."""
        return ((later.year - period.year) * 12 + later.month - period.month) // self.period_months

    def token(self, periods: Sequence[date], today: date) -> str | None:
        """What settles a request for these periods: the newest release that touched one of them, and how often it was looked for.

        None while none of them should be out: then an answer settles nothing.
        """
        touched = [r for r in (self.latest_release(p, today) for p in periods) if r is not None]
        if not touched:
            return None
        age = (today - self.out_on(max(touched))).days
        return f"{months.label(max(touched))}.{sum(days <= age for days in self.looks_after_days)}"

    def wanted(
        self, window: Window, today: date, recent: int, listed: Sequence[date] | None = None
    ) -> Wanted:
        """The periods to ask for: the window's, else those `listed`, else the newest `recent` that should be out."""
        newest = self.newest(today)
        if not (window.start or window.end) and listed:
            return Wanted(self, tuple(listed), today, explicit=True)
        last = self._begin(window.end) if window.end else newest
        back = months.shift(last, self.period_months * (1 - recent))
        first = self._begin(window.start) if window.start else back
        periods = months.span(first, last)[:: self.period_months]
        return Wanted(self, tuple(periods), today, explicit=bool(window.start or window.end))

    def _begin(self, day: date) -> date:
        """The first day of the period a day lies in."""
        return date(day.year, day.month - (day.month - 1) % self.period_months, 1)


@dataclass(frozen=True)
class Wanted:
    """Periods to ask for on a day. `explicit`: somebody named them, so they are asked for whatever is known."""

    habit: Habit
    periods: tuple[date, ...]
    today: date
    explicit: bool

    def judged(self, request: Fetch, periods: Sequence[date]) -> Fetch:
        """The request for some periods, with the token that says whether it is worth asking; as it is when `explicit`."""
        if self.explicit:
            return request
        token = self.habit.token(periods, self.today)
        return replace(
            request, token=token, scoped=True, is_new=min(periods) >= self.habit.newest(self.today)
        )


def census(lag_days: int) -> Habit:
    """The US Census Bureau's: each release revises the months before it, those of July and August whole years."""
    return Habit(lag_days, revised=4, revised_in={7: 40, 8: 40})
