"""Codes over the editions of their nomenclature: series that are summed, and lines that were not in force."""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from tests.transforms.lake import Lake, day, month
from tests.transforms.models import Ask
from transforms.baskets import load

SEEDS = Path(__file__).parents[2] / "transforms" / "seeds"
LOOKUP = Path(__file__).parents[3] / "shared" / "data" / "customs" / "lookup"
NAME = "851771+851779"
ASKED = ("trade_monthly_spliced", "exposure")


def series(code: str) -> str:
    return (
        "select month, partner, codes, value_usd::double, denominator_usd::double, spliced "
        f"from marts.trade_monthly_spliced where code = '{code}' order by all"
    )


def split(later: tuple[tuple[str, dict[str, int | None], tuple[str, ...] | None], ...]) -> Lake:
    """851770 in December 2021, and what replaced it in January 2022."""
    lake = Lake()
    lake.trade("before", day(1), {"5700": 60, "4280": 40}, code="851770", period=month(2021, 12))
    for code, values, partners in later:
        lake.trade(code, day(2), values, code=code, period=month(2022, 1), partners=partners)
    return lake


def test_a_code_that_was_parted_goes_on_as_the_sum(ask: Ask) -> None:
    lake = split((("851771", {"5700": 30}, None), ("851779", {"5700": 20, "4280": 50}, None)))
    assert ask(lake, series(NAME)) == [
        (month(2021, 12), "CHN", "851770", 60, 100, True),
        (month(2021, 12), "DEU", "851770", 40, 100, True),
        (month(2022, 1), "CHN", "851771+851779", 50, 100, True),
        (month(2022, 1), "DEU", "851771+851779", 50, 100, True),
    ]
    for code in ("851770", "851771", "851779"):
        assert ask(lake, series(code)) == [], "never beside what was reported"


def test_a_part_without_an_answer_leaves_the_month_out(ask: Ask) -> None:
    lake = split((("851771", {"5700": 30}, None),))
    assert {row[0] for row in ask(lake, series(NAME))} == {month(2021, 12)}


def test_a_partner_not_asked_for_in_one_part_is_unknown(ask: Ask) -> None:
    named = ("-", "5700")
    lake = split((("851771", {"-": 40, "5700": 30}, named), ("851779", {"5700": 20, "4280": 50}, None)))
    assert [row[1:5] for row in ask(lake, series(NAME)) if row[0] == month(2022, 1)] == [
        ("CHN", NAME, 50, 110),
        ("DEU", NAME, None, 110),
        ("ROW", NAME, 10, 110),
    ]


def test_a_code_out_of_its_edition_is_in_no_sum(ask: Ask) -> None:
    lake = split((("851771", {"5700": 30}, None), ("851779", {"5700": 20}, None)))
    lake.trade("stale", day(3), {"5700": 999}, code="851770", period=month(2022, 1))
    assert [row[3] for row in ask(lake, series(NAME)) if row[0] == month(2022, 1)] == [50]


def test_all_others_are_as_reported_and_say_their_edition(ask: Ask) -> None:
    lake = Lake()
    for period in (month(2016, 12), month(2017, 1), month(2021, 12), month(2022, 1)):
        lake.trade(f"{period}", day(1), {"5700": 60}, period=period)
    found = ask(
        lake,
        "select hs_edition_in_force, code, codes, spliced, value_usd::double from marts.trade_monthly_spliced order by month",
    )
    assert found == [(edition, "850760", "850760", False, 60) for edition in ("2012", "2017", "2017", "2022")]


def _correlations(path: Path) -> Iterator[tuple[str, ...]]:
    """The rows of the second sheet of a workbook."""
    space = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with zipfile.ZipFile(path) as book:
        strings = etree.fromstring(book.read("xl/sharedStrings.xml")).findall("m:si", space)
        texts = ["".join(one.itertext()) for one in strings]
        for row in etree.fromstring(book.read("xl/worksheets/sheet2.xml")).iterfind(".//m:row", space):
            cells = [(cell.get("t"), cell.findtext("m:v", "", space)) for cell in row]
            yield tuple(texts[int(value)] if kind == "s" else value for kind, value in cells)


def _rows(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.skipif(not LOOKUP.exists(), reason="the folder ../shared/data with the correlations is not here")
def test_splices_are_in_the_correlations() -> None:
    rows = _rows("hs_splice")
    known = set(_correlations(LOOKUP / "HS2022_to_HS2017_correlation.xlsx"))
    for name in {row["spliced_code"] for row in rows}:
        [old] = [row["code"] for row in rows if row["spliced_code"] == name and row["hs_edition"] == "2017"]
        new = {(r["code"], r["correlation"]) for r in rows if r["spliced_code"] == name and r["code"] != old}
        new |= {(r["code"], r["correlation"]) for r in rows if r["code"] == old and r["hs_edition"] == "2022"}
        assert {(code, old, relation) for code, relation in new} <= known
        exact = {row[0] for row in known if row[1:] == (old, "n:1")}
        assert exact <= {code for code, _ in new}, "what wholly came from the old code is in the sum"


def _lines(period: date, *left_out: str, basket: str = "dc_broad_hts10") -> Lake:
    """A month of answers about every line of a basket but some."""
    lake = Lake()
    for code in sorted(load().find(basket).codes - set(left_out)):
        lake.trade(code, day(1), {"5700": 60, "4280": 40}, code=code, level="HS10", period=period)
    return lake


def _covered(basket: str) -> str:
    return (
        "select distinct n_codes, n_codes_answered, n_codes_moved, coverage_codes from marts.exposure "
        f"where basket_id = '{basket}' and period_type = 'M'"
    )


def test_a_line_that_had_ended_is_not_missing_and_its_goods_have_moved(ask: Ask) -> None:
    lake = _lines(month(2026, 2), "8507600020")
    assert ask(lake, _covered("dc_broad_hts10")) == [(72, 72, 1, 1.0)]


def test_a_line_in_force_without_an_answer_is_missing(ask: Ask) -> None:
    [found] = ask(_lines(month(2026, 1), "8507600020"), _covered("dc_broad_hts10"))
    assert found[:3] == (73, 72, 0)


def test_a_line_that_answers_out_of_its_days_counts(ask: Ask) -> None:
    assert ask(_lines(month(2026, 2)), _covered("dc_broad_hts10")) == [(73, 73, 0, 1.0)]


def test_a_line_without_a_recorded_day_is_taken_to_be_in_force(ask: Ask) -> None:
    basket = "waugh_high_v3"
    lake = _lines(month(2026, 6), "8541900000", "8507600020", basket=basket)
    [found] = ask(lake, _covered(basket))
    assert found[:3] == (654, 653, 1)


@pytest.mark.skipif(not LOOKUP.exists(), reason="the folder ../shared/data with the revisions is not here")
def test_every_recorded_revision_of_our_lines_is_there() -> None:
    held = {code for basket in load().baskets if basket.level == "HS10" for code in basket.codes}
    ours = {(row["code"], row["successor"]) for row in _rows("hts_line")}
    with (LOOKUP / "hts10_concordance_2025_revisions.csv").open(encoding="utf-8-sig", newline="") as lines:
        for row in csv.DictReader(lines):
            old, new = (row[name].replace("NA", "") for name in ("old_hts10", "new_hts10"))
            if {old, new} & held:
                assert ((old, new) if old else (new, "")) in ours
