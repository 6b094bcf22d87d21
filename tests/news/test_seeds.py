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
AUTHORS = {"002_b8c19f9f9fb96280": "Rex M. Lee"}
ORIGINS = {"001_8d28ba988c187412": ("Source: CNBC", "cnbc")}
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
    assert (row["page_state"], row["body_partial"]) == ("article", False)
    assert (row["published_at"], row["published_source"], row["published_precision"]) == (None, None, None)
    assert row["authors"] == AUTHORS.get(path.stem)
    assert (row["syndication_note"], row["syndication_outlet"]) == ORIGINS.get(path.stem, (None, None))
    assert row["lead"] in kept


@pytest.mark.parametrize("path", FILES or [SEEDS], ids=lambda path: path.stem)
@pytest.mark.parametrize(
    ("head", "published"),
    [
        (
            '<meta property="article:published_time" content="2025-11-02T09:30:00+08:00">',
            ("2025-11-02T01:30:00+00:00", "meta", "second"),
        ),
        ('<meta name="pubdate" content="2025-11-02">', ("2025-11-02T00:00:00+00:00", "meta", "day")),
        ('<meta property="article:modified_time" content="2025-11-02T09:30:00+08:00">', None),
        ('<meta name="pubdate" content="02/11/2025">', None),
    ],
)
def test_a_date_comes_out_as_given_or_not_at_all(
    path: Path, head: str, published: tuple[str, str, str] | None
) -> None:
    lines = lines_of(path)
    title = next(line for line in lines if len(line) > 40)
    body = "".join(f"<p>{escape(line, quote=False)}</p>" for line in lines if line != title)
    page = PAGE.format(title=escape(title), body=body, links=LINKS).replace("</head>", f"{head}</head>")
    [row] = table(parse(page_document(page)), "article_text")
    at = row["published_at"]
    found = at and (at.isoformat(), row["published_source"], row["published_precision"])
    assert found == published
