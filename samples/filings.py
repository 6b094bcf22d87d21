"""The filings' part of the sample: facts, submissions and the newest filings, from recordings and transcribed figures.

Called by `samples.rebuild`. Day 1 holds what was filed until the end of June 2026, day 2 adds what came after. Only kept
concepts and known figures: what no recording has is null or blank.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from contracts.document import Fetch, Window
from extractors.capex import sec_edgar
from extractors.capex.filers import kept_concepts, load_filers
from extractors.capex.submissions import KNOWN_COLUMNS
from samples.record import Recording, keep_days

"""File name, request, content type, origin, body."""
FILED_BY_DAY_1 = "2026-06-30"
SHAPE = "real figures put into the documented shape of the answer; the bytes are not a recording"
TESTS = "dgunning/edgartools@ca5a7009 (recorded answers in its tests)"
TRIMMED = (
    "jman4162/capex-atlas@02f02c80:tests/fixtures (answers cut to periods from 2023 and 18 to 20 concepts)"
)
FACTS_FROM = {
    "alphabet": ("CIK0001652044_companyfacts.json.gz", TESTS),
    "coreweave": (
        "CRWV_PaymentsToAcquirePropertyPlantAndEquipment.csv",
        "jman4162/capex-atlas@6ffd4f76:CRWV/reported.csv, transcribed by hand (one concept; the name is this project's)",
    ),
    "meta": ("meta_companyfacts_trimmed.json", TRIMMED),
    "microsoft": ("msft_companyfacts_trimmed.json", TRIMMED),
}
SUBMISSIONS_FROM = {"microsoft": "CIK0000789019_submissions.json"}
CURRENT_FROM = "getcurrent_sample.atom"
KEPT_FORMS = ("10-K", "10-Q", "8-K")
KEPT_OF_PROFILE = ("cik", "entityType", "sic", "sicDescription", "name", "tickers", "exchanges", "lei")
KEPT_OF_PROFILE += ("category", "fiscalYearEnd", "stateOfIncorporation", "stateOfIncorporationDescription")
_NUMBERS = ("size", "isXBRL", "isInlineXBRL")
Facts = dict[str, Any]


def write(root: Path, target: Path, say: Callable[[str], None] = print) -> None:
    """Replace the filings' records below `target`/day1 and /day2; other files there are left alone."""
    keep_days(target, ("sec_edgar-*",), partial(recordings, root), say)


def recordings(root: Path, day: str) -> Iterator[Recording]:
    """What is new on a day: everything on day 1, and on day 2 the answers that later filings changed."""
    folder = root / "capex/sec"
    if day == "day1":
        origin = f"{TESTS}: the list of 2025-12-12, entries of companies only; {SHAPE}"
        fetch = next(f for f in sec_edgar.plan(Window()) if f.url == sec_edgar.CURRENT)
        yield "sec_edgar-getcurrent", fetch, "application/atom+xml", origin, _current(folder / CURRENT_FROM)
    for cik, company in load_filers().items():
        for name, fetch, origin, whole in _of_filer(folder, cik, company):
            first, body = (_json(_filed_by(whole, end)) for end in (FILED_BY_DAY_1, "9999-12-31"))
            if day == "day1" or body != first:
                shown = first if day == "day1" else body
                yield f"sec_edgar-{name}-{company}", fetch, "application/json", f"{origin}; {SHAPE}", shown


def _of_filer(folder: Path, cik: str, company: str) -> Iterator[tuple[str, Fetch, str, Facts]]:
    file, origin = FACTS_FROM[company]
    facts = _facts(folder / file, cik, company)
    address = f"{sec_edgar.DATA}/api/xbrl/companyfacts/CIK{cik}.json"
    scope = {"kind": "companyfacts", "cik": cik}
    yield "companyfacts", Fetch(sec_edgar.INFO.source, address, scope=scope), origin, _only_kept(facts)
    asked = next(f for f in sec_edgar.plan(Window()) if f.scope.get("cik") == cik)
    recorded = SUBMISSIONS_FROM.get(company)
    from_facts = f"filings known from the facts of {origin}"
    origin = f"{TESTS} to 2026-01-28, then {from_facts}" if recorded else from_facts
    known = json.loads((folder / recorded).read_text("utf-8")) if recorded else None
    yield "submissions", asked, origin, _submissions(cik, facts, known)


def _facts(path: Path, cik: str, company: str) -> Facts:
    if path.suffix == ".csv":
        return _transcribed(path, cik, company)
    body = path.read_bytes()
    return dict(json.loads(gzip.decompress(body) if path.suffix == ".gz" else body))


def _transcribed(path: Path, cik: str, company: str) -> Facts:
    with path.open(encoding="utf-8", newline="") as handle:
        facts = [_fact(row) for row in csv.DictReader(handle)]
    concept = path.stem.partition("_")[2]
    return {
        "cik": cik,
        "entityName": {"coreweave": "CoreWeave"}[company],
        "facts": {"us-gaap": {concept: {"label": None, "description": None, "units": {"USD": facts}}}},
    }


def _fact(row: Mapping[str, str]) -> Facts:
    told = {"start": row["start"], "end": row["end"], "val": int(row["val_usd"]), "accn": row["accn"]}
    told |= {"fy": int(row["fy"]), "fp": row["fp"], "form": row["form"], "filed": row["filed"]}
    return told | ({"frame": row["frame"]} if row["frame"] else {})


def _only_kept(found: Facts) -> Facts:
    kept = {
        taxonomy: {name: held[name] for name in concepts if name in held}
        for taxonomy, concepts in kept_concepts().items()
        if (held := found["facts"].get(taxonomy))
    }
    return {**found, "facts": kept}


def _submissions(cik: str, facts: Facts, known: Facts | None) -> Facts:
    """A page from the filings the facts name, newest first, before those of a recorded page; other members are null."""
    page: Facts = {**dict.fromkeys(KEPT_OF_PROFILE), "cik": cik, "name": facts["entityName"]}
    page |= {"tickers": [], "exchanges": []}
    rows = (
        [] if known is None else [row for row in _rows(known) if row["form"] in KEPT_FORMS and row["isXBRL"]]
    )
    if known is not None:
        page = {name: known[name] for name in KEPT_OF_PROFILE}
    listed = {row["accessionNumber"] for row in rows}
    rows += [_row(*told) for told in _filings_of(facts) if told[0] not in listed and told[1] in KEPT_FORMS]
    rows.sort(key=lambda row: (row["filingDate"], row["accessionNumber"]), reverse=True)
    return {**page, "filings": {"recent": rows, "files": []}}


def _rows(page: Facts) -> list[Facts]:
    recent = page["filings"]["recent"]
    return [dict(zip(recent, line, strict=True)) for line in zip(*recent.values(), strict=True)]


def _row(accession: str, form: str, filed: str) -> Facts:
    blank = {name: None if name in _NUMBERS else "" for name in sorted(KNOWN_COLUMNS)}
    return {**blank, "accessionNumber": accession, "form": form, "filingDate": filed, "isXBRL": 1}


def _filings_of(facts: Facts) -> list[tuple[str, str, str]]:
    return sorted({(fact["accn"], fact["form"], fact["filed"]) for fact in _all(facts)})


def _all(facts: Facts) -> Iterator[Facts]:
    for concepts in facts["facts"].values():
        for concept in concepts.values():
            for told in concept["units"].values():
                yield from told


def _filed_by(whole: Facts, end: str) -> Facts:
    """The answer as it stood at the end of that day."""
    if "filings" in whole:
        rows = [row for row in whole["filings"]["recent"] if row["filingDate"] <= end]
        columns = {name: [row[name] for row in rows] for name in sorted(KNOWN_COLUMNS)}
        return {**whole, "filings": {**whole["filings"], "recent": columns}}
    return {
        **whole,
        "facts": {t: {c: _cut(told, end) for c, told in cs.items()} for t, cs in whole["facts"].items()},
    }


def _cut(concept: Facts, end: str) -> Facts:
    units = {unit: [f for f in told if f["filed"] <= end] for unit, told in concept["units"].items()}
    return {**concept, "units": units}


def _json(found: Facts) -> bytes:
    return json.dumps(found, separators=(",", ":"), ensure_ascii=True).encode()


def _current(path: Path) -> bytes:
    """The recorded list without people: entries of issuers and subjects whose accession number no person gave."""
    text = path.read_text("iso-8859-1")
    head, *entries = re.split(r"(?=<entry>)", text.removesuffix("</feed>\n").removesuffix("</feed>"))
    people = set(re.findall(r"\((\d{10})\) \(Reporting\)", text))
    head = re.sub(r"<author>.*?</author>\n?", "", head, flags=re.DOTALL)
    return (head + "".join(_of_companies(entries, people)) + "</feed>\n").encode("iso-8859-1")


def _of_companies(entries: Iterable[str], people: set[str]) -> Iterator[str]:
    for entry in entries:
        role = re.search(r"\(\d{10}\) \((Issuer|Subject|Filer)\)</title>", entry)
        number = re.search(r"accession-number=(\d{10})", entry)
        if role and number and number[1] not in people:
            yield entry
