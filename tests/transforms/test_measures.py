"""`marts.measure` is marts.exposure where that has the definition, and a reading in plain Python where it has not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from tests.transforms.drawn import draw
from tests.transforms.lake import Lake, day, month
from tests.transforms.models import Compiled, compiled
from tests.transforms.reckoned import EVIDENCE, add
from tests.transforms.reckoned_marts import Basket, Marts
from tests.transforms.test_trade_recomputed import plain, same, seeds_of
from transforms import as_of, measures
from transforms.measures import Definition, UnknownDefinition
from warehouse.query import QueryFailed, query

STORED = "basket_id || '@' || basket_version, measure, flow_basis, partner_definition, period_type"
KEY = "reporter, basket_id, basket_version, is_current_version, measure, unit, method_status, flow_basis, partner_definition, period, period_type"
END = "share, coverage_codes, n_codes_answered, n_codes, cy_method, source, currency, data_vintage, evidence"
OURS = f"{KEY}, numerator, denominator, denominator_kind, {END}"
THEIRS = f"{KEY}, exposed_amount, import_amount, denominator, {END}"
FREE = ("DEU", "DEU+CHN", "EU27", "TWN+HKG+MAC", "CHN")
UNION, MEMBERS = "EU27", {"DEU"}
FEW = 40


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Compiled:
    """The models, built over the example of docs/measures.md: five rows of one month, and the same code by another basis."""
    lake = Lake()
    rows = {"5700": 600, "2010": 250, "1220": 50, "4280": 100, "-": 1000}
    lake.trade("answer", day(1), rows, period=month(2025, 1))
    asked_for = {"period": month(2025, 1), "basis": "CON_VAL"}
    lake.trade("asked for", day(1), {"5700": 400, "-": 500}, partners=["5700", "-"], **asked_for)
    return compiled(tmp_path_factory.mktemp("measures"), "+measure_definition", lake)


@pytest.fixture(scope="module")
def example(models: Compiled) -> Path:
    target = models.database.parent / "dbt"
    as_of.create(models.database, target)
    measures.create(models.database, target)
    return models.database


@contextmanager
def built(models: Compiled, lake: Lake) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse with the macros."""
    nodes = as_of.nodes(models.database.parent / "dbt")
    with models.build(lake) as connection:
        asked = f"select sql_template from marts.measure_definition where id = '{measures.DEFINITION}'"
        (template,) = connection.execute(asked).fetchall()[0]
        for statement in measures.statements(template, nodes):
            connection.execute(statement).fetchall()
        yield connection


def measured(
    connection: Any, columns: str, *arguments: str, macro: str = "measure("
) -> list[tuple[Any, ...]]:
    asked = f"select {columns} from marts.{macro}?, ?, ?, ?, ?)"
    return list(connection.execute(asked, list(arguments)).fetchall())


@pytest.mark.parametrize("seed", [0, 7])
def test_a_stored_definition_is_the_mart_row_by_row_now_and_then(models: Compiled, seed: int) -> None:
    drawn = draw(seed)
    then = f"timestamptz '{Random(seed).choice(drawn.times).isoformat()}'"
    with built(models, drawn.lake) as connection:
        stored = connection.execute(f"select distinct {STORED} from marts.exposure").fetchall()
        some = Random(seed).sample(sorted(stored), min(FEW, len(stored)))
        now = [row for one in some for row in measured(connection, OURS, *one)]
        assert same(connection, THEIRS, f"marts.exposure where ({STORED}) in {tuple(some)!r}", now) > 0
        one = some[0]
        earlier = measured(connection, OURS, *one, macro=f"measure_as_of({then}, ")
        where = f"marts.exposure_as_of({then}) where ({STORED}) = {one!r}"
        same(connection, THEIRS, where, earlier)


@pytest.mark.parametrize("seed", [3, 9])
def test_any_countries_are_what_the_lake_says_of_them(models: Compiled, seed: int) -> None:
    lake = draw(seed).lake
    with built(models, lake) as connection:
        marts = Marts(lake, seeds_of(connection))
        baskets = list(marts._baskets())
        every = sorted({_asked(b) for b in baskets})
        asked = Random(seed).sample(every, min(FEW // len(FREE), len(every)))
        columns = "basket_id, basket_version, reporter, flow_basis, period, period_type, measure, partner_definition, numerator, share, n_obs, evidence"
        found = [
            row
            for basket, measure, basis, kind in asked
            for partners in FREE
            for row in measured(connection, columns, basket, measure, basis, partners, kind)
        ]
        assert {measure for _, measure, _, _ in asked} > {"value"}
        chosen = [b for b in baskets if _asked(b) in asked]
        assert plain(found) == plain(row for basket in chosen for row in _expected(basket))


def _asked(basket: Basket) -> tuple[str, str, str, str]:
    name, version, _, basis, _, kind, measure = basket.name
    return f"{name}@{version}", measure, basis, kind


def _expected(basket: Basket) -> Iterator[tuple[Any, ...]]:
    whole = all(answer.is_whole for answer in basket.answers)
    ranks = [cell.rate_rank for cell in basket.cells]
    ranks += [said.evidence for cell in basket.cells for said in cell.said.values()]
    inside = MEMBERS if UNION in basket.sent and basket.sent[UNION] != 0 else set()
    for definition in FREE:
        zeros = {
            p: Decimal(0) if whole and p not in {UNION, *inside} else None for p in definition.split("+")
        }
        value = add(basket.sent.get(partner, zero) for partner, zero in zeros.items())
        end = (len(basket.cells), EVIDENCE[max(ranks) - 1])
        yield (*basket.name, definition, value, basket.share(value), *end)


def asked(partners: str = "MEX+CAN", **changes: str) -> Definition:
    given = {"basket": "li_ion", "measure": "value", "basis": "GEN_VAL", "period_type": "M"}
    return Definition(partner_definition=partners, **{**given, **changes})


def test_the_example_of_the_docs(example: Path) -> None:
    columns = (
        "numerator",
        "denominator",
        "share",
        "n_codes",
        "coverage_codes",
        "n_obs",
        "denominator_kind",
        "reason",
    )
    found = query(example, measures.sql(example, asked(), "USA"))
    (row,) = (dict(zip(found.columns, row, strict=True)) for row in found.rows)
    assert [row[name] for name in columns] == [300, 1000, 0.3, 1, 1.0, 1, "all_partners", None]


def test_a_partner_that_was_not_asked_for_is_unknown_and_absent_from_a_whole_listing_zero(
    example: Path,
) -> None:
    def one(definition: Definition) -> list[tuple[Any, ...]]:
        text = measures.sql(example, definition)
        return query(example, f"select numerator, share, reason from ({text})").rows

    assert one(asked("VNM")) == [(0, 0.0, None)]
    assert one(asked("CHN", basis="CON_VAL")) == [(400, 0.8, None)]
    unknown = "a partner of the definition is neither listed nor asked for"
    assert one(asked("CHN+VNM", basis="CON_VAL")) == [(None, None, unknown)]
    assert one(asked("EU27")) == [(None, None, unknown)], "a union is never zero by absence"


def test_known_at_a_time_before_the_figures_there_is_nothing(example: Path) -> None:
    before, after = datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    assert query(example, measures.sql(example, asked(), known_at=before)).rows == []
    now, then = (query(example, measures.sql(example, asked(), known_at=at)).rows for at in (None, after))
    assert now == then


@pytest.mark.parametrize(
    ("definition", "words"),
    [
        (asked(basket="nothing"), "no basket 'nothing'"),
        (asked(basket="li_ion@9.9.9"), "no basket 'li_ion@9.9.9'"),
        (asked(basket="li_ion@"), "no basket 'li_ion@'"),
        (asked(basket="li_ion@1.0.0@1.0.0"), "no basket 'li_ion@1.0.0@1.0.0'"),
        (asked(measure="price"), "no measure 'price'; there are: quantity, value, weight"),
        (asked(basis="TOT_EXP"), "no basis of imports 'TOT_EXP'; there are: CON_VAL, GEN_VAL"),
        (asked(period_type="CQ"), "no period type 'CQ'"),
        (asked("CHM"), "no country 'CHM'"),
        (asked("CHN+EU27"), "no country 'EU27'"),
        (asked("CHN+CHN"), "names a country twice"),
        (asked("x'; drop"), "no country"),
    ],
)
def test_what_cannot_be_meant_is_refused_by_name_and_by_the_macro(
    example: Path, definition: Definition, words: str
) -> None:
    with pytest.raises(UnknownDefinition, match=words):
        measures.sql(example, definition)
    with pytest.raises(QueryFailed, match=r"no such|not a list"):
        query(example, measures.text(measures.template(example), definition))


@pytest.mark.parametrize("macro", ["measure(", "measure_as_of(now(), "])
@pytest.mark.parametrize("place", range(len(measures.ARGUMENTS)))
def test_an_argument_that_is_null_or_no_text_is_named_and_never_no_rows(
    example: Path, macro: str, place: int
) -> None:
    for value, words in (
        ("null", f"{measures.ARGUMENTS[place]} is NULL"),
        ("7", r"(no such|not a list).*: 7"),
    ):
        given = ["'li_ion'", "'value'", "'GEN_VAL'", "'CHN'", "'M'"]
        given[place] = value
        with pytest.raises(QueryFailed, match=words):
            query(example, f"from marts.{macro}{', '.join(given)})")


@pytest.mark.parametrize("known_at", ["null", "cast(null as timestamptz)"])
def test_no_time_is_no_time_to_know_something_at(example: Path, known_at: str) -> None:
    for macro in ("exposure_as_of(", "measure_as_of("):
        arguments = (
            known_at
            if macro.startswith("exposure")
            else f"{known_at}, 'li_ion', 'value', 'GEN_VAL', 'CHN', 'M'"
        )
        with pytest.raises(QueryFailed, match="known_at is NULL"):
            query(example, f"select count(*) from marts.{macro}{arguments})")


def test_the_template_is_a_prepared_question_and_the_macro_has_a_comment(example: Path) -> None:
    values = {
        "basket": "li_ion",
        "measure": "value",
        "basis": "GEN_VAL",
        "partner_definition": "CHN",
        "period_type": "M",
    }
    template = measures.template(example)
    with duckdb.connect(str(example), read_only=True) as connection:
        rows = connection.execute(template, values).fetchall()
        assert (
            rows
            == connection.execute("from marts.measure('li_ion', 'value', 'GEN_VAL', 'CHN', 'M')").fetchall()
        )
        comments = connection.execute(
            "select count(*) from duckdb_functions() where function_name in ('measure', 'measure_as_of') and comment like '%basket%'"
        ).fetchall()
        other = connection.execute(
            "select id, sql_template from marts.measure_definition where table_macro is null"
        ).fetchall()
        found = {
            name: connection.execute(
                sql, {k: values[k] for k in ("basket", "measure", "basis", "period_type")}
            ).fetchall()
            for name, sql in other
        }
    assert comments == [(2,)]
    assert {name: len(rows) for name, rows in found.items()} == {"hhi": 1}
