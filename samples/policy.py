"""Writes the restricted parties and official notices of the sample; called by `python -m samples.rebuild`.

The origin folder holds `capex/restricted/csl/` and `capex/federal_register/` as described in ORIGIN.md. A document goes to
every request whose words its title holds and whose days it was published in; what the table does not say of it is null.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

from contracts.document import Fetch, Window
from extractors.policy import federal_register, us_csl
from extractors.policy.notices import NOTICES_ENV
from extractors.policy.register_request import FIELDS, Asked
from samples.record import keep_days

HERE = Path(__file__).parent
NOT_OUT_ON_DAY_1 = date(2026, 2, 1)
SHAPE = "real texts put into the documented shape of the answer; the bytes are not a recording"
PARTIES = (
    f"moov-io/watchman@d299005f:internal/cslustest/testdata (a test sample of the list); {SHAPE}; the entities of its "
    "13 entries, natural persons left out"
)
NOTICES = (
    "ai-village-agents/deepseek-news@1beafffe:_posts (software agents asked the API in batches); number, day, title, "
    f"abstract and link are known, all else is null; coverage is uneven, absence means nothing; {SHAPE}"
)
JANUARY_2024 = (
    f"regulatorystudies/fr-toolbelt@8f67996b:tests/test_documents.json (9 of 1,000 documents of one answer); {SHAPE}; "
    "absence means nothing"
)
KINDS = {"RULE": "Rule", "PRORULE": "Proposed Rule", "NOTICE": "Notice", "PRESDOCU": "Presidential Document"}
# Lists that state no type: those of persons are left out by name.
PERSONS = ("Denied Persons List", "ITAR Debarred")


def parties(root: Path) -> bytes:
    """The list as CSV, header plain and every other cell quoted, with the entities at hand."""
    path = root / "capex/restricted/csl/consolidated_sample.csv"
    with path.open(encoding="utf-8", newline="") as handle:
        header, *lines = csv.reader(handle)
    kind, listed = header.index("type"), header.index("source")
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(header)
    quoted = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\n")
    quoted.writerows(x for x in lines if x[kind] != "Individual" and not x[listed].startswith(PERSONS))
    return out.getvalue().encode()


def notices(root: Path) -> list[dict[str, Any]]:
    """Every document at hand with the fields the source asks for, oldest first."""
    folder = root / "capex/federal_register"
    with (folder / "fr_export_control_tariff_events_2020_2026.csv").open(
        encoding="utf-8", newline=""
    ) as handle:
        sparse = list(csv.DictReader(handle))
    whole = json.loads((folder / "documents_sample_2024-01.json").read_text("utf-8"))["results"]
    numbers = {entry["document_number"] for entry in whole}
    entries = [*whole, *(entry for entry in sparse if entry["document_number"] not in numbers)]
    known = [
        {name: None if entry.get(name) == "" else entry.get(name) for name in FIELDS} for entry in entries
    ]
    return sorted(known, key=lambda entry: (entry["publication_date"], entry["document_number"]))


def answer(asked: Asked, documents: list[dict[str, Any]]) -> bytes:
    """The answer to a request from the documents at hand."""
    found = [entry for entry in documents if _fits(asked, entry)]
    envelope = {"count": len(found), "description": None, "total_pages": 1, "results": found}
    return json.dumps(envelope, ensure_ascii=False, indent=0).encode()


def _fits(asked: Asked, entry: dict[str, Any]) -> bool:
    slugs = {agency.get("slug") for agency in entry["agencies"] or ()}
    return (
        asked.first.isoformat() <= entry["publication_date"] <= asked.last.isoformat()
        and (asked.term or "").strip('"').lower() in entry["title"].lower()
        and (asked.agency is None or asked.agency in slugs)
        and (not asked.types or entry["type"] in {KINDS[kind] for kind in asked.types})
    )


def recordings(root: Path, day: str) -> Iterator[tuple[str, Fetch, str, str, bytes]]:
    """File name, request, content type, origin and body of what is new on a day."""
    documents = notices(root)
    early = [entry for entry in documents if entry["publication_date"] < NOT_OUT_ON_DAY_1.isoformat()]
    with patch.dict("os.environ", {NOTICES_ENV: str(HERE / "notices.toml")}):
        plan = [*federal_register.plan(Window()), federal_register.probe()]
    for fetch in plan:
        asked = Asked.of(fetch.scope)
        first, body = answer(asked, early), answer(asked, documents)
        origin = JANUARY_2024 if asked.agency else NOTICES
        name = f"federal_register-{asked.query}-{asked.first:%Y%m%d}"
        if day == "day1" or body != first:
            yield name, fetch, "application/json; charset=utf-8", origin, first if day == "day1" else body
    if day == "day1":
        (fetch,) = us_csl.plan(Window())
        yield "us_csl", fetch, "text/csv", PARTIES, parties(root)


def write(root: Path, target: Path, say: Callable[[str], None] = print) -> None:
    """Replace the records of both sources below `target`/day1 and /day2; other files there are left alone."""
    keep_days(target, ("federal_register-*", "us_csl*"), partial(recordings, root), say)
