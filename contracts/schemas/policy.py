"""Restricted parties and official notices."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.schemas.columns import OPTIONAL, REQUIRED, TEXT, schema

SCHEMAS: Mapping[str, pa.Schema] = {
    # One party of one snapshot of the Consolidated Screening List. Natural persons are left out.
    "restricted_party": schema(
        ("list_name", TEXT, REQUIRED),  # as the list writes it
        ("entry_id", TEXT, OPTIONAL),
        ("entity_number", TEXT, OPTIONAL),
        ("party_type", TEXT, OPTIONAL),
        ("programs", TEXT, OPTIONAL),
        ("name", TEXT, REQUIRED),
        ("alt_names", TEXT, OPTIONAL),  # "; "-joined
        ("addresses", TEXT, OPTIONAL),
        ("federal_register_notice", TEXT, OPTIONAL),
        ("start_date", pa.date32(), OPTIONAL),
        ("end_date", pa.date32(), OPTIONAL),
        ("license_requirement", TEXT, OPTIONAL),
        ("license_policy", TEXT, OPTIONAL),
        ("remarks", TEXT, OPTIONAL),
        ("list_url", TEXT, OPTIONAL),
        ("information_url", TEXT, OPTIONAL),
    ),
    # One document of the Federal Register, as one of our queries found it.
    "policy_notice": schema(
        ("query", TEXT, REQUIRED),
        ("topic", TEXT, OPTIONAL),  # what the query is about
        ("document_number", TEXT, REQUIRED),
        ("document_type", TEXT, OPTIONAL),
        ("subtype", TEXT, OPTIONAL),
        ("title", TEXT, REQUIRED),
        ("abstract", TEXT, OPTIONAL),
        ("action", TEXT, OPTIONAL),
        ("agencies", TEXT, OPTIONAL),  # slugs, "; "-joined
        ("publication_date", pa.date32(), REQUIRED),
        ("effective_on", pa.date32(), OPTIONAL),
        ("dates_text", TEXT, OPTIONAL),
        ("signing_date", pa.date32(), OPTIONAL),
        ("citation", TEXT, OPTIONAL),
        ("cfr_references", TEXT, OPTIONAL),  # "15 CFR 744; ..."
        ("docket_ids", TEXT, OPTIONAL),  # "; "-joined
        ("executive_order_number", TEXT, OPTIONAL),
        ("proclamation_number", TEXT, OPTIONAL),
        ("correction_of", TEXT, OPTIONAL),
        ("html_url", TEXT, OPTIONAL),
    ),
}
