"""Companies' filings."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.schemas.columns import MONEY, OPTIONAL, REQUIRED, TEXT, TIME, schema

SCHEMAS: Mapping[str, pa.Schema] = {
    # One fact of a company's XBRL filings, as companyfacts gives it. The period is (period_start, period_end); fiscal_year,
    # fiscal_period and frame describe the filing or a calendar bucket, never the period. Only kept concepts.
    "company_fact": schema(
        ("cik", TEXT, REQUIRED),  # ten digits
        ("entity_name", TEXT, REQUIRED),
        ("taxonomy", TEXT, REQUIRED),  # us-gaap, ifrs-full
        ("concept", TEXT, REQUIRED),
        ("unit", TEXT, REQUIRED),  # ISO 4217
        ("period_start", pa.date32(), REQUIRED),
        ("period_end", pa.date32(), REQUIRED),
        ("value", MONEY, REQUIRED),  # in unit
        ("accession", TEXT, REQUIRED),
        ("form", TEXT, REQUIRED),
        ("filed", pa.date32(), REQUIRED),
        ("fiscal_year", pa.int32(), OPTIONAL),
        ("fiscal_period", TEXT, OPTIONAL),
        ("frame", TEXT, OPTIONAL),
    ),
    # One filing of a tracked company, from its submissions or from the list of newest filings.
    "filing": schema(
        ("cik", TEXT, REQUIRED),
        ("accession", TEXT, REQUIRED),
        ("form", TEXT, REQUIRED),
        ("filed", pa.date32(), OPTIONAL),
        ("report_date", pa.date32(), OPTIONAL),
        ("accepted_at", TIME, OPTIONAL),
        ("xbrl", pa.bool_(), OPTIONAL),
        ("primary_document", TEXT, OPTIONAL),
        ("seen_in", TEXT, REQUIRED),  # submissions | getcurrent
    ),
    # What a filer says of itself.
    "company_profile": schema(
        ("cik", TEXT, REQUIRED),
        ("name", TEXT, REQUIRED),
        ("fiscal_year_end", TEXT, OPTIONAL),  # MMDD
        ("entity_type", TEXT, OPTIONAL),
        ("sic", TEXT, OPTIONAL),
        ("tickers", TEXT, OPTIONAL),  # "; "-joined
        ("exchanges", TEXT, OPTIONAL),  # "; "-joined
        ("lei", TEXT, OPTIONAL),
        ("incorporated_in", TEXT, OPTIONAL),  # the filer's own code
    ),
}
