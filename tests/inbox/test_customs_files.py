"""Customs files that people bring, into the wrong folder, damaged or with a false word beside them."""

from __future__ import annotations

import gzip
import random
from contextlib import suppress
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from contracts.clock import now
from contracts.document import Source
from contracts.errors import SourceChanged
from extractors import ingest, registry
from tests.customs import comtrade
from tests.recordings import us_trade_online
from warehouse import quarantine
from warehouse.archive import Archive
from warehouse.home import Home, open_home

SAMPLES = Path(__file__).parents[2] / "samples" / "inbox"
BROUGHT = ("gacc_detail", "taiwan_customs", "un_comtrade_plus", "us_trade_online")
LATER = timedelta(minutes=5)


def files() -> dict[str, tuple[str, bytes]]:
    """A good file of each source: its name and bytes."""
    (online, *_) = us_trade_online.answers()
    found = {"us_trade_online": (online.url.rpartition(":")[2], online.body)}
    found["un_comtrade_plus"] = ("TradeData.csv", comtrade.plus(comtrade.whole(comtrade.record())).body)
    for name in ("gacc_detail", "taiwan_customs"):
        path = min((SAMPLES / name).glob("*.csv"))
        found[name] = (path.name, path.read_bytes())
    return found


FILES = files()


@pytest.fixture
def live(tmp_path: Path) -> Home:
    return open_home(tmp_path / "live", "live")


def bring(home: Home, source: Source, name: str, body: bytes, side: str | None = None) -> None:
    folder = home.inbox / source.info.source
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(body)
    if side is not None:
        (folder / f"{name}.toml").write_text(side, "utf-8")
    ingest.take_in(home, source, wall=lambda: now() + LATER, sleep=lambda seconds: None)


@pytest.mark.parametrize("own", BROUGHT)
@pytest.mark.parametrize("into", BROUGHT)
def test_a_file_in_another_sources_folder_gives_no_row(live: Home, own: str, into: str) -> None:
    source = registry.source(into)
    name, body = FILES[own]
    bring(live, source, name, body)
    report = ingest.parse(live, source)
    if own == into:
        assert report.rows["trade_flow"] > 0
        return
    assert report.rows.get("trade_flow", 0) == 0
    refused = list((live.inbox_refused / into).glob("*.reason.txt"))
    assert len(refused) + len(quarantine.refusals(live)) == 1


@pytest.mark.parametrize("name", BROUGHT)
@pytest.mark.parametrize(
    "damage",
    [
        lambda body: body[: len(body) // 2],
        lambda body: body + body,
        lambda body: body.replace(b",", b"\0,"),
        lambda body: body.replace(b",", b";"),
        lambda body: b"\0" * len(body),
        lambda body: body.decode("utf-8", "replace").encode("utf-16"),
        lambda body: gzip.compress(body),
        lambda body: body[:-1] + b'"' + b"9" * 1_000_000,
    ],
    ids=["half", "twice", "NULs", "semicolons", "only NULs", "UTF-16", "packed", "a giant open cell"],
)
def test_a_damaged_file_is_refused_in_words(name: str, damage: object) -> None:
    source, (called, good) = registry.source(name), FILES[name]
    body = damage(good)  # type: ignore[operator]
    with pytest.raises(SourceChanged) as refusal:
        read(source, called, body)
    assert 10 < len(str(refusal.value)) < 600


def read(source: Source, name: str, body: bytes) -> int:
    """The rows of a file, taken in and read without a home."""
    from tests.documents import Saved

    assert source.inbox is not None
    scope = source.inbox.recognise(name, BytesIO(body))
    url = f"urn:inbox:{source.info.source}:{name}"
    saved = Saved(body, source=source.info.source, url=url, scope=scope, via="inbox")
    rows = sum(batch.num_rows for _, batch in source.parse(saved))
    list(source.slices(saved))
    return rows


@pytest.mark.parametrize("name", BROUGHT)
def test_a_file_with_any_byte_changed_is_read_or_refused_in_words(name: str) -> None:
    source, (called, good) = registry.source(name), FILES[name]
    dice = random.Random(name)
    good = good[: good.find(b"\n", 3_000) + 1] if len(good) > 3_000 else good
    for _ in range(150):
        body = bytearray(good)
        for _ in range(dice.randint(1, 3)):
            body[dice.randrange(len(body))] = dice.choice(b'\0\n\r",;?-0a\xff\xa0')
        with suppress(SourceChanged):  # any other error fails
            assert read(source, called, bytes(body)) >= 0


def test_a_release_before_the_figures_it_brings_is_not_believed(live: Home) -> None:
    source = registry.source("un_comtrade_plus")
    name, body = FILES["un_comtrade_plus"]
    bring(live, source, name, body, "released_at = 2021-12-31")
    assert ingest.parse(live, source).outcomes == {"quarantined": 1}
    (refusal,) = quarantine.refusals(live)
    assert "released on 2021-12-31, and it has figures of 2022-01-01" in refusal.reason
    bring(live, source, name, body, "released_at = 2023-06-01")
    assert ingest.parse(live, source).outcomes == {"parsed": 1}
    assert len(Archive(live.archive).captures("un_comtrade_plus")) == 2
