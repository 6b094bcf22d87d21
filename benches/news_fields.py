"""Precision and recall of the fields read from the tests' pages: `python -m benches.news_fields`.

The pages are the project's own, invented texts in the markup of real kinds of sites (tests/news/pages): they show that the
reader knows these kinds, not how it does on any site. `precision` is the share of given values that are right, `recall` the
share of values to be given that are.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from pathlib import Path

from extractors.news.feeds import FEEDS_ENV
from tests.news.conftest import BLOCK, block
from tests.news.pages.corpus import Page
from tests.news.test_pages import FIELDS, PAGES, outcome, wrong

COLUMNS = {"published": "published_at", "modified": "modified_at", "state": "page_state", "partial": "body_partial",
           "syndication": "syndication_note", "enclosure": "enclosure_url"}  # fmt: skip


def counts(pages: list[Page]) -> dict[str, Counter[str]]:
    """By field: how many values were `given`, `expected` and `right`."""
    found: dict[str, Counter[str]] = {field: Counter() for field in FIELDS}
    for page in pages:
        row, faults = outcome(page), wrong(page)
        for field in FIELDS if isinstance(row, dict) or not page.refused else ("state",):
            given = (
                row.get(COLUMNS.get(field, field))
                if isinstance(row, dict)
                else row
                if field == "state"
                else None
            ) is not None
            expected = field in ("body", "state") or (
                page.refused is None and getattr(page, field) is not None
            )
            found[field].update(
                given=given, expected=expected, right=given and expected and field not in faults
            )
    return found


def main() -> None:
    """Print a line a field."""
    with tempfile.TemporaryDirectory() as folder:
        feeds = Path(folder) / "feeds.toml"
        feeds.write_text(block(BLOCK), encoding="utf-8")
        os.environ[FEEDS_ENV] = str(feeds)
        for field, count in counts(PAGES).items():
            precision, recall = (count["right"] / max(1, count[name]) for name in ("given", "expected"))
            print(
                f"news_fields {field}: precision {precision:.3f} of {count['given']}, recall {recall:.3f} of {count['expected']}, {len(PAGES)} pages"
            )


if __name__ == "__main__":
    main()
