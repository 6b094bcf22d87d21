"""What customs agencies and statistics offices publish."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.schemas.columns import MONEY, OPTIONAL, REQUIRED, TEXT, TIME, schema

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
        (
            "level",
            TEXT,
            REQUIRED,
        ),  # TOTAL HS2 HS4 HS6 HS8 HS9 HS10 HS11, or LIST: the agency's own list of goods
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

CELL = ("source", "reporter", "flow", "flow_basis", "level", "code", "period", "period_type")
"""What names a cell: what one source says of one code in one period, all partners together."""
PAYLOAD = (
    "status",
    "value",
    "currency",
    "duty",
    "quantity_1",
    "unit_1",
    "quantity_2",
    "unit_2",
    "hs_edition",
)
"""What a row says beside its key; equal payloads that follow each other are one observation."""

_FLOW = SCHEMAS["trade_flow"]
_CELL = (
    ("source", TEXT, REQUIRED),
    *((name, _FLOW.field(name).type, REQUIRED) for name in CELL[1:]),
    ("cell_number", pa.int64(), REQUIRED),  # of the cell among those of its source and period, from 1
)
DERIVED: Mapping[str, pa.Schema] = {
    # Every observation of every key (cell and partner), and the time it was the answer. Worked out from trade_flow and
    # trade_scope by warehouse/vintage.py; one part a source and period.
    "trade_flow_vintage": schema(
        *_CELL,
        *((name, TEXT, REQUIRED) for name in ("partner_code", "partner_kind", "country_codes")),
        *((name, _FLOW.field(name).type, _FLOW.field(name).nullable) for name in PAYLOAD),
        ("row_number", pa.int64(), REQUIRED),
        ("document_id", TEXT, REQUIRED),  # the document that said it first
        ("known_from", TIME, REQUIRED),
        ("until_document_id", TEXT, OPTIONAL),  # the document that ended it; none while it is current
        ("known_to", TIME, OPTIONAL),
        ("withdrawn", pa.bool_(), REQUIRED),  # ended because a complete document no longer had it
    ),
    # What a document has to do with a cell.
    "trade_cell_document": schema(
        *_CELL,
        ("document_id", TEXT, REQUIRED),
        ("relation", TEXT, REQUIRED),  # holds (has rows of it) | speaks (is complete for it, rows or none)
        ("partner_code", TEXT, OPTIONAL),  # of speaks: the partner its request named; none: every partner
    ),
}
