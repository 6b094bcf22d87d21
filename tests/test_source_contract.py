"""What every source must keep to, whatever it reads: run over all that are registered."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import json
import random
import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.clock import now
from contracts.datasets import SCHEMAS, checked
from contracts.document import Fetch, Slice, Source
from contracts.errors import SourceChanged
from extractors import registry
from extractors.ingest import parse, take_in
from extractors.ingest.inbox import address
from extractors.ingest.sidefile import stated
from extractors.probing import recognise
from tests.documents import Saved
from tests.recorded import SAMPLES, documents, planned, recorded, sample_queries
from warehouse.archive import Archive
from warehouse.home import open_home

SOURCES = list(registry.sources())
BROUGHT = [name for name in SOURCES if registry.source(name).inbox and not registry.source(name).probe]
"""Sources of files that people bring, which nothing is asked."""
# Items of a feed are read one by one, so a torn feed may still give its first ones.
READS_BY_ITEM = {"news"}
OTHER = b'[["SURPRISE","COLUMN"],["1","2"]]'
NOISE = random.Random(1).randbytes(4096)
SIDE_FILE = 'evidence = "synthetic"\norigin = "the recordings of the tests"\n'


@cache
def good(name: str) -> Saved:
    """The shortest recorded document of the source that has rows, else the shortest of those its documents lead to."""
    source = registry.source(name)
    found = [saved for saved in documents(source) if saved.status == 200]
    return next(
        saved for some in (found, led_to(source, found)) for saved in by_size(some) if has_rows(source, saved)
    )


def by_size(found: Iterable[Saved]) -> list[Saved]:
    return sorted(found, key=lambda saved: len(saved.body))


def led_to(source: Source, found: Iterable[Saved]) -> Iterator[Saved]:
    """The recorded answers to what these documents lead to."""
    for saved in found:
        with sample_queries(source.info.source):
            fetches = list(source.follow(saved))
        yield from (answer for answer in map(recorded, fetches) if answer is not None)


def has_rows(source: Source, saved: Saved) -> bool:
    found = outcome(source, saved)
    return not isinstance(found, SourceChanged) and found > 0


def schemes(name: str) -> set[str]:
    """What the source's addresses may begin with."""
    return {"https", "http"} if registry.source(name).plain_http else {"https"}


def probed(name: str) -> Fetch:
    """What the source asks when it is probed."""
    source = registry.source(name)
    assert source.probe, f"{name} has no probe"
    with sample_queries(name):
        return source.probe.fetch()


def probe_answer(name: str) -> Saved:
    """The sample's answer to a source's probe: the part asked for, where the server gives parts."""
    fetch = probed(name)
    saved = recorded(fetch)
    assert saved is not None, f"the sample has no answer to the probe of {name}: {fetch.url}"
    end = int(fetch.headers["Range"].rpartition("-")[2]) + 1 if "Range" in fetch.headers else None
    return dataclasses.replace(saved, body=saved.body[:end])


def rows(source: Source, document: Saved) -> int:
    """Rows of a document, every batch checked."""
    with sample_queries(source.info.source):
        return sum(checked(dataset, batch).num_rows for dataset, batch in source.parse(document))


def outcome(source: Source, document: Saved) -> int | SourceChanged:
    try:
        return rows(source, document)
    except SourceChanged as error:
        return error


def test_a_module_in_the_folders_is_a_source() -> None:
    root = Path(registry.__file__).parent
    modules = {
        f"extractors.{folder}.{path.stem}"
        for folder in registry.FOLDERS
        for path in (root / folder).glob("*.py")
        if "\nSOURCE" in path.read_text("utf-8")
    }
    assert {source.parse.__module__ for source in registry.sources().values()} <= modules
    assert len(SOURCES) == len(modules)
    assert {"us_census_port", "ecb_fx", "news", "us_csl", "sec_edgar"} <= set(SOURCES)


@pytest.mark.parametrize("name", SOURCES)
class TestSource:
    def test_says_what_it_is(self, name: str) -> None:
        info = registry.source(name).info
        assert info.source == name
        assert all((info.title, info.publisher, info.licence, info.parser_version))
        assert urlsplit(info.homepage).scheme in schemes(name)
        assert info.cadence_days > 0
        assert info.lag_days >= 0
        assert info.scale >= 1
        if info.flow_bases:
            assert info.country_codes
            assert info.currency

    def test_claims_words_only_where_the_terms_were_read(self, name: str) -> None:
        info = registry.source(name).info
        assert info.rights.fault is None
        assert info.terms_url is None or urlsplit(info.terms_url).scheme == "https"
        assert info.reviewed_on is None or info.terms_url is not None

    def test_plans_requests_without_a_secret(self, name: str) -> None:
        for fetch in planned(registry.source(name)):
            parts = urlsplit(fetch.url)
            assert fetch.source == name
            assert (parts.scheme in schemes(name), parts.username, parts.password) == (True, None, None)
            assert not any(f"{parameter}=" in parts.query for parameter in fetch.secrets)
            assert fetch.max_bytes > 0

    def test_plans_the_same_twice_and_nothing_twice(self, name: str) -> None:
        urls = [fetch.url for fetch in planned(registry.source(name))]
        assert urls == [fetch.url for fetch in planned(registry.source(name))]
        assert len(set(urls)) == len(urls)
        assert bool(urls) != (name in BROUGHT)

    def test_reads_its_sample_into_checked_batches(self, name: str) -> None:
        source = registry.source(name)
        assert rows(source, good(name)) > 0
        with sample_queries(name):
            for dataset, batch in source.parse(good(name)):
                assert dataset in SCHEMAS
                assert isinstance(batch, pa.RecordBatch)

    def test_reads_the_same_rows_again(self, name: str) -> None:
        source = registry.source(name)
        with sample_queries(name):
            first, second = (list(source.parse(good(name))) for _ in range(2))
        assert [d for d, _ in first] == [d for d, _ in second]
        assert all(a.equals(b) for (_, a), (_, b) in zip(first, second, strict=True))

    def test_speaks_only_for_customs_cells(self, name: str) -> None:
        source = registry.source(name)
        with sample_queries(name):
            slices = list(source.slices(good(name)))
        assert bool(slices) == bool(source.info.flow_bases)
        for piece in slices:
            assert isinstance(piece, Slice)
            assert piece.flow_basis in source.info.flow_bases
            assert piece.period.day == 1
            assert piece.partners is None or piece.partners

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<!DOCTYPE html><html><title>Sorry</title></html>",
            b"Service unavailable",
            NOISE,
            b"\x00" * 5000,
        ],
        ids=["empty", "html", "text", "noise", "zeros"],
    )
    def test_refuses_what_is_no_answer(self, name: str, body: bytes) -> None:
        refused = outcome(registry.source(name), dataclasses.replace(good(name), body=body))
        assert isinstance(refused, SourceChanged)
        assert str(refused)

    @pytest.mark.parametrize("part", [0.01, 0.3, 0.6, 0.9, 0.999])
    def test_a_torn_answer_is_refused(self, name: str, part: float) -> None:
        whole = good(name)
        torn = dataclasses.replace(whole, body=whole.body[: int(len(whole.body) * part)])
        found = outcome(registry.source(name), torn)
        assert isinstance(found, SourceChanged) or name in READS_BY_ITEM

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_a_damaged_answer_is_refused_or_still_keeps_the_schema(
        self, name: str, data: st.DataObject
    ) -> None:
        body = bytearray(good(name).body)
        for _ in range(data.draw(st.integers(1, 4))):
            at = data.draw(st.integers(0, len(body) - 1))
            body[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
        found = outcome(registry.source(name), dataclasses.replace(good(name), body=bytes(body)))
        assert isinstance(found, SourceChanged) or found >= 0

    def test_leads_only_to_its_own_requests(self, name: str) -> None:
        source = registry.source(name)
        with sample_queries(name):
            assert all(fetch.source == name for fetch in source.follow(good(name)))

    def test_reads_times_and_new_columns_without_a_fault(self, name: str) -> None:
        source = registry.source(name)
        assert source.released_at({}) is None
        assert source.released_at({"last-modified": "yesterday"}) is None
        assert source.new_columns(good(name)) == ()


@pytest.mark.parametrize("name", [name for name in SOURCES if name not in BROUGHT])
class TestProbe:
    def test_its_probe_is_one_small_request_without_a_secret(self, name: str) -> None:
        fetch = probed(name)
        parts = urlsplit(fetch.url)
        assert (fetch.source, fetch.method, parts.scheme in schemes(name)) == (name, "GET", True)
        assert not any(f"{parameter}=" in parts.query for parameter in fetch.secrets)
        assert fetch == probed(name)
        assert len(probe_answer(name).body) <= fetch.max_bytes
        if "Range" in fetch.headers:
            first, last = map(int, fetch.headers["Range"].removeprefix("bytes=").split("-"))
            assert (first, last < fetch.max_bytes) == (0, True)

    def test_the_recorded_answer_to_its_probe_is_recognised(self, name: str) -> None:
        with sample_queries(name):
            assert recognise(registry.source(name), probe_answer(name))

    @pytest.mark.parametrize(
        "body",
        [b"", b"<!DOCTYPE html><html><title>Sorry</title></html>", b"Service unavailable", NOISE, OTHER],
        ids=["empty", "html", "text", "noise", "another shape"],
    )
    def test_another_answer_to_its_probe_is_refused(self, name: str, body: bytes) -> None:
        with sample_queries(name), pytest.raises(SourceChanged):
            recognise(registry.source(name), dataclasses.replace(probe_answer(name), body=body))


@pytest.mark.parametrize("name", [name for name in SOURCES if registry.source(name).inbox])
class TestInbox:
    def test_takes_its_files_from_the_inbox_and_reads_them(self, name: str, tmp_path: Path) -> None:
        source, home = registry.source(name), open_home(tmp_path / "home", "sample")
        files = [saved for saved in documents(source) if saved.via == "inbox"]
        assert files
        for saved in files:
            path = home.inbox / name / unquote(saved.url.rpartition(":")[2])
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(saved.body)
            path.with_name(path.name + ".toml").write_text(SIDE_FILE, "utf-8")
        report = take_in(home, source, wall=lambda: now() + timedelta(hours=1), sleep=lambda seconds: None)
        report.raise_if_not_well()
        assert (len(report.taken), report.left) == (len(files), [])
        scopes = {capture.url: capture.scope for capture in Archive(home.archive).captures(name)}
        assert len(scopes) == len(files)
        for saved in files:
            assert saved.scope.items() <= scopes[address(name, unquote(saved.url.rpartition(":")[2]))].items()
        with sample_queries(name):
            read = parse(home, source)
        assert (read.refused, read.outcomes) == ([], {"parsed": len(files)})

    def test_its_names_and_size_have_a_bound(self, name: str) -> None:
        inbox = registry.source(name).inbox
        assert inbox is not None
        assert 0 < inbox.max_bytes <= 2_000_000_000
        for odd in ("", "no such kind of file.exe", "archive.zip.exe"):
            assert not re.fullmatch(inbox.names, odd, re.IGNORECASE)

    @pytest.mark.parametrize("body", [b"\n", b"<html>", OTHER, NOISE, b"\x00" * 5000, b"PK\x03\x04" + NOISE])
    def test_another_file_is_refused_in_words_or_told_what_it_answers(self, name: str, body: bytes) -> None:
        source = registry.source(name)
        known = next(unquote(s.url.rpartition(":")[2]) for s in documents(source) if s.via == "inbox")
        assert source.inbox is not None
        with contextlib.suppress(SourceChanged):
            assert json.loads(json.dumps(dict(source.inbox.recognise(known, io.BytesIO(body)))))


def test_every_file_of_the_sample_states_what_it_is() -> None:
    for path in (SAMPLES / "inbox").glob("*/*"):
        if path.suffix != ".toml":
            assert registry.source(path.parent.name).inbox
            stated(path.with_name(path.name + ".toml").read_bytes(), "sample", now())


def test_the_folders_hold_no_second_source_in_one_module() -> None:
    root = Path(registry.__file__).parent
    for folder in registry.FOLDERS:
        for path in (root / folder).glob("*.py"):
            assert path.read_text("utf-8").count("\nSOURCE = ") <= 1
