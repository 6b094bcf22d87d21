"""The sample's customs and rate figures, added up in plain Python from what the parsers read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from contracts.document import Slice
from extractors import registry
from tests.recorded import SAMPLES, answers, sample_queries

ORIGIN = Path(__file__).parents[2] / "shared/data"
JULY = date(2026, 7, 1)


@cache
def read(name: str, day: str) -> list[dict]:
    """All rows a source gives on a day."""
    source = registry.source(name)
    found = [saved for _, saved in answers(source, day) if saved]
    return [row for saved in found for _, batch in source.parse(saved) for row in batch.to_pylist()]


def flows(name: str, day: str, **wanted: object) -> Iterator[dict]:
    return (row for row in read(name, day) if all(row[key] == value for key, value in wanted.items()))


def china_share(rows: list[dict]) -> float:
    """China over the world row, in percent with one decimal."""
    china, world = (sum(r["value"] for r in rows if r["partner_code"] == code) for code in ("5700", "-"))
    return round(float(100 * china / world), 1)


def lithium_ion(day: str, period: date) -> list[dict]:
    wanted = {"code": "850760", "flow_basis": "GEN_VAL", "period_type": "YTD", "period": period}
    return list(flows("us_census_api", day, **wanted))


def test_chapters_84_85_90_of_2018() -> None:
    rows = [
        row
        for row in flows("us_census_api", "day1", flow_basis="CON_VAL", level="HS2", period_type="M")
        if row["period"].year == 2018
    ]
    world = sum(row["value"] for row in rows if row["partner_kind"] == "world")
    assert round(world / 10**9, 1) == Decimal("833.9")
    assert china_share(rows) == 34.2
    assert sum(row["duty"] for row in rows if row["partner_code"] == "5700") > 10**9


def test_lithium_ion_by_year_and_to_july_on_the_second_day() -> None:
    assert china_share(lithium_ion("day1", date(2024, 12, 1))) == 69.1
    assert china_share(lithium_ion("day1", date(2025, 12, 1))) == 59.3
    assert lithium_ion("day1", JULY) == []
    assert china_share(lithium_ion("day2", JULY)) == 39.3


def test_the_port_file_and_the_api_give_the_same_months() -> None:
    key = ("code", "partner_code", "period")
    ports = {tuple(r[k] for k in key): r["value"] for r in flows("us_census_port", "day1")}
    api = {
        tuple(r[k] for k in key): r["value"]
        for r in flows("us_census_api", "day1", code="850760", flow_basis="GEN_VAL", period_type="M")
        if r["partner_kind"] == "country" and r["period"] in (date(2025, 6, 1), date(2025, 7, 1))
    }
    assert ports == api
    assert sum(v for (*_, month), v in ports.items() if month.month == 7) == 2_058_926_190


def test_hs6_of_2024_are_the_sums_of_their_ten_digit_lines() -> None:
    sums: dict[tuple[str, str], Decimal] = {}
    year = {"flow_basis": "CON_VAL", "period_type": "YTD"}
    for row in flows("us_census_api", "day1", level="HS10", **year):
        key = row["code"][:6], row["partner_code"]
        sums[key] = sums.get(key, Decimal(0)) + row["value"]
    six = {
        (r["code"], r["partner_code"]): r["value"]
        for r in flows("us_census_api", "day1", level="HS6", **year)
    }
    assert six == sums
    assert (len({code for code, _ in six}), len({partner for _, partner in six})) == (120, 50)
    assert len(list(flows("us_census_api", "day1", level="HS10", **year))) == 9_834


def test_memory_chips_have_their_group_rows() -> None:
    rows = list(flows("us_census_api", "day1", code="854232", flow_basis="GEN_VAL"))
    world = next(row["value"] for row in rows if row["partner_kind"] == "world")
    assert sum(row["value"] for row in rows if row["partner_kind"] == "country") == world == 622_497_725
    assert sum(row["partner_kind"] == "group" for row in rows) == 19


@pytest.mark.parametrize(("day", "newest"), [("day1", date(2026, 6, 1)), ("day2", JULY)])
def test_a_day_has_no_later_month_than_was_out(day: str, newest: date) -> None:
    assert max(row["period"] for row in read("us_census_api", day)) == newest
    power = list(flows("us_census_api", day, level="HS6", period_type="M", code="850423"))
    assert max(row["period"] for row in power) == newest
    assert {row["partner_kind"] for row in power} == {"world"}


def test_only_two_requests_find_nothing_on_the_first_day() -> None:
    missing = [fetch.scope for fetch, saved in answers(registry.source("us_census_api"), "day1") if not saved]
    assert [(scope["codes"], scope["from"]) for scope in missing] == [
        (["850760"], "2026-07"),
        (["8507600030"], "2026-07"),
    ]
    assert all(saved for _, saved in answers(registry.source("us_census_api"), "day2"))


def test_this_years_answer_speaks_for_july_on_the_second_day_only() -> None:
    for day, complete in (("day1", 6), ("day2", 7)):
        pieces: list[Slice] = []
        for fetch, saved in answers(registry.source("us_census_api"), day):
            if saved and fetch.scope["from"] == "2026-01":
                with sample_queries():
                    pieces += registry.source("us_census_api").slices(saved)
        assert {piece.period.month for piece in pieces if piece.complete} == set(range(1, complete + 1))


def test_port_files_speak_only_for_the_code_they_hold() -> None:
    source = registry.source("us_census_port")
    pieces = [piece for _, saved in answers(source, "day1") if saved for piece in source.slices(saved)]
    assert {piece.code_prefix for piece in pieces} == {"850760"}


def test_every_row_is_rebuilt_and_none_is_blank() -> None:
    for name in ("us_census_api", "us_census_port", "ecb_fx"):
        assert {saved.evidence for _, saved in answers(registry.source(name), "day2") if saved} == {"rebuilt"}
    assert {row["status"] for row in read("us_census_api", "day2")} == {"reported"}


def test_rates_run_from_2013_to_the_newest_day() -> None:
    dollars = [row for row in read("ecb_fx", "day1") if row["quote"] == "USD"]
    assert min(row["rate_date"] for row in dollars) == date(2013, 1, 2)
    assert max(row["rate_date"] for row in dollars) == date(2026, 10, 30)


def test_the_same_tables_give_the_same_recordings(tmp_path: Path) -> None:
    if not ORIGIN.exists():
        pytest.skip("the tables the recordings were rebuilt from are not at hand")
    from samples.rebuild import write

    with sample_queries():
        write(ORIGIN, tmp_path, say=lambda line: None)
    for day in ("day1", "day2"):
        names = sorted(path.name for path in (tmp_path / day).iterdir())
        kept = [p.name for s in ("us_census_*", "ecb_fx-*") for p in (SAMPLES / day).glob(s)]
        assert names == sorted(kept)
    for name in ("us_census_api", "us_census_port", "ecb_fx"):
        for day in ("day1", "day2"):
            again = [saved for _, saved in answers(registry.source(name), day, tmp_path)]
            assert again == [saved for _, saved in answers(registry.source(name), day)]
