"""The key of an article is stable and keeps what chooses the article."""

from __future__ import annotations

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extractors.news import urls as urls_module
from extractors.news.urls import is_web_url, url_key

SAFE = string.ascii_letters + string.digits + "-_.~%+é路"
NAMES = st.text(SAFE, min_size=1, max_size=12)
TRACKING = st.sampled_from(
    [
        "utm_source",
        "UTM_Campaign",
        "fbclid",
        "gclid",
        "mc_cid",
        "mc_eid",
        "__source",
        "cmpid",
        "spm",
        "at_medium",
        ".tsrc",
    ]
)
HOSTS = st.from_regex(r"(www\.)?[a-z]{1,8}\.example(:8443)?", fullmatch=True)


@st.composite
def urls(draw: st.DrawFn) -> str:
    path = "/".join(draw(st.lists(NAMES, max_size=4)))
    query = "&".join(f"{name}={value}" for name, value in draw(st.lists(st.tuples(NAMES, NAMES), max_size=4)))
    fragment = draw(st.one_of(st.just(""), NAMES.map(lambda name: f"#{name}")))
    scheme = draw(st.sampled_from(["http", "https", "HTTP"]))
    return f"{scheme}://{draw(HOSTS)}/{path}" + (f"?{query}" if query else "") + fragment


@given(urls())
def test_the_key_of_a_key_is_itself(url: str) -> None:
    assert url_key(url_key(url)) == url_key(url)


@given(st.text(max_size=60))
def test_any_text_has_a_stable_key_or_none(text: str) -> None:
    for candidate in (text, f"https://{text}", f"https://outlet.example/{text}"):
        if is_web_url(candidate):
            key = url_key(candidate)
            assert key.startswith("https://")
            assert url_key(key) == key


@given(
    urls(),
    st.lists(st.tuples(TRACKING, NAMES.map(lambda n: n.replace("%", ""))), max_size=4),
)
def test_tracking_parameters_change_nothing(url: str, tracking: list[tuple[str, str]]) -> None:
    plain, _, _ = url.partition("#")
    tagged = "&".join(f"{name}={value}" for name, value in tracking)
    separator = "&" if "?" in plain else "?"
    assert url_key(plain + (separator + tagged if tagged else "")) == url_key(url)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("http://www.outlet.example/a?id=5&utm_source=rss#top", "https://outlet.example/a?id=5"),
        ("https://OUTLET.example:443/a/../b?b=2&a=1", "https://outlet.example/b?a=1&b=2"),
        ("https://outlet.example", "https://outlet.example/"),
        ("https://outlet.example/路径", "https://outlet.example/%E8%B7%AF%E5%BE%84"),
        ("https://m.outlet.example/a", "https://m.outlet.example/a"),
        ("https://www.example/", "https://www.example/"),
        ("https://www.www.outlet.example/a", "https://outlet.example/a"),
        (
            "https://outlet.example/index.php?mod=view&tid=10",
            "https://outlet.example/index.php?mod=view&tid=10",
        ),
    ],
)
def test_known_keys(url: str, key: str) -> None:
    assert url_key(url) == key


@pytest.mark.parametrize(
    "name",
    [
        "utm_x",
        "mtm_source",
        "piwik_kwd",
        "hsa_cam",
        "at_medium",
        "mc_cid",
        "_hsenc",
        "vero_id",
        "fbclid",
        "gclid",
        "spm",
        ".tsrc",
        "mkt_tok",
        "icid",
        "s_cid",
        "wickedid",
    ],
)
def test_what_only_says_how_a_reader_came_is_dropped(name: str) -> None:
    for form in (name, name.upper()):
        assert url_key(f"https://outlet.example/a?{form}=1&id=5") == "https://outlet.example/a?id=5"
    assert url_key(f"https://outlet.example/a?x{name}=1") == f"https://outlet.example/a?x{name}=1"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/a",
        "//outlet.example/a",
        "mailto:a@outlet.example",
        "javascript:alert(1)",
        "https:///a",
        "https://[::1",
        "data:,x",
        "https://outlet.example/" + "a" * 2048,
        "https://outlet.example:99999/",
    ],
)
def test_what_is_no_web_address_has_no_key(url: str) -> None:
    assert not is_web_url(url)
    with pytest.raises(ValueError, match=r"."):
        url_key(url)


PLAIN = st.from_regex(
    r"https?://(www\.)?[a-z]{1,4}\.example(/[A-Za-z0-9_~-]{0,4}){0,3}(\?[A-Za-z0-9_.=&-]{0,30})?(#[a-z]{0,3})?",
    fullmatch=True,
)


@given(PLAIN)
@example("http://a.example?==")
@example("https://a.example//b///?a&a=&b=2&a=1")
@example("http://www.1.2.example/~a#x")
def test_the_short_way_for_plain_addresses_gives_what_canonicalize_gives(url: str) -> None:
    assert url_key(url) == urls_module._folded(url)
