"""Who is on which list, since when and by which source; and what is not said where nobody looked."""

from __future__ import annotations

import csv
import itertools
import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.policy.models import CMIC, ENTITY_LIST, RECORDED, Built, Models, models, snapshot
from tests.transforms.lake import Lake, day

__all__ = ["models"]

ROOT = Path(__file__).parents[2]
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

# What the recorded table says of the 21 vendors: list -> (since, until, evidence) of each interval.
DATA, SAID = "list_data", "third_party_statement"
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
SEED_LISTS = ("us_1260h", "us_889", "us_154", "us_5949", "us_fcc_covered")


def _seed(name: str) -> list[dict[str, str]]:
    with (ROOT / "transforms" / "seeds" / f"{name}.csv").open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _recorded(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _documented_query() -> str:
    text = (ROOT / "docs" / "restrictions.md").read_text(encoding="utf-8")
    return re.findall(r"```sql\n(.*?)```", text, re.DOTALL)[0]


@pytest.fixture(scope="module")
def empty(models: Models) -> Built:
    return models.build(Lake())


@pytest.fixture(scope="module")
def answer(empty: Built) -> list[dict[str, Any]]:
    return empty.query(_documented_query())


def _text(value: date | None) -> str | None:
    return value and value.isoformat()


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
                interval = (_text(row["valid_from"]), _text(row["valid_until"]), row["evidence"])
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
        assert (ended["status"], _text(ended["valid_from"]), _text(ended["valid_until"])) == (
            "ended",
            since,
            "2026-02-17",
        )
        assert (again["status"], _text(again["valid_from"]), again["valid_until"]) == (
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
    assert len(rows) == len(_seed("company"))
    huawei = rows["huawei"]
    assert (huawei["n_lists"], huawei["lists"]) == (3, "us_1260h; us_889; us_fcc_covered")
    assert huawei["lists_stated"] == "us_entity_list"
    assert (rows["h3c"]["n_lists"], rows["h3c"]["lists"], rows["h3c"]["lists_stated"]) == (
        0,
        None,
        "us_entity_list",
    )
    assert rows["china_mobile"]["lists_affiliate"] == "us_fcc_covered"
    in_csl = sum(1 for row in _seed("restriction_list") if row["csl_name"])
    assert rows["lenovo"]["n_lists_not_read"] == in_csl
    assert rows["microsoft"]["n_lists_not_read"] == in_csl + 1, "and nobody looked for it under section 1260H"


def test_no_row_rests_on_inference_or_memory() -> None:
    entries = _seed("restriction_entry")
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
    seeds = _seed("restriction_entry")
    assert {(r["list_id"], r["company_id"], r["entry"], r["evidence"]) for r in seeds} == carried
    dated = {(LISTS[r["list"]], company(r), r["start"], r["end"]) for r in rows if r["start"][:2] == "20"}
    kept = {(r["list_id"], r["company_id"], r["valid_from"], r["valid_until"]) for r in seeds}
    listed = {row for row in dated if (row[0], row[1]) in {(k[0], k[1]) for k in kept}}
    assert listed <= kept
    looked = {(LISTS[r["list"]], company(r)) for r in rows if r["status"] == "not_found"}
    assert {(r["list_id"], r["company_id"]) for r in _seed("restriction_check")} == looked


@recorded
def test_every_known_name_was_decided() -> None:
    decided = {(row["company_id"], row["alias"].lower()) for row in _seed("company_alias")}
    for row in _recorded(COMPANIES):
        names = set(row["aliases"].split("|")) - {""}
        own = set() if "(" in row["name"] else {row["name"]}
        missing = {name for name in names | own if (row["company_id"], name.lower()) not in decided}
        assert missing == set(), row["company_id"]


def test_a_short_name_counts_only_as_a_whole() -> None:
    for row in _seed("company_alias"):
        longest = max(re.findall(r"\w+", row["alias"]), key=len)
        if row["match"] == "phrase":
            assert len(longest) >= 5 or " " in row["alias"], row["alias"]
            assert row["reason"] in ("coined", "distinctive", "listed_name")
        if row["reason"] in ("short", "ordinary", "other_company"):
            assert row["match"] in ("whole", "none"), row["alias"]
        if row["reason"] == "other_company":
            assert row["match"] == "none"


def test_a_seed_entry_matches_as_the_seed_says(models: Models) -> None:
    lake = Lake()
    entries = [
        r for r in _seed("restriction_entry") if r["list_id"] not in ("us_fcc_covered", "us_entity_list")
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
    assert (_text(by_list["valid_from"]), by_list["evidence"], by_list["source"]) == (
        "2019-06-24",
        "synthetic",
        "us_csl",
    )


YMTC = {"name": "Yangtze Memory Technologies Co., Ltd."}
OTHER = {"name": "Somebody Else"}


def _versions(built: Built, name: str) -> list[tuple[Any, ...]]:
    rows = built.query(
        "select addresses, known_from, known_to, withdrawn from staging.restricted_party "
        f"where name = '{name}' order by known_from"
    )
    return [
        (r["addresses"], r["known_from"].date(), r["known_to"] and r["known_to"].date(), r["withdrawn"])
        for r in rows
    ]


def test_changed_and_changed_back_is_three_versions_and_one_restriction(models: Models) -> None:
    lake = Lake()
    for number, address in enumerate(("A", "B", "A", "A")):
        snapshot(lake, f"s{number}", day(number), [{**YMTC, "addresses": address}, OTHER])
    built = models.build(lake)
    first, second, third = (day(n).date() for n in range(3))
    assert _versions(built, YMTC["name"]) == [
        ("A", first, second, False),
        ("B", second, third, False),
        ("A", third, None, False),
    ]
    [row] = built.restrictions("ymtc", "us_entity_list")
    assert (row["status"], row["known_from"].date(), row["known_to"]) == ("listed", first, None)


@pytest.mark.parametrize("without", [1, 2])
def test_an_entry_that_goes_and_comes_back_is_two_intervals(models: Models, without: int) -> None:
    lake, back = Lake(), day(1 + without)
    for number, parties in enumerate(([YMTC, OTHER], *[[OTHER]] * without, [YMTC, OTHER])):
        snapshot(lake, f"s{number}", day(number), parties)
    built = models.build(lake)
    assert _versions(built, YMTC["name"]) == [
        (None, day(0).date(), day(1).date(), True),
        (None, back.date(), None, False),
    ]
    ended, listed = sorted(built.restrictions("ymtc", "us_entity_list"), key=lambda r: r["known_from"])
    assert (ended["status"], ended["known_to"].date(), ended["valid_until"]) == ("ended", day(1).date(), None)
    assert "no longer there" in ended["note"]
    assert (listed["status"], listed["known_from"].date()) == ("listed", back.date())


def test_an_id_made_of_the_content_ends_no_restriction(models: Models) -> None:
    lake = Lake()
    for number in range(3):
        party = {**YMTC, "entry_id": f"hash {number}", "addresses": f"{number} Street"}
        snapshot(lake, f"s{number}", day(number), [party, {**OTHER, "entry_id": "other"}])
    [row] = models.build(lake).restrictions("ymtc", "us_entity_list")
    assert (row["status"], row["known_from"].date(), row["document_id"]) == ("listed", day(0).date(), "s2")


def test_a_stated_end_ends_it(models: Models) -> None:
    lake = Lake()
    past, future = day(5).date(), day(5000).date()
    parties = [{**YMTC, "end_date": past}, {"name": "BYD Company Limited", "end_date": future}]
    snapshot(lake, "s", day(10), parties)
    built = models.build(lake)
    [over] = built.restrictions("ymtc", "us_entity_list")
    [lasting] = built.restrictions("byd", "us_entity_list")
    assert (over["status"], over["valid_until"]) == ("ended", past)
    assert (lasting["status"], lasting["valid_until"]) == ("listed", future)


def test_twins_of_one_id_are_told_apart(models: Models) -> None:
    lake = Lake()
    twins = [{**YMTC, "entry_id": "1", "addresses": a} for a in ("A", "B")]
    snapshot(lake, "s0", day(0), twins)
    snapshot(lake, "s1", day(1), list(reversed(twins)))
    built = models.build(lake)
    assert [v[0] for v in _versions(built, YMTC["name"])] == ["A", "B"]
    assert len(built.restrictions("ymtc", "us_entity_list")) == 1


def test_snapshots_in_any_order_of_arrival_are_one_history(models: Models) -> None:
    given = (([YMTC, OTHER], 0), ([OTHER], 2), ([{**YMTC, "addresses": "B"}, OTHER], 4))
    tables = []
    for order in itertools.permutations(given):
        lake = Lake()
        for parties, number in order:
            snapshot(lake, f"s{number}", day(number), parties)
        built = models.build(lake)
        found = [
            built.query(f"select * from {name} order by all")
            for name in ("staging.restricted_party", "staging.restriction", "marts.vendor_restriction")
        ]
        tables.append(found)
    assert all(table == tables[0] for table in tables)


def test_a_late_old_snapshot_becomes_history(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "new", day(3), [OTHER])
    snapshot(lake, "old", day(4), [YMTC, OTHER], released_at=day(1))
    [row] = models.build(lake).restrictions("ymtc", "us_entity_list")
    assert (row["status"], row["known_from"].date(), row["known_to"].date()) == (
        "ended",
        day(1).date(),
        day(3).date(),
    )


def test_a_list_is_read_only_when_the_newest_snapshot_holds_it(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "s0", day(0), [OTHER, {**OTHER, "list_name": CMIC}])
    snapshot(lake, "s1", day(1), [OTHER, {"name": "A Third"}])
    built = models.build(lake)
    [read] = built.restrictions("lenovo", "us_entity_list")
    assert (read["status"], read["document_id"], read["source"]) == ("no match by name", "s1", "us_csl")
    assert read["known_from"].date() == day(1).date()
    [gone] = built.restrictions("lenovo", "us_cmic")
    assert (gone["status"], gone["document_id"]) == ("list not read", None)


def test_what_a_part_of_the_list_does_not_hold_is_not_known(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "part", day(0), [YMTC])
    built = models.build(lake)
    [named] = built.restrictions("ymtc", "us_entity_list")
    assert named["status"] == "listed", "what it holds counts"
    [row] = built.restrictions("lenovo", "us_entity_list")
    assert (row["status"], row["source"], row["document_id"]) == ("list not read", None, None)
    assert row["note"] == "the snapshot of 2026-01-01 holds 1 parties: a part of the list"
    [said] = built.restrictions("sugon", "us_entity_list")
    assert said["note"] is None


def test_a_list_written_another_way_is_the_same_list(models: Models) -> None:
    lake = Lake()
    renamed = CMIC.replace("(CMIC)", "(NS-CMIC List)")
    snapshot(lake, "s", day(0), [{"name": "China Mobile Limited", "list_name": renamed}])
    [row] = models.build(lake).restrictions("china_mobile", "us_cmic")
    assert row["status"] == "listed"


def test_a_list_nobody_knows_loses_no_match(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "s", day(0), [{**YMTC, "list_name": "New List (NL) - Some Agency"}, OTHER])
    built = models.build(lake)
    [row] = built.restrictions("ymtc", "New List (NL) - Some Agency")
    assert (row["status"], row["authority"]) == ("listed", None)
    [other] = built.restrictions("lenovo", "New List (NL) - Some Agency")
    assert other["status"] == "no match by name"


def test_a_snapshot_that_settles_a_statement_says_so(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "s", day(0), [{"name": "Cambricon Technologies Corporation Limited"}, OTHER])
    built = models.build(lake)
    by_list, said = sorted(
        built.restrictions("cambricon", "us_entity_list"), key=lambda r: r["evidence"] == SAID
    )
    assert (by_list["document_id"], said["note"]) == ("s", None)
    [sugon] = built.restrictions("sugon", "us_entity_list")
    assert (sugon["status"], sugon["evidence"]) == ("listed", SAID)
    assert sugon["note"] == "the snapshot of 2026-01-01 holds no party matched by name"
    counted = {row["company_id"]: row for row in built.query("select * from marts.vendor")}
    assert (counted["cambricon"]["lists"], counted["cambricon"]["lists_stated"]) == ("us_entity_list", None)


def _many(count: int, **more: object) -> list[Mapping[str, object]]:
    return [{"name": f"Party {number}", **more} for number in range(count)]


def test_a_truncated_snapshot_is_blamed_and_a_smaller_loss_is_not(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "whole", day(0), _many(100))
    snapshot(lake, "less", day(1), _many(81))
    assert models.build(lake).blamed() == []
    snapshot(lake, "torn", day(2), _many(60))
    assert models.build(lake).blamed() == ["torn"]


def test_a_snapshot_without_one_of_its_lists_is_blamed(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "whole", day(0), [*_many(200), *_many(20, list_name=CMIC)])
    snapshot(lake, "torn", day(1), _many(205))
    assert models.build(lake).blamed() == ["torn"]


def test_of_two_that_contradict_the_one_that_came_later_is_blamed(models: Models) -> None:
    lake = Lake()
    snapshot(lake, "here", day(5), _many(10))
    snapshot(lake, "late", day(6), _many(100), released_at=day(1))
    assert models.build(lake).blamed() == ["late"]


def test_an_entry_of_the_seed_is_no_list_of_the_screening_list() -> None:
    lists = {row["list_id"]: row["csl_name"] for row in _seed("restriction_list")}
    assert lists["us_entity_list"] == ENTITY_LIST
    assert [lists[name] for name in SEED_LISTS] == [""] * len(SEED_LISTS)
