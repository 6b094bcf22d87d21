"""The sample's parties and notices: what they hold, and that the same tables give the same bytes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from extractors import registry
from samples import policy
from tests.recorded import SAMPLES, answers

ORIGIN = SAMPLES.parents[1] / "shared/data"
SOURCES = ("federal_register", "us_csl")


@cache
def read(name: str, day: str) -> list[dict]:
    source = registry.source(name)
    found = [saved for _, saved in answers(source, day) if saved]
    return [row for saved in found for _, batch in source.parse(saved) for row in batch.to_pylist()]


def test_every_request_is_answered_and_every_answer_is_rebuilt() -> None:
    for name in SOURCES:
        found = [saved for _, saved in answers(registry.source(name), "day1")]
        assert all(found)
        assert {saved.evidence for saved in found if saved} == {"rebuilt"}


def test_the_list_holds_entities_of_five_lists() -> None:
    parties = read("us_csl", "day1")
    assert len(parties) == 7
    lists = {row["list_name"].partition(" (")[0] for row in parties}
    assert lists == {
        "Entity List",
        "Military End User",
        "Nonproliferation Sanctions",
        "Sectoral Sanctions Identifications List",
        "Unverified List",
    }


def test_the_second_day_brings_the_document_of_february_2026() -> None:
    first, second = (
        {row["document_number"] for row in read("federal_register", day)} for day in ("day1", "day2")
    )
    assert (len(first), second - first, first - second) == (195, {"2026-02262"}, set())


def test_what_the_tables_do_not_say_is_no_value() -> None:
    sparse = [row for row in read("federal_register", "day2") if row["query"] != "import_injury"]
    named = {name for row in sparse for name, value in row.items() if value is not None}
    whole = {"query", "topic", "document_number", "title", "abstract", "publication_date", "html_url"}
    assert named == whole
    injury = [row for row in read("federal_register", "day2") if row["query"] == "import_injury"]
    assert len(injury) == 5
    assert {row["agencies"] for row in injury} == {"international-trade-commission"}
    assert all(row["citation"] and row["docket_ids"] and row["document_type"] == "Notice" for row in injury)


def test_the_same_tables_give_the_same_recordings(tmp_path: Path) -> None:
    if not ORIGIN.exists():
        pytest.skip("the tables the recordings were rebuilt from are not at hand")
    policy.write(ORIGIN, tmp_path, say=lambda line: None)
    for day in ("day1", "day2"):
        kept = [p for s in ("federal_register-*", "us_csl*") for p in (SAMPLES / day).glob(s)]
        assert sorted(p.name for p in (tmp_path / day).iterdir()) == sorted(p.name for p in kept)
        assert all((tmp_path / day / p.name).read_bytes() == p.read_bytes() for p in kept)


def test_the_recordings_are_small() -> None:
    kept = [p for s in ("federal_register-*", "us_csl*") for p in SAMPLES.glob(f"day?/{s}")]
    assert sum(path.stat().st_size for path in kept) < 200_000
