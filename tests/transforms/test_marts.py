"""One answer a cell: the same trade from other sources, levels and period types changes no mart."""

from __future__ import annotations

import copy
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.transforms.lake import API, PORT, VARIABLES, Lake, day, month, query
from transforms import dictionary
from transforms.project import run
from transforms.results import CheckResult

MARTS = (
    "trade_monthly",
    "import_share",
    "exposure",
    "country_buildout",
    "capex_import_link",
    "headline",
    "article",
)
MONTHS = [month(2025, n) for n in range(1, 13)]
VALUES = {"5700": 600, "5830": 300, "9876": 50, "4280": 50}
AGGREGATES = {"-": 1000, "0003": 50, "5XXX": 950}


def _api_months(lake: Lake) -> None:
    for number, period in enumerate(MONTHS):
        given: dict[str, Any] = {"period": period}
        for level, code in (("HS2", "85"), ("HS4", "8507"), ("HS6", "850760"), ("HS10", "8507600030")):
            lake.trade(f"api {number}", day(number), VALUES | AGGREGATES, code=code, level=level, **given)


def _beside(lake: Lake) -> None:
    for number, period in enumerate(MONTHS):
        to_date = {partner: value * (number + 1) for partner, value in (VALUES | AGGREGATES).items()}
        for level, code in (("HS2", "85"), ("HS6", "850760"), ("HS10", "8507600030")):
            given: dict[str, Any] = {"code": code, "level": level, "period": period}
            lake.trade(f"to date {number}", day(number), to_date, period_type="YTD", **given)
        lake.trade(f"port {number}", day(number), VALUES, source=PORT, period=period, prefix="")


def _rights(lake: Lake) -> None:
    """The Wire's words may be released; of a publisher without rights the lake gives no word to a build."""
    lake.rows["rights"].append(
        {
            "subject_kind": "feed",
            "subject": "wire",
            "publisher": "The Wire",
            "licence": "CC BY 4.0",
            "terms_url": "https://wire.example/terms",
            "reviewed_on": date(2026, 1, 1),
            "text_use": "full",
            "listed": True,
        }
    )


def _news(lake: Lake) -> None:
    _rights(lake)
    feed = {
        "feed": "wire",
        "url": "https://wire.example/rss",
        "publisher": "The Wire",
        "language": "en",
        "licence": "CC BY 4.0",
        "text_use": "full",
    }
    poll = {"feed": "wire", "state": "ok", "items": 1, "refused_items": 0, "newest_item_at": day(1)}
    item = {"feed": "wire", "url": "https://wire.example/a", "url_key": "wire.example/a", "title": "Chips"}
    page = {"feed": "wire", "url": "https://wire.example/a", "url_key": "wire.example/a", "title": "Chips"}
    for number in (1, 2):
        scope = '{"feed": "wire", "kind": "feed"}'
        name = lake.document(f"feed {number}", day(number), "news", scope=scope, url=feed["url"])
        lake.add("feed", name, [feed])
        lake.add("feed_poll", name, [poll])
        lake.add("news_item", name, [item])
        name = lake.document(f"page {number}", day(number), "news", scope='{"feed": "wire", "kind": "page"}')
        body = f"text {number}"
        lake.add(
            "article_text",
            name,
            [{**page, "body": body, "body_sha256": body, "published_at": day(0), "published_source": "meta"}],
        )
    silent = {
        **feed,
        "feed": "silent",
        "url": "https://silent.example/rss",
        "text_use": "none",
        "licence": "unknown",
    }
    name = lake.document(
        "silent", day(1), "news", scope='{"feed": "silent", "kind": "feed"}', url=silent["url"]
    )
    lake.add("feed", name, [silent])
    lake.add("feed_poll", name, [{**poll, "feed": "silent"}])
    lake.add(
        "article_text",
        name,
        [
            {
                **page,
                "feed": "silent",
                "url_key": "silent.example/b",
                "body": None,
                "body_sha256": "x",
            }
        ],
    )
    dead = '{"feed": "dead", "kind": "feed"}'
    lake.document(
        "dead", day(3), "news", scope=dead, outcome="quarantined", reason="not-a-feed: an HTML page"
    )
    for number in (3, 4):
        failed = {
            "source": "news",
            "url": feed["url"],
            "feed": "wire",
            "at": day(number),
            "outcome": "busy",
            "reason": "timed out",
            "seconds": 1.0,
        }
        lake.rows["fetch"].append(failed)


def _rates(lake: Lake) -> None:
    name = lake.document("ecb", day(1), "ecb_fx")
    fixings = [
        (date(2025, 1, 3), "USD", "1.25"),
        (date(2025, 1, 6), "USD", "1.5"),
        (date(2025, 1, 20), "USD", "1.5"),
        (date(2025, 1, 3), "CNY", "7.5"),
    ]
    lake.add(
        "fx_rate",
        name,
        [
            {"base": "EUR", "quote": quote, "rate_date": at, "rate": Decimal(rate)}
            for at, quote, rate in fixings
        ],
    )


Built = tuple[Path, list[CheckResult]]


def _build(folder: Path, lake: Lake) -> Built:
    database = lake.write(folder)
    results = run(database, folder / "dbt", VARIABLES)
    return database, dictionary.write(database, folder / "dbt", results)


@pytest.fixture(scope="module")
def lake() -> Lake:
    lake = Lake()
    _api_months(lake)
    _news(lake)
    _rates(lake)
    return lake


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory, lake: Lake) -> Built:
    return _build(tmp_path_factory.mktemp("alone"), lake)


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory, lake: Lake) -> Built:
    more = copy.deepcopy(lake)
    _beside(more)
    return _build(tmp_path_factory.mktemp("beside"), more)


@pytest.mark.parametrize("mart", MARTS)
def test_same_trade_told_again_changes_nothing(alone: Built, beside: Built, mart: str) -> None:
    first, second = (query(built[0], f"select * from marts.{mart} order by all") for built in (alone, beside))
    assert first
    assert first == second


def test_checks_pass_and_report_the_unknown_code(alone: Built) -> None:
    found = {result.name: result for result in alone[1]}
    assert [(r.name, r.message) for r in alone[1] if r.status in {"fail", "skip"}] == []
    assert [r.name for r in alone[1] if r.status == "warn"] == ["partner_codes_are_known"]
    assert found["partner_codes_are_known"].failures == 1
    assert found["dictionary_is_complete"].status == "pass"
    written = query(alone[0], "select name from meta.check_result")
    assert {row["name"] for row in written} == set(found)


def test_an_unknown_code_counts_in_the_total_as_the_rest(alone: Built) -> None:
    found = query(
        alone[0], "select partner, value_usd from marts.trade_monthly where month = '2025-01-01' order by 1"
    )
    assert {row["partner"]: int(row["value_usd"]) for row in found} == {
        "CHN": 600,
        "DEU": 50,
        "ROW": 50,
        "TWN": 300,
    }


def test_year_is_of_its_months(beside: Built) -> None:
    found = query(
        beside[0],
        "select * from marts.exposure where basket_id = 'li_ion' and partner_definition = 'CHN+HKG' and period_type in ('CY', 'TTM')",
    )
    assert {(r["period_type"], r["cy_method"], r["source"], r["share"]) for r in found} == {
        ("CY", "twelve_months", API, 0.6),
        ("TTM", "twelve_months", API, 0.6),
    }
    assert {round(row["hhi"]) for row in found} == {10000 * (36 + 9 + 0.25 + 0.25) // 100}


def test_a_headline_says_its_period_and_basis(alone: Built) -> None:
    labels = {row["id"]: row["label"] for row in query(alone[0], "select id, label from marts.headline")}
    subject = "sample: China share of US lithium-ion battery imports"
    assert labels["us_cn_li_ion_gen_2025"] == f"{subject}, 2025, GEN_VAL"
    assert labels["us_cn_li_ion_gen_2024"] == f"{subject}, 2024, GEN_VAL"
    assert labels["us_cn_li_ion_gen_ytd_2026_07"] == f"{subject}, January to 2026-07, GEN_VAL"


@pytest.fixture(scope="module")
def later(tmp_path_factory: pytest.TempPathFactory, lake: Lake) -> Path:
    folder = tmp_path_factory.mktemp("later")
    database = lake.write(folder)
    at = {"build_id": "other", "built_at": "2027-03-01T06:00:00Z", "as_of_time": "2027-03-01T06:00:00Z"}
    dictionary.write(database, folder / "dbt", run(database, folder / "dbt", VARIABLES | at))
    return database


def test_only_volatile_columns_know_when_it_was_built(alone: Built, later: Path) -> None:
    entries = query(alone[0], "select * from meta.data_dictionary where column_name is not null")
    steady: dict[str, list[str]] = {}
    for entry in entries:
        if not entry["volatile"]:
            steady.setdefault(f"{entry['schema_name']}.{entry['table_name']}", []).append(
                entry["column_name"]
            )
    assert {f"marts.{mart}" for mart in MARTS} < set(steady)
    for table, columns in steady.items():
        asked = f"select {', '.join(columns)} from {table} order by all"
        assert query(alone[0], asked) == query(later, asked), table


def test_article_has_its_readings(alone: Built) -> None:
    [article, silent] = query(alone[0], "select * from marts.article order by url_key desc")
    assert (article["versions"], article["has_text"], article["text_use"]) == (2, True, "full")
    assert (article["publisher"], article["feeds"], article["published_source"]) == (
        "The Wire",
        "wire",
        "meta",
    )
    assert article["first_seen"] == day(1)
    assert (silent["has_text"], silent["text_use"]) == (False, "none")


def test_feed_states(alone: Built) -> None:
    found = {row["feed"]: row for row in query(alone[0], "select * from staging.feed_state")}
    assert {feed: row["state"] for feed, row in found.items()} == {
        "wire": "failing",
        "silent": "ok",
        "dead": "not_a_feed",
    }
    assert (found["wire"]["since"], found["wire"]["checked_at"]) == (day(3), day(4))


def test_rates_are_carried_five_days_and_marked(alone: Built) -> None:
    found = query(alone[0], "select * from staging.fx_rate where currency = 'CNY' order by rate_date")
    assert [(r["rate_date"].day, r["age_days"], r["carried"]) for r in found] == [
        (3 + age, age, age > 0) for age in range(6)
    ]
    assert [row["per_usd"] for row in found] == [6.0, 6.0, 6.0, 5.0, 5.0, 5.0]
    dollars = query(
        alone[0], "select rate_date from staging.fx_rate where currency = 'USD' order by rate_date"
    )
    assert [row["rate_date"].day for row in dollars] == [*range(3, 12), 20]


def test_every_number_has_a_unit_and_every_table_a_comment(alone: Built) -> None:
    entries = query(alone[0], "select * from meta.data_dictionary")
    assert {e["table_name"] for e in entries} >= {*MARTS, "check_result", "data_dictionary", "build"}
    assert [e for e in entries if not e["description"]] == []
    bare = query(
        alone[0],
        "select table_name from duckdb_tables() where schema_name in ('marts', 'meta', 'staging') and coalesce(comment, '') = ''",
    )
    assert bare == []
    said = query(
        alone[0],
        "select entry.table_name, entry.column_name from meta.data_dictionary as entry inner join duckdb_columns() as c "
        "using (schema_name, table_name, column_name) "
        "where entry.unit is not null and not contains(coalesce(c.comment, ''), 'Unit: ' || entry.unit)",
    )
    assert said == [], "the comment inside the file says the unit too"
    volatile = {(e["table_name"], e["column_name"]) for e in entries if e["volatile"]}
    assert {("document", "archived_at"), ("build", "built_at"), ("fetch", "seconds")} <= volatile
