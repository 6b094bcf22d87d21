"""The retry policy decides by error class, and says why in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.errors import (
    CheckFailed,
    EnvironmentFault,
    Locked,
    SourceBusy,
    SourceChanged,
    SourceGone,
    SourceRefused,
)

pytestmark = pytest.mark.usefixtures("own_airflow")


@pytest.mark.parametrize("error", [SourceBusy("503"), Locked("news is locked by process 1")])
def test_what_passes_by_itself_is_tried_again_later(error: Exception) -> None:
    from dags.support.policy import RETRY

    decision = RETRY.evaluate(error, 1, 2)
    assert decision.action.value == "retry"
    assert decision.retry_delay is not None
    assert decision.retry_delay >= timedelta(minutes=1)
    assert decision.reason


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (SourceChanged("a column is gone"), "a person must look"),
        (SourceRefused("needs CENSUS_API_KEY"), "refuses"),
        (SourceGone("404"), "next run"),
        (CheckFailed("2 checks failed"), "nothing was released"),
        (EnvironmentFault("no home"), "configuration"),
    ],
)
def test_what_needs_a_person_fails_at_once(error: Exception, words: str) -> None:
    from dags.support.policy import RETRY

    decision = RETRY.evaluate(error, 1, 2)
    assert decision.action.value == "fail"
    assert words in (decision.reason or "")


@pytest.mark.parametrize(("asked", "seconds"), [(42.0, 42), (0.0, 1), (86_400.0, 3_600)])
def test_a_source_that_says_how_long_is_taken_at_its_word_up_to_an_hour(asked: float, seconds: int) -> None:
    from dags.support.policy import RETRY

    decision = RETRY.evaluate(SourceBusy("429", retry_after=asked), 1, 2)
    assert decision.retry_delay == timedelta(seconds=seconds)


def test_an_error_nobody_foresaw_is_left_to_the_task() -> None:
    from dags.support.policy import RETRY

    assert RETRY.evaluate(ValueError("a bug"), 1, 2).action.value == "default"
