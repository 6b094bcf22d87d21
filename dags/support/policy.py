"""What is tried again, and when: decided by the class of the error, said in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from airflow.sdk import ExceptionRetryPolicy, RetryAction, RetryDecision, RetryRule  # noqa: TID253 - read by DAG files

from contracts.errors import (
    CheckFailed,
    EnvironmentFault,
    Locked,
    SourceBusy,
    SourceChanged,
    SourceGone,
    SourceRefused,
)

if TYPE_CHECKING:
    from airflow.sdk import Context

RETRIES = 2
BUSY_DELAY = timedelta(minutes=5)
LOCKED_DELAY = timedelta(minutes=2)
LONGEST_DELAY = timedelta(hours=1)


def _again(error: type[Exception], delay: timedelta, reason: str) -> RetryRule:
    return RetryRule(error, RetryAction.RETRY, delay, reason)


def _give_up(error: type[Exception], reason: str) -> RetryRule:
    return RetryRule(error, RetryAction.FAIL, None, reason)


class SourceRetryPolicy(ExceptionRetryPolicy):
    """The rules below; a source that says how long to wait (Retry-After) is taken at its word, up to an hour."""

    def evaluate(
        self,
        exception: BaseException,
        try_number: int,
        max_tries: int,
        context: Context | None = None,
    ) -> RetryDecision:
        decision = super().evaluate(exception, try_number, max_tries, context)
        asked = exception.retry_after if isinstance(exception, SourceBusy) else None
        if asked is None:
            return decision
        return replace(decision, retry_delay=min(timedelta(seconds=max(asked, 1)), LONGEST_DELAY))


RETRY = SourceRetryPolicy(
    [
        _again(SourceBusy, BUSY_DELAY, "the source is busy or cannot be reached: tried again later"),
        _again(Locked, LOCKED_DELAY, "another process works on this: tried again when it may be done"),
        _give_up(SourceChanged, "the source no longer gives what it documents: a person must look"),
        _give_up(
            SourceRefused, "the source refuses (key, robots.txt or a block): asking again would not help"
        ),
        _give_up(SourceGone, "the source does not have it: the next run asks again"),
        _give_up(CheckFailed, "a check of our own work failed: nothing was released, a person must look"),
        _give_up(EnvironmentFault, "the home, a key or the configuration is not fit: a person must mend it"),
    ]
)
DEFAULT_ARGS = {
    "owner": "chokepoint",
    "retries": RETRIES,
    "retry_delay": BUSY_DELAY,
    "retry_policy": RETRY,
}
