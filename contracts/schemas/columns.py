"""The types that columns are made of, and how a schema is written down.

Money is DECIMAL(20,2) in the row's own currency; times are UTC timestamps (microseconds); dates are days.
"""

from __future__ import annotations

import pyarrow as pa  # noqa: TID253 - nothing here is imported by a DAG file

MONEY = pa.decimal128(20, 2)
TIME = pa.timestamp("us", tz="UTC")
TEXT = pa.string()
REQUIRED, OPTIONAL = False, True


def schema(*columns: tuple[str, pa.DataType, bool]) -> pa.Schema:
    """A schema of (name, type, nullable) columns."""
    return pa.schema([pa.field(name, kind, nullable=nullable) for name, kind, nullable in columns])
