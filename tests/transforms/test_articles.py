"""What a feed says of an article, poll after poll."""

from __future__ import annotations

from pathlib import Path

import duckdb
import jinja2
import pytest

from extractors.sites import site
from tests.transforms.lake import VARIABLES, Lake, day, query
from transforms.project import PROJECT, run


def test_a_feed_that_lists_one_address_twice_makes_no_version_a_poll(tmp_path: Path) -> None:
    lake = Lake()
    item = {"feed": "wire", "url": "https://wire.example/live", "url_key": "wire.example/live"}
    for number in range(1, 4):
        name = lake.document(f"feed {number}", day(number), "news", scope='{"feed": "wire", "kind": "feed"}')
        lake.add("news_item", name, [{**item, "title": title} for title in ("newest entry", "older entry")])
    database = lake.write(tmp_path)
    run(database, tmp_path / "dbt", VARIABLES, select="+article", checks=False)
    [article] = query(database, "select title, versions from marts.article")
    assert article == {"title": "newest entry", "versions": 1}


HOSTS = (
    "a.example", "news.a.example", "m.news.a.example", "a.co.uk", "www.a.co.uk", "co.uk", "x.a.com.cn", "com.cn", "a.com.example",
    "localhost", "192.0.2.7", "192.0.2.7:8080", "a.example:8443", "a.example.", "xn--fiqs8s.cn", "a.gov.uk", "[2001:db8::1]:80",
)  # fmt: skip


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("rest", ["", "/", "/a.b/c?u=https://z.example/", "?q=1.2"])
def test_the_site_of_an_address_is_what_reading_takes_it_for(host: str, rest: str) -> None:
    macro = (PROJECT / "macros" / "articles.sql").read_text("utf-8")
    sql = jinja2.Environment().from_string(macro + "{{ site_of('$1::varchar') }}").render()
    url = f"https://{host}{rest}"
    with duckdb.connect() as connection:
        assert connection.execute(f"select {sql}", [url]).fetchall() == [(site(url),)]
