"""Who is on which list, since when and by which source; and what is not said where nobody looked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from tests.policy.models import Built, Models, snapshot
from tests.policy.restrictions import DATA, ROOT, SAID, SEED_LISTS, seed, text_of
from tests.transforms.lake import Lake, day

# What the recorded table says of the 21 vendors: list -> (since, until, evidence) of each interval.
EXPECTED: Mapping[str, Mapping[str, list[tuple[str | None, str | None, str]]]] = {
    "huawei": {
        "us_1260h": [("2021-06-03", None, DATA), ("2021-06-03", None, DATA)],
        "us_889": [(None, None, DATA)],
        "us_fcc_covered": [("2021-03-12", None, DATA)],
        "us_entity_list": [("2019-05-16", None, SAID)],
    },
    "zte": {"us_889": [(None, None, DATA)], "us_fcc_covered": [("2021-03-12", None, DATA)]},
    "inspur": {"us_1260h": [("2021-06-03", None, DATA)], "us_entity_list": [("2025-03-28", None, SAID)]},
    "sugon": {"us_1260h": [("2022-10-05", None, DATA)], "us_entity_list": [("2019-06-24", None, SAID)]},
    "h3c": {"us_entity_list": [(None, None, SAID)]},
    "lenovo": {},
    "catl": {"us_1260h": [("2025-01-07", None, DATA)], "us_154": [("2023-12-22", None, DATA)]},
    "byd": {"us_1260h": [("2026-06-08", None, DATA)], "us_154": [("2023-12-22", None, DATA)]},
    "sungrow": {},
    "ginlong": {},
    "hisilicon": {},
    "cambricon": {"us_entity_list": [(None, None, SAID)]},
    "phytium": {"us_entity_list": [("2021-04-08", None, SAID)]},
    "hygon": {"us_entity_list": [("2019-06-24", None, SAID)]},
    "ymtc": {
        "us_1260h": [("2024-01-31", "2026-02-17", DATA), ("2026-06-08", None, DATA)],
        "us_5949": [(None, None, DATA)],
    },
    "cxmt": {
        "us_1260h": [("2025-01-07", "2026-02-17", DATA), ("2026-06-08", None, DATA)],
        "us_5949": [(None, None, DATA)],
    },
    "foxconn": {},
    "tbea": {},
    "chint": {},
    "pinggao": {},
    "eve": {"us_1260h": [("2026-06-08", None, DATA)], "us_154": [("2023-12-22", None, DATA)]},
}


def _documented_query() -> str:
    text = (ROOT / "docs" / "restrictions.md").read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.*?)```", text, re.DOTALL)[0]


@pytest.fixture(scope="module")
def empty(models: Models) -> Built:
    return models.build(Lake())


@pytest.fixture(scope="module")
def answer(empty: Built) -> list[dict[str, Any]]:
    return empty.query(_documented_query())


def test_one_query_answers_for_every_vendor(empty: Built, answer: list[dict[str, Any]]) -> None:
    names = {
        row["company_id"]: row["name"] for row in empty.query("select company_id, name from marts.vendor")
    }
    assert {row["company"] for row in answer} == {names[vendor] for vendor in EXPECTED}
    for vendor, lists in EXPECTED.items():
        rows = [row for row in answer if row["company"] == names[vendor]]
        found: dict[str, list[tuple[str | None, str | None, str]]] = {}
        for row in rows:
            if row["status"] in ("listed", "ended"):
                assert row["source"]
                assert row["status"] == ("ended" if row["valid_until"] else "listed")
                interval = (text_of(row["valid_from"]), text_of(row["valid_until"]), row["evidence"])
                found.setdefault(row["list_id"], []).append(interval)
        assert found == dict(lists), vendor
        silent = {row["list_id"]: row["status"] for row in rows if row["list_id"] not in lists}
        assert {silent[name] for name in SEED_LISTS if name in silent} <= {"no match by name"}
        assert {status for name, status in silent.items() if name not in SEED_LISTS} == {"list not read"}


def test_every_company_meets_every_list_with_the_caution(empty: Built) -> None:
    [counted] = empty.query(
        "select count(distinct (company_id, list_id)) as pairs, "
        "(select count(*) from staging.company) * (select count(*) from staging.restriction_list) as wanted, "
        "count(*) filter (caution not like 'No match by name is not a clearance%') as silent "
        "from marts.vendor_restriction"
    )
    assert counted["pairs"] == counted["wanted"]
    assert counted["silent"] == 0


def test_a_company_nobody_looked_for_has_no_status(empty: Built) -> None:
    [row] = empty.restrictions("microsoft", "us_1260h")
    assert (row["status"], row["source"], row["known_from"]) == (None, None, None)
    [row] = empty.restrictions("microsoft", "us_889")
    assert row["status"] == "no match by name", "that list was read whole"


def test_removal_and_relisting(empty: Built) -> None:
    for vendor, since in (("cxmt", "2025-01-07"), ("ymtc", "2024-01-31")):
        ended, again = empty.restrictions(vendor, "us_1260h")
        assert (ended["status"], text_of(ended["valid_from"]), text_of(ended["valid_until"])) == (
            "ended",
            since,
            "2026-02-17",
        )
        assert (again["status"], text_of(again["valid_from"]), again["valid_until"]) == (
            "listed",
            "2026-06-08",
            None,
        )
        assert again["note"] == "listed again after the removal of 2026-02-17"
    [ended] = [row for row in empty.restrictions("ymtc", "us_1260h") if row["status"] == "ended"]
    assert "row of 2024-01-31 as open" in ended["note"]
    [renamed] = [row for row in empty.restrictions("china_telecom", "us_1260h") if row["status"] == "ended"]
    assert renamed["entry"] == "China Telecommunications Corporation"


def test_the_vendor_counts_what_its_lists_say(empty: Built) -> None:
    rows = {row["company_id"]: row for row in empty.query("select * from marts.vendor")}
    assert len(rows) == len(seed("company"))
    huawei = rows["huawei"]
    assert (huawei["n_lists"], huawei["lists"]) == (3, "us_1260h; us_889; us_fcc_covered")
    assert huawei["lists_stated"] == "us_entity_list"
    assert (rows["h3c"]["n_lists"], rows["h3c"]["lists"], rows["h3c"]["lists_stated"]) == (
        0,
        None,
        "us_entity_list",
    )
    assert rows["china_mobile"]["lists_affiliate"] == "us_fcc_covered"
    in_csl = sum(1 for row in seed("restriction_list") if row["csl_name"])
    assert rows["lenovo"]["n_lists_not_read"] == in_csl
    assert rows["microsoft"]["n_lists_not_read"] == in_csl + 1, "and nobody looked for it under section 1260H"


def test_a_seed_entry_matches_as_the_seed_says(models: Models) -> None:
    lake = Lake()
    entries = [
        r for r in seed("restriction_entry") if r["list_id"] not in ("us_fcc_covered", "us_entity_list")
    ]
    snapshot(lake, "s", day(1), [{"name": name} for name in sorted({r["entry"] for r in entries})])
    found = models.build(lake).matches()
    said = {(r["company_id"], r["entry"]): r["match"] for r in entries}
    assert found.items() <= said.items()
    missed = {said[key] for key in said.keys() - found.keys()}
    assert missed == {"affiliate"}, "China Mobile counts only as a whole name"


TRAPS: list[tuple[str, str | None, dict[str, str]]] = [
    # name, other names, company -> match
    ("Solis Holdings Limited", None, {}),
    ("Solis Ltd.", "SOLIS", {}),
    ("EVE Holding, Inc.", "EVE; Eve Air Mobility", {}),
    ("STEVE ENERGY CO., LTD.", None, {}),
    ("Hubei EVE Power Co., Ltd.", None, {}),
    ("eve   energy CO.,LTD", None, {"eve": "name"}),
    ("Apple Valley Trading LLC", "Apple Fze", {"apple": "alt_name"}),
    ("Oracle of Delphi Shipping", None, {}),
    ("South China Mobile Phone Factory", None, {}),
    ("Metallurgical Meta LLC", "Meta", {}),
    ("Google-like Systems", None, {"alphabet": "affiliate"}),
    ("Sungrowing Farms Ltd", None, {}),
    ("BYD (Shaoguan) Co., Ltd.", None, {}),
    ("BYD Co. Ltd.", None, {"byd": "name"}),
    ("Huawei Technologies Co., Ltd. (Huawei).", None, {"huawei": "name"}),
    (
        "Huawei Technologies Co., Ltd. (Huawei).  Affiliated Entity: Huawei Terminal (Shenzhen) Co., Ltd.",
        None,
        {"huawei": "affiliate"},
    ),
    (
        "Huawei Technologies Co., Ltd. (Huawei).  Affiliated Entity: HiSilicon Co., Ltd. (HiSilicon)",
        None,
        {"huawei": "affiliate", "hisilicon": "name"},
    ),
    (
        "Chengdu Haiguang Integrated Circuit",
        "Hygon; Chengdu Haiguang Jincheng Dianlu Sheji",
        {"hygon": "alt_name"},
    ),
    ("ＨＵＡＷＥＩ　ＴＥＣＨＮＯＬＯＧＩＥＳ　ＣＯ．，ＬＴＤ．", None, {"huawei": "name"}),
    ("<b>Cambricon</b>&nbsp;Technologies&#32;Corp.", None, {"cambricon": "name"}),
    ("Un\u200bnamed Ltd", "Phy\u200btium; Tian\u00adjin Phytium &amp; Co.", {"phytium": "alt_name"}),
    ("ZTE Corporation; and any successor, sub-unit, or subsidiary thereof", None, {"zte": "name"}),
    ("H3C", None, {"h3c": "name"}),
    ("New H3C Semiconductor Technologies Co., Ltd.", None, {"h3c": "affiliate"}),
]


def test_names_match_as_the_rules_say(models: Models) -> None:
    lake = Lake()
    parties: list[Mapping[str, object]] = [{"name": name, "alt_names": other} for name, other, _ in TRAPS]
    snapshot(lake, "s", day(1), parties)
    found = models.build(lake).matches()
    for name, _, expected in TRAPS:
        assert {c: match for (c, listed), match in found.items() if listed == name} == expected, name


def test_the_text_that_matched_is_kept(models: Models) -> None:
    lake = Lake()
    alt = "Hygon; Chengdu Haiguang Jincheng"
    snapshot(
        lake, "s", day(1), [{"name": "Chengdu Haiguang", "alt_names": alt, "start_date": date(2019, 6, 24)}]
    )
    rows = models.build(lake).restrictions("hygon", "us_entity_list")
    [by_list] = [row for row in rows if row["document_id"] == "s"]
    assert (by_list["entry"], by_list["matched"]) == ("Chengdu Haiguang", "Hygon")
    assert (text_of(by_list["valid_from"]), by_list["evidence"], by_list["source"]) == (
        "2019-06-24",
        "synthetic",
        "us_csl",
    )
