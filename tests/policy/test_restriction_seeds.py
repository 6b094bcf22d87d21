"""The seeds of restricted parties: what they carry of the recorded table, and what they do not."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from tests.policy.models import ENTITY_LIST, RECORDED
from tests.policy.restrictions import DATA, SAID, SEED_LISTS, seed

STATUS_TABLE = RECORDED / "restricted" / "vendor_list_status.csv"


COMPANIES = RECORDED / "companies.csv"


recorded = pytest.mark.skipif(
    not STATUS_TABLE.exists(), reason="the folder ../shared/data with the recorded table is not here"
)


LISTS = {
    "DoD Section 1260H": "us_1260h",
    "NDAA FY2019 s.889": "us_889",
    "NDAA FY2024 s.154 (DoD battery ban from 2027-10-01)": "us_154",
    "NDAA FY2023 s.5949": "us_5949",
    "FCC Covered List": "us_fcc_covered",
    "BIS Entity List": "us_entity_list",
}


OTHER_IDS = {
    "EVE Energy": "eve",
    "Ginlong Solis": "ginlong",
    "China Mobile": "china_mobile",
    "China Telecom": "china_telecom",
}


def _recorded(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def test_no_row_rests_on_inference_or_memory() -> None:
    entries = seed("restriction_entry")
    named = {(row["list_id"], row["company_id"]) for row in entries}
    routers = {"huawei", "zte", "h3c"}
    inverters = {"sungrow", "ginlong", "huawei", "chint"}
    for company in routers | inverters:
        texts = [
            r["entry"] for r in entries if (r["list_id"], r["company_id"]) == ("us_fcc_covered", company)
        ]
        assert not [text for text in texts if re.search("router|inverter", text, re.IGNORECASE)]
    assert not {("us_fcc_covered", company) for company in (routers | inverters) - {"huawei", "zte"}} & named
    assert not {("us_entity_list", "hisilicon"), ("us_entity_list", "ymtc")} & named, "from memory"
    assert ("us_entity_list", "cxmt") not in named, "a statement that it is not listed is no entry"
    assert {row["evidence"] for row in entries} == {DATA, SAID}
    assert {row["list_id"] for row in entries if row["evidence"] == SAID} == {"us_entity_list"}


@recorded
def test_the_seeds_are_the_recorded_table() -> None:
    def company(row: dict[str, str]) -> str:
        return OTHER_IDS.get(row["vendor"], row["vendor"].lower())

    rows = _recorded(STATUS_TABLE)
    refused = [r for r in rows if re.search("INFERENCE|memory", r["evidence_class"])]
    assert len(refused) == 7 + 2
    carried = {
        (LISTS[r["list"]], company(r), r["entry"], r["evidence_class"])
        for r in rows
        if r["evidence_class"] == DATA or (r["evidence_class"] == SAID and r["status"] == "listed")
    }
    seeds = seed("restriction_entry")
    assert {(r["list_id"], r["company_id"], r["entry"], r["evidence"]) for r in seeds} == carried
    dated = {(LISTS[r["list"]], company(r), r["start"], r["end"]) for r in rows if r["start"][:2] == "20"}
    kept = {(r["list_id"], r["company_id"], r["valid_from"], r["valid_until"]) for r in seeds}
    listed = {row for row in dated if (row[0], row[1]) in {(k[0], k[1]) for k in kept}}
    assert listed <= kept
    looked = {(LISTS[r["list"]], company(r)) for r in rows if r["status"] == "not_found"}
    assert {(r["list_id"], r["company_id"]) for r in seed("restriction_check")} == looked


@recorded
def test_every_known_name_was_decided() -> None:
    decided = {(row["company_id"], row["alias"].lower()) for row in seed("company_alias")}
    for row in _recorded(COMPANIES):
        names = set(row["aliases"].split("|")) - {""}
        own = set() if "(" in row["name"] else {row["name"]}
        missing = {name for name in names | own if (row["company_id"], name.lower()) not in decided}
        assert missing == set(), row["company_id"]


def test_a_short_name_counts_only_as_a_whole() -> None:
    for row in seed("company_alias"):
        longest = max(re.findall(r"\w+", row["alias"]), key=len)
        if row["match"] == "phrase":
            assert len(longest) >= 5 or " " in row["alias"], row["alias"]
            assert row["reason"] in ("coined", "distinctive", "listed_name")
        if row["reason"] in ("short", "ordinary", "other_company"):
            assert row["match"] in ("whole", "none"), row["alias"]
        if row["reason"] == "other_company":
            assert row["match"] == "none"


def test_an_entry_of_the_seed_is_no_list_of_the_screening_list() -> None:
    lists = {row["list_id"]: row["csl_name"] for row in seed("restriction_list")}
    assert lists["us_entity_list"] == ENTITY_LIST
    assert [lists[name] for name in SEED_LISTS] == [""] * len(SEED_LISTS)
