"""What a run asks for, when it is skipped, and when a bell rings."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.clock import now, stamp
from contracts.document import Window
from contracts.errors import CheckFailed, EnvironmentFault, Locked, SourceChanged
from extractors.report import ParseReport
from tests.cli import standin
from tests.text.newsroom import Read, day, publish, words
from transforms.text.identify import identify
from warehouse import build as builds
from warehouse import lake
from warehouse.files import write_json
from warehouse.home import Home
from warehouse.lake import Part
from warehouse.locks import lock
from warehouse.query import Result

pytestmark = pytest.mark.usefixtures("own_airflow")


class FakeRun:
    """A dag run of one type."""

    def __init__(self, run_type: str) -> None:
        self.run_type = run_type


class FakeTask:
    """A running task that remembers what was pushed."""

    def __init__(self) -> None:
        self.pushed: dict[str, object] = {}

    def xcom_push(self, key: str, value: object) -> None:
        self.pushed[key] = value


@pytest.fixture
def work(home: Home, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module under test, over a sample home."""
    from dags.support import work

    monkeypatch.setattr(work, "_home", lambda: home)
    return work


@pytest.fixture
def running(work: Any, monkeypatch: pytest.MonkeyPatch) -> FakeTask:
    """The task that seems to run."""
    task = FakeTask()
    monkeypatch.setattr(work, "get_current_context", lambda: {"ti": task})
    return task


def context(
    run_type: str = "manual", days: tuple[str, str] | None = None, **params: object
) -> dict[str, Any]:
    start, end = (
        datetime.fromisoformat(day).replace(tzinfo=UTC) for day in days or ("2026-11-20", "2026-11-21")
    )
    dates = {"data_interval_start": start, "data_interval_end": end}
    return {"params": params, "dag_run": FakeRun(run_type), **dates}


def rung(running: FakeTask, call: Any) -> str | None:
    """None when the call went through (the bell rings), else why it was skipped."""
    from airflow.sdk.exceptions import AirflowSkipException

    try:
        call()
    except AirflowSkipException:
        return str(running.pushed["skipped"])
    return None


def test_a_clocked_run_asks_by_the_source_s_habit(work: Any) -> None:
    assert work.asked(context("scheduled"), "month").window == Window()


def test_params_name_the_window(work: Any) -> None:
    wanted = work.asked(context(**{"from": "2024-03", "to": "2024-11"}), "month")
    assert wanted.window == Window(date(2024, 3, 1), date(2024, 11, 1))
    wanted = work.asked(context(**{"from": "2024-03-05", "to": None}), "day")
    assert wanted.window == Window(date(2024, 3, 5), None)


def test_a_window_that_ends_before_it_begins_is_refused(work: Any) -> None:
    with pytest.raises(EnvironmentFault, match="lies after"):
        work.asked(context(**{"from": "2024-03", "to": "2024-02"}), "month")


@pytest.mark.parametrize("name", ["ingest_capex", "ingest_customs", "ingest_reference", "ingest_news"])
def test_a_misspelt_param_is_refused_and_not_passed_over(work: Any, bag: Any, name: str) -> None:
    from airflow.sdk.definitions.param import process_params

    dag = bag.dags[name]
    given = {
        conf: process_params(dag, dag.tasks[0], {conf: "2024-01"} if conf else {}, suppress_exception=False)
        for conf in ("", "form")
    }
    assert work.asked(context(**given[""]), "month").window == Window()
    with pytest.raises(EnvironmentFault, match="no param form"):
        work.asked(context(**given["form"]), "month")


@pytest.mark.parametrize(
    ("name", "is_fault"), [("us_census_port", True), ("ecb_fx", True), ("sec_edgar", True), ("news", False)]
)
def test_a_refused_document_shows_in_the_run_unless_losses_are_usual(
    work: Any, monkeypatch: pytest.MonkeyPatch, name: str, is_fault: bool
) -> None:
    refused = [("https://a.example/x", "HTML where a table was")]
    report = ParseReport(name, outcomes={"quarantined": 1, "parsed": 3}, refused=refused)
    monkeypatch.setattr(work.ingest, "parse", lambda home, source: report)
    if is_fault:
        with pytest.raises(SourceChanged, match="HTML where a table was"):
            work.parse(name)
    else:
        assert work.parse(name)["documents"] == {"quarantined": 1, "parsed": 3}


def test_a_backfill_asks_for_its_data_interval(work: Any) -> None:
    days = work.asked(context("backfill", ("2024-03-05T16:40", "2024-03-06T16:40")), "day")
    assert days.window == Window(date(2024, 3, 6), date(2024, 3, 6))
    months = work.asked(context("backfill", ("2024-01-01", "2024-07-01")), "month")
    assert months.window == Window(date(2024, 1, 1), date(2024, 6, 1))
    none = work.asked(context("backfill", ("2024-03-05", "2024-03-06")), "month")
    assert "no month begins" in none.reason_to_skip


def test_a_month_of_daily_backfill_runs_asks_for_the_month_once(work: Any) -> None:
    start = datetime(2024, 1, 31, 14, 10, tzinfo=UTC)
    asked = []
    for number in range(29):
        day, after = (start + timedelta(days=number + shift) for shift in (0, 1))
        run = context("backfill", (day.isoformat()[:16], after.isoformat()[:16]))
        wanted = work.asked(run, "month")
        if not wanted.reason_to_skip:
            asked.append(wanted.window)
    assert asked == [Window(date(2024, 2, 1), date(2024, 2, 1))]


def test_a_source_without_its_key_is_skipped_in_plain_words(
    work: Any, running: FakeTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CENSUS_API_KEY", raising=False)
    monkeypatch.delenv("CHOKEPOINT_MIRROR", raising=False)
    assert rung(running, lambda: work.fetch("us_census_api", work.Asked())) == "needs CENSUS_API_KEY"


def test_a_source_that_was_not_asked_for_is_skipped(work: Any, running: FakeTask) -> None:
    reason = rung(running, lambda: work.fetch("ecb_fx", work.Asked(sources=("us_census_port",))))
    assert reason == "not asked for in this run"


def put(home: Home, dataset: str, name: str, rows: int = 3) -> Part:
    """A part of `ecb_fx` in the lake's manifest."""
    part = Part(dataset, f"{dataset}/source=ecb_fx/{name}.parquet", rows, "0" * 64, "1", "s", (name,))
    lake.commit(home, "ecb_fx", [part])
    return part


def release(home: Home, number: int, at: datetime, parts: list[Part]) -> None:
    """A release built over these parts."""
    folder = home.releases / f"2026.11.{number:02d}-{number:012x}"
    write_json(folder / "manifest.json", {"released_at": stamp(at), "tables": {}})
    write_json(folder / "inputs.json", {"parts": [[p.dataset, p.path, p.sha256] for p in parts]})


def test_the_bell_rings_only_for_what_no_release_has(work: Any, running: FakeTask, home: Home) -> None:
    def ring() -> str | None:
        return rung(running, lambda: work.announce(["ecb_fx"], 0, [None]))

    assert "nothing new" in (ring() or "")
    first = put(home, "fx_rate", "a")
    assert ring() is None
    release(home, 1, now(), [first])
    assert "nothing new" in (ring() or "")
    note = put(home, "document", "b")
    assert "nothing new" in (ring() or ""), "a document that was only refused is no news"
    second = put(home, "fx_rate", "c")
    assert ring() is None
    release(home, 2, now(), [first, note, second])
    assert "nothing new" in (ring() or "")


def test_clusters_that_no_release_has_ring_and_what_they_are_made_of_does_not(
    work: Any, running: FakeTask, home: Home
) -> None:
    def ring() -> str | None:
        return rung(running, lambda: work.announce(["news", "text_identity"], 0, [None, work.enrich()]))

    publish(home, [Read("https://a.example/1", "One title of four words", words(1), day(0))])
    news = lake.manifest(home, "news")
    release(home, 1, now(), news)
    assert "nothing new" in (ring() or ""), "readings and signatures alone are no news"
    publish(home, [Read("https://b.example/2", "Another title of its own", words(1), day(1))], source="more")
    assert ring() is None
    release(home, 2, now(), [*news, *lake.manifest(home, "text_identity")])
    assert "nothing new" in (ring() or "")


def test_a_build_is_the_same_until_clusters_change(home: Home) -> None:
    publish(home, [Read("https://a.example/1", "One title of four words", words(1), day(0))])
    before = builds.freeze(home, "code")
    assert identify(home).articles == 1
    assert builds.freeze(home, "code")["build_id"] == before["build_id"]
    publish(home, [Read("https://b.example/2", "Another title of its own", words(1), day(1))], source="more")
    unread = builds.freeze(home, "code")
    identify(home)
    found = builds.freeze(home, "code")
    assert found["build_id"] != unread["build_id"]
    assert {dataset for dataset, *_ in found["parts"]} == {"article_text", "document", "article_cluster"}
    identify(home)
    assert builds.freeze(home, "code")["build_id"] == found["build_id"]


def test_enrich_waits_for_nobody(work: Any, home: Home) -> None:
    with lock(home, "text_identity"), pytest.raises(Locked):
        work.enrich()


def test_a_bell_held_back_rings_when_its_time_has_come(work: Any, running: FakeTask, home: Home) -> None:
    def ring() -> str | None:
        return rung(running, lambda: work.announce(["ecb_fx"], 6, [{"rows": {"fx_rate": 3}}]))

    release(home, 1, now(), [])
    first = put(home, "fx_rate", "a")
    assert ring() is None, "an empty release starts no waiting"
    release(home, 2, now() - timedelta(hours=5), [first])
    put(home, "fx_rate", "b")
    assert "younger than 6 hours" in (ring() or "")
    release(home, 3, now() - timedelta(hours=7), [first])
    (home.releases / f"2026.11.02-{2:012x}").rename(home.root / "gone")
    assert ring() is None


def test_announcing_gives_the_rows_that_wait(work: Any, home: Home) -> None:
    put(home, "fx_rate", "a", rows=7)
    put(home, "fx_rate", "b", rows=5)
    assert work.announce(["ecb_fx"], 0, [None]) == {"fx_rate": 12}


def test_replicate_counts_outcomes_and_fails_for_what_was_lost(
    work: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from transforms.replication import Replication

    figures = Result(["figure_id", "outcome"], [("a", "match"), ("b", "miss"), ("c", "match")])
    publications = Result(["publication", "verdict"], [("The Wire", "some match")])
    lost: tuple[str, ...] = ()
    monkeypatch.setattr(
        "transforms.replication.replicate", lambda home: Replication("r", figures, publications, lost)
    )
    assert work.replicate() == {"match": 2, "miss": 1}
    lost = ("b",)
    with pytest.raises(CheckFailed, match="missed by r: b"):
        work.replicate()


def test_replicate_names_a_release_that_has_no_such_tables(work: Any, home: Home) -> None:
    standin.publish(home, "one")
    with pytest.raises(EnvironmentFault, match="was made by another version of chokepoint"):
        work.replicate()


def test_replicate_is_skipped_before_the_first_release(work: Any) -> None:
    from airflow.sdk.exceptions import AirflowSkipException

    with pytest.raises(AirflowSkipException, match="no release"):
        work.replicate()
