"""What notices say, once each, at their newest version, under the kind that the rules give them."""

from __future__ import annotations

import csv
import itertools
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.policy.models import RECORDED, Built, Models, notices
from tests.transforms.lake import Lake, Row, day

SEEDS = Path(__file__).parents[2] / "transforms" / "seeds"
FOLDER = RECORDED / "federal_register"
PROGRAMS = FOLDER / "tariff_programs_hts_ch99_2026rev21.csv"
EVENTS = FOLDER / "fr_export_control_tariff_events_2020_2026.csv"
recorded = pytest.mark.skipif(
    not EVENTS.exists(), reason="the folder ../shared/data with the records is not here"
)

RULE: Row = {
    "document_number": "2025-05427",
    "document_type": "Rule",
    "title": "Additions to the Entity List",
    "action": "Final rule.",
    "agencies": "commerce-department; industry-and-security-bureau",
    "publication_date": date(2025, 3, 28),
    "cfr_references": "15 CFR 744",
}


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


def _events(built: Built) -> list[dict[str, Any]]:
    return built.query("select * from marts.policy_event where document_number is not null order by event_id")


def _event(built: Built, number: str = "2025-05427") -> dict[str, Any]:
    [found] = [row for row in _events(built) if row["document_number"] == number]
    return found


# titles of the register, with the kind each is
KINDS = [
    ("Addition of Entities to the Entity List", "entity_list"),
    (
        "Addition of Entity to the Entity List, and Addition of Entity to the Military End-User (MEU) List",
        "entity_list",
    ),
    (
        "Implementation of Additional Export Controls: Certain Advanced Computing and Semiconductor Manufacturing "
        "Items; Supercomputer and Semiconductor End Use; Entity List Modification",
        "export_control",
    ),
    ("Notice Regarding the Uyghur Forced Labor Prevention Act Entity List", "forced_labor"),
    ("Revisions to the Unverified List (UVL)", "end_user_list"),
    (
        "Expansion of Export, Reexport, and Transfer (in-Country) Controls for Military End Use or Military End "
        "Users in the People's Republic of China, Russia, or Venezuela",
        "export_control",
    ),
    ("Notice of Availability of Designation of Chinese Military Companies", "military_company_list"),
    ("Chinese Military-Industrial Complex Sanctions Regulations", "sanctions"),
    (
        "Amending Executive Order 13959Addressing the Threat From Securities Investments That Finance Communist "
        "Chinese Military Companies",
        "investment",
    ),
    (
        "Notice of Modification of Section 301 Action: China's Acts, Policies, and Practices Related to Technology "
        "Transfer, Intellectual Property, and Innovation",
        "tariff",
    ),
    (
        "Adjusting Imports of Semiconductors, Semiconductor Manufacturing Equipment, and Their Derivatives",
        "tariff",
    ),
    ("Further Modifying the Reciprocal Tariff Rates", "tariff"),
    ("Suspending Duty-Free De Minimis Treatment for All Countries", "tariff"),
    (
        "Large Power Transformers From the Republic of Korea: Final Results of Antidumping Duty Administrative Review",
        "antidumping",
    ),
    ("Common Alloy Aluminum Sheet From China; Institution of Five-Year Reviews", "antidumping"),
    (
        "Federal Acquisition Regulation: Prohibition on Certain Semiconductor Products and Services",
        "procurement_ban",
    ),
    (
        "Securing the Information and Communications Technology and Services Supply Chain: Connected Vehicles",
        "supply_chain",
    ),
    (
        "Imposition of Sanctions Against Belarus Under the Export Administration Regulations (EAR)",
        "export_control",
    ),
    (
        "Notice of Action: China's Acts, Policies, and Practices Related to Targeting of the Semiconductor Industry "
        "for Dominance",
        "tariff",
    ),
    ("Proposed Modifications to Open Access Transmission Tariff; Public Hearing", "other"),
    ("Tariff of Tolls", "other"),
    ("Electronic Tariff Filings; Corrections to Etariff Tables", "other"),
    ("Carrier Automated Tariffs", "other"),
    ("Fiscal Year 2026 Tariff-Rate Quota Allocations for Raw Cane Sugar", "other"),
    (
        "Proposed Information Collection; Comment Request; Voluntary Self-Disclosure of Violations of the Export "
        "Administration Regulations",
        "other",
    ),
    (
        "Foreign-Trade Zone (FTZ) 18; Authorization of Limited Production Activity; Halo Industries, Inc.",
        "other",
    ),
    ("Special Conditions: Airbus Model No. C-295 Airplane; Non-Rechargeable Lithium Batteries", "other"),
    ("Candidate Salaries", "other"),
]


def test_titles_have_their_kind(models: Models) -> None:
    lake = Lake()
    rows = [
        {"document_number": f"{n}", "title": title, "publication_date": date(2025, 1, 1)}
        for n, (title, _) in enumerate(KINDS)
    ]
    notices(lake, "d", day(0), "q", rows)
    found = {row["title"]: row["kind"] for row in _events(models.build(lake))}
    assert found == dict(KINDS)


def test_a_rule_asks_for_all_its_patterns_and_the_lowest_rank_decides(models: Models) -> None:
    lake = Lake()
    base: Row = {"publication_date": date(2025, 1, 1)}
    fcc = "federal-communications-commission"
    given = [
        ({"title": "Covered List Update", "agencies": fcc}, "covered_list"),
        ({"title": "Covered List Update", "agencies": "education-department"}, "other"),
        ({"title": "Plain Words", "cfr_references": "15 CFR 730; 15 CFR 744"}, "export_control"),
        ({"title": "Plain Words", "cfr_references": "15 CFR 7440"}, "other"),
        ({"title": "Plain Words", "cfr_references": "31 CFR 850"}, "investment"),
        ({"title": "Plain Words", "agencies": "foreign-assets-control-office"}, "sanctions"),
        ({"title": "ADDITIONS TO THE ENTITY LIST", "cfr_references": "15 CFR 744"}, "entity_list"),
    ]
    rows = [{**base, **row, "document_number": f"{n}"} for n, (row, _) in enumerate(given)]
    notices(lake, "d", day(0), "q", rows)
    found = [row["kind"] for row in _events(models.build(lake))]
    assert found == [kind for _, kind in given]


def test_every_rule_can_fit_something() -> None:
    rules = _rows(SEEDS / "policy_rule.csv")
    for rule in rules:
        patterns = [rule[name] for name in ("title", "agency", "cfr") if rule[name]]
        assert patterns, rule["rank"]
        for pattern in patterns:
            assert pattern == pattern.lower().replace("\\S", "\\s")
            assert duckdb.sql("select regexp_matches('', $p)", params={"p": pattern}).fetchall()


def test_a_document_found_by_several_queries_is_one_event(models: Models) -> None:
    lake = Lake()
    notices(lake, "d1", day(0), "export_control", [RULE])
    notices(lake, "d2", day(0), "entity_list", [RULE, RULE])
    built = models.build(lake)
    event = _event(built)
    assert (event["queries"], event["kind"], event["document_id"]) == (
        "entity_list; export_control",
        "entity_list",
        "d1",
    )
    assert event["evidence"] == "synthetic"
    [counted] = built.query("select count(*) as versions from staging.policy_notice")
    assert counted["versions"] == 1


def test_publication_is_not_effect(models: Models) -> None:
    lake = Lake()
    later: Row = {**RULE, "document_number": "2024-1", "effective_on": date(2025, 5, 1)}
    notices(lake, "d", day(0), "q", [RULE, later])
    built = models.build(lake)
    assert (_event(built)["publication_date"], _event(built)["effective_on"]) == (date(2025, 3, 28), None)
    assert _event(built, "2024-1")["effective_on"] == date(2025, 5, 1)
    assert _event(built, "2024-1")["publication_date"] == date(2025, 3, 28)
    assert {row["effective_until"] for row in _events(built)} == {None}


def test_a_corrected_notice_keeps_its_history(models: Models) -> None:
    lake = Lake()
    first, second = date(2025, 4, 1), date(2025, 5, 1)
    for number, (query, effective) in enumerate((("a", first), ("b", first), ("a", second), ("b", first))):
        notices(lake, f"d{number}", day(number), query, [{**RULE, "effective_on": effective}])
    built = models.build(lake)
    versions = built.query(
        "select effective_on, known_from, known_to from staging.policy_notice order by known_from"
    )
    assert [
        (v["effective_on"], v["known_from"].date(), v["known_to"] and v["known_to"].date()) for v in versions
    ] == [
        (first, day(0).date(), day(2).date()),
        (second, day(2).date(), day(3).date()),
        (first, day(3).date(), None),
    ]
    event = _event(built)
    assert (event["effective_on"], event["document_id"]) == (first, "d3")


def test_a_correction_is_an_event_of_its_own(models: Models) -> None:
    lake = Lake()
    correction: Row = {
        **RULE,
        "document_number": "C1-2025-05427",
        "title": "Additions to the Entity List; Correction",
        "correction_of": "2025-05427",
    }
    notices(lake, "d", day(0), "q", [RULE, correction])
    found = {row["document_number"]: row["correction_of"] for row in _events(models.build(lake))}
    assert found == {"2025-05427": None, "C1-2025-05427": "2025-05427"}


def test_an_answer_that_no_longer_holds_a_notice_ends_nothing(models: Models) -> None:
    lake = Lake()
    notices(lake, "d0", day(0), "q", [RULE])
    notices(lake, "d1", day(1), "q", [{**RULE, "document_number": "2025-1"}])
    built = models.build(lake)
    assert {row["document_number"] for row in _events(built)} == {"2025-05427", "2025-1"}


def test_without_notices_the_programs_stand_alone(models: Models) -> None:
    built = models.build(Lake())
    assert _events(built) == []
    programs = built.query("select * from marts.policy_event order by event_id")
    assert {row["event_id"] for row in programs} == {
        r["event_id"] for r in _rows(SEEDS / "policy_program.csv")
    }
    assert {row["evidence"] for row in programs} == {"list_data", "third_party_table"}
    assert {row["document_id"] for row in programs} == {None}


def test_answers_in_any_order_are_one_history(models: Models) -> None:
    given = ((date(2025, 4, 1), 0), (date(2025, 5, 1), 1), (None, 2))
    tables = []
    for order in itertools.permutations(given):
        lake = Lake()
        for effective, number in order:
            notices(lake, f"d{number}", day(number), f"q{number}", [{**RULE, "effective_on": effective}])
        built = models.build(lake)
        names = ("staging.policy_notice", "marts.policy_event")
        tables.append([built.query(f"select * from {name} order by all") for name in names])
    assert all(table == tables[0] for table in tables)


def test_categories_of_the_covered_list_are_events_without_a_vendor(models: Models) -> None:
    built = models.build(Lake())
    found = built.query(
        "select title, publication_date, effective_on, scope from marts.policy_event "
        "where kind = 'covered_list' order by effective_on"
    )
    assert [(row["effective_on"], row["publication_date"]) for row in found] == [
        (date(2026, 3, 23), None),
        (date(2026, 7, 28), None),
    ]
    assert {row["scope"] for row in found} == {"names a category of products and no company"}
    companies = {row["name"] for row in built.query("select name from staging.company")}
    assert not [row["title"] for row in found if any(name in row["title"] for name in companies)]


@recorded
def test_the_tariff_programs_are_the_recorded_table() -> None:
    seeds = {row["event_id"]: row for row in _rows(SEEDS / "policy_program.csv")}
    table = _rows(PROGRAMS)
    assert {f"hts99:{row['id']}" for row in table} == {e for e in seeds if e.startswith("hts99:")}
    for row in table:
        seed = seeds[f"hts99:{row['id']}"]
        assert (seed["title"], seed["action"], seed["url"]) == (row["name"], row["basis"], row["source_url"])
        assert (seed["effective_on"], seed["effective_until"]) == (row["effective_from"], row["effective_to"])
        assert seed["scope"] == f"HTS {row['heading_from']} to {row['heading_to']}"
        assert seed["evidence"] == "third_party_table"


@recorded
def test_kinds_of_the_recorded_notices(models: Models) -> None:
    lake = Lake()
    rows = [{**row, "publication_date": date.fromisoformat(row["publication_date"])} for row in _rows(EVENTS)]
    notices(lake, "d", day(0), "q", rows)
    found = _events(models.build(lake))
    assert len(found) == len({row["document_number"] for row in rows})
    for event in found:
        title = event["title"].lower()
        if title.startswith("implementation of additional export controls"):
            assert event["kind"] == "export_control", title
        elif "entity list" in title and "uyghur" not in title and "information collection" not in title:
            assert event["kind"] == "entity_list", title
        if any(
            word in title
            for word in ("etariff", "tolls", "quota", "foreign-trade zone", "special conditions:")
        ):
            assert event["kind"] == "other", title
        if "reciprocal tariff" in title or "section 301" in title:
            assert event["kind"] == "tariff", title
