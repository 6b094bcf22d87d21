"""Facts of filings as rows of the lake, and the warehouse that the models make of them."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.transforms.lake import VARIABLES, Lake, query
from transforms.project import run
from transforms.results import CheckResult

HERE = Path(__file__).parent
RECORDED = HERE.parents[2] / "shared" / "data" / "capex" / "sec"
ALPHABET, AMAZON, META = "0001652044", "0001018724", "0001326801"
MICROSOFT, COREWEAVE, NVIDIA, ALIBABA = "0000789019", "0001769628", "0001045810", "0001577552"
PPE = "PaymentsToAcquirePropertyPlantAndEquipment"
PRODUCTIVE = "PaymentsToAcquireProductiveAssets"
LEASE = "FinanceLeasePrincipalPayments"
YEAR_ENDS = {
    ALPHABET: "1231",
    AMAZON: "1231",
    META: "1231",
    MICROSOFT: "0630",
    COREWEAVE: "1231",
    NVIDIA: "0131",
    ALIBABA: "0331",
}
MODELS = "+capex_quarterly +capex_annual +capex_total"
Row = dict[str, Any]


@dataclass(frozen=True)
class Built:
    """A warehouse of the capex models and what its checks found."""

    database: Path
    results: list[CheckResult]

    def ask(self, sql: str) -> list[Row]:
        return query(self.database, sql)

    def quarter(self, company: str, year: int, quarter: int) -> Row:
        """The one row of marts.capex_quarterly, amounts in million."""
        [found] = self.ask(
            f"select * from marts.capex_quarterly where company = '{company}' "
            f"and fiscal_year = {year} and fiscal_quarter = {quarter}"
        )
        return {key: _million(value) for key, value in found.items()}

    def failed(self) -> list[str]:
        """Names of the checks on these models that found something."""
        return [r.name for r in self.results if r.status in {"fail", "warn"} and "capex" in r.name]


def recorded(*ciks: str) -> list[Row]:
    """The facts of facts.csv, of all filers or of those named."""
    return [row for row in _read("facts.csv") if not ciks or row["cik"] in ciks]


def quoted(*ciks: str) -> list[Row]:
    """The facts of quoted_facts.csv, of all filers or of those named."""
    return [row for row in _read("quoted_facts.csv") if not ciks or row["cik"] in ciks]


def fact(
    cik: str,
    start: str,
    end: str,
    value: float | Decimal,
    accession: str,
    filed: str,
    *,
    concept: str = PPE,
    unit: str = "USD",
    form: str = "10-Q",
    **changes: object,
) -> Row:
    """One row of `company_fact`; `value` is in million of `unit`."""
    return {
        "cik": cik,
        "entity_name": cik,
        "taxonomy": "us-gaap",
        "concept": concept,
        "unit": unit,
        "period_start": date.fromisoformat(start),
        "period_end": date.fromisoformat(end),
        "value": Decimal(str(value)) * 1_000_000,
        "accession": accession,
        "form": form,
        "filed": date.fromisoformat(filed),
        "fiscal_year": None,
        "fiscal_period": None,
        "frame": None,
        **changes,
    }


def lake_of(
    rows: Iterable[Mapping[str, object]],
    year_ends: Mapping[str, str] = YEAR_ENDS,
    *,
    readings: int = 1,
) -> Lake:
    """A lake that holds each filer's facts as one document, read on that many days, and its profile as another."""
    lake = Lake()
    kept = list(rows)
    for number, cik in enumerate(sorted({str(row["cik"]) for row in kept})):
        for reading in range(readings):
            at, name = datetime(2026, 11, 20 + reading, number, tzinfo=UTC), f"facts {cik} {reading}"
            lake.document(name, at, "sec_edgar", evidence="rebuilt")
            lake.add("company_fact", name, [row for row in kept if row["cik"] == cik])
        if cik in year_ends:
            at = datetime(2026, 11, 20, number, tzinfo=UTC)
            lake.document(f"profile {cik}", at, "sec_edgar", evidence="recorded")
            profile = {"cik": cik, "name": cik, "fiscal_year_end": year_ends[cik]}
            lake.add("company_profile", f"profile {cik}", [profile])
    return lake


def build(folder: Path, lake: Lake, select: str = MODELS) -> Built:
    """The capex models over a lake, in `folder`."""
    database = lake.write(folder)
    return Built(database, run(database, folder / "dbt", VARIABLES, select=select))


def companyfacts(path: Path) -> dict[str, Any]:
    """A recorded companyfacts answer, gzipped or not."""
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    found: dict[str, Any] = json.loads(raw)
    return found


def _read(name: str) -> list[Row]:
    with (HERE / name).open(encoding="utf-8") as lines:
        return [
            fact(
                row["cik"],
                row["start"],
                row["end"],
                Decimal(row["value"]) / 1_000_000,
                row["accession"],
                row["filed"],
                concept=row["concept"],
                unit=row["unit"],
                form=row["form"],
                fiscal_year=int(row["fy"]) if row["fy"] else None,
                fiscal_period=row["fp"] or None,
                frame=row["frame"] or None,
            )
            for row in csv.DictReader(lines)
        ]


def _million(value: object) -> object:
    return float(value / 1_000_000) if isinstance(value, Decimal) else value
