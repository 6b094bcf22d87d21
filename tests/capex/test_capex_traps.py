"""Eleven ways in which facts of filings mislead, each on real facts (ORIGIN.md says which columns were filled in)."""

from __future__ import annotations

from datetime import date

from tests.capex import figures
from tests.capex.figures import Built

MILLION = 1_000_000


def test_trap_01_fiscal_labels_describe_the_filing_and_not_the_period(real: Built) -> None:
    found = real.ask(
        "select fiscal_year, last_quarter, filing_fiscal_year, value from staging.capex_fact "
        "where accession = '0001326801-24-000049' and measure = 'ppe' order by fiscal_year"
    )
    assert [tuple(row.values()) for row in found] == [
        (2023, 1, 2024, 6823 * MILLION),
        (2024, 1, 2024, 6400 * MILLION),
    ]
    assert real.quarter("meta", 2024, 1)["ppe_latest"] == 6400
    assert real.quarter("meta", 2023, 1)["ppe_latest"] == 6823


def test_trap_02_repeated_facts_are_one_figure(real: Built) -> None:
    given = [*figures.recorded(), *figures.quoted()]
    [kept] = real.ask(
        "select count(*) as rows, count(distinct document_id) as documents from staging.capex_fact"
    )
    assert kept == {"rows": len(given), "documents": len({row["cik"] for row in given})}
    years = real.ask(
        "select n_filings, ppe_latest from marts.capex_annual where company = 'alphabet' and fiscal_year = 2023"
    )
    assert years == [{"n_filings": 3, "ppe_latest": 32251 * MILLION}]
    quarters = [real.quarter("alphabet", 2023, number)["ppe_latest"] for number in (1, 2, 3, 4)]
    assert quarters == [6289, 6888, 8055, 11019]


def test_trap_03_a_restated_year_shows_both_values(real: Built) -> None:
    [year] = real.ask("select * from marts.capex_annual where company = 'meta' and fiscal_year = 2023")
    assert (year["ppe_first"], year["ppe_latest"]) == (27266 * MILLION, 27045 * MILLION)
    assert (year["accession_first"], year["accession_latest"]) == (
        "0001326801-24-000012",
        "0001628280-26-003942",
    )
    assert year["restated"]
    quarters = [real.quarter("meta", 2023, number) for number in (1, 2, 3, 4)]
    assert [row["ppe_first"] for row in quarters] == [6842, 6216, 6543, 7665]
    assert [row["ppe_latest"] for row in quarters] == [6823, 6134, 6496, 7592]
    assert [row["restated"] for row in quarters] == [True] * 4


def test_trap_04_values_rounded_later_are_paired_with_their_like(real: Built) -> None:
    found = real.quarter("coreweave", 2025, 2)
    assert (found["ppe_first"], found["ppe_latest"]) == (2452.992, 2453)
    assert (found["accession_latest"], found["accession_minus_latest"]) == (
        "0001769628-26-000366",
        "0001769628-26-000222",
    )
    assert (found["restated"], found["rounding_unit"]) == (False, MILLION)
    assert real.quarter("coreweave", 2025, 1)["restated"] is False


def test_trap_05_a_year_to_date_value_is_no_quarter(real: Built) -> None:
    found = real.quarter("alphabet", 2024, 2)
    assert (found["ppe_latest"], found["method_latest"]) == (13186, "ytd_diff")
    assert (found["period_start"], found["period_end"]) == (date(2024, 4, 1), date(2024, 6, 30))
    assert (found["accession_first"], found["accession_minus_first"]) == (
        "0001652044-24-000079",
        "0001652044-24-000053",
    )
    assert [real.quarter("meta", 2024, number)["ppe_latest"] for number in (1, 2, 3, 4)] == [
        6400,
        8173,
        8258,
        14425,
    ]
    year = [real.quarter("microsoft", 2025, number) for number in (1, 2, 3, 4)]
    assert [row["method_latest"] for row in year] == ["direct", "direct", "direct", "ytd_diff"]
    for column in ("ppe_first", "ppe_latest"):
        assert [row[column] for row in year] == [14923, 15804, 16745, 64551 - 47472]


def test_trap_06_trailing_twelve_months_are_no_fiscal_year(real: Built) -> None:
    refused = real.ask(
        "select period_start, value, frame, reason from staging.capex_fact "
        "where company_id = 'amazon' and accession = '0001018724-26-000026' and span_quarters = 4 order by period_start"
    )
    assert [(row["period_start"], row["value"]) for row in refused] == [
        (date(2024, 7, 1), 107656 * MILLION),
        (date(2025, 7, 1), 173028 * MILLION),
    ]
    assert refused[1]["frame"] == "CY2026"
    assert {row["reason"] for row in refused} == {
        "twelve months that are no fiscal year (trailing twelve months)"
    }
    years = real.ask(
        "select fiscal_year, ppe_latest from marts.capex_annual where company = 'amazon' order by fiscal_year desc"
    )
    assert years[0] == {"fiscal_year": 2025, "ppe_latest": 131819 * MILLION}
    assert [row["fiscal_year"] for row in years] == [2025, 2018, 2017, 2016, 2015]


def test_trap_07_frames_decide_nothing(real: Built) -> None:
    framed = real.ask(
        "select company_id, period_end from staging.capex_fact where frame = 'CY2026' and measure = 'ppe' order by 1"
    )
    assert framed == [
        {"company_id": "amazon", "period_end": date(2026, 6, 30)},
        {"company_id": "microsoft", "period_end": date(2026, 6, 30)},
    ]
    last = real.quarter("microsoft", 2026, 4)
    assert (last["ppe_latest"], last["calendar_quarter"]) == (35802, date(2026, 4, 1))
    assert (
        real.ask("select 1 from staging.capex_fact where company_id = 'microsoft' and frame = 'CY2026Q2'")
        == []
    )
    [year] = real.ask("select * from marts.capex_annual where company = 'microsoft' and fiscal_year = 2026")
    assert (year["period_start"], year["period_end"]) == (date(2025, 7, 1), date(2026, 6, 30))
    spring = real.quarter("nvidia", 2021, 1)
    assert (spring["period_end"], spring["calendar_quarter"]) == (date(2020, 4, 26), date(2020, 1, 1))


def test_trap_08_concepts_follow_each_other_and_are_never_added(real: Built) -> None:
    [year] = real.ask("select * from marts.capex_annual where company = 'amazon' and fiscal_year = 2016")
    assert (year["ppe_first"], year["definition_first"]) == (6737 * MILLION, figures.PPE)
    assert (year["ppe_latest"], year["definition_latest"]) == (7804 * MILLION, figures.PRODUCTIVE)
    autumn = real.quarter("amazon", 2016, 4)
    assert (autumn["ppe_latest"], autumn["definition_latest"]) == (6737 - 4731, figures.PPE)
    refused = real.ask(
        "select value, refusal from staging.capex_candidate where company_id = 'amazon' "
        f"and fiscal_year = 2016 and fiscal_quarter = 4 and concept = '{figures.PRODUCTIVE}'"
    )
    assert refused == [{"value": None, "refusal": "predecessor"}]


def test_trap_09_the_fiscal_year_of_a_filing_may_be_wrong(real: Built) -> None:
    found = real.ask(
        "select period_end, fiscal_year, last_quarter, filing_fiscal_year from staging.capex_fact "
        "where accession = '0001045810-20-000065' order by period_end"
    )
    assert [tuple(row.values()) for row in found] == [
        (date(2019, 4, 28), 2020, 1, 2020),
        (date(2020, 4, 26), 2021, 1, 2020),
    ]


def test_trap_10_a_headline_is_another_definition(real: Built) -> None:
    meta = real.quarter("meta", 2025, 4)
    assert (meta["ppe_latest"], meta["finance_lease_latest"], meta["ppe_and_finance_lease"]) == (
        21383,
        754,
        22137,
    )
    before = real.quarter("meta", 2023, 4)
    assert before["ppe_first"] - before["ppe_proceeds_first"] + before["finance_lease_first"] == 7899
    for company, year in (("coreweave", 2025), ("alphabet", 2023)):
        silent = real.quarter(company, year, 4)
        assert silent["ppe_latest"] is not None
        assert (silent["finance_lease_first"], silent["finance_lease_latest"]) == (None, None)
        assert silent["ppe_and_finance_lease"] is None


def test_trap_11_annual_facts_in_two_currencies_stay_apart(real: Built) -> None:
    found = real.ask(
        "select currency, fiscal_year, ppe_latest, is_reporting_currency from marts.capex_annual "
        "where company = 'alibaba' and fiscal_year = 2026 order by currency"
    )
    assert [tuple(row.values()) for row in found] == [
        ("CNY", 2026, 126063 * MILLION, None),
        ("USD", 2026, 18275 * MILLION, None),
    ]
    [silent] = real.ask("select * from marts.capex_quarterly where company = 'alibaba'")
    assert (silent["fiscal_year"], silent["ppe_latest"]) == (None, None)
    assert silent["reason"] == "annual reports only (form 20-F or 40-F): see capex_annual"
