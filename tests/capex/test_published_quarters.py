"""The tables against capital expenditure as the companies published it (published.csv: text of filings and releases)."""

from __future__ import annotations

import csv
from datetime import date, timedelta

from tests.capex.figures import HERE, Built, Row

QUARTERS = {date(year, month, 1) for year in (2023, 2024, 2025) for month in (1, 4, 7, 10)}
COLUMNS = {
    "ppe": ("ppe_first", "ppe_latest"),
    "ppe_first": ("ppe_first",),
    "ppe_latest": ("ppe_latest",),
}


def published(*measures: str) -> list[Row]:
    with (HERE / "published.csv").open(encoding="utf-8") as lines:
        return [
            {
                **row,
                "period_start": date.fromisoformat(row["period_start"]),
                "period_end": date.fromisoformat(row["period_end"]),
                "value": int(row["value_million_usd"]),
            }
            for row in csv.DictReader(lines)
            if row["measure"] in measures
        ]


def spans(rows: list[Row]) -> list[Row]:
    """What each row adds to the row before it of the same first day: a year to date gives its last quarter."""
    found: list[Row] = []
    for row in rows:
        before = [
            other
            for other in rows
            if all(other[key] == row[key] for key in ("company", "measure", "period_start"))
            and other["period_end"] < row["period_end"]
        ]
        base = max(before, key=lambda other: other["period_end"], default=None)
        start = base["period_end"] + timedelta(days=1) if base else row["period_start"]
        found.append({**row, "start": start, "adds": row["value"] - (base["value"] if base else 0)})
    return found


def told(real: Built, row: Row) -> list[Row]:
    """The quarters of the table inside a span, amounts in USD."""
    return real.ask(
        f"select * from marts.capex_quarterly where company = '{row['company']}' and currency = 'USD' "
        f"and period_start >= date '{row['start']}' and period_end <= date '{row['period_end']}'"
    )


def test_every_quarter_agrees_with_what_the_company_printed(real: Built) -> None:
    seen: dict[str, set[date]] = {"alphabet": set(), "microsoft": set(), "meta": set()}
    for row in spans(published("ppe", "ppe_first", "ppe_latest")):
        quarters = told(real, row)
        for column in COLUMNS[row["measure"]]:
            values = [quarter[column] for quarter in quarters]
            if None in values:
                assert row["period_start"] < date(2023, 1, 1), row
                continue
            assert sum(values) == row["adds"] * 1_000_000, (row, column)
            seen[row["company"]] |= {quarter["calendar_quarter"] for quarter in quarters}
    assert all(found >= QUARTERS for found in seen.values()), seen


def test_meta_in_both_vintages_is_what_it_printed(real: Built) -> None:
    for column, total in (("ppe_first", 27266), ("ppe_latest", 27045)):
        rows = [r for r in published(column) if r["period_end"] == date(2023, 12, 31)]
        assert [row["value"] for row in rows] == [total]
        [found] = real.ask(
            f"select {column} from marts.capex_annual where company = 'meta' and fiscal_year = 2023"
        )
        assert found[column] == total * 1_000_000


def test_headline_of_meta_is_property_and_finance_leases(real: Built) -> None:
    """Printed to ten million. Until 2023 the headline was after proceeds, and the statement before them."""
    rows = [{**row, "start": row["period_start"]} for row in published("headline")]
    for row in rows:
        quarters = told(real, row)
        columns = (
            "ppe_latest finance_lease_latest"
            if row["period_end"].year > 2023
            else "ppe_first finance_lease_first"
        )
        added = sum(quarter[column] for quarter in quarters for column in columns.split())
        if row["period_end"].year == 2023:
            added -= sum(quarter["ppe_proceeds_first"] for quarter in quarters)
        assert abs(added - row["value"] * 1_000_000) <= 5_000_000, row
    single = {row["start"] for row in rows if (row["period_end"] - row["start"]).days < 100}
    assert single == QUARTERS
    assert len(rows) == 15


def test_every_published_figure_names_its_document() -> None:
    rows = published("ppe", "ppe_first", "ppe_latest", "headline")
    assert {row["document"].split("/Archives/")[0] for row in rows} == {"https://www.sec.gov"}
    assert all(row["line"] and row["filed"] and row["form"] for row in rows)
