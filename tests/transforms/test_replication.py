"""Published figures: the list itself, what the sample's recordings give in plain Python, and figures that were lost."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from contracts.errors import CheckFailed
from extractors import registry
from tests.recorded import answers, sample_queries
from transforms import baskets
from transforms.replication import replicate
from warehouse import build as builds
from warehouse import release as releases
from warehouse.home import Home

FIGURES = Path(__file__).parents[2] / "transforms" / "replication" / "published_figure.csv"
STATISTICS = {"share", "numerator", "denominator", "hhi"}
MATCHED = {
    "sputnik_us_li_ion_2022",
    "sputnik_us_li_ion_chn_2022",
    "sputnik_us_li_ion_kor_2022",
    "sputnik_us_li_ion_jpn_2022",
    "forex_us_li_ion_pol_2022",
    "forex_us_li_ion_hun_2022",
    "forex_us_li_ion_deu_2022",
    "comtrade_us_li_ion_chn_share_2022",
}
MISSED = {"businesskorea_us_li_ion_chn_2020", "destatis_de_li_ion_chn_2022"}
NUMERIC = {"USA": "842", "DEU": "276", "CHN": "156", "KOR": "410", "JPN": "392", "POL": "616", "HUN": "348"}


def figures() -> list[dict[str, str]]:
    with FIGURES.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize("figure", figures(), ids=lambda figure: figure["figure_id"])
def test_a_figure_states_a_definition_or_why_there_is_none(figure: dict[str, str]) -> None:
    assert bool(figure["basket"]) or figure["why_not"]
    if figure["basket"]:
        baskets.load().find(figure["basket"])
    assert figure["why_not"] or figure["reporter"]
    assert figure["statistic"] != "share" or figure["partner_definition"]
    assert Decimal(figure["tolerance"]) >= 0
    assert figure["tolerance_reason"]
    assert figure["statistic"] != "share" or (
        figure["unit"] == "share of 1" and Decimal(figure["value"]) <= 1
    )
    if figure["tolerance_reason"].startswith("half a unit") and figure["relation"] == "equals":
        unit = 2 * Decimal(figure["tolerance"])
        assert Decimal(figure["value"]) % unit == 0, "the figure has no digit below its last one"


def test_what_the_recordings_of_un_comtrade_give_of_the_figures_read_as_cif() -> None:
    rows = _comtrade()
    asked = [one for one in figures() if one["basket"] == "li_ion" and one["flow_basis"] == "CIF"]
    outcome = {one["figure_id"]: _matches(one, rows) for one in asked}
    assert {name for name, match in outcome.items() if match} == MATCHED
    assert {name for name, match in outcome.items() if not match} == MISSED


def _comtrade() -> list[dict[str, Any]]:
    source = registry.source("un_comtrade")
    with sample_queries():
        saved = [one for _, one in answers(source, "day1") if one]
        return [row for one in saved for _, batch in source.parse(one) for row in batch.to_pylist()]


def _matches(figure: dict[str, str], rows: list[dict[str, Any]]) -> bool:
    here = [
        row
        for row in rows
        if row.get("code") == "850760"
        and row.get("reporter") == figure["reporter"]
        and str(row["period"]) == figure["period"]
        and row["period_type"] == figure["period_type"]
        and row.get("value") is not None
    ]
    partners = {NUMERIC[partner] for partner in figure["partner_definition"].split("+") if partner}
    numerator = sum(row["value"] for row in here if row["partner_code"] in partners)
    whole = sum(row["value"] for row in here if row["partner_kind"] == "country")
    found = {"numerator": numerator, "denominator": whole, "share": numerator / whole if whole else None}
    return abs(found[figure["statistic"]] - Decimal(figure["value"])) <= Decimal(figure["tolerance"])


def _release(home: Home, mark: str, outcomes: dict[str, str]) -> None:
    made = builds.candidate(home, builds.freeze(home, mark))
    with duckdb.connect(str(made.database)) as connection:
        for statement in (
            "create schema marts",
            "create schema meta",
            "create table meta.document (document_id varchar)",
        ):
            connection.execute(statement).fetchall()
        connection.execute(
            "create table marts.replication as select unnest(?) as figure_id, unnest(?) as outcome, 'p' as publication, 'share' as statistic, "
            "0.5 as published, 0.5 as computed, 0.1 as tolerance, 'share of 1' as unit, false as is_identity, false as is_negative, "
            "'read' as mark, null as reason, 'c' as claim, true as counts",
            [list(outcomes), list(outcomes.values())],
        ).fetchall()
        connection.execute(
            "create table marts.replication_source as select 'p' as publication, 'all match' as verdict, null as data_vintage"
        ).fetchall()
    builds.seal(made)
    made.finish([])
    releases.publish(home, made)


def test_after_a_rollback_the_release_before_is_the_older_one(home: Home) -> None:
    _release(home, "one", {"figure": "match"})
    _release(home, "two", {"figure": "miss"})
    _release(home, "three", {"figure": "match"})
    _release(home, "four", {"figure": "match"})
    releases.rollback(home, releases.releases(home)[1].name)
    rolled_back = replicate(home)
    assert rolled_back is not None
    assert rolled_back.lost == ("figure",)
    releases.rollback(home, releases.releases(home)[0].name)
    first = replicate(home)
    assert first is not None
    assert first.lost == (), "no release stands before the first"


def test_a_release_before_that_had_no_such_table_has_nothing_to_lose(home: Home) -> None:
    _release(home, "one", {})
    (older,) = releases.releases(home)
    _release(home, "two", {"figure": "miss"})
    older.database.unlink()
    with duckdb.connect(str(older.database)) as connection:
        connection.execute("create table other as select 1 as n").fetchall()
    found = replicate(home)
    assert found is not None
    assert found.lost == ()


def test_a_figure_that_the_release_before_reproduced_is_lost(home: Home) -> None:
    assert replicate(home) is None
    _release(home, "one", {"kept": "match", "lost": "match", "never": "miss"})
    first = replicate(home)
    assert first is not None
    first.require_kept()
    _release(home, "two", {"kept": "match", "lost": "miss", "never": "miss", "new": "miss"})
    second = replicate(home)
    assert second is not None
    assert second.lost == ("lost",)
    assert len(second.figures.rows) == 4
    with pytest.raises(CheckFailed, match=r"missed by .*: lost"):
        second.require_kept()
