"""companyfacts: every XBRL fact of one filer, of which the kept concepts are read.

`{cik, entityName, facts: {taxonomy: {concept: {label, description, units: {unit: [fact]}}}}}`. A fact names its own period
(start, end); `fy`, `fp` and `frame` describe the filing or a calendar bucket. Facts without a start are balances at a day,
which no kept concept has: they are left out, as are units that are no currency. Half of the facts repeat a period:
each filing's own is kept, only what one filing says twice of it is kept once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from contracts.document import Batch, Document
from contracts.errors import SourceChanged
from extractors.capex import strict
from extractors.capex.filers import kept_concepts

KNOWN = frozenset({"cik", "entityName", "facts"})
KNOWN_OF_FACT = frozenset({"start", "end", "val", "accn", "fy", "fp", "form", "filed", "frame"})
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_FISCAL_YEARS = range(1900, 2200)
Row = dict[str, Any]
Labelled = tuple[str, str, str, Row]
"""(taxonomy, concept, unit, fact)."""


def batches(document: Document, cik: str) -> Iterator[Batch]:
    """Rows of `company_fact` of the filer with that CIK (ten digits). Raises `SourceChanged`."""
    from contracts.datasets import rows

    yield from rows("company_fact", _rows(document, cik))


def readable(document: Document, cik: str) -> bool:
    """Whether `batches` would read the document."""
    try:
        _rows(document, cik)
    except SourceChanged:
        return False
    return True


def new_columns(document: Document) -> tuple[str, ...]:
    """Members of the document and of the kept facts that this parser does not know."""
    found = strict.json_object(document)
    inner = {name for *_, fact in _kept(found) for name in fact}
    return tuple(sorted((set(found) - KNOWN) | (inner - KNOWN_OF_FACT)))


def _rows(document: Document, cik: str) -> list[Row]:
    found = strict.json_object(document)
    if (own := strict.cik(found.get("cik"))) != cik:
        raise SourceChanged(f"holds the facts of CIK {own}, asked was {cik}")
    filer = {"cik": cik, "entity_name": strict.part(found, "entityName", str)}
    newest, rows = strict.newest_day(document), dict[tuple[object, ...], Row]()
    for taxonomy, concept, unit, fact in _kept(found):
        if "start" in fact:
            row = filer | {"taxonomy": taxonomy, "concept": concept, "unit": unit} | _read(fact, newest)
            _keep_once(rows, row)
    return list(rows.values())


def _kept(found: Row) -> Iterator[Labelled]:
    """The facts of kept concepts in units of a currency."""
    facts = strict.part(found, "facts", dict)
    for taxonomy, concepts in kept_concepts().items():
        held = strict.part(facts, taxonomy, dict, "facts") if taxonomy in facts else {}
        for concept in concepts:
            if concept not in held:
                continue
            units = strict.part(strict.part(held, concept, dict, taxonomy), "units", dict, concept)
            for unit in (name for name in units if _CURRENCY.fullmatch(name)):
                for fact in strict.part(units, unit, list, concept):
                    if not isinstance(fact, dict):
                        raise SourceChanged(f"{concept} in {unit}: {strict.shown(fact)} is not a fact")
                    yield taxonomy, concept, unit, fact


def _read(fact: Row, newest: date) -> Row:
    start, end = (strict.day(fact.get(name), name) for name in ("start", "end"))
    if start > end:
        raise SourceChanged(f"a period from {start} to {end} ends before it begins")
    return {
        "period_start": start,
        "period_end": end,
        "value": strict.money(fact.get("val")),
        "accession": strict.accession(fact.get("accn")),
        "form": strict.part(fact, "form", str, "a fact"),
        "filed": strict.day(fact.get("filed"), "filed", newest),
        "fiscal_year": _fiscal_year(fact.get("fy")),
        "fiscal_period": strict.text(fact, "fp", required=False),
        "frame": strict.text(fact, "frame", required=False),
    }


def _fiscal_year(value: object) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value in _FISCAL_YEARS):
        return value
    raise SourceChanged(f"fy is {strict.shown(value)}, not a year")


def _keep_once(rows: dict[tuple[object, ...], Row], row: Row) -> None:
    """One row for what one filing says of one period; of two, the one that has the frame."""
    names = ("taxonomy", "concept", "unit", "period_start", "period_end", "accession", "value")
    key = tuple(row[name] for name in names)
    if key not in rows or rows[key]["frame"] is None:
        rows[key] = row
