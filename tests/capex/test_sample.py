"""The sample's filings: real figures, no person, and the same bytes whenever they are rebuilt."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extractors import registry
from extractors.capex import sec_edgar
from extractors.web.recordings import Recordings
from samples import filings
from tests.capex.answers import RECORDED, needs_recordings
from tests.recorded import DAYS, SAMPLES, answers, sample_queries

FILES = {
    "0001652044": "CIK0001652044_companyfacts.json.gz",
    "0001326801": "meta_companyfacts_trimmed.json",
    "0000789019": "msft_companyfacts_trimmed.json",
}


def body(url: str, day: str) -> bytes:
    record = Recordings(SAMPLES, DAYS[day]).find("GET", url)
    assert record is not None
    return b"".join(record.pieces())


def companyfacts(cik: str, day: str) -> dict[str, Any]:
    return dict(json.loads(body(f"{sec_edgar.DATA}/api/xbrl/companyfacts/CIK{cik}.json", day)))


def told(found: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    for taxonomy, concepts in found["facts"].items():
        for concept, held in concepts.items():
            for unit, facts in held["units"].items():
                yield from ((taxonomy, concept, unit, *sorted(fact.items())) for fact in facts)


@needs_recordings
@pytest.mark.parametrize("cik", FILES)
def test_every_fact_is_one_of_the_recording(cik: str) -> None:
    raw = (RECORDED / FILES[cik]).read_bytes()
    recorded = Counter(told(json.loads(gzip.decompress(raw) if FILES[cik].endswith(".gz") else raw)))
    with sample_queries():
        kept = {key: n for key, n in recorded.items() if key[1] in filings.kept_concepts().get(key[0], {})}
    assert Counter(told(companyfacts(cik, "day2"))) == kept
    first = {key: n for key, n in kept.items() if dict(key[3:])["filed"] <= filings.FILED_BY_DAY_1}
    assert Counter(told(companyfacts(cik, "day1"))) == first


def test_the_list_of_newest_filings_names_no_person() -> None:
    text = body(sec_edgar.CURRENT, "day2").decode("iso-8859-1")
    roles = re.findall(r"\(\d{10}\) \(([^)]+)\)</title>", text)
    assert len(roles) == text.count("<entry>") > 20
    assert set(roles) == {"Issuer", "Subject"}
    assert "@" not in text


@needs_recordings
def test_no_number_in_the_list_is_a_persons() -> None:
    recorded = (RECORDED / "getcurrent_sample.atom").read_text("iso-8859-1")
    people = set(re.findall(r"\((\d{10})\) \(Reporting\)", recorded))
    assert people
    assert not people & set(re.findall(r"\d{10}", body(sec_edgar.CURRENT, "day2").decode("iso-8859-1")))


def test_every_answer_is_rebuilt_and_says_from_what() -> None:
    recordings = Recordings(SAMPLES, DAYS["day2"])
    with sample_queries():
        asked = [f.url for f in sec_edgar.plan(sec_edgar.Window())]
    for url in asked:
        record = recordings.find("GET", url)
        assert record is not None
        assert record.evidence == "rebuilt"
        assert "the bytes are not a recording" in (record.origin or "")


def test_what_is_not_known_of_a_filer_is_null() -> None:
    rows = [
        row
        for _, saved in answers(registry.source("sec_edgar"), "day2")
        if saved
        for dataset, batch in sec_edgar.parse(saved)
        if dataset == "company_profile"
        for row in batch.to_pylist()
    ]
    known = {row["cik"]: [name for name, value in row.items() if value is not None] for row in rows}
    assert known.pop("0000789019") == [
        *("cik", "name", "fiscal_year_end", "entity_type", "sic", "tickers", "exchanges", "incorporated_in")
    ]
    assert set(map(tuple, known.values())) == {("cik", "name")}


@needs_recordings
def test_the_same_recordings_give_the_same_bytes(tmp_path: Path) -> None:
    with sample_queries():
        filings.write(RECORDED.parents[1], tmp_path, say=lambda line: None)
    for day in DAYS:
        made = {path.name: path.read_bytes() for path in (tmp_path / day).iterdir()}
        kept = {path.name: path.read_bytes() for path in (SAMPLES / day).glob("sec_edgar-*")}
        assert made == kept
        assert made
