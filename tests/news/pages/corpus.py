"""The pages and what is expected of each; `PAGES` is filled by the modules that hold the markup."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

STORY = "https://outlet.example/story"
HOME = "https://outlet.example/"

# What surrounds an article in these pages; none of it may come out in a body.
COOKIES = "We use cookies to improve your visit. Accept all cookies"
LETTER = "Sign up for our newsletter and get the week in power"
MORE = "Another headline that has nothing to do with it"
TEASER = "A teaser of some other story that the editors would like you to open next, with enough words to look like prose."
COMMENT = (
    "A reader wrote that prices were just as bad in the winter of the great storm, and that nobody learns."
)
RIGHTS = "All rights reserved by an invented outlet"
PROMO = "Download our app for breaking alerts"
HIDDEN = "This sentence is hidden from readers and must not be taken for the text of the article by anybody."
CAPTION = "A crane lifts a drum of cable"
EDITOR = "钱七编"
RELATED_ZH = "相关阅读：一条毫不相干的新闻标题"
SHARE_ZH = "扫描二维码分享到微信朋友圈"
NOISE = (COOKIES, LETTER, MORE, TEASER, COMMENT, RIGHTS, PROMO, HIDDEN, EDITOR, RELATED_ZH, SHARE_ZH)

LINKS = "".join(f'<li><a href="/s/{n}">{MORE}, {n}</a></li>' for n in range(7))
NAV = '<nav class="nav"><a href="/">Home</a><a href="/power">Power</a><a href="/chips">Chips</a></nav>'
FOOT = f'<footer class="site-footer"><p>© 2026 {RIGHTS}</p></footer>'
BANNER = f'<div id="cookie-banner" role="dialog"><p>{COOKIES}</p><button>OK</button></div>'


@dataclass(frozen=True)
class Text:
    title: str
    language: str
    paragraphs: tuple[str, ...]

    @property
    def first(self) -> str:
        return _sentences(self.paragraphs[0])[0]

    @property
    def last(self) -> str:
        return _sentences(self.paragraphs[-1])[-1]

    def p(self, tag: str = "p", start: int = 0, stop: int | None = None) -> str:
        return "\n".join(f"<{tag}>{line}</{tag}>" for line in self.paragraphs[start:stop])

    def lines(self, mark: str = "<br><br>") -> str:
        return mark.join(self.paragraphs)


@dataclass(frozen=True)
class Page:
    """`refused`: the state a refusal begins with; then nothing else is expected."""

    name: str
    html: bytes
    url: str
    headers: dict[str, str]
    refused: str | None
    title: str
    first: str
    last: str
    absent: tuple[str, ...]
    published: tuple[str, str, str] | None  # at, source, precision
    modified: str | None
    authors: str | None
    language: str
    state: str
    partial: bool
    syndication: tuple[str, str | None] | None  # words that the note holds, outlet family
    enclosure: str | None


TEXTS = {
    key: Text(text["title"], text["language"], tuple(text["body"].strip().split("\n")))
    for key, text in tomllib.loads(Path(__file__).with_name("texts.toml").read_text("utf-8")).items()
}
PAGES: list[Page] = []


def page(
    key: str, *, url: str = STORY, charset: str = "utf-8", **expected: Any
) -> Callable[[Callable[[Text], str]], None]:
    """Put a page in the list: the decorated function writes its markup around a text."""

    def add(markup: Callable[[Text], str]) -> None:
        text = TEXTS[key]
        given = {
            "headers": {}, "refused": None, "title": text.title, "first": text.first, "last": text.last, "absent": NOISE,
            "published": None, "modified": None, "authors": None, "language": text.language, "state": "article",
            "partial": False, "syndication": None, "enclosure": None,
        } | expected  # fmt: skip
        html = markup(text).encode(charset, "xmlcharrefreplace")
        PAGES.append(Page(name=markup.__name__, html=html, url=url, **given))

    return add


def ld(*nodes: object) -> str:
    """JSON-LD, one script."""
    data = nodes[0] if len(nodes) == 1 else list(nodes)
    return f'<script type="application/ld+json">{json.dumps(data, ensure_ascii=False)}</script>'


def metas(**contents: str) -> str:
    """Meta tags by property; `__` stands for a colon."""
    return "".join(
        f'<meta property="{name.replace("__", ":")}" content="{content}">'
        for name, content in contents.items()
    )


def doc(head: str, body: str, lang: str = "en", title: str = "") -> str:
    named = f"<title>{title}</title>" if title else ""
    return f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{named}{head}</head><body>{body}</body></html>'


def _sentences(paragraph: str) -> list[str]:
    return [
        part for part in re.split(r"(?<=[.?!])\s+(?=[A-ZÀ-Ỹ\"])|(?<=[。？！])(?!”|」)", paragraph) if part
    ]
