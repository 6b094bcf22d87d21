"""Code lists and baskets are what they say they are."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

from transforms.baskets import basket_hash

SEEDS = Path(__file__).parents[2] / "transforms" / "seeds"


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_every_basket_has_the_hash_of_its_list() -> None:
    members: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for row in _seed("basket_member"):
        members[row["basket_id"], row["version"]].append((row["level"], row["code"]))
    for row in _seed("basket"):
        own = members.pop((row["basket_id"], row["version"]))
        assert row["hash"] == basket_hash(row["version"], own), row["basket_id"]
        assert len(own) == len(set(own))
        assert {level for level, _ in own} == {row["level"]}
        assert {len(code) for _, code in own} == {int(row["level"].removeprefix("HS"))}
    assert members == {}


def test_a_changed_list_has_another_hash() -> None:
    assert basket_hash("1.0.0", [("HS6", "850760")]) != basket_hash("1.0.1", [("HS6", "850760")])
    assert basket_hash("1.0.0", [("HS6", "850760")]) != basket_hash("1.0.0", [("HS4", "850760")])


def test_basket_sizes() -> None:
    sizes: dict[str, int] = defaultdict(int)
    for row in _seed("basket_member"):
        sizes[row["basket_id"]] += 1
    named = (
        "ch84_85_90",
        "dc_core",
        "dc_broad",
        "dc_wide",
        "dc_broad_hts10",
        "power_stack_narrow",
        "fed3",
        "li_ion",
    )
    assert [sizes[name] for name in named] == [3, 13, 41, 83, 73, 12, 3, 1]


def test_partner_codes_lead_to_countries() -> None:
    countries = {row["iso3"] for row in _seed("country")}
    codes = _seed("schedule_c")
    assert {row["partner"] for row in codes if row["partner"]} <= countries
    assert [row for row in codes if row["kind"] == "country" and not row["partner"]] == []
    by_code = {row["code"]: row["partner"] for row in codes}
    assert [by_code[c] for c in ("5700", "5820", "5660", "5830", "4803", "7920")] == [
        "CHN",
        "HKG",
        "MAC",
        "TWN",
        "XKX",
        "NAM",
    ]


def test_the_union_has_27_members() -> None:
    members = [row["iso3"] for row in _seed("country_group") if row["country_group"] == "EU27"]
    assert len(set(members)) == len(members) == 27
    assert "GBR" not in members


def test_headlines_name_a_query_and_no_value() -> None:
    baskets = {row["basket_id"] for row in _seed("basket")}
    definitions = {row["partner_definition"] for row in _seed("partner_definition")}
    for row in _seed("headline_query"):
        assert row["basket_id"] in baskets
        assert row["partner_definition"] in definitions
        assert "value" not in row
