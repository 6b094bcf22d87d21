"""What customs agencies and statistics offices publish."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.schemas.columns import MONEY, OPTIONAL, REQUIRED, TEXT, schema

SCHEMAS: Mapping[str, pa.Schema] = {
    # One observed cell of a customs table, as the source wrote it. `status` is reported | blank | suppressed; `value`
    # is NULL unless reported (0 is a report). `partner_kind` is country | group | world, judged by the source's own
    # code rule. `duty` goes with CON_VAL only. Quantities only where the source states a unit.
    "trade_flow": schema(
        ("reporter", TEXT, REQUIRED),  # ISO alpha-3, or EU27
        ("partner_code", TEXT, REQUIRED),  # the source's own code, as text
        ("partner_kind", TEXT, REQUIRED),
        ("country_codes", TEXT, REQUIRED),  # the code system of partner_code, e.g. schedule_c
        ("flow", TEXT, REQUIRED),  # import | export
        (
            "flow_basis",
            TEXT,
            REQUIRED,
        ),  # GEN_VAL CON_VAL CIF FOB DOM_EXP RE_EXP TOT_EXP; RE_EXP_ORIGIN: re-exports, the partner is where they came from
        ("level", TEXT, REQUIRED),  # TOTAL HS2 HS4 HS6 HS8 HS9 HS10 HS11, or LIST: the agency's own list of goods
        (
            "code",
            TEXT,
            REQUIRED,
        ),  # digits as text; TOTAL for all goods; in a LIST the agency's own words for the goods
        ("period", pa.date32(), REQUIRED),  # first day
        ("period_type", TEXT, REQUIRED),  # M Q CY YTD; YTD holds January to the month of `period`
        ("status", TEXT, REQUIRED),
        ("value", MONEY, OPTIONAL),
        ("currency", TEXT, REQUIRED),
        ("duty", MONEY, OPTIONAL),
        ("quantity_1", pa.decimal128(20, 3), OPTIONAL),
        ("unit_1", TEXT, OPTIONAL),
        ("quantity_2", pa.decimal128(20, 3), OPTIONAL),
        ("unit_2", TEXT, OPTIONAL),
        (
            "hs_edition",
            TEXT,
            OPTIONAL,
        ),  # year of the Harmonized System edition the source says the code is of, e.g. 2022
    ),
    # What a customs document answers, from its request: the ground of completeness and of withdrawals.
    "trade_scope": schema(
        ("reporter", TEXT, REQUIRED),
        ("flow", TEXT, REQUIRED),
        ("flow_basis", TEXT, REQUIRED),  # one row a basis: an answer about GEN_VAL says nothing of CON_VAL
        ("level", TEXT, REQUIRED),
        ("code_prefix", TEXT, REQUIRED),
        ("period", pa.date32(), REQUIRED),
        ("period_type", TEXT, REQUIRED),
        ("partner_code", TEXT, OPTIONAL),  # NULL: every partner; else one row a partner named
        ("complete", pa.bool_(), REQUIRED),
    ),
}
