"""How much a wall must say before it counts: the same words in an article, beside one, and instead of one."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.errors import SourceChanged
from extractors.news.pageread import read_page
from tests.news.test_page import SENTENCES

ABOUT = {"url": "https://outlet.example/story", "seen": "2026-11-21T06:00:00Z", "publisher": "Outlet"}
PROSE = (
    *SENTENCES,
    "The makers of switchgear say that copper and steel are not what keeps them waiting.",
    "What keeps them waiting is people who can wind a coil, and they take years to train.",
)
MEMBERS = "Already a subscriber? Sign in to continue reading this article."
SOON = "Subscribe now for the letter we send on Mondays."
CHINESE = "行业协会的统计显示，前三季度全国变压器出口额达六百亿元，同比增长三成，单价也上涨了两成左右，交货期仍在延长。"


def page(*lines: str, around: str = "", head: str = "") -> bytes:
    text = "".join(f"<p>{line}</p>" for line in lines)
    return (
        f"<html><head><title>Deliveries slip</title>{head}</head><body><main><article><h1>Deliveries slip</h1>{text}</article>"
        f"{around}</main></body></html>"
    ).encode()


def ld(words: str) -> str:
    return f'<script type="application/ld+json">{{{words}}}</script>'


def said(data: bytes) -> tuple[str, bool]:
    """(state, whether the rest is behind something), or the word a refusal begins with."""
    try:
        found: dict[str, Any] = read_page(data, ABOUT)
    except SourceChanged as reason:
        return str(reason).split(":")[0], False
    return found["page_state"], found["body_partial"]


OPEN, PAID = ("article", False), ("paywall", True)
CLOSED_TIER = '<meta name="article:content_tier" content="locked">'
WALL = f'<div class="paywall-box"><p>{MEMBERS}</p></div>'
CASES = {
    "a few words on cookies among others": (
        b"<html><body><p>Cattle.</p><p>Copper up.</p><p>Rail.</p><p>Ports.</p><p>Cookies.</p><a href='/ok'>Accept</a></body></html>",
        ("empty", False),
    ),
    "a few words, all of them on cookies": (
        b"<html><body><p>Cookies.</p><p>Our cookies.</p><a href='/ok'>Accept</a></body></html>",
        ("consent", False),
    ),
    "a brief of which less than half is on consent": (
        page(*PROSE[:3], "Websites must ask for consent.", "Readers may accept a cookie or reject it."),
        OPEN,
    ),
    "a notice that asks nothing": (page("We use a cookie to count visits.", "The cookie ends after one day."), OPEN),
    "a letter offered below a long article": (page(*PROSE, SOON), OPEN),
    "a letter offered below a short one": (page(*PROSE[:3], SOON), PAID),
    "a wall below the start of an article": (page(*PROSE[:3], MEMBERS), PAID),
    "a wall below a long start": (page(*PROSE, MEMBERS), PAID),
    "a wall some lines above the end": (page(*PROSE, MEMBERS, "Read more on power.", "Our desk."), PAID),
    "a wall beside a start": (page(*PROSE[:3], around=WALL), PAID),
    "a wall beside a whole long article": (page(*PROSE, *PROSE, *PROSE, *PROSE, around=WALL), OPEN),
    "a wall beside a long article that is said to be closed": (
        page(*PROSE, *PROSE, *PROSE, *PROSE, around=WALL, head=CLOSED_TIER),
        PAID,
    ),
    "a box that sells, beside a long article": (
        page(*PROSE, around='<div class="paywall-box"><p>Subscribe today for less.</p></div>'),
        OPEN,
    ),
    "said to be closed, and whole": (page(*PROSE, head=CLOSED_TIER), OPEN),
    "said to be closed, and two sentences": (page(*PROSE[:2], head=CLOSED_TIER), PAID),
    "the page said to be closed, and two sentences": (
        page(*PROSE[:2], head=ld('"@type": "WebPage", "isAccessibleForFree": false')),
        PAID,
    ),
    "said to be closed, and a third of its words": (
        page(*PROSE, head=ld('"@type": "NewsArticle", "isAccessibleForFree": false, "wordCount": 400')),
        PAID,
    ),
    "a footer that sells below a short article": (
        page(*PROSE[:4], around=f"<footer><p>{MEMBERS}</p></footer>"),
        OPEN,
    ),
    "nothing but a wall": (page(PROSE[0], MEMBERS), ("paywall", False)),
    "a Chinese start above a wall": (page(CHINESE, "登录后阅读全文"), PAID),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_a_wall_counts_by_what_it_says_and_where(name: str) -> None:
    data, expected = CASES[name]
    assert said(data) == expected
