"""Histories that filings seldom make: each company is one made-up case."""

from __future__ import annotations

from datetime import date

import pytest

from tests.capex.figures import (
    ALPHABET,
    AMAZON,
    COREWEAVE,
    LEASE,
    META,
    MICROSOFT,
    NVIDIA,
    PPE,
    PRODUCTIVE,
    Built,
    Row,
    build,
    fact,
    lake_of,
)

MILLION = 1_000_000
ADVANCED_MICRO, IBM, INTEL, ORACLE = "0000002488", "0000051143", "0000050863", "0001341439"


def _zero_beside_rounded_values() -> list[Row]:
    return [
        fact(COREWEAVE, "2025-01-01", "2025-03-31", "1407.359", "z1", "2025-05-15"),
        fact(COREWEAVE, "2025-01-01", "2025-03-31", 1407, "z2", "2026-05-08"),
        fact(COREWEAVE, "2025-01-01", "2025-03-31", 0, "z2", "2026-05-08", concept=LEASE),
    ]


def _refused_before_another_concept(cik: str, concept: str, later: str) -> list[Row]:
    return [
        fact(cik, "2024-01-01", "2024-09-30", 70, "q3", "2024-10-25", concept=concept),
        fact(cik, "2024-01-01", "2024-12-31", 100, "k1", "2025-02-01", concept=concept, form="10-K"),
        fact(cik, "2024-01-01", "2024-12-31", 120, "k2", "2026-02-01", concept=concept, form="10-K"),
        fact(cik, "2024-01-01", "2024-09-30", 74, "k3", "2026-05-01", concept=later),
        fact(cik, "2024-01-01", "2024-12-31", 109, "k3", "2026-05-01", concept=later),
    ]


def _fiscal_year_moved() -> list[Row]:
    return [
        fact(MICROSOFT, "2023-07-01", "2024-03-31", 290, "q3", "2024-04-25"),
        fact(MICROSOFT, "2023-07-01", "2024-06-30", 400, "k24", "2024-08-01", form="10-K"),
        fact(MICROSOFT, "2024-07-01", "2024-09-30", 120, "t1", "2024-10-25"),
        fact(MICROSOFT, "2024-07-01", "2024-12-31", 250, "t2", "2025-02-20", form="10-KT"),
        fact(MICROSOFT, "2025-01-01", "2025-03-31", 200, "c1", "2025-04-25"),
        fact(MICROSOFT, "2025-01-01", "2025-06-30", 410, "c2", "2025-07-25"),
        fact(MICROSOFT, "2025-01-01", "2025-12-31", 900, "k25", "2026-02-10", form="10-K"),
    ]


def _twelve_months_in_an_amended_report() -> list[Row]:
    return [
        fact(ORACLE, "2023-06-01", "2023-08-31", 100, "o1", "2023-09-25"),
        fact(ORACLE, "2023-06-01", "2024-05-31", 400, "o4", "2024-06-20", form="10-K"),
        fact(ORACLE, "2023-09-01", "2024-08-31", 500, "o5", "2024-12-10", form="10-K/A"),
    ]


def _recast_on_the_day_of_the_report() -> list[Row]:
    return [
        fact(ADVANCED_MICRO, "2024-01-01", "2024-09-30", 70, "b", "2025-02-01", form="10-K"),
        fact(ADVANCED_MICRO, "2024-01-01", "2024-12-31", 100, "b", "2025-02-01", form="10-K"),
        fact(ADVANCED_MICRO, "2024-01-01", "2024-09-30", 80, "c", "2025-02-01", form="8-K"),
    ]


def _two_currencies_in_one_filing() -> list[Row]:
    return [
        fact(INTEL, start, end, value * rate, name, filed, unit=unit)
        for unit, rate in (("USD", 1), ("CNY", 7))
        for start, end, value, name, filed in (
            ("2024-01-01", "2024-03-31", 100, "i1", "2024-04-25"),
            ("2024-04-01", "2024-06-30", 110, "i2", "2024-07-25"),
            ("2024-01-01", "2024-06-30", 210, "i2", "2024-07-25"),
            ("2024-01-01", "2024-09-30", 330, "i3", "2024-10-25"),
        )
    ]


def _no_value_of_a_quarter() -> list[Row]:
    return [
        fact(META, "2024-01-01", "2024-03-31", 100, "m1", "2024-04-25"),
        fact(META, "2024-01-01", "2024-06-30", 90, "m2", "2024-07-25"),
    ]


def _half_year_before_its_quarter() -> list[Row]:
    return [
        fact(IBM, "2024-01-01", "2024-06-30", 90, "h1", "2024-07-25"),
        fact(IBM, "2024-04-01", "2024-06-30", 55, "h2", "2025-07-25"),
    ]


def _days_spelt_twice() -> list[Row]:
    return [
        fact(ALPHABET, "2024-01-01", "2024-03-31", 100, "a1", "2024-04-25"),
        fact(ALPHABET, "2024-04-01", "2024-06-30", 110, "a2", "2024-07-25"),
        fact(ALPHABET, "2024-03-31", "2024-06-30", 111, "a2", "2024-07-25"),
        fact(ALPHABET, "2024-01-01", "2024-06-30", 210, "a2", "2024-07-25"),
    ]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Built:
    cases = (
        _zero_beside_rounded_values(),
        _refused_before_another_concept(NVIDIA, PPE, PRODUCTIVE),
        _refused_before_another_concept(AMAZON, PRODUCTIVE, PPE),
        _fiscal_year_moved(),
        _two_currencies_in_one_filing(),
        _no_value_of_a_quarter(),
        _half_year_before_its_quarter(),
        _days_spelt_twice(),
        _recast_on_the_day_of_the_report(),
        _twelve_months_in_an_amended_report(),
    )
    ends = {
        **dict.fromkeys(
            (ADVANCED_MICRO, IBM, INTEL, META, ALPHABET, AMAZON, COREWEAVE, MICROSOFT, NVIDIA), "1231"
        ),
        ORACLE: "0531",
    }
    return build(tmp_path_factory.mktemp("histories"), lake_of([row for case in cases for row in case], ends))


def test_a_zero_says_nothing_of_what_its_filing_is_rounded_to(made: Built) -> None:
    found = made.quarter("coreweave", 2025, 1)
    assert (found["rounding_unit"], found["restated"]) == (MILLION, False)
    assert found["finance_lease_latest"] == 0


@pytest.mark.parametrize("company", ["nvidia", "amazon"])
def test_what_was_known_on_a_day_does_not_change_with_what_is_filed_later(made: Built, company: str) -> None:
    found = made.ask(
        "select known_from, known_to, value, refusal from staging.capex_quarter "
        f"where company_id = '{company}' and fiscal_year = 2024 and fiscal_quarter = 4 order by known_from"
    )
    assert [tuple(row.values()) for row in found] == [
        (date(2025, 2, 1), date(2026, 2, 1), 30 * MILLION, None),
        (date(2026, 2, 1), date(2026, 5, 1), None, "restated"),
        (date(2026, 5, 1), None, 35 * MILLION, None),
    ]


def test_a_fiscal_year_that_was_cut_short_is_not_the_next_one(made: Built) -> None:
    first = made.quarter("microsoft", 2025, 1)
    assert (first["ppe_first"], first["ppe_latest"], first["restated"]) == (200, 200, False)
    assert first["calendar_quarter"] == date(2025, 1, 1)
    kept = made.ask(
        "select distinct accession, reason from staging.capex_fact where accession in ('t1', 't2')"
    )
    assert {row["reason"] for row in kept} == {
        "another fiscal year has this number: this one was cut short, or the period stands off it"
    }
    assert made.quarter("microsoft", 2024, 4)["ppe_latest"] == 110


def test_three_months_whose_days_are_spelt_twice_are_one_quarter(made: Built) -> None:
    found = made.quarter("alphabet", 2024, 2)
    assert (found["ppe_latest"], found["period_start"]) == (110, date(2024, 4, 1))
    assert made.failed() == []


def test_twelve_months_off_the_year_take_no_years_place(made: Built) -> None:
    found = made.ask(
        "select fiscal_year, ppe_first, ppe_latest from marts.capex_annual where company = 'oracle'"
    )
    assert [tuple(row.values()) for row in found] == [(2024, 400 * MILLION, 400 * MILLION)]
    assert made.quarter("oracle", 2024, 1)["ppe_latest"] == 100


def test_a_difference_is_taken_within_one_filing_where_it_has_both(made: Built) -> None:
    found = made.quarter("amd", 2024, 4)
    assert (found["ppe_latest"], found["accession_latest"], found["accession_minus_latest"]) == (30, "b", "b")


def test_a_difference_and_its_check_are_of_one_currency(made: Built) -> None:
    found = made.ask(
        "select currency, fiscal_quarter, ppe_latest, method_latest from marts.capex_quarterly where company = 'intel' "
        "order by currency desc, fiscal_quarter"
    )
    assert [tuple(row.values()) for row in found] == [
        (currency, quarter, rate * value * MILLION, method)
        for currency, rate in (("USD", 1), ("CNY", 7))
        for quarter, value, method in ((1, 100, "direct"), (2, 110, "direct"), (3, 120, "ytd_diff"))
    ]
    candidates = made.ask(
        "select refusal from staging.capex_candidate where company_id = 'intel' and method = 'ytd_diff'"
    )
    assert [row["refusal"] for row in candidates] == [None] * 4


def test_a_company_without_a_value_is_missing_from_the_total(made: Built) -> None:
    [found] = made.ask(
        "select companies, companies_missing, value_usd from marts.capex_total "
        "where company_group = 'hyperscaler' and calendar_quarter = date '2024-04-01'"
    )
    held, missing = found["companies"].split(), found["companies_missing"].split()
    assert "alphabet" in held
    assert "meta" in missing
    known = made.ask(
        "select sum(ppe_latest) as value from marts.capex_quarterly where calendar_quarter = date '2024-04-01' "
        f"and company in ({', '.join(repr(name) for name in held)})"
    )
    assert found["value_usd"] == known[0]["value"]


def test_the_first_value_is_the_first_that_there_was(made: Built) -> None:
    found = made.quarter("ibm", 2024, 2)
    assert (found["ppe_first"], found["accession_first"], found["ppe_latest"]) == (55, "h2", 55)
