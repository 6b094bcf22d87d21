"""`chokepoint measure`: rows, SQL, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.cli import standin
from tests.cli.conftest import Prompt
from warehouse.home import Home

TEMPLATE = (
    "with measured as (\n    select 'USA' as reporter, date '2025-01-01' as period, 3.00 as numerator, 10.00 as denominator, "
    "cast(0.3 as double) as share, 'kg' as unit, 'partners_listed' as denominator_kind, 'estimated' as method_status, "
    "1.0 as coverage_codes, 1 as n_obs, 'rates' as source, null as reason, $basket as basket, $measure as measure, "
    "$basis as basis, $partner_definition as partners, $period_type as kind) select * from measured"
)
ASKED = ("measure", "li_ion", "value", "GEN_VAL", "CHN+HKG", "CY")


@pytest.fixture
def released(live_home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """A release with the tables the command reads."""
    fill = standin.fill

    def more(database: Path, build_id: str, due: str = "2999-01-01") -> None:
        fill(database, build_id, due)
        with duckdb.connect(str(database)) as connection:
            connection.execute("create schema staging").fetchall()
            connection.execute(
                "create table marts.measure_definition as select 'direct_share' as id, 'value' as measures, ? as sql_template",
                [TEMPLATE],
            ).fetchall()
            for table in (
                "basket as select 'li_ion' as basket_id, '1.0.0' as version",
                "stg_basket as select 'import' as flow, 'GEN_VAL' as flow_basis",
                "country as select unnest(['CHN', 'HKG', 'USA']) as iso3, 'country' as kind",
            ):
                connection.execute(f"create table staging.{table}").fetchall()

    monkeypatch.setattr(standin, "fill", more)
    standin.publish(live_home, "one")


@pytest.mark.usefixtures("released")
def test_rows_and_the_sql_that_gives_them(prompt: Prompt) -> None:
    data = prompt(*ASKED, "--reporter", "USA", "--json").envelope["data"]
    (row,) = data["rows"]
    assert (row["numerator"], row["share"], row["partners"]) == ("3.00", 0.3, "CHN+HKG")
    printed = prompt(*ASKED, "--reporter", "USA", "--sql")
    assert printed.code == 0
    assert printed.out.strip() == data["sql"]
    assert "'CHN+HKG' as partners" in printed.out
    again = prompt("sql", printed.out, "--json").envelope["data"]["rows"]
    assert again == [list(row.values())]


@pytest.mark.usefixtures("released")
def test_a_share_is_shown_with_its_unit_its_total_and_its_status(prompt: Prompt) -> None:
    shown = prompt(*ASKED).out
    for word in ("USA", "3.00", "kg", "0.3", "partners_listed", "estimated"):
        assert word in shown


@pytest.mark.usefixtures("released")
def test_sql_as_of_is_a_call_with_its_time(prompt: Prompt) -> None:
    printed = prompt(*ASKED, "--as-of", "2026-09-01", "--sql").out
    assert "marts.measure_as_of(timestamptz '2026-09-01T00:00:00Z', 'li_ion', 'value'" in printed


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nothing", "value", "GEN_VAL", "CHN", "CY"), "no basket 'nothing'"),
        (("li_ion", "weight", "GEN_VAL", "CHN", "CY"), "no measure 'weight'; there are: value"),
        (("li_ion", "value", "CIF", "CHN", "CY"), "no basis of imports 'CIF'; there are: GEN_VAL"),
        (("li_ion", "value", "GEN_VAL", "CHN+XYZ", "CY"), "no country 'XYZ'"),
        (("li_ion", "value", "GEN_VAL", "CHN", "year"), "no period type 'year'"),
        (("li_ion", "value", "GEN_VAL", "CHN", "CY", "--reporter", "US"), "no reporter 'US'"),
        (("li_ion", "value", "GEN_VAL", "CHN", "CY", "--reporter", ""), "no reporter ''"),
        (("li_ion", "value", "GEN_VAL", "CHN", "CY", "--as-of", "then"), "--as-of 'then'"),
        (("li_ion", "value", "GEN_VAL", "CHN", "CY", "--as-of", ""), "--as-of ''"),
        (("li_ion", "value", "GEN_VAL", "CHN", "CY", "--as-of", "0001-01-01T00:00+14:00"), "--as-of '0001"),
        (("li_ion", "value", "GEN_VAL", "CHN", "CY", "--as-of", "9999-12-31T23:59-12:00"), "--as-of '9999"),
    ],
)
def test_what_cannot_be_meant_is_a_usage_error(prompt: Prompt, words: tuple[str, ...], said: str) -> None:
    answer = prompt("measure", *words, "--json")
    assert answer.code == 2
    assert said in answer.envelope["errors"][0]["message"]


@pytest.mark.usefixtures("released")
@pytest.mark.parametrize("place", range(1, len(ASKED)))
@pytest.mark.parametrize(
    "word",
    [
        "x" * 10_000,
        "+".join(f"{n:03}" for n in range(3_000)),
        "'; drop table staging.country; --",
        "\x1b]0;x\x07中",
    ],
)
def test_what_it_refuses_is_told_in_one_short_line(prompt: Prompt, place: int, word: str) -> None:
    answer = prompt(*ASKED[:place], word, *ASKED[place + 1 :], "--json")
    assert answer.code == 2
    message = answer.envelope["errors"][0]["message"]
    assert message.startswith("no ")
    assert len(message) < 250
    assert message.isprintable()


def test_a_release_made_by_another_version_is_named(prompt: Prompt, live_home: Home) -> None:
    release = standin.publish(live_home, "one")
    assert release is not None
    for words in (ASKED, ("replicate",)):
        answer = prompt(*words, "--json")
        assert answer.code == 3
        assert "was made by another version of chokepoint" in answer.envelope["errors"][0]["message"]
    release.database.chmod(0o644)
    release.database.write_bytes(release.database.read_bytes()[:5000])
    for words in (ASKED, ("alert",), ("replicate",)):
        answer = prompt(*words, "--json")
        assert answer.code == 3
        assert "warehouse.duckdb cannot be read" in answer.envelope["errors"][0]["message"]


def test_without_a_release_there_is_nothing_to_measure(prompt: Prompt, live_home: Home) -> None:
    assert prompt(*ASKED).code == 3
