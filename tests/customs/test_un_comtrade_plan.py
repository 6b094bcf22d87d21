"""What is asked of UN Comtrade: by queries, windows, and the lists of its tables."""

from __future__ import annotations

import dataclasses
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.document import Window
from contracts.errors import EnvironmentFault, SourceChanged
from extractors.customs import comtrade_available, comtrade_queries
from extractors.customs import un_comtrade as comtrade
from extractors.customs.comtrade_request import LONGEST_URL, from_scope
from tests.customs.comtrade import answer, body, read
from tests.documents import Saved

QUERIES = """
[un_comtrade]
{settings}
[[un_comtrade.ask]]
key = "one"
frequency = "A"
reporters = ["842", "490"]
flows = ["M", "X"]
codes = ["850760", "8542"]
periods = ["2022", "2023"]
"""


@pytest.fixture
def queries(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    def use(settings: str = "", text: str = QUERIES) -> None:
        path = tmp_path / "queries.toml"
        path.write_text(text.replace("{settings}", settings), "utf-8")
        monkeypatch.setenv("CHOKEPOINT_QUERIES", str(path))

    monkeypatch.delenv("COMTRADE_API_KEY", raising=False)
    return use


def test_with_a_key_get_is_asked_and_the_key_is_a_header_only(
    queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries()
    monkeypatch.setenv("COMTRADE_API_KEY", "0123456789abcdef")
    fetches = list(comtrade.plan(Window()))
    assert len(fetches) == 2
    assert all("/data/v1/get/C/A/HS?" in f.url and "0123" not in f.url for f in fetches)
    assert {tuple(f.secret_headers.items()) for f in fetches} == {
        (("Ocp-Apim-Subscription-Key", "COMTRADE_API_KEY"),)
    }


def test_without_a_key_one_code_flow_and_period_is_previewed_at_a_time(queries: Any) -> None:
    queries()
    fetches = list(comtrade.plan(Window()))
    assert len(fetches) == 2 * 2 * 2 * 2
    assert all("/public/v1/preview/C/A/HS?" in f.url and not f.secret_headers for f in fetches)
    asked = [from_scope(f.scope) for f in fetches]
    assert all((len(a.codes), len(a.flows), len(a.periods)) == (1, 1, 1) for a in asked)


def test_a_window_asks_for_its_years(queries: Any) -> None:
    queries('access = "get"')
    fetches = list(comtrade.plan(Window(date(2019, 3, 1), date(2021, 2, 1))))
    assert {from_scope(f.scope).periods for f in fetches} == {("2020", "2021")}


def test_no_address_is_too_long(queries: Any) -> None:
    codes = ", ".join(f'"85{n:04}"' for n in range(900))
    queries('access = "get"', QUERIES.replace('"850760", "8542"', codes))
    fetches = list(comtrade.plan(Window()))
    assert max(len(f.url) for f in fetches) <= LONGEST_URL
    assert sum(len(from_scope(f.scope).codes) for f in fetches) == 2 * 900


@pytest.mark.parametrize(("key", "frequencies"), [("0123456789abcdef", ["A", "M"]), ("", ["A"])])
def test_the_queries_of_the_module_fit_a_run(
    monkeypatch: pytest.MonkeyPatch, key: str, frequencies: list[str]
) -> None:
    monkeypatch.delenv("CHOKEPOINT_QUERIES", raising=False)
    monkeypatch.setenv("COMTRADE_API_KEY", key)
    lists = list(comtrade.plan(Window()))
    assert [f.scope["tables_of"] for f in lists] == frequencies
    led = [f for each in lists for f in comtrade.follow(tables_of(each.scope))]
    assert 0 < len(led) <= comtrade.CALLS_A_RUN
    assert {from_scope(f.scope).access for f in led} == {"get" if key else "preview"}


def test_without_a_section_nothing_is_asked(queries: Any) -> None:
    queries(text="")
    assert list(comtrade.plan(Window())) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("{settings}", 'access = "bulk"', "access must be get or preview"),
        ("{settings}", "surprise = 1", "surprise is not a known key"),
        ('"490"', '"999"', "reporters holds '999'"),
        ('"8542"', '"030617"', "codes holds 030617, which the lake does not keep"),
        ('"8542"', '"AG6"', "codes holds 'AG6'"),
        ('"2023"', '"202301"', "periods holds '202301'"),
        ('["M", "X"]', '["RM"]', "flows holds 'RM'"),
    ],
)
def test_a_wrong_query_is_named(queries: Any, old: str, new: str, said: str) -> None:
    queries(text=QUERIES.replace(old, new).replace("{settings}", ""))
    with pytest.raises(EnvironmentFault, match=said):
        list(comtrade.plan(Window()))


def tables_of(
    scope: Any,
    release: str | None = "2026-10-01T00:00:00",
    checksum: int | None = 1,
    names: dict[str, str] | None = None,
) -> Saved:
    """A list of tables with every reporter's every period."""
    spelt = {"reporterCode": "reporterCode", "period": "period", "lastReleased": "lastReleased"} | (
        names or {}
    )
    found = [
        {
            spelt["reporterCode"]: int(code),
            spelt["period"]: int(period),
            spelt["lastReleased"]: release,
            "datasetChecksum": checksum,
        }
        for code in ("842", "156", "704", "764", "484", "458", "490", "410", "702", "699", "276", "97")
        for period in scope["periods"]
    ]
    return dataclasses.replace(answer(found, None), scope=scope)


def test_a_list_of_tables_leads_to_what_it_has_with_a_token(queries: Any) -> None:
    queries('access = "get"\ntables = true')
    (listing,) = comtrade.plan(Window())
    assert listing.url.startswith("https://comtradeapi.un.org/public/v1/getDa/C/A/HS?")
    led = list(comtrade.follow(tables_of(listing.scope)))
    assert [from_scope(f.scope).reporters for f in led] == [("842",), ("490",)]
    assert read(tables_of(listing.scope)) == []
    assert list(comtrade.slices(tables_of(listing.scope))) == []
    assert all(f.token and f.follow_settled for f in led)
    again = list(comtrade.follow(tables_of(listing.scope)))
    assert [f.token for f in again] == [f.token for f in led]


@pytest.mark.parametrize("changed", [{"release": "2026-11-01T00:00:00"}, {"checksum": 2}])
def test_another_release_or_checksum_is_another_token(queries: Any, changed: dict[str, Any]) -> None:
    queries('access = "get"\ntables = true')
    (listing,) = comtrade.plan(Window())
    before, after = (list(comtrade.follow(tables_of(listing.scope, **c))) for c in ({}, changed))
    assert [f.url for f in before] == [f.url for f in after]
    assert not {f.token for f in before} & {f.token for f in after}


def test_names_of_tables_in_capitals_are_the_same(queries: Any) -> None:
    queries('access = "get"\ntables = true')
    (listing,) = comtrade.plan(Window())
    spelt = {"reporterCode": "ReporterCode", "period": "Period", "lastReleased": "LastReleased"}
    plain = list(comtrade.follow(tables_of(listing.scope)))
    capitals = list(comtrade.follow(tables_of(listing.scope, names=spelt)))
    assert [(f.url, f.token) for f in plain] == [(f.url, f.token) for f in capitals]


RECENT = QUERIES.replace('periods = ["2022", "2023"]', "recent = 2")


def test_a_table_without_a_mark_is_looked_for_by_the_calendar(
    queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    queries('access = "get"\ntables = true', RECENT)

    def tokens(day: date, window: Window = Window()) -> set[str | None]:  # noqa: B008
        monkeypatch.setattr(
            comtrade_queries, "now", lambda: datetime(day.year, day.month, day.day, tzinfo=UTC)
        )
        (listing,) = comtrade.plan(window)
        return {f.token for f in comtrade.follow(tables_of(listing.scope, release=None, checksum=None))}

    assert tokens(date(2026, 7, 1)) == tokens(date(2026, 7, 20)) == {"2025-01.1"}
    assert tokens(date(2026, 8, 1)) == {"2025-01.2"}
    assert tokens(date(2027, 7, 1)) == {"2026-01.1"}, "every reporter's years are looked for again"
    assert tokens(date(2026, 7, 1), Window(date(2024, 1, 1), date(2025, 1, 1))) == {None}
    queries('access = "get"\ntables = true')
    assert tokens(date(2026, 7, 1)) == {None}, "periods that the query names are always asked for"


def test_a_list_of_tables_that_is_none_is_refused(queries: Any) -> None:
    queries('access = "get"\ntables = true')
    (listing,) = comtrade.plan(Window())
    wrong = json.dumps({"count": 1, "data": [{"reporterCode": "x"}], "error": ""}).encode()
    with pytest.raises(SourceChanged, match="table 1: reporter 'x'"):
        read(dataclasses.replace(body(wrong, None), scope=listing.scope))


def test_a_mark_of_several_tables_needs_all_of_them() -> None:
    assert comtrade_available.token(["a", None]) is None
    assert comtrade_available.token([]) is None
    assert comtrade_available.token(["a", "b"]) != comtrade_available.token(["ab"])
