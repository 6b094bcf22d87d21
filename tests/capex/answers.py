"""Answers of the SEC's hosts made by hand in the documented shapes; every figure in them is synthetic."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.document import Document
from extractors.capex import sec_edgar
from tests.documents import Saved

CIK = "0000000042"
FACTS = f"{sec_edgar.DATA}/api/xbrl/companyfacts/CIK{CIK}.json"
SUBMISSIONS = f"{sec_edgar.DATA}/submissions/CIK{CIK}.json"
RECORDED = Path(__file__).parents[3] / "shared/data/capex/sec"
needs_recordings = pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not at hand")
ACCESSION = "0000000042-26-000007"
CONCEPT = "PaymentsToAcquirePropertyPlantAndEquipment"


def fact(**changes: Any) -> dict[str, Any]:
    """One fact; a change to None leaves the member out, "null" makes it null."""
    whole = {
        "start": "2026-01-01",
        "end": "2026-03-31",
        "val": 1_000_000,
        "accn": ACCESSION,
        "fy": 2026,
        "fp": "Q1",
        "form": "10-Q",
        "filed": "2026-05-01",
        **changes,
    }
    return {name: None if value == "null" else value for name, value in whole.items() if value is not None}


def facts(
    *told: dict[str, Any], concept: str = CONCEPT, unit: str = "USD", taxonomy: str = "us-gaap"
) -> dict[str, Any]:
    """A companyfacts document of one concept in one unit."""
    held = {concept: {"label": "a label", "description": "words", "units": {unit: list(told)}}}
    return {"cik": 42, "entityName": "Example Corp", "facts": {"dei": {}, taxonomy: held}}


def row(**changes: Any) -> dict[str, Any]:
    """One line of `filings.recent`."""
    return {
        "accessionNumber": ACCESSION,
        "filingDate": "2026-05-01",
        "reportDate": "2026-03-31",
        "acceptanceDateTime": "2026-05-01T20:05:06.000Z",
        "act": "34",
        "form": "10-Q",
        "fileNumber": "001-1",
        "filmNumber": "2",
        "items": "",
        "core_type": "XBRL",
        "size": 10,
        "isXBRL": 1,
        "isInlineXBRL": 1,
        "primaryDocument": "ex-20260331.htm",
        "primaryDocDescription": "10-Q",
        **changes,
    }


def submissions(*lines: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A submissions document with these lines."""
    recent = {name: [line[name] for line in lines] for name in row()}
    return {
        "cik": CIK,
        "entityType": "operating",
        "sic": "7372",
        "name": "Example Corp",
        "tickers": ["EX", "EXA"],
        "exchanges": ["Nasdaq", None],
        "lei": None,
        "fiscalYearEnd": "0630",
        "stateOfIncorporation": "WA",
        "filings": {
            "recent": recent,
            "files": [{"name": f"CIK{CIK}-submissions-001.json", "filingCount": 2000}],
        },
        **changes,
    }


def saved(content: dict[str, Any] | bytes, url: str) -> Saved:
    """The document with that body."""
    return Saved(content if isinstance(content, bytes) else json.dumps(content).encode(), "sec_edgar", url)


def read(document: Document) -> dict[str, list[dict[str, Any]]]:
    """Rows by dataset."""
    found: dict[str, list[dict[str, Any]]] = {}
    for dataset, batch in sec_edgar.parse(document):
        found.setdefault(dataset, []).extend(batch.to_pylist())
    return found
