"""What must not go wrong between the web and the storage: mixed homes, killed runs, damage, sources that err."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from contracts.document import Answer, Document, Evidence, Fetch, Source
from contracts.errors import EnvironmentFault, SourceChanged
from extractors import ingest
from tests.conftest import DAY, make_answer
from tests.test_ingest import SOURCE, URLS, Script, parse_rates, run
from warehouse import lake
from warehouse.archive import Archive
from warehouse.home import Home, open_home
from warehouse.state import SourceState, begin, rebuild

HOUR = timedelta(hours=1)


def asking(**fetch: object) -> Source:
    """The test source with one request."""
    return replace(SOURCE, plan=lambda window: [Fetch("test", URLS[0], **fetch)])  # type: ignore[arg-type]


def both(first: bytes = b"1.1", second: bytes = b"2.2") -> Script:
    return Script(u1=[make_answer(URLS[0], first)], u2=[make_answer(URLS[1], second)])


def damage(home: Home) -> str:
    broken = Archive(home.archive).captures("test")[0]
    broken.path.write_bytes(broken.path.read_bytes()[:40])
    return broken.document_id


@pytest.mark.parametrize(
    ("kind", "via", "evidence"),
    [("sample", "direct", "live"), ("live", "mirror:x", "recorded"), ("live", "direct", "synthetic")],
)
def test_no_home_takes_an_answer_of_the_other_kind(
    tmp_path_factory: pytest.TempPathFactory, kind: str, via: str, evidence: Evidence
) -> None:
    home = open_home(tmp_path_factory.mktemp("home"), kind)
    answer: Answer = replace(make_answer(URLS[0], b"1.1"), via=via, evidence=evidence)
    with pytest.raises(EnvironmentFault, match=f"holds {kind} data and this answer is {evidence}"):
        ingest.fetch(home, asking(), Script(u1=[answer]))
    assert Archive(home.archive).captures("test") == []


def test_a_document_that_breaks_its_reader_stops_no_other_request(home: Home) -> None:
    def follow(document: Document) -> Iterator[Fetch]:
        raise KeyError("surprise")

    assert ingest.fetch(home, replace(SOURCE, follow=follow), both()).counts == {"stored": 2}


def test_a_damaged_archive_file_stops_neither_fetch_nor_state_rebuild(home: Home) -> None:
    later = {f"u{n}": [make_answer(url, b"%d.1" % n, at=DAY + HOUR)] for n, url in enumerate(URLS, 1)}
    run(home, both(b"1.1", b"2.1"))
    damage(home)
    assert run(home, Script(**later)).counts == {"unchanged": 2}
    assert rebuild(home, "test") == 1


def test_rows_of_a_damaged_file_still_count_when_all_is_read_again(home: Home) -> None:
    run(home, both())
    ingest.parse(home, SOURCE)
    broken = damage(home)
    ingest.parse(home, SOURCE, everything=True)
    assert {row["document_id"] for row in lake.read(home, "test", "fx_rate")} >= {broken}
    assert len(lake.read(home, "test", "fx_rate")) == len(lake.read(home, "test", "document")) == 2
    assert ingest.parse(home, SOURCE, everything=True).written == []


def test_newer_validators_of_the_same_bytes_are_kept(home: Home) -> None:
    tagged = [
        make_answer(URLS[0], b"1.1", headers={"ETag": tag}, at=DAY + n * HOUR) for n, tag in enumerate("ab")
    ]
    for _ in tagged:
        ingest.fetch(home, asking(), script := Script(u1=tagged))
        script.answers[URLS[0]].pop(0)
        tagged = tagged[1:]
    assert SourceState(home, "test").urls[URLS[0]].etag == "b"


def test_after_a_killed_run_a_source_that_went_back_is_noticed(home: Home) -> None:
    def answered(body: bytes, days: int) -> Script:
        return Script(u1=[make_answer(URLS[0], body, at=DAY + timedelta(days=days))])

    ingest.fetch(home, asking(), answered(b"1.1", 0))
    begin(home, "test")  # a run begins, keeps an answer, and is killed before its state is saved
    Archive(home.archive).store(make_answer(URLS[0], b"1.2", at=DAY + timedelta(days=1)))
    assert ingest.fetch(home, asking(), answered(b"1.1", 2)).counts == {"stored": 1}


def test_a_run_that_breaks_off_keeps_its_log(home: Home) -> None:
    web = both()
    del web.answers[URLS[1]]
    with pytest.raises(KeyError):
        run(home, web)
    assert [row["url"] for row in lake.read(home, "test", "fetch")] == [URLS[0]]


def test_the_same_bytes_under_a_wider_scope_are_another_document(home: Home) -> None:
    for hours, codes in enumerate((["850760"], "all", "all")):
        answer = make_answer(URLS[0], b"1.1", at=DAY + hours * HOUR)
        ingest.fetch(home, asking(scope={"codes": codes}), Script(u1=[answer]))
    assert [c.scope["codes"] for c in Archive(home.archive).captures("test")] == [["850760"], "all"]


def test_a_page_that_two_feeds_date_differently_is_not_asked_for_ever(home: Home) -> None:
    pages = [Fetch("test", URLS[0], token=token) for token in ("monday", "tuesday")]
    web = Script(u1=[make_answer(URLS[0], b"1.1")])
    for _ in range(5):
        ingest.fetch(home, replace(SOURCE, plan=lambda window: pages), web)
    assert len(web.asked) == 2


def test_a_release_time_after_the_answer_is_not_believed(home: Home) -> None:
    for days, expected in ((4000, None), (-1, DAY - timedelta(days=1))):
        stated = DAY + timedelta(days=days)
        source = replace(asking(), released_at=lambda headers, stated=stated: stated)  # type: ignore[misc]
        ingest.fetch(home, source, Script(u1=[make_answer(URLS[0], b"%d" % days)]))
        assert expected in {c.released_at for c in Archive(home.archive).captures("test")}
    assert {c.released_at for c in Archive(home.archive).captures("test")} == {None, DAY - timedelta(days=1)}


def test_what_a_source_says_to_a_wrong_request_is_kept_for_the_person_who_must_look(home: Home) -> None:
    said = make_answer(URLS[0], b"error: unknown variable 'X'", status=400, error=SourceChanged("status 400"))
    ingest.fetch(home, asking(), Script(u1=[said]))
    (kept,) = Archive(home.archive).captures("test")
    assert (kept.open().read(), kept.fault) == (b"error: unknown variable 'X'", "status 400")
    assert ingest.parse(home, SOURCE).outcomes == {"quarantined": 1}


def test_what_killed_writers_left_is_swept_everywhere(home: Home) -> None:
    run(home, both(b"html"))
    ingest.parse(home, SOURCE)
    for folder in (home.state, home.lake / "manifest", home.quarantine / "test", home.archive / "test"):
        (folder / ".test.json.abcd1234.part").write_text("x")
    run(home, both())
    ingest.parse(home, SOURCE)
    assert list(home.root.rglob("*.part")) == []


def test_parse_rates_reads_what_these_tests_rest_on(home: Home) -> None:
    ingest.fetch(home, asking(), Script(u1=[make_answer(URLS[0], b"1.1 1.2")]))
    (kept,) = Archive(home.archive).captures("test")
    assert sum(batch.num_rows for _, batch in parse_rates(kept)) == 2
