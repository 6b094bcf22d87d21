"""What publish, rollback, status and sql do beyond their golden answers."""

from __future__ import annotations

import csv
import dataclasses
import io
from pathlib import Path

import pytest

from contracts.document import Inbox
from tests.cli import standin
from tests.cli.conftest import Prompt
from warehouse import release as releases
from warehouse.home import Home

ROOT = Path(__file__).parents[2]
JANUARY = "https://rates.example/2026-01"


def test_a_failed_check_is_shown_and_nothing_is_released(prompt: Prompt, live_home: Home) -> None:
    standin.publish(live_home, "bad", checks="fail")
    for words in (("check", "--json"), ("publish", "--json")):
        said = prompt(*words)
        assert said.code == 5
        assert "sums_agree" in said.envelope["errors"][0]["message"]
    assert releases.current(live_home) is None


def test_a_rollback_pins_until_it_is_undone(prompt: Prompt, live_home: Home) -> None:
    old, new = (standin.publish(live_home, mark) for mark in ("one", "two"))
    assert old is not None
    assert new is not None
    assert prompt("rollback", "--json").envelope["data"]["pinned"] == old.name
    kept = prompt("publish", "--json").envelope
    assert kept["data"]["current"] == old.name
    assert "publish --unpin" in kept["warnings"][0]
    assert prompt("status", "--json").envelope["data"]["release"]["pinned"] == old.name
    assert prompt("publish", "--unpin", "--json").envelope["data"]["current"] == new.name


def test_newer_files_of_a_source_that_is_only_brought_are_not_fetched(
    prompt: Prompt, live_home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought = dataclasses.replace(standin.SOURCES["rates"], inbox=Inbox(".*", lambda name, file: {}))
    monkeypatch.setattr("extractors.registry.sources", lambda: {"rates": brought})
    standin.publish(live_home, "old", due="2020-02-01")
    (error,) = prompt("status", "--json").envelope["errors"]
    assert "bring a newer file to inbox/rates" in error["message"]
    assert "chokepoint fetch" not in error["message"]


def test_a_stale_source_is_named_with_exit_4(prompt: Prompt, live_home: Home) -> None:
    standin.publish(live_home, "old", due="2020-02-01")
    said = prompt("status", "--json")
    assert said.code == 4
    assert [e["message"].split(":")[0] for e in said.envelope["errors"]] == ["rates is stale"]
    assert {row["source"]: row["stale"] for row in said.envelope["data"]["sources"]} == {
        "keyed": False,
        "papers": False,
        "rates": True,
    }


def test_a_home_without_a_release_is_stale_and_has_nothing_to_query(prompt: Prompt, live_home: Home) -> None:
    assert prompt("status").code == 4
    said = prompt("sql", "select 1")
    assert (said.code, said.err) == (3, "error: there is no release yet: run `chokepoint run`\n")


def test_decimals_stay_exact_and_null_stays_null(prompt: Prompt, live_home: Home) -> None:
    standin.publish(live_home, "one")
    data = prompt("sql", "from marts.headline order by label desc", "--json").envelope["data"]
    assert data["rows"] == [
        ["imports", "1234567890123456.78", 0.25, "2026-01-01"],
        ["blank", None, None, None],
    ]
    assert [column["type"] for column in data["columns"]] == ["VARCHAR", "DECIMAL(20,2)", "DOUBLE", "DATE"]
    said = prompt("sql", "from marts.headline order by label desc", "--format", "csv")
    assert list(csv.reader(io.StringIO(said.out)))[1:] == [
        ["imports", "1234567890123456.78", "0.25", "2026-01-01"],
        ["blank", "", "", ""],
    ]
    assert "NULL" in prompt("sql", "from marts.headline").out


def test_odd_values_are_json_too(prompt: Prompt, live_home: Home) -> None:
    standin.publish(live_home, "one")
    query = "select 'nan'::double, timestamptz '2026-01-01 12:00:00+02', interval 2 day, {'a': [1.5]}, '\\xff'::blob"
    assert prompt("sql", query, "--json").envelope["data"]["rows"] == [
        ["nan", "2026-01-01T10:00:00Z", "2 days, 0:00:00", {"a": ["1.5"]}, "ff"]
    ]


@pytest.mark.parametrize(
    "query",
    [
        "delete from marts.headline",
        "create table marts.mine (i int)",
        "select * from read_csv('/etc/passwd')",
        "copy marts.headline to 'out.csv'",
        "set enable_external_access = true",
        "select * from nowhere",
    ],
)
def test_a_query_may_only_read(query: str, prompt: Prompt, live_home: Home) -> None:
    standin.publish(live_home, "one")
    said = prompt("sql", query, "--json")
    assert said.code == 1
    assert said.envelope["errors"][0]["error"] == "QueryFailed"


def test_a_query_that_never_ends_is_stopped(prompt: Prompt, live_home: Home) -> None:
    standin.publish(live_home, "one")
    endless = "select sum(a.i * b.i) from range(10_000_000) a(i), range(10_000_000) b(i)"
    said = prompt("sql", endless, "--timeout", "0.2")
    assert said.code == 1
    assert "no answer within 0.2 seconds" in said.err


def test_a_rule_that_is_none_is_told_in_one_short_line(prompt: Prompt, live_home: Home) -> None:
    standin.publish(live_home, "one")
    said = prompt("alert", "\x1b[31m" + "x" * 10_000, "--json")
    assert said.code == 2
    message = said.envelope["errors"][0]["message"]
    assert message.startswith("there is no rule [31mxxx")
    assert len(message) < 120
