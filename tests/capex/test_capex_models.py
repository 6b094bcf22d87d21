"""What the models make of facts that are restated, rounded, late, doubled or missing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.capex.figures import (
    ALPHABET,
    AMAZON,
    COREWEAVE,
    META,
    NVIDIA,
    Built,
    Row,
    build,
    fact,
    lake_of,
    quoted,
    recorded,
)
from tests.transforms.lake import Lake

MILLION = 1_000_000
AT = "staging.capex_quarter where company_id = 'meta' and measure = 'ppe' and fiscal_year = 2023 and fiscal_quarter = 4"


def test_what_was_known_on_a_day(real: Built) -> None:
    def known(day: str) -> list[Row]:
        return real.ask(
            f"select value from {AT} and known_from <= date '{day}' and (known_to is null or known_to > date '{day}')"
        )

    assert known("2024-02-01") == []
    assert known("2024-03-01") == [{"value": 7665 * MILLION}]
    assert known("2025-01-29") == [{"value": 7665 * MILLION}]
    assert known("2025-06-01") == [{"value": 7592 * MILLION}]


def test_only_a_contradiction_of_the_companys_own_is_reported(real: Built) -> None:
    """Alphabet restated nine months and year of 2015, never the first two quarters."""
    assert real.failed() == ["capex_quarters_make_the_year"]
    [check] = [r for r in real.results if r.name == "capex_quarters_make_the_year"]
    assert (check.status, check.failures) == ("warn", 1)
    found = real.ask(
        "select sum(ppe_latest) as added from marts.capex_quarterly where company = 'alphabet' and fiscal_year = 2015"
    )
    assert found == [{"added": 9927 * MILLION}]


def test_a_restated_year_less_an_old_nine_months_is_refused(real: Built) -> None:
    found = real.quarter("alphabet", 2014, 4)
    assert (found["ppe_first"], found["ppe_latest"]) == (10959 - 7408, None)
    assert (found["accession_first"], found["accession_latest"]) == ("0001652044-16-000012", None)
    assert found["reason"].startswith("the longer value was restated")
    assert found["restated"] is None


def test_a_shorter_value_of_another_basis_is_refused(real: Built) -> None:
    """The nine months of 2016 came on a new basis, the half-year before them was still on the old one."""
    found = real.ask(
        "select method, value, refusal from staging.capex_candidate where company_id = 'alphabet' and measure = 'ppe' "
        "and fiscal_year = 2016 and fiscal_quarter = 3 and accession = '0001652044-16-000038' order by method"
    )
    assert [tuple(row.values()) for row in found] == [
        ("direct", 2554 * MILLION, None),
        ("ytd_diff", None, "contradicted"),
    ]
    half = real.ask(
        "select refusal from staging.capex_candidate where company_id = 'alphabet' and measure = 'ppe' "
        "and fiscal_year = 2015 and fiscal_quarter = 3 and accession = '0001652044-16-000038' and method = 'ytd_diff'"
    )
    assert half == [{"refusal": "restated"}]


def test_companies_without_quarters_say_why(real: Built) -> None:
    found = real.ask(
        "select company, reason, ppe_latest, evidence from marts.capex_quarterly where fiscal_year is null order by company"
    )
    reasons = {row["company"]: row["reason"] for row in found}
    assert reasons["adani"] == "files no reports with the SEC"
    assert reasons["oracle"] == "no facts read yet"
    assert {row["ppe_latest"] for row in found} == {None}
    everyone = real.ask("select count(distinct company) as n from marts.capex_quarterly")
    assert everyone == real.ask("select count(*) as n from staging.company")


def test_a_quarter_that_cannot_be_built_says_why(real: Built) -> None:
    rows = [real.quarter("coreweave", 2023, number) for number in (1, 2, 3, 4)]
    assert [row["ppe_latest"] for row in rows] == [None] * 4
    assert [row["reason"] for row in rows] == [
        "no value of these three months: only longer periods are known"
    ] * 3 + ["the year to date up to the quarter before was not known when the longer one was filed"]
    assert [row["calendar_quarter"] for row in rows] == [date(2023, month, 1) for month in (1, 4, 7, 10)]


def test_totals_name_their_firms_and_grow_only_among_the_same(real: Built) -> None:
    found = real.ask(
        "select * from marts.capex_total where company_group = 'hyperscaler' and calendar_quarter >= date '2024-10-01' "
        "order by calendar_quarter"
    )
    winter, spring, summer, *_ = found
    assert (winter["companies"], winter["companies_missing"]) == ("alphabet meta microsoft", "amazon oracle")
    assert winter["value_usd"] == (14276 + 14425 + 15804) * MILLION
    assert (winter["is_partial"], winter["n_companies"], winter["n_group"]) == (True, 3, 5)
    assert (spring["companies"], spring["growth_quarter"]) == ("alphabet amazon meta microsoft", None)
    assert summer["growth_quarter"] == round(float(summer["value_usd"]) / float(spring["value_usd"]) - 1, 12)
    assert spring["growth_year"] is None


ODD_ENDS = {
    "amd": ("0000002488", ""),
    "apple": ("0000320193", "12"),
    "broadcom": ("0001730168", "1331"),
    "ibm": ("0000051143", "0000"),
    "intel": ("0000050863", "31 Dec"),
    "oracle": ("0001341439", "0230"),
}


def _made_up() -> list[Row]:
    rows = [
        fact(META, "2024-01-01", "2024-03-31", 101, "a1", "2024-04-25"),
        fact(META, "2024-04-01", "2024-06-30", 102, "a2", "2024-07-25"),
        fact(META, "2024-01-01", "2024-06-30", 204, "a2", "2024-07-25"),
        fact(META, "2024-01-01", "2024-06-30", 204, "a4", "2025-07-25"),
        fact(META, "2024-07-01", "2024-09-30", 100, "a3", "2024-10-25"),
        fact(META, "2024-01-01", "2024-09-30", 304, "a3", "2024-10-25"),
        fact(META, "2024-01-01", "2024-06-30", 190, "a5", "2025-10-25"),
        fact(META, "2024-01-01", "2024-09-30", 299, "a5", "2025-10-25"),
        fact(ALPHABET, "2024-01-01", "2024-03-31", 100, "b1", "2024-04-25"),
        fact(ALPHABET, "2024-01-01", "2024-06-30", 90, "b2", "2024-07-25"),
        fact(AMAZON, "2021-01-01", "2021-09-30", 70, "q3", "2021-10-25"),
        fact(AMAZON, "2021-01-01", "2021-12-31", 100, "k1", "2022-02-01", form="10-K"),
        fact(AMAZON, "2021-01-01", "2021-12-31", 120, "k2", "2023-02-01", form="10-K"),
        fact(AMAZON, "2021-01-01", "2021-12-31", 120, "k3", "2024-02-01", form="10-K"),
        fact(COREWEAVE, "2024-01-01", "2024-03-31", 100, "c1", "2024-04-25"),
        fact(NVIDIA, "2022-01-31", "2023-01-29", 1833, "n1", "2023-02-24", form="10-K"),
        fact(NVIDIA, "2023-01-30", "2023-04-30", 248, "n2", "2023-05-26"),
        fact(NVIDIA, "2023-01-30", "2023-07-30", 537, "n3", "2023-08-25"),
        fact(NVIDIA, "2023-01-30", "2023-10-29", 815, "n4", "2023-11-21"),
        fact(NVIDIA, "2023-01-30", "2024-01-28", 1069, "n5", "2024-02-21", form="10-K"),
    ]
    for cik, _ in ODD_ENDS.values():
        rows.append(fact(cik, "2024-01-01", "2024-03-31", 100, f"{cik} q", "2024-04-25"))
        rows.append(fact(cik, "2023-01-01", "2023-12-31", 400, f"{cik} k", "2024-02-01", form="10-K"))
    return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Made-up facts: each company is one case."""
    ends = {META: "1231", ALPHABET: "1231", AMAZON: "1231", NVIDIA: "0126", **dict(ODD_ENDS.values())}
    return build(tmp_path_factory.mktemp("made"), lake_of(_made_up(), ends))


def test_rounding_noise_does_not_replace_a_reported_quarter(made: Built) -> None:
    second, third = made.quarter("meta", 2024, 2), made.quarter("meta", 2024, 3)
    assert (second["ppe_latest"], second["method_latest"], second["restated"]) == (102, "direct", False)
    assert (third["ppe_first"], third["ppe_latest"], third["method_latest"]) == (100, 109, "ytd_diff")
    assert third["restated"]


def test_a_negative_difference_is_no_value_and_stays_visible(made: Built) -> None:
    found = made.quarter("alphabet", 2024, 2)
    assert (found["ppe_first"], found["ppe_latest"]) == (None, None)
    assert found["reason"] == "the difference is negative: one of the two values was restated"
    [kept] = made.ask(
        "select refusal, accession, accession_minus from staging.capex_candidate "
        "where company_id = 'alphabet' and method = 'ytd_diff'"
    )
    assert kept == {"refusal": "negative", "accession": "b2", "accession_minus": "b1"}


def test_a_restated_value_filed_again_is_no_less_restated(made: Built) -> None:
    found = made.quarter("amazon", 2021, 4)
    assert (found["ppe_first"], found["ppe_latest"]) == (30, None)


def test_a_fiscal_year_nobody_tells_is_unknown(made: Built) -> None:
    [found] = made.ask("select ppe_latest, reason from marts.capex_quarterly where company = 'coreweave'")
    assert found == {
        "ppe_latest": None,
        "reason": "no fact can be used: the end of the company's fiscal year is not known",
    }


@pytest.mark.parametrize("company", ODD_ENDS)
def test_an_odd_year_end_in_a_profile_breaks_nothing(made: Built, company: str) -> None:
    assert made.quarter(company, 2024, 1)["ppe_latest"] == 100


def test_years_of_52_and_53_weeks_keep_their_quarters(made: Built) -> None:
    found = [made.quarter("nvidia", 2024, number) for number in (1, 2, 3, 4)]
    assert [row["ppe_latest"] for row in found] == [248, 289, 278, 254]
    assert [row["calendar_quarter"] for row in found] == [date(2023, month, 1) for month in (1, 4, 7, 10)]
    assert [row["period_start"] for row in found][1:] == [
        date(2023, 5, 1),
        date(2023, 7, 31),
        date(2023, 10, 30),
    ]


def test_a_filing_read_with_another_value_is_known_from_that_day(tmp_path: Path) -> None:
    lake = Lake()
    for number, value in enumerate((100, 130, 130, 100)):
        at, name = datetime(2026, 11, 10 + number, tzinfo=UTC), f"day {number}"
        lake.document(name, at, "sec_edgar", evidence="rebuilt")
        row = fact(META, "2024-01-01", "2024-03-31", value, "a1", "2024-04-25")
        lake.add("company_fact", name, [row])
        lake.add("company_profile", name, [{"cik": META, "name": "Meta", "fiscal_year_end": "1231"}])
    built = build(tmp_path, lake)
    found = built.ask("select value, known_from, known_to from staging.capex_quarter order by known_from")
    assert [tuple(row.values()) for row in found] == [
        (100 * MILLION, date(2024, 4, 25), date(2026, 11, 11)),
        (130 * MILLION, date(2026, 11, 11), date(2026, 11, 13)),
        (100 * MILLION, date(2026, 11, 13), None),
    ]


def test_an_empty_lake_has_a_row_for_every_company(tmp_path: Path) -> None:
    built = build(tmp_path, Lake())
    found = built.ask(
        "select count(*) as rows, count(reason) as reasons, count(ppe_first) as values from marts.capex_quarterly"
    )
    assert found[0]["rows"] == found[0]["reasons"] == 52
    assert found[0]["values"] == 0
    assert built.ask("select * from marts.capex_total") == []
    assert built.failed() == []


def test_the_order_in_which_facts_come_changes_nothing(real: Built, tmp_path: Path) -> None:
    rows = [*reversed(quoted()), *reversed(recorded())]
    built = build(tmp_path, lake_of(rows))
    for table in ("marts.capex_quarterly", "marts.capex_annual", "marts.capex_total"):
        question = f"select * exclude (data_vintage) from {table} order by all"
        assert built.ask(question) == real.ask(question)
