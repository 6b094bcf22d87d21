"""Five published articles, put into a page of the usual kind, come out as they were written."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from extractors.news.source import parse
from tests.news.documents import ROOT, page_document, table

SEEDS = ROOT.parent / "shared" / "seeds"
FILES = sorted(SEEDS.glob("*.txt"))
pytestmark = [
    pytest.mark.usefixtures("two_feeds"),
    pytest.mark.skipif(not FILES, reason="the folder ../shared/seeds with published articles is not here"),
]
LINKS = "".join(
    f'<li><a href="/s/{n}">Another headline of this section, number {n}</a></li>' for n in range(8)
)
PAGE = """<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{title} | Outlet</title>
<meta property="og:title" content="{title}"></head><body><div class="cookie-banner">We use cookies. Accept all</div>
<header><nav><ul>{links}</ul></nav></header><main><article><h1>{title}</h1>{body}</article>
<section class="related"><h2>Related</h2><ul>{links}</ul></section></main><footer>© Outlet</footer></body></html>"""


def lines_of(path: Path) -> list[str]:
    return [line.strip() for line in path.read_text("utf-8").splitlines() if line.strip()]


@pytest.mark.parametrize("path", FILES or [SEEDS], ids=lambda path: path.stem)
def test_title_and_body_come_out(path: Path) -> None:
    lines = lines_of(path)
    title = next(line for line in lines if len(line) > 40)
    prose = [line for line in lines if len(line) > 100 and line != title]
    body = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line != title)
    page = PAGE.format(title=escape(title), body=body, links=LINKS)
    [row] = table(parse(page_document(page)), "article_text")
    assert row["title"] == title
    kept = " ".join(row["body"].split())
    missing = [line for line in prose if " ".join(line.split()) not in kept]
    assert missing == []
    assert "Another headline of this section" not in kept
    assert "cookies" not in kept
    assert row["language"] == "en"
