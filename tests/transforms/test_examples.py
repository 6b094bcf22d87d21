"""Every exposure mart has an example worked by hand in the docs, whose rows are a unit test of the mart, and no page has other figures."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import yaml

from tests.transforms.derived_rows import MARTS
from transforms.project import PROJECT

DOCS = PROJECT.parent / "docs"
NAMES_A_PAGE = re.compile(r"[Tt]he example of docs/(\w+\.md)")
WORKED_OUT = re.compile(r"(?<![\w.])-?\d+\.\d{6,}(?!\w)")
"""Six decimals and more: what comes out of an example, not a threshold or a step on the way."""


def _examples() -> dict[str, list[dict[str, Any]]]:
    """Unit tests of the models by the page of the docs whose example they are."""
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted((PROJECT / "models").rglob("*unit_tests.yml")):
        for test in yaml.safe_load(path.read_text(encoding="utf-8"))["unit_tests"]:
            if page := NAMES_A_PAGE.search(test["description"]):
                found[page[1]].append(test)
    return found


EXAMPLES = _examples()


@pytest.mark.parametrize("mart", MARTS)
def test_a_mart_has_an_example_that_is_its_unit_test(mart: str) -> None:
    pages = {page for page, tests in EXAMPLES.items() if mart in {test["model"] for test in tests}}
    assert len(pages) == 1
    text = (DOCS / pages.pop()).read_text(encoding="utf-8")
    assert f"marts.{mart}" in text
    assert re.search(r"[Bb]y hand|[Aa]n example", text)


def _worked_out(page: str) -> list[str]:
    return WORKED_OUT.findall((DOCS / page).read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("page", "figure"), [(page, figure) for page in sorted(EXAMPLES) for figure in _worked_out(page)]
)
def test_what_a_page_works_out_is_what_a_unit_test_of_it_expects(page: str, figure: str) -> None:
    expected = (Decimal(str(one)) for test in EXAMPLES[page] for one in _numbers(test["expect"]["rows"]))
    assert Decimal(figure) in {number.quantize(Decimal(figure)) for number in expected}


def _numbers(rows: list[dict[str, Any]]) -> Iterator[float]:
    values = (value for row in rows for value in row.values())
    yield from (value for value in values if isinstance(value, int | float) and not isinstance(value, bool))
