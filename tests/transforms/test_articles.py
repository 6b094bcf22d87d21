"""What a feed says of an article, poll after poll."""

from __future__ import annotations

from pathlib import Path

from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms.project import run


def test_a_feed_that_lists_one_address_twice_makes_no_version_a_poll(tmp_path: Path) -> None:
    lake = Lake()
    item = {"feed": "wire", "url": "https://wire.example/live", "url_key": "wire.example/live"}
    for number in range(1, 4):
        name = lake.document(f"feed {number}", day(number), "news", scope='{"feed": "wire", "kind": "feed"}')
        lake.add("news_item", name, [{**item, "title": title} for title in ("newest entry", "older entry")])
    database = lake.write(tmp_path)
    run(database, tmp_path / "dbt", VARIABLES)
    [article] = query(database, "select title, versions from marts.article")
    assert article == {"title": "newest entry", "versions": 1}
