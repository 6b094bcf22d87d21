from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from contracts.document import Window
from contracts.errors import SourceChanged
from extractors import ingest
from extractors.policy import us_csl
from extractors.policy.us_csl import COLUMNS
from tests.conftest import DAY, make_answer
from tests.documents import Saved
from tests.policy.csl import ENTITY, PARTIES, PERSON, SANCTIONED, body
from tests.recorded import SAMPLES
from tests.test_ingest import Script
from warehouse import lake
from warehouse.home import Home

REAL = SAMPLES.parents[1] / "shared/data/capex/restricted/csl/consolidated_sample.csv"


def read(content: bytes) -> list[dict]:
    return [row for _, batch in us_csl.parse(Saved(content, source="us_csl")) for row in batch.to_pylist()]


def test_parties_are_read_as_the_list_writes_them_and_blanks_are_no_value() -> None:
    first, second = read(body())
    assert first == {
        "list_name": "Entity List (EL) - Bureau of Industry and Security",
        "entry_id": "e1",
        "entity_number": None,
        "party_type": None,
        "programs": None,
        "name": "Example Turbine Works (ETW); 例子",
        "alt_names": "ETW; Example Works",
        "addresses": "1 Example Road, Hefei, CN; 2 Example Road, Hefei, CN",
        "federal_register_notice": "90 FR 1",
        "start_date": date(2025, 1, 16),
        "end_date": None,
        "license_requirement": "For all items subject to the EAR.",
        "license_policy": None,
        "remarks": None,
        "list_url": None,
        "information_url": None,
    }
    assert (second["party_type"], second["entity_number"], second["programs"]) == (
        "Entity",
        "501",
        "NPWMD; IFSR",
    )
    assert (second["start_date"], second["end_date"]) == (date(2020, 2, 29), date(2056, 6, 29))
    assert second["name"] == "=HYPERLINK(\"x\"), 'Example' Shipping\nCo"


def test_persons_by_type_or_by_birth_are_left_out() -> None:
    assert [row["entry_id"] for row in read(body())] == ["e1", "501"]
    written = [PERSON | {"type": kind} for kind in ("individual", "INDIVIDUAL", " Individual ")]
    assert [row["entry_id"] for row in read(body(ENTITY, *written))] == ["e1"]


def test_columns_may_move_and_new_ones_are_told() -> None:
    moved = ("remote_name", *reversed(COLUMNS))
    content = body(ENTITY, columns=moved)
    assert read(content) == read(body(ENTITY))
    assert us_csl.new_columns(Saved(content)) == ("remote_name",)
    assert us_csl.new_columns(Saved(body())) == ()


def test_a_byte_order_mark_is_no_part_of_the_first_name() -> None:
    assert read(b"\xef\xbb\xbf" + body()) == read(body())


@pytest.mark.parametrize("name", COLUMNS)
def test_a_missing_or_renamed_column_stops_the_file(name: str) -> None:
    renamed = tuple(f"{column}_2" if column == name else column for column in COLUMNS)
    for columns in (renamed, tuple(column for column in COLUMNS if column != name), (*COLUMNS, name)):
        with pytest.raises(SourceChanged, match=rf"the header lacks {name} \(or has it twice\)"):
            read(body(columns=columns))


@pytest.mark.parametrize(
    ("party", "said"),
    [
        (ENTITY | {"start_date": "16/01/2025"}, "row 3: '16/01/2025' is not a date"),
        (ENTITY | {"end_date": "2025-02-30"}, "row 3: '2025-02-30' is not a date"),
        (ENTITY | {"start_date": "2025"}, "'2025' is not a date"),
        (ENTITY | {"name": " "}, "row 3 has no name"),
        (ENTITY | {"source": ""}, "row 3 has no name or does not say which list"),
    ],
)
def test_a_value_that_cannot_be_stops_the_file(party: dict[str, str], said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        read(body(ENTITY, party))


def test_a_file_that_lost_its_rows_or_the_entity_list_is_refused() -> None:
    for content in (body().split(b"\n", 1)[0] + b"\n", body(SANCTIONED), body(PERSON)):
        with pytest.raises(SourceChanged, match="the file is empty, or has lost a list"):
            read(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<!doctype html><title>Notice</title>",
        b"\x00" * 500,
        body().decode().encode("utf-16"),
        body().replace("例".encode(), "例".encode("gb18030")),
        body() + b'"e9","Entity',
        body() + b'"e9","Entity List (EL)"',
        body() + b'"e9","Entity List (EL)"extra,',
        body().replace(b'"e1","Entity', b'"e1",x,"Entity'),
        body().replace(b'"e1",', b'"e1"x,'),
        body()[:-2],
    ],
    ids=[
        "empty",
        "html",
        "zeros",
        "utf-16",
        "gb18030",
        "open quote",
        "short row",
        "after a quote",
        "wide row",
        "after a quote of a whole row",
        "open quote of the last cell",
    ],
)
def test_what_is_no_whole_list_is_refused_with_a_reason(content: bytes) -> None:
    with pytest.raises(SourceChanged) as refusal:
        read(content)
    assert len(str(refusal.value)) > 20


def test_a_list_torn_anywhere_in_its_rows_is_refused_or_lost_no_kept_value() -> None:
    content, whole = body(ENTITY, SANCTIONED), read(body(ENTITY, SANCTIONED))
    starts = content.index(b'"501"')
    for cut in range(starts + 1, len(content)):
        try:
            found = read(content[:cut])
        except SourceChanged:
            continue
        assert found == whole, f"cut at {cut} of {len(content)}"


def test_the_plan_is_one_streamed_request_whatever_the_window() -> None:
    (fetch,) = us_csl.plan(Window())
    assert [f.url for f in us_csl.plan(Window(date(2020, 1, 1), date(2020, 1, 2)))] == [fetch.url]
    assert (fetch.token, fetch.max_bytes) == (None, 100_000_000)


def test_the_release_is_when_the_file_was_last_changed() -> None:
    stated = us_csl.SOURCE.released_at({"last-modified": "Fri, 20 Nov 2026 10:05:31 GMT"})
    assert stated == datetime(2026, 11, 20, 10, 5, 31, tzinfo=UTC)


def test_a_day_without_a_change_is_no_second_snapshot_and_parsing_again_writes_nothing(home: Home) -> None:
    days = [body(ENTITY), body(ENTITY), body(ENTITY, SANCTIONED)]
    answers = [
        make_answer(us_csl.URL, content, source="us_csl", at=DAY + timedelta(days=n))
        for n, content in enumerate(days)
    ]
    web = OneByOne(answers)
    counts = [ingest.fetch(home, us_csl.SOURCE, web).counts for _ in days]
    assert counts == [{"stored": 1}, {"unchanged": 1}, {"stored": 1}]
    assert ingest.parse(home, us_csl.SOURCE).rows == {"restricted_party": 3}
    ingest.parse(home, us_csl.SOURCE, everything=True)
    assert ingest.parse(home, us_csl.SOURCE, everything=True).written == []
    names = [row["name"] for row in lake.read(home, "us_csl", "restricted_party")]
    assert sorted(names) == sorted([ENTITY["name"]] * 2 + [SANCTIONED["name"]])


class OneByOne(Script):
    """Answers one URL by a list in turn."""

    def __init__(self, answers: list) -> None:
        self.answers, self.asked = {us_csl.URL: answers}, []


def test_the_probe_asks_for_the_beginning_only_and_holds_its_header() -> None:
    probe = us_csl.SOURCE.probe
    assert probe is not None
    assert probe.check is not None
    assert probe.fetch().headers == {"Range": "bytes=0-4095"}
    probe.check(Saved(body(*PARTIES * 20)[:4096], status=206))
    for wrong in (b"<html>", b"", b'"', body().replace(b"programs", b"program")[:4096]):
        with pytest.raises(SourceChanged):
            probe.check(Saved(wrong, status=206))


def test_the_recorded_entries() -> None:
    if not REAL.exists():
        pytest.skip("the recorded entries are not at hand")
    rows = read(REAL.read_bytes())
    assert len(rows) == 9, "13 entries, 4 of type Individual"
    (entity,) = [row for row in rows if row["list_name"].startswith("Entity List")]
    assert entity["name"] == (
        "China Electronics Technology Group Corporation 13th Research Institute (CETC 13)"
    )
    assert entity["start_date"] == date(2018, 8, 1)
    assert entity["federal_register_notice"] == "83 FR 37423; 87 FR 77505"
    assert {row["party_type"] for row in rows} == {None, "Entity"}
    assert sum(row["start_date"] is None for row in rows) == 5
