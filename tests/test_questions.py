"""Every question of docs/questions.md has an answer, in the sample's release, or where that has none in a made one; and tables of the
release that no question asks for are what its lake makes them."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests import questions_lake
from tests.cli.conftest import Prompt
from tests.questions import PAGE, Question, figures, printed, questions, rewritten
from tests.sample_build import Sample, sample_release
from tests.transforms.agreed import agreed
from tests.transforms.derived_rows import MARTS, faults
from tests.transforms.reckoned_advantage import ADVANTAGE, LISTED, Exports
from tests.transforms.reckoned_buildout import BUILDOUT, country_buildout
from tests.transforms.reckoned_first_round import FIRST_ROUND, FirstRound, pairs_of
from tests.transforms.reckoned_published import PUBLISHED, published
from tests.transforms.sample_lake import lake_of
from tests.transforms.test_trade_recomputed import seeds_of
from warehouse.query import query

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
TEXT = PAGE.read_text(encoding="utf-8")
QUESTIONS = questions(TEXT)
ON_SAMPLE = [question for question in QUESTIONS if question.on_sample]
ON_LAKE = [question for question in QUESTIONS if not question.on_sample]


def by_title(question: Question) -> str:
    return question.title


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    return sample_release(tmp_path_factory.mktemp("sample") / "home")


@pytest.fixture(scope="module")
def sample(line: Sample) -> Path:
    return line.database


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return questions_lake.write(tmp_path_factory.mktemp("made"))


def test_the_whole_line_runs_on_the_sample(
    line: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    said = line.said[-1]
    # One sample feed is dead on purpose: its document is quarantined, and that alone may be wrong.
    assert {error["error"] for error in said["errors"]} <= {"SourceChanged"}
    assert said["data"]["refresh"]["outcome"] == "released"
    assert {report["source"] for report in said["data"]["fetched"]} >= {"ecb_fx", "news", "us_census_api"}
    monkeypatch.setenv("CHOKEPOINT_HOME", str(line.home.root))
    prompt = Prompt(capsys, tmp_path)
    counted = "select count(*) from marts.headline where evidence is not null"
    rows = prompt("sql", counted, "--json").envelope["data"]["rows"]
    assert (line.home.kind, rows[0][0] > 0) == ("sample", True)
    assert prompt("check").code == 0


def test_the_page_has_thirty_questions_no_two_alike() -> None:
    assert len({question.title for question in QUESTIONS}) == len(QUESTIONS) >= 30
    assert len({question.sql for question in QUESTIONS}) == len(QUESTIONS)
    assert TEXT.count("```sql") == len(QUESTIONS)


@pytest.mark.parametrize("question", ON_SAMPLE, ids=by_title)
def test_the_sample_answers_as_the_page_shows(question: Question, sample: Path) -> None:
    result = query(sample, question.sql)
    assert figures(result) > 0
    assert question.answer == printed(result), "write the answers anew: python -m tests.questions"


@pytest.mark.parametrize("question", ON_LAKE, ids=by_title)
def test_a_made_lake_answers_what_the_sample_cannot(question: Question, sample: Path, made: Path) -> None:
    assert figures(query(made, question.sql)) > 0
    assert figures(query(sample, question.sql)) == 0, "the sample has figures: mark the question so"
    assert question.answer is None, "invented figures are not shown"


def test_the_made_lake_calls_its_trade_synthetic(made: Path) -> None:
    found = query(made, "select distinct evidence from marts.exposure")
    assert found.rows == [("synthetic",)]


def test_the_sample_is_what_its_lake_makes_it(sample: Path) -> None:
    with duckdb.connect(str(sample), read_only=True) as connection:
        ours = Exports(lake_of(sample), seeds_of(connection))
        ours.floor = 100
        first = agreed(connection, *FIRST_ROUND, FirstRound(ours, pairs_of(connection)).rows())
        assert min(first["direct_share"], first["input_share"]) > 100
        assert agreed(connection, *ADVANTAGE, ours.revealed_advantage())["note"] > 100
        assert agreed(connection, *LISTED, ours.export_listed())["value_usd"] > 10
        grown = agreed(connection, *BUILDOUT, country_buildout(ours))
        assert min(grown["growth_year"], grown["china_share_year_before"], grown["hhi_year_before"]) > 50
        assert agreed(connection, *PUBLISHED, published(ours))["computed"] > 10


def test_every_derived_row_says_what_it_is(sample: Path, made: Path) -> None:
    told: set[str] = set()
    for database in (sample, made):
        with duckdb.connect(str(database), read_only=True) as connection:
            assert faults(connection) == []
            told |= {mart for mart in MARTS if connection.execute(f"from marts.{mart} limit 1").fetchall()}
    assert told == set(MARTS)


PAGE_OF_ONE = """# Page

## Group

### How many?

Words.

Runs on: sample

```sql
select 1 as n, null as m, 'a' as word
```
"""


def test_an_answer_is_written_into_the_page_once(made: Path) -> None:
    once = rewritten(PAGE_OF_ONE, made)
    assert questions(once)[0].answer == "n  m     word\n1  NULL  a"
    assert rewritten(once, made) == once


def test_a_heading_without_its_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="not in the form of a question: ### How many"):
        questions(PAGE_OF_ONE.replace("Runs on: sample", "Runs on: anything"))
