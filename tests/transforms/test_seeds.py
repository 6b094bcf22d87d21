"""Code lists are what they say they are."""

from __future__ import annotations

import csv
from itertools import pairwise
from pathlib import Path

from transforms import baskets

SEEDS = Path(__file__).parents[2] / "transforms" / "seeds"
MODELS = SEEDS.parent / "models"


def _seed(name: str) -> list[dict[str, str]]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_partner_codes_lead_to_countries() -> None:
    countries = {row["iso3"] for row in _seed("country")}
    codes = _seed("partner_schedule_c")
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
    catalogue = baskets.load()
    definitions = {row["partner_definition"] for row in _seed("partner_definition")}
    countries = {row["iso3"] for row in _seed("country")}
    for row in _seed("headline_query"):
        name = "@".join(filter(None, (row["basket_id"], row["basket_version"])))
        assert catalogue.find(name).basket_id == row["basket_id"]
        assert (row["partner_definition"] in definitions) != bool(row["partner"])
        assert row["partner"] in {"", *countries}
        assert "value" not in row


def test_a_band_goes_from_narrow_to_wide() -> None:
    catalogue = baskets.load()
    families: dict[str, list[frozenset[str]]] = {}
    for row in sorted(_seed("basket_band"), key=lambda row: int(row["place"])):
        families.setdefault(row["band_id"], []).append(catalogue.find(row["basket_id"]).codes)
    for family in families.values():
        assert len(family) > 1
        assert all(narrow < wide for narrow, wide in pairwise(family))


def test_a_rule_has_a_reason_and_something_to_look_at() -> None:
    readings = "".join(path.read_text("utf-8") for path in MODELS.rglob("alert_reading_*.sql"))
    for row in _seed("alert_rule"):
        assert row["why"]
        assert row["origin"]
        assert f"'{row['rule_id']}'" in readings
