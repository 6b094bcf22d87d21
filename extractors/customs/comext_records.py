"""The records of a Comext bulk file, streamed, summed over customs procedures, as `trade_flow` columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyarrow as pa  # noqa: TID253 - a parser is loaded by tasks, never when a DAG file is read
import pyarrow.compute as pc  # noqa: TID253 - as above
import pyarrow.csv as pa_csv  # noqa: TID253 - as above

from contracts.datasets import SCHEMAS
from contracts.errors import SourceChanged
from contracts.schemas.columns import MONEY
from contracts.text import printable
from extractors.customs import kept
from extractors.customs.comext_codes import FLOWS, MEMBERS, REPORTERS, UNION, partner_kind

HEADER = [
    "REPORTER", "PARTNER", "TRADE_TYPE", "PRODUCT_NC", "PRODUCT_SITC", "PRODUCT_CPA21", "PRODUCT_CPA22",
    "PRODUCT_BEC", "PRODUCT_BEC5", "PRODUCT_SECTION", "FLOW", "STAT_PROCEDURE", "SUPPL_UNIT", "PERIOD", "VALUE_EUR",
    "VALUE_NAC", "QUANTITY_KG", "QUANTITY_SUPPL_UNIT",
]  # fmt: skip
READ = (
    "REPORTER", "PARTNER", "TRADE_TYPE", "PRODUCT_NC", "FLOW", "SUPPL_UNIT", "PERIOD", "VALUE_EUR",
    "QUANTITY_KG", "QUANTITY_SUPPL_UNIT",
)  # fmt: skip
NO_UNIT = "NO_SU"
BLOCK_BYTES = 16 * 1024 * 1024
KEY = ["reporter", "partner_code", "flow", "level", "code"]
_QUANTITY = pa.decimal128(20, 3)
_AMOUNT = r"^\d{1,15}(\.\d{1,2})?$"
_PRODUCT = r"^(\d{2}[\dX]{6}|TOTAL)$"
_MEASURES = ("value", "quantity_1", "quantity_2")
_SUMS = [("value", "sum"), ("quantity_1", "sum"), ("quantity_2", "sum"), ("unit_2", "min"), ("unit_2", "max")]


@dataclass(frozen=True)
class Records:
    """`trade_flow` rows of a file, sorted by key, and the names of columns beyond those documented."""

    flows: pa.Table
    new_columns: tuple[str, ...]


def records(path: Path, digits: str, period: date, period_type: str) -> Records:
    """What the file holds. Raises `SourceChanged` with the column that is wrong."""
    added = tuple(printable(name, 40) for name in _header(path)[len(HEADER) :])
    blocks = [_block(batch, digits) for batch in _batches(path)]
    if not blocks:
        raise SourceChanged("the file has no line below its header")
    lines = _summed(pa.concat_tables(blocks))
    with_six = pa.concat_tables([lines, _six_digits(lines)])
    whole = pa.concat_tables([with_six, _union(with_six)]).drop_columns(["outside"])
    ordered = _merged(whole, KEY).sort_by([(name, "ascending") for name in KEY])
    return Records(_columns(ordered, period, period_type), added)


def _header(path: Path) -> list[str]:
    with path.open("rb") as head:
        names = head.readline(10_000).decode("ascii", "replace").strip().split(",")
    if names[: len(HEADER)] != HEADER:
        raise SourceChanged(f"columns are {printable(','.join(names), 200)}, not those documented")
    return names


def _batches(path: Path) -> Iterator[pa.RecordBatch]:
    options = pa_csv.ConvertOptions(
        include_columns=list(READ), column_types=dict.fromkeys(READ, pa.string()), strings_can_be_null=False
    )
    try:
        with pa_csv.open_csv(
            path, pa_csv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False), convert_options=options
        ) as reader:
            yield from reader
    except pa.ArrowInvalid as error:
        raise SourceChanged(f"a line is not as documented: {printable(str(error), 160)}") from None


def _block(batch: pa.RecordBatch, digits: str) -> pa.Table:
    """The kept lines of a block, their amounts as numbers, summed by key, trade type and unit."""
    _require(batch, "PERIOD", rf"^{digits}$")
    _require(batch, "FLOW", r"^[12]$")
    _require(batch, "TRADE_TYPE", r"^[EI]$")
    product = batch.column("PRODUCT_NC")
    known = pc.is_in(batch.column("REPORTER"), pa.array(sorted(REPORTERS)))
    wanted = pc.and_(known, pc.match_substring_regex(product, _kept_pattern()))
    lines = batch.filter(wanted)
    _require(lines, "PRODUCT_NC", _PRODUCT)
    for name in ("VALUE_EUR", "QUANTITY_KG", "QUANTITY_SUPPL_UNIT"):
        _require(lines, name, _AMOUNT)
    return _summed(_named(lines))


def _kept_pattern() -> str:
    """Kept codes, a chapter's withheld remainder (85XXXXXX), the total row."""
    return f"^({'|'.join(kept.kept_codes())}|TOTAL)"


def _require(batch: pa.RecordBatch, name: str, pattern: str) -> None:
    column = batch.column(name)
    wrong = column.filter(pc.invert(pc.match_substring_regex(column, pattern)))
    if len(wrong):
        raise SourceChanged(f"{name} holds {printable(str(wrong[0].as_py()), 40)!r}")


def _named(lines: pa.RecordBatch) -> pa.Table:
    product = lines.column("PRODUCT_NC")
    unit = lines.column("SUPPL_UNIT")
    has_unit = pc.not_equal(unit, NO_UNIT)
    return pa.table(
        {
            "reporter": _translated(lines.column("REPORTER"), REPORTERS),
            "partner_code": lines.column("PARTNER"),
            "flow": _translated(lines.column("FLOW"), {code: flow for code, (flow, _) in FLOWS.items()}),
            "level": pc.if_else(pc.equal(product, "TOTAL"), "TOTAL", "HS8"),
            "code": product,
            "outside": pc.equal(lines.column("TRADE_TYPE"), "E"),
            "value": _amount(lines, "VALUE_EUR", MONEY),
            "quantity_1": _amount(lines, "QUANTITY_KG", _QUANTITY),
            "quantity_2": pc.if_else(
                has_unit, _amount(lines, "QUANTITY_SUPPL_UNIT", _QUANTITY), pa.scalar(None, _QUANTITY)
            ),
            "unit_2": pc.if_else(has_unit, unit, pa.scalar(None, pa.string())),
        }
    )


def _amount(lines: pa.RecordBatch, name: str, kind: pa.DataType) -> pa.Array:
    return pc.cast(lines.column(name), pa.decimal128(38, kind.scale)).cast(kind)


def _translated(column: pa.Array, meaning: dict[str, str]) -> pa.Array:
    codes = sorted(meaning)
    return pc.take(pa.array([meaning[code] for code in codes]), pc.index_in(column, pa.array(codes)))


def _summed(lines: pa.Table) -> pa.Table:
    return _merged(lines, [*KEY, "outside"])


def _merged(lines: pa.Table, key: list[str]) -> pa.Table:
    """Sums by key; quantities of two units are no quantity, nor is a sum that lacks a part."""
    lines = lines.append_column("lacks", pc.cast(pc.is_null(lines["quantity_2"]), pa.int64()))
    grouped = lines.group_by(key, use_threads=False).aggregate([*_SUMS, ("lacks", "sum")])
    same = pc.and_(pc.equal(grouped["unit_2_min"], grouped["unit_2_max"]), pc.equal(grouped["lacks_sum"], 0))
    same = pc.fill_null(same, False)
    columns = {name: grouped[name] for name in key}
    columns |= {
        "value": grouped["value_sum"].cast(MONEY),
        "quantity_1": grouped["quantity_1_sum"].cast(_QUANTITY),
    }
    columns["quantity_2"] = pc.if_else(
        same, grouped["quantity_2_sum"].cast(_QUANTITY), pa.scalar(None, _QUANTITY)
    )
    columns["unit_2"] = pc.if_else(same, grouped["unit_2_min"], pa.scalar(None, pa.string()))
    return pa.table(columns)


def _six_digits(lines: pa.Table) -> pa.Table:
    told = lines.filter(pc.match_substring_regex(lines["code"], r"^\d{8}$"))
    six = told.set_column(
        told.schema.get_field_index("code"), "code", pc.utf8_slice_codeunits(told["code"], 0, 6)
    )
    level = pa.array(["HS6"] * six.num_rows, pa.string())
    return _summed(six.set_column(six.schema.get_field_index("level"), "level", level))


def _union(lines: pa.Table) -> pa.Table:
    """The 27 members' trade with the outside, as the Union's own; nothing unless each of them has a line."""
    members = lines.filter(pc.is_in(lines["reporter"], pa.array(sorted(MEMBERS.values()))))
    if len(pc.unique(members["reporter"])) < len(MEMBERS):
        return lines.slice(0, 0)
    shared = pc.and_(members["outside"], pc.not_equal(members["level"], "HS8"))
    outside = members.filter(shared)
    union = pa.array([UNION] * outside.num_rows, pa.string())
    return _summed(outside.set_column(outside.schema.get_field_index("reporter"), "reporter", union))


def _columns(found: pa.Table, period: date, period_type: str) -> pa.Table:
    rows = found.num_rows
    kinds = [
        partner_kind(reporter, code)
        for reporter, code in zip(
            found["reporter"].to_pylist(), found["partner_code"].to_pylist(), strict=True
        )
    ]
    known = {name: found[name] for name in (*KEY, *_MEASURES, "unit_2")}
    known |= {"partner_kind": pa.array(kinds, pa.string()), "unit_1": pa.repeat("kg", rows)}
    known["flow_basis"] = _translated(found["flow"].combine_chunks(), dict(FLOWS.values()))
    same = {
        "country_codes": "geonom",
        "period": period,
        "period_type": period_type,
        "status": "reported",
        "currency": "EUR",
    }
    schema = SCHEMAS["trade_flow"]
    return pa.Table.from_arrays(
        [known.get(f.name, pa.repeat(pa.scalar(same.get(f.name), f.type), rows)) for f in schema],
        schema=schema,
    )
