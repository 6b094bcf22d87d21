"""getcurrent: the newest hundred filings of everybody, as Atom in ISO-8859-1; the tracked companies' reports are read.

A filing has one entry for each party to it (`FORM - NAME (CIK) (Role)`): it counts once for each tracked company. `updated`
is the time of acceptance with New York's offset.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime
from typing import Any

from contracts.document import Batch, Document
from contracts.errors import SourceChanged
from contracts.text import printable
from extractors.capex import strict
from extractors.capex.submissions import FORMS, Filing

MAX_BYTES = 5_000_000
_ATOM = "{http://www.w3.org/2005/Atom}"
_PARTY = re.compile(r"\((\d{10})\) \([^()]+\)\s*", re.ASCII)
_ID = re.compile(r"urn:tag:sec\.gov,2008:accession-number=(\d{10}-\d{2}-\d{6})", re.ASCII)
_FILED = re.compile(r"<b>Filed:</b>\s*(\d{4}-\d{2}-\d{2})", re.ASCII)


def batches(document: Document, tracked: Collection[str]) -> Iterator[Batch]:
    """Rows of `filing` for reports of the tracked CIKs (ten digits). Raises `SourceChanged`."""
    from contracts.datasets import rows

    yield from rows("filing", (vars(filing) for filing in filings(document, tracked)))


def filings(document: Document, tracked: Collection[str]) -> list[Filing]:
    """Reports of the tracked companies, newest first as listed, each once a company."""
    newest = strict.newest_day(document)
    read = (_filing(entry, newest) for entry in _feed(document).iterfind(f"{_ATOM}entry"))
    return list(dict.fromkeys(f for f in read if f.cik in tracked and f.form in FORMS))


def _feed(document: Document) -> Any:
    """The root of the feed; a document type, which no such feed has, could hide an entity bomb."""
    from lxml import etree

    with document.open() as stream:
        body = stream.read(MAX_BYTES + 1)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser) if len(body) <= MAX_BYTES else None
    except (etree.XMLSyntaxError, ValueError) as error:
        raise SourceChanged(f"not XML: {printable(str(error), 120)}") from None
    if root is None:
        raise SourceChanged(f"larger than {MAX_BYTES:,} bytes unpacked")
    if root.tag != f"{_ATOM}feed" or root.getroottree().docinfo.doctype:
        raise SourceChanged(f"not an Atom feed of filings: {printable(str(root.tag), 60)}")
    return root


def _filing(entry: Any, newest: date) -> Filing:
    title, identity, summary, updated = (
        entry.findtext(f"{_ATOM}{n}") or "" for n in ("title", "id", "summary", "updated")
    )
    category = entry.find(f"{_ATOM}category")
    form = "" if category is None else category.get("term", "")
    party, known, filed = list(_PARTY.finditer(title)), _ID.fullmatch(identity), _FILED.search(summary)
    if not party or party[-1].end() != len(title) or not known or not form:
        raise SourceChanged(f"an entry names no form, party or accession number: {printable(title, 80)!r}")
    return Filing(
        cik=party[-1][1],
        accession=known[1],
        form=form,
        filed=strict.day(filed[1], "Filed", newest) if filed else None,
        report_date=None,
        accepted_at=_accepted(updated),
        xbrl=None,
        primary_document=None,
        seen_in="getcurrent",
    )


def _accepted(stated: str) -> datetime:
    try:
        found = datetime.fromisoformat(stated)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise SourceChanged(f"updated is {strict.shown(stated)}, not a time with its offset")
    return found.astimezone(UTC)
