"""An answer of Korea's customs API as lines: XML whose faults come with status 200, and whose first item is the total."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.errors import SourceChanged
from contracts.text import printable

KEY_ENV = "DATA_GO_KR_KEY"
WORLD = "-"
TOTAL = "총계"
GOOD = ("00", "0")
AMOUNTS = ("expDlr", "expWgt", "impDlr", "impWgt")
_KEY_REASONS = {
    "20": "the key was not granted this service",
    "30": "the key is not registered",
    "31": "the key has expired",
}
_BUSY_REASONS = {"22": "today's number of requests is reached", "23": "too many requests a second"}
_PERIOD = re.compile(r"(\d{4})\.(0[1-9]|1[0-2])", re.ASCII)
_PARTNER = re.compile(r"[A-Z][A-Z0-9]", re.ASCII)
_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,2})?", re.ASCII)


@dataclass(frozen=True)
class Line:
    """One item: dollars and kilograms out and in, of one ten-digit code, month and partner (`-`: the world)."""

    code: str
    month: date
    partner: str
    export: Decimal
    export_kg: Decimal
    import_: Decimal
    import_kg: Decimal

    @property
    def key(self) -> tuple[str, date, str]:
        """What an answer may say once."""
        return self.code, self.month, self.partner


def lines(body: bytes, code: str, first: date, last: date, partner: str | None) -> list[Line]:
    """The items of an answer, without its total, which they must add up to; empty where there is nothing.

    `partner` is the one asked for, `-` for the world, None for every country. Raises `SourceChanged` with the service's
    own words where it gave a fault, and where an item was not asked for or an amount contradicts another.
    """
    items = [_texts(item) for item in _root(body).iter("item")]
    totals = [item for item in items if item.get("year") == TOTAL]
    found = [_line(item, code, partner) for item in items if item.get("year") != TOTAL]
    if not items:
        return []
    if len(totals) != 1 or items[0] is not totals[0]:
        raise SourceChanged(f"the first item is not the one total ({TOTAL}): the answer may be cut off")
    _require_whole(found, _amounts(totals[0], "the total"))
    outside = next((line for line in found if not first <= line.month <= last), None)
    if outside is not None:
        raise SourceChanged(f"{outside.month:%Y-%m} was not asked for")
    return found


def _require_whole(found: list[Line], total: dict[str, Decimal]) -> None:
    """The items are as many as were added up, each of them once; dollars and kilograms are rounded one by one."""
    if len({line.key for line in found}) != len(found):
        raise SourceChanged("a code, month and partner comes twice")
    for name, values in (
        ("expDlr", [line.export for line in found]),
        ("impDlr", [line.import_ for line in found]),
        ("expWgt", [line.export_kg for line in found]),
        ("impWgt", [line.import_kg for line in found]),
    ):
        if abs(sum(values, Decimal(0)) - total[name]) > len(found):
            raise SourceChanged(
                f"{name} adds up to {sum(values)}, the total says {total[name]}: rows are missing"
            )


def _root(body: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceChanged(f"the answer is no whole XML: {printable(str(error), 100)}") from None
    if root.getroottree().docinfo.doctype:
        raise SourceChanged("the answer declares a document type, which this service never does")
    if root.tag != "response":
        raise SourceChanged(_fault(root))
    said = root.findtext("header/resultCode", "").strip()
    if said not in GOOD:
        raise SourceChanged(_said(said, root.findtext("header/resultMsg", "")))
    return root


def _fault(root: Any) -> str:
    reason = next(root.iter("returnReasonCode"), None)
    if root.tag != "OpenAPI_ServiceResponse" or reason is None:
        return f"the answer begins with <{printable(str(root.tag), 40)}>, not <response>"
    words = [
        text for name in ("errMsg", "returnAuthMsg") for text in [root.findtext(f".//{name}", "")] if text
    ]
    return _said((reason.text or "").strip(), ", ".join(words))


def _said(code: str, words: str) -> str:
    shown = f"the service answers {printable(code, 10) or 'no code'}: {printable(words, 160) or 'no words'}"
    if code in _KEY_REASONS:
        return f"{shown} ({_KEY_REASONS[code]}; see {KEY_ENV})"
    if code in _BUSY_REASONS:
        return f"{shown} ({_BUSY_REASONS[code]}; ask again later)"
    return shown


def _texts(item: Any) -> dict[str, str]:
    return {str(child.tag): (child.text or "").strip() for child in item}


def _line(item: dict[str, str], code: str, partner: str | None) -> Line:
    shown = printable(" ".join(item.get(name, "") for name in ("year", "statCd", "hsCd", "hsCode")), 60)
    found = _PERIOD.fullmatch(item.get("year", ""))
    if not found:
        raise SourceChanged(f"item {shown!r} has no month like 2026.01")
    line_code = item.get("hsCode") or item.get("hsCd") or ""
    if not re.fullmatch(rf"{code}\d{{4}}", line_code, re.ASCII):
        raise SourceChanged(f"item {shown!r} is no ten-digit line of {code}")
    amounts = _amounts(item, f"item {shown!r}")
    return Line(
        line_code, date(int(found[1]), int(found[2]), 1), _partner(item, partner, shown), *_in_order(amounts)
    )


def _in_order(amounts: dict[str, Decimal]) -> Iterator[Decimal]:
    yield from (amounts[name] for name in AMOUNTS)


def _partner(item: dict[str, str], asked: str | None, shown: str) -> str:
    """The world where the item names no country, as the list without partners does."""
    named = item.get("statCd", "") or WORLD
    wanted = named == asked if asked is not None else _PARTNER.fullmatch(named) is not None
    if not wanted:
        raise SourceChanged(
            f"item {shown!r} is of partner {printable(named, 10)!r}, not of {asked or 'a country'}"
        )
    return named


def _amounts(item: dict[str, str], shown: str) -> dict[str, Decimal]:
    """The four amounts; the balance beside them must be exports less imports, or one of the three is of another scale."""
    found = {name: item.get(name, "").replace(",", "") for name in (*AMOUNTS, "balPayments")}
    for name, text in found.items():
        if not _NUMBER.fullmatch(text) or (text.startswith("-") and name != "balPayments"):
            raise SourceChanged(f"{shown}: {name} is {printable(text, 30)!r}, no amount")
    amounts = {name: Decimal(text) for name, text in found.items()}
    if abs(amounts["expDlr"] - amounts["impDlr"] - amounts.pop("balPayments")) > 1:
        raise SourceChanged(f"{shown}: balPayments is not expDlr less impDlr")
    return amounts
