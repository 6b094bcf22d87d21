"""The list of feeds is read strictly and says what is wrong where."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest

from contracts.errors import EnvironmentFault
from extractors.news.feeds import DEFAULT_FEEDS, chosen_feeds, load_feeds, load_list, rights
from tests.news.conftest import BLOCK, HEADLINES, LEFT_OUT, WriteFeeds
from tests.news.documents import ROOT

KNOWN = ROOT.parent / "shared/data/news/feeds.csv"
COUNTRIES = {"HK": "HKG", "CN": "CHN", "JP": "JPN", "US": "USA", "PK": "PAK", "GB": "GBR", "TW": "TWN"}
OUR_OWN = {"sec_press", "eu_press"}


def test_the_built_in_list_reads_pages_only_where_the_terms_were_read() -> None:
    feeds = load_feeds(DEFAULT_FEEDS)
    full = {key for key, feed in feeds.items() if feed.text == "full"}
    assert full == {"fr_bis", "fr_ofac", "fr_datacenter", "wh_actions", "sec_press", "eu_press"}
    for feed in feeds.values():
        read = feed.licence != "unknown"
        assert (feed.reviewed_on is not None, feed.terms_url is not None) == (read, read)


def test_publishers_whose_terms_forbid_programs_are_not_asked() -> None:
    feeds, left_out, _ = load_list(DEFAULT_FEEDS)
    forbidden = ("scmp.com", "nikkei.com", "cnbc.com", "datacenterknowledge", "utilitydive", "tomshardware")
    assert not [feed.url for feed in feeds.values() if any(name in feed.url for name in forbidden)]
    for out in left_out.values():
        assert out.terms_url
        assert out.reviewed_on
        assert out.licence != "unknown"


@pytest.mark.skipif(not KNOWN.is_file(), reason="the folder ../shared/data with the known feeds is not here")
def test_every_known_feed_of_the_first_two_tiers_is_asked_or_left_out_with_a_reason() -> None:
    feeds, left_out, _ = load_list(DEFAULT_FEEDS)
    with KNOWN.open(newline="", encoding="utf-8") as handle:
        known = {row["key"]: row for row in csv.DictReader(handle) if row["tier"] in ("1", "2")}
    assert set(feeds) | set(left_out) == set(known) | OUR_OWN
    urls = {feed.key: feed.url for feed in feeds.values()} | {out.key: out.url for out in left_out.values()}
    assert {key: urls[key] for key in known} == {key: row["url"] for key, row in known.items()}
    for key in set(feeds) - OUR_OWN:
        assert (feeds[key].country, feeds[key].language) == (
            COUNTRIES[known[key]["country"]],
            known[key]["language"][:2],
        )


def test_rights_are_those_of_the_list(write_feeds: WriteFeeds) -> None:
    write_feeds(BLOCK, HEADLINES, left_out=[LEFT_OUT])
    full, none, out = rights()
    assert (full.subject, full.text_use, full.licence, full.reviewed_on) == (
        "test_feed",
        "full",
        "CC BY 4.0",
        date(2026, 11, 1),
    )
    assert (none.subject, none.text_use, none.licence) == ("headlines", "none", "unknown")
    assert (out.subject, out.text_use, out.listed, out.note) == (
        "forbidden",
        "none",
        False,
        "Its terms forbid mining",
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"key": '"test_feed"'}, "test_feed: same key or url as test_feed"),
        ({"url": BLOCK["url"]}, "forbidden: same key or url as test_feed"),
        ({"reason": '""'}, "[[left_out]] 1 (forbidden): reason must be text"),
        ({"text": '"full"'}, "[[left_out]] 1 (forbidden): text is not a setting"),
        ({"terms_url": '"a page"'}, "[[left_out]] 1 (forbidden): terms_url is 'a page'"),
    ],
)
def test_a_wrong_value_of_a_feed_left_out_is_named(
    write_feeds: WriteFeeds, change: dict[str, str], said: str
) -> None:
    path = write_feeds(BLOCK, left_out=[LEFT_OUT | change])
    with pytest.raises(EnvironmentFault) as fault:
        load_feeds(path)
    assert said in str(fault.value)


def test_a_feed_left_out_needs_its_reason(write_feeds: WriteFeeds) -> None:
    path = write_feeds(BLOCK, left_out=[{k: v for k, v in LEFT_OUT.items() if k != "reason"}])
    with pytest.raises(EnvironmentFault, match=r"\[\[left_out\]\] 1 \(forbidden\): reason is missing"):
        load_feeds(path)


def test_values_of_a_block(write_feeds: WriteFeeds) -> None:
    feeds = load_feeds(write_feeds(BLOCK | {"country": '"unknown"', "selector": '"main > .text"'}, HEADLINES))
    assert list(feeds) == ["test_feed", "headlines"]
    feed = feeds["test_feed"]
    assert (feed.country, feed.cadence_days, feed.topics, feed.selector) == (
        None,
        1.0,
        ("trade",),
        "main > .text",
    )


@pytest.mark.parametrize(
    ("cadence", "days", "stale_after"),
    [
        ("6 hours", 0.25, 10),
        ("1 day", 1.0, 10),
        ("6 days", 6.0, 18),
        ("unknown", None, 10),
        ("0.5 days", 0.5, 10),
    ],
)
def test_a_feed_is_stale_after_ten_days_or_three_cadences(
    write_feeds: WriteFeeds, cadence: str, days: float | None, stale_after: int
) -> None:
    feed = load_feeds(write_feeds(BLOCK | {"cadence": f'"{cadence}"'}))["test_feed"]
    assert feed.cadence_days == days
    assert feed.stale_after == timedelta(days=stale_after)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": '"ftp://outlet.example/x"'}, "url is 'ftp://outlet.example/x'"),
        ({"licence": '"unknown"'}, 'text must be "none" while the licence is unknown'),
        ({"text": '"partly"'}, "text is 'partly', expected full or none"),
        ({"cadence": '"often"'}, "cadence is 'often'"),
        ({"cadence": '"0 days"'}, "cadence must be longer than nothing"),
        ({"country": '"US"'}, "country is 'US'"),
        ({"language": '"zh-Hant"'}, "language is 'zh-Hant'"),
        ({"key": '"Test Feed"'}, "key is 'Test Feed'"),
        ({"topics": "[]"}, "topics must be a list"),
        ({"topics": '"trade"'}, "topics must be a list"),
        ({"publisher": "7"}, "publisher must be text"),
        ({"reviewed_on": '"2026-11-01"'}, "reviewed_on must be a date"),
        ({"reviewed_on": "2026-11-01T06:00:00Z"}, "reviewed_on must be a date"),
        ({"selector": '"p["'}, "selector is no CSS selector"),
        ({"interval": "5"}, "interval is not a setting"),
    ],
)
def test_a_wrong_value_is_named_with_file_block_and_key(
    write_feeds: WriteFeeds, change: dict[str, str], said: str
) -> None:
    path = write_feeds(HEADLINES, BLOCK | change)
    with pytest.raises(EnvironmentFault) as fault:
        load_feeds(path)
    assert str(fault.value).startswith(f"{path}: [[feed]] 2 (")
    assert said in str(fault.value)


@pytest.mark.parametrize(
    "name", ["key", "url", "publisher", "licence", "text", "cadence", "terms_url", "reviewed_on"]
)
def test_a_missing_value_is_named(write_feeds: WriteFeeds, name: str) -> None:
    path = write_feeds({key: value for key, value in BLOCK.items() if key != name})
    with pytest.raises(EnvironmentFault, match=rf"\[\[feed\]\] 1 .*: {name} is "):
        load_feeds(path)


def test_two_blocks_may_not_share_key_or_address(write_feeds: WriteFeeds) -> None:
    for twin in ({"key": '"other"'}, {"url": '"https://elsewhere.example/rss"'}):
        with pytest.raises(EnvironmentFault, match="same key or url as test_feed"):
            load_feeds(write_feeds(BLOCK, BLOCK | twin))


@pytest.mark.parametrize("text", ["", "feed = 3", "[[feed", "[other]\nx = 1", "\udcff"])
def test_a_file_that_is_no_list_is_said_to_be_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "feeds.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(EnvironmentFault, match=r"feeds\.toml: "):
        load_feeds(path)


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CHOKEPOINT_FEEDS", str(tmp_path / "none.toml"))
    with pytest.raises(EnvironmentFault, match=r"none\.toml: cannot be read"):
        load_feeds()


LISTING = {"format": '"listing"', "item_selector": '"ul.news > li"', "date_selector": '"time"'}


def test_a_listing_has_its_selectors(write_feeds: WriteFeeds) -> None:
    feed = load_feeds(write_feeds(BLOCK | LISTING))["test_feed"]
    assert feed.listing is not None
    assert (feed.listing.item, feed.listing.link, feed.listing.date) == ("ul.news > li", None, "time")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"format": '"xml"'}, "format is 'xml', expected feed or json or sitemap or listing"),
        ({"format": '"listing"'}, "item_selector is missing"),
        (LISTING | {"link_selector": '"a["'}, "link_selector is no CSS selector"),
        ({"item_selector": '"li"'}, 'item_selector is for format = "listing" only'),
        ({"enabled": '"no"'}, "enabled must be true or false"),
    ],
)
def test_a_wrong_format_is_named(write_feeds: WriteFeeds, change: dict[str, str], said: str) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        load_feeds(write_feeds(BLOCK | change))
    assert said in str(fault.value)


def test_a_feed_switched_off_is_not_asked(write_feeds: WriteFeeds) -> None:
    path = write_feeds(BLOCK, HEADLINES | {"enabled": "false"})
    assert list(load_feeds(path)) == ["test_feed"]
    assert list(load_list(path).off) == ["headlines"]
    with pytest.raises(EnvironmentFault, match="switched off: headlines; say enabled = true"):
        chosen_feeds(load_feeds(path), ["headlines"])
    assert [(one.subject, one.listed) for one in rights()] == [("test_feed", True), ("headlines", False)]
