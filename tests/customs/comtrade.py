"""Synthetic answers of UN Comtrade."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

from extractors.customs import un_comtrade
from extractors.customs.comtrade_request import Asked
from tests.documents import Saved

GET = Asked("get", "A", ("842",), ("2022",), ("M",), ("850760",), None)
PREVIEW = Asked("preview", "A", ("842",), ("2022",), ("M",), ("850760",), None)
NAMED = dataclasses.replace(GET, partners=("0", "156", "484"))


def record(partner: int = 156, value: object = 100, **changes: Any) -> dict[str, Any]:
    """A record of US imports of HS 850760 in 2022."""
    return {
        "typeCode": "C",
        "freqCode": "A",
        "refPeriodId": 20220101,
        "refYear": 2022,
        "refMonth": 52,
        "period": "2022",
        "reporterCode": 842,
        "reporterISO": "USA",
        "flowCode": "M",
        "partnerCode": partner,
        "partner2Code": 0,
        "classificationCode": "H6",
        "classificationSearchCode": "HS",
        "isOriginalClassification": True,
        "cmdCode": "850760",
        "aggrLevel": 6,
        "customsCode": "C00",
        "mosCode": "0",
        "motCode": 0,
        "qtyUnitCode": 5,
        "qtyUnitAbbr": "u",
        "qty": 7,
        "netWgt": 12.5,
        "cifvalue": value,
        "fobvalue": None,
        "primaryValue": value,
        "isReported": True,
        "isAggregate": False,
    } | changes


def whole(*records: dict[str, Any]) -> list[dict[str, Any]]:
    """The records with the world row that they add up to."""
    return [record(0, sum(r["primaryValue"] or 0 for r in records)), *records]


def answer(found: list[dict[str, Any]], asked: Asked | None = GET, **envelope: object) -> Saved:
    """An answer with these records to a request."""
    said = {"elapsedTime": "0.1 secs", "count": len(found), "data": found, "error": ""} | envelope
    return body(json.dumps(said).encode(), asked)


def body(content: bytes, asked: Asked | None = GET) -> Saved:
    """An answer with this body to a request."""
    url = asked.url() if asked else "https://data.example/x"
    return Saved(content, source="un_comtrade", url=url, scope=asked.scope() if asked else {})


def read(document: Saved) -> list[dict[str, Any]]:
    """The rows of an answer."""
    return [row for _, batch in un_comtrade.parse(document) for row in batch.to_pylist()]


def one(**changes: Any) -> dict[str, Any]:
    """The row that a single record is read as, whatever was asked."""
    (row,) = read(answer([record(**changes)], None))
    return row


HEADER = (
    *("typeCode", "freqCode", "refPeriodId", "refYear", "refMonth", "period", "reporterCode", "reporterISO"),
    *("reporterDesc", "flowCode", "flowDesc", "partnerCode", "partnerISO", "partnerDesc", "partner2Code"),
    *("partner2ISO", "partner2Desc", "classificationCode", "classificationSearchCode"),
    *("isOriginalClassification", "cmdCode", "cmdDesc", "aggrLevel", "isLeaf", "customsCode", "customsDesc"),
    *("mosCode", "motCode", "motDesc", "qtyUnitCode", "qtyUnitAbbr", "qty", "isQtyEstimated"),
    *("altQtyUnitCode", "altQtyUnitAbbr", "altQty", "isAltQtyEstimated", "netWgt", "isNetWgtEstimated"),
    *("grossWgt", "isGrossWgtEstimated", "cifvalue", "fobvalue", "primaryValue", "legacyEstimationFlag"),
    *("isReported", "isAggregate"),
)
PLUS_URL = "urn:inbox:un_comtrade_plus:TradeData.csv"


def plus(found: list[dict[str, Any]], header: tuple[str, ...] = HEADER, encoding: str = "latin-1") -> Saved:
    """A file of the web site: all quoted, nothing for null, one field more than names."""
    lines = [",".join(header)]
    for entry in found:
        named = {"partnerDesc": "Türkiye"} | entry
        lines.append("".join(f"{_quoted(named.get(name))}," for name in header))
    content = "".join(line + "\r\n" for line in lines).encode(encoding)
    return Saved(
        content, source="un_comtrade_plus", url=PLUS_URL, scope={"format": "comtrade_csv"}, via="inbox"
    )


def _quoted(value: object) -> str:
    return "" if value is None else f'"{str(value).lower() if isinstance(value, bool) else value}"'
