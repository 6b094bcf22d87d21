"""Reference series that other figures are read with."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

from contracts.schemas.columns import REQUIRED, TEXT, schema

SCHEMAS: Mapping[str, pa.Schema] = {
    "fx_rate": schema(
        ("base", TEXT, REQUIRED),  # ISO 4217; one unit of base buys `rate` units of quote
        ("quote", TEXT, REQUIRED),
        ("rate_date", pa.date32(), REQUIRED),
        ("rate", pa.decimal128(18, 8), REQUIRED),
    ),
}
