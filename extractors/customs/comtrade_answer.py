"""The JSON of UN Comtrade opened: its records, or what stands in their place said in words."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import chain
from typing import Any, NoReturn

from contracts.errors import SourceBusy, SourceChanged
from contracts.text import printable

KNOWN = frozenset(
    [
        *("typeCode", "freqCode", "refPeriodId", "refYear", "refMonth", "period", "flowCode", "flowDesc"),
        *(
            f"{area}{what}"
            for area in ("reporter", "partner", "partner2")
            for what in ("Code", "ISO", "Desc")
        ),
        *("classificationCode", "classificationSearchCode", "isOriginalClassification"),
        *("cmdCode", "cmdDesc", "aggrLevel", "isLeaf", "customsCode", "customsDesc", "mosCode", "motCode"),
        *("motDesc", "qtyUnitCode", "qtyUnitAbbr", "qty", "isQtyEstimated", "altQtyUnitCode"),
        *("altQtyUnitAbbr", "altQty", "isAltQtyEstimated", "netWgt", "isNetWgtEstimated", "grossWgt"),
        *("isGrossWgtEstimated", "cifvalue", "fobvalue", "primaryValue", "legacyEstimationFlag"),
        *("isReported", "isAggregate", "datasetCode"),
    ]
)
SPELLINGS = {"cifValue": "cifvalue", "fobValue": "fobvalue"}
"""Names that the publisher's own list of data items writes in another way than its answers."""
_LATER = re.compile(r"rate limit|quota|try again", re.IGNORECASE)
Record = Mapping[str, Any]


def records(body: bytes) -> list[Record]:
    """The records of an answer, numbers with a point as `Decimal`; names in one spelling.

    Raises `SourceChanged` for a page, a text, an error said inside a 200, or a count that is not that of the records, and
    `SourceBusy` where what is said inside a 200 is to come later.
    """
    answer = _json(body)
    if said := _error(answer):
        busy = answer.get("statusCode") == 429 or _LATER.search(said)
        raise (SourceBusy if busy else SourceChanged)(f"the service says: {printable(said, 160)}")
    found, count = answer.get("data"), answer.get("count")
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise SourceChanged("there is no list of records under `data`")
    if type(count) is not int or count != len(found):
        raise SourceChanged(f"count says {printable(str(count), 20)} and there are {len(found)} records")
    if not SPELLINGS.keys() & _names(found):
        return found
    return [{SPELLINGS.get(name, name): value for name, value in record.items()} for record in found]


def new_names(found: list[Record]) -> tuple[str, ...]:
    """Names in the records that no parser here knows, in their order."""
    return tuple(name for name in _names(found) if name not in KNOWN)


def _names(found: list[Record]) -> dict[str, None]:
    return dict.fromkeys(chain.from_iterable(found))


def _json(body: bytes) -> Mapping[str, Any]:
    if body[:200].lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        said = printable(body[:400].decode("utf-8", "replace"), 160)
        raise SourceChanged(f"an HTML page instead of records (is the request too long?): {said!r}")
    try:
        answer = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError):
        said = printable(body[:160].decode("utf-8", "replace"))
        raise SourceChanged(f"not JSON: {said!r}") from None
    if not isinstance(answer, dict):
        raise SourceChanged("not an object with `data` and `count`")
    return answer


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number")


def _error(answer: Mapping[str, Any]) -> str:
    """What an answer says in place of records, in any of the ways the service does; blank when it says nothing."""
    inner = answer.get("errorObject")
    if inner:
        told = inner.get("errorMessage") if isinstance(inner, dict) else None
        return str(told or inner)
    if answer.get("error"):
        return str(answer["error"])
    return str(answer.get("message") or "") if "data" not in answer else ""
