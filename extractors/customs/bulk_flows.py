"""From sums of a detail file to trade flows: which measure is which basis, at which level.

General imports are GEN_VAL and, with insurance and freight, CIF (general imports too, as other countries' CIF imports
are); imports for consumption are CON_VAL with the calculated duty. Exports are DOM_EXP, RE_EXP and their sum TOT_EXP.
Ten digits have quantities where the zip's own concordance states the unit; six digits are the sum of their lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa  # noqa: TID253 - a parser is loaded by tasks, never when a DAG file is read

from contracts.datasets import BATCH_ROWS, SCHEMAS, checked
from contracts.document import Batch
from contracts.schemas.columns import MONEY
from extractors.customs.bulk_records import COUNTRIES, DETAIL, Sums
from extractors.customs.fixed_width import Ints, merged

FLOW = SCHEMAS["trade_flow"]
DIGITS = {"HS10": 10, "HS6": 6}
_QUANTITY = FLOW.field("quantity_1").type
Units = Mapping[int, tuple[str | None, str | None]]


@dataclass(frozen=True)
class Basis:
    """Which measures make up a basis; `kinds` are the kinds of record it adds up."""

    name: str
    value: str
    duty: str | None = None
    quantities: tuple[str, ...] = ()
    kinds: tuple[int, ...] = (0,)


_EXPORTED = ("qty_1_mo", "qty_2_mo")
BASES = {
    "import": (
        Basis("GEN_VAL", "gen_val_mo", quantities=("gen_qy1_mo", "gen_qy2_mo")),
        Basis("CON_VAL", "con_val_mo", "cal_dut_mo", ("con_qy1_mo", "con_qy2_mo")),
        Basis("CIF", "gen_cif_mo"),
    ),
    "export": (
        Basis("TOT_EXP", "all_val_mo", quantities=_EXPORTED, kinds=(1, 2)),
        Basis("DOM_EXP", "all_val_mo", quantities=_EXPORTED, kinds=(1,)),
        Basis("RE_EXP", "all_val_mo", quantities=_EXPORTED, kinds=(2,)),
    ),
}


def flows(cells: Sums, all_goods: Sums, units: Units, flow: str, period: date) -> Iterator[Batch]:
    """Batches of `trade_flow`: every basis at ten digits, six digits and for all goods, in dollars."""
    for level, sums in (("HS10", cells), ("HS6", cells), ("TOTAL", all_goods)):
        for basis in BASES[flow]:
            rows = _table(_chosen(sums, level, basis), level, basis, units, flow, period)
            for batch in rows.to_batches(max_chunksize=BATCH_ROWS):
                yield "trade_flow", checked("trade_flow", batch)


def _chosen(found: Sums, level: str, basis: Basis) -> Sums:
    """The sums of a basis' kinds of record, added up to the level."""
    mask = np.isin(found.kinds, basis.kinds)
    shorter = 10 ** (10 - DIGITS.get(level, 10))
    keys, sums = merged(
        found.codes[mask] // shorter * COUNTRIES + found.countries[mask],
        found.sums[mask],
    )
    return Sums(np.zeros_like(keys), keys // COUNTRIES, keys % COUNTRIES, sums)


def _table(found: Sums, level: str, basis: Basis, units: Units, flow: str, period: date) -> pa.Table:
    columns = {name: found.sums[:, i] for i, name in enumerate(DETAIL[flow].measures[: found.sums.shape[1]])}
    known = {
        "partner_code": pa.array(found.countries).cast(pa.string()),
        "code": _codes(found.codes, level),
        "value": _money(columns[basis.value]),
    }
    if basis.duty:
        known["duty"] = _money(columns[basis.duty])
    if level == "HS10":
        for n, name in enumerate(basis.quantities, 1):
            known |= _quantity(n, columns[name], found.codes, units)
    same = {
        "reporter": "USA",
        "partner_kind": "country",
        "country_codes": "schedule_c",
        "flow": flow,
        "flow_basis": basis.name,
        "level": level,
        "period": period,
        "period_type": "M",
        "status": "reported",
        "currency": "USD",
    }
    size = len(found.codes)
    whole = [known.get(f.name, pa.repeat(pa.scalar(same.get(f.name), f.type), size)) for f in FLOW]
    return pa.Table.from_arrays(whole, schema=FLOW)


def _codes(codes: Ints, level: str) -> pa.Array:
    import pyarrow.compute as pc

    if level == "TOTAL":
        return pa.repeat("TOTAL", len(codes))
    return pc.utf8_lpad(pa.array(codes).cast(pa.string()), DIGITS[level], "0")


def _money(dollars: Ints) -> pa.Array:
    return pa.array(dollars).cast(pa.decimal128(21, 2)).cast(MONEY)


def _quantity(n: int, amounts: Ints, codes: Ints, units: Units) -> dict[str, pa.Array]:
    """A quantity and its unit, both NULL where no unit is known: a number without a unit says nothing."""
    import pyarrow.compute as pc

    distinct, at = np.unique(codes, return_inverse=True)
    stated = pa.array([units.get(code, (None, None))[n - 1] for code in distinct.tolist()], pa.string())
    unit = stated.take(pa.array(at))
    quantity = pa.array(amounts).cast(pa.decimal128(22, 3)).cast(_QUANTITY)
    known = pc.if_else(pc.is_valid(unit), quantity, pa.scalar(None, _QUANTITY))
    return {f"quantity_{n}": known, f"unit_{n}": unit}
