"""From a Census API table to trade flows: what each column means, and the checks a table must pass.

Partner rows are kept as they came, each with its kind; sub-totals of other dimensions are not: a table broken out by
district or rate provision keeps only its total rows. Exports by DF give domestic (1), foreign (2) and total (-).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pyarrow as pa  # noqa: TID253 - a parser is loaded by tasks, never when a DAG file is read
import pyarrow.compute as pc  # noqa: TID253 - as above

from contracts.datasets import SCHEMAS
from contracts.errors import SourceChanged
from contracts.schemas.columns import MONEY
from contracts.text import printable
from extractors.customs import months
from extractors.customs.census_request import COMMODITY, QUANTITIES, SUFFIX, Asked
from extractors.customs.census_table import Table, translated, whole_numbers
from extractors.customs.queries import LEVELS
from extractors.customs.schedule_c import WORLD, partner_kind

FLOW = SCHEMAS["trade_flow"]
BROKEN_OUT = ("DISTRICT", "CTY_SUBCODE", "RP")
EXPORT_BASIS = {"-": "TOT_EXP", "1": "DOM_EXP", "2": "RE_EXP"}
KEY = ["partner_code", "code", "period", "period_type", "flow_basis"]
_QUANTITY = pa.decimal128(20, 3)


def flows(table: Table, asked: Asked | None) -> pa.Table:
    """`trade_flow` rows of one answer, months and years to date side by side.

    Raises `SourceChanged` for a missing column, a code, partner or month that was not asked for, a key that comes twice,
    and, where the request named no partner, for countries that do not add up to the world row to the dollar.
    """
    _require_columns(table, asked)
    for name in BROKEN_OUT:
        table = _totals_only(table, name)
    flow, level = _flow(table), _level(table, asked)
    keys = _keys(table, flow, level, asked)
    pieces = [_measure(table, keys, basis, span) for basis, span in _measures(table, flow)]
    if not pieces:
        raise SourceChanged("there is no value column (GEN_VAL, CON_VAL or ALL_VAL by _MO or _YR)")
    whole = pa.concat_tables(pieces)
    _require_unique(whole)
    if asked is not None and asked.partners is None:
        _require_sums(whole)
    return whole


def _require_columns(table: Table, asked: Asked | None) -> None:
    for name in asked.columns if asked else ():
        if name not in table.columns:
            raise SourceChanged(f"column {name} was asked for and is missing")
    for suffix in SUFFIX.values():
        if f"CAL_DUT{suffix}" in table.columns and f"CON_VAL{suffix}" not in table.columns:
            raise SourceChanged(f"CAL_DUT{suffix} came without CON_VAL{suffix}, on which it is charged")


def _totals_only(table: Table, name: str) -> Table:
    if name not in table.columns:
        return table
    total = pc.equal(table.need(name), "-")
    if table.rows and not pc.any(total).as_py():
        raise SourceChanged(f"the table is broken out by {name} and has no total row")
    return table.where(total)


def _flow(table: Table) -> str:
    found = [flow for flow, name in COMMODITY.items() if name in table.columns]
    if len(found) != 1:
        raise SourceChanged("neither or both of I_COMMODITY and E_COMMODITY are there")
    return found[0]


def _level(table: Table, asked: Asked | None) -> str:
    found = set(pc.unique(table.need("COMM_LVL")).to_pylist()) or {asked.level if asked else "HS2"}
    if len(found) != 1 or not found <= set(LEVELS) or (asked and found != {asked.level}):
        raise SourceChanged(f"COMM_LVL is {printable(', '.join(sorted(found)), 60)}")
    return str(found.pop())


def _keys(table: Table, flow: str, level: str, asked: Asked | None) -> dict[str, pa.Array]:
    """The columns all measures share."""
    partner, code = table.need("CTY_CODE"), table.need(COMMODITY[flow])
    digits = re.compile(rf"\d{{{LEVELS[level]}}}", re.ASCII)

    def commodity(text: str) -> str:
        if not digits.fullmatch(text) or (asked and not asked.covers(text)):
            raise SourceChanged(f"commodity {printable(text, 20)!r} was not asked for at level {level}")
        return text

    def kind(text: str) -> str:
        if asked and asked.partners is not None and text not in asked.partners:
            raise SourceChanged(f"partner {printable(text, 20)!r} was not asked for")
        return partner_kind(text)

    return {
        "partner_kind": translated(partner, kind, pa.string()),
        "partner_code": partner,
        "code": translated(code, commodity, pa.string()),
        "period": _periods(table, asked),
        "flow": pa.repeat(flow, table.rows),
        "level": pa.repeat(level, table.rows),
    }


def _periods(table: Table, asked: Asked | None) -> pa.Array:
    def first_day(text: str) -> date:
        try:
            day = months.month(text)
        except ValueError as error:
            raise SourceChanged(f"time: {printable(str(error), 60)}") from None
        if asked and not asked.first <= day <= asked.last:
            raise SourceChanged(f"{text} was not asked for")
        return day

    if "time" not in table.columns:
        joined = pc.binary_join_element_wise(table.need("YEAR"), table.need("MONTH"), "-")
        return translated(joined, first_day, pa.date32())
    return translated(table.need("time"), first_day, pa.date32())


def _measures(table: Table, flow: str) -> Iterator[tuple[str, str]]:
    for basis in ("GEN_VAL", "CON_VAL") if flow == "import" else ("ALL_VAL",):
        for span, suffix in SUFFIX.items():
            if basis + suffix in table.columns:
                yield basis, span


def _measure(table: Table, keys: dict[str, pa.Array], basis: str, span: str) -> pa.Table:
    """All rows of one value column."""
    suffix = SUFFIX[span]
    value = whole_numbers(basis + suffix, table.columns[basis + suffix])
    known = {
        **keys,
        "reporter": pa.repeat("USA", table.rows),
        "country_codes": pa.repeat("schedule_c", table.rows),
        "flow_basis": _basis(table, basis),
        "period_type": pa.repeat(span, table.rows),
        "status": pc.if_else(pc.is_null(value), "blank", "reported"),
        "value": _money(value),
        "currency": pa.repeat("USD", table.rows),
    }
    if basis == "CON_VAL" and f"CAL_DUT{suffix}" in table.columns:
        known["duty"] = _money(whole_numbers(f"CAL_DUT{suffix}", table.columns[f"CAL_DUT{suffix}"]))
    known |= _quantities(table, keys["level"], QUANTITIES.get(basis, "QTY_"), suffix)
    columns = [known.get(f.name, pa.nulls(table.rows, f.type)) for f in FLOW]
    return pa.Table.from_arrays(columns, schema=FLOW)


def _money(value: pa.Array) -> pa.Array:
    return value.cast(pa.decimal128(21, 2)).cast(MONEY)


def _basis(table: Table, basis: str) -> pa.Array:
    if basis != "ALL_VAL":
        return pa.repeat(basis, table.rows)
    if "DF" not in table.columns:
        return pa.repeat("TOT_EXP", table.rows)

    def meaning(text: str) -> str:
        if text not in EXPORT_BASIS:
            raise SourceChanged(f"DF {printable(text, 10)!r} is neither 1, 2 nor -")
        return EXPORT_BASIS[text]

    return translated(table.need("DF"), meaning, pa.string())


def _quantities(table: Table, level: pa.Array, stem: str, suffix: str) -> dict[str, pa.Array]:
    """Quantities with their units, at ten digits and where a unit is stated; elsewhere they mean nothing."""
    found: dict[str, pa.Array] = {}
    for n in (1, 2):
        name, unit = f"{stem}{n}{suffix}", table.columns.get(f"UNIT_QY{n}")
        if name not in table.columns or unit is None:
            continue
        stated = pc.fill_null(
            pc.and_(pc.equal(level, "HS10"), pc.invert(pc.is_in(unit, pa.array(["", "-"])))), False
        )
        stated = pc.and_(stated, pc.is_valid(unit))
        quantity = whole_numbers(name, table.columns[name]).cast(pa.decimal128(22, 3)).cast(_QUANTITY)
        found[f"quantity_{n}"] = pc.if_else(stated, quantity, pa.scalar(None, _QUANTITY))
        found[f"unit_{n}"] = pc.if_else(stated, unit, pa.scalar(None, pa.string()))
    return found


def _require_unique(whole: pa.Table) -> None:
    counts = whole.group_by(KEY).aggregate([([], "count_all")])
    twice = _sorted(counts.filter(pc.greater(counts["count_all"], 1)))
    if twice.num_rows:
        raise SourceChanged(f"{twice.num_rows} cells come twice, the first is {_cell(twice)}")


def _require_sums(whole: pa.Table) -> None:
    """Countries must equal the world row in every code, period and basis, to the dollar; blanks add nothing."""
    shared = [name for name in KEY if name != "partner_code"]
    country, world = (
        whole.filter(pc.equal(whole["partner_kind"], kind)).group_by(shared).aggregate([("value", "sum")])
        for kind in ("country", "world")
    )
    both = country.join(world, shared, right_suffix="_world", join_type="full outer")
    given, stated = (pc.fill_null(both[name], 0) for name in ("value_sum", "value_sum_world"))
    off = _sorted(both.filter(pc.not_equal(given, stated)))
    if off.num_rows:
        found, told = (off[name][0].as_py() for name in ("value_sum", "value_sum_world"))
        said = f"countries give {found}, the world row {WORLD!r} says {told}"
        raise SourceChanged(f"{off.num_rows} totals are off, the first is {_cell(off)}: {said}")


def _sorted(found: pa.Table) -> pa.Table:
    return found.sort_by([(name, "ascending") for name in KEY if name in found.column_names])


def _cell(found: pa.Table) -> str:
    return ", ".join(printable(str(found[name][0].as_py()), 20) for name in KEY if name in found.column_names)
