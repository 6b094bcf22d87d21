"""Which releases touch a period, and when that makes it worth asking again."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.document import Fetch, Window
from extractors.customs import months
from extractors.customs.habit import Habit, census

CENSUS = census(35)
DAYS = st.dates(date(2012, 1, 1), date(2040, 12, 31))
HABITS = st.builds(
    Habit,
    lag_days=st.integers(0, 400),
    revised=st.integers(0, 50),
    revised_in=st.dictionaries(st.integers(1, 12), st.integers(0, 50), max_size=3),
    period_months=st.sampled_from([1, 3, 12]),
)


@pytest.mark.parametrize(
    ("today", "newest"),
    [
        (date(2026, 11, 22), date(2026, 9, 1)),
        (date(2026, 11, 5), date(2026, 9, 1)),
        (date(2026, 11, 4), date(2026, 8, 1)),
        (date(2026, 1, 5), date(2025, 11, 1)),
    ],
)
def test_the_newest_month_is_out_lag_days_after_its_end(today: date, newest: date) -> None:
    assert CENSUS.newest(today) == newest == months.newest_expected(today, 35)


@pytest.mark.parametrize(
    ("length", "newest"), [(1, date(2026, 9, 1)), (3, date(2026, 7, 1)), (12, date(2025, 1, 1))]
)
def test_quarters_and_years_begin_with_the_calendar(length: int, newest: date) -> None:
    assert Habit(35, period_months=length).newest(date(2026, 11, 22)) == newest


def test_a_release_touches_its_month_and_the_four_before_it() -> None:
    today = date(2026, 11, 6)  # the day after September's
    touched = {p: CENSUS.latest_release(p, today) for p in months.span(date(2026, 3, 1), date(2026, 10, 1))}
    assert touched == {
        date(2026, 3, 1): date(2026, 7, 1),
        date(2026, 4, 1): date(2026, 8, 1),
        **{date(2026, n, 1): date(2026, 9, 1) for n in range(5, 10)},
        date(2026, 10, 1): None,
    }


def test_the_releases_of_july_and_august_touch_forty_months() -> None:
    assert CENSUS.out_on(date(2026, 5, 1)) == date(2026, 7, 6)
    assert CENSUS.out_on(date(2026, 6, 1)) == date(2026, 8, 5)
    release = CENSUS.latest_release
    assert release(date(2023, 2, 1), date(2026, 11, 22)) == date(2026, 6, 1)
    assert release(date(2023, 1, 1), date(2026, 11, 22)) == date(2026, 5, 1)
    assert release(date(2022, 12, 1), date(2026, 11, 22)) == date(2025, 6, 1)


def test_a_release_is_looked_for_again_while_it_may_be_late() -> None:
    out = CENSUS.out_on(date(2026, 9, 1))
    tokens = [CENSUS.token([date(2026, 9, 1)], out + timedelta(days=n)) for n in range(29)]
    assert list(dict.fromkeys(tokens)) == [f"2026-09.{n}" for n in range(1, 7)]
    assert [tokens.index(token) for token in dict.fromkeys(tokens)] == list(CENSUS.looks_after_days)
    assert CENSUS.token([date(2026, 4, 1)], out + timedelta(days=5)) == "2026-08.6"


def test_what_is_not_out_has_no_token() -> None:
    assert CENSUS.token([date(2026, 10, 1)], date(2026, 11, 22)) is None
    assert CENSUS.token([], date(2026, 11, 22)) is None


@given(habit=HABITS, today=DAYS, back=st.integers(0, 60))
def test_a_token_changes_only_by_a_release_that_reaches_the_period_or_a_look(
    habit: Habit, today: date, back: int
) -> None:
    period = months.shift(habit.newest(today), -back * habit.period_months)
    release = habit.latest_release(period, today)
    assert release is not None
    assert period <= release <= habit.newest(today)
    reach = habit.revised_in.get(habit.out_on(release).month, habit.revised)
    assert release == period or habit.distance(period, release) <= reach
    assert habit.out_on(release) <= today
    later = habit.latest_release(period, today + timedelta(days=1))
    assert later is not None
    assert later >= release


@given(habit=HABITS, today=DAYS, size=st.integers(1, 24))
def test_a_request_for_many_periods_changes_when_any_of_them_does(
    habit: Habit, today: date, size: int
) -> None:
    newest = habit.newest(today)
    periods = [months.shift(newest, -n * habit.period_months) for n in range(size)]

    def changes(some: list[date]) -> bool:
        return habit.token(some, today) != habit.token(some, today + timedelta(days=1))

    assert changes(periods) >= any(changes([period]) for period in periods if period == newest)
    assert habit.token(periods, today) == max(
        (habit.token([p], today) or "" for p in periods), key=lambda t: (t[:7], int(t[8:]))
    )


@given(habit=HABITS, today=DAYS, recent=st.integers(1, 60))
def test_the_recent_periods_end_with_the_newest(habit: Habit, today: date, recent: int) -> None:
    wanted = habit.wanted(Window(), today, recent)
    assert len(wanted.periods) == recent
    assert wanted.periods[-1] == habit.newest(today)
    assert all(p.day == 1 and (p.month - 1) % habit.period_months == 0 for p in wanted.periods)
    assert not wanted.explicit


def test_a_window_or_a_list_is_always_asked_for() -> None:
    today, fetch = date(2026, 11, 22), Fetch("s", "https://a.example/1")
    for wanted in (
        CENSUS.wanted(Window(date(2019, 1, 15), date(2019, 3, 31)), today, 16),
        CENSUS.wanted(Window(end=date(2019, 3, 31)), today, 3),
        CENSUS.wanted(Window(), today, 16, [date(2019, 1, 1), date(2019, 2, 1), date(2019, 3, 1)]),
    ):
        assert wanted.periods == (date(2019, 1, 1), date(2019, 2, 1), date(2019, 3, 1))
        assert wanted.judged(fetch, wanted.periods) == fetch
    yearly = Habit(400, period_months=12).wanted(Window(date(2019, 5, 1), date(2021, 2, 1)), today, 3)
    assert yearly.periods == (date(2019, 1, 1), date(2020, 1, 1), date(2021, 1, 1))


def test_only_the_newest_period_is_new() -> None:
    wanted = CENSUS.wanted(Window(), date(2026, 11, 22), 3)
    judged = [wanted.judged(Fetch("s", "https://a.example/1"), [period]) for period in wanted.periods]
    assert [request.is_new for request in judged] == [False, False, True]
    assert all(request.scoped and request.token for request in judged)
