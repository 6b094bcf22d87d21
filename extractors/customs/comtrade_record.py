"""One record of UN Comtrade read strictly: whose figure it is, of what, when, and in which terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any, NamedTuple, NoReturn

from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.customs import m49
from extractors.customs.comtrade_request import CODE, FLOWS, FREQUENCIES, span

# H0 stands for HS 1988 and 1992 alike; Comtrade names it HS1992.
EDITIONS = {"H0": "1992", "H1": "1996", "H2": "2002", "H3": "2007", "H4": "2012", "H5": "2017", "H6": "2022"}
REIMPORTS = "RM"
LARGEST = Decimal(10) ** 17
LEVEL_DIGITS = {"TOTAL": 0}
YEARLY_MONTH = 52
KG, GOODS = "kg", "C"
Key = tuple[str, str, str, date, str]
"""Reporter, flow (M, X, RX), commodity code, first day and period type: what the partners of a total share."""


HEAD = (
    *(
        "typeCode",
        "freqCode",
        "period",
        "refPeriodId",
        "refYear",
        "refMonth",
        "reporterCode",
        "reporterISO",
        "flowCode",
    ),
    *("classificationCode", "isOriginalClassification", "cmdCode", "aggrLevel"),
    *("partner2Code", "motCode", "customsCode", "mosCode"),
)
"""What a record states in the same words as the other partners of its total: read once."""
_ABSENT = (...,) * len(HEAD)


class Head(NamedTuple):
    """What a figure is of, whoever the partner is; `broken_out` names the dimensions it is a part of."""

    key: Key
    edition: str
    broken_out: tuple[str, ...]


class Cell(NamedTuple):
    """A record in our terms. `value` is in USD; None is blank. Quantities of 0 are not known and None."""

    head: Head
    partner: str
    kind: str
    value: Decimal | None
    cif: Decimal | None
    fob: Decimal | None
    quantity: Decimal | None
    unit: str | None
    weight_kg: Decimal | None
    reported: bool

    @property
    def key(self) -> Key:
        """The total it belongs to."""
        return self.head.key

    @property
    def flow(self) -> str:
        """M, X or RX."""
        return self.head.key[1]

    @property
    def code(self) -> str:
        """The commodity."""
        return self.head.key[2]


def left_out(record: Mapping[str, Any]) -> bool:
    """Whether a record adds nothing: re-imports are within imports, and ASEAN is the sum of reporters."""
    return record.get("flowCode") == REIMPORTS or record.get("reporterCode") == m49.ASEAN


def cell(record: Mapping[str, Any], at: int) -> Cell:
    """Read one record; `at` is its place in the answer, from 1. Raises `SourceChanged` saying what is wrong where."""
    try:
        return _cell(record)
    except SourceChanged as error:
        raise SourceChanged(f"record {at}: {error}") from None


def _cell(record: Mapping[str, Any]) -> Cell:
    partner, unit = str(_count(record, "partnerCode")), _unit(record)
    return Cell(
        head=_head(record),
        partner=partner,
        kind=m49.partner_kind(partner),
        value=_money(_number(record, "primaryValue")),
        cif=_money(_number(record, "cifvalue")),
        fob=_money(_number(record, "fobvalue")),
        quantity=_known(_number(record, "qty")) if unit else None,
        unit=unit,
        weight_kg=_known(_number(record, "netWgt")),
        reported=record.get("isReported") is True,
    )


def _head(record: Mapping[str, Any]) -> Head:
    try:
        return _known_head(*map(record.get, HEAD, _ABSENT))
    except TypeError:  # a list or an object where a word or a number is due has no hash
        return _read_head(record)


@lru_cache(maxsize=50_000, typed=True)
def _known_head(*stated: object) -> Head:
    return _read_head({name: value for name, value in zip(HEAD, stated, strict=True) if value is not ...})


def _read_head(record: Mapping[str, Any]) -> Head:
    if (kind := record.get("typeCode", GOODS)) != GOODS:
        _wrong("typeCode", kind)
    flow = _text(record, "flowCode")
    if flow not in FLOWS:
        _wrong("flowCode", flow)
    frequency, (first, last) = _period(record)
    iso = _text(record, "reporterISO", optional=True)
    reporter = m49.reporter(str(_count(record, "reporterCode")), first, last, iso)
    key = (reporter, flow, _code(record), first, FREQUENCIES[frequency])
    return Head(key, _edition(record), tuple(_breakdowns(record)))


def _period(record: Mapping[str, Any]) -> tuple[str, tuple[date, date]]:
    """Frequency and days; `period`, `refPeriodId`, `refYear` and `refMonth` (52 in annual figures) must say the same."""
    frequency, period = _text(record, "freqCode"), _text(record, "period")
    try:
        first, last = span(frequency, period)
    except (KeyError, ValueError):
        raise SourceChanged(f"period {printable(period, 12)!r} of {printable(frequency, 4)!r}") from None
    month = YEARLY_MONTH if frequency == "A" else first.month
    stated = {"refPeriodId": int(f"{first:%Y%m%d}"), "refYear": first.year, "refMonth": month}
    for name, value in stated.items():
        if _count(record, name) != value:
            raise SourceChanged(f"{name} is {record[name]} in the period {period}")
    return frequency, (first, last)


def _code(record: Mapping[str, Any]) -> str:
    code, depth = _text(record, "cmdCode"), _count(record, "aggrLevel")
    if not CODE.fullmatch(code) or depth != LEVEL_DIGITS.get(code, len(code)):
        raise SourceChanged(
            f"cmdCode {printable(code, 12)!r} at aggrLevel {depth} is no code of 2, 4 or 6 digits"
        )
    return code


def _edition(record: Mapping[str, Any]) -> str:
    edition = _text(record, "classificationCode")
    if edition not in EDITIONS:
        _wrong("classificationCode", edition)
    if record.get("isOriginalClassification") is not True:
        raise SourceChanged("the figure was converted from another classification: not what was reported")
    return EDITIONS[edition]


def _breakdowns(record: Mapping[str, Any]) -> list[str]:
    """Which dimensions a record is a part of: its total stands in another record."""
    found = [name for name in ("partner2Code", "motCode") if _count(record, name) != 0]
    if _text(record, "customsCode") != "C00":
        found.append("customsCode")
    if _text(record, "mosCode").strip() != "0":
        found.append("mosCode")
    return found


def _unit(record: Mapping[str, Any]) -> str | None:
    """The unit of `qty`; None where there is none (-1)."""
    code, name = _count(record, "qtyUnitCode"), _text(record, "qtyUnitAbbr", optional=True)
    return (name or "").strip() or None if code > 0 else None


def _text(record: Mapping[str, Any], name: str, optional: bool = False) -> str:
    value = record.get(name, "" if optional else ...)
    if value is None and optional:
        return ""
    if not isinstance(value, str):
        _wrong(name, value)
    return value


def _count(record: Mapping[str, Any], name: str) -> int:
    value = record.get(name, ...)
    if type(value) is not int:
        _wrong(name, value)
    return value


def _number(record: Mapping[str, Any], name: str) -> Decimal | None:
    """A figure, None where the answer has null; `SourceChanged` for a missing, negative or giant one."""
    value = record.get(name, ...)
    if value is None:
        return None
    if type(value) is int and abs(value) < LARGEST:
        value = Decimal(value)
    if not isinstance(value, Decimal) or not value.is_finite() or not 0 <= value < LARGEST:
        _wrong(name, value)
    return value


def _wrong(name: str, value: object) -> NoReturn:
    if value is ...:
        raise SourceChanged(f"{name} is missing")
    raise SourceChanged(f"{name} is {printable(str(value)[:60], 40)!r}")


def _money(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"), ROUND_HALF_EVEN)


def _known(value: Decimal | None) -> Decimal | None:
    """A quantity to three places; 0 is how Comtrade writes that it does not know."""
    return value.quantize(Decimal("0.001"), ROUND_HALF_EVEN) if value else None
