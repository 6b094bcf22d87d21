from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest

from contracts.datasets import rows
from contracts.document import Answer, Batch, Document, Fetch, Source, SourceInfo, Validators, Window
from contracts.errors import SourceBusy, SourceChanged, SourceGone, SourceRefused
from extractors import ingest
from tests.conftest import DAY, make_answer
from warehouse import lake, quarantine
from warehouse.archive import Archive
from warehouse.home import Home
from warehouse.state import rebuild

URLS = ("https://a.example/1", "https://a.example/2")


def parse_rates(document: Document) -> Iterator[Batch]:
    lines = document.open().read().decode().split()
    if lines and lines[0] == "html":
        raise SourceChanged("HTML where rates were expected")
    if lines and lines[0] == "crash":
        raise KeyError("surprise")
    records = (
        {"base": "EUR", "quote": "USD", "rate_date": date(2026, 1, 1), "rate": Decimal(line)}
        for line in lines
    )
    yield from rows("fx_rate", records)


def plan(window: Window) -> Iterable[Fetch]:
    return [Fetch("test", url) for url in URLS]


SOURCE = Source(
    info=SourceInfo("test", "Test", "Nobody", "https://a.example", "none", None, 1, 1, "1"),
    plan=plan,
    parse=parse_rates,
)


class Script:
    """A web that answers from a list a URL, and remembers what it was asked."""

    def __init__(self, **answers: list[Answer]) -> None:
        self.answers = {
            f"https://a.example/{name.removeprefix('u')}": list(queue) for name, queue in answers.items()
        }
        self.asked: list[tuple[str, Validators | None]] = []

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        self.asked.append((fetch.url, validators))
        queue = self.answers[fetch.url]
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        return Answer(**{**answer.__dict__, "fetch": fetch})


def run(home: Home, web: Script) -> ingest.FetchReport:
    return ingest.fetch(home, SOURCE, web)


def test_one_lost_request_loses_nothing_else(home: Home) -> None:
    web = Script(
        u1=[make_answer(URLS[0], None, status=503, error=SourceBusy("503"))],
        u2=[make_answer(URLS[1], b"1.1")],
    )
    report = run(home, web)
    assert report.counts == {"busy": 1, "stored": 1}
    with pytest.raises(SourceBusy, match="1 of 2 requests failed"):
        report.raise_if_failed(0.0)
    report.raise_if_failed(0.5)
    assert ingest.parse(home, SOURCE).rows["fx_rate"] == 1


def test_the_gravest_fault_is_raised_and_a_missing_document_is_none(home: Home) -> None:
    web = Script(
        u1=[make_answer(URLS[0], None, status=404, error=SourceGone("404"))],
        u2=[make_answer(URLS[1], None, status=None, error=SourceRefused("needs KEY"))],
    )
    report = run(home, web)
    assert report.counts == {"gone": 1, "refused": 1}
    with pytest.raises(SourceRefused, match="needs KEY"):
        report.raise_if_failed(0.0)


def test_bad_documents_are_quarantined_with_their_bytes_and_the_rest_counts(home: Home) -> None:
    torn = make_answer(URLS[0], b"1.", error=SourceBusy("torn: 2 of 9 bytes"))
    run(home, Script(u1=[torn], u2=[make_answer(URLS[1], b"1.1 1.2")]))
    report = ingest.parse(home, SOURCE)
    assert report.outcomes == {"quarantined": 1, "parsed": 1}
    (refusal,) = quarantine.refusals(home)
    assert refusal.reason == "torn: 2 of 9 bytes"
    assert (home.root / refusal.archive).exists()
    assert report.rows["fx_rate"] == 2


@pytest.mark.parametrize(
    ("body", "reason"), [(b"html", "HTML where"), (b"crash", "the parser stopped: KeyError")]
)
def test_whatever_a_document_does_the_others_are_read(home: Home, body: bytes, reason: str) -> None:
    run(home, Script(u1=[make_answer(URLS[0], body)], u2=[make_answer(URLS[1], b"1.1")]))
    report = ingest.parse(home, SOURCE)
    assert report.rows["fx_rate"] == 1
    assert reason in report.refused[0][1]


def test_parsing_all_again_writes_no_file(home: Home) -> None:
    run(home, Script(u1=[make_answer(URLS[0], b"1.1")], u2=[make_answer(URLS[1], b"html")]))
    ingest.parse(home, SOURCE)
    ingest.parse(home, SOURCE, everything=True)
    before = {p: p.stat().st_mtime_ns for p in home.lake.rglob("*.parquet")}
    assert ingest.parse(home, SOURCE, everything=True).written == []
    assert {p: p.stat().st_mtime_ns for p in home.lake.rglob("*.parquet")} == before


def test_asking_again_sends_validators_and_keeps_one_document(home: Home) -> None:
    tagged = make_answer(URLS[0], b"1.1", headers={"ETag": '"x"'})
    later = make_answer(URLS[0], None, status=304, at=DAY + timedelta(hours=1))
    same = [make_answer(URLS[1], b"1.2"), make_answer(URLS[1], b"1.2", at=DAY + timedelta(hours=1))]
    web = Script(u1=[tagged, later], u2=same)
    run(home, web)
    assert run(home, web).counts == {"unchanged": 2}
    assert len(Archive(home.archive).captures("test")) == 2


def test_a_to_b_to_a_is_three_documents(home: Home) -> None:
    queue = [
        make_answer(URLS[0], body, at=DAY + timedelta(days=n))
        for n, body in enumerate((b"1.1", b"1.2", b"1.1"))
    ]
    web = Script(u1=queue, u2=[make_answer(URLS[1], b"5")])
    for _ in queue:
        run(home, web)
    assert len([c for c in Archive(home.archive).captures("test") if c.url == URLS[0]]) == 3


def test_nothing_after_rows_is_a_changed_source(home: Home) -> None:
    empty = make_answer(URLS[0], None, status=204, at=DAY + timedelta(days=1))
    web = Script(u1=[make_answer(URLS[0], b"1.1"), empty], u2=[make_answer(URLS[1], None, status=204)])
    run(home, web)
    assert ingest.parse(home, SOURCE).outcomes == {"parsed": 1, "empty": 1}
    run(home, web)
    report = ingest.parse(home, SOURCE)
    assert report.refused == [(URLS[0], "answered 204 with nothing where it had given rows before")]


def test_a_token_seen_before_is_not_asked_again(home: Home) -> None:
    def tokens(value: str) -> Source:
        return Source(SOURCE.info, parse_rates, lambda window: [Fetch("test", URLS[0], token=value)])

    web = Script(u1=[make_answer(URLS[0], b"1.1")])
    for value in ("monday", "monday", "tuesday"):
        ingest.fetch(home, tokens(value), web)
    assert len(web.asked) == 2


def test_the_state_is_a_cache_of_the_archive(home: Home) -> None:
    run(
        home,
        Script(u1=[make_answer(URLS[0], b"1.1", headers={"ETag": '"x"'})], u2=[make_answer(URLS[1], b"2")]),
    )
    before = (home.state / "test.json").read_text()
    (home.state / "test.json").unlink()
    assert rebuild(home, "test") == 2
    assert (home.state / "test.json").read_text() == before


def test_a_damaged_archive_file_is_named_and_the_rest_is_read(home: Home) -> None:
    run(home, Script(u1=[make_answer(URLS[0], b"1.1")], u2=[make_answer(URLS[1], b"2.2")]))
    broken = Archive(home.archive).captures("test")[0]
    broken.path.write_bytes(broken.path.read_bytes()[:40])
    report = ingest.parse(home, SOURCE)
    assert report.rows["fx_rate"] == 1
    assert [name for name, _ in report.refused] == [broken.path.name]
    assert "damaged" in quarantine.refusals(home)[0].reason


def test_every_fetch_is_logged(home: Home) -> None:
    run(
        home,
        Script(
            u1=[make_answer(URLS[0], None, status=503, error=SourceBusy("503"))],
            u2=[make_answer(URLS[1], b"1")],
        ),
    )
    assert {(row["url"], row["outcome"]) for row in lake.read(home, "test", "fetch")} == {
        (URLS[0], "busy"),
        (URLS[1], "stored"),
    }


def test_what_a_settled_answer_leads_to_is_asked_where_a_killed_run_did_not(home: Home) -> None:
    def leading(follow_settled: bool) -> Source:
        first = Fetch("test", URLS[0], token="closed", follow_settled=follow_settled)
        onward = Fetch("test", URLS[1], token="closed")
        return Source(
            SOURCE.info,
            parse_rates,
            lambda window: [first],
            lambda doc: [onward] if doc.url == URLS[0] else [],
        )

    web = Script(u1=[make_answer(URLS[0], b"1.1", token="closed")], u2=[make_answer(URLS[1], b"2.2")])
    killed = dataclasses.replace(leading(True), follow=lambda document: ())
    ingest.fetch(home, killed, web)
    assert ingest.fetch(home, leading(False), web).counts == {}
    assert ingest.fetch(home, leading(True), web).counts == {"stored": 1}
    assert ingest.fetch(home, leading(True), web).counts == {}
    assert [url for url, _ in web.asked] == list(URLS)
