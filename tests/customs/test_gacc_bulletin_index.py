"""China's monthly bulletin: what is asked, where an index leads, and a run from the index to the documents."""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from contracts.document import Answer, Fetch, Validators, Window
from contracts.errors import SourceChanged, SourceRefused
from extractors import ingest
from extractors.customs import gacc_bulletin, gacc_pages
from tests.conftest import make_answer
from tests.customs.gacc import bulletin, index, listed
from tests.customs.gacc_rows import RECORDED, needs_recorded
from tests.customs.gacc_rows import bulletin_rows as rows
from tests.documents import Saved
from tests.recorded import brought
from warehouse import lake
from warehouse.archive import Archive
from warehouse.home import Home


@needs_recorded
def test_the_recorded_index_leads_to_its_months() -> None:
    from lxml import html

    text = (RECORDED / "excerpt_rebuilt_gacc_monthly_index_2026.html").read_text("utf-8")
    found = gacc_pages.links(html.document_fromstring(text))
    assert [(link.table, link.month) for link in found] == [("2", 1), ("2", 7), ("4", 7)]
    assert found[2].url.endswith("/ba761d26-b46d-4f7c-9385-482a2a096e02.html")


def test_an_index_leads_to_the_wanted_months_of_the_wanted_tables() -> None:
    names = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "Jun.", "Jul.")
    page = index(listed(2, "Jul."), listed(13, *names), listed(14, *names), months=["2026-03", "2026-07"])
    found = list(gacc_bulletin.follow(page))
    assert [f.scope for f in found] == [
        {"page": "table", "table": "13", "month": 3},
        {"page": "table", "table": "13", "month": 7},
    ]
    assert rows(page) == []
    assert list(gacc_bulletin.slices(page)) == []


def test_the_newest_months_are_asked_again_and_older_ones_are_settled(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = ("Jan.", "Feb.", "Mar.", "Apr.", "May", "Jun.", "Jul.")
    labels = [f"2026-{n:02d}" for n in range(1, 8)]
    page = index(listed(13, *names), months=labels)

    def tokens(day: datetime) -> list[str | None]:
        monkeypatch.setattr(gacc_bulletin, "now", lambda: day)
        return [fetch.token for fetch in gacc_bulletin.follow(page)]

    before, after = tokens(datetime(2026, 9, 20, tzinfo=UTC)), tokens(datetime(2026, 9, 21, tzinfo=UTC))
    assert None not in before
    assert [old == new for old, new in zip(before, after, strict=True)] == [True] * 5 + [False] * 2


def test_months_that_somebody_named_are_always_asked_for() -> None:
    page = index(listed(13, "Jan.", "Feb."), months=["2026-01", "2026-02"])
    named = dataclasses.replace(page, scope={**page.scope, "named": True})
    assert [fetch.token for fetch in gacc_bulletin.follow(named)] == [None, None]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (index(listed(2, "Jul.")), r"no month of table \(13\)"),
        (index(listed(13, "Total")), "is no month"),
        (
            index(listed(13, "Jul.").replace("english.customs.gov.cn", "evil.example")),
            "is no page of the bulletin",
        ),
        (index("<tr><td>（13）</td><td><a href='/x.html'>Jul.</a></td></tr>"), "is no page of the bulletin"),
        (index(), "no table of the bulletin is listed"),
    ],
)
def test_an_index_of_another_shape_is_refused(page: Saved, said: str) -> None:
    with pytest.raises(SourceChanged, match=said):
        rows(page)


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (datetime(2026, 11, 22, tzinfo=UTC), ["monthly2025", "monthly"]),
        (datetime(2027, 2, 22, tzinfo=UTC), ["monthly2025", "monthly", "monthly2026"]),
        (datetime(2027, 5, 25, tzinfo=UTC), ["monthly2026", "monthly"]),
    ],
)
def test_plan_asks_for_the_index_of_every_year(
    monkeypatch: pytest.MonkeyPatch, today: datetime, expected: list[str]
) -> None:
    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    monkeypatch.setattr(gacc_bulletin, "now", lambda: today)
    fetches = list(gacc_bulletin.plan(Window()))
    assert [f.url for f in fetches] == [f"{gacc_bulletin.BASE}/{name}.html" for name in expected]
    assert all(f.scope["tables"] == ["13", "14"] for f in fetches)


def test_plan_asks_for_the_years_of_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    (fetch,) = gacc_bulletin.plan(Window(date(2019, 5, 1), date(2019, 6, 30)))
    assert fetch.url.endswith("/monthly2019.html")
    assert fetch.scope["months"] == ["2019-05", "2019-06"]


def test_nothing_of_it_is_brought() -> None:
    assert list(brought(gacc_bulletin.SOURCE)) == []


class Site:
    """A web that answers from a table; 200 unless a status stands with the body."""

    def __init__(self, pages: dict[str, tuple[int, bytes]]) -> None:
        self.pages = pages

    def fetch(self, fetch: Fetch, validators: Validators | None = None) -> Answer:
        status, body = self.pages[fetch.url]
        error = SourceRefused(f"{fetch.url}: refused ({status})") if status != 200 else None
        return replace(make_answer(fetch.url, body, status=status, error=error), fetch=fetch)


def ingested(home: Home, pages: dict[str, tuple[int, bytes]]) -> list[dict[str, object]]:
    """The documents of one run over the index and what it leads to."""
    plan = [Fetch("gacc_bulletin", index().url, scope=index().scope)]
    ingest.fetch(home, gacc_bulletin.SOURCE, Site(pages), plan=plan)
    ingest.parse(home, gacc_bulletin.SOURCE)
    columns = ["url", "outcome", "rows", "reason", "released_at"]
    return sorted(
        lake.read(home, "gacc_bulletin", "document", columns), key=lambda row: -len(str(row["url"]))
    )


def test_an_index_and_its_page_become_documents_with_the_day_the_page_states(home: Home) -> None:
    listing = index(listed(13, "Jan.", "Feb.", "Mar.", "Apr.", "May", "Jun.", "Jul."))
    address = "http://english.customs.gov.cn/Statics/00000013-0000-0000-0000-000000000007.html"
    early = bulletin(date='<div class="atcl-date">2019/08/18</div>')
    page, listing_row = ingested(home, {listing.url: (200, listing.body), address: (200, early.body)})
    assert (page["outcome"], page["rows"], page["released_at"]) == (
        "parsed",
        4,
        datetime(2019, 8, 18, 15, 59, 59, tzinfo=UTC),
    )
    assert (listing_row["outcome"], listing_row["rows"], listing_row["released_at"]) == ("empty", 0, None)


def test_a_day_that_has_not_come_is_no_release(home: Home) -> None:
    listing = index(listed(13, "Jan.", "Feb.", "Mar.", "Apr.", "May", "Jun.", "Jul."))
    address = "http://english.customs.gov.cn/Statics/00000013-0000-0000-0000-000000000007.html"
    later = bulletin(date='<div class="atcl-date">2099/08/18</div>')
    page, _ = ingested(home, {listing.url: (200, listing.body), address: (200, later.body)})
    assert (page["outcome"], page["released_at"]) == ("parsed", None)


def test_a_challenge_page_is_kept_and_refused(home: Home) -> None:
    challenge = b"<html><script>document.cookie='x';location.reload()</script></html>"
    (refused,) = ingested(home, {index().url: (412, challenge)})
    assert (refused["outcome"], refused["rows"]) == ("quarantined", 0)
    assert "412" in str(refused["reason"])
    (capture,) = Archive(home.archive).captures("gacc_bulletin", set(), lambda path, why: None)
    with capture.open() as body:
        assert body.read() == challenge
