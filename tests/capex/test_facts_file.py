"""facts.csv is what the recordings say, no more and no less."""

from __future__ import annotations

import csv
from collections.abc import Iterator

import pytest

from tests.capex.figures import COREWEAVE, PPE, RECORDED, companyfacts, recorded

RECORDINGS = (
    "CIK0001652044_companyfacts.json.gz",
    "meta_companyfacts_trimmed.json",
    "msft_companyfacts_trimmed.json",
)
BY_HAND = "CRWV_PaymentsToAcquirePropertyPlantAndEquipment.csv"
Fact = tuple[str, str, str, str, str, int, str, str, str]

pytestmark = pytest.mark.skipif(
    not RECORDED.is_dir(), reason="the recorded companyfacts are not on this machine"
)


def _recordings() -> Iterator[Fact]:
    for name in RECORDINGS:
        found = companyfacts(RECORDED / name)
        cik = str(found["cik"]).zfill(10)
        for concept, held in found["facts"]["us-gaap"].items():
            for unit, facts in held["units"].items():
                for x in (x for x in facts if "start" in x):
                    period = x["start"], x["end"]
                    yield cik, concept, unit, *period, int(x["val"]), x["accn"], x["filed"], x["form"]
    with (RECORDED / BY_HAND).open(encoding="utf-8") as lines:
        for x in csv.DictReader(lines):
            period = x["start"], x["end"]
            yield COREWEAVE, PPE, "USD", *period, int(x["val_usd"]), x["accn"], x["filed"], x["form"]


def _given() -> Iterator[Fact]:
    for row in recorded():
        period = str(row["period_start"]), str(row["period_end"])
        about = row["cik"], row["concept"], row["unit"]
        yield *about, *period, int(row["value"]), row["accession"], str(row["filed"]), row["form"]


def test_every_fact_is_in_the_recordings() -> None:
    assert set(_given()) <= set(_recordings())


def test_no_fact_since_2022_is_left_out() -> None:
    given = list(_given())
    concepts = {fact[1] for fact in given}
    recent = {fact for fact in _recordings() if fact[1] in concepts and fact[4] >= "2022-01-01"}
    assert recent <= set(given)
    assert len(given) == len(set(given))
