"""A source's smallest question, asked of servers that answer well, badly or not at all."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime

import pytest

from contracts.checkup import Check
from contracts.datasets import rows
from contracts.document import Batch, Document, Fetch, Probe, Source, SourceInfo
from contracts.errors import EnvironmentFault, SourceChanged
from extractors import registry
from extractors.customs import us_census_port
from extractors.probing import CLOCK_TOLERANCE, Question, clock_online, probe, questions, recognise
from extractors.web.session import Web
from tests.customs.answers import port_file, record
from tests.documents import Saved
from tests.fault_server import FaultServer
from tests.faults import Answer
from tests.recorded import sample_queries

URL = "https://rates.example/newest?a=1"
INFO = SourceInfo("rates", "Rates", "Nobody", "https://rates.example", "none", None, 1, 0, "1")


def parse(document: Document) -> Iterator[Batch]:
    """One rate a word; a page is refused, and a word that is no number stops the parser."""
    words = document.open().read().decode().split()
    if words and words[0].startswith("<"):
        raise SourceChanged("a page where rates were expected")
    day = date(2026, 1, 1)
    yield from rows(
        "fx_rate",
        (
            {"base": "EUR", "quote": "USD", "rate_date": day + timedelta(n), "rate": Decimal(word)}
            for n, word in enumerate(words)
        ),
    )


def starts_well(document: Document) -> None:
    if not document.open().read().startswith(b"code,"):
        raise SourceChanged("the header is not code")


RATES = Source(INFO, parse, probe=Probe(lambda: Fetch("rates", URL)))
PART = Fetch("rates", URL, headers={"Range": "bytes=0-9"}, max_bytes=100)
PARTIAL = replace(RATES, probe=Probe(lambda: PART, starts_well))


def asked(server: FaultServer, source: Source = RATES) -> tuple[Check, timedelta | None]:
    assert source.probe
    with Web.from_env({"CHOKEPOINT_MIRROR": server.base}) as web:
        return probe(Question("rates", source, source.probe.fetch), web)


def test_an_answer_that_parses_says_what_was_recognised(server: FaultServer) -> None:
    server.good(URL, b"1.5 1.6", "text/plain")
    check, _ = asked(server)
    assert (check.name, check.state) == ("online rates", "ok")
    assert "fx_rate 2 rows; 7 bytes in " in check.found
    assert "(200, mirror:unnamed)" in check.found


def test_a_coded_answer_is_decoded_before_it_is_read(server: FaultServer) -> None:
    server.good(URL, gzip.compress(b"1.5 1.6 1.7"), "text/plain", headers=[("Content-Encoding", "gzip")])
    assert "fx_rate 3 rows" in asked(server)[0].found


def test_nothing_but_the_probe_is_asked(server: FaultServer) -> None:
    server.good(URL, b"1.5", "text/plain")
    asked(server)
    assert [seen.path for seen in server.seen if "robots" not in seen.path] == ["/rates.example/newest"]


@pytest.mark.parametrize(
    ("fault", "words", "advice"),
    [
        ("html", "SourceChanged: https://rates.example/newest?a=1: a page where rates", "parser must follow"),
        ("404", "SourceGone: https://rates.example/newest?a=1: not there (404)", "address has moved"),
        ("403", "SourceRefused: https://rates.example/newest?a=1: the server refuses us", "terms"),
        ("503", "SourceBusy: https://rates.example/newest?a=1: the server failed (503)", "later"),
        ("hang_up", "SourceBusy: https://rates.example/newest?a=1: 127.0.0.1", "later"),
        ("204", "SourceChanged: https://rates.example/newest?a=1: answered 204 without a row", "parser"),
        ("truncated", "SourceBusy: https://rates.example/newest?a=1: torn", "later"),
        (
            "changed_shape",
            "SourceChanged: https://rates.example/newest?a=1: the parser stopped: Invalid",
            "parser",
        ),
    ],
)
def test_a_bad_answer_fails_with_its_type_and_address(
    server: FaultServer, fault: str, words: str, advice: str
) -> None:
    server.on(URL, fault)
    check, _ = asked(server)
    assert check.state == "fail"
    found = check.found.replace("http://", "")
    assert found.startswith(words) or (fault == "hang_up" and "could not be reached" in found)
    assert check.found.count("https://rates.example/newest") == 1
    assert advice in check.advice


def test_a_server_that_is_not_there_fails_as_busy() -> None:
    with FaultServer() as gone:
        pass
    check, ahead = asked(gone)
    assert (check.state, ahead) == ("fail", None)
    assert check.found.startswith("SourceBusy: ")


def part(body: bytes) -> Answer:
    said = [("Content-Type", "text/csv"), ("Content-Range", f"bytes 0-{len(body) - 1}/90000")]
    return lambda x: x.send(206, body, said)


def test_a_beginning_is_held_against_the_check(server: FaultServer) -> None:
    server.on(URL, part(b"code,value"))
    check, _ = asked(server, PARTIAL)
    assert check.state == "ok"
    assert "the shape is as documented; 10 bytes in" in check.found
    assert server.requests(URL)[-1].headers["range"] == "bytes=0-9"
    server.on(URL, part(b"name,value"))
    assert (
        "SourceChanged: https://rates.example/newest?a=1: the header is not code"
        in asked(server, PARTIAL)[0].found
    )


@pytest.mark.parametrize(("body", "state"), [(b"code,value" * 90, "ok"), (b"<html>" * 90, "fail")])
def test_a_server_that_ignores_range_is_judged_by_what_came_up_to_the_cap(
    server: FaultServer, body: bytes, state: str
) -> None:
    server.good(URL, body, "text/csv")
    assert asked(server, PARTIAL)[0].state == state


def test_a_part_that_is_larger_than_what_may_come_is_not_taken_for_a_beginning(server: FaultServer) -> None:
    server.on(URL, part(b"code,value" * 90))
    assert "larger than the 100 bytes allowed" in asked(server, PARTIAL)[0].found


def test_a_whole_answer_over_the_cap_is_not_taken_for_a_beginning(server: FaultServer) -> None:
    server.good(URL, b"1.5 " * 90, "text/plain")
    whole = replace(RATES, probe=Probe(lambda: replace(PART, headers={})))
    assert "larger than the 100 bytes allowed" in asked(server, whole)[0].found


def test_a_missing_key_is_skipped_and_asks_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHOKEPOINT_MIRROR", raising=False)
    monkeypatch.delenv("RATES_KEY", raising=False)
    keyed = replace(RATES, info=replace(INFO, key_env="RATES_KEY"))
    with FaultServer() as server:
        check, _ = asked(server, keyed)
        assert (check.state, check.found, server.seen) == ("skipped", "needs RATES_KEY", [])


@pytest.mark.parametrize(
    ("seconds", "age", "state"),
    [(0, None, "ok"), (-100, None, "ok"), (-3600, None, "warn"), (3600, None, "warn"), (-3600, "3600", "ok")],
)
def test_our_clock_is_held_against_the_servers_date(
    server: FaultServer, seconds: int, age: str | None, state: str
) -> None:
    said = [("Date", format_datetime(datetime.now(UTC) + timedelta(seconds=seconds), usegmt=True))]
    server.good(URL, b"1.5", "text/plain", headers=said + ([("Age", age)] if age else []))
    check, ahead = asked(server)
    assert check.state == "ok"
    assert ahead is not None
    assert clock_online([ahead]).state == state
    assert clock_online([ahead, timedelta(seconds=1)]).state == "ok"


def test_without_a_date_nothing_is_said_of_the_clock(server: FaultServer) -> None:
    server.good(URL, b"1.5", "text/plain", headers=[("Date", "yesterday")])
    assert asked(server)[1] is None
    assert clock_online([]).state == "skipped"
    assert timedelta(minutes=2) == CLOCK_TOLERANCE


def test_every_source_is_asked_once_unless_some_are_named() -> None:
    with sample_queries():
        assert [q.name for q in questions([])] == [n for n, s in registry.sources().items() if s.probe]
        assert [q.name for q in questions(["ecb_fx", "ecb_fx"])] == ["ecb_fx"]
        feeds = [q.name for q in questions(["news"])]
        assert len(feeds) == 9
        assert questions(["news:harbour_wire"])[0].ask().scope["feed"] == "harbour_wire"
        assert [q.name for q in questions(["news", "news:harbour_wire"])] == feeds
        for name, error in (("nowhere", registry.UnknownSource), ("news:nowhere", EnvironmentFault)):
            with pytest.raises(error):
                questions([name])


def test_a_source_without_a_probe_says_so_when_named(monkeypatch: pytest.MonkeyPatch) -> None:
    mute = replace(RATES, probe=None)
    monkeypatch.setattr("extractors.registry.sources", lambda: {"rates": mute})
    assert questions([]) == []
    with pytest.raises(EnvironmentFault, match="rates has no probe"):
        questions(["rates"])


RECORDS = [record("850760", "5700", n) for n in range(3000)]


@pytest.mark.parametrize("share", [1.0, 0.5])
def test_the_beginning_of_a_port_file_is_recognised(share: float) -> None:
    whole = port_file(RECORDS)
    cut = replace(whole, body=whole.body[: int(len(whole.body) * share)])
    assert recognise(registry.source("us_census_port"), cut) == "the shape is as documented"


@pytest.mark.parametrize(
    ("document", "words"),
    [
        (port_file([record("850760", "5700", 1, month="202507")]), "another month"),
        (port_file([record("85O760", "5700", 1)]), "something else than digits"),
        (port_file([b"850760,5700,1"]), "not 230 characters"),
        (port_file([]), "no record"),
        (port_file(RECORDS, name="README.TXT"), "no member matches"),
        (Saved(b"<html>", url=port_file([]).url), "no member matches"),
        (replace(port_file(RECORDS), body=port_file(RECORDS).body[:70]), "no member matches"),
    ],
    ids=["month", "letters", "layout", "empty", "member", "page", "too short"],
)
def test_another_file_is_not(document: Saved, words: str) -> None:
    with pytest.raises(SourceChanged, match=words):
        us_census_port.check_beginning(document)


def test_damage_within_the_packed_records_is_told() -> None:
    document = port_file(RECORDS)
    at = document.body.index(b"PORTHS6MM2506.TXT") + len("PORTHS6MM2506.TXT")
    broken = replace(document, body=document.body[:at] + b"\xff" * 200)
    with pytest.raises(SourceChanged, match="not a whole zip"):
        us_census_port.check_beginning(broken)
