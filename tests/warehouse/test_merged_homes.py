"""Archives of two homes copied together say what one home says that fetched everything, whoever had what, in any order."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.datasets import DERIVED_SCHEMAS, rows
from contracts.document import Batch, Document, Slice, Source, SourceInfo
from extractors import ingest
from tests.conftest import make_answer
from tests.warehouse.test_vintage import make, observations
from tests.warehouse.test_vintage import rows as made
from tests.warehouse.told import Told, by_the_rules, several
from warehouse.archive import Archive
from warehouse.home import Home, open_home
from warehouse.pack import pack


def body(told: Told) -> bytes:
    """A document as this test's own source writes it."""
    return json.dumps([told.flows(), told.scopes()], default=str).encode()


def parse(document: Document) -> Iterator[Batch]:
    flows, _ = json.load(document.open())
    typed = (
        {**row, "period": date.fromisoformat(row["period"]), "value": Decimal(row["value"])} for row in flows
    )
    yield from rows("trade_flow", typed)


def slices(document: Document) -> Iterable[Slice]:
    _, scopes = json.load(document.open())
    for row in scopes:
        partner = row.pop("partner_code")
        yield Slice(**{**row, "period": date.fromisoformat(row["period"])}, partners=partner and (partner,))


def released_at(headers: Mapping[str, str]) -> datetime | None:
    said = headers.get("x-released")
    return datetime.fromisoformat(said) if said else None


SOURCE = Source(
    info=SourceInfo("agency", "Agency", "Nobody", "https://agency.example", "none", None, 30, 30, "1"),
    parse=parse,
    slices=slices,
    released_at=released_at,
)


def store(home: Home, told: Told) -> str:
    """Archive one document; its id."""
    headers = {"Content-Type": "application/json"}
    if told.released:
        headers["X-Released"] = told.released.isoformat()
    url = f"https://agency.example/{told.name}"
    answer = make_answer(url, body(told), source="agency", at=told.retrieved, headers=headers)
    return Archive(home.archive).store(answer, told.released).document_id


def copy(home: Home, into: Home) -> None:
    shutil.copytree(home.archive, into.archive, dirs_exist_ok=True)


def known(home: Home) -> tuple[list[Any], list[list[Any]]]:
    """Observations, and whole derived tables."""
    paths = make(home)
    return observations(paths), [made(paths, dataset) for dataset in DERIVED_SCHEMAS]


@settings(max_examples=12, deadline=None)
@given(told=several((200,)), dice=st.randoms(use_true_random=False))
def test_two_homes_merged_are_as_one(told: tuple[Told, ...], dice: Any) -> None:
    with TemporaryDirectory() as folder:
        one, left, right, merged = (
            open_home(Path(folder) / name, "sample") for name in ("one", "left", "right", "merged")
        )
        names = {told_one.name: store(one, told_one) for told_one in told}
        for each in dice.sample(told, len(told)):
            for home in dice.choice(((left,), (right,), (left, right))):
                assert store(home, each) == names[each.name]
            if dice.random() < 0.5:
                ingest.parse(left, SOURCE)
        if dice.random() < 0.5:
            pack(left, "agency")
        for home in dice.sample((left, right), 2):
            if home.archive.is_dir():
                copy(home, merged)
            if dice.random() < 0.5:
                ingest.parse(merged, SOURCE)
        for home in (one, merged):
            ingest.parse(home, SOURCE)
        assert known(merged) == known(one)
        renamed = (replace(each, name=names[each.name]) for each in told if each.values)
        assert known(one)[0] == by_the_rules(renamed)
