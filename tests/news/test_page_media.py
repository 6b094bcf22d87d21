"""Which audio or video of a page is the article's own."""

from __future__ import annotations

import pytest

from extractors.news.pageread import read_page

ABOUT = {"url": "https://outlet.example/story/1", "seen": "2026-11-21T06:00:00Z", "publisher": "Outlet"}
TEXT = "".join(
    f"<p>Importers of batteries said on day {n} that deliveries had slipped by five weeks.</p>"
    for n in range(5)
)
SITE = "https://outlet.example"


def ld(words: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "headline": "Batteries slip", {words}}}</script>'


CASES = {
    "what is stated, before a player": (
        ld('"audio": {"contentUrl": "/said.mp3"}'),
        '<audio src="/played.mp3"></audio>',
        (f"{SITE}/said.mp3", "audio/mpeg"),
    ),
    "the first of several stated": (
        ld('"associatedMedia": [{"contentUrl": "/1.mp3"}, {"contentUrl": "/2.mp3"}]'),
        "",
        (f"{SITE}/1.mp3", "audio/mpeg"),
    ),
    "what is heard, before what is seen": (
        ld('"video": {"contentUrl": "/seen.mp4"}'),
        '<audio src="/heard.mp3"></audio>',
        (f"{SITE}/heard.mp3", "audio/mpeg"),
    ),
    "a player of another story": ("", "</article><aside><audio src='/other.mp3'></audio></aside><article>", None),
    "a player with its file inside": (
        "",
        '<video controls><source src="clip.webm"></video>',
        (f"{SITE}/story/clip.webm", "video/webm"),
    ),
    "a social tag without a type that is known": (
        '<meta property="og:video" content="https://outlet.example/embed/7">',
        "",
        None,
    ),
    "no web address": ("", '<audio src="javascript:alert(1)"></audio>', None),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_file_of_an_article(name: str) -> None:
    head, body, expected = CASES[name]
    page = f"<html><head><title>Batteries slip</title>{head}</head><body><main><article><h1>Batteries slip</h1>{TEXT}{body}</article></main></body></html>"
    found = read_page(page.encode(), ABOUT)
    assert (found["enclosure_url"], found["enclosure_type"]) == (expected or (None, None))
