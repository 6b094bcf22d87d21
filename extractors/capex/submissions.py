"""submissions: who a filer is, and its newest filings column by column.

`filings.recent` holds at least a year of filings, and at least the newest thousand: columns of one length, as many rows as
it has. `filings.files` names pages with older ones; they are not asked for, because every fact names its own filing.
Filings by others about the filer (insiders' forms 3, 4, 5, 144 and the like) are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.document import Batch, Document
from contracts.errors import SourceChanged
from extractors.capex import strict

REPORTS = ("10-K", "10-KT", "10-Q", "10-QT", "20-F", "40-F", "6-K", "8-K")
FORMS = frozenset(f"{form}{ending}" for form in REPORTS for ending in ("", "/A"))
COLUMNS = (
    "accessionNumber",
    "filingDate",
    "reportDate",
    "acceptanceDateTime",
    "form",
    "isXBRL",
    "primaryDocument",
)
KNOWN_COLUMNS = frozenset(COLUMNS) | {
    *("act", "fileNumber", "filmNumber", "items", "core_type", "size", "isInlineXBRL"),
    "primaryDocDescription",
}
KNOWN = frozenset(
    {
        *(
            "cik",
            "entityType",
            "sic",
            "sicDescription",
            "ownerOrg",
            "name",
            "tickers",
            "exchanges",
            "ein",
            "lei",
        ),
        *("insiderTransactionForOwnerExists", "insiderTransactionForIssuerExists", "description", "website"),
        *(
            "investorWebsite",
            "category",
            "fiscalYearEnd",
            "stateOfIncorporation",
            "addresses",
            "phone",
            "flags",
        ),
        *("stateOfIncorporationDescription", "formerNames", "filings"),
    }
)
_ACCEPTED = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z", re.ASCII)
_MONTH_DAY = re.compile(r"(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])", re.ASCII)


@dataclass(frozen=True)
class Filing:
    """One filing as its row says; what the row leaves blank is None. `accepted_at` is UTC."""

    cik: str
    accession: str
    form: str
    filed: date | None
    report_date: date | None
    accepted_at: datetime | None
    xbrl: bool | None
    primary_document: str | None
    seen_in: str = "submissions"


def batches(document: Document, cik: str) -> Iterator[Batch]:
    """One row of `company_profile` and the reports among the filings as rows of `filing`. Raises `SourceChanged`."""
    from contracts.datasets import rows

    found = _of(document, cik)
    listed = _filings(found, cik, strict.newest_day(document))
    yield from rows("company_profile", [_profile(found, cik)])
    yield from rows("filing", (vars(filing) for filing in dict.fromkeys(listed) if filing.form in FORMS))


def filings(document: Document, cik: str) -> list[Filing]:
    """Every filing of the page, whatever its form."""
    return _filings(_of(document, cik), cik, strict.newest_day(document))


def new_columns(document: Document) -> tuple[str, ...]:
    """Members of the document and columns of its filings that this parser does not know."""
    found = strict.json_object(document)
    recent = strict.part(strict.part(found, "filings", dict), "recent", dict, "filings")
    return tuple(sorted((set(found) - KNOWN) | (set(recent) - KNOWN_COLUMNS)))


def _of(document: Document, cik: str) -> dict[str, Any]:
    found = strict.json_object(document)
    if (own := strict.cik(found.get("cik"))) != cik:
        raise SourceChanged(f"holds the filings of CIK {own}, asked was {cik}")
    return found


def _profile(found: dict[str, Any], cik: str) -> dict[str, object]:
    year_end = found.get("fiscalYearEnd") or None
    if year_end is not None and not (isinstance(year_end, str) and _MONTH_DAY.fullmatch(year_end)):
        raise SourceChanged(f"fiscalYearEnd is {strict.shown(year_end)}, not a month and day like 0630")
    return {
        "cik": cik,
        "name": strict.part(found, "name", str),
        "fiscal_year_end": year_end,
        "entity_type": strict.text(found, "entityType"),
        "sic": strict.text(found, "sic"),
        "tickers": _joined(found, "tickers"),
        "exchanges": _joined(found, "exchanges"),
        "lei": strict.text(found, "lei", required=False),
        "incorporated_in": strict.text(found, "stateOfIncorporation"),
    }


def _joined(found: dict[str, Any], name: str) -> str | None:
    """Texts "; "-joined; a ticker that is not listed has null for its exchange."""
    values = strict.part(found, name, list)
    return "; ".join(v for v in (strict.text({name: v}, name) for v in values) if v) or None


def _filings(found: dict[str, Any], cik: str, newest: date) -> list[Filing]:
    recent = strict.part(strict.part(found, "filings", dict), "recent", dict, "filings")
    columns = {name: strict.part(recent, name, list, "filings.recent") for name in {*COLUMNS, *recent}}
    lengths = {name: len(column) for name, column in columns.items()}
    if len(set(lengths.values())) > 1:
        few, many = (choose(lengths, key=lambda name: lengths[name]) for choose in (min, max))
        raise SourceChanged(f"filings.recent has {lengths[few]} of {few} and {lengths[many]} of {many}")
    lines = zip(*(columns[name] for name in COLUMNS), strict=True)
    return [_filing(dict(zip(COLUMNS, line, strict=True)), cik, newest) for line in lines]


def _filing(row: dict[str, Any], cik: str, newest: date) -> Filing:
    filed, reported = (row[name] or None for name in ("filingDate", "reportDate"))
    return Filing(
        cik=cik,
        accession=strict.accession(row["accessionNumber"]),
        form=strict.part(row, "form", str, "a filing"),
        filed=None if filed is None else strict.day(filed, "filingDate", newest),
        report_date=None if reported is None else strict.day(reported, "reportDate"),
        accepted_at=_accepted(row["acceptanceDateTime"]),
        xbrl=_flag(row["isXBRL"]),
        primary_document=strict.text(row, "primaryDocument"),
    )


def _accepted(value: object) -> datetime | None:
    """UTC, as the Z says: so read, filings are accepted between 06:00 and 22:00 in New York, on the day they were filed."""
    if value is None or value == "":
        return None
    try:
        if isinstance(value, str) and _ACCEPTED.fullmatch(value):
            return datetime.fromisoformat(value.replace("Z", "+00:00"))
    except ValueError:
        pass
    raise SourceChanged(f"acceptanceDateTime is {strict.shown(value)}, not a time in UTC")


def _flag(value: object) -> bool | None:
    if value is None or value in (0, 1):
        return None if value is None else bool(value)
    raise SourceChanged(f"isXBRL is {strict.shown(value)}, not 0 or 1")
